#pragma once

#include <rcim/convert/transfer.hpp>
#include <rcim/kernel/read_layout.hpp>

#include <cstddef>

namespace rcim::inline RCIM_ABI::kernel {

/// Of `converters`, the number of the one behind a plane of a result in a group.
[[nodiscard]] constexpr std::size_t converter_number(converter_index index, const read_layout& layout, index_t group, int plane,
                                                     index_t result) {
    const index_t results = layout.lines.results;
    switch (index) {
    case converter_index::common: return 0;
    case converter_index::per_plane: return static_cast<std::size_t>(plane);
    case converter_index::per_column: return static_cast<std::size_t>(plane * results + result);
    default: return static_cast<std::size_t>((group * layout.planes() + plane) * results + result);
    }
}

/// How many there are.
[[nodiscard]] constexpr std::size_t converters_of(converter_index index, const read_layout& layout) {
    const auto planes = static_cast<std::size_t>(layout.planes());
    const auto results = static_cast<std::size_t>(layout.lines.results);
    switch (index) {
    case converter_index::common: return 1;
    case converter_index::per_plane: return planes;
    case converter_index::per_column: return planes * results;
    default: return static_cast<std::size_t>(layout.lines.groups()) * planes * results;
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
