#include <rcim/kernel/analog_reads.hpp>
#include <rcim/kernel/reference_analog.hpp>

#include <rcim/core/random.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace kernel = rcim::kernel;
using rcim::adc_transfer;
using rcim::converter_index;
using rcim::drive_cycle;
using rcim::index_t;
using rcim::lanes;

namespace {

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

float added_by(index_t group, int plane, index_t result, int cycle, index_t position) {
    return static_cast<float>(3 * group - 2 * plane + result % 7 - cycle + 5 * (position % 3)) * 0.375f;
}

using site_key = std::tuple<index_t, int, index_t, int, index_t>;

/// Adds a known function of the site and remembers who asked.
struct site_noise {
    std::map<site_key, int>* calls = nullptr;

    void operator()(lanes& sum, const kernel::read_site& s) const {
        ++(*calls)[{s.group, s.plane, s.result, s.cycle, s.position}];
        alignas(64) float x[lane];
        sum.store(x);
        for (index_t l = 0; l < lane; ++l) {
            x[l] += added_by(s.group, s.plane, s.result, s.cycle, s.position) + static_cast<float>(l);
        }
        sum = lanes::load(x);
    }
};

/// A matrix with its inputs and converters, drawn at random.
struct read_case {
    kernel::read_layout layout;
    std::vector<drive_cycle> cycles; ///< one of weight 1 if real
    bool real = false;
    bool disturbed = false;
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
        disturbed = d.one_in(4);
        draw_cycles(d);
        draw_cells(d);
        draw_inputs(d);
        draw_converters(d);
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

    [[nodiscard]] kernel::analog_reads programmed(rcim::thread_pool* pool = nullptr) const {
        kernel::analog_reads reads(layout, real ? std::vector<drive_cycle>{} : cycles);
        reads.set_converters(converters, index);
        reads.program(planes, pool);
        return reads;
    }

    template <class... Disturb>
    void read(const kernel::analog_reads& reads, index_t first, index_t count, double* y, float* passed,
              kernel::analog_reads::scratch& work, Disturb&&... disturb) const {
        const auto some = std::span(window).subspan(at(first), at(count));
        if (real) {
            reads.read(kernel::read_positions<float>{numbers.data(), line.data(), some}, y, passed, work, disturb...);
        } else {
            reads.read(kernel::read_positions<std::int16_t>{whole.data(), line.data(), some}, y, passed, work, disturb...);
        }
    }

    [[nodiscard]] kernel::reference::analog_result judge(index_t position, index_t result, index_t sample) const {
        const auto drive = [&](index_t l, int cycle) {
            const std::size_t from = at(window[at(position)] + line[at(l)] + sample);
            return real ? numbers[from] : static_cast<float>(cycles[at(cycle)].drive(whole[from]));
        };
        const auto disturb = [&](float sum, index_t group, int plane, int cycle) {
            return disturbed ? sum + (added_by(group, plane, result, cycle, position) + static_cast<float>(sample)) : sum;
        };
        return kernel::reference::analog_read(layout, cycles, planes, converters, index, result, drive, disturb);
    }
    /// About the largest sum.
    [[nodiscard]] double full_scale() const {
        const double drive = real ? 1.0 : static_cast<double>(cycles.front().mask);
        return static_cast<double>(layout.top()) * drive * static_cast<double>(std::min(layout.lines.driven, layout.lines.group));
    }
    /// Conversions of 16 samples in a position.
    [[nodiscard]] index_t conversions() const {
        return layout.lines.groups() * layout.planes() * layout.lines.results * static_cast<index_t>(cycles.size());
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
    std::map<site_key, int> calls;
    if (c.disturbed) {
        c.read(reads, 0, c.positions, y.data(), shares, work, site_noise{&calls});
        REQUIRE(static_cast<index_t>(calls.size()) == c.conversions() * c.positions);
        REQUIRE(std::all_of(calls.begin(), calls.end(), [](const auto& call) { return call.second == 1; }));
    } else {
        c.read(reads, 0, c.positions, y.data(), shares, work);
    }
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

} // namespace

TEST_CASE("analog reads: any design, bit for bit as the judge") {
    std::set<std::tuple<int, int, bool>> seen;
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        CAPTURE(seed);
        const read_case c(seed);
        seen.insert({static_cast<int>(kernel::float_transfer(c.converters.front()).kind), static_cast<int>(c.index), c.real});
        check(c, seed);
    }
    CHECK(seen.size() == 3 * 4 * 2);
}

TEST_CASE("analog reads: positions on their own and cells packed by several threads give the same bits") {
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
