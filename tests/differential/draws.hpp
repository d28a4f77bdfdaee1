#pragma once

/// @file
/// Members of policies, drawn: every field of every policy takes a number from a range that makes sense for it (draws.cpp).

#include <rcim/core/error.hpp>
#include <rcim/core/policy.hpp>
#include <rcim/core/random.hpp>
#include <rcim/fault/imported_array.hpp>

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

namespace rcim_differential {

using namespace rcim;

/// One of several policies of an axis that are the same to the compiler: which one is a number like any other.
template <class... Policies>
struct choice {
    std::variant<Policies...> now;

    friend std::ostream& operator<<(std::ostream& out, const choice& c) {
        return std::visit([&](const auto& policy) -> std::ostream& { return out << describe(policy); }, c.now);
    }
};

/// A stream of draws from one number. Copies go on alike.
class draws {
public:
    draws(std::uint64_t seed, std::uint32_t attempt) : source_(seed, purpose::test, attempt) {}

    [[nodiscard]] float uniform() { return source_.uniform(next_++); }
    [[nodiscard]] std::uint32_t below(std::uint32_t bound) { return source_.below(next_++, bound); }
    [[nodiscard]] index_t between(index_t low, index_t high) {
        return low + static_cast<index_t>(below(static_cast<std::uint32_t>(high - low + 1)));
    }
    [[nodiscard]] bool chance(float probability) { return uniform() < probability; }
    [[nodiscard]] std::uint64_t word() {
        const std::uint64_t high = source_.word(next_++);
        return high << 32 | source_.word(next_++);
    }

    /// The field of a policy, by the name of the policy up to its template arguments. Throws `error` where draws.cpp has no range for it.
    [[nodiscard]] double number(std::string_view policy, std::string_view field);
    [[nodiscard]] double number(const std::string& policy, std::string_view field) {
        return number(std::string_view(policy), field);
    }

    template <class P>
    void members(P& policy) {
        std::apply([&](const auto&... f) { (value(policy.*f.member, P::name(), f.name), ...); }, P::fields());
    }

private:
    template <class T>
    void value(T& to, const std::string& policy, std::string_view field) {
        if constexpr (has_policy_kind<T>) {
            members(to);
        } else if constexpr (std::is_same_v<T, bool>) {
            to = number(policy, field) != 0.0;
        } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
            to = static_cast<T>(number(policy, field));
        } else {
            fill(to, policy, field);
        }
    }
    template <class... Parts>
    void fill(std::tuple<Parts...>& to, const std::string&, std::string_view) {
        std::apply([&](auto&... part) { (members(part), ...); }, to);
    }
    template <class... Policies>
    void fill(choice<Policies...>& to, const std::string&, std::string_view) {
        const std::uint32_t chosen = below(sizeof...(Policies));
        std::uint32_t n = 0;
        ((n++ == chosen ? static_cast<void>(to.now = Policies{}) : void()), ...);
        std::visit([&](auto& policy) { members(policy); }, to.now);
    }
    template <std::size_t N>
    void fill(std::array<float, N>& to, const std::string& policy, std::string_view field) {
        levels(to, policy, field);
    }
    void fill(shared_fault_array& to, const std::string&, std::string_view);
    template <class Table>
    requires requires(Table& to) { to.table; }
    void fill(Table& to, const std::string&, std::string_view) {
        to.table = std::make_shared<const typename std::remove_cvref_t<decltype(*to.table)>>(
            std::remove_cvref_t<decltype(*to.table)>::make(ascending()));
    }
    /// Numbers for each level of a cell: rising from 0 to the last, or errors.
    void levels(std::span<float> to, std::string_view policy, std::string_view field);
    [[nodiscard]] std::vector<double> ascending();

    random_source source_;
    std::uint64_t next_ = 0;
};

} // namespace rcim_differential
