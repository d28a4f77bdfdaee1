#include <rcim/kernel/analog_reads.hpp>
#include <rcim/kernel/reference_analog.hpp>

#include <rcim/core/random.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <tuple>
#include <vector>

namespace kernel = rcim::kernel;

namespace analog_reads_tests {

using rcim::adc_transfer;
using rcim::converter_index;
using rcim::drive_cycle;
using rcim::index_t;

constexpr index_t lane = rcim::samples_per_block;

std::size_t at(index_t i) {
    return static_cast<std::size_t>(i);
}

/// One draw after the other.
class draws {
public:
    explicit draws(std::uint64_t seed) : source_(seed, rcim::purpose::test) {}
    /// 0 to count - 1
    index_t below(index_t count) { return static_cast<index_t>(source_.below(next_++, static_cast<std::uint32_t>(count))); }
    index_t between(index_t low, index_t high) { return low + below(high - low + 1); }
    float uniform(float low, float high) { return low + (high - low) * source_.uniform(next_++); }
    bool one_in(index_t n) { return below(n) == 0; }

private:
    rcim::random_source source_;
    std::uint64_t next_ = 0;
};

/// A matrix with its inputs, converters and noise, drawn at random.
struct read_case {
    kernel::read_layout layout;
    std::vector<drive_cycle> cycles; ///< one of weight 1 if real
    bool real = false;
    index_t positions = 1;
    std::vector<rcim::aligned_vector<float>> cells;
    std::vector<const float*> planes;
    rcim::aligned_vector<std::int16_t> whole;
    rcim::aligned_vector<float> numbers;
    std::vector<std::int32_t> line;
    std::vector<std::int32_t> window;
    std::vector<std::vector<float>> thresholds;
    std::vector<std::vector<std::int16_t>> words;
    std::vector<adc_transfer> converters;
    converter_index index = converter_index::common;
    kernel::noise_terms noise;
    rcim::random_source noise_draws{0, rcim::purpose::column_noise};
    std::vector<kernel::draw_address> where;
    std::vector<float> mean, constant;
    std::vector<rcim::aligned_vector<float>> linear, square;
    std::vector<const float*> linear_planes, square_planes;

    explicit read_case(std::uint64_t seed) {
        draws d(seed);
        const bool large = d.one_in(12);
        kernel::sum_layout& lines = layout.lines;
        lines.results = d.between(1, large ? 70 : 20);
        lines.driven = d.between(1, large ? 300 : 60);
        lines.group = d.one_in(3) ? lines.driven + d.below(3) : d.between(1, d.one_in(2) ? lines.driven : 130);
        if (d.one_in(3)) {
            lines.result_step = 1;
            lines.driven_step = lines.results + d.below(4);
        } else {
            lines.driven_step = 1;
            lines.result_step = lines.driven + d.below(4);
        }
        layout.slices = static_cast<int>(d.between(1, 4));
        layout.cell_bits = static_cast<int>(d.between(1, layout.slices == 1 ? 8 : 3));
        layout.arrays = static_cast<int>(d.between(1, 2));
        layout.subtracted = layout.arrays == 2 && d.one_in(2);
        layout.minus_constant = layout.arrays == 1 ? static_cast<std::int32_t>(d.below(200)) : 0;
        layout.leak = d.one_in(2) ? 0.0 : static_cast<double>(d.uniform(0.0f, 0.1f));
        real = d.one_in(3);
        positions = d.between(1, 8);
        draw_cycles(d);
        draw_cells(d);
        draw_inputs(d);
        draw_converters(d);
        draw_noise(d);
    }

    void draw_cycles(draws& d) {
        if (real) {
            cycles.emplace_back();
            return;
        }
        const int bits = static_cast<int>(d.between(1, 8)); // of a cycle
        const int total = static_cast<int>(d.between(bits, 16));
        const auto mask = static_cast<std::int32_t>((1 << bits) - 1);
        const bool signs = d.one_in(3);
        for (int shift = 0; shift < total; shift += bits) {
            for (int part = signs ? -1 : 0; part <= (signs ? 1 : 0); part += 2) {
                const std::int32_t weight = 1 << shift;
                cycles.push_back({shift, mask, part, part < 0 || (part == 0 && shift + bits >= 16) ? -weight : weight});
            }
        }
    }

