#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/row_write.hpp>
#include <rcim/update/whole_write.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

// What arrays count of their writes, against counts from outside.

using namespace rcim;

namespace weight_events_tests {

constexpr sgd plain{.learning_rate = 1.0f};
constexpr design<> ideal{};
using cell2 = multilevel_cell<2>;

/// One step on an array of 21 x 13 weights, and the writes of it as they can be seen from outside: cells whose level differs.
template <class Design, plan Plan>
struct watched_array {
    static constexpr index_t inputs = 21, outputs = 13;

    crossbar_array<Design, Plan> array;
    layer_events events{};
    event_counts expected{};
    std::vector<std::uint32_t> line_writes{};

    explicit watched_array(const Design& chip) : array(chip, inputs, outputs, 11, 1) {
        std::vector<float> w(static_cast<std::size_t>(inputs * outputs));
        const random_source draws(1, purpose::test);
        for (std::size_t i = 0; i < w.size(); ++i) {
            w[i] = 0.3f * static_cast<float>(draws.normal(i));
        }
        array.program({w.data(), outputs, inputs});
    }

    [[nodiscard]] std::vector<stored_word<>> words() const {
        std::vector<stored_word<>> all;
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                all.push_back(array.stored(o, i));
            }
        }
        return all;
    }

    void step(std::uint32_t number, thread_pool& pool) {
        const random_source draws(2, purpose::test, 0, number);
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                const auto at = static_cast<std::uint64_t>(o * inputs + i);
                const bool rests = draws.below(2 * at, 3) > 0 || i % 5 == static_cast<index_t>(number % 5);
                array.gradient()[o * array.row_stride() + i] =
                    rests ? 0.0f : 8.0f * array.format().lsb * static_cast<float>(draws.normal(at));
            }
        }
        const std::vector<stored_word<>> before = words();
        update_report report;
        array.update({.step = number}, pool, report, &events);
        watch(before, words());
    }

    void watch(const std::vector<stored_word<>>& before, const std::vector<stored_word<>>& after) {
        const tiling& t = array.tiles();
        const int arrays = array.format().pair ? 2 : 1;
        const std::uint32_t cell = (1u << array.format().cell_bits) - 1;
        std::vector<std::uint32_t> lines(static_cast<std::size_t>(arrays * t.col_tiles * inputs), 0);
        line_writes.resize(lines.size(), 0);
        const int slices = kernel::slices_in_use(array.chip().update, array.format());
        for (int a = 0; a < arrays; ++a) {
            for (index_t o = 0; o < outputs; ++o) {
                for (index_t i = 0; i < inputs; ++i) {
                    const auto at = static_cast<std::size_t>(o * inputs + i);
                    const auto flips =
                        static_cast<std::uint32_t>(a == 0 ? before[at].plus ^ after[at].plus : before[at].minus ^ after[at].minus);
                    for (int s = 0; s < array.format().slices; ++s) {
                        if ((flips >> (s * array.format().cell_bits) & cell) != 0) {
                            ++expected.cell_writes;
                            lines[static_cast<std::size_t>((a * t.col_tiles + o / t.weights_per_row) * inputs + i)] = 1;
                        }
                    }
                }
            }
        }
        std::vector<std::uint64_t> crossbars(static_cast<std::size_t>(arrays * t.tiles()), 0);
        for (std::size_t l = 0; l < lines.size(); ++l) {
            line_writes[l] += lines[l];
            expected.row_writes += lines[l];
            const auto tile = static_cast<index_t>(l) / inputs * t.row_tiles + static_cast<index_t>(l) % inputs / t.rows;
            crossbars[static_cast<std::size_t>(tile)] += lines[l];
        }
        expected.serial_writes += *std::max_element(crossbars.begin(), crossbars.end());
        expected.rows_skipped = (all_lines += lines.size()) - expected.row_writes;
        expected.cells_skipped = (all_cells += static_cast<std::uint64_t>(arrays * outputs * inputs * slices)) - expected.cell_writes;
        expected.pulses = expected.cell_writes;
        expected.buffer_words += static_cast<std::uint64_t>(inputs * outputs);
    }

    std::uint64_t all_lines = 0, all_cells = 0;
};

