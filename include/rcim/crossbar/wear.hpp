#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/crossbar/cells.hpp>
#include <rcim/fault/concept.hpp>
#include <rcim/kernel/wear.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// How many writes each cell of an array pair has left, in one plane per array and slice. 4 bytes per cell.
class wear_counters {
public:
    /// Endurances beyond this are cut to it.
    static constexpr double most = 4294967295.0;

    wear_counters(const code_format& format, index_t count)
        : format_(format), planes_(static_cast<std::size_t>((format.pair ? 2 : 1) * format.slices)) {
        for (auto& plane : planes_) {
            plane.assign(static_cast<std::size_t>(count), 0xFFFFFFFFu);
        }
    }

    void set(int array, index_t weight, int slice, double endurance) {
        plane(array, slice)[static_cast<std::size_t>(weight)] = static_cast<std::uint32_t>(std::clamp(endurance, 1.0, most));
    }
    [[nodiscard]] std::uint32_t left(int array, index_t weight, int slice) const {
        return planes_[static_cast<std::size_t>(array * format_.slices + slice)][static_cast<std::size_t>(weight)];
    }

    /// Counts the cells that differ between two words of one array. `before` and `after` start at weight `begin`.
    template <class Word>
    std::int64_t count(const Word* before, const Word* after, int array, index_t begin, index_t end,
                       std::vector<kernel::exhausted_cell>& exhausted) {
        std::vector<std::uint32_t*> left;
        for (int s = 0; s < format_.slices; ++s) {
            left.push_back(plane(array, s).data());
        }
        return kernel::count_writes(before, after, format_.cell_bits, left, array, begin, end, exhausted);
    }

    /// shape: [outputs][inputs], rows row_stride apart.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        for (int n = 0; n < (format_.pair ? 2 : 1); ++n) {
            const archive::scope scope(a, array_name(n));
            for (int s = 0; s < format_.slices; ++s) {
                a.visit("writes_left_" + std::to_string(s), std::span(plane(n, s)), shape, row_stride);
            }
        }
    }

private:
    aligned_vector<std::uint32_t>& plane(int array, int slice) { return planes_[static_cast<std::size_t>(array * format_.slices + slice)]; }

    code_format format_;
    std::vector<aligned_vector<std::uint32_t>> planes_;
};

} // namespace rcim::inline RCIM_ABI
