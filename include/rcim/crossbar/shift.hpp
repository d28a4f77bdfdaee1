#pragma once

#include <rcim/kernel/read_layout.hpp>

#include <span>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// By how much the sums of an array are off what ideal wires and quiet cells would give, before its converters: normal numbers, in (steps of
/// one level) x (units of drive), for every tile. Nothing, one entry for all, or one for each plane and output.
struct shift_statistics {
    std::vector<float> mean;
    std::vector<float> deviation;

    [[nodiscard]] std::pair<float, float> at(int plane, index_t result, const kernel::read_layout& layout) const {
        if (mean.empty()) {
            return {0.0f, 0.0f};
        }
        const auto n = mean.size() == 1 ? std::size_t{0} : static_cast<std::size_t>(plane * layout.lines.results + result);
        return {mean[n], deviation[n]};
    }
};

} // namespace rcim::inline RCIM_ABI
