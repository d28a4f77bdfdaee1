#pragma once

#include <rcim/core/config.hpp>

#include <cstdint>
#include <tuple>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// What the writes of one or more training steps amounted to. Padding is not counted.
struct update_report {
    double gradient_square = 0.0;    ///< sum of squares of all gradients of crossbar weights
    std::uint64_t increments = 0;    ///< non-zero increments asked for
    std::uint64_t lost = 0;          ///< of these, rounded to no change of the code
    std::uint64_t changed_words = 0; ///< words of an array in which at least one cell changed
    std::uint64_t cell_writes = 0;   ///< cells that are not stuck and were written; counted where a fault model wears, where cells are not exact
                                     ///< and where words are protected
    std::uint64_t pulses = 0;        ///< that these writes took; counted only where cells are not exact
    std::uint64_t plain_cell_writes = 0; ///< where words are protected: those that the same changes would take without the code
    std::uint64_t worn_cells = 0;    ///< cells that made their last write

    /// Every member with its name.
    [[nodiscard]] static constexpr auto members() {
        using r = update_report;
        return std::tuple{std::pair{"gradient_square", &r::gradient_square},
                          std::pair{"increments", &r::increments},
                          std::pair{"lost", &r::lost},
                          std::pair{"changed_words", &r::changed_words},
                          std::pair{"cell_writes", &r::cell_writes},
                          std::pair{"pulses", &r::pulses},
                          std::pair{"plain_cell_writes", &r::plain_cell_writes},
                          std::pair{"worn_cells", &r::worn_cells}};
    }
    update_report& operator+=(const update_report& other) {
        std::apply([&](const auto&... m) { ((this->*m.second += other.*m.second), ...); }, members());
        return *this;
    }
};

/// How many cells there are, and how many of them are stuck now.
struct cell_census {
    std::uint64_t cells = 0;
    std::uint64_t stuck = 0;
    std::uint64_t check_cells = 0; ///< of all cells, those that only a protecting code needs
};

/// Columns of cells as their converters see them: of one group of rows that are driven at once, a slice of one array or of a subtracted pair.
struct column_census {
    std::uint64_t columns = 0;
    std::uint64_t empty = 0;    ///< all of whose cells hold nothing
    std::uint64_t overfull = 0; ///< whose largest sum is beyond the full scale of their converters: pruned ones with stuck cells
};

/// What it costs to compensate stuck cells digitally. One image takes a multiply-add for each stuck cell at each position of its layer's
/// result; slices that are off are not read, and count for nothing.
struct compensation_count {
    std::uint64_t stuck = 0;               ///< stuck cells
    std::uint64_t differing = 0;           ///< of these, not at the level that they are to hold now
    std::uint64_t multiply_adds = 0;       ///< per image
    std::uint64_t layer_multiply_adds = 0; ///< per image, one for each weight and position: what these layers compute at all

    [[nodiscard]] double share() const {
        return layer_multiply_adds == 0 ? 0.0 : static_cast<double>(multiply_adds) / static_cast<double>(layer_multiply_adds);
    }
};

} // namespace rcim::inline RCIM_ABI
