#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/core/random.hpp>
#include <rcim/design/design.hpp>
#include <rcim/update/concept.hpp>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace rcim_test {

using rcim::index_t;

/// Copies state out of one owner and into another, array by array.
struct state_copy : rcim::archive {
    std::vector<std::string> names;
    std::vector<std::string> bytes;
    bool restoring = false;
    std::size_t next = 0;

protected:
    void on_array(const array& a) override {
        if (restoring) {
            REQUIRE(next < names.size());
            REQUIRE(names[next] == a.name);
            REQUIRE(bytes[next].size() == a.bytes);
            if (a.bytes > 0) {
                std::memcpy(a.data, bytes[next].data(), a.bytes);
            }
            ++next;
        } else {
            names.push_back(a.name);
            bytes.emplace_back(static_cast<const char*>(a.data), a.bytes);
        }
    }
};

/// A rule with its state, fed with random gradients.
template <rcim::UpdateRule R>
struct driven_rule {
    static constexpr index_t size = 70;
    /// Weights on crossbars that they fill in part.
    static constexpr rcim::line_layout layout{
        .inputs = 13, .outputs = 5, .stride = 14, .outputs_per_line = 2, .inputs_per_crossbar = 4, .lsb = 0.01f};

    R rule;
    rcim::rule_state<R> state;
    std::vector<float> weights = std::vector<float>(size), stored = weights, gradient = weights, increment = weights;

    explicit driven_rule(const R& r) : rule(r), state(r, size) {
        const rcim::random_source draws(41, rcim::purpose::test);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            weights[i] = 0.2f * static_cast<float>(draws.normal(i));
        }
        clear_padding(weights);
        stored = weights;
        state.programmed(weights);
    }

    static void clear_padding(std::vector<float>& values) {
        for (index_t i = layout.inputs; i < size; i += layout.stride) {
            values[static_cast<std::size_t>(i)] = 0.0f;
        }
    }

    /// The increments of one step. Where the rule asks for what is stored, increments are stored exactly.
    std::vector<float> step(std::uint32_t n, float scale = 1.0f) {
        const rcim::random_source draws(42, rcim::purpose::test, 0, n);
        for (std::size_t i = 0; i < gradient.size(); ++i) {
            gradient[i] = scale * static_cast<float>(draws.normal(i));
        }
        clear_padding(gradient);
        // What was there before is overwritten.
        increment.assign(size, 7.0f);
        const std::span<const float> shown = rcim::reads_stored<R>() ? std::span<const float>(stored) : std::span<const float>();
        state.delta(rule, {.rate = 0.5f, .step = n}, {gradient, weights, shown, increment, layout});
        for (std::size_t i = 0; i < stored.size(); ++i) {
            stored[i] += increment[i];
        }
        return increment;
    }

    state_copy saved() {
        state_copy copy;
        state.visit(copy);
        return copy;
    }
};

/// Formats that the rule can meet: pairs and, unless the rule needs a pair, one array.
template <class R>
std::vector<rcim::code_format> formats_for() {
    const auto format = [](int bits, int cell_bits, bool pair) {
        const std::int32_t half = std::int32_t{1} << (bits - 1);
        return rcim::code_format{.lsb = 16.0f / static_cast<float>(2 * half),
                                 .cell_bits = cell_bits,
                                 .slices = (bits + cell_bits - 1) / cell_bits,
                                 .minus_constant = pair ? 0 : half,
                                 .pair = pair,
                                 .range = {-half, half - 1}};
    };
    std::vector<rcim::code_format> formats{format(16, 2, true), format(16, 3, true), format(8, 4, true), format(4, 1, true), format(12, 12, true)};
    if (!rcim::detail::needs_pair<R>()) {
        formats.insert(formats.end(), {format(16, 2, false), format(16, 5, false), format(2, 2, false)});
    }
    return formats;
}

/// `delta` and states: no gradient, no increment (where there is no decay: `decays` false); the same calls, the same bits; and
/// what `visit` shows is all that is remembered.
template <rcim::UpdateRule R>
void delta_laws(const R& rule, bool decays) {
    driven_rule<R> still(rule), first(rule), second(rule), resumed(rule);
    int moved = 0;
    for (std::uint32_t n = 0; n < 4; ++n) {
        for (const float increment : still.step(n, 0.0f)) {
            moved += increment != 0.0f ? 1 : 0;
        }
    }
    CHECK((moved != 0) == decays);

    int broken = 0;
    for (std::uint32_t n = 0; n < 5; ++n) {
        const std::vector<float> a = first.step(n), b = second.step(n);
        broken += a == b ? 0 : 1;
        for (const float increment : a) {
            broken += std::isfinite(increment) ? 0 : 1;
        }
    }
    CHECK(broken == 0);

    state_copy copy = first.saved();
    CHECK(copy.bytes == second.saved().bytes);
    for (const std::string& name : copy.names) {
        CHECK(name.starts_with(R::name() + "/"));
    }
    copy.restoring = true;
    resumed.state.visit(copy);
    CHECK(copy.next == copy.names.size());
    resumed.stored = first.stored;
    for (std::uint32_t n = 5; n < 9; ++n) {
        CHECK(resumed.step(n) == first.step(n));
    }
}