template <plan Plan, class Design>
event_counts check_counts_of(const Design& chip, int threads) {
    watched_array<Design, Plan> watched(chip);
    thread_pool pool(threads);
    for (std::uint32_t n = 0; n < 5; ++n) {
        watched.step(n, pool);
        CHECK(watched.events[stage::weights] == watched.expected);
        CHECK(watched.events.weight_lines.writes == watched.line_writes);
    }
    CHECK(watched.expected.cell_writes > 0);
    CHECK(watched.expected.rows_skipped > 0);
    const line_wear& lines = watched.events.weight_lines;
    CHECK(lines.total() == watched.expected.row_writes);
    CHECK(lines.most() <= 5);
    CHECK(lines.cells_per_line >= static_cast<std::uint64_t>(watched.array.tiles().weights_per_row));
    return watched.expected;
}

/// In both plans, on any number of threads.
template <class Design>
void check_counts(const Design& chip) {
    INFO(describe(chip));
    const event_counts one = check_counts_of<plan::folded>(chip, 1);
    CHECK(check_counts_of<plan::folded>(chip, 3) == one);
    CHECK(check_counts_of<plan::reference>(chip, 1) == one);
}

constexpr stuck_at some{.p_stuck_hrs = 0.09f, .p_stuck_lrs = 0.03f};
constexpr auto tiled = ideal.with(geometry<8, 24>{}).with(some);

TEST_CASE("weight events: cells that change, of every size, in every encoding") {
    check_counts(tiled.with(cell2{}).with(bit_sliced<8, offset>{}).with(plain));
    check_counts(tiled.with(multilevel_cell<1>{}).with(bit_sliced<8, differential>{}).with(plain));
    check_counts(tiled.with(multilevel_cell<3>{}).with(bit_sliced<16, sign_magnitude, nearest>{}).with(plain));
    check_counts(tiled.with(multilevel_cell<5>{}).with(bit_sliced<20, offset>{}).with(plain));
    check_counts(tiled.with(bit_sliced<16, differential>{}).with(plain));
    check_counts(ideal.with(some).with(cell2{}).with(bit_sliced<16, offset>{}).with(plain));
}

TEST_CASE("weight events: slices that are off, words of a code, cells that the digital side keeps") {
    check_counts(tiled.with(cell2{}).with(bit_sliced<16, differential>{}).with(gated_on_use<>{.theta = 0.5f, .inner = plain}));
    check_counts(ideal.with(geometry<8, 24>{})
                     .with(stuck_at{.p_stuck_hrs = 0.01f})
                     .with(cell2{})
                     .with(bit_sliced<16, differential>{})
                     .with(plain)
                     .with(bit_serial_dac<16>{})
                     .with(an_code<119>{}));
    check_counts(tiled.with(cell2{}).with(bit_sliced<8, differential>{}).with(stuck_compensation{}).with(plain));
    check_counts(tiled.with(cell2{}).with(bit_sliced<8, offset>{}).with(stuck_compensation{}).with(plain));
}

TEST_CASE("weight events: lines and everything, of words of a code") {
    constexpr auto chip = ideal.with(geometry<8, 24>{})
                              .with(cell2{})
                              .with(bit_sliced<16, differential, nearest>{})
                              .with(bit_serial_dac<16>{})
                              .with(an_code<119>{});
    crossbar_array lines(chip.with(row_write<>{plain}), 21, 13, 1, 0);
    crossbar_array whole(chip.with(whole_write<>{plain}), 21, 13, 1, 0);
    std::vector<float> increment(static_cast<std::size_t>(13 * lines.row_stride()), 0.0f);
    increment[3] = 4 * lines.format().lsb;
    thread_pool pool(2);
    update_report a, b;
    layer_events c, d;
    lines.add(increment, {}, pool, a, &c);
    whole.add(increment, {}, pool, b, &d);
    // Two weights of 12 cells side by side, of which 8 hold the word.
    CHECK(c[stage::weights].cell_writes == 2 * 2 * 12);
    CHECK(a.cell_writes == 2 * 2 * 12);
    CHECK(a.plain_cell_writes == 2 * 2 * 8);
    CHECK(d[stage::weights].cell_writes == 2 * 12 * 21 * 13);
    CHECK(b.cell_writes == 2 * 12 * 21 * 13);
    CHECK(b.plain_cell_writes == 2 * 8 * 21 * 13);
}

