#include <crossbar/both_plans.hpp>
#include <doctest/doctest.h>

#include <bit>
#include <cmath>

namespace rcim_test {

namespace {

/// Whether all cells of one weight conduct the same. Positions are floats, which this bound tells apart.
bool same_cells(const any_array& a, const any_array& b, index_t o, index_t i) {
    const auto equal = [](double x, double y) { return std::abs(x - y) <= 1e-11 * std::abs(x); };
    bool same = true;
    for (int n = 0; n < (a.format().pair ? 2 : 1); ++n) {
        for (int s = 0; s < a.format().slices; ++s) {
            same = same && equal(a.conductance(n, o, i, s), b.conductance(n, o, i, s)) &&
                   equal(a.used_conductance(n, o, i, s), b.used_conductance(n, o, i, s));
        }
    }
    return same;
}

/// The first difference between two arrays, or nothing.
std::string difference(const any_array& a, const any_array& b) {
    const auto w = a.weights();
    const auto v = b.weights();
    for (index_t o = 0; o < w.rows; ++o) {
        for (index_t i = 0; i < w.cols; ++i) {
            const auto sa = a.stored(o, i), sb = b.stored(o, i), ua = a.used(o, i), ub = b.used(o, i);
            if (!(sa == sb && ua == ub && same_cells(a, b, o, i) &&
                  std::bit_cast<std::uint32_t>(w(o, i)) == std::bit_cast<std::uint32_t>(v(o, i)))) {
                return rcim::text("(", o, ", ", i, "): stored ", sa.plus, " - ", sa.minus, " and ", sb.plus, " - ", sb.minus,
                                  ", used ", ua.plus, " - ", ua.minus, " and ", ub.plus, " - ", ub.minus, ", weight ", w(o, i),
                                  " and ", v(o, i));
            }
        }
    }
    return a.max_abs_weight() == b.max_abs_weight() ? "" : "largest weight";
}

/// The first cell whose masks differ, or which does not hold what it is stuck at.
std::string mask_difference(const any_array& a, const any_array& b) {
    const auto w = a.weights();
    const int arrays = a.format().pair ? 2 : 1;
    for (int n = 0; n < arrays; ++n) {
        for (index_t o = 0; o < w.rows; ++o) {
            for (index_t i = 0; i < w.cols; ++i) {
                const auto word = static_cast<std::uint32_t>(n == 0 ? a.stored(o, i).plus : a.stored(o, i).minus);
                if (a.keep(n, o, i) != b.keep(n, o, i) || a.stuck_level(n, o, i) != b.stuck_level(n, o, i) ||
                    (word & ~a.keep(n, o, i)) != a.stuck_level(n, o, i)) {
                    return rcim::text("array ", n, " (", o, ", ", i, ")");
                }
            }
        }
    }
    return "";
}

bool equal(const rcim::update_report& a, const rcim::update_report& b, bool writes) {
    const bool same_writes = a.cell_writes == b.cell_writes && a.pulses == b.pulses && a.worn_cells == b.worn_cells;
    return a.gradient_square == b.gradient_square && a.increments == b.increments && a.lost == b.lost &&
           a.changed_words == b.changed_words && (same_writes || !writes);
}

} // namespace

void compare_plans(any_array& folded, any_array& reference, const std::string& what, std::uint64_t seed, bool has_memory,
                   bool same_counts) {
    CAPTURE(what);
    const index_t outputs = folded.weights().rows;
    const index_t inputs = folded.weights().cols;
    const auto size = static_cast<std::size_t>(outputs * inputs);
    const auto& format = folded.format();
    const float full = format.lsb * static_cast<float>(format.range.high);
    const rcim::random_source source(seed, rcim::purpose::test);
    REQUIRE(difference(folded, reference) == "");
    REQUIRE(mask_difference(folded, reference) == "");

    std::vector<float> w(size);
    for (std::size_t i = 0; i < size; ++i) {
        w[i] = 1.3f * full * (2.0f * source.uniform(i) - 1.0f) * (i % 3 == 0 ? 1.0f : 0.1f);
    }
    folded.program({w.data(), outputs, inputs});
    reference.program({w.data(), outputs, inputs});
    REQUIRE(difference(folded, reference) == "");
    REQUIRE(mask_difference(folded, reference) == "");

    rcim::thread_pool threads(1 + static_cast<int>(seed % 3));
    rcim::thread_pool one(1);
    rcim::update_report total;
    rcim::layer_events events, expected_events;
    std::vector<float> gradient(size);
    for (std::uint32_t step = 0; step < 12; ++step) {
        CAPTURE(step);
        const rcim::random_source draws(seed, rcim::purpose::test, 1, step);
        const bool nothing = step % 4 == 2;
        // From a fraction of a code to all of the range; some weights rest.
        const float size_of_step = std::ldexp(format.lsb, static_cast<int>(draws.below(0, 12)) - 2);
        for (std::size_t i = 0; i < size; ++i) {
            const float value = (2.0f * draws.uniform(4 + 2 * i) - 1.0f) * size_of_step;
            gradient[i] = nothing || draws.below(5 + 2 * i, 4) == 0 ? 0.0f : value;
        }
        const rcim::update_context context{.rate = step < 8 ? 1.0f : 0.25f, .step = step};
        const auto before = folded.weights();
        const std::vector<float> old(before.data, before.data + before.rows * before.stride);
        const bool counted = step % 3 != 1;
        const auto report = folded.update(gradient, context, threads, counted ? &events : nullptr);
        const auto expected = reference.update(gradient, context, one, counted ? &expected_events : nullptr);
        REQUIRE(difference(folded, reference) == "");
        CHECK(equal(report, expected, same_counts));
        if (nothing && !has_memory) {
            CHECK(report.increments == 0);
            CHECK(report.changed_words == 0);
            CHECK(old == std::vector<float>(before.data, before.data + before.rows * before.stride));
        }
        total += report;
    }
    REQUIRE(mask_difference(folded, reference) == "");
    CHECK(total.changed_words > 0);
    // Where only one of them has cells that count pulses these differ.
    auto& writes = events[rcim::stage::weights];
    auto& expected_writes = expected_events[rcim::stage::weights];
    if (!same_counts) {
        writes.pulses = expected_writes.pulses;
    }
    CHECK(writes == expected_writes);
    CHECK(events.weight_lines.writes == expected_events.weight_lines.writes);
    CHECK(writes.cell_writes > 0);
    CHECK(events.weight_lines.total() == writes.row_writes);
}

} // namespace rcim_test
