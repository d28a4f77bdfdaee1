#include <rcim/core/random.hpp>
#include <rcim/data/npy.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "scratch.hpp"

using namespace rcim;

namespace npy_tests {

constexpr const char* sound = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";

/// An NPY file with this header and this many bytes of data.
bytes npy_file(const std::string& header, std::size_t data, std::uint8_t major = 1) {
    bytes result{0x93, 'N', 'U', 'M', 'P', 'Y', major, 0};
    for (std::size_t i = 0; i < (major == 1 ? 2u : 4u); ++i) {
        result.push_back(static_cast<std::uint8_t>(header.size() >> (8 * i)));
    }
    for (const char character : header) {
        result.push_back(static_cast<std::uint8_t>(character));
    }
    result.resize(result.size() + data);
    return result;
}

/// The error of loading floats from these bytes, the path left out.
std::string error_on(const bytes& content) {
    const scratch here;
    const auto path = here.file("f", content).string();
    std::string found = error_of([&] { (void)load_npy<float>(path); });
    const auto at = found.find(path);
    return at == std::string::npos ? found : found.erase(at, path.size());
}
std::string error_on(const std::string& header) {
    return error_on(npy_file(header, 24));
}

TEST_CASE_TEMPLATE("arrays come back as they were", T, float, double, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t,
                   std::int8_t, std::int16_t, std::int32_t, std::int64_t) {
    const scratch here;
    const std::vector<std::vector<index_t>> shapes{{},  {1},       {7},          {2, 3},
                                                   {0}, {3, 0, 2}, {2, 1, 3, 4}, {1, 1, 1, 1, 1, 1, 1, 2}};
    for (const auto& shape : shapes) {
        std::size_t count = 1;
        for (const index_t extent : shape) {
            count *= static_cast<std::size_t>(extent);
        }
        std::vector<T> data(count);
        for (std::size_t i = 0; i < count; ++i) {
            data[i] =
                i % 2 == 0 ? std::numeric_limits<T>::max() : static_cast<T>(std::numeric_limits<T>::lowest() / T{3} + T(i));
        }
        save_npy<T>(here / "a.npy", data, shape);
        const npy_array<T> back = load_npy<T>(here / "a.npy");
        CHECK(back.shape == shape);
        CHECK(back.data == data);
    }
    CHECK(here.count() == 1);
}

TEST_CASE("the bytes are those that NumPy writes") {
    const scratch here;
    const std::vector<std::uint8_t> data{7, 8, 9};
    const std::vector<index_t> shape{3};
    save_npy<std::uint8_t>(here / "a.npy", data, shape);
    const bytes file = read_plain(here / "a.npy");
    const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }";
    REQUIRE(file.size() % 64 == 3);
    CHECK(std::string(file.begin() + 10, file.begin() + 10 + static_cast<std::ptrdiff_t>(header.size())) == header);
    CHECK(file[file.size() - 4] == '\n');
    CHECK(bytes(file.end() - 3, file.end()) == data);
}

TEST_CASE("headers of every version, order and spacing") {
    CHECK(error_on(npy_file(sound, 24)) == "no error");
    CHECK(error_on(npy_file(sound, 24, 2)) == "no error");
    CHECK(error_on(npy_file(sound, 24, 3)) == "no error");
    CHECK(error_on("{\"shape\":(2,3,),'descr':\"<f4\",'fortran_order':False}") == "no error");
    // A low byte of the length above 127, and a long one.
    CHECK(error_on(npy_file(std::string(sound) + std::string(140, ' '), 24)) == "no error");
    CHECK(error_on(npy_file(std::string(sound) + std::string(60000, ' '), 24)) == "no error");
}

TEST_CASE("saving data that does not have its shape") {
    const scratch here;
    const std::vector<float> data(6);
    const std::string path = (here / "a.npy").string();
    const auto error_with = [&](const std::vector<index_t>& shape) {
        return error_of([&] { save_npy<float>(path, data, shape); });
    };
    CHECK(error_with({2, 2}) == "save_npy: " + path + ": expected the data of shape (2, 2), found 6 elements");
    CHECK(error_with({}) == "save_npy: " + path + ": expected the data of shape (), found 6 elements");
    CHECK(error_with({-2, -3}) == "save_npy: " + path + ": shape: expected extents of 0 or more, found (-2, -3)");
    const index_t huge = std::numeric_limits<index_t>::max();
    CHECK(error_with({huge, huge, 2}).find("found 6 elements") != std::string::npos);
    CHECK(here.count() == 0);
}

