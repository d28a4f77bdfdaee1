#include <rcim/core/aligned.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/column_reads.hpp>
#include <rcim/kernel/reference_columns.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

using namespace rcim;
using namespace rcim::kernel;

namespace column_reads_tests {

std::size_t at(index_t n) {
    return static_cast<std::size_t>(n);
}

/// Numbers drawn in a row.
class dice {
public:
    explicit dice(std::uint64_t seed) : source_(seed, purpose::test) {}
    std::int32_t below(std::int32_t bound) {
        return static_cast<std::int32_t>(source_.below(next_++, static_cast<std::uint32_t>(bound)));
    }
    std::int32_t from(std::int32_t low, std::int32_t high) { return low + below(high - low + 1); }
    double uniform() { return static_cast<double>(source_.uniform(next_++)); }
    bool chance(int of) { return below(of) == 0; }

private:
    random_source source_;
    std::uint64_t next_ = 0;
};

std::vector<drive_cycle> some_cycles(dice& d) {
    std::vector<drive_cycle> cycles;
    switch (d.below(6)) {
    case 0: // unsigned, a bit a cycle
        for (int b = 0; b < 8; ++b) {
            cycles.push_back({.shift = b, .weight = 1 << b});
        }
        return cycles;
    case 1: { // two's complement
        const int bits = d.from(4, 16);
        for (int b = 0; b < bits; ++b) {
            cycles.push_back({.shift = b, .weight = b + 1 == bits ? -(1 << b) : 1 << b});
        }
        return cycles;
    }
    case 2: { // some bits a cycle
        const int step = d.from(2, 4);
        for (int b = 0; b < 8; b += step) {
            cycles.push_back({.shift = b, .mask = (1 << std::min(step, 8 - b)) - 1, .weight = 1 << b});
        }
        return cycles;
    }
    case 3: { // two passes
        const int step = d.from(1, 2);
        for (const int part : {1, -1}) {
            for (int b = 0; b < 8; b += step) {
                cycles.push_back({.shift = b, .mask = (1 << step) - 1, .part = part, .weight = part * (1 << b)});
            }
        }
        return cycles;
    }
    case 4: // with the most negative number
        for (int b = 0; b < 16; ++b) {
            cycles.push_back({.shift = b, .part = b % 2 == 0 ? 1 : -1, .weight = b % 2 == 0 ? 1 << b : -(1 << b)});
        }
        return cycles;
    default:
        return {{.shift = 0, .mask = 255, .weight = 1}};
    }
}

struct column_case {
    read_layout layout;
    std::vector<drive_cycle> cycles;
    std::vector<std::int32_t> plus, minus;
    std::vector<float> thresholds;
    std::vector<std::int16_t> words;
    std::vector<adc_transfer> converters;
    converter_index index = converter_index::common;
    aligned_vector<std::int16_t> x;
    std::vector<std::int32_t> line, window;

