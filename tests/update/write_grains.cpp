#include <laws/update_laws.hpp>
#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/row_write.hpp>
#include <rcim/update/whole_write.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rcim;

namespace write_grains_tests {

constexpr index_t inputs = 21, outputs = 13;
constexpr sgd momentum{.learning_rate = 0.5f, .momentum = 0.9f, .weight_decay = 0.01f};
constexpr sgd plain{.learning_rate = 1.0f};
using tiles = geometry<8, 24>;

/// Writes only steps of at least two codes.
template <class Inner>
struct no_single_codes {
    using policy_kind = update_kind;
    Inner inner{};
    void keep_write(no_state&, const update_context&, const write_row& row) const {
        for (index_t i = 0; i < row.steps.size(); ++i) {
            row.steps[i] = std::abs(row.steps[i]) < 2 ? 0 : row.steps[i];
        }
    }
    static std::string name() { return "no_single_codes<" + Inner::name() + ">"; }
    static constexpr auto fields() { return std::tuple{field{"inner", &no_single_codes::inner}}; }
};

/// An array that descends random gradients, of which most word lines have none.
template <class Design, plan Plan = plan_of<Design>>
struct trained {
    crossbar_array<Design, Plan> array;
    layer_events events{};
    update_report report{};
    int steps = 0;

    explicit trained(const Design& chip) : array(chip, inputs, outputs, 9, 1) {
        std::vector<float> w(static_cast<std::size_t>(inputs * outputs));
        const random_source draws(1, purpose::test);
        for (std::size_t i = 0; i < w.size(); ++i) {
            w[i] = 0.3f * static_cast<float>(draws.normal(i));
        }
        array.program({w.data(), outputs, inputs});
    }
    void step(thread_pool& pool) {
        const random_source draws(2, purpose::test, 0, static_cast<std::uint32_t>(steps));
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                const auto at = static_cast<std::uint64_t>(o * inputs + i);
                const bool rests = (i + steps) % 3 != 0 || at % 4 == 0;
                array.gradient()[o * array.row_stride() + i] =
                    rests ? 0.0f : 4.0f * array.format().lsb * static_cast<float>(draws.normal(at));
            }
        }
        array.update({.step = static_cast<std::uint32_t>(steps++)}, pool, report, &events);
    }
    [[nodiscard]] std::vector<float> weights() const {
        std::vector<float> all;
        for (index_t o = 0; o < outputs; ++o) {
            all.insert(all.end(), array.weights().row(o).begin(), array.weights().row(o).end());
        }
        return all;
    }
};

/// All grains hold the same codes; what is written and what is skipped is all.
template <class Design, class Rule>
void same_codes(const Design& chip, const Rule& rule) {
    INFO(describe(chip));
    trained cells(chip.with(rule));
    trained lines(chip.with(row_write<Rule>{rule}));
    trained whole(chip.with(whole_write<Rule>{rule}));
    thread_pool pool(2);
    for (int n = 0; n < 8; ++n) {
        cells.step(pool);
        lines.step(pool);
        whole.step(pool);
        CHECK(lines.weights() == cells.weights());
        CHECK(whole.weights() == cells.weights());
    }
    const event_counts a = cells.events[stage::weights], b = lines.events[stage::weights], c = whole.events[stage::weights];
    CHECK(c.rows_skipped + c.cells_skipped == 0);
    CHECK(a.row_writes + a.rows_skipped == c.row_writes);
    CHECK(b.row_writes + b.rows_skipped == c.row_writes);
    CHECK(a.cell_writes + a.cells_skipped == c.cell_writes);
    CHECK(b.cell_writes + b.cells_skipped == c.cell_writes);
    CHECK(a.row_writes > 0);
    CHECK(a.row_writes <= b.row_writes);
    CHECK(b.row_writes < c.row_writes);
    CHECK(a.cell_writes < b.cell_writes);
    CHECK(c.serial_writes == 8 * 8);
    CHECK(a.serial_writes <= b.serial_writes);
}

TEST_CASE("write grains: the outermost rule that states one is heard") {
    static_assert(write_grain_of<sgd>() == write_grain::cells);
    static_assert(write_grain_of<row_write<sgd>>() == write_grain::line);
    static_assert(write_grain_of<gated_on_use<whole_write<sgd>>>() == write_grain::whole);
    static_assert(write_grain_of<row_write<whole_write<sgd>>>() == write_grain::line, "the outermost is heard");
}

