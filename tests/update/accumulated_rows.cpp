#include <laws/update_laws.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/digital_master.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <vector>

using namespace rcim;

namespace accumulated_rows_tests {

using rcim_test::driven_rule;

constexpr sgd plain{.learning_rate = 1.0f};

/// The rule one weight at a time: what of `sum` is handed on, which is then zero.
std::vector<float> handed_on(std::vector<float>& sum, const std::vector<float>& increment, const line_layout& l, float codes,
                             float relative, bool whole_crossbars, float elision) {
    float most = 0.0f;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] += increment[i];
        most = std::fmax(most, std::fabs(sum[i]));
    }
    const float threshold = elision * std::fmax(codes * l.lsb, relative * most);
    const auto together = [&](index_t o, index_t i, index_t p, index_t j) {
        return o / l.outputs_per_line == p / l.outputs_per_line &&
               (whole_crossbars ? i / l.inputs_per_crossbar == j / l.inputs_per_crossbar : i == j);
    };
    std::vector<float> result(sum.size(), 0.0f);
    for (index_t o = 0; o < l.outputs; ++o) {
        for (index_t i = 0; i < l.inputs; ++i) {
            bool now = false;
            for (index_t p = 0; p < l.outputs; ++p) {
                for (index_t j = 0; j < l.inputs; ++j) {
                    now = now || (together(o, i, p, j) && std::fabs(sum[static_cast<std::size_t>(p * l.stride + j)]) > threshold);
                }
            }
            const auto at = static_cast<std::size_t>(o * l.stride + i);
            result[at] = now ? sum[at] : 0.0f;
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] = result[i] != 0.0f ? 0.0f : sum[i];
    }
    return result;
}

template <class Rule>
void check_against_definition(const Rule& rule, const line_layout& layout, float elision) {
    const auto size = static_cast<std::size_t>(layout.outputs * layout.stride);
    rule_state<Rule> state(rule, static_cast<index_t>(size));
    std::vector<float> sum(size, 0.0f), weight(size, 0.0f), gradient(size), increment(size);
    int handed = 0, waiting = 0;
    for (std::uint32_t step = 0; step < 8; ++step) {
        const random_source draws(3, purpose::test, 0, step);
        std::vector<float> wanted(size);
        for (std::size_t i = 0; i < size; ++i) {
            // Lines of different size.
            const bool padding = static_cast<index_t>(i) % layout.stride >= layout.inputs;
            gradient[i] = padding ? 0.0f : static_cast<float>(draws.normal(i)) * std::ldexp(1.0f, -static_cast<int>(i % 7));
            wanted[i] = -gradient[i];
        }
        const std::vector<float> expected =
            handed_on(sum, wanted, layout, rule.codes, rule.relative, rule.whole_crossbars, elision);
        state.delta(rule, {.step = step, .elision = elision}, {gradient, weight, {}, increment, layout});
        CHECK(increment == expected);
        for (index_t o = 0; o < layout.outputs; ++o) {
            for (index_t i = 0; i < layout.inputs; ++i) {
                (increment[static_cast<std::size_t>(o * layout.stride + i)] != 0.0f ? handed : waiting) += 1;
            }
        }
    }
    CHECK(handed > 0);
    CHECK(waiting > 0);
}

TEST_CASE("accumulated_rows: lines are handed on as the definition says, on tiles of any extent") {
    using rule = accumulated_rows<sgd>;
    const line_layout layouts[] = {
        {.inputs = 13, .outputs = 5, .stride = 16, .outputs_per_line = 2, .inputs_per_crossbar = 4, .lsb = 0.01f},
        {.inputs = 130, .outputs = 7, .stride = 144, .outputs_per_line = 3, .inputs_per_crossbar = 128, .lsb = 0.01f},
        {.inputs = 65, .outputs = 3, .stride = 80, .outputs_per_line = 1, .inputs_per_crossbar = 1, .lsb = 0.01f}};
    for (const line_layout& layout : layouts) {
        for (const bool whole : {false, true}) {
            CAPTURE(layout.inputs);
            CAPTURE(whole);
            const float share = whole ? 0.9f : 0.5f;
            check_against_definition(rule{.codes = whole ? 200.0f : 100.0f, .whole_crossbars = whole, .inner = plain}, layout, 1.0f);
            check_against_definition(rule{.relative = share, .whole_crossbars = whole, .inner = plain}, layout, 1.0f);
            check_against_definition(rule{.codes = 50.0f, .relative = 0.25f, .whole_crossbars = whole, .inner = plain}, layout, 3.0f);
        }
    }
}

