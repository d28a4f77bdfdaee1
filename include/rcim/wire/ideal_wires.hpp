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

    template <IvLaw Law>
    void currents(const crossbar_read& read, const Law& law) const {
        const matrix_view<const double>& g = read.conductance;
        std::fill(read.current.begin(), read.current.end(), 0.0);
        for (index_t r = 0; r < g.rows; ++r) {
            const double v = read.voltage[static_cast<std::size_t>(r)];
            for (index_t c = 0; c < g.cols; ++c) {
                const auto cell = static_cast<std::size_t>(r * g.cols + c);
                read.current[static_cast<std::size_t>(c)] += law.current(g(r, c), v) + (read.injected.empty() ? 0.0 : read.injected[cell]);
                if (!read.cell_voltage.empty()) {
                    read.cell_voltage[cell] = v;
                }
            }
        }
    }

    static std::string name() { return "ideal_wires"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(WireModel<ideal_wires>);

} // namespace rcim::inline RCIM_ABI
