#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/core/snapshot.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/block_circulant.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/pruned.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/adam.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace rcim;

namespace pruned_tests {

constexpr index_t inputs = 37;
constexpr index_t outputs = 6;

constexpr auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(column_pruned<3, bit_sliced<8, differential>>{.map = {.fraction_bits = 6}})
                          .with(geometry<16, 8>{}); // 3 x 3 tiles, 5 rows in the last

std::vector<float> random_weights(std::uint64_t seed) {
    const random_source draw(seed, purpose::test);
    std::vector<float> w(inputs * outputs);
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = std::nearbyint((2.0f * draw.uniform(i) - 1.0f) * 100.0f) / 64.0f; // whole codes
    }
    return w;
}

/// The most weights that are not zero in a column.
template <class Array>
index_t most_nonzeros(const Array& array, index_t group) {
    index_t most = 0;
    for (index_t o = 0; o < array.outputs(); ++o) {
        for (index_t first = 0; first < array.inputs(); first += group) {
            index_t count = 0;
            for (index_t i = first; i < std::min(first + group, array.inputs()); ++i) {
                count += array.weights()(o, i) != 0.0f ? 1 : 0;
            }
            most = std::max(most, count);
        }
    }
    return most;
}

template <class Array>
void train(Array& array, std::uint32_t steps) {
    thread_pool pool(2);
    update_report report;
    for (std::uint32_t step = 0; step < steps; ++step) {
        const random_source draw(91, purpose::test, step);
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                array.gradient()[o * array.row_stride() + i] =
                    static_cast<float>(draw.normal(static_cast<std::uint64_t>(o * inputs + i)));
            }
        }
        array.prune_gradient();
        array.update({.step = step}, pool, report);
    }
}

TEST_CASE("pruned arrays: what is programmed is projected, column by column, and the rest stays as it was") {
    crossbar_array array(chip, inputs, outputs, 3, 0);
    const std::vector<float> w = random_weights(1);
    array.program({w.data(), outputs, inputs});
    CHECK(array.support().count() == outputs * 3 * 3);
    CHECK(most_nonzeros(array, 16) <= 3);
    for (index_t o = 0; o < outputs; ++o) {
        for (index_t i = 0; i < inputs; ++i) {
            CHECK(array.weights()(o, i) == (array.support().kept(o, i) ? w[static_cast<std::size_t>(o * inputs + i)] : 0.0f));
            CHECK((array.support().kept(o, i) || array.stored(o, i) == stored_word<>{}));
        }
    }
    const snapshot kept(array);
    const std::vector<float> other = random_weights(2);
    const auto support = std::vector<std::uint8_t>(array.support().all().begin(), array.support().all().end());
    array.program({other.data(), outputs, inputs});
    CHECK(!std::equal(support.begin(), support.end(), array.support().all().begin()));
    kept.restore(array);
    CHECK(std::equal(support.begin(), support.end(), array.support().all().begin()));
}

TEST_CASE("pruned arrays: rules with memory and stuck cells do not bring a pruned weight back") {
    const auto with_momentum = chip.with(sgd{.learning_rate = 0.5f, .momentum = 0.9f, .weight_decay = 0.01f});
    crossbar_array array(with_momentum, inputs, outputs, 3, 0);
    array.program({random_weights(1).data(), outputs, inputs});
    const auto before = std::vector<float>(array.weights().data, array.weights().data + array.weights().stride * outputs);
    train(array, 20);
    CHECK(most_nonzeros(array, 16) == 3);
    index_t moved = 0;
    for (index_t o = 0; o < outputs; ++o) {
        for (index_t i = 0; i < inputs; ++i) {
            moved += array.weights()(o, i) != before[static_cast<std::size_t>(o * array.row_stride() + i)] ? 1 : 0;
            CHECK((array.support().kept(o, i) || array.weights()(o, i) == 0.0f));
        }
    }
    CHECK(moved > 40);

    // With stuck cells a pruned weight is what they hold, before and after.
    crossbar_array faulty(chip.with(adam{.learning_rate = 0.1f}).with(stuck_at{.p_stuck_hrs = 0.05f, .p_stuck_lrs = 0.1f}),
                          inputs, outputs, 3, 0);
    faulty.program({random_weights(1).data(), outputs, inputs});
    const auto words = [&] {
        std::vector<std::int32_t> all;
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                if (!faulty.support().kept(o, i)) {
                    all.push_back(faulty.stored(o, i).plus);
                    all.push_back(faulty.stored(o, i).minus);
                }
            }
        }
        return all;
    };
    const auto held = words();
    CHECK(std::count_if(held.begin(), held.end(), [](std::int32_t word) { return word != 0; }) > 20);
    train(faulty, 10);
    CHECK(words() == held);
}

TEST_CASE("pruned arrays: weights that are tried or written for a task keep the support") {
    crossbar_array array(chip.with(sgd{}), inputs, outputs, 3, 0);
    array.program({random_weights(1).data(), outputs, inputs});
    const std::vector<float> w = random_weights(2);
    const std::vector<std::uint8_t> all(static_cast<std::size_t>(array.tiles().tiles()), 1);
    const auto check = [&] {
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                CHECK(array.weights()(o, i) ==
                      (array.support().kept(o, i) ? w[static_cast<std::size_t>(o * inputs + i)] : 0.0f));
            }
        }
    };
    array.adapt({}, {{w.data(), outputs, inputs}, all});
    check();
    thread_pool pool(1);
    update_report report;
    array.reprogram({w.data(), outputs, inputs}, all, {}, pool, report);
    check();
}

TEST_CASE("pruned arrays: columns are those of the rows that are driven at once, also under a mask") {
    const auto masked = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(column_masked<column_pruned<dynamic, bit_sliced<8, sign_magnitude>>, gating>{
                                .map = {.map = {.fraction_bits = 6}, .keep = {.nonzeros = 2}}, .rows = 9})
                            .with(geometry<20, 8>{}); // two blocks to a crossbar
    crossbar_array array(masked, inputs, outputs, 3, 0);
    array.program({random_weights(4).data(), outputs, inputs});
    CHECK(most_nonzeros(array, 9) == 2);
    CHECK(array.support().count() == outputs * (4 * 2 + 1));
    static_assert(prunes<decltype(masked.map)>() && masks_columns<decltype(masked.map)>());
    CHECK(describe(masked).find("pruned<largest_per_column<dynamic>, bit_sliced<8") != std::string::npos);
}

TEST_CASE("pruned arrays: vectors of circulant blocks are pruned like other weights, and have no copies") {
    using vectors = block_circulant<4, bit_sliced<8, differential>>;
    const auto circulant = [](index_t copies) {
        return design<>{}
            .with(multilevel_cell<2>{})
            .with(column_pruned<3, vectors>{.map = {.map = {.fraction_bits = 6}, .copies = copies}})
            .with(geometry<16, 8>{})
            .with(sgd{.learning_rate = 0.5f, .momentum = 0.9f});
    };
    crossbar_array array(circulant(1), 40, outputs, 3, 0);
    const std::vector<float> w(40 * outputs, 0.5f);
    array.program({w.data(), outputs, 40});
    CHECK(most_nonzeros(array, 16) == 3);
    CHECK_THROWS_WITH_AS(crossbar_array(circulant(2), 40, outputs, 3, 0), doctest::Contains("1 where weights are pruned"), error);
}

} // namespace pruned_tests