TEST_CASE("write grains: exact cells hold the same codes, bit for bit, in every encoding and with stuck cells") {
    constexpr auto stuck = design<>{}.with(multilevel_cell<2>{}).with(tiles{}).with(stuck_at{.p_stuck_hrs = 0.09f, .p_stuck_lrs = 0.02f});
    same_codes(stuck.with(bit_sliced<8, offset>{}), plain);
    same_codes(stuck.with(bit_sliced<8, differential, nearest>{}), accumulated_rows<>{.codes = 2.0f, .inner = plain});
    same_codes(stuck.with(bit_sliced<16, sign_magnitude, carried>{}), plain);
    same_codes(stuck.with(bit_sliced<16, differential>{}), gated_on_use<>{.theta = 0.5f, .inner = plain});
    same_codes(stuck.with(bit_sliced<8, offset, nearest>{}), no_single_codes<sgd>{plain});
}

TEST_CASE("write grains: without rest, momentum and decay write every line") {
    constexpr auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, offset>{}).with(tiles{});
    trained lines(chip.with(row_write<>{momentum}));
    trained cells(chip.with(momentum));
    thread_pool pool(1);
    for (int n = 0; n < 5; ++n) {
        lines.step(pool);
        cells.step(pool);
    }
    CHECK(lines.weights() == cells.weights());
    CHECK(lines.events[stage::weights].rows_skipped < lines.events[stage::weights].row_writes / 4);
}

TEST_CASE("write grains: a line is decided after keep_write") {
    constexpr auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, differential, nearest>{}).with(tiles{});
    crossbar_array array(chip.with(row_write<no_single_codes<sgd>>{}), inputs, outputs, 1, 0);
    std::vector<float> increment(static_cast<std::size_t>(outputs * array.row_stride()), 0.0f);
    const float lsb = array.format().lsb;
    increment[3] = lsb;                                                    // kept from being written
    increment[static_cast<std::size_t>(array.row_stride()) + 5] = 2 * lsb; // input 5, tile 0, which has 6 outputs
    increment[static_cast<std::size_t>(12 * array.row_stride()) + 20] = -3 * lsb; // input 20, tile 2, which has 1
    thread_pool pool(1);
    update_report report;
    layer_events events;
    array.add(increment, {}, pool, report, &events);
    const event_counts& writes = events[stage::weights];
    CHECK(writes.row_writes == 2 * 2);
    CHECK(writes.cell_writes == 2 * 4 * (6 + 1));
    CHECK(writes.pulses == writes.cell_writes);
    CHECK(writes.serial_writes == 1);
    CHECK(writes.rows_skipped == 2 * 3 * 21 - 4);
    CHECK(writes.cells_skipped == 2 * 4 * 13 * 21 - 56);
    // [array][column of crossbars][input]
    CHECK(events.weight_lines.writes.size() == 2 * 3 * 21);
    for (const std::size_t line : {5u, 2u * 21u + 20u, 3u * 21u + 5u, 5u * 21u + 20u}) {
        CHECK(events.weight_lines.writes[line] == 1);
    }
    CHECK(events.weight_lines.total() == 4);
    CHECK(events.weight_lines.cells_per_line == 24);
}

/// Writes that each cell has left before and after one increment of two codes on each of a few weights.
template <plan Plan, class Design, class Written>
void check_wear(const Design& chip, Written&& written) {
    INFO(describe(chip));
    crossbar_array<Design, Plan> array(chip, inputs, outputs, 3, 0);
    thread_pool pool(2);
    update_report report;
    std::vector<float> increment(static_cast<std::size_t>(outputs * array.row_stride()), 0.0f);
    increment[4] = 2 * array.format().lsb;
    increment[static_cast<std::size_t>(7 * array.row_stride() + 9)] = 2 * array.format().lsb;
    std::vector<std::uint32_t> left;
    const auto each = [&](auto&& visit) {
        for (int a = 0; a < (array.format().pair ? 2 : 1); ++a) {
            for (index_t o = 0; o < outputs; ++o) {
                for (index_t i = 0; i < inputs; ++i) {
                    for (int s = 0; s < array.format().slices; ++s) {
                        visit(a, o, i, s);
                    }
                }
            }
        }
    };
    each([&](int a, index_t o, index_t i, int s) { left.push_back(array.writes_left(a, o, i, s)); });
    std::vector<bool> stuck;
    each([&](int a, index_t o, index_t i, int s) { stuck.push_back((array.keep(a, o, i) >> (2 * s) & 1u) == 0); });
    array.add(increment, {}, pool, report);
    std::size_t n = 0;
    std::uint64_t writes = 0;
    int broken = 0;
    each([&](int a, index_t o, index_t i, int s) {
        const bool once = written(a, o, i, s) && !stuck[n];
        broken += array.writes_left(a, o, i, s) == left[n] - (once ? 1u : 0u) ? 0 : 1;
        // Those with one write left have now made it, and stick.
        broken += once && left[n] == 1 && (array.keep(a, o, i) >> (2 * s) & 1u) != 0 ? 1 : 0;
        writes += once ? 1u : 0u;
        ++n;
    });
    CHECK(broken == 0);
    CHECK(report.cell_writes == writes);
    CHECK(report.worn_cells > 0);
}

