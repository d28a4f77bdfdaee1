#pragma once

/// @file
/// What command lines need: runners by name, parts of a sweep, objectives by name.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/sweep/objective.hpp>
#include <rcim/sweep/sweep.hpp>

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Sweeps by name: what a program offers.
class runner_registry {
public:
    /// Throws `error` like `check`, and on a name that is taken.
    void add(sweep runner) {
        check(runner);
        for (const sweep& other : all_) {
            if (other.name == runner.name) {
                fail("runner_registry", runner.name, "a name that no other runner has", "one that has it");
            }
        }
        all_.push_back(std::move(runner));
    }

    [[nodiscard]] const std::vector<sweep>& all() const { return all_; }
    /// Those with these names, in the order of the registry; no names: all. Throws `error` on a name that nobody has.
    [[nodiscard]] std::vector<sweep> named(std::span<const std::string> names) const {
        std::vector<sweep> result;
        std::string known;
        for (const sweep& runner : all_) {
            known += (known.empty() ? "" : ", ") + runner.name;
            if (names.empty() || std::find(names.begin(), names.end(), runner.name) != names.end()) {
                result.push_back(runner);
            }
        }
        for (const std::string& name : names) {
            if (std::none_of(result.begin(), result.end(), [&](const sweep& s) { return s.name == name; })) {
                fail("runner_registry", name, known.empty() ? "no runner" : "one of " + known, "none of that name");
            }
        }
        return result;
    }

private:
    std::vector<sweep> all_;
};

/// The part of a sweep in which an axis of its designs, or a setting, has one of these values (as `to_text` has them): its points keep their
/// keys. Throws `error` where there is no such axis, and on a value that it does not take.
[[nodiscard]] inline sweep where(sweep s, std::string_view axis, std::span<const std::string> values) {
    const auto wanted = [&](const sweep_value& value) {
        return std::find(values.begin(), values.end(), value.to_text()) != values.end();
    };
    std::set<std::string> taken;
    std::vector<sweep_design> designs;
    for (sweep_design& chip : s.designs) {
        if (const sweep_value* const label = chip.labels.find(axis)) {
            taken.insert(label->to_text());
            if (wanted(*label)) {
                designs.push_back(std::move(chip));
            }
        }
    }
    std::vector<setting_axis> axes;
    if (taken.empty()) {
        axes = s.settings.axes();
        for (setting_axis& setting : axes) {
            if (setting.name == axis) {
                for (const sweep_value& value : setting.values) {
                    taken.insert(value.to_text());
                }
                std::erase_if(setting.values, [&](const sweep_value& value) { return !wanted(value); });
            }
        }
    }
    if (taken.empty()) {
        std::string names = s.designs.empty() ? "" : to_text(s.designs.front().labels);
        names += (names.empty() || s.settings.axes().empty() ? "" : ", ") + to_text(s.settings.at(0));
        fail("sweep " + s.name, axis, "an axis of the designs or a setting", "none; a point has " + names);
    }
    for (const std::string& value : values) {
        if (!taken.contains(value)) {
            std::string known;
            for (const std::string& one : taken) {
                known += (known.empty() ? "" : ", ") + one;
            }
            fail("sweep " + s.name, axis, "one of " + known, value);
        }
    }
    if (axes.empty()) {
        s.designs = std::move(designs);
    } else {
        s.settings = grid(std::move(axes));
    }
    return s;
}

/// "name" as the sweep declares it, "name:min" or "name:max".
[[nodiscard]] inline objective objective_of(const sweep& s, std::string_view words) {
    const std::size_t colon = words.rfind(':');
    if (colon != std::string_view::npos) {
        const std::string_view aim = words.substr(colon + 1);
        if (aim != "min" && aim != "max") {
            fail("objective", words, "NAME:min or NAME:max", aim);
        }
        return {std::string(words.substr(0, colon)), aim == "min" ? goal::minimise : goal::maximise};
    }
    std::string known;
    for (const objective& o : s.objectives) {
        if (o.name == words) {
            return o;
        }
        known += (known.empty() ? "" : ", ") + o.name;
    }
    fail("objective", words, "NAME:min, NAME:max" + (known.empty() ? "" : " or one of " + known), words);
}

} // namespace rcim::inline RCIM_ABI
