#pragma once

#include <rcim/wire/concept.hpp>

#include <algorithm>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the wire axis: no resistance, so a column carries the sum of conductance times voltage over its rows.
struct ideal_wires {
    using policy_kind = wire_kind;
    static constexpr bool folds = true;

    void currents(matrix_view<const double> conductance, std::span<const double> voltage, std::span<double> current) const {
        std::fill(current.begin(), current.end(), 0.0);
        for (index_t r = 0; r < conductance.rows; ++r) {
            for (index_t c = 0; c < conductance.cols; ++c) {
                current[static_cast<std::size_t>(c)] += conductance(r, c) * voltage[static_cast<std::size_t>(r)];
            }
        }
    }

    static std::string name() { return "ideal_wires"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(WireModel<ideal_wires>);

} // namespace rcim::inline RCIM_ABI
