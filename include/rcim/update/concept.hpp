#pragma once

/// @file
/// Update rules. A rule turns a gradient into an increment of the stored weight and says what may be stored and what is used.
/// It is one small struct with any of seven hooks; a wrapper holds the rule it changes in a member `inner`, writes only the
/// hooks that it changes, and the library walks the chain.
///
/// | hook | signature | order along the chain |
/// | --- | --- | --- |
/// | `delta` | `void delta(State&, const update_context&, const update_spans&) const` | innermost first; a wrapper finds the increment of its inner rule |
/// | `limit` | `weight_bounds limit(const code_format&) const`, around zero | the intersection |
/// | `keep_write` | `void keep_write(State&, const update_context&, write_row) const` | innermost first |
/// | `slices_on` | `int slices_on(const code_format&) const`: lowest slices that are read and written | the fewest |
/// | `used` | `template <class I> stored_word<I> used(stored_word<I>, const code_format&) const` | innermost first |
/// | `fitted_to` | `Rule fitted_to(matrix_view<const float> weights) const`: the rule for an array that is programmed with these | each for itself |
/// | `words_per_weight` | `int words_per_weight() const`: numbers that the rule keeps for each weight in digital memory | the sum |
///
/// A rule may declare `static constexpr write_grain grain`: what a step writes along with the cells that change. The outermost one that
/// does is heard.
///
/// A rule with memory declares `state(size) -> State`, and State has `visit(archive&)`; if State has `programmed(weights)`, it
/// is told the weights that the array is programmed with.
///
/// Laws (tests/laws/update_laws.hpp): a gradient of zero and a fresh state give an increment of zero where there is no weight
/// decay; the same call gives the same bits; `limit` contains zero; `keep_write` leaves a step or clears it; `slices_on` is at
/// least one; `fitted_to` changes nothing twice; `used` is idempotent, keeps a code of zero and needs no larger words than it is given.
///
/// Cost: `delta` is called once per array and step and must not allocate; `used` runs in the decode loop of every weight.

#include <rcim/core/archive.hpp>
#include <rcim/core/matrix_view.hpp>
#include <rcim/core/policy.hpp>
#include <rcim/mapping/stored_word.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace rcim::inline RCIM_ABI {

/// What every rule may know about the step.
struct update_context {
    float rate = 1.0f;      ///< factor of the schedule on the learning rate
    std::uint32_t step = 0; ///< steps since the start of training
    float elision = 1.0f;   ///< factor of the schedule on every threshold of elision, >= 0
};

/// How the weights of one call lie in crossbars. They are [outputs][stride], zero beyond `inputs` of each row. An input is a word line, cut
/// into pieces of `outputs_per_line` outputs: one for each column of crossbars.
struct line_layout {
    index_t inputs = 0;
    index_t outputs = 0;
    index_t stride = 0;              ///< >= inputs
    index_t outputs_per_line = 1;    ///< >= 1; the last piece may be shorter
    index_t inputs_per_crossbar = 1; ///< >= 1; word lines
    float lsb = 1.0f;                ///< weight of one code; 1 where weights are stored directly

    /// Of parameters that share no lines.
    [[nodiscard]] static constexpr line_layout one_each(std::size_t size) {
        const auto n = static_cast<index_t>(size);
        return {.inputs = n, .outputs = 1, .stride = n};
    }
};

/// The arrays of one call, all of one length, in weight units.
struct update_spans {
    std::span<const float> gradient;
    std::span<const float> weight; ///< as used by the forward pass
    std::span<const float> stored; ///< what increments are added to: `weight` without leakage; empty unless the rule declares `reads_stored`
    std::span<float> increment;    ///< out
    line_layout lines{};
};

/// What a step writes.
enum class write_grain {
    cells, ///< the cells that change
    line,  ///< of each word line of a crossbar with a step that is not zero all cells, in both arrays of a pair
    whole, ///< all cells of the layer
};

/// The rounded increments, in codes, of the weights that share one word line of one tile. `keep_write` sets those to zero
/// whose write is not issued.
struct write_row {
    index_t layer_row = 0; ///< input index of the row in the layer's matrix
    index_t first_output = 0;
    strided_span<std::int32_t> steps;
};

/// State of a rule without memory.
struct no_state {
    void visit(archive&) {}
};

namespace update_requires {
template <class R>
concept kind = PolicyOf<R, update_kind>;
template <class R>
concept wraps = requires(const R& rule) { rule.inner; };
template <class R>
concept has_state = requires(const R& rule) { rule.state(index_t{}); };
} // namespace update_requires