TEST_CASE("accumulated_rows: without thresholds it is the rule inside, bit for bit, and keeps nothing") {
    using rule = accumulated_rows<sgd>;
    constexpr sgd inner{.momentum = 0.9f, .weight_decay = 0.01f};
    driven_rule<rule> none(rule{.inner = inner}), whole(rule{.whole_crossbars = true, .inner = inner});
    driven_rule<sgd> without(inner);
    for (std::uint32_t n = 0; n < 5; ++n) {
        const std::vector<float> expected = without.step(n);
        const bool same = std::memcmp(none.step(n).data(), expected.data(), expected.size() * sizeof(float)) == 0;
        CHECK(same);
        CHECK(whole.step(n) == expected);
    }
    CHECK(words_per_weight(rule{.inner = inner}) == 1);
    CHECK(words_per_weight(rule{.codes = 1.0f, .inner = inner}) == 2);
    CHECK(words_per_weight(rule{.relative = 0.1f}) == 1);
}

TEST_CASE("accumulated_rows: nothing is lost, and a factor of zero hands everything on") {
    using rule = accumulated_rows<sgd>;
    const rule waits{.codes = 1e6f, .inner = plain};
    rule_state<rule> state(waits, 32);
    const line_layout layout{.inputs = 14, .outputs = 2, .stride = 16, .outputs_per_line = 1, .inputs_per_crossbar = 14, .lsb = 1.0f};
    std::vector<float> gradient(32, -0.5f), weight(32, 0.0f), increment(32);
    for (std::size_t i = 0; i < 32; i += 16) {
        gradient[i + 14] = gradient[i + 15] = 0.0f;
    }
    for (std::uint32_t n = 0; n < 3; ++n) {
        state.delta(waits, {.step = n}, {gradient, weight, {}, increment, layout});
        CHECK(increment == std::vector<float>(32, 0.0f));
    }
    state.delta(waits, {.step = 3, .elision = 0.0f}, {gradient, weight, {}, increment, layout});
    CHECK(increment[0] == 2.0f);
    CHECK(increment[29] == 2.0f);
    CHECK(increment[30] == 0.0f);
    // Whole weights are programmed: what waited is forgotten.
    state.delta(waits, {.step = 4}, {gradient, weight, {}, increment, layout});
    state.programmed(weight);
    state.delta(waits, {.step = 5, .elision = 0.0f}, {gradient, weight, {}, increment, layout});
    CHECK(increment[0] == 0.5f);
}

TEST_CASE("accumulated_rows: what is at the threshold waits") {
    using rule = accumulated_rows<sgd>;
    const rule waits{.codes = 2.0f, .inner = plain};
    rule_state<rule> state(waits, 16);
    const line_layout layout{.inputs = 16, .outputs = 1, .stride = 16, .lsb = 0.25f};
    std::vector<float> gradient(16, 0.0f), weight(16, 0.0f), increment(16);
    gradient[3] = 0.25f;
    for (const float handed : {0.0f, 0.0f, -0.75f, 0.0f}) {
        state.delta(waits, {}, {gradient, weight, {}, increment, layout});
        CHECK(increment[3] == handed);
    }
}

TEST_CASE("accumulated_rows: increments far below a code add up on a chip, in codes of its format and line by line") {
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential, nearest>{}).with(geometry<128, 32>{});
    const accumulated_rows<> rule{.codes = 1.75f, .inner = plain};
    crossbar_array array(chip.with(rule), 5, 8, 1, 0);
    crossbar_array lossy(chip.with(plain), 5, 8, 1, 0);
    const float lsb = array.format().lsb;
    thread_pool pool(1);
    update_report report;
    for (std::uint32_t n = 0; n < 8; ++n) {
        for (index_t o = 0; o < 8; ++o) {
            for (index_t i = 0; i < 5; ++i) {
                // Of input 0 one weight passes the threshold, and takes those of its tile along, 4 outputs; of the others none does.
                const float codes = i == 0 ? (o == 1 ? 0.25f : 0.125f) : 0.2f;
                array.gradient()[o * array.row_stride() + i] = lossy.gradient()[o * array.row_stride() + i] = -codes * lsb;
            }
        }
        array.update({.step = n}, pool, report);
        lossy.update({.step = n}, pool, report);
    }
    for (index_t o = 0; o < 8; ++o) {
        for (index_t i = 0; i < 5; ++i) {
            CAPTURE(o);
            CAPTURE(i);
            CHECK(array.weights()(o, i) == (i == 0 && o < 4 ? (o == 1 ? 2.0f : 1.0f) * lsb : 0.0f));
            CHECK(lossy.weights()(o, i) == 0.0f);
        }
    }
}

} // namespace accumulated_rows_tests
