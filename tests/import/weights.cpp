#if __has_include(<nlohmann/json.hpp>)

#include <rcim/import/weights.hpp>

#include <data/scratch.hpp>
#include <doctest/doctest.h>
#include <import/networks.hpp>

#include <limits>
#include <string>
#include <vector>

using namespace rcim;

namespace weights_tests {

/// A file with this header and these bytes of data.
bytes file_of(const std::string& header, const bytes& data) {
    bytes result;
    for (int i = 0; i < 8; ++i) {
        result.push_back(static_cast<std::uint8_t>(header.size() >> (8 * i)));
    }
    result.insert(result.end(), header.begin(), header.end());
    return result + data;
}
std::string reason(const std::string& header, const bytes& data) {
    return error_of([&] { (void)parse_safetensors(file_of(header, data), "f"); });
}

bool same(network& a, network& b) {
    const auto x = tensors_of(a), y = tensors_of(b);
    bool equal = x.size() == y.size();
    for (std::size_t i = 0; equal && i < x.size(); ++i) {
        equal = x[i].name == y[i].name && x[i].shape == y[i].shape && x[i].data == y[i].data;
    }
    return equal;
}

TEST_CASE("safetensors: four types of floats, counters, metadata") {
    // 1, -2.5 as F32; 1.5 as F16, BF16 and F64.
    const bytes data{0, 0, 0x80, 0x3f, 0,    0,    0x20, 0xc0, 0, 0x3e, 0xc0, 0x3f, 0, 0,
                     0, 0, 0,    0,    0xf8, 0x3f, 7,    0,    0, 0,    0,    0,    0, 0};
    const std::string header =
        R"({"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"h":{"dtype":"F16","shape":[],"data_offsets":[8,10]},
        "b":{"dtype":"BF16","shape":[1],"data_offsets":[10,12]},"d":{"dtype":"F64","shape":[1],"data_offsets":[12,20]},
        "n":{"dtype":"I64","shape":[1],"data_offsets":[20,28]},"e":{"dtype":"F32","shape":[3,0],"data_offsets":[28,28]},"__metadata__":{"by":"hand"}}  )";
    const tensor_file file = parse_safetensors(file_of(header, data), "f");
    REQUIRE(file.tensors.size() == 5);
    CHECK(file.tensors[0].name == "b");
    CHECK(file.tensors[0].data == std::vector<float>{1.5f});
    CHECK(file.tensors[1].data == std::vector<float>{1.5f});
    CHECK(file.tensors[2].shape == std::vector<index_t>{3, 0});
    CHECK(file.tensors[3].shape.empty());
    CHECK(file.tensors[3].data == std::vector<float>{1.5f});
    CHECK(file.tensors[4].data == std::vector<float>{1.0f, -2.5f});
    CHECK(file.others == std::vector<std::string>{"n"});
    CHECK(file.metadata.at("by") == "hand");
    CHECK(float_of_half(0x0001) == 0x1p-24f);
    CHECK(float_of_half(0x83ff) == -1023.0f * 0x1p-24f);
    CHECK(float_of_half(0x7bff) == 65504.0f);
    CHECK(float_of_half(0xfc00) == -std::numeric_limits<float>::infinity());
    CHECK(float_of_half(0x7e00) != float_of_half(0x7e00));
}

TEST_CASE("safetensors: what was written is read") {
    const scratch here;
    const std::vector<named_tensor> tensors{{"a", {2, 2}, {1, 2, 3, std::numeric_limits<float>::denorm_min()}},
                                            {"z \"quoted\"", {}, {7}}};
    save_safetensors(here / "t", tensors, {{"k", "v"}});
    const tensor_file back = load_safetensors(here / "t");
    REQUIRE(back.tensors.size() == 2);
    CHECK(back.tensors[0].data == tensors[0].data);
    CHECK(back.tensors[1].name == "z \"quoted\"");
    CHECK(back.tensors[1].data == tensors[1].data);
    CHECK(back.metadata.at("k") == "v");
    const bytes file = read_plain(here / "t");
    CHECK((8 + file[0]) % 8 == 0);
    CHECK(error_of([&] {
              save_safetensors(here / "u", std::vector<named_tensor>{{"a", {2}, {1}}});
          }) == "save_safetensors: tensor 'a': expected the numbers of [2], found 1");
    CHECK(error_of([&] {
              save_safetensors(here / "u", std::vector<named_tensor>{{"a", {1}, {1}}, {"a", {1}, {1}}});
          }).find("found 'a'") != std::string::npos);
}

