// Converters against numbers from elsewhere: a product of 128 x 16 weights of 8 bits in four slices of 2 bits with inputs of 8 bits, bit
// by bit, in closed forms; partial sums, words and shift-added results as exact fractions. Once by whole-number arithmetic here, once
// from files: adc/ in $RCIM_REFERENCE.

#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/convert/uniform_adc.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

using namespace rcim;

namespace reference_adc_tests {

constexpr int rows = 128, columns = 16, slices = 4;
using inputs_dac = bit_serial_dac<8, unsigned_inputs>;

/// The fractional part of a product that is rounded first.
double fraction(double factor, int n) {
    const volatile double product = factor * n;
    return product - std::floor(product);
}
int weight(int i, int j) { return static_cast<int>(std::nearbyint(255.0 * fraction(0.6180339887498949, 16 * i + j + 1))) - 128; }
std::int32_t input(int i) { return static_cast<std::int32_t>(std::floor(256.0 * fraction(0.7548776662466927, i + 1))); }

/// Level of a slice; the top slice keeps the rest.
int level(int magnitude, int slice) { return slice + 1 == slices ? magnitude >> (2 * slice) : (magnitude >> (2 * slice)) & 3; }

/// [input bit][slice][column]
using partial_sums = std::array<std::array<std::array<std::int32_t, columns>, slices>, 8>;

partial_sums sums_of(bool pair) {
    partial_sums sums{};
    const inputs_dac dac;
    for (int bit = 0; bit < dac.cycles(); ++bit) {
        for (int i = 0; i < rows; ++i) {
            const std::int32_t drive = dac.cycle(bit).drive(input(i));
            for (int slice = 0; slice < slices; ++slice) {
                for (int j = 0; j < columns; ++j) {
                    const int w = weight(i, j);
                    const int held = pair ? (w < 0 ? -level(-w, slice) : level(w, slice)) : level(w + 128, slice);
                    sums[static_cast<std::size_t>(bit)][static_cast<std::size_t>(slice)][static_cast<std::size_t>(j)] += drive * held;
                }
            }
        }
    }
    return sums;
}

struct rational {
    std::int64_t top = 0, bottom = 1;