    [[nodiscard]] read_positions<std::int16_t> positions() const { return {x.data(), line.data(), window}; }
    [[nodiscard]] const std::int32_t* second() const { return layout.arrays == 2 ? minus.data() : nullptr; }
    [[nodiscard]] index_t size() const {
        return static_cast<index_t>(window.size()) * layout.lines.results * samples_per_block;
    }
};

/// A full scale, a unit step, a part of the scale, thresholds, or an ideal one; errors of gain and offset if any are wanted.
adc_transfer some_converter(dice& d, column_case& c, double low, double high, bool errors) {
    adc_transfer t;
    switch (d.below(8)) {
    case 0:
    case 1:
        t = adc_transfer::uniform(low, high, 1 << d.from(4, 9));
        break;
    case 2:
        t = adc_transfer::uniform(std::floor(low / 2), std::floor(low / 2) + (1 << d.from(3, 9)) - 1, 0);
        break; // levels below
    case 3:
        t = adc_transfer::uniform(low * 0.31 + 0.4, high * 0.4 + 1.7, d.from(3, 300));
        break;
    case 4:
        t = adc_transfer::uniform(low, high + 1, 1 << d.from(2, 14));
        break;
    case 5: {
        const int count = 1 << d.from(2, 6);
        c.words.clear();
        c.thresholds.clear();
        for (int w = 0; w < count; ++w) {
            c.words.push_back(static_cast<std::int16_t>(w * 3));
            if (w > 0) {
                c.thresholds.push_back(static_cast<float>(low + (high - low) * (w - 0.5 + 0.3 * d.uniform()) / count));
            }
        }
        t = {.low = low,
             .high = high,
             .levels = count,
             .thresholds = c.thresholds,
             .words = c.words,
             .step = (high - low) / count / 3};
        break;
    }
    case 6:
        return t;
    default:
        t = adc_transfer::uniform(low - 3, high + 7, static_cast<std::int32_t>(std::min(high - low + 11, 16384.0)));
    }
    if (t.step < 0.0) { // the unit step: as many words as the range has whole numbers
        t.levels = static_cast<std::int32_t>(t.high - t.low) + 1;
        t.step = 1.0;
    }
    if (errors) {
        t.gain = 0.9 + 0.2 * d.uniform();
        t.offset = (d.uniform() - 0.5) * 0.02 * (high - low);
    }
    return t;
}

column_case some_case(std::uint64_t seed, double leak = 0.0) {
    dice d(seed);
    column_case c;
    c.cycles = some_cycles(d);
    read_layout& layout = c.layout;
    const bool wide = d.chance(8);
    layout.lines.results = wide ? d.from(1, 70) : d.from(1, 20);
    layout.lines.driven = wide ? d.from(1, 300) : d.from(1, 60);
    layout.lines.group = wide ? d.from(1, 130) : d.from(1, 40);
    const bool across = d.chance(2);
    layout.lines.result_step = across ? 1 : layout.lines.driven;
    layout.lines.driven_step = across ? layout.lines.results : 1;
    layout.cell_bits = 1 << d.below(3);
    layout.slices = d.from(1, std::min(8, 16 / layout.cell_bits));
    layout.arrays = d.from(1, 2);
    layout.subtracted = leak == 0.0 && layout.arrays == 2 && d.chance(2);
    layout.minus_constant = layout.arrays == 1 && d.chance(2) ? d.below(200) : 0;
    layout.leak = leak;
    const auto size = at(layout.lines.results * layout.lines.driven);
    const std::int32_t words = std::int32_t{1} << (layout.slices * layout.cell_bits);
    const bool sparse = d.chance(3);
    for (std::size_t n = 0; n < size; ++n) {
        c.plus.push_back(sparse && !d.chance(5) ? 0 : d.below(words));
        c.minus.push_back(sparse && !d.chance(5) ? 0 : d.below(words));
    }
    std::int32_t drive = 1;
    for (const drive_cycle& cycle : c.cycles) {
        drive = std::max(drive, cycle.mask);
    }
    const double high = static_cast<double>(std::min(layout.lines.group, layout.lines.driven)) * layout.top() * drive;
    const double low = layout.subtracted ? -high : 0.0;
    c.index = static_cast<converter_index>(d.below(4));
    index_t count = c.index == converter_index::common ? 1 : layout.planes();
    count *= c.index == converter_index::per_column || c.index == converter_index::per_tile ? layout.lines.results : 1;
    count *= c.index == converter_index::per_tile ? layout.lines.groups() : 1;
    const bool alike = d.chance(2);
    const bool errors = d.chance(3);
    const adc_transfer common = some_converter(d, c, low, high, false);
    const bool tables = !common.words.empty();
    for (index_t n = 0; n < count; ++n) {
        adc_transfer t = common;
        if (!alike && !tables) {
            do {
                t = some_converter(d, c, low, high, errors);
            } while (!t.words.empty()); // their storage holds one
        } else if (errors && !t.ideal()) {
            t.gain = 0.9 + 0.2 * d.uniform();
        }
        c.converters.push_back(t);
    }
    const int positions = d.from(1, d.chance(6) ? 11 : 2);
    const index_t span = layout.lines.driven * samples_per_block;
    const bool codes = d.chance(2);
    c.x.resize(at(span * positions));
    for (std::int16_t& x : c.x) {
        x = static_cast<std::int16_t>(codes ? d.below(256) : d.from(-0x8000, 0x7fff));
        if (d.chance(50)) {
            x = -0x8000;
        }
    }
    for (index_t l = 0; l < layout.lines.driven; ++l) {
        c.line.push_back(static_cast<std::int32_t>((layout.lines.driven - 1 - l) * samples_per_block));
    }
    for (int p = 0; p < positions; ++p) {
        c.window.push_back(static_cast<std::int32_t>(span * p));
    }
    return c;
}

/// Kernels that this build has for a case.
std::vector<column_kernel> kernels_for(const column_case& c) {
    std::vector<column_kernel> kernels;
    for (const auto& [name, kernel] : column_kernels) {
        try {
            const column_reads reads(c.layout, c.cycles, {.kernel = kernel});
            kernels.push_back(kernel);
        } catch (const error&) {
            CHECK(kernel != column_kernel::automatic);
            CHECK(kernel != column_kernel::portable);
        }
    }
    return kernels;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!(a[i] == b[i])) {
            MESSAGE("at ", i, ": ", a[i], " and ", b[i]);
            return false;
        }
    }
    return a.size() == b.size();
}

