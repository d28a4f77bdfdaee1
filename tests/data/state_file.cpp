#include <rcim/data/state_file.hpp>

#include <data/scratch.hpp>
#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace rcim;

namespace state_file_tests {

/// Every element, a matrix with padded rows, a list, words and nothing.
struct owner {
    std::vector<std::uint8_t> small{1, 2, 3};
    std::uint16_t half = 65535;
    std::uint32_t word = 7;
    std::uint64_t wide = std::uint64_t{1} << 40;
    std::int32_t negative = -5;
    std::vector<float> matrix{1.0f, 2.0f, -1.0f, -1.0f, 3.0f, 0.5f, -1.0f, -1.0f}; ///< 2 x 2, rows of 4
    double number = 0.1;
    std::vector<double> list{0.25, 4.0};
    std::string words = "cells";
    std::vector<float> nothing{};

    void visit(archive& a) {
        a.visit("small", std::span(small));
        a.visit("half", half);
        a.visit("word", word);
        a.visit("wide", wide);
        a.visit("negative", negative);
        a.visit("matrix", std::span(matrix), {2, 2}, 4);
        a.visit("number", number);
        a.visit_list("list", list);
        a.visit_text("words", words);
        a.visit_list("nothing", nothing);
    }
    friend bool operator==(const owner&, const owner&) = default;
};

owner blank() {
    return {{0, 0, 0}, 0, 0, 0, 0, std::vector<float>(8, -1.0f), 0.0, {}, "", {3.0f}};
}

bytes file_of(owner o) {
    state_writer writer;
    writer.label("run", "a test");
    writer.add("o", o);
    return writer.take();
}

/// As format 1 has it: this text must never change.
constexpr std::string_view format_1 =
    "5243494d53544154010000000000000075010000000000000b4ab93596b7b8fd0100000000000000030000000000000072756e060000000000000061"
    "2074657374090000000000000007000000000000006f2f736d616c6c0001030000000000000001020306000000000000006f2f68616c660101010000"
    "0000000000ffff06000000000000006f2f776f7264020101000000000000000700000006000000000000006f2f776964650301010000000000000000"
    "000000000100000a000000000000006f2f6e6567617469766504010100000000000000fbffffff08000000000000006f2f6d61747269780502020000"
    "000000000002000000000000000000803f00000040000040400000003f08000000000000006f2f6e756d626572060101000000000000009a99999999"
    "99b93f06000000000000006f2f6c69737406010200000000000000000000000000d03f000000000000104007000000000000006f2f776f7264730001"
    "050000000000000063656c6c73";

bytes from_hex(std::string_view digits) {
    bytes result;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        result.push_back(static_cast<std::uint8_t>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
    }
    return result;
}

std::string refusal(const bytes& file) {
    return error_of([&] { static_cast<void>(state_reader("a", file)); });
}

TEST_CASE("state_file: what was written comes back; lists get their length, padding stays") {
    state_reader reader("a", file_of({}));
    owner o = blank();
    reader.restore("o", o);
    reader.expect_end();
    CHECK(o == owner{});
    CHECK(reader.label("run") == "a test");
    CHECK_FALSE(reader.label("other").has_value());
}

TEST_CASE("state_file: a file of format 1 is read, and written byte by byte") {
    const bytes golden = from_hex(format_1);
    CHECK(file_of({}) == golden);
    state_reader reader("a", golden);
    owner o = blank();
    reader.restore("o", o);
    CHECK(o == owner{});
}

TEST_CASE("state_file: cut short, damaged or of another format it is refused, wherever that is") {
    const bytes whole = file_of({});
    REQUIRE(refusal(whole) == "no error");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        CAPTURE(i);
        CHECK(refusal(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(i))).starts_with("state file: a"));
        for (int bit = 0; bit < 8; ++bit) {
            bytes flipped = whole;
            flipped[i] ^= static_cast<std::uint8_t>(1 << bit);
            CHECK((refusal(flipped).starts_with("state file: a") || (i >= 12 && i < 16))); // four bytes are spare
        }
    }
    bytes other = whole;
    other[8] = 9;
    CHECK(refusal(other) == "state file: a: expected format 1, which this version of rcim writes and reads, found format 9");
    CHECK(refusal(whole + bytes{0}).find("its length: expected ") != std::string::npos);
}

TEST_CASE("state_file: extents beyond the file are refused, whatever the checksum says") {
    bytes file = file_of({});
    // The extent of "o/small", the first array: after its name, element and rank.
    const std::string_view all(reinterpret_cast<const char*>(file.data()), file.size());
    const std::size_t at = all.find("o/small") + 7 + 2;
    REQUIRE(file[at] == 3);
    for (const std::size_t byte : {0u, 3u, 7u}) {
        bytes wrong = file;
        wrong[at + byte] = 0x7f;
        fingerprint sum;
        sum.add(std::as_bytes(std::span(wrong)).subspan(32));
        const std::uint64_t value = sum.value();
        std::memcpy(wrong.data() + 24, &value, 8);
        CAPTURE(byte);
        const std::string words = refusal(wrong);
        CHECK_MESSAGE((words.find("no more than the file holds") != std::string::npos ||
                       words.find("more bytes") != std::string::npos || words.find("element of") != std::string::npos),
                      words);
    }
}

TEST_CASE("state_file: another owner is told which array differs") {
    state_reader reader("a", file_of({}));
    owner o = blank();
    o.small.resize(4);
    CHECK(error_of([&] { reader.restore("o", o); }) ==
          "state file: a, the array that comes next: expected o/small of u8 4, found o/small of u8 3");
    CHECK(error_of([&] { reader.restore("p", o); }) ==
          "state file: a, the array that comes next: expected p/small of u8 4, found o/small of u8 3");
    CHECK(error_of([&] { reader.expect_end(); }) ==
          "state file: a: expected 0 arrays, which all owners have, found one more: o/small");
}

} // namespace state_file_tests
