#pragma once

/// @file
/// The run-time members of a design by name: "faults.p_stuck_hrs", "update.inner.learning_rate".

#include <rcim/core/error.hpp>
#include <rcim/core/policy.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace rcim_python {

using number = std::variant<bool, long long, double>;

namespace detail {

template <class Value, class Visit>
void each_number_in(Value& value, const std::string& name, Visit& visit) {
    using plain = std::remove_const_t<Value>;
    if constexpr (rcim::has_policy_kind<plain>) {
        std::apply([&](const auto&... f) { (each_number_in(value.*f.member, name + "." + std::string(f.name), visit), ...); },
                   plain::fields());
    } else if constexpr (requires { std::tuple_size<plain>::value; }) { // the parts of a chain
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (each_number_in(std::get<I>(value), name + "." + std::to_string(I), visit), ...);
        }
        (std::make_index_sequence<std::tuple_size<plain>::value>());
    } else if constexpr (std::is_arithmetic_v<plain>) {
        visit(name, value);
    }
}

} // namespace detail

/// Calls visit(name, number) for every bool, integer and real number of a design's policies, those inside of others too.
template <class Chip, class Visit>
void each_number(Chip& chip, Visit&& visit) {
    detail::each_number_in(chip.cell, "cell", visit);
    detail::each_number_in(chip.faults, "faults", visit);
    detail::each_number_in(chip.noise, "noise", visit);
    detail::each_number_in(chip.wire, "wire", visit);
    detail::each_number_in(chip.dac, "dac", visit);
    detail::each_number_in(chip.adc, "adc", visit);
    detail::each_number_in(chip.map, "map", visit);
    detail::each_number_in(chip.protect, "protect", visit);
    detail::each_number_in(chip.geometry, "geometry", visit);
    detail::each_number_in(chip.dataflow, "dataflow", visit);
    detail::each_number_in(chip.update, "update", visit);
}

template <class T>
[[nodiscard]] number number_of(T value) {
    if constexpr (std::is_same_v<T, bool>) {
        return value;
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<long long>(value);
    } else {
        // A float as one writes it, 0.0904 and not 0.0904000029.
        std::array<char, 32> digits{};
        double written = static_cast<double>(value);
        std::from_chars(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr, written);
        return written;
    }
}

/// Sets a member to a number of its own kind; a whole number also suits a real one. Throws `rcim::error`.
template <class T>
void assign(T& member, const std::string& name, const number& value) {
    const std::string found = std::visit([](auto v) { return rcim::text(v); }, value);
    if constexpr (std::is_same_v<T, bool>) {
        if (const bool* const flag = std::get_if<bool>(&value)) {
            member = *flag;
            return;
        }
        rcim::fail("replace", name, "True or False", found);
    } else if constexpr (std::is_integral_v<T>) {
        if (const long long* const whole = std::get_if<long long>(&value); whole != nullptr && std::in_range<T>(*whole)) {
            member = static_cast<T>(*whole);
            return;
        }
        rcim::fail("replace", name, rcim::text("a whole number up to ", std::numeric_limits<T>::max()), found);
    } else {
        if (const double* const real = std::get_if<double>(&value)) {
            member = static_cast<T>(*real);
        } else if (const long long* const whole = std::get_if<long long>(&value)) {
            member = static_cast<T>(*whole);
        } else {
            rcim::fail("replace", name, "a number", found);
        }
    }
}

} // namespace rcim_python