    [[nodiscard]] rational reduced() const {
        const std::int64_t common = std::gcd(top, bottom);
        return {top / common, bottom / common};
    }
    /// Rounded once.
    [[nodiscard]] double value() const { return static_cast<double>(top) / static_cast<double>(bottom); }
};

/// What a whole-number rule makes of a sum: round-half-even((clip(sum) - low) (levels - 1) / (high - low)).
std::int64_t exact_word(std::int64_t sum, std::int64_t low, std::int64_t high, std::int64_t levels) {
    const std::int64_t top = (std::min(std::max(sum, low), high) - low) * (levels - 1);
    const std::int64_t whole = top / (high - low);
    const std::int64_t twice = 2 * (top % (high - low));
    return whole + (twice > high - low || (twice == high - low && whole % 2 == 1) ? 1 : 0);
}

struct reference_case {
    const char* name;
    bool pair;
    adc_transfer converter;
    std::int64_t low, high, levels; ///< as the reference states them
};

std::vector<reference_case> cases() {
    constexpr adc_site above{.full_scale = {0.0, 384.0}};
    constexpr adc_site both{.full_scale = {-384.0, 384.0}};
    return {
        {"offset_full_scale_6bit", false, uniform_adc<6>{}.transfer(above), 0, 384, 64},
        {"offset_full_scale_8bit", false, uniform_adc<>{.bits = 8}.transfer(above), 0, 384, 256},
        {"offset_unit_lsb_6bit", false, uniform_adc<dynamic, unit_lsb>{.bits = 6}.transfer(above), 0, 63, 64},
        {"offset_unit_lsb_8bit", false, uniform_adc<8, unit_lsb>{}.transfer(above), 0, 255, 256},
        {"pair_sign_magnitude_full_scale_6bit", true, uniform_adc<6>{}.transfer(both), -384, 384, 63},
        {"pair_sign_magnitude_full_scale_8bit", true, uniform_adc<8>{}.transfer(both), -384, 384, 255},
        {"pair_sign_magnitude_unit_lsb_6bit", true, uniform_adc<6, unit_lsb>{}.transfer(both), -31, 31, 63},
        {"pair_sign_magnitude_unit_lsb_8bit", true, uniform_adc<8, unit_lsb>{}.transfer(both), -127, 127, 255},
        {"pair_signed_full_scale_6bit", true, uniform_adc<6>{.symmetric = false}.transfer(both), -384, 384, 64},
        {"pair_signed_full_scale_8bit", true, uniform_adc<8>{.symmetric = false}.transfer(both), -384, 384, 256},
    };
}

using words = partial_sums;
words words_of(const reference_case& one, const partial_sums& sums) {
    words result{};
    for (std::size_t bit = 0; bit < 8; ++bit) {
        for (std::size_t slice = 0; slice < slices; ++slice) {
            for (std::size_t j = 0; j < columns; ++j) {
                result[bit][slice][j] = one.converter.word(static_cast<double>(sums[bit][slice][j]));
            }
        }
    }
    return result;
}

std::int64_t constant_of(const reference_case& one) {
    std::int64_t sum = 0;
    for (int i = 0; i < rows; ++i) {
        sum += one.pair ? 0 : 128 * input(i);
    }
    return sum;
}

/// The shift-added result: sum of 2^bit 4^slice (low + word (high - low) / (levels - 1)) - constant.
rational result_of(const reference_case& one, const words& from, std::size_t j) {
    const auto low = static_cast<std::int64_t>(one.converter.low);
    const auto high = static_cast<std::int64_t>(one.converter.high);
    const std::int64_t steps = one.converter.levels - 1;
    rational sum{-constant_of(one) * steps, steps};
    for (std::size_t bit = 0; bit < 8; ++bit) {
        for (std::size_t slice = 0; slice < slices; ++slice) {
            sum.top += (std::int64_t{1} << (bit + 2 * slice)) * (low * steps + from[bit][slice][j] * (high - low));
        }
    }
    return sum.reduced();
}
/// The same in the doubles that a plan adds.
double double_result_of(const reference_case& one, const words& from, std::size_t j) {
    double sum = -static_cast<double>(constant_of(one));
    for (std::size_t bit = 0; bit < 8; ++bit) {
        for (std::size_t slice = 0; slice < slices; ++slice) {
            sum += std::ldexp(one.converter.value(from[bit][slice][j]), static_cast<int>(bit + 2 * slice));
        }
    }
    return sum;
}

std::int64_t exact_product(int j) {
    std::int64_t sum = 0;
    for (int i = 0; i < rows; ++i) {
        sum += weight(i, j) * input(i);
    }
    return sum;
}

/// adc/ of $RCIM_REFERENCE, or an empty path and a message.
std::filesystem::path reference_folder() {
    const char* root = std::getenv("RCIM_REFERENCE");
    const std::filesystem::path folder = root == nullptr ? "" : std::filesystem::path(root) / "adc";
    if (root == nullptr || !std::filesystem::is_directory(folder)) {
        MESSAGE("adc/ is not here: set RCIM_REFERENCE to the folder that holds it");
        return {};
    }
    return folder;
}

using table = std::vector<std::vector<std::string>>;
table read(const std::filesystem::path& path) {
    std::ifstream in(path);
    REQUIRE(in.is_open());
    table lines;
    for (std::string line; std::getline(in, line);) {
        std::stringstream cells(line);
        lines.emplace_back();
        for (std::string cell; std::getline(cells, cell, ',');) {
            lines.back().push_back(cell);
        }
    }
    return lines;
}

/// A table with a head: input bit, slice, one number for each column. Returns how many of them agree.
int agreeing(const table& lines, const partial_sums& numbers) {
    int count = 0;
    for (std::size_t line = 1; line < lines.size(); ++line) {
        REQUIRE(lines[line].size() == 2 + columns);
        const auto bit = static_cast<std::size_t>(std::stoi(lines[line][0]));
        const auto slice = static_cast<std::size_t>(std::stoi(lines[line][1]));
        for (std::size_t j = 0; j < columns; ++j) {
            count += std::stoi(lines[line][2 + j]) == numbers[bit][slice][j] ? 1 : 0;
        }
    }
    return count;
}

rational parse(const std::string& text) {
    const std::size_t bar = text.find('/');
    return {std::stoll(text.substr(0, bar)), bar == std::string::npos ? 1 : std::stoll(text.substr(bar + 1))};
}

TEST_CASE("uniform_adc: words and results by whole-number arithmetic") {
    for (const reference_case& one : cases()) {
        INFO(one.name);
        CHECK(one.converter.low == static_cast<double>(one.low));
        CHECK(one.converter.high == static_cast<double>(one.high));
        CHECK(one.converter.levels == one.levels);
        int broken = 0;
        for (std::int64_t sum = -400; sum <= 400; ++sum) {
            broken += one.converter.word(static_cast<double>(sum)) == exact_word(sum, one.low, one.high, one.levels) ? 0 : 1;
        }
        const partial_sums sums = sums_of(one.pair);
        const words found = words_of(one, sums);
        bool cut = false;
        for (std::size_t j = 0; j < columns; ++j) {
            const rational exact = result_of(one, found, j);
            broken += std::abs(double_result_of(one, found, j) - exact.value()) <= 1e-9 * std::abs(exact.value()) ? 0 : 1;
            for (std::size_t bit = 0; bit < 8; ++bit) {
                for (std::size_t slice = 0; slice < slices; ++slice) {
                    const std::int32_t sum = sums[bit][slice][j];
                    cut = cut || one.converter.saturates(static_cast<double>(sum));
                    // A converter loses half a step at most unless it cuts.
                    const double lost = std::abs(one.converter.convert(sum) - sum);
                    broken += one.converter.saturates(sum) || lost <= 0.5 * one.converter.step + 1e-9 ? 0 : 1;
                }
            }
            if (one.converter.step == 1.0 && !cut) {
                broken += exact.bottom == 1 && exact.top == exact_product(static_cast<int>(j)) ? 0 : 1;
            }
        }
        CHECK(broken == 0);
    }
}

TEST_CASE("lossless_adc: the exact product, offset and pair") {
    for (const bool pair : {false, true}) {
        const reference_case one{"", pair, lossless_adc{}.transfer({.full_scale = {pair ? -384.0 : 0.0, 384.0}}), 0, 0, 0};
        const words found = words_of(one, sums_of(pair));
        for (std::size_t j = 0; j < columns; ++j) {
            CHECK(result_of(one, found, j).top == exact_product(static_cast<int>(j)));
            CHECK(double_result_of(one, found, j) == static_cast<double>(exact_product(static_cast<int>(j))));
        }
    }
}

TEST_CASE("reference numbers: weights, inputs, products and partial sums") {
    const auto folder = reference_folder();
    if (folder.empty()) {
        return;
    }
    const table w = read(folder / "w_int8_128x16.csv");
    const table x = read(folder / "x_uint8_128.csv");
    const table y = read(folder / "y_exact.csv");
    REQUIRE(w.size() == rows);
    REQUIRE(x.size() == rows);
    REQUIRE(y.size() == columns);
    int broken = 0;
    for (int i = 0; i < rows; ++i) {
        broken += std::stoi(x[static_cast<std::size_t>(i)][0]) == input(i) ? 0 : 1;
        for (int j = 0; j < columns; ++j) {
            broken += std::stoi(w[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]) == weight(i, j) ? 0 : 1;
        }
    }
    for (int j = 0; j < columns; ++j) {
        broken += std::stoll(y[static_cast<std::size_t>(j)][0]) == exact_product(j) ? 0 : 1;
    }
    CHECK(broken == 0);
    CHECK(agreeing(read(folder / "partial_sums_offset.csv"), sums_of(false)) == 8 * slices * columns);
    CHECK(agreeing(read(folder / "partial_sums_balanced.csv"), sums_of(true)) == 8 * slices * columns);
}

TEST_CASE("reference numbers: every word and every result, as a fraction and as its double, to the last digit") {
    const auto folder = reference_folder();
    if (folder.empty()) {
        return;
    }
    for (const reference_case& one : cases()) {
        INFO(one.name);
        const words found = words_of(one, sums_of(one.pair));
        CHECK(agreeing(read(folder / (std::string(one.name) + "_codes.csv")), found) == 8 * slices * columns);
        const table out = read(folder / (std::string(one.name) + "_out.csv"));
        REQUIRE(out.size() == columns + 1);
        int broken = 0;
        for (std::size_t j = 0; j < columns; ++j) {
            const std::vector<std::string>& line = out[j + 1];
            REQUIRE(line.size() == 5);
            const rational result = result_of(one, found, j);
            const rational expected = parse(line[3]).reduced();
            broken += std::stoll(line[1]) == exact_product(static_cast<int>(j)) ? 0 : 1;
            broken += result.top == expected.top && result.bottom == expected.bottom ? 0 : 1;
            broken += std::stod(line[2]) == result.value() ? 0 : 1;
        }
        CHECK(broken == 0);
    }
}

} // namespace reference_adc_tests