    void draw_cells(draws& d) {
        const kernel::sum_layout& lines = layout.lines;
        const index_t size = (lines.results - 1) * lines.result_step + (lines.driven - 1) * lines.driven_step + 1;
        for (int n = 0; n < layout.arrays * layout.slices; ++n) {
            rcim::aligned_vector<float>& plane = cells.emplace_back(at(size));
            for (float& cell : plane) {
                cell = d.uniform(-0.1f, static_cast<float>(layout.top()) + 0.1f);
            }
        }
        for (const auto& plane : cells) {
            planes.push_back(plane.data());
        }
    }

    void draw_inputs(draws& d) {
        const index_t size = (layout.lines.driven + positions) * lane;
        whole.resize(at(size));
        numbers.resize(at(size));
        const bool ends = d.one_in(4);
        for (std::int16_t& x : whole) {
            x = ends && d.one_in(3) ? std::numeric_limits<std::int16_t>::min() : static_cast<std::int16_t>(d.below(65536) - 32768);
        }
        for (float& x : numbers) {
            x = d.uniform(-2.0f, 2.0f);
        }
        // Windows that overlap, in no order.
        for (index_t l = 0; l < layout.lines.driven; ++l) {
            line.push_back(static_cast<std::int32_t>(d.below(layout.lines.driven) * lane));
        }
        for (index_t p = 0; p < positions; ++p) {
            window.push_back(static_cast<std::int32_t>(d.below(positions) * lane));
        }
    }

    void draw_converters(draws& d) {
        index = static_cast<converter_index>(d.below(4));
        const index_t kind = d.below(5); // ideal, equally spaced of one step, of any, with few or many words, tables
        const std::size_t count = kernel::converters_of(index, layout);
        const double scale = full_scale();
        const double low = layout.subtracted || real ? -0.3 * scale : d.one_in(2) ? 0.0 : 0.1 * scale;
        const double high = 0.6 * scale;
        const std::int32_t levels = static_cast<std::int32_t>(kind == 3 ? d.between(10000, 1 << 14) : d.between(2, 300));
        for (std::size_t n = 0; n < count; ++n) {
            adc_transfer t;
            if (kind > 0) {
                const double wider = kind == 1 ? 1.0 : 1.0 + static_cast<double>(d.uniform(0.0f, 0.3f));
                t = adc_transfer::uniform(low, low + (high - low) * wider, levels);
                if (!d.one_in(3)) {
                    t.gain = static_cast<double>(d.uniform(0.9f, 1.1f));
                    t.offset = 0.05 * scale * static_cast<double>(d.uniform(-1.0f, 1.0f));
                }
            }
            converters.push_back(t);
        }
        if (kind > 1 && d.one_in(2)) {
            converters.back() = converters.front(); // the ends are not all
        }
        if (kind == 4) {
            const bool shared = d.one_in(2);
            const bool crowded = d.one_in(2);
            const auto size = static_cast<std::size_t>(d.between(2, 70));
            for (std::size_t n = 0; n < (shared ? 1 : count); ++n) {
                std::vector<float>& t = thresholds.emplace_back();
                for (std::size_t i = 0; i + 1 < size; ++i) {
                    const auto x = static_cast<double>(d.uniform(0.0f, 1.0f));
                    const double place = crowded ? x * x * x * x : 1.1 * x - 0.05; // some out of range
                    t.push_back(static_cast<float>(low + (high - low) * place));
                }
                std::sort(t.begin(), t.end());
                std::vector<std::int16_t>& w = words.emplace_back();
                for (std::size_t i = 0; i < size; ++i) {
                    w.push_back(static_cast<std::int16_t>(i + (i > size / 2 ? 1 : 0)));
                }
            }
            for (std::size_t n = 0; n < count; ++n) {
                converters[n].thresholds = thresholds[shared ? 0 : n];
                converters[n].words = words[shared ? 0 : n];
            }
        }
    }

