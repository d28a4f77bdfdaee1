#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/core/matrix_view.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/pruned.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Which weights of a pruned array are kept: [outputs][inputs].
template <class Map>
class column_support {
public:
    column_support(const Map& map, const tiling& tiles)
        : projection_(pruning_part(map)->keep), tiles_(tiles),
          kept_(static_cast<std::size_t>(tiles.inputs * tiles.outputs), 1) {}

    [[nodiscard]] bool kept(index_t output, index_t input) const { return kept_[number(output, input)] != 0; }
    [[nodiscard]] std::span<const std::uint8_t> all() const { return kept_; }
    [[nodiscard]] std::uint64_t count() const { return static_cast<std::uint64_t>(std::count(kept_.begin(), kept_.end(), 1)); }

    /// Decides anew, by the weights of a matrix [outputs][inputs].
    void choose(matrix_view<const float> w) {
        std::fill(kept_.begin(), kept_.end(), 1);
        projection_.keep({w, tiles_.read_rows}, kept_);
    }

    /// Sets to zero what belongs to pruned weights, in a matrix [outputs][stride].
    void clear(float* matrix, index_t stride) const {
        for (index_t o = 0; o < tiles_.outputs; ++o) {
            float* const row = matrix + o * stride;
            const std::uint8_t* const kept = kept_.data() + o * tiles_.inputs;
            for (index_t i = 0; i < tiles_.inputs; ++i) {
                row[i] = kept[i] != 0 ? row[i] : 0.0f;
            }
        }
    }

    void visit(archive& a) { a.visit("kept", std::span(kept_), {tiles_.outputs, tiles_.inputs}); }

private:
    using projection = typename std::remove_cvref_t<decltype(*pruning_part(std::declval<const Map&>()))>::projection_type;
    [[nodiscard]] std::size_t number(index_t output, index_t input) const {
        return static_cast<std::size_t>(output * tiles_.inputs + input);
    }

    projection projection_;
    tiling tiles_;
    std::vector<std::uint8_t> kept_;
};

/// Of mappings that do not prune.
struct no_support {
    template <class Map>
    no_support(const Map&, const tiling&) {}
};

} // namespace rcim::inline RCIM_ABI
