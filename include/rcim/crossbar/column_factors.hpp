#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/matrix_view.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/geometry.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What each column of each group of rows is multiplied by after its converters: [groups][outputs].
template <class Map>
class column_factors {
public:
    explicit column_factors(const tiling& tiles)
        : tiles_(tiles), factor_(static_cast<std::size_t>(tiles.groups() * tiles.outputs), 1.0f) {}

    [[nodiscard]] float at(index_t group, index_t output) const {
        return factor_[static_cast<std::size_t>(group * tiles_.outputs + output)];
    }
    [[nodiscard]] std::span<const float> all() const { return factor_; }
    [[nodiscard]] std::span<const float> of_group(index_t group) const {
        return std::span(factor_).subspan(static_cast<std::size_t>(group * tiles_.outputs),
                                          static_cast<std::size_t>(tiles_.outputs));
    }
    /// Columns whose factor is zero: they are not converted.
    [[nodiscard]] std::uint64_t closed() const {
        return static_cast<std::uint64_t>(std::count(factor_.begin(), factor_.end(), 0.0f));
    }

    /// Throws `error` on another number of factors, and on a factor that the periphery does not know.
    void set(std::span<const float> factors) {
        if (factors.size() != factor_.size()) {
            fail("column_factors", "factors", text(tiles_.groups(), " groups x ", tiles_.outputs, " outputs"),
                 text(factors.size()));
        }
        for (std::size_t i = 0; i < factors.size(); ++i) {
            if (!(factor_type::nearest(factors[i]) == factors[i])) {
                fail("column_factors", text("factor of group ", i / outputs(), ", output ", i % outputs()),
                     text("one of ", factor_type::name()), text(factors[i]));
            }
        }
        std::copy(factors.begin(), factors.end(), factor_.begin());
    }

    /// Multiplies a matrix [outputs][stride] of what columns hold, or of gradients by what they are used as, by the factors.
    void multiply(float* matrix, index_t stride) const {
        for (index_t o = 0; o < tiles_.outputs; ++o) {
            for (index_t g = 0; g < tiles_.groups(); ++g) {
                const float factor = at(g, o);
                float* const from = matrix + o * stride + g * tiles_.read_rows;
                for (index_t i = 0; i < tiles_.rows_in_group(g); ++i) {
                    from[i] *= factor;
                }
            }
        }
    }

    void visit(archive& a) { a.visit("column_factor", std::span(factor_), {tiles_.groups(), tiles_.outputs}); }

private:
    using factor_type = typename Map::factor_type;
    [[nodiscard]] std::size_t outputs() const { return static_cast<std::size_t>(tiles_.outputs); }

    tiling tiles_;
    std::vector<float> factor_;
};

/// Of mappings without factors.
struct no_factors {
    explicit no_factors(const tiling&) {}
};

/// Weights that are tried in place of what the cells of some crossbars hold, before they are written: [outputs][inputs], and which crossbars
/// (row_tile x col_tiles + col_tile) take them. No tiles: none.
struct trial_weights {
    matrix_view<const float> weights{};
    std::span<const std::uint8_t> tiles{};
};

} // namespace rcim::inline RCIM_ABI
