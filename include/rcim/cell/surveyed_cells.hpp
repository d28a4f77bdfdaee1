#pragma once

/// @file
/// Resistances and endurance of ReRAM cells that were published from 2014 to 2020: the rows of NVMExplorer's survey (L. Pentecost, A. Hankin
/// et al., HPCA 2022) that name both resistances. Orders of magnitude of test chips, not specifications.

#include <rcim/cell/multilevel_cell.hpp>

#include <array>
#include <string_view>

namespace rcim::inline RCIM_ABI {

/// One publication.
struct surveyed_cell {
    std::string_view doi;
    std::string_view venue;
    double low_ohm;         ///< at LRS
    double high_ohm;        ///< at HRS
    double endurance = 0.0; ///< writes; 0: not named
};

inline constexpr std::array<surveyed_cell, 19> surveyed_cells{{
    {"10.1109/ASSCC.2017.8240203", "ASSCC 2017", 10000.0, 100000.0, 1e6},
    {"10.1109/IEDM.2014.7046998", "IEDM 2014", 100000.0, 1e7, 1e8},
    {"10.1109/IEDM.2014.7047125", "IEDM 2014", 17000.0, 400000.0, 1000.0},
    {"10.1109/VLSIT.2014.6894401", "VLSI 2014", 20000.0, 1e6, 100000.0},
    {"10.1109/IEDM.2014.7046988", "IEDM 2014", 200000.0, 1e8},
    {"10.1109/VLSIT.2014.6894402", "VLSI 2014", 10000.0, 1e6, 10000.0},
    {"10.1109/VLSIT.2014.6894435", "VLSI 2014", 80000.0, 2e7, 1e8},
    {"10.1109/VLSIC.2015.7231367", "VLSI 2015", 20000.0, 300000.0},
    {"10.1109/IEDM.2015.7409667", "IEDM 2015", 9e9, 1e12, 1e7},
    {"10.1109/IEDM.2015.7409670", "IEDM 2015", 200000.0, 4e6, 1e6},
    {"10.1109/VLSIT.2016.7573431", "VLSI 2016", 10000.0, 300000.0, 1e6},
    {"10.1109/VLSIT.2016.7573388", "VLSI 2016", 1e8, 8e9, 1e7},
    {"10.23919/VLSIT.2019.8776520", "VLSI 2019", 100000.0, 5e8},
    {"10.23919/VLSIT.2019.8776570", "VLSI 2019", 7000.0, 30000.0, 10000.0},
    {"10.1109/IEDM19573.2019.8993514", "IEDM 2019", 5000.0, 925000.0, 1e6},
    {"10.1109/IEDM.2018.8614512", "IEDM 2018", 1000.0, 25000.0},
    {"10.1109/IEDM.2018.8614593", "IEDM 2018", 20000.0, 800000.0},
    {"10.1109/IEDM.2018.8614495", "IEDM 2018", 5000.0, 12000.0},
    {"10.1109/VLSITechnology18217.2020.9265060", "VLSI (T) 2020", 8000.0, 15000.0},
}};

/// The row of a publication by its DOI. Throws `error` where the survey has none with both resistances.
[[nodiscard]] constexpr const surveyed_cell& surveyed(std::string_view doi) {
    for (const surveyed_cell& one : surveyed_cells) {
        if (one.doi == doi) {
            return one;
        }
    }
    fail("surveyed", "doi", "one of surveyed_cells", doi);
}

/// A cell of Bits bits with these resistances; levels at equal steps of conductance are a choice of this library.
template <int Bits>
[[nodiscard]] constexpr multilevel_cell<Bits> cell_of(const surveyed_cell& from) {
    return {.on_off_ratio = from.high_ohm / from.low_ohm, .g_on = 1.0 / from.low_ohm};
}

} // namespace rcim::inline RCIM_ABI
