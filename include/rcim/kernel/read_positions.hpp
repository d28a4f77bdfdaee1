#pragma once

#include <rcim/core/config.hpp>

#include <cstdint>
#include <span>

namespace rcim::inline RCIM_ABI::kernel {

/// Where reads find the inputs of 16 samples: driven line d of position p at x + window[p] + line[d], in numbers.
template <class Number>
struct read_positions {
    const Number* x = nullptr;
    const std::int32_t* line = nullptr;
    std::span<const std::int32_t> window;

    [[nodiscard]] index_t size() const { return static_cast<index_t>(window.size()); }
};

} // namespace rcim::inline RCIM_ABI::kernel
