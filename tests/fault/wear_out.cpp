#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/gated_on_use.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <cmath>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace wear_out_tests {

TEST_CASE("wear_out: endurances are lognormal with the mean asked for, and worn cells stick as asked") {
    const wear_out faults{.mean = 1e7, .sigma = 0.8f, .hrs_share = 0.3f};
    constexpr std::uint64_t n = 20000;
    std::vector<double> logs, writes;
    double low = 0.0;
    for (std::uint64_t i = 0; i < n; ++i) {
        const worn_cell cell = faults.wear(random_source(4, purpose::fault_map), {.index = i}, 4);
        logs.push_back(std::log(cell.endurance));
        writes.push_back(cell.endurance);
        low += cell.level == 0 ? 1.0 : 0.0;
        CHECK_UNARY(cell.level == 0 || cell.level == 3);
    }
    const double sigma = static_cast<double>(faults.sigma);
    CHECK(kolmogorov_smirnov(logs, [&](double x) { return normal_cdf((x - std::log(1e7) + 0.5 * sigma * sigma) / sigma); }) < ks_bound);
    CHECK(mean_is(writes, 1e7));
    CHECK(binomial(low, n, static_cast<double>(faults.hrs_share)));
}

/// The same random increments on an array; every cell's writes are counted from outside.
template <plan Plan, class Design>
struct worn_array {
    crossbar_array<Design, Plan> array;
    std::vector<double> writes;
    update_report report;
    int rules_broken = 0;

    explicit worn_array(const Design& chip) : array(chip, 21, 13, 7, 2), writes(static_cast<std::size_t>(cells()), 0.0) {
        const std::vector<std::uint32_t> before = digits();
        const random_source source(6, purpose::test);
        std::vector<float> w(21 * 13);
        for (std::size_t i = 0; i < w.size(); ++i) {
            w[i] = source.uniform(i) - 0.5f;
        }
        array.program({w.data(), 13, 21});
        compare(before);
    }

    [[nodiscard]] int slices() const { return array.format().slices; }
    [[nodiscard]] int arrays() const { return array.format().pair ? 2 : 1; }
    [[nodiscard]] int cells() const { return 21 * 13 * arrays() * slices(); }

    template <class Visit>
    void each(Visit&& visit) const {
        for (index_t o = 0; o < 13; ++o) {
            for (index_t i = 0; i < 21; ++i) {
                for (int a = 0; a < arrays(); ++a) {
                    for (int s = 0; s < slices(); ++s) {
                        visit(a, o, i, s);
                    }
                }
            }
        }
    }
    [[nodiscard]] std::vector<std::uint32_t> digits() const {
        std::vector<std::uint32_t> all;
        each([&](int a, index_t o, index_t i, int s) {
            const stored_word<> word = array.stored(o, i);
            all.push_back(static_cast<std::uint32_t>(a == 0 ? word.plus : word.minus) >> (2 * s) & 3u);
        });
        return all;
    }
    [[nodiscard]] bool stuck(int a, index_t o, index_t i, int s) const { return (array.keep(a, o, i) >> (2 * s) & 1u) == 0; }

    /// Cells that died held another level when they were written last, so they may differ without having been seen to.
    void compare(const std::vector<std::uint32_t>& before) {
        const std::vector<std::uint32_t> after = digits();
        std::size_t n = 0;
        each([&](int a, index_t o, index_t i, int s) {
            if (!stuck(a, o, i, s)) {
                writes[n] += before[n] != after[n] ? 1.0 : 0.0;
            }
            ++n;
        });
    }

    void step(std::uint32_t number, thread_pool& pool) {
        const std::vector<std::uint32_t> before = digits();
        const random_source source(6, purpose::test, 1, number);
        std::vector<float> increment(static_cast<std::size_t>(13 * array.row_stride()), 0.0f);
        for (index_t o = 0; o < 13; ++o) {
            for (index_t i = 0; i < 21; ++i) {
                const auto at = static_cast<std::uint64_t>(o * 21 + i);
                increment[static_cast<std::size_t>(o * array.row_stride() + i)] = at % 3 == 0 ? 0.0f : 0.02f * (source.uniform(at) - 0.5f);
            }
        }
        array.add(increment, {.step = number}, pool, report);
        compare(before);
    }
};

template <class Design>
void check_wear(const Design& chip, double endurance) {
    INFO(describe(chip));
    thread_pool one(1), three(3);
    worn_array<plan::folded, Design> fast(chip);
    worn_array<plan::folded, Design> threaded(chip);
    worn_array<plan::reference, Design> slow(chip);
    for (std::uint32_t n = 0; n < 40; ++n) {
        fast.step(n, one);
        threaded.step(n, three);
        slow.step(n, one);
    }
    CHECK(fast.report.cell_writes == slow.report.cell_writes);
    CHECK(fast.report.worn_cells == slow.report.worn_cells);
    CHECK(fast.report.cell_writes == threaded.report.cell_writes);
    CHECK(fast.report.worn_cells > 0);
    int different = 0, miscounted = 0, alive = 0;
    std::size_t n = 0;
    fast.each([&](int a, index_t o, index_t i, int s) {
        different += fast.stuck(a, o, i, s) != slow.stuck(a, o, i, s) || fast.stuck(a, o, i, s) != threaded.stuck(a, o, i, s) ? 1 : 0;
        different += fast.array.writes_left(a, o, i, s) != slow.array.writes_left(a, o, i, s) ? 1 : 0;
        if (!fast.stuck(a, o, i, s)) {
            ++alive;
            miscounted += fast.writes[n] + fast.array.writes_left(a, o, i, s) != endurance ? 1 : 0;
            miscounted += fast.writes[n] >= endurance ? 1 : 0;
        } else {
            miscounted += fast.writes[n] > endurance ? 1 : 0;
        }
        ++n;
    });
    for (index_t o = 0; o < 13; ++o) {
        for (index_t i = 0; i < 21; ++i) {
            different += fast.array.stored(o, i) != slow.array.stored(o, i) || fast.array.weights()(o, i) != slow.array.weights()(o, i) ? 1 : 0;
        }
    }
    CHECK(different == 0);
    CHECK(miscounted == 0);
    CHECK(alive > 0);
}

TEST_CASE("wear: writes are counted cell by cell, the last one leaves a cell stuck, and both plans agree") {
    const auto base = design<>{}.with(multilevel_cell<2>{}).with(wear_out{.mean = 12.0, .sigma = 0.0f, .hrs_share = 0.5f});
    check_wear(base.with(bit_sliced<16, differential>{}), 12.0);
    check_wear(base.with(bit_sliced<16, offset>{}), 12.0);
    check_wear(base.with(bit_sliced<16, differential, carried>{}).with(clipped_on_use<sgd>{.theta = 0.3f}), 12.0);
    check_wear(base.with(bit_sliced<16, differential, nearest>{}).with(gated_on_use<sgd>{.theta = 0.3f}), 12.0);
}

TEST_CASE("wear: cells that are stuck from the start are not written") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<16, offset>{})
                          .with(chain<stuck_at, wear_out>{stuck_at{.p_stuck_hrs = 0.5f, .p_stuck_lrs = 0.5f}, wear_out{.mean = 1.0}});
    worn_array<plan::folded, std::remove_const_t<decltype(chip)>> dead(chip);
    thread_pool one(1);
    dead.step(0, one);
    CHECK(dead.report.cell_writes == 0);
    CHECK(dead.report.worn_cells == 0);
}

} // namespace wear_out_tests
