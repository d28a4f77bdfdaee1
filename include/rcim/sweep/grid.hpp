#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/sweep/named_values.hpp>

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A setting and the values that it takes.
struct setting_axis {
    std::string name;
    std::vector<sweep_value> values;
};

/// Every combination of the values of some settings; the last one changes fastest. Without axes: one combination, of nothing.
class grid {
public:
    grid() = default;
    grid(std::initializer_list<setting_axis> axes) : grid(std::vector(axes)) {}
    /// Throws `error` on an axis without values, on two of one name, on two equal values and on NaN.
    explicit grid(std::vector<setting_axis> axes) : axes_(std::move(axes)) {
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            const auto& [name, values] = axes_[a];
            if (name.empty()) {
                fail("grid", text("axis ", a), "a name", "none");
            }
            if (values.empty()) {
                fail("grid", name, "at least one value", "none");
            }
            for (std::size_t b = 0; b < a; ++b) {
                if (axes_[b].name == name) {
                    fail("grid", text("axis ", a), "a name of its own", name);
                }
            }
            for (std::size_t v = 0; v < values.size(); ++v) {
                if (values[v].is_number() && std::isnan(*values[v].number())) {
                    fail("grid", name, "numbers and words", "NaN");
                }
                for (std::size_t w = 0; w < v; ++w) {
                    if (values[w] == values[v]) {
                        fail("grid", name, "values that differ", values[v].to_text() + " twice");
                    }
                }
            }
        }
    }

    [[nodiscard]] const std::vector<setting_axis>& axes() const { return axes_; }
    [[nodiscard]] std::size_t size() const {
        std::size_t all = 1;
        for (const setting_axis& axis : axes_) {
            all *= axis.values.size();
        }
        return all;
    }
    /// The combination with this number, below size().
    [[nodiscard]] named_values at(std::size_t index) const {
        named_values result;
        std::size_t rest = size();
        for (const setting_axis& axis : axes_) {
            rest /= axis.values.size();
            result.set(axis.name, axis.values[index / rest % axis.values.size()]);
        }
        return result;
    }

private:
    std::vector<setting_axis> axes_;
};

} // namespace rcim::inline RCIM_ABI
