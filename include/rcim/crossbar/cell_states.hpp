#pragma once

#include <rcim/crossbar/cell_sites.hpp>
#include <rcim/noise/concept.hpp>

#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// The cell at a site of the chip with this seed, when an image is read.
[[nodiscard]] inline held_cell state_of(const cell_site& site, std::uint64_t seed, std::uint64_t image, double row_volts, double column_volts) {
    return {.source = random_source(seed, purpose::cell_state, site.layer).fork(cell_sites::crossbar_of(site)),
            .cell = site.index,
            .image = image,
            .row_volts = row_volts,
            .column_volts = column_volts};
}

} // namespace rcim::inline RCIM_ABI
