#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rcim;

namespace thresholds_tests {

constexpr stuck_at faults{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f};
constexpr sgd plain{.learning_rate = 0.5f, .momentum = 0.5f};

struct history {
    std::vector<stored_word<>> words;
    std::vector<float> weights;
    friend bool operator==(const history&, const history&) = default;
};

/// Codes and effective weights after each of many steps, from weights that reach full scale.
template <class Design>
std::vector<history> train(const Design& chip, int steps) {
    crossbar_array<Design> array(chip, 40, 24, 9, 0);
    const random_source draws(51, purpose::test);
    std::vector<float> start(40 * 24);
    for (std::size_t i = 0; i < start.size(); ++i) {
        start[i] = 3.0f * static_cast<float>(draws.normal(i));
    }
    array.program({start.data(), 24, 40});
    thread_pool pool(1);
    update_report report;
    std::vector<history> all;
    for (int n = 0; n < steps; ++n) {
        const random_source noise(52, purpose::test, 0, static_cast<std::uint32_t>(n));
        float* const gradient = array.gradient();
        for (index_t o = 0; o < 24; ++o) {
            for (index_t i = 0; i < 40; ++i) {
                const auto at = static_cast<std::size_t>(o * array.row_stride() + i);
                // Depends on the weight, as training does: what differs once goes on to differ.
                gradient[at] = 0.3f * static_cast<float>(noise.normal(at)) + 0.01f * array.weights()(o, i);
            }
        }
        array.update({.step = static_cast<std::uint32_t>(n)}, pool, report);
        history now;
        for (index_t o = 0; o < 24; ++o) {
            for (index_t i = 0; i < 40; ++i) {
                now.words.push_back(array.stored(o, i));
                now.weights.push_back(array.weights()(o, i));
            }
        }
        all.push_back(std::move(now));
    }
    return all;
}

TEST_CASE("a threshold at the largest decodable magnitude changes nothing: 16 in differential Q4.12, faults included") {
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(faults);
    const std::vector<history> expected = train(chip.with(plain), 120);
    CHECK(train(chip.with(clipped_on_use<sgd>{.theta = 16.0f, .inner = plain}), 120) == expected);
    CHECK(train(chip.with(zeroed_on_use<sgd>{.theta = 16.0f, .inner = plain}), 120) == expected);
    CHECK(train(chip.with(gated_on_use<sgd>{.theta = 16.0f, .inner = plain}), 120) == expected);
    CHECK(train(chip.with(clipped_on_write<sgd>{.theta = 16.0f, .inner = plain}), 120) == expected);
    // And a lower one changes something.
    CHECK(train(chip.with(clipped_on_use<sgd>{.theta = 11.0f, .inner = plain}), 120) != expected);
    CHECK(train(chip.with(zeroed_on_use<sgd>{.theta = 11.0f, .inner = plain}), 120) != expected);
    CHECK(train(chip.with(gated_on_use<sgd>{.theta = 3.9f, .inner = plain}), 120) != expected);
    CHECK(train(chip.with(clipped_on_write<sgd>{.theta = 7.9f, .inner = plain}), 120) != expected);
}

TEST_CASE("a threshold at the largest decodable magnitude changes nothing: 8 in offset Q4.12, 64 with two bits of padding") {
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, offset, nearest>{}).with(faults);
    const std::vector<history> expected = train(chip.with(plain), 60);
    CHECK(train(chip.with(clipped_on_use<sgd>{.theta = 8.0f, .inner = plain}), 60) == expected);
    CHECK(train(chip.with(zeroed_on_use<sgd>{.theta = 8.0f, .inner = plain}), 60) == expected);
    CHECK(train(chip.with(clipped_on_use<sgd>{.theta = 7.5f, .inner = plain}), 60) != expected);

    const auto padded = design<>{}.with(multilevel_cell<3>{}).with(bit_sliced<16, sign_magnitude, carried>{}).with(faults);
    const std::vector<history> expected_padded = train(padded.with(plain), 60);
    CHECK(train(padded.with(clipped_on_use<sgd>{.theta = 64.0f, .inner = plain}), 60) == expected_padded);
    CHECK(train(padded.with(gated_on_use<sgd>{.theta = 64.0f, .inner = plain}), 60) == expected_padded);
    CHECK(train(padded.with(clipped_on_use<sgd>{.theta = 30.0f, .inner = plain}), 60) != expected_padded);
}

TEST_CASE("what is used lies within the threshold, whatever is stuck") {
    const auto pairs = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(faults);
    const auto largest = [](const std::vector<history>& all) {
        float most = 0.0f;
        for (const history& h : all) {
            for (const float w : h.weights) {
                most = std::max(most, std::abs(w));
            }
        }
        return most;
    };
    CHECK(largest(train(pairs.with(plain), 20)) > 8.0f);
    CHECK(largest(train(pairs.with(clipped_on_use<sgd>{.theta = 0.25f, .inner = plain}), 20)) == 0.25f);
    CHECK(largest(train(pairs.with(zeroed_on_use<sgd>{.theta = 0.25f, .inner = plain}), 20)) == 0.25f);
    // 1024 codes need six slices of two bits, which hold up to 4095.
    CHECK(largest(train(pairs.with(gated_on_use<sgd>{.theta = 0.25f, .inner = plain}), 20)) == 4095.0f / 4096.0f);
    CHECK(largest(train(pairs.with(clipped_on_write<sgd>{.theta = 0.25f, .inner = plain}), 20)) > 1.0f);
}

} // namespace thresholds_tests