namespace detail {
template <class R>
auto own_state(const R& rule, index_t size) {
    if constexpr (update_requires::has_state<R>) {
        return rule.state(size);
    } else {
        return no_state{};
    }
}
template <class R>
using own_state_t = decltype(own_state(std::declval<const R&>(), index_t{}));
} // namespace detail

namespace update_requires {
template <class R>
concept delta = requires(const R& rule, detail::own_state_t<R>& state, const update_context& context,
                         const update_spans& spans) { rule.delta(state, context, spans); };
template <class R>
concept delta_or_inner = wraps<R> || delta<R>;
template <class R>
concept limit = requires(const R& rule, const code_format& format) {
    { rule.limit(format) } -> std::same_as<weight_bounds>;
};
template <class R>
concept slices_on = requires(const R& rule, const code_format& format) {
    { rule.slices_on(format) } -> std::same_as<int>;
};
template <class R>
concept keep_write = requires(const R& rule, detail::own_state_t<R>& state, const update_context& context,
                              const write_row& row) { rule.keep_write(state, context, row); };
template <class R>
concept used = requires(const R& rule, stored_word<> word, const code_format& format) {
    { rule.used(word, format) } -> std::same_as<stored_word<>>;
};
template <class R>
concept fitted_to = requires(const R& rule, matrix_view<const float> weights) {
    { rule.fitted_to(weights) } -> std::same_as<R>;
};
template <class R>
concept words_per_weight = requires(const R& rule) {
    { rule.words_per_weight() } -> std::same_as<int>;
};
template <class R>
concept grain = requires {
    { R::grain } -> std::convertible_to<write_grain>;
};
template <class R>
concept state_visits = requires(detail::own_state_t<R>& state, archive& a) { state.visit(a); };
} // namespace update_requires

/// Turns gradients into increments, or wraps a rule that does.
template <class R>
concept UpdateRule = update_requires::kind<R> && update_requires::delta_or_inner<R> && update_requires::state_visits<R>;

template <class R>
struct check_update;

namespace detail {
/// The rule inside, before the one around it.
template <class R>
consteval bool check_inner_update() {
    if constexpr (update_requires::wraps<R>) {
        return sizeof(check_update<std::remove_cvref_t<decltype(std::declval<R>().inner)>>) > 0;
    } else {
        return true;
    }
}
} // namespace detail

/// One assertion per requirement, so that the first line of an error names the role and the missing member.
template <class R>
struct check_update {
    static_assert(update_requires::kind<R>, "rcim: role Update: missing `using policy_kind = update_kind;`, "
                                            "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(update_requires::delta_or_inner<R>,
                  "rcim: role Update: missing `void delta(State&, const update_context&, const update_spans&) const;` "
                  "or a wrapped rule `Inner inner;`");
    static_assert(update_requires::state_visits<R>, "rcim: role Update: missing `void visit(archive&);` in the rule's state");
    static_assert(detail::check_inner_update<R>());
};

/// The states of a chain of rules, outermost first.
template <class R>
class rule_state {
public:
    rule_state(const R& rule, index_t size) : own_(detail::own_state(rule, size)), inner_(make_inner(rule, size)) {}

    void delta(const R& rule, const update_context& context, const update_spans& spans) {
        if constexpr (update_requires::wraps<R>) {
            inner_.delta(rule.inner, context, spans);
        }
        if constexpr (update_requires::delta<R>) {
            rule.delta(own_, context, spans);
        }
    }

    void keep_write(const R& rule, const update_context& context, const write_row& row) {
        if constexpr (update_requires::wraps<R>) {
            inner_.keep_write(rule.inner, context, row);
        }
        if constexpr (update_requires::keep_write<R>) {
            rule.keep_write(own_, context, row);
        }
    }

    /// Tells the states what the array was programmed with.
    void programmed(std::span<const float> weights) {
        if constexpr (requires { own_.programmed(weights); }) {
            own_.programmed(weights);
        }
        if constexpr (update_requires::wraps<R>) {
            inner_.programmed(weights);
        }
    }

    void visit(archive& a) {
        const archive::scope scope(a, R::name());
        own_.visit(a);
        inner_.visit(a);
    }

private:
    static auto make_inner(const R& rule, index_t size) {
        if constexpr (update_requires::wraps<R>) {
            return rule_state<std::remove_cvref_t<decltype(rule.inner)>>(rule.inner, size);
        } else {
            return no_state{};
        }
    }

    detail::own_state_t<R> own_;
    decltype(make_inner(std::declval<const R&>(), index_t{})) inner_;
};

