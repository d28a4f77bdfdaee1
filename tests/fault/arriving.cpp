#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/arriving.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/clipped_on_use.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <array>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("arriving: every cell of the inner model sticks, in an epoch drawn uniformly") {
    const arriving<stuck_at> faults{.first_epoch = 2, .last_epoch = 6, .inner = {.p_stuck_hrs = 0.5f}};
    constexpr std::uint64_t n = 50000;
    std::array<double, 5> counts{};
    double stuck = 0.0;
    for (std::uint64_t i = 0; i < n; ++i) {
        const random_source source(4, purpose::fault_map);
        if (faults.stuck_level(source, {.index = i}, 4) != healthy) {
            stuck += 1.0;
            counts.at(static_cast<std::size_t>(faults.arrival_epoch(source, {.index = i}, 4) - 2)) += 1.0;
        }
    }
    CHECK(binomial(stuck, n, 0.5));
    std::array<double, 5> expected{};
    expected.fill(stuck / 5.0);
    CHECK(chi_square(counts, expected) < chi_square_bound(4));
}

TEST_CASE("arriving: cells stick when their epoch begins, and what they held is overridden") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<16, differential>{})
                          .with(arriving<stuck_at>{.first_epoch = 1, .last_epoch = 3, .inner = {.p_stuck_lrs = 0.3f}});
    crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, 40, 30, 7, 0);
    crossbar_array<std::remove_const_t<decltype(chip)>> late(chip, 40, 30, 7, 0);
    std::uint64_t last = 0;
    CHECK(array.census().stuck == 0);
    for (const int epoch : {0, 1, 2, 3, 4}) {
        array.begin_epoch(epoch);
        const cell_census count = array.census();
        CHECK(count.cells == 40u * 30u * 16u);
        CHECK((count.stuck > last) == (epoch >= 1 && epoch <= 3));
        last = count.stuck;
    }
    CHECK(binomial(static_cast<double>(last), 40 * 30 * 16, 0.3));
    late.begin_epoch(9);
    int different = 0;
    for (index_t o = 0; o < 30; ++o) {
        for (index_t i = 0; i < 40; ++i) {
            different += array.stored(o, i) != late.stored(o, i) || array.weights()(o, i) != late.weights()(o, i) ? 1 : 0;
            different += static_cast<std::uint32_t>(array.stored(o, i).plus) != array.stuck_level(0, o, i) ? 1 : 0;
        }
    }
    CHECK(different == 0);
}

TEST_CASE("fit: faults arrive at the beginning of epochs, also where a training goes on") {
    const dataset data = procedural_digits({.train = 200, .test = 50});
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<16, differential>{})
                          .with(chain<stuck_at, arriving<stuck_at>>{stuck_at{.p_stuck_hrs = 0.01f},
                                                                    arriving<stuck_at>{1, 2, {.p_stuck_hrs = 0.1f}}})
                          .with(clipped_on_use<sgd>{});
    network whole = lenet5(chip, 3);
    network parts = lenet5(chip, 3);
    const training_record record = fit(whole, data, {.epochs = 3, .evaluate = false});
    CHECK(record.epochs[0].stuck_cells == doctest::Approx(0.01).epsilon(0.05));
    CHECK(record.epochs[1].stuck_cells == doctest::Approx(0.059).epsilon(0.05));
    CHECK(record.epochs[2].stuck_cells == doctest::Approx(0.109).epsilon(0.05));
    fit(parts, data, {.epochs = 1, .evaluate = false});
    const training_record rest = fit(parts, data, {.epochs = 3, .evaluate = false, .first_epoch = 1});
    CHECK(rest.epochs.back().loss == record.epochs.back().loss);
    CHECK(text(parts.faults()) == text(whole.faults()));
}
