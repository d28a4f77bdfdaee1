#pragma once

#include <rcim/fault/imported.hpp>
#include <rcim/fault/no_faults.hpp>

#include <string>
#include <tuple>

namespace rcim_python {

/// The faults of a design until those of one chip take their place, so that a map from NumPy needs no second type and no second
/// compilation. Cells that wear out go on doing so.
template <rcim::FaultModel Inner = rcim::no_faults>
struct replaceable {
    using policy_kind = rcim::fault_kind;
    static constexpr bool none = false;

    Inner inner{};
    rcim::shared_fault_map chip{}; ///< takes the place of `inner` if there is one

    [[nodiscard]] int stuck_level(const rcim::random_source& source, const rcim::cell_site& site, int levels) const {
        if (!chip.map) {
            return inner.stuck_level(source, site, levels);
        }
        rcim::imported known;
        known.chip = chip;
        return known.stuck_level(source, site, levels);
    }
    [[nodiscard]] int arrival_epoch(const rcim::random_source& source, const rcim::cell_site& site,
                                    int levels) const requires rcim::fault_requires::arrives<Inner> {
        return chip.map ? 0 : inner.arrival_epoch(source, site, levels);
    }
    [[nodiscard]] rcim::worn_cell wear(const rcim::random_source& source, const rcim::cell_site& site,
                                       int levels) const requires rcim::fault_requires::wears<Inner> {
        return inner.wear(source, site, levels);
    }

    static std::string name() { return "replaceable<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{rcim::field{"inner", &replaceable::inner}, rcim::field{"chip", &replaceable::chip}};
    }
};
static_assert(rcim::FaultModel<replaceable<>>);

} // namespace rcim_python
