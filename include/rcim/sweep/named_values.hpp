#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A number or a word. Whole numbers are exact up to 2^53.
class sweep_value {
public:
    template <class Number>
    requires std::is_arithmetic_v<Number> sweep_value(Number number) : value_(static_cast<double>(number)) {}
    sweep_value(std::string word) : value_(std::move(word)) {}
    sweep_value(std::string_view word) : value_(std::string(word)) {}
    sweep_value(const char* word) : value_(std::string(word)) {}

    [[nodiscard]] bool is_number() const { return value_.index() == 0; }
    [[nodiscard]] const double* number() const { return std::get_if<double>(&value_); }
    [[nodiscard]] const std::string* word() const { return std::get_if<std::string>(&value_); }
    /// The word, or the number in the fewest digits that give it back.
    [[nodiscard]] std::string to_text() const {
        if (const std::string* const w = word()) {
            return *w;
        }
        char digits[40];
        for (int precision = 6; precision <= 17; ++precision) {
            std::snprintf(digits, sizeof digits, "%.*g", precision, *number());
            if (std::strtod(digits, nullptr) == *number()) {
                break;
            }
        }
        return digits;
    }
    friend bool operator==(const sweep_value&, const sweep_value&) = default;

private:
    std::variant<double, std::string> value_;
};

/// Numbers and words under names, in the order in which they were added: settings, results, labels. Up to 4096, since each is looked for among
/// all.
class named_values {
public:
    static constexpr std::size_t most = 4096;

    using entry = std::pair<std::string, sweep_value>;

    named_values() = default;
    named_values(std::initializer_list<entry> entries) {
        for (const entry& e : entries) {
            set(e.first, e.second);
        }
    }

    /// Adds a value or replaces that of the same name. O(size). Throws `error` on one too many.
    void set(std::string_view name, sweep_value value) {
        for (entry& e : entries_) {
            if (e.first == name) {
                e.second = std::move(value);
                return;
            }
        }
        if (entries_.size() == most) {
            fail("named_values", name, text("at most ", most, " values"), "one more");
        }
        entries_.emplace_back(std::string(name), std::move(value));
    }

    /// Null if there is none.
    [[nodiscard]] const sweep_value* find(std::string_view name) const {
        for (const entry& e : entries_) {
            if (e.first == name) {
                return &e.second;
            }
        }
        return nullptr;
    }
    /// Throws `error` unless there is a number of this name.
    [[nodiscard]] double number(std::string_view name) const {
        const sweep_value& value = at(name, "a number");
        return value.is_number() ? *value.number() : (fail("named_values", name, "a number", *value.word()), 0.0);
    }
    /// Throws `error` unless there is a word of this name.
    [[nodiscard]] const std::string& word(std::string_view name) const {
        const sweep_value& value = at(name, "a word");
        if (value.is_number()) {
            fail("named_values", name, "a word", value.to_text());
        }
        return *value.word();
    }

    [[nodiscard]] auto begin() const { return entries_.begin(); }
    [[nodiscard]] auto end() const { return entries_.end(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    friend bool operator==(const named_values&, const named_values&) = default;

private:
    [[nodiscard]] const sweep_value& at(std::string_view name, std::string_view kind) const {
        if (const sweep_value* const value = find(name)) {
            return *value;
        }
        std::string names;
        for (const entry& e : entries_) {
            names += (names.empty() ? "" : ", ") + e.first;
        }
        fail("named_values", name, kind, names.empty() ? "no values at all" : "only " + names);
    }

    std::vector<entry> entries_;
};

/// "a = 1, b = word".
[[nodiscard]] inline std::string to_text(const named_values& values) {
    std::string all;
    for (const auto& [name, value] : values) {
        all += (all.empty() ? "" : ", ") + name + " = " + value.to_text();
    }
    return all;
}

} // namespace rcim::inline RCIM_ABI