struct outcome {
    std::vector<double> y;
    std::vector<float> passed;
};

outcome judged(const column_case& c) {
    outcome o{std::vector<double>(at(c.size())), std::vector<float>(at(c.size()))};
    const column_converters converters(c.layout, c.converters, c.index);
    reference_columns(c.layout, c.cycles, converters, c.plus.data(), c.second(), c.positions(), o.y.data(), o.passed.data());
    return o;
}

TEST_CASE("column_reads equal the scalar judge to the last bit, by every kernel") {
    int compared = 0;
    std::vector<int> by_kernel(column_kernels.size());
    thread_pool pool(2);
    index_t folded = 0;
    for (std::uint64_t seed = 1; seed <= 300 || compared < 2000; ++seed) {
        CAPTURE(seed);
        const column_case c = some_case(seed);
        const outcome expected = judged(c);
        column_reads::scratch work;
        for (const column_kernel kernel : kernels_for(c)) {
            CAPTURE(column_reads::name_of(kernel));
            for (const bool fold : {true, false}) {
                CAPTURE(fold);
                column_reads reads(c.layout, c.cycles, {.kernel = kernel, .fold = fold});
                reads.set_converters(c.converters, c.index);
                // Words of before have to be forgotten.
                reads.program(c.minus.data(), c.layout.arrays == 2 ? c.plus.data() : nullptr, &pool);
                reads.program(c.plus.data(), c.second(), fold ? &pool : nullptr);
                folded += reads.folded_columns();
                CHECK((fold || reads.folded_columns() == 0));
                std::vector<double> y(at(c.size()), -1.0);
                reads.read(c.positions(), y.data(), nullptr, work);
                REQUIRE(same_bits(y, expected.y));
                std::vector<float> passed(at(c.size()), -1.0f);
                std::fill(y.begin(), y.end(), -1.0);
                reads.read(c.positions(), y.data(), passed.data(), work);
                REQUIRE(same_bits(y, expected.y));
                REQUIRE(same_bits(passed, expected.passed));
                ++compared;
                ++by_kernel[static_cast<std::size_t>(kernel)];
            }
        }
    }
    CHECK(compared >= 2000);
    CHECK(folded > 1000);
    for (const auto& [name, kernel] : column_kernels) {
        MESSAGE(std::string(name), ": ", by_kernel[static_cast<std::size_t>(kernel)], " cases");
    }
}

