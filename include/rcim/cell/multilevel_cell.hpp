#pragma once

#include <rcim/cell/concept.hpp>

#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// A cell of Bits bits whose 2^Bits levels lie at equal steps of conductance from g_on / on_off_ratio (HRS) to g_on (LRS).
/// With a finite ratio a cell at HRS still draws current: in a pair of arrays that cancels, in offset encoding it does not.
///
/// g_on defaults to 100 uS, the 10 kOhm of the MNSIM 2.0 table; with an infinite ratio no result depends on it.
template <int Bits>
    requires(Bits >= 1 && Bits <= 8)
struct multilevel_cell {
    using policy_kind = cell_kind;
    static constexpr int bits = Bits;
    static constexpr bool folds = true;

    double on_off_ratio = std::numeric_limits<double>::infinity(); ///< g(LRS) / g(HRS), > 1
    double g_on = 1e-4;                                            ///< conductance at LRS in siemens, > 0

    [[nodiscard]] constexpr double conductance(int level, int levels) const {
        const double low = g_on / on_off_ratio;
        return low + (g_on - low) * level / (levels - 1);
    }

    void validate() const {
        if (on_off_ratio == 1.0) {
            fail(name(), "on_off_ratio", "a number above 1", "1");
        }
    }

    static std::string name() { return "multilevel_cell<" + std::to_string(Bits) + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"on_off_ratio", &multilevel_cell::on_off_ratio, 1.0, std::numeric_limits<double>::infinity()},
                          field{"g_on", &multilevel_cell::g_on, 1e-15, 1.0}};
    }
};
static_assert(CellModel<multilevel_cell<2>>);

} // namespace rcim::inline RCIM_ABI
