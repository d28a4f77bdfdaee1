#pragma once

/// @file
/// What every policy of every axis shares: its kind, its name and its fields. Logs, command lines and checkpoint identity are
/// made from these.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace rcim::inline RCIM_ABI {

// A policy says which axis it belongs to, so that two axes of equal shape cannot satisfy each other's concept.
struct cell_kind {};
struct fault_kind {};
struct noise_kind {};
struct wire_kind {};
struct dac_kind {};
struct adc_kind {};
struct map_kind {};
struct protect_kind {};
struct geometry_kind {};
struct dataflow_kind {};
struct update_kind {};
struct projection_kind {}; ///< not an axis of a design: a part of mappings and update rules

/// One public member of a policy: its name, where it is, and the closed range of valid numbers.
template <class Owner, class T>
struct field {
    std::string_view name;
    T Owner::*member;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
};
template <class Owner, class T>
field(std::string_view, T Owner::*) -> field<Owner, T>;
template <class Owner, class T>
field(std::string_view, T Owner::*, double, double) -> field<Owner, T>;

template <class P>
concept has_policy_kind = requires { typename P::policy_kind; };

/// A value type with a kind, a name and a tuple of fields.
template <class P, class Kind>
concept PolicyOf = has_policy_kind<P> && std::same_as<typename P::policy_kind, Kind> && std::copyable<P> && requires {
    { P::name() } -> std::convertible_to<std::string>;
    P::fields();
};

namespace detail {
template <class T>
std::string value_text(const T& value);
} // namespace detail

/// The policy as one writes it: "stuck_at{.p_stuck_hrs = 0.0904, .p_stuck_lrs = 0.0175}". Policies inside are described too.
template <class P>
[[nodiscard]] std::string describe(const P& policy) {
    std::string fields;
    std::apply([&](const auto&... f) { ((fields += (fields.empty() ? "." : ", .") + std::string(f.name) + " = " +
                                                   detail::value_text(policy.*f.member)), ...); },
               P::fields());
    return P::name() + "{" + fields + "}";
}

namespace detail {
template <class T>
std::string value_text(const T& value) {
    if constexpr (has_policy_kind<T>) {
        return describe(value);
    } else if constexpr (requires { std::tuple_size<T>::value; }) {
        std::string parts;
        std::apply([&](const auto&... part) { ((parts += (parts.empty() ? "" : ", ") + value_text(part)), ...); }, value);
        return "{" + parts + "}";
    } else if constexpr (std::is_same_v<T, bool>) {
        return value ? "true" : "false";
    } else {
        return text(value);
    }
}
} // namespace detail

/// Throws `error` if a field lies outside its range or is NaN, or if the policy's own `validate()` objects.
template <class P>
void validate(const P& policy) {
    const auto check = [&](const auto& f) {
        const auto& value = policy.*f.member;
        using value_type = std::remove_cvref_t<decltype(value)>;
        if constexpr (has_policy_kind<value_type>) {
            validate(value);
        } else if constexpr (std::is_arithmetic_v<value_type>) {
            const auto number = static_cast<double>(value);
            if (!(number >= f.low && number <= f.high)) {
                fail(P::name(), f.name, text("a number in [", f.low, ", ", f.high, "]"), text(number));
            }
        }
    };
    std::apply([&](const auto&... f) { (check(f), ...); }, P::fields());
    if constexpr (requires { policy.validate(); }) {
        policy.validate();
    }
}

} // namespace rcim::inline RCIM_ABI