TEST_CASE("flawed NPY files") {
    CHECK(error_on(bytes{}) == "load_npy: : expected an NPY file, found an empty file");
    CHECK(error_on(bytes(100)) == "load_npy: : expected an NPY file, found other bytes");
    CHECK(error_on(npy_file(sound, 23)) == "load_npy: : data: expected the bytes of (2, 3) <f4, found 23 bytes");
    CHECK(error_on(npy_file(sound, 25)) == "load_npy: : data: expected the bytes of (2, 3) <f4, found 25 bytes");
    CHECK(error_on(npy_file(sound, 28)) == "load_npy: : data: expected the bytes of (2, 3) <f4, found 28 bytes");
    CHECK(error_on(npy_file(sound, 24, 4)) == "load_npy: : version: expected 1.0, 2.0 or 3.0, found 4.0");
    bytes wrong = npy_file(sound, 24);
    wrong[9] = 0xff;
    CHECK(error_on(wrong) == "load_npy: : header: expected 65340 bytes, found 84");
    CHECK(error_on(bytes{0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 1, 0}) ==
          "load_npy: : header: expected 12 bytes and more, found 10");

    CHECK(error_on("") == "load_npy: : header: expected '{', found the end");
    CHECK(error_on("{") == "load_npy: : header: expected ''', found the end");
    CHECK(error_on("{}") == "load_npy: : header: expected the keys descr, fortran_order and shape, found no descr");
    CHECK(error_on("{'descr': '<f4', 'shape': (2, 3)}") ==
          "load_npy: : header: expected the keys descr, fortran_order and shape, found no fortran_order");
    CHECK(error_on("{'descr': '<f4', 'descr': '<f4'}") == "load_npy: : header: expected each key once, found 'descr' twice");
    CHECK(error_on("{'colour': 3}") == "load_npy: : header: expected the keys descr, fortran_order and shape, found 'colour'");
    CHECK(error_on(std::string(sound) + "x") == "load_npy: : header: expected nothing after the dictionary, found 'x'");
    CHECK(error_on("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}") == "load_npy: : type: expected <f4, found <f8");
    CHECK(error_on("{'descr': '>f4', 'fortran_order': False, 'shape': (6,)}") == "load_npy: : type: expected <f4, found >f4");
    CHECK(error_on("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}") ==
          "load_npy: : header: expected ''', found '['");
    CHECK(error_on("{'descr': '<f4', 'fortran_order': maybe}") == "load_npy: : header: expected True or False, found 'm'");
    CHECK(error_on("{'descr': '<f4', 'fortran_order': False, 'shape': (6)}") ==
          "load_npy: : header: expected ',' after a single extent, found ')'");
    CHECK(error_on("{'descr': '<f4', 'fortran_order': False, 'shape': (-6,)}") ==
          "load_npy: : header: expected an extent, found '-'");
    CHECK(error_on("{'descr': '<f4', 'fortran_order': False, 'shape': (6,") ==
          "load_npy: : header: expected an extent, found the end");
    // Extents and products beyond memory.
    CHECK(error_on("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 6)}") ==
          "load_npy: : data: expected the bytes of (4294967296, 4294967296, 6) <f4, found 24 bytes");
    CHECK(error_on("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 6)}") ==
          "load_npy: : header: expected an extent that fits in memory, found 999999999999999999 and more");
    std::string deep = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
    for (int i = 0; i < 100; ++i) {
        deep += "1,";
    }
    CHECK(error_on(deep + ")}") == "load_npy: : header: expected at most 64 dimensions, found more");
}

TEST_CASE("headers with any one byte changed or cut off load or throw, and nothing else") {
    const bytes whole = npy_file(sound, 24);
    const scratch here;
    const auto attempt = [&](const bytes& content) {
        rcim::write_file(here / "f", content);
        return error_of([&] { (void)load_npy<float>(here / "f"); });
    };
    const random_source random(5, purpose::test);
    for (std::size_t i = 0; i < 600; ++i) {
        bytes changed = whole;
        changed[random.below(2 * i, static_cast<std::uint32_t>(whole.size() - 24))] =
            static_cast<std::uint8_t>(random.below(2 * i + 1, 256));
        attempt(changed);
    }
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK(attempt(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))) != "no error");
    }
}

