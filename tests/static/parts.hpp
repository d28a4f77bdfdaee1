#pragma once

/// @file
/// Policies made of parts, so that each requirement of a concept can be taken away in turn.

#include <cstddef>
#include <string>
#include <tuple>
#include <utility>

namespace rcim_test {

template <class... Parts>
struct built_of : Parts... {};

template <class Kind>
struct of_kind {
    using policy_kind = Kind;
};
struct named {
    static std::string name() { return "built"; }
};
struct with_fields {
    static constexpr auto fields() { return std::tuple{}; }
};
struct not_copyable {
    not_copyable() = default;
    not_copyable(const not_copyable&) = delete;
};

namespace detail {
template <std::size_t Without, class... Parts, std::size_t... I>
auto rest(std::index_sequence<I...>) {
    const auto keep = []<std::size_t At, class Part>() {
        if constexpr (At == Without) {
            return std::tuple<>{};
        } else {
            return std::tuple<Part*>{};
        }
    };
    return decltype(std::tuple_cat(keep.template operator()<I, Parts>()...)){};
}
template <class... Parts>
built_of<Parts...> build(std::tuple<Parts*...>);
template <std::size_t Without, class... Parts>
using built_without = decltype(build(rest<Without, Parts...>(std::index_sequence_for<Parts...>{})));
} // namespace detail

/// Whether models.operator()<P>() holds for the policy of all parts and for none that lacks one of them.
template <class... Parts, class Models>
consteval bool needs_each(Models models) {
    return models.template operator()<built_of<Parts...>>() && !models.template operator()<built_of<Parts..., not_copyable>>() &&
           [&]<std::size_t... I>(std::index_sequence<I...>) {
               return (!models.template operator()<detail::built_without<I, Parts...>>() && ...);
           }(std::index_sequence_for<Parts...>{});
}

} // namespace rcim_test
