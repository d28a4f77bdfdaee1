#pragma once

/// @file
/// What the hooks of a cell are given: where its levels lie, its draws, and one write.

#include <rcim/cell/concept.hpp>
#include <rcim/core/random.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Where the levels of a cell lie, in steps of one level, and which level a position is read as: the nearest.
class level_ladder {
public:
    template <CellModel C>
    level_ladder(const C& cell, int levels) : levels_(levels), dark_(static_cast<float>(leak_in_levels(cell, levels))) {
        if constexpr (!C::folds) {
            const double low = cell.conductance(0, levels);
            const double step = (cell.conductance(levels - 1, levels) - low) / (levels - 1);
            for (int level = 0; level < levels; ++level) {
                position_.push_back(static_cast<float>((cell.conductance(level, levels) - low) / step));
            }
            for (int level = 1; level < levels; ++level) {
                const auto at = static_cast<std::size_t>(level);
                threshold_.push_back(0.5f * (position_[at - 1] + position_[at]));
            }
        }
    }

    [[nodiscard]] int levels() const { return levels_; }
    /// Conductance at HRS in steps of one level.
    [[nodiscard]] float dark() const { return dark_; }
    /// The position of no conductance; not a negative zero.
    [[nodiscard]] float floor() const { return 0.0f - dark_; }
    /// Length of the ladder: the position of the top level.
    [[nodiscard]] float span() const { return static_cast<float>(levels_ - 1); }

    [[nodiscard]] float position(int level) const {
        return position_.empty() ? static_cast<float>(level) : position_[static_cast<std::size_t>(level)];
    }
    [[nodiscard]] int nearest(float position) const {
        if (threshold_.empty()) {
            const float above = position > 0.0f ? position : 0.0f;
            return static_cast<int>((above < span() ? above : span()) + 0.5f);
        }
        return static_cast<int>(std::upper_bound(threshold_.begin(), threshold_.end(), position) - threshold_.begin());
    }

    /// The positions from which on a cell reads as level 1, 2, ...; empty where levels lie at equal steps.
    [[nodiscard]] const std::vector<float>& thresholds() const { return threshold_; }

private:
    int levels_;
    float dark_;
    std::vector<float> position_;
    std::vector<float> threshold_;
};

/// The draws of one cell: those of the device, the same for ever, and those of one write. Four normal numbers of each, n = 0 to 3;
/// a cell inside, and each attempt of a write, has its own.
class cell_draws {
public:
    /// Sources of one crossbar; `cell` numbers the cells in it.
    constexpr cell_draws(const random_source& device, const random_source& write, std::uint64_t cell)
        : device_(device), write_(write), cell_(cell) {}

    [[nodiscard]] float device_normal(std::size_t n = 0) const { return normal_of(device_.block(cell_)[n]); }
    [[nodiscard]] float write_normal(std::size_t n = 0) const { return normal_of(write_.block(cell_)[n]); }

    [[nodiscard]] constexpr cell_draws inner() const { return {device_.fork(0), write_.fork(0), cell_}; }
    [[nodiscard]] constexpr cell_draws attempt(std::uint32_t n) const { return {device_, write_.fork(n + 1), cell_}; }

private:
    random_source device_;
    random_source write_;
    std::uint64_t cell_;
};

/// One write of one cell.
struct cell_write {
    float held;                 ///< position before
    int target;                 ///< level
    const level_ladder& ladder;
    int most_pulses = std::numeric_limits<int>::max(); ///< the write ends after these, >= 1

    [[nodiscard]] float goal() const { return ladder.position(target); }
};

/// What a write came to.
struct written_cell {
    float position;
    int pulses;
};

/// Writes a cell by the hooks of its chain, outermost first; without any it then holds its level after one pulse. No conductance
/// becomes negative.
template <CellModel C>
[[nodiscard]] written_cell program_cell(const C& cell, const cell_write& write, const cell_draws& draws) {
    if constexpr (cell_requires::program<C>) {
        written_cell result = cell.program(write, draws);
        result.position = std::max(result.position, write.ladder.floor());
        return result;
    } else if constexpr (cell_requires::wraps<C>) {
        return program_cell(cell.inner, write, draws);
    } else {
        return {write.goal(), 1};
    }
}

/// The cell of the chain that drifts: the outermost, if there are several.
template <CellModel C>
    requires(drifts<C>())
[[nodiscard]] constexpr const auto& drifting_part(const C& cell) {
    if constexpr (cell_requires::drift<C>) {
        return cell;
    } else {
        return drifting_part(cell.inner);
    }
}

} // namespace rcim::inline RCIM_ABI