TEST_CASE("column-major arrays are put in row-major order") {
    const scratch here;
    bytes file = npy_file("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3)}", 0);
    file = file + bytes{1, 2, 3, 4, 5, 6};
    CHECK(load_npy<std::int8_t>(here.file("a", file)).data == std::vector<std::int8_t>{1, 3, 5, 2, 4, 6});
    file = npy_file("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 1, 2, 2)}", 0);
    file = file + bytes{0, 1, 2, 3, 4, 5, 6, 7};
    CHECK(load_npy_as<float>(here.file("b", file)).data == std::vector<float>{0, 4, 2, 6, 1, 5, 3, 7});
}

TEST_CASE("numbers of any type as numbers of another") {
    const scratch here;
    const auto load = [&]<class T>(T, const std::string& type, const bytes& data, const std::string& shape = "(2,)") {
        const bytes file = npy_file("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + "}", 0) + data;
        return load_npy_as<T>(here.file("a", file));
    };
    using i64 = std::int64_t;
    CHECK(load(i64{}, "|b1", {0, 1}).data == std::vector<i64>{0, 1});
    CHECK(load(i64{}, "|b1", {0, 1}).type == "|b1");
    CHECK(load(i64{}, "|i1", {0xff, 3}).data == std::vector<i64>{-1, 3});
    CHECK(load(i64{}, "<i2", {0xfe, 0xff, 3, 1}).data == std::vector<i64>{-2, 259});
    CHECK(load(i64{}, ">i2", {0xff, 0xfe, 1, 3}).data == std::vector<i64>{-2, 259});
    CHECK(load(std::int8_t{}, "<u4", {7, 0, 0, 0, 127, 0, 0, 0}).data == std::vector<std::int8_t>{7, 127});
    CHECK(load(i64{}, "<f4", {0, 0, 0x80, 0xbf, 0, 0, 0x40, 0x40}).data == std::vector<i64>{-1, 3}); // -1.0f, 3.0f
    CHECK(load(float{}, ">f8", {0x3f, 0xe0, 0, 0, 0, 0, 0, 0}, "()").data == std::vector<float>{0.5f});
    const auto reason = [&](auto like, const std::string& type, const bytes& data, const std::string& shape) {
        std::string found = error_of([&] { (void)load(like, type, data, shape); });
        return found.erase(found.find(here.folder.string()), here.folder.string().size());
    };
    CHECK(reason(std::int8_t{}, "|u1", {1, 128}, "(2,)") == "load_npy: /a: element 1: expected a number that |i1 can hold, found 128");
    CHECK(reason(i64{}, "<f4", {0, 0, 0, 0x3f}, "(1,)").ends_with("element 0: expected a number that <i8 can hold, found 0.5"));
    CHECK(reason(i64{}, "<f4", {0, 0, 0, 0x5f}, "(1,)").ends_with("expected a number that <i8 can hold, found 9.22337e+18")); // 2^63
    CHECK(reason(i64{}, "<f4", {0, 0, 0xc0, 0x7f}, "(1,)").ends_with("found nan"));
    CHECK(reason(std::uint8_t{}, "<f4", {0, 0, 0x80, 0xbf}, "(1,)").ends_with("found -1"));
    CHECK(reason(float{}, "<f8", {0, 0, 0, 0, 0, 0, 0, 0x7f}, "(1,)").find("a number that <f4 can hold") != std::string::npos);
    CHECK(reason(i64{}, "<f2", {0, 0}, "(1,)").ends_with("(not f2), found <f2"));
    CHECK(reason(i64{}, "|V8", {0, 0}, "(1,)").ends_with("found |V8"));
    CHECK(reason(i64{}, "|i4", {0, 0, 0, 0}, "(1,)").ends_with("found |i4"));
    CHECK(reason(i64{}, "<i4", {0, 0, 0}, "(1,)").ends_with("data: expected the bytes of (1,) <i4, found 3 bytes"));
}

} // namespace npy_tests