TEST_CASE("two sums in one number are those of the judge") {
    int paired = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        dice d(seed);
        column_case c;
        read_layout& layout = c.layout;
        layout.cell_bits = 1 << d.below(3);
        layout.slices = d.from(1, 8 / layout.cell_bits);
        layout.arrays = d.from(1, 2);
        layout.minus_constant = layout.arrays == 1 ? 128 : 0;
        layout.lines = {.results = d.from(1, 40), .driven = d.from(1, 300), .group = 128, .result_step = 300, .driven_step = 1};
        const int bits = d.from(1, 9);
        const bool sign = d.chance(2) && bits > 1;
        for (int b = 0; b < bits; ++b) {
            c.cycles.push_back({.shift = b, .weight = sign && b + 1 == bits ? -(1 << b) : 1 << b});
        }
        for (index_t n = 0; n < layout.lines.results * 300; ++n) {
            c.plus.push_back(d.below(1 << (layout.slices * layout.cell_bits)));
            c.minus.push_back(d.below(1 << (layout.slices * layout.cell_bits)));
        }
        // Of 8 bits, and of as many as a cell of 4 bits takes without a remainder.
        const double high = 128.0 * layout.top();
        c.converters.push_back(adc_transfer::uniform(0.0, high, layout.cell_bits == 4 ? 16 : d.chance(2) ? 256 : 64));
        const int positions = d.from(1, 20);
        c.x.resize(at(300 * samples_per_block * positions));
        for (std::int16_t& x : c.x) {
            x = static_cast<std::int16_t>(sign ? d.from(-(1 << (bits - 1)), (1 << (bits - 1)) - 1) : d.below(1 << bits));
        }
        for (index_t l = 0; l < layout.lines.driven; ++l) {
            c.line.push_back(static_cast<std::int32_t>(l * samples_per_block));
        }
        for (int p = 0; p < positions; ++p) {
            c.window.push_back(static_cast<std::int32_t>(300 * samples_per_block * p));
        }
        column_reads reads(c.layout, c.cycles, {.fold = false});
        reads.set_converters(c.converters, c.index);
        reads.program(c.plus.data(), c.second());
        std::vector<double> y(at(c.size()), -1.0);
        column_reads::scratch work;
        reads.read(c.positions(), y.data(), nullptr, work);
        REQUIRE(same_bits(y, judged(c).y));
        paired += reads.pairs_sums() ? 1 : 0;
    }
    MESSAGE(paired, " of 60 with two sums in one number");
#if RCIM_HALF_WORDS
    if (amx_products::permitted()) {
        CHECK(paired >= 30);
    }
#endif
}

TEST_CASE("with a leak column_reads equal the judge but for words that floats decide") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        const column_case c = some_case(seed, 0.037);
        const outcome expected = judged(c);
        column_reads::scratch work;
        for (const column_kernel kernel : kernels_for(c)) {
            CAPTURE(column_reads::name_of(kernel));
            column_reads reads(c.layout, c.cycles, {.kernel = kernel});
            reads.set_converters(c.converters, c.index);
            reads.program(c.plus.data(), c.second());
            CHECK(reads.folded_columns() == 0);
            std::vector<double> y(at(c.size()));
            std::vector<float> passed(at(c.size()));
            reads.read(c.positions(), y.data(), passed.data(), work);
            double error = 0.0;
            double scale = 1.0;
            int far = 0;
            for (std::size_t i = 0; i < y.size(); ++i) {
                error += std::abs(y[i] - expected.y[i]);
                scale += std::abs(expected.y[i]);
                far += std::abs(passed[i] - expected.passed[i]) > 0.02f ? 1 : 0;
            }
            CHECK(error <= 1e-3 * scale);
            CHECK(far <= static_cast<int>(y.size() / 100));
        }
    }
}