/// Bounds of the stored target along the chain.
template <class R>
[[nodiscard]] constexpr weight_bounds stored_limit(const R& rule, const code_format& format) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    weight_bounds bounds{-infinity, infinity};
    if constexpr (update_requires::wraps<R>) {
        bounds = stored_limit(rule.inner, format);
    }
    if constexpr (update_requires::limit<R>) {
        const weight_bounds own = rule.limit(format);
        bounds = {std::max(bounds.low, own.low), std::min(bounds.high, own.high)};
    }
    return bounds;
}

/// The largest word of the slices that no rule of the chain switches off.
template <class R>
[[nodiscard]] constexpr std::int32_t word_in_use(const R& rule, const code_format& format) {
    std::int32_t word = format.top_word();
    if constexpr (update_requires::wraps<R>) {
        word = word_in_use(rule.inner, format);
    }
    if constexpr (update_requires::slices_on<R>) {
        word = std::min(word, (std::int32_t{1} << (format.cell_bits * rule.slices_on(format))) - 1);
    }
    return word;
}

/// The word that the periphery uses in place of the stored one.
template <class R, class I>
[[nodiscard]] constexpr stored_word<I> used_word(const R& rule, stored_word<I> word, const code_format& format) {
    if constexpr (update_requires::wraps<R>) {
        word = used_word(rule.inner, word, format);
    }
    if constexpr (update_requires::used<R>) {
        word = rule.used(word, format);
    }
    return word;
}

/// The rules of the chain as they are for an array that is programmed with these weights.
template <class R>
[[nodiscard]] constexpr R fitted_rule(R rule, matrix_view<const float> weights) {
    if constexpr (update_requires::fitted_to<R>) {
        rule = rule.fitted_to(weights);
    }
    if constexpr (update_requires::wraps<R>) {
        rule.inner = fitted_rule(rule.inner, weights);
    }
    return rule;
}

/// Whether any rule of the chain has the hook.
template <class R>
[[nodiscard]] consteval bool has_used() {
    if constexpr (update_requires::used<R>) {
        return true;
    } else if constexpr (update_requires::wraps<R>) {
        return has_used<std::remove_cvref_t<decltype(std::declval<R>().inner)>>();
    } else {
        return false;
    }
}
template <class R>
[[nodiscard]] consteval bool has_slices_on() {
    if constexpr (update_requires::slices_on<R>) {
        return true;
    } else if constexpr (update_requires::wraps<R>) {
        return has_slices_on<std::remove_cvref_t<decltype(std::declval<R>().inner)>>();
    } else {
        return false;
    }
}
template <class R>
[[nodiscard]] consteval bool has_keep_write() {
    if constexpr (update_requires::keep_write<R>) {
        return true;
    } else if constexpr (update_requires::wraps<R>) {
        return has_keep_write<std::remove_cvref_t<decltype(std::declval<R>().inner)>>();
    } else {
        return false;
    }
}
template <class R>
[[nodiscard]] consteval bool reads_stored() {
    if constexpr (requires { R::reads_stored; }) {
        return R::reads_stored;
    } else if constexpr (update_requires::wraps<R>) {
        return reads_stored<std::remove_cvref_t<decltype(std::declval<R>().inner)>>();
    } else {
        return false;
    }
}

/// What a step writes: as the outermost rule that states it has it.
template <class R>
[[nodiscard]] consteval write_grain write_grain_of() {
    if constexpr (update_requires::grain<R>) {
        return R::grain;
    } else if constexpr (update_requires::wraps<R>) {
        return write_grain_of<std::remove_cvref_t<decltype(std::declval<R>().inner)>>();
    } else {
        return write_grain::cells;
    }
}

/// Numbers that the rules of the chain keep for each weight in digital memory.
template <class R>
[[nodiscard]] constexpr int words_per_weight(const R& rule) {
    int words = 0;
    if constexpr (update_requires::wraps<R>) {
        words = words_per_weight(rule.inner);
    }
    if constexpr (update_requires::words_per_weight<R>) {
        words += rule.words_per_weight();
    }
    return words;
}

/// The rule at the end of the chain: digital parameters (biases, batch normalisation) learn by it.
template <class R>
[[nodiscard]] constexpr const auto& innermost(const R& rule) {
    if constexpr (update_requires::wraps<R>) {
        return innermost(rule.inner);
    } else {
        return rule;
    }
}

/// Whether the rule can change anything: false for `frozen`.
template <class R>
[[nodiscard]] consteval bool learns() {
    if constexpr (update_requires::wraps<R>) {
        return learns<std::remove_cvref_t<decltype(std::declval<R>().inner)>>();
    } else if constexpr (requires { R::learns; }) {
        return R::learns;
    } else {
        return true;
    }
}

} // namespace rcim::inline RCIM_ABI
