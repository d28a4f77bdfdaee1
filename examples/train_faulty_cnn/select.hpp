#pragma once

/// @file
/// From values known at run time to types: one call per list of alternatives, whatever their number.

#include <rcim/core/error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Types with `name()`, or integral constants.
template <class... T>
struct types {};

template <int... V>
using integers = types<std::integral_constant<int, V>...>;

/// The value by which a user picks a type: its name without template arguments, or its number.
template <class T>
std::string choice_name() {
    if constexpr (requires { T::name(); }) {
        const std::string name = T::name();
        return name.substr(0, name.find('<'));
    } else {
        return std::to_string(T::value);
    }
}

/// f(T{}) for the type of the list that the value picks; all must return the same type. Throws `error` if it picks none.
template <class... T, class F>
auto select(types<T...>, std::string_view option, std::string_view value, F&& f) {
    std::optional<std::common_type_t<decltype(f(T{}))...>> result;
    const auto try_one = [&]<class One>(One one) {
        if (choice_name<One>() == value) {
            result.emplace(f(one));
        }
        return result.has_value();
    };
    if (!(try_one(T{}) || ...)) {
        std::string choices;
        ((choices += (choices.empty() ? "" : ", ") + choice_name<T>()), ...);
        rcim::fail("train_faulty_cnn", option, "one of " + choices, value);
    }
    return std::move(*result);
}