TEST_CASE("a converter that saturates is not folded, and says so") {
    // Eight cells of level 3 at one line each: the sum is 24, the largest word 15.
    const read_layout layout{
        .lines = {.results = 1, .driven = 8, .group = 8, .result_step = 8, .driven_step = 1}, .slices = 1, .cell_bits = 2};
    const std::vector<drive_cycle> cycles{{.shift = 0, .weight = 1}};
    const std::vector<std::int32_t> full(8, 3), half{3, 3, 3, 3, 3, 0, 0, 0};
    const adc_transfer adc = adc_transfer::uniform(0, 15, 16);
    const aligned_vector<std::int16_t> x(8 * 16, 1);
    const std::vector<std::int32_t> line{0, 16, 32, 48, 64, 80, 96, 112}, window{0};
    for (const auto& [name, kernel] : column_kernels) {
        try {
            column_reads reads(layout, cycles, {.kernel = kernel});
            reads.set_converters({&adc, 1}, converter_index::common);
            column_reads::scratch work;
            std::vector<double> y(16);
            std::vector<float> passed(16);
            reads.program(full.data(), nullptr);
            CHECK(reads.folded_columns() == 0);
            reads.read({x.data(), line.data(), window}, y.data(), passed.data(), work);
            CHECK(y == std::vector<double>(16, 15.0));
            CHECK(passed == std::vector<float>(16, 0.0f));
            reads.program(half.data(), nullptr);
            CHECK(reads.folded_columns() == 1);
            reads.read({x.data(), line.data(), window}, y.data(), passed.data(), work);
            CHECK(y == std::vector<double>(16, 15.0));
            CHECK(passed == std::vector<float>(16, 1.0f));
        } catch (const error&) {
            CHECK(kernel != column_kernel::automatic);
        }
    }
}

TEST_CASE("column_reads refuse what they cannot do exactly") {
    const std::vector<drive_cycle> bit{{}};
    read_layout layout{.lines = {.results = 2, .driven = 3, .group = 3, .result_step = 3}};
    CHECK_NOTHROW(column_reads(layout, bit));
    CHECK_THROWS_AS(column_reads(layout, {}), error);
    CHECK_THROWS_AS(column_reads(layout, {{.mask = 256}}), error);
    CHECK_THROWS_AS(column_reads(layout, {{.shift = 16}}), error);
    CHECK_THROWS_AS(column_reads(layout, bit, {.largest_level = 256}), error);
    layout.cell_bits = 9;
    CHECK_THROWS_AS(column_reads(layout, bit), error);
    layout.cell_bits = 8;
    CHECK_NOTHROW(column_reads(layout, bit));
    layout.arrays = 2;
    layout.subtracted = true;
    CHECK_THROWS_AS(column_reads(layout, bit), error);
    layout = {.lines = {.results = 2, .driven = 3, .group = 3, .result_step = 3}, .cell_bits = 2};
    column_reads reads(layout, bit);
    const std::vector<std::int32_t> words{0, 1, 2, 3, 4, 0};
    CHECK_THROWS_AS(reads.program(words.data(), nullptr), error);
    const adc_transfer adc = adc_transfer::uniform(0, 9, 16);
    CHECK_THROWS_AS(reads.set_converters({&adc, 1}, converter_index::per_tile), error);
    reads.set_converters({&adc, 1}, converter_index::common);
    CHECK_THROWS_AS(reads.program(words.data(), nullptr), error);
    column_reads wider(layout, bit, {.largest_level = 4});
    wider.set_converters({&adc, 1}, converter_index::common);
    CHECK_NOTHROW(wider.program(words.data(), nullptr));
}

namespace {

/// One position of inputs that are all x, read by every kernel of this build, with converters that lose nothing.
std::vector<std::vector<double>> read_everywhere(const read_layout& layout, const std::vector<drive_cycle>& cycles, const std::vector<std::int32_t>& plus,
                                                 const std::int32_t* minus, std::int16_t x, bool fold) {
    const aligned_vector<std::int16_t> inputs(at(layout.lines.driven * samples_per_block), x);
    std::vector<std::int32_t> line;
    for (index_t l = 0; l < layout.lines.driven; ++l) {
        line.push_back(static_cast<std::int32_t>(l * samples_per_block));
    }
    const std::vector<std::int32_t> window{0};
    const adc_transfer ideal;
    std::vector<std::vector<double>> results;
    for (const auto& [name, kernel] : column_kernels) {
        std::optional<column_reads> reads;
        try {
            reads.emplace(layout, cycles, column_options{.kernel = kernel, .fold = fold});
        } catch (const error&) {
            continue; // not of this build, or not for such sums
        }
        reads->set_converters({&ideal, 1}, converter_index::common);
        reads->program(plus.data(), minus);
        column_reads::scratch work;
        std::vector<double> y(at(layout.lines.results * samples_per_block));
        reads->read({inputs.data(), line.data(), window}, y.data(), nullptr, work);
        results.push_back(y);
    }
    return results;
}

} // namespace

