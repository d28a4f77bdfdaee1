#pragma once

#include <rcim/mapping/largest.hpp>
#include <rcim/mapping/projection.hpp>

#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The largest weights of the layer, wherever they are: magnitude pruning without structure, which keeps accuracy best and no converter smaller.
struct largest_of_layer {
    using policy_kind = projection_kind;

    double share = 1.0; ///< of the candidates that is kept, at least one weight; (0, 1]

    [[nodiscard]] constexpr index_t most_in(index_t rows) const { return rows; }

    void keep(const pruning_view& view, std::span<std::uint8_t> kept) const {
        const matrix_view<const float>& w = view.weights;
        largest_scores all;
        for (index_t o = 0; o < w.rows; ++o) {
            for (index_t i = 0; i < w.cols; ++i) {
                if (kept[static_cast<std::size_t>(o * w.cols + i)] != 0) {
                    all.add(std::abs(static_cast<double>(w(o, i))), o * w.cols + i);
                }
            }
        }
        all.drop_beyond(share_of(share, all.size()), [&](index_t at) { kept[static_cast<std::size_t>(at)] = 0; });
    }

    static std::string name() { return "largest_of_layer"; }
    static constexpr auto fields() { return std::tuple{field{"share", &largest_of_layer::share, 1e-9, 1.0}}; }
};
static_assert(WeightProjection<largest_of_layer>);

} // namespace rcim::inline RCIM_ABI
