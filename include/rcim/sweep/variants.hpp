#pragma once

/// @file
/// Designs as a product of choices, made at compile time.

#include <rcim/core/config.hpp>
#include <rcim/core/policy.hpp>
#include <rcim/sweep/named_values.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

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
    static constexpr std::size_t axis_count = sizeof...(Axes);

public:
    static constexpr std::size_t size = (std::size_t{1} * ... * Axes::size);

    constexpr explicit design_variants(const Base& base, const Axes&... axes) : base_(base), axes_(axes...) {}

    template <std::size_t I>
    [[nodiscard]] constexpr auto design() const {
        static_assert(I < size);
        return first_axes<axis_count, I>();
    }
    /// Axis and choice of the design with this number, below size. O(choices).
    [[nodiscard]] named_values labels(std::size_t i) const {
        std::vector<named_values::entry> reversed;
        const auto add = [&](const auto& one) {
            std::vector<std::string> names;
            std::apply([&](const auto&... c) { (names.push_back(c.name()), ...); }, one.choices);
            reversed.emplace_back(std::string(one.name), std::move(names[i % names.size()]));
            i /= names.size();
        };
        [&]<std::size_t... A>(std::index_sequence<A...>) {
            (add(std::get<axis_count - 1 - A>(axes_)), ...);
        }
        (std::index_sequence_for<Axes...>{});
        named_values result;
        for (auto entry = reversed.rbegin(); entry != reversed.rend(); ++entry) {
            result.set(entry->first, std::move(entry->second));
        }
        return result;
    }

private:
    /// The combination with number N of the first `Count` axes; those that begin alike are made once.
    template <std::size_t Count, std::size_t N>
    [[nodiscard]] constexpr auto first_axes() const {
        if constexpr (Count == 0) {
            return base_;
        } else {
            constexpr std::size_t choices = std::tuple_element_t<Count - 1, std::tuple<Axes...>>::size;
            return std::get<N % choices>(std::get<Count - 1>(axes_).choices).on(first_axes<Count - 1, N / choices>());
        }
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