TEST_CASE("column_reads are exact up to the largest sums that they take, and refuse the next") {
    SUBCASE("of a column: 2^24") { // 21931 lines of level 3 with 255 on each
        read_layout layout{.lines = {.results = 1, .driven = 21931, .group = 21931, .result_step = 21932}, .cell_bits = 2};
        const std::vector<drive_cycle> byte{{.mask = 255}};
        const std::vector<std::int32_t> plus(21932, 3);
        const auto results = read_everywhere(layout, byte, plus, nullptr, 255, false);
        CHECK(results.size() >= 2); // automatic and portable
        for (const auto& y : results) {
            CHECK(y == std::vector<double>(samples_per_block, 16777215.0));
        }
        layout.lines.driven = layout.lines.group = 21932;
        CHECK_THROWS_WITH_AS(column_reads(layout, byte),
                             "column_reads: sum of a column: expected at most 16777216 in magnitude, which its accumulator holds (smaller "
                             "crossbars, or fewer bits of cells or of a cycle), found up to 16777980",
                             error);
    }
    SUBCASE("of words x inputs: 2^53") { // 64 words of 31 bits in pairs, inputs of 16 bits
        read_layout layout{.lines = {.results = 2, .driven = 64, .group = 64, .result_step = 64}, .slices = 31, .arrays = 2};
        std::vector<drive_cycle> cycles;
        for (int b = 0; b < 16; ++b) {
            cycles.push_back({.shift = b, .weight = b == 15 ? -(1 << b) : 1 << b});
        }
        std::vector<std::int32_t> plus(130, 0x7fffffff), minus(130, 0);
        std::fill(plus.begin() + 64, plus.end(), 0);
        std::fill(minus.begin() + 64, minus.end(), 0x7fffffff);
        const double expected = -static_cast<double>(std::int64_t{0x7fffffff} * 64 * 32768);
        for (const bool fold : {true, false}) {
            for (const auto& y : read_everywhere(layout, cycles, plus, minus.data(), -32768, fold)) {
                CHECK(y[0] == expected);
                CHECK(y[samples_per_block] == -expected);
            }
        }
        layout.lines.driven = layout.lines.group = 65;
        CHECK_THROWS_WITH_AS(column_reads(layout, cycles),
                             "column_reads: sum of words x inputs: expected at most 9007199254740992 in magnitude, which its accumulator holds "
                             "(fewer lines, or fewer bits of words or inputs), found up to 9147936738836480",
                             error);
    }
    SUBCASE("of words of converters: 2^53") { // 2^14 words, 2^16 - 1 in cycles, 22 bits: 4 groups or 2
        read_layout layout{.lines = {.results = 1, .driven = 2, .group = 1, .result_step = 4}, .slices = 22};
        std::vector<drive_cycle> cycles;
        for (int b = 0; b < 16; ++b) {
            cycles.push_back({.shift = b, .weight = b == 15 ? -(1 << b) : 1 << b});
        }
        const adc_transfer fine = adc_transfer::uniform(0.0, 1.5, 1 << 14);
        column_reads few(layout, cycles);
        CHECK_NOTHROW(few.set_converters({&fine, 1}, converter_index::common));
        layout.lines.driven = 4;
        column_reads more(layout, cycles);
        CHECK_THROWS_AS(more.set_converters({&fine, 1}, converter_index::common), error);
    }
}

} // namespace column_reads_tests