template <class Rule>
double pulses_each(const Rule& rule) {
    const auto chip = tiled.with(pulses_of(reram_array_hfo2, cell2{})).with(bit_sliced<8, differential>{}).with(rule);
    crossbar_array array(chip, 21, 13, 4, 0);
    thread_pool pool(2);
    update_report report;
    layer_events events;
    for (std::uint32_t n = 0; n < 4; ++n) {
        const random_source draws(3, purpose::test, 0, n);
        for (index_t o = 0; o < 13; ++o) {
            for (index_t i = 0; i < 21; ++i) {
                array.gradient()[o * array.row_stride() + i] =
                    0.1f * static_cast<float>(draws.normal(static_cast<std::uint64_t>(o * 21 + i)));
            }
        }
        array.update({.step = n}, pool, report, &events);
    }
    const event_counts& writes = events[stage::weights];
    CHECK(writes.pulses == report.pulses);
    if (write_grain_of<Rule>() == write_grain::cells) {
        CHECK(writes.cell_writes == report.cell_writes);
    } else {
        CHECK(writes.cell_writes >= report.cell_writes); // stuck ones among them
    }
    return static_cast<double>(writes.pulses) / static_cast<double>(writes.cell_writes);
}

TEST_CASE("weight events: pulses are those that cells count") {
    CHECK(pulses_each(plain) != doctest::Approx(1.0));
    CHECK(pulses_each(row_write<>{plain}) != doctest::Approx(1.0));
}

TEST_CASE("weight events: words of the buffer and of digital memory") {
    thread_pool pool(1);
    const auto words = [&](const auto& chip) {
        crossbar_array array(chip, 21, 13, 4, 0);
        layer_events events;
        update_report report;
        static_cast<void>(array.gradient());
        for (std::uint32_t n = 0; n < 3; ++n) {
            array.update({.step = n}, pool, report, &events);
        }
        CHECK(events[stage::weights].buffer_words == 3 * 21 * 13);
        CHECK(events[stage::weights].digital_words == 2 * 3 * events.footprint.digital_words);
        return events.footprint.digital_words / (21 * 13);
    };
    constexpr sgd heavy{.momentum = 0.9f};
    const auto coded = ideal.with(cell2{}).with(bit_sliced<8, offset>{});
    CHECK(words(coded.with(plain)) == 0);
    CHECK(words(coded.with(heavy)) == 1);
    CHECK(words(ideal.with(heavy)) == 1);
    CHECK(words(ideal.with(cell2{}).with(bit_sliced<8, offset, carried>{}).with(plain)) == 1);
    CHECK(words(ideal.with(cell2{}).with(bit_sliced<8, offset, carried>{})
                    .with(row_write<digital_master<accumulated_rows<>>>{{{.codes = 1.0f, .inner = heavy}}})) == 4);
}

TEST_CASE("weight events: of rules that do not learn nothing, of weights without cells no writes") {
    thread_pool pool(1);
    update_report report;
    layer_events events;
    crossbar_array backbone(ideal.with(cell2{}).with(bit_sliced<8, offset>{}), 21, 13, 4, 0);
    std::fill_n(backbone.gradient(), 21, 1.0f);
    backbone.update({}, pool, report, &events);
    CHECK(events.total() == event_counts{});
    CHECK(events.weight_lines.writes.empty());
    crossbar_array direct(ideal.with(row_write<>{plain}), 21, 13, 4, 0);
    std::fill_n(direct.gradient(), 21, 1.0f);
    direct.update({}, pool, report, &events);
    event_counts words;
    words.buffer_words = 21 * 13;
    CHECK(events.total() == words);
}

TEST_CASE("weight events: padding and increments of zero are no writes") {
    thread_pool pool(1);
    update_report report;
    layer_events events;
    crossbar_array array(ideal.with(cell2{}).with(bit_sliced<8, differential>{}).with(row_write<>{plain}), 5, 3, 4, 0);
    array.add(std::vector<float>(static_cast<std::size_t>(3 * array.row_stride()), 0.0f), {}, pool, report, &events);
    CHECK(events[stage::weights].row_writes + events[stage::weights].cell_writes + events[stage::weights].serial_writes == 0);
    CHECK(events[stage::weights].rows_skipped == 2 * 5);
    CHECK(events[stage::weights].cells_skipped == 2 * 4 * 5 * 3);
}

} // namespace weight_events_tests