/// `limit`, `slices_on` and `used`, on words of any content.
template <rcim::UpdateRule R>
void word_laws(const R& rule) {
    for (const rcim::code_format& format : formats_for<R>()) {
        INFO(format.cell_bits, " bits a cell, ", format.slices, " slices, pair ", format.pair);
        const rcim::weight_bounds limit = rcim::stored_limit(rule, format);
        CHECK(limit.low <= 0.0f);
        CHECK(limit.high >= 0.0f);
        const rcim::code_bounds codes = format.codes_within(limit);
        CHECK(codes.low >= format.range.low);
        CHECK(codes.high <= format.range.high);
        CHECK(codes.low <= 0);
        CHECK(codes.high >= 0);
        const std::int32_t on = rcim::word_in_use(rule, format);
        CHECK(on >= (1 << format.cell_bits) - 1);
        CHECK(on <= format.top_word());
        CHECK((on & (on + 1)) == 0);

        const rcim::random_source draws(43, rcim::purpose::test);
        int broken = 0;
        for (std::uint64_t trial = 0; trial < 4000; ++trial) {
            const auto bound = static_cast<std::uint32_t>(format.top_word()) + 1;
            const auto plus = static_cast<std::int32_t>(draws.below(2 * trial, bound));
            const auto any = static_cast<std::int32_t>(draws.below(2 * trial + 1, bound));
            const std::int32_t minus = !format.pair ? format.minus_constant : trial % 3 == 0 ? 0 : any;
            const rcim::stored_word<> once = rcim::used_word(rule, rcim::stored_word<>{plus, minus}, format);
            broken += rcim::used_word(rule, once, format) == once ? 0 : 1;
            broken += once.plus >= 0 && once.plus <= std::max(plus, minus) ? 0 : 1;
            broken += format.pair ? (once.minus >= 0 && once.minus <= std::max(plus, minus) ? 0 : 1) : (once.minus == minus ? 0 : 1);
            broken += rcim::used_word(rule, rcim::stored_word<>{minus, minus}, format).code() == 0 ? 0 : 1;
            // Codes within the limit are used as they are, when healthy.
            const std::int32_t within = std::clamp(plus - minus, codes.low, codes.high);
            const rcim::stored_word<> healthy =
                format.pair ? rcim::stored_word<>{std::max(within, 0), std::max(-within, 0)} : rcim::stored_word<>{within + minus, minus};
            broken += rcim::used_word(rule, healthy, format) == healthy ? 0 : 1;
        }
        CHECK(broken == 0);
    }
    // Weights that are stored directly.
    if constexpr (!rcim::detail::needs_pair<R>()) {
        const rcim::code_format direct{};
        const rcim::weight_bounds limit = rcim::stored_limit(rule, direct);
        for (const float w : {0.0f, 0.1f, -0.25f, 3.0f, -70.0f}) {
            const float once = rcim::used_word(rule, rcim::stored_word<float>{w, 0.0f}, direct).code();
            CHECK(rcim::used_word(rule, rcim::stored_word<float>{once, 0.0f}, direct).code() == once);
            CHECK(std::abs(once) <= std::abs(w));
            if (w >= limit.low && w <= limit.high) {
                CHECK(once == w);
            }
        }
    }
}

/// `keep_write`: each step of a word line is left or cleared, the same way each time, and steps of other lines are not touched.
template <rcim::UpdateRule R>
void keep_write_laws(const R& rule) {
    if constexpr (rcim::has_keep_write<R>()) {
        constexpr index_t stride = 3;
        driven_rule<R> first(rule), second(rule);
        std::vector<std::int32_t> before(stride * 20), a, b;
        const rcim::random_source draws(44, rcim::purpose::test);
        for (std::size_t i = 0; i < before.size(); ++i) {
            before[i] = static_cast<std::int32_t>(draws.below(i, 9)) - 4;
        }
        a = b = before;
        first.state.keep_write(rule, {}, {.layer_row = 1, .first_output = 0, .steps = {a.data() + 1, 20, stride}});
        second.state.keep_write(rule, {}, {.layer_row = 1, .first_output = 0, .steps = {b.data() + 1, 20, stride}});
        CHECK(a == b);
        int broken = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            broken += a[i] == before[i] || (i % stride == 1 && a[i] == 0) ? 0 : 1;
        }
        CHECK(broken == 0);
    }
}

/// Laws of `UpdateRule`, as its header states them.
template <rcim::UpdateRule R>
void update_laws(const R& rule, bool decays = false) {
    INFO(rcim::describe(rule));
    policy_laws(rule);
    delta_laws(rule, decays);
    word_laws(rule);
    keep_write_laws(rule);
}

} // namespace rcim_test
