#pragma once

/// @file
/// What compositions of noises share, and arrays ask: hooks that are there or not.

#include <rcim/noise/concept.hpp>

namespace rcim::inline RCIM_ABI {

namespace noise_requires {
template <class N>
concept levels = requires(const N& noise, double g) { noise.require_levels(g, g); };
template <class N>
concept by_columns = requires {
    { N::by_columns } -> std::convertible_to<bool>;
};
} // namespace noise_requires

/// Throws `error` where the model does not hold for conductances from `least` to `largest`, in siemens.
template <NoiseModel N>
void require_levels(const N& noise, double least, double largest) {
    if constexpr (noise_requires::levels<N>) {
        noise.require_levels(least, largest);
    }
}

/// Whether what is drawn for every read may be drawn for each column by itself, although wires correlate columns (`columnwise`).
template <NoiseModel N>
[[nodiscard]] consteval bool draws_by_columns() {
    if constexpr (noise_requires::by_columns<N>) {
        return N::by_columns;
    } else {
        return false;
    }
}

} // namespace rcim::inline RCIM_ABI
