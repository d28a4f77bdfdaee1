#if __has_include(<zip.h>)

#include <rcim/core/random.hpp>
#include <rcim/data/npz.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "scratch.hpp"

using namespace rcim;

namespace npz_tests {

const std::vector<float> weights{1.5f, -2, 3, 4, 5, 6};
const std::vector<std::int8_t> faults{-1, 0, 3, -1};

void save_two(const std::filesystem::path& path, bool compressed) {
    npz_writer writer(compressed);
    writer.add<float>("layer.0", weights, std::array<index_t, 2>{2, 3});
    writer.add<std::int8_t>("faults", faults, std::array<index_t, 2>{2, 2});
    writer.save(path);
}

TEST_CASE("arrays of an NPZ file come back, stored or deflated, and the bytes are always the same") {
    const scratch here;
    for (const bool compressed : {false, true}) {
        save_two(here / "a.npz", compressed);
        save_two(here / "b.npz", compressed);
        CHECK(read_plain(here / "a.npz") == read_plain(here / "b.npz"));
        const npz_archive back = load_npz(here / "a.npz");
        CHECK(back.names() == std::vector<std::string>{"faults", "layer.0"});
        CHECK(back.contains("faults"));
        CHECK(back.array<float>("layer.0").data == weights);
        CHECK(back.array<float>("layer.0").shape == std::vector<index_t>{2, 3});
        CHECK(back.array_as<std::int32_t>("faults").data == std::vector<std::int32_t>{-1, 0, 3, -1});
        const std::string path = (here / "a.npz").string();
        CHECK(error_of([&] { (void)back.array<float>("bias"); }) ==
              "npz_archive: " + path + ": expected one of its arrays: 'faults', 'layer.0', found 'bias'");
        CHECK(error_of([&] { (void)back.array<float>("faults"); }) ==
              "load_npy: " + path + ": faults: type: expected <f4, found |i1");
    }
    const std::vector<std::uint8_t> zeros(1 << 20, 0);
    npz_writer(true).add<std::uint8_t>("zeros", zeros, std::array<index_t, 1>{1 << 20}).save(here / "z.npz");
    CHECK(std::filesystem::file_size(here / "z.npz") < 4096);
    CHECK(load_npz(here / "z.npz").array<std::uint8_t>("zeros").data == zeros);
    npz_writer().save(here / "none.npz");
    CHECK(load_npz(here / "none.npz").names().empty());
}

TEST_CASE("flawed NPZ files throw or load, and nothing else") {
    const scratch here;
    CHECK(error_of([&] { (void)load_npz(here.file("a", {})); }).find("expected an NPZ file (a zip archive), found 0 bytes") !=
          std::string::npos);
    CHECK(error_of([&] {
              (void)load_npz(here.file("a", bytes(100, 7)));
          }).find("expected an NPZ file (a zip archive), found Not a zip archive") != std::string::npos);
    CHECK(error_of([&] { npz_writer().add<float>("", weights, std::array<index_t, 1>{6}); }) ==
          "npz_writer: array: expected a name of its own, found ''");
    CHECK(error_of([&] { npz_writer().add<float>("w", weights, std::array<index_t, 1>{5}); }) ==
          "save_npy: w: expected the data of shape (5,), found 6 elements");
    CHECK(error_of([&] { save_two(here / "nowhere" / "a.npz", false); }).find("a folder to write in") != std::string::npos);
    for (const bool compressed : {false, true}) {
        save_two(here / "a.npz", compressed);
        const bytes whole = read_plain(here / "a.npz");
        const auto attempt = [&](const bytes& content) {
            return error_of([&] {
                const npz_archive back = parse_npz(content, "bytes");
                for (const std::string& name : back.names()) {
                    (void)back.array_as<float>(name);
                }
            });
        };
        CHECK(attempt(whole) == "no error");
        for (std::size_t length = 0; length < whole.size(); ++length) {
            CHECK(attempt(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))) != "no error");
        }
        const random_source random(3, purpose::test);
        int refused = 0;
        for (std::uint32_t n = 0; n < 500; ++n) {
            bytes changed = whole;
            changed[random.below(2 * n, static_cast<std::uint32_t>(whole.size()))] ^=
                static_cast<std::uint8_t>(1 + random.below(2 * n + 1, 255));
            refused += attempt(changed) != "no error" ? 1 : 0;
        }
        CHECK(refused > 250);
        // bzip2, LZMA: of other methods nothing is unpacked, and no entry is larger than deflate can make it.
        const auto with_word = [&](std::ptrdiff_t local, std::ptrdiff_t central, std::uint8_t word) {
            bytes changed = whole;
            const bytes one{'P', 'K', 3, 4};
            const bytes other{'P', 'K', 1, 2};
            std::search(changed.begin(), changed.end(), one.begin(), one.end())[local] = word;
            std::search(changed.begin(), changed.end(), other.begin(), other.end())[central] = word;
            return attempt(changed);
        };
        for (const std::uint8_t method : {std::uint8_t{12}, std::uint8_t{14}}) {
            CHECK(with_word(8, 10, method) ==
                  "load_npz: bytes: entry 'faults.npy': expected a stored or deflated entry, found another");
        }
        CHECK(
            with_word(25, 27, 0x7f).find("entry 'faults.npy': expected entries of at most 1032 times the file, found one of") !=
            std::string::npos);
    }
}

#endif

} // namespace npz_tests
