#pragma once

/// @file
/// Designs as a product of choices, made at compile time.

#include <rcim/core/config.hpp>
#include <rcim/core/policy.hpp>
#include <rcim/sweep/named_values.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// One choice of an axis under a name of its own: any number of policies that go together, none for the null model.
template <class... Policies>
struct choice {
    std::string_view label; ///< empty: the name of the one policy
    std::tuple<Policies...> policies;

    constexpr explicit choice(std::string_view name, const Policies&... chosen) : label(name), policies(chosen...) {}

    [[nodiscard]] std::string name() const {
        if constexpr (sizeof...(Policies) == 1) {
            return label.empty() ? std::tuple_element_t<0, std::tuple<Policies...>>::name() : std::string(label);
        } else {
            return std::string(label);
        }
    }
    /// The design with these policies.
    template <class Design>
    [[nodiscard]] constexpr auto on(const Design& chip) const {
        return std::apply([&](const auto&... policy) { return with_all(chip, policy...); }, policies);
    }

private:
    template <class Design>
    static constexpr auto with_all(const Design& chip) {
        return chip;
    }
    template <class Design, class First, class... Rest>
    static constexpr auto with_all(const Design& chip, const First& first, const Rest&... rest) {
        return with_all(chip.with(first), rest...);
    }
};
template <class... Policies>
choice(std::string_view, const Policies&...) -> choice<Policies...>;

namespace detail {
template <class... Policies>
constexpr auto as_choice(const choice<Policies...>& c) {
    return c;
}
template <has_policy_kind P>
constexpr auto as_choice(const P& policy) {
    return choice<P>("", policy);
}
template <class T>
using choice_of = decltype(as_choice(std::declval<const T&>()));
} // namespace detail

/// An axis of a sweep over designs: its name and its choices.
template <class... Choices>
struct design_axis {
    static constexpr std::size_t size = sizeof...(Choices);

    std::string_view name;
    std::tuple<Choices...> choices;
};

/// An axis of policies, which are called by their names, and of `choice`s.
template <class... Choices>
[[nodiscard]] constexpr auto axis(std::string_view name, const Choices&... choices) {
    static_assert(sizeof...(Choices) > 0, "rcim: axis: at least one choice");
    return design_axis<detail::choice_of<Choices>...>{name,
                                                      std::tuple<detail::choice_of<Choices>...>(detail::as_choice(choices)...)};
}

/// What `variants` makes. Designs are numbered; the last axis changes fastest. A design's type is made only where it is asked for, so that
/// translation units can share one list and each instantiate a part of it.
template <class Base, class... Axes>
class design_variants {
public:
    static constexpr std::size_t size = (std::size_t{1} * ... * Axes::size);

    constexpr explicit design_variants(const Base& base, const Axes&... axes) : base_(base), axes_(axes...) {}

    template <std::size_t I>
    [[nodiscard]] constexpr auto design() const {
        static_assert(I < size);
        return with_axes<I, 0>(base_);
    }
    /// Axis and choice of the design with this number.
    template <std::size_t I>
    [[nodiscard]] named_values labels() const {
        named_values result;
        add_labels<I>(result, std::index_sequence_for<Axes...>{});
        return result;
    }

private:
    /// The number of the choice on axis A.
    template <std::size_t I, std::size_t A>
    static constexpr std::size_t digit() {
        constexpr std::array<std::size_t, sizeof...(Axes)> sizes{Axes::size...};
        std::size_t rest = I;
        for (std::size_t a = sizeof...(Axes) - 1; a > A; --a) {
            rest /= sizes[a];
        }
        return rest % sizes[A];
    }
    template <std::size_t I, std::size_t A>
    [[nodiscard]] constexpr const auto& chosen() const {
        return std::get<digit<I, A>()>(std::get<A>(axes_).choices);
    }
    template <std::size_t I, std::size_t A, class Design>
    [[nodiscard]] constexpr auto with_axes(const Design& chip) const {
        if constexpr (A == sizeof...(Axes)) {
            return chip;
        } else {
            return with_axes<I, A + 1>(chosen<I, A>().on(chip));
        }
    }
    template <std::size_t I, std::size_t... A>
    void add_labels(named_values& to, std::index_sequence<A...>) const {
        (to.set(std::get<A>(axes_).name, chosen<I, A>().name()), ...);
    }

    Base base_;
    std::tuple<Axes...> axes_;
};

/// Every combination of the choices of the axes, on top of a design.
template <class Base, class... Axes>
[[nodiscard]] constexpr auto variants(const Base& base, const Axes&... axes) {
    return design_variants<Base, Axes...>(base, axes...);
}

} // namespace rcim::inline RCIM_ABI
