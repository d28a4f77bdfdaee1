#pragma once

#include <rcim/core/config.hpp>
#include <rcim/sweep/named_values.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rcim::inline RCIM_ABI {

/// One point of a sweep: all that decides its result.
struct sweep_point {
    std::string sweep{};   ///< name of the sweep
    std::string design{};  ///< as `describe` has it
    named_values labels{}; ///< axis and choice of the design
    named_values settings{};
    std::uint64_t seed = 0;

    /// Equal for equal points alone.
    [[nodiscard]] std::string key() const {
        std::string all;
        const auto add = [&](const std::string& part) { all += std::to_string(part.size()) + ":" + part; };
        const auto add_all = [&](const named_values& values) {
            for (const auto& [name, value] : values) {
                add(name);
                add((value.is_number() ? "#" : "$") + value.to_text());
            }
            all += ";";
        };
        add(sweep);
        add(design);
        add_all(labels);
        add_all(settings);
        return all + std::to_string(seed);
    }
    /// For people: choices, settings and seed.
    [[nodiscard]] std::string name() const {
        std::string all = to_text(labels);
        all += (all.empty() || settings.empty() ? "" : "; ") + to_text(settings);
        return all + (all.empty() ? "" : "; ") + "seed " + std::to_string(seed);
    }
};

/// A finished point, and the program that ran it.
struct sweep_row {
    sweep_point point{};
    named_values results{};
    std::string error{};    ///< why there are no results; empty: there are
    double seconds = 0.0;   ///< that the point took
    std::string isa{};      ///< `isa_name`
    std::string compiler{}; ///< `compiler_name`
    std::string version{};  ///< `version_name`

    [[nodiscard]] bool failed() const { return !error.empty(); }
    /// The result, setting or label of this name; null: there is none.
    [[nodiscard]] const sweep_value* find(std::string_view name) const {
        for (const named_values* values : {&results, &point.settings, &point.labels}) {
            if (const sweep_value* const value = values->find(name)) {
                return value;
            }
        }
        return nullptr;
    }
};

} // namespace rcim::inline RCIM_ABI