TEST_CASE("safetensors: flawed files") {
    const bytes eight(8);
    CHECK(error_of([] {
              (void)parse_safetensors(bytes{1, 2}, "f");
          }) == "load_safetensors: f: expected a safetensors file, of 8 bytes and more, found 2 bytes");
    CHECK(error_of([] {
              (void)parse_safetensors(bytes{255, 255, 255, 255, 255, 255, 255, 255}, "f");
          }) == "load_safetensors: f: header: expected 18446744073709551615 bytes, as the file begins with, found 0");
    CHECK(reason("{", {}).find("header: expected JSON, found ") != std::string::npos);
    CHECK(reason("[]", {}) == "load_safetensors: f: header: expected a JSON object, found array");
    CHECK(reason("{\"a\":3}", {}) ==
          "load_safetensors: f: tensor 'a': expected a list of whole numbers as shape, found another form");
    const auto with = [&](const std::string& shape, const std::string& offsets, const std::string& type = "F32") {
        return reason("{\"a\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}", eight);
    };
    CHECK(with("[2]", "[0,8]") == "no error");
    CHECK(with("[2]", "[0,8]", "F31").find("and a type of the format, found dtype F31, 3 keys") != std::string::npos);
    CHECK(with("[1]", "[0,4]") == "load_safetensors: f: data: expected 4 bytes, which the tensors take, found 8");
    CHECK(with("[1]", "[4,8]") == "load_safetensors: f: data: expected a tensor that begins at byte 0, found a gap at 4");
    CHECK(with("[2]", "[8,0]").find("expected two places in 8 bytes of data, in order, found [8,0]") != std::string::npos);
    CHECK(with("[3]", "[0,12]").find("expected two places in 8 bytes of data, in order, found [0,12]") != std::string::npos);
    CHECK(with("[3]", "[0,8]").find("expected the bytes of [3] F32, found 8 bytes") != std::string::npos);
    CHECK(with("[4611686018427387904,4]", "[0,8]").find("expected the bytes of [4611686018427387904,4] F32, found 8 bytes") !=
          std::string::npos);
    CHECK(with("[-2]", "[0,8]").find("a list of whole numbers as shape") != std::string::npos);
    CHECK(with("[2.0]", "[0,8]").find("a list of whole numbers as shape") != std::string::npos);
    const std::string one = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
    CHECK(reason("{\"a\":" + one + ",\"b\":" + one + "}", bytes(4)) ==
          "load_safetensors: f: data: expected a tensor that begins at byte 4, found an overlap at 0");
    CHECK(reason("{\"a\":" + one + ",\"a\":" + one + "}", bytes(4)) ==
          "load_safetensors: f: header: expected each name once, found 'a' twice");
    for (const std::string texts : {"{\"a\":1}", "\"a\"", "[\"a\"]"}) {
        CHECK(reason("{\"__metadata__\":" + texts + "}", {}).find("an object of texts") != std::string::npos);
    }
    CHECK(reason(std::string(100000, '[') + std::string(100000, ']'), {}).find("at most 8 deep") != std::string::npos);

    const bytes whole = file_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", eight);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK(error_of([&] { (void)parse_safetensors(std::span(whole).first(length), "f"); }) != "no error");
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            bytes changed = whole;
            changed[at] = static_cast<std::uint8_t>(value);
            error_of([&] { (void)parse_safetensors(changed, "f"); });
        }
    }
}

TEST_CASE("weights: a network is saved and loaded, names and shapes are PyTorch's") {
    const scratch here;
    network net = rcim_test::ideal_resnet8(3);
    for (const named_tensor& one : tensors_of(net)) {
        if (one.name == "0.weight") {
            CHECK(one.shape == std::vector<index_t>{16, 3, 3, 3});
        }
    }
    std::string names;
    for (const named_tensor& one : tensors_of(net)) {
        names += one.name + " ";
    }
    CHECK(names.starts_with("0.weight 1.weight 1.bias 1.running_mean 1.running_var 3.body.0.weight "));
    CHECK(names.ends_with(" 7.weight 7.bias "));
    save_weights(net, here / "net.safetensors");
    network other = rcim_test::ideal_resnet8(4);
    CHECK(!same(net, other));
    load_weights(other, here / "net.safetensors");
    CHECK(same(net, other));

    const auto renamed = [](std::string_view name) { return "model." + std::string(name); };
    network third = rcim_test::ideal_resnet8(5);
    save_weights(net, here / "renamed", renamed);
    load_weights(third, here / "renamed", {.name_in_file = renamed});
    CHECK(same(net, third));
}

TEST_CASE("weights: what is missing, unexpected or of another shape is named, and nothing changes") {
    const scratch here;
    const auto small = [](index_t out) {
        const auto count = static_cast<std::size_t>(out);
        return rcim_test::ideal_network(
            {{1, 2, 2}, {{"", dense_outline{4, out, std::vector<float>(4 * count, 0.5f), std::vector<float>(count, 1.0f)}}}});
    };
    network net = small(3), untouched = small(3), wider = small(5);
    const std::string path = (here / "w").string();
    const auto why = [&](network& into, const load_weights_options& options = {}) {
        return error_of([&] { load_weights(into, path, options); });
    };
    save_weights(wider, path);
    CHECK(why(net) == "load_weights: " + path + ": tensor '0.weight': expected shape [3, 4], found [5, 4]");
    std::vector<named_tensor> tensors = tensors_of(untouched);
    tensors[0].data.assign(12, 7.0f);
    std::vector<named_tensor> more = tensors;
    more.push_back({"extra", {1}, {0}});
    save_safetensors(path, more);
    CHECK(why(net) == "load_weights: " + path + ": expected the tensors of the network and no others, found 'extra' [1]");
    CHECK(same(net, untouched));
    CHECK(why(net, {.allow_unexpected = true}) == "no error");
    CHECK(!same(net, untouched));
    tensors[1].name = "0.offset";
    save_safetensors(path, tensors);
    CHECK(why(net) ==
          "load_weights: " + path + ": expected tensors '0.bias' [3], found others that no layer takes: '0.offset' [3]");
    tensors.pop_back();
    save_safetensors(path, tensors);
    CHECK(why(net) == "load_weights: " + path + ": expected tensors '0.bias' [3], found none of them");
    tensors = tensors_of(untouched);
    tensors[1].data[2] = std::numeric_limits<float>::quiet_NaN();
    save_safetensors(path, tensors);
    CHECK(why(net) == "load_weights: " + path + ": tensor '0.bias', number 2: expected a finite number, found nan");
}

#endif

} // namespace weights_tests