template <plan Plan>
void check_wear_of_grains() {
    // About half of the cells last one write.
    constexpr auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, differential, nearest>{}).with(geometry<8, 24>{})
                              .with(chain<stuck_at, wear_out>{stuck_at{.p_stuck_hrs = 0.1f}, wear_out{.mean = 2.0, .sigma = 0.8f}});
    const auto in_lines = [](int, index_t o, index_t i, int) { return (i == 4 && o < 6) || (i == 9 && o >= 6 && o < 12); };
    check_wear<Plan>(chip.with(row_write<>{plain}), in_lines);
    check_wear<Plan>(chip.with(whole_write<>{plain}), [](int, index_t, index_t, int) { return true; });
    // Without faults a weight of zero changes in one cell of plus.
    constexpr auto healthy = chip.template without<fault_kind>().with(wear_out{.mean = 1.0, .sigma = 0.0f});
    check_wear<Plan>(healthy.with(plain), [](int a, index_t o, index_t i, int s) {
        return a == 0 && s == 0 && ((i == 4 && o == 0) || (i == 9 && o == 7));
    });
    // Slices that are off are not written.
    check_wear<Plan>(chip.with(row_write<gated_on_use<>>{{.theta = 0.9f, .inner = plain}}),
                     [&](int a, index_t o, index_t i, int s) { return s < 2 && in_lines(a, o, i, s); });
}

TEST_CASE("write grains: every cell of a written line wears, whether its level changes or not") {
    check_wear_of_grains<plan::folded>();
    check_wear_of_grains<plan::reference>();
}

TEST_CASE("write grains: cells that are not exact are programmed anew on written lines, and on these alone") {
    constexpr auto chip = design<>{}.with(cycle_variation<multilevel_cell<2>>{.sigma = 0.05f, .inner = {.on_off_ratio = 10.0}})
                              .with(bit_sliced<8, differential, nearest>{})
                              .with(geometry<8, 24>{}).with(stuck_at{.p_stuck_hrs = 0.1f, .p_stuck_lrs = 0.1f}).with(row_write<>{plain});
    crossbar_array array(chip, inputs, outputs, 3, 0);
    std::vector<float> w(static_cast<std::size_t>(inputs * outputs), 1.0f);
    array.program({w.data(), outputs, inputs});
    std::vector<float> increment(static_cast<std::size_t>(outputs * array.row_stride()), 0.0f);
    increment[4] = 2 * array.format().lsb;
    std::vector<double> before;
    const auto each = [&](auto&& visit) {
        std::size_t n = 0;
        for (int a = 0; a < 2; ++a) {
            for (index_t o = 0; o < outputs; ++o) {
                for (index_t i = 0; i < inputs; ++i) {
                    for (int s = 0; s < 4; ++s) {
                        visit(a, o, i, s, n++);
                    }
                }
            }
        }
    };
    each([&](int a, index_t o, index_t i, int s, std::size_t) { before.push_back(array.conductance(a, o, i, s)); });
    std::vector<stored_word<>> words;
    for (index_t o = 0; o < outputs; ++o) {
        words.push_back(array.stored(o, 4));
    }
    thread_pool pool(1);
    update_report report;
    layer_events events;
    array.add(increment, {.step = 5}, pool, report, &events);
    int broken = 0;
    std::uint64_t programmed = 0;
    each([&](int a, index_t o, index_t i, int s, std::size_t n) {
        const bool written = i == 4 && o < 6 && (array.keep(a, o, i) >> (2 * s) & 1u) != 0;
        broken += (array.conductance(a, o, i, s) != before[n]) == written ? 0 : 1;
        programmed += written ? 1u : 0u;
    });
    CHECK(broken == 0);
    CHECK(report.cell_writes == programmed);
    CHECK(report.pulses == programmed);
    CHECK(events[stage::weights].pulses == programmed);
    CHECK(events[stage::weights].cell_writes == 2 * 4 * 6);
    CHECK(events[stage::weights].row_writes == 2);
    // Levels are as they were, but for the weight that moved.
    for (index_t o = 1; o < outputs; ++o) {
        CHECK(array.stored(o, 4) == words[static_cast<std::size_t>(o)]);
    }
}

} // namespace write_grains_tests