    void draw_noise(draws& d) {
        noise_draws = {static_cast<std::uint64_t>(d.below(1 << 30)), rcim::purpose::column_noise, static_cast<std::uint32_t>(d.below(100)),
                       static_cast<std::uint32_t>(d.below(3))};
        for (index_t p = 0; p < positions; ++p) { // images pass the end of their numbers too
            const index_t image = d.one_in(8) ? -d.below(20) : d.below(1000);
            where.push_back({static_cast<std::uint32_t>(image), static_cast<std::uint32_t>(d.below(5000))});
        }
        if (d.one_in(3)) {
            return;
        }
        noise = {.mean = d.one_in(2), .constant = d.one_in(2), .per_sum = 0.0f, .linear = d.one_in(3), .square = d.one_in(3)};
        const auto scale = static_cast<float>(0.05 * full_scale());
        noise.per_sum = d.one_in(2) ? d.uniform(0.0f, 0.1f) * scale : 0.0f;
        const std::size_t sums = at(layout.lines.groups() * layout.planes() * layout.lines.results);
        for (std::size_t n = 0; n < (noise.mean ? sums : 0); ++n) {
            mean.push_back(d.uniform(-scale, scale));
        }
        for (std::size_t n = 0; n < (noise.constant ? sums : 0); ++n) {
            constant.push_back(d.one_in(5) ? 0.0f : d.uniform(0.0f, scale * scale));
        }
        const auto draw_planes = [&](bool there, auto& planes_of_noise, auto& pointers, float top) {
            for (std::size_t n = 0; n < (there ? cells.size() : 0); ++n) {
                for (float& x : planes_of_noise.emplace_back(cells[n].size())) {
                    x = d.uniform(0.0f, top);
                }
                pointers.push_back(planes_of_noise.back().data());
            }
        };
        draw_planes(noise.linear, linear, linear_planes, 1.0f);
        draw_planes(noise.square, square, square_planes, 0.3f);
    }

    [[nodiscard]] kernel::noise_planes planes_of_noise() const { return {mean, constant, linear_planes, square_planes}; }

    [[nodiscard]] kernel::analog_reads programmed(rcim::thread_pool* pool = nullptr) const {
        kernel::analog_reads reads(layout, real ? std::vector<drive_cycle>{} : cycles, noise, noise_draws);
        reads.set_converters(converters, index);
        reads.program(planes, pool, planes_of_noise());
        return reads;
    }

    void read(const kernel::analog_reads& reads, index_t first, index_t count, double* y, float* passed,
              kernel::analog_reads::scratch& work) const {
        const std::span<const kernel::draw_address> whose =
            noise.draws() ? std::span(where).subspan(at(first), at(count)) : std::span<const kernel::draw_address>();
        const auto some = std::span(window).subspan(at(first), at(count));
        if (real) {
            reads.read(kernel::read_positions<float>{numbers.data(), line.data(), some}, y, passed, work, whose);
        } else {
            reads.read(kernel::read_positions<std::int16_t>{whole.data(), line.data(), some}, y, passed, work, whose);
        }
    }

