#pragma once

#include <rcim/crossbar/cell_sites.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/crossbar/wear.hpp>
#include <rcim/fault/fault_map.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What becomes of the cells of one layer: the faults that are still to come, and the writes that each cell has left.
template <FaultModel Faults>
class layer_faults {
public:
    static constexpr bool wears = fault_requires::wears<Faults>;

    /// Draws them. O(cells); nothing where there are no faults. count: of weights, padding included.
    layer_faults(const Faults& faults, const code_format& format, const cell_sites& sites, std::uint64_t seed, index_t count)
        : faults_(faults), format_(format), sites_(sites), seed_(seed) {
        if constexpr (!Faults::none) {
            if constexpr (wears) {
                left_.emplace(format, count);
            }
            sites.each([&](int a, index_t w, int s) {
                const cell_site site = sites.of(a, w, s);
                const random_source source = source_of(site);
                const int level = faults.stuck_level(source, site, levels());
                if (level != healthy) {
                    coming_.push_back({rcim::arrival_epoch(faults, source, site, levels()), w, a, s, level});
                }
                if constexpr (wears) {
                    left_->set(a, w, s, faults.wear(source, site, levels()).endurance);
                }
            });
        }
    }

    /// Sticks what arrives up to the beginning of this epoch.
    template <class Cells>
    void arrive(int epoch, Cells& cells) {
        const auto now = std::partition(coming_.begin(), coming_.end(), [&](const arrival& a) { return a.epoch > epoch; });
        for (auto at = now; at != coming_.end(); ++at) {
            cells.stick(at->array, at->weight, at->slice, at->level);
        }
        coming_.erase(now, coming_.end());
    }

    /// Sticks cells that have just made their last write.
    template <class Cells>
    void stick_worn(const std::vector<kernel::exhausted_cell>& exhausted, Cells& cells, update_report& report) const {
        if constexpr (wears) {
            for (const kernel::exhausted_cell& cell : exhausted) {
                const cell_site site = sites_.of(cell.array, cell.weight, cell.slice);
                cells.stick(cell.array, cell.weight, cell.slice, faults_.wear(source_of(site), site, levels()).level);
            }
            report.worn_cells += exhausted.size();
        }
    }

    /// Counts the cells that differ between the words of the weights [begin, end) of one array, which start at `begin`. Returns their
    /// number.
    template <class Word>
    std::int64_t count(const Word* before, const Word* after, int array, index_t begin, index_t end,
                       std::vector<kernel::exhausted_cell>& exhausted)
        requires wears
    {
        return left_->count(before, after, array, begin, end, exhausted);
    }
    /// The same for one weight, if anything wears at all.
    void count(index_t w, const stored_word<>& before, const stored_word<>& after, update_report& report,
               std::vector<kernel::exhausted_cell>& exhausted) {
        if constexpr (wears) {
            report.cell_writes += static_cast<std::uint64_t>(left_->count(&before.plus, &after.plus, 0, w, w + 1, exhausted));
            if (format_.pair) {
                report.cell_writes += static_cast<std::uint64_t>(left_->count(&before.minus, &after.minus, 1, w, w + 1, exhausted));
            }
        }
    }
    /// The same for cells that are told by their bits, at most 64 weights; 0 where nothing wears.
    std::int64_t count_written(int array, index_t begin, index_t end, const std::uint32_t* written,
                               std::vector<kernel::exhausted_cell>& exhausted) {
        if constexpr (wears) {
            static constexpr std::uint32_t none[64] = {};
            return left_->count(none, written, array, begin, end, exhausted);
        } else {
            return 0;
        }
    }

    [[nodiscard]] std::uint32_t writes_left(int array, index_t weight, int slice) const { return left_->left(array, weight, slice); }

    /// shape: [outputs][inputs], rows row_stride apart.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        if constexpr (wears) {
            left_->visit(a, shape, row_stride);
        }
    }

private:
    /// A fault that is still to come.
    struct arrival {
        int epoch;
        index_t weight;
        int array;
        int slice;
        int level;
    };

    [[nodiscard]] int levels() const { return 1 << format_.cell_bits; }
    [[nodiscard]] random_source source_of(const cell_site& site) const {
        return {seed_, purpose::fault_map, site.layer, cell_sites::crossbar_of(site)};
    }

    Faults faults_;
    code_format format_;
    cell_sites sites_;
    std::uint64_t seed_;
    std::vector<arrival> coming_;
    std::optional<wear_counters> left_;
};

/// Calls visit(array, weight, slice, level) for every stuck cell.
template <class Cells, class Visit>
void each_stuck(const Cells& cells, const cell_sites& sites, int cell_bits, Visit&& visit) {
    sites.each([&](int a, index_t w, int s) {
        const int shift = s * cell_bits;
        if ((cells.keep(a, w) >> shift & 1u) == 0) {
            visit(a, w, s, static_cast<std::int32_t>(cells.level(a, w) >> shift & ((std::uint32_t{1} << cell_bits) - 1)));
        }
    });
}

/// Adds the crossbars of a layer, as they are now, to the map of its chip.
template <class Cells>
void show_faults(const Cells& cells, const cell_sites& sites, int cell_bits, fault_map& map) {
    const auto place = [&](index_t row_tile, index_t col_tile, int array) {
        return crossbar_place{sites.layer, static_cast<std::uint32_t>(row_tile), static_cast<std::uint32_t>(col_tile),
                              static_cast<std::uint32_t>(array)};
    };
    std::vector<fault_map::crossbar*> added;
    const tiling& tiles = sites.tiles;
    for (int a = 0; a < sites.arrays; ++a) {
        for (index_t r = 0; r < tiles.row_tiles; ++r) {
            for (index_t c = 0; c < tiles.col_tiles; ++c) {
                added.push_back(&map.add(place(r, c, a), tiles.crossbar_rows, tiles.crossbar_cols));
            }
        }
    }
    each_stuck(cells, sites, cell_bits, [&](int a, index_t w, int s, std::int32_t level) {
        const cell_site site = sites.of(a, w, s);
        const index_t number = (a * tiles.row_tiles + site.row_tile) * tiles.col_tiles + site.col_tile;
        added[static_cast<std::size_t>(number)]->at(site.row, site.col) = level;
    });
}

} // namespace rcim::inline RCIM_ABI