    [[nodiscard]] kernel::reference::analog_result judge(index_t position, index_t result, index_t sample) const {
        const auto drive = [&](index_t l, int cycle) {
            const std::size_t from = at(window[at(position)] + line[at(l)] + sample);
            return real ? numbers[from] : static_cast<float>(cycles[at(cycle)].drive(whole[from]));
        };
        const kernel::reference::noise_of_read noise_of_sample{
            noise, planes_of_noise(), noise_draws, where[at(position)], static_cast<int>(sample), real};
        return kernel::reference::analog_read(layout, cycles, planes, converters, index, result, drive, noise_of_sample);
    }
    /// About the largest sum.
    [[nodiscard]] double full_scale() const {
        const double drive = real ? 1.0 : static_cast<double>(cycles.front().mask);
        return static_cast<double>(layout.top()) * drive * static_cast<double>(std::min(layout.lines.driven, layout.lines.group));
    }
};

/// Without FMA sums round twice, and words next to a tie may differ.
constexpr bool same_bits =
#ifdef __FMA__
    true;
#else
    false;
#endif

void check(const read_case& c, std::uint64_t seed) {
    const kernel::analog_reads reads = c.programmed();
    const index_t results = c.layout.lines.results;
    kernel::analog_reads::scratch work;
    std::vector<double> y(at(c.positions * results * lane));
    std::vector<float> passed(y.size(), -1.0f);
    draws d(seed + 77);
    float* const shares = d.one_in(2) ? passed.data() : nullptr;
    c.read(reads, 0, c.positions, y.data(), shares, work);
    int wrong = 0;
    for (int sample = 0; sample < 3; ++sample) {
        const index_t p = d.below(c.positions);
        const index_t l = d.below(lane);
        for (index_t r = 0; r < results; ++r) {
            const kernel::reference::analog_result expected = c.judge(p, r, l);
            const std::size_t n = at((p * results + r) * lane + l);
            if constexpr (same_bits) {
                wrong += y[n] == expected.y ? 0 : 1;
                wrong += shares == nullptr || passed[n] == expected.passed ? 0 : 1;
            } else {
                double word = 0.0; // or the rounding of an ideal sum
                for (const adc_transfer& t : c.converters) {
                    word = std::max(word, t.ideal() ? 1e-6 * c.full_scale() : t.step);
                }
                double conversions = 0.0;
                for (const drive_cycle& cycle : c.cycles) {
                    for (int plane = 0; plane < c.layout.planes(); ++plane) {
                        conversions += std::abs(c.layout.worth(plane) * static_cast<double>(cycle.weight));
                    }
                }
                wrong += std::abs(y[n] - expected.y) <= word * conversions + 1e-5 * std::abs(expected.y) ? 0 : 1;
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("analog reads: any design, bit for bit as the judge") {
    std::set<std::tuple<int, int, bool>> seen;
    std::set<std::tuple<bool, bool, bool, bool, bool, bool>> noises;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        CAPTURE(seed);
        const read_case c(seed);
        seen.insert({static_cast<int>(kernel::float_transfer(c.converters.front()).kind), static_cast<int>(c.index), c.real});
        noises.insert({c.noise.mean, c.noise.constant, c.noise.per_sum > 0.0f, c.noise.linear, c.noise.square, c.real});
        check(c, seed);
    }
    CHECK(seen.size() == 3 * 4 * 2);
    CHECK(noises.size() == 2 * 32);
}

TEST_CASE("analog reads: positions on their own and cells packed by several threads give the same bits, noise too") {
    rcim::thread_pool pool(3);
    for (std::uint64_t seed = 5000; seed < 5060; ++seed) {
        CAPTURE(seed);
        const read_case c(seed);
        const index_t stride = c.layout.lines.results * lane;
        std::vector<double> whole(at(c.positions * stride)), parts(whole.size());
        std::vector<float> passed(whole.size()), passed_parts(whole.size());
        kernel::analog_reads::scratch work;
        c.read(c.programmed(), 0, c.positions, whole.data(), passed.data(), work);
        const kernel::analog_reads reads = c.programmed(&pool);
        for (index_t first = 0; first < c.positions;) {
            const index_t count = std::min<index_t>(c.positions - first, 1 + first % 2);
            c.read(reads, first, count, parts.data() + first * stride, passed_parts.data() + first * stride, work);
            first += count;
        }
        CHECK(whole == parts);
        CHECK(passed == passed_parts);
    }
}

TEST_CASE("analog reads: whole cells and converters that keep every sum give the exact product") {
    constexpr index_t results = 19, driven = 150;
    kernel::read_layout layout;
    layout.lines = {.results = results, .driven = driven, .group = 64, .result_step = driven, .driven_step = 1};
    layout.slices = 2;
    layout.cell_bits = 2;
    layout.minus_constant = 8;
    std::vector<drive_cycle> cycles;
    for (int bit = 0; bit < 8; ++bit) {
        cycles.push_back({.shift = bit, .mask = 1, .part = 0, .weight = bit == 7 ? -128 : 1 << bit});
    }
    draws d(3);
    std::vector<rcim::aligned_vector<float>> cells(2, rcim::aligned_vector<float>(at(results * driven)));
    for (auto& plane : cells) {
        for (float& cell : plane) {
            cell = static_cast<float>(d.below(4));
        }
    }
    rcim::aligned_vector<std::int16_t> x(at(driven * lane));
    for (std::int16_t& number : x) {
        number = static_cast<std::int16_t>(d.below(256) - 128);
    }
    std::vector<std::int32_t> line;
    for (index_t l = 0; l < driven; ++l) {
        line.push_back(static_cast<std::int32_t>(l * lane));
    }
    const std::int32_t window[] = {0};
    const float* const planes[] = {cells[0].data(), cells[1].data()};
    const adc_transfer keeping = adc_transfer::uniform(0.0, 255.0, 256);
    REQUIRE(keeping.keeps(0, 192));
    for (const adc_transfer& t : {keeping, adc_transfer{}}) {
        kernel::analog_reads reads(layout, cycles);
        reads.set_converters(std::span(&t, 1), converter_index::common);
        reads.program(planes);
        kernel::analog_reads::scratch work;
        std::vector<double> y(at(results * lane));
        std::vector<float> passed(y.size());
        reads.read(kernel::read_positions<std::int16_t>{x.data(), line.data(), window}, y.data(), passed.data(), work);
        for (index_t r = 0; r < results; ++r) {
            for (index_t l = 0; l < lane; ++l) {
                double sum = 0.0;
                for (index_t n = 0; n < driven; ++n) {
                    const std::size_t cell = at(r * driven + n);
                    sum += (static_cast<double>(cells[0][cell]) + 4.0 * static_cast<double>(cells[1][cell]) - 8.0) * x[at(n * lane + l)];
                }
                CHECK(y[at(r * lane + l)] == sum);
            }
        }
        CHECK(std::all_of(passed.begin(), passed.end(), [](float share) { return share == 1.0f; }));
    }
}

TEST_CASE("analog reads: a sum that is not a number gets the lowest word and has not passed") {
    kernel::read_layout layout;
    layout.lines = {.results = 1, .driven = 1, .group = 1};
    const float cell = std::numeric_limits<float>::quiet_NaN();
    const float* const planes[] = {&cell};
    alignas(64) const float x[lane] = {1.0f};
    const std::int32_t zero[] = {0};
    const std::vector<float> thresholds = {0.5f, 1.5f};
    const std::vector<std::int16_t> words = {0, 1, 3};
    adc_transfer table = adc_transfer::uniform(-1.0, 2.0, 4);
    table.thresholds = thresholds;
    table.words = words;
    for (const adc_transfer& t : {adc_transfer::uniform(-1.0, 2.0, 4), table}) {
        kernel::analog_reads reads(layout, {});
        reads.set_converters(std::span(&t, 1), converter_index::common);
        reads.program(planes);
        kernel::analog_reads::scratch work;
        double y[lane];
        float passed[lane];
        reads.read(kernel::read_positions<float>{x, zero, zero}, y, passed, work);
        CHECK(y[0] == -1.0);
        CHECK(passed[0] == 0.0f);
    }
}

TEST_CASE("analog reads: what cannot be is refused") {
    kernel::read_layout layout;
    layout.lines = {.results = 2, .driven = 3, .group = 2};
    kernel::analog_reads reads(layout, {});
    const adc_transfer t = adc_transfer::uniform(0.0, 1.0, 4);
    CHECK_THROWS_AS(reads.set_converters(std::span(&t, 1), converter_index::per_column), rcim::error);
    const std::vector<adc_transfer> mixed = {t, adc_transfer{}};
    CHECK_THROWS_AS(reads.set_converters(mixed, converter_index::per_column), rcim::error);
    const adc_transfer empty = adc_transfer::uniform(1.0, 1.0, 4);
    CHECK_THROWS_AS(reads.set_converters(std::span(&empty, 1), converter_index::common), rcim::error);
    CHECK_THROWS_AS(reads.program({}), rcim::error);
    kernel::analog_reads::scratch work;
    CHECK_THROWS_AS(reads.read(kernel::read_positions<std::int16_t>{}, nullptr, nullptr, work), rcim::error);
    layout.lines.group = 0;
    CHECK_THROWS_AS(kernel::analog_reads(layout, {}), rcim::error);
}

TEST_CASE("analog reads: noise without its numbers, addresses or draws enough is refused") {
    kernel::read_layout layout;
    layout.lines = {.results = 2, .driven = 3, .group = 2, .result_step = 3};
    const std::vector<float> plane(6, 0.1f);
    const float* const planes[] = {plane.data()};
    const std::vector<float> of_sums(4, 0.1f);
    const kernel::noise_planes all{of_sums, of_sums, planes, planes};
    for (const kernel::noise_terms& terms : {kernel::noise_terms{.mean = true}, kernel::noise_terms{.constant = true},
                                             kernel::noise_terms{.linear = true}, kernel::noise_terms{.square = true}}) {
        kernel::analog_reads reads(layout, {}, terms);
        CHECK(reads.noise() == terms);
        CHECK_THROWS_AS(reads.program(planes), rcim::error);
        CHECK_THROWS_AS(reads.program(planes, nullptr, {std::span(of_sums).first(3), std::span(of_sums).first(3), {}, {}}), rcim::error);
        reads.program(planes, nullptr, all);
        kernel::analog_reads::scratch work;
        alignas(64) const float x[lane] = {};
        const std::int32_t zero[] = {0, 0, 0};
        const kernel::read_positions<float> positions{x, zero, std::span(zero).first(1)};
        double y[2 * lane];
        if (terms.draws()) {
            CHECK_THROWS_AS(reads.read(positions, y, nullptr, work), rcim::error);
        } else {
            reads.read(positions, y, nullptr, work);
        }
    }
    layout.lines = {.results = (1 << 14) + 1, .driven = 1 << 20, .group = 1};
    CHECK_THROWS_AS(kernel::analog_reads(layout, {}, {.constant = true}), rcim::error);
}

TEST_CASE("noise of columns: no two sums share a draw") {
    kernel::read_layout layout;
    layout.lines = {.results = 9, .driven = 5, .group = 2};
    layout.slices = 2;
    layout.arrays = 2;
    const kernel::noise_blocks blocks(layout, 3);
    CHECK(blocks.size() == 3 * 4 * 3 * 3);
    std::set<std::uint32_t> fours;
    std::set<float> normals;
    std::size_t count = 0;
    const rcim::random_source source(4, rcim::purpose::column_noise, 2);
    for (index_t g = 0; g < 3; ++g) {
        for (index_t p = 0; p < 4; ++p) {
            for (index_t c = 0; c < 3; ++c) {
                for (index_t r = 0; r < 9; ++r) {
                    fours.insert(blocks.four_of(g, p, c, r / 4));
                    for (std::uint32_t position = 0; position < 2; ++position) {
                        for (int sample = 0; sample < 2; ++sample, ++count) {
                            normals.insert(blocks.normal(source, {7, position}, sample, g, p, c, r));
                        }
                    }
                }
            }
        }
    }
    CHECK(fours.size() == 3 * 4 * 3 * 3);
    CHECK(*fours.rbegin() == blocks.size() - 1);
    CHECK(count - normals.size() <= 2); // 1296 floats: near zero two may be equal by chance
}

TEST_CASE("noise of columns: sums have the mean and the variance of cells with noise of their own, and are independent") {
    // Cells of conductance g under a drive d: g d, with a mean error, and variances of their own by d, d^2 and the current.
    constexpr index_t results = 5, driven = 40, positions = 1200;
    constexpr double samples = positions * lane;
    constexpr float shot = 0.02f;
    kernel::read_layout layout;
    layout.lines = {.results = results, .driven = driven, .group = driven, .result_step = driven, .driven_step = 1};
    layout.cell_bits = 2;
    draws d(8);
    std::vector<float> cells, linear, square, cell_mean, cell_constant;
    for (index_t n = 0; n < results * driven; ++n) {
        cells.push_back(d.uniform(0.0f, 3.0f));
        linear.push_back(d.uniform(0.0f, 0.02f));
        square.push_back(d.uniform(0.0f, 0.01f));
        cell_mean.push_back(d.uniform(-0.1f, 0.1f));
        cell_constant.push_back(d.uniform(0.0f, 0.05f));
    }
    std::vector<float> mean, constant;
    for (index_t r = 0; r < results; ++r) {
        mean.push_back(0.0f);
        constant.push_back(0.0f);
        for (index_t l = 0; l < driven; ++l) {
            mean.back() += cell_mean[at(r * driven + l)];
            constant.back() += cell_constant[at(r * driven + l)];
        }
    }
    rcim::aligned_vector<std::int16_t> x(at(driven * lane));
    std::vector<std::int32_t> line;
    for (index_t l = 0; l < driven; ++l) {
        line.push_back(static_cast<std::int32_t>(l * lane));
        std::fill_n(x.data() + l * lane, lane, static_cast<std::int16_t>(d.below(8)));
    }
    const std::vector<std::int32_t> window(at(positions), 0);
    std::vector<kernel::draw_address> where;
    for (index_t p = 0; p < positions; ++p) {
        where.push_back({static_cast<std::uint32_t>(p / 30 * lane), static_cast<std::uint32_t>(p % 30)});
    }
    const float* const planes[] = {cells.data()};
    const float* const linear_planes[] = {linear.data()};
    const float* const square_planes[] = {square.data()};
    const kernel::noise_terms terms{.mean = true, .constant = true, .per_sum = shot, .linear = true, .square = true};
    kernel::analog_reads reads(layout, {{.shift = 0, .mask = 7}}, terms, {11, rcim::purpose::column_noise});
    reads.program(planes, nullptr, {mean, constant, linear_planes, square_planes});
    kernel::analog_reads::scratch work;
    std::vector<double> y(at(positions * results * lane));
    reads.read(kernel::read_positions<std::int16_t>{x.data(), line.data(), window}, y.data(), nullptr, work, where);

    struct moments {
        double mean = 0.0, variance = 0.0;
    };
    const auto moments_of = [&](auto&& value) {
        moments m;
        for (index_t n = 0; n < positions * lane; ++n) {
            m.mean += value(n) / samples;
        }
        for (index_t n = 0; n < positions * lane; ++n) {
            m.variance += (value(n) - m.mean) * (value(n) - m.mean) / samples;
        }
        return m;
    };
    const auto of_kernel = [&](index_t n, index_t r) { return y[at((n / lane * results + r) * lane + n % lane)]; };
    const rcim::random_source own(12, rcim::purpose::test);
    std::vector<moments> all;
    for (index_t r = 0; r < results; ++r) {
        CAPTURE(r);
        std::vector<double> cell_by_cell;
        for (index_t n = 0; n < positions * lane; ++n) {
            double sum = 0.0;
            for (index_t l = 0; l < driven; ++l) {
                const std::size_t c = at(r * driven + l);
                const double drive = x[at(l * lane)];
                const double current = static_cast<double>(cells[c]) * drive;
                const double variance = static_cast<double>(cell_constant[c]) + static_cast<double>(shot) * current +
                                        static_cast<double>(linear[c]) * drive + static_cast<double>(square[c]) * drive * drive;
                const auto draw = static_cast<std::uint64_t>((n * results + r) * driven + l);
                sum += current + static_cast<double>(cell_mean[c]) + std::sqrt(variance) * own.normal(draw);
            }
            cell_by_cell.push_back(sum);
        }
        const moments expected = moments_of([&](index_t n) { return cell_by_cell[at(n)]; });
        const moments found = moments_of([&](index_t n) { return of_kernel(n, r); });
        // Five standard errors of the difference of two samples.
        CHECK(std::abs(found.mean - expected.mean) < 5.0 * std::sqrt(2.0 * expected.variance / samples));
        CHECK(std::abs(found.variance / expected.variance - 1.0) < 5.0 * std::sqrt(2.0 * 2.0 / samples));
        all.push_back(found);
        // And the distribution is normal: of the mean and the deviation that these cells have, not those of the sample.
        double mean_of_sum = 0.0, variance_of_sum = 0.0;
        for (index_t l = 0; l < driven; ++l) {
            const std::size_t c = at(r * driven + l);
            const double drive = x[at(l * lane)];
            const double current = static_cast<double>(cells[c]) * drive;
            mean_of_sum += current + static_cast<double>(cell_mean[c]);
            variance_of_sum += static_cast<double>(cell_constant[c]) + static_cast<double>(shot) * current + static_cast<double>(linear[c]) * drive +
                               static_cast<double>(square[c]) * drive * drive;
        }
        std::vector<double> sums;
        for (index_t n = 0; n < positions * lane; ++n) {
            sums.push_back(of_kernel(n, r));
        }
        CHECK(rcim_test::is_normal(sums, mean_of_sum, std::sqrt(variance_of_sum)));
    }
    // Other results, samples, positions and images: no correlation, within five standard errors.
    const auto correlation = [&](index_t r, index_t s, index_t shift) {
        double sum = 0.0;
        for (index_t n = 0; n < positions * lane; ++n) {
            const index_t other = (n + shift) % (positions * lane);
            sum += (of_kernel(n, r) - all[at(r)].mean) * (of_kernel(other, s) - all[at(s)].mean);
        }
        return std::abs(sum / samples) / std::sqrt(all[at(r)].variance * all[at(s)].variance);
    };
    const double bound = 5.0 / std::sqrt(samples);
    for (index_t r = 0; r < results; ++r) {
        for (index_t s = 0; s < results; ++s) {
            CHECK((r == s || correlation(r, s, 0) < bound));
            for (const index_t shift : {index_t{1}, lane, 3 * lane, 30 * lane}) {
                CHECK(correlation(r, s, shift) < bound);
            }
        }
    }
}

} // namespace analog_reads_tests
