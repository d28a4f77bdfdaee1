#pragma once

#include <rcim/mapping/largest.hpp>
#include <rcim/mapping/projection.hpp>

#include <algorithm>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The columns of crossbars with the largest sums of squares, whole: structured pruning by columns. Others are empty, and take neither space nor
/// conversions where the mapping can close columns (column_masked).
struct largest_columns {
    using policy_kind = projection_kind;

    double share = 1.0; ///< of the columns of the layer that is kept, at least one; (0, 1]

    [[nodiscard]] constexpr index_t most_in(index_t rows) const { return rows; }

    void keep(const pruning_view& view, std::span<std::uint8_t> kept) const {
        const matrix_view<const float>& w = view.weights;
        const auto each = [&](index_t column, auto&& visit) { // of the candidates of a column
            const index_t o = column / view.groups();
            const index_t first = column % view.groups() * view.group;
            for (index_t i = first; i < std::min(first + view.group, w.cols); ++i) {
                if (std::uint8_t& flag = kept[static_cast<std::size_t>(o * w.cols + i)]; flag != 0) {
                    visit(static_cast<double>(w(o, i)), flag);
                }
            }
        };
        largest_scores columns;
        for (index_t column = 0; column < w.rows * view.groups(); ++column) {
            double squares = 0.0;
            each(column, [&](double weight, std::uint8_t&) { squares += weight * weight; });
            columns.add(squares, column);
        }
        columns.drop_beyond(share_of(share, columns.size()),
                            [&](index_t column) { each(column, [](double, std::uint8_t& flag) { flag = 0; }); });
    }

    static std::string name() { return "largest_columns"; }
    static constexpr auto fields() { return std::tuple{field{"share", &largest_columns::share, 1e-9, 1.0}}; }
};
static_assert(WeightProjection<largest_columns>);

} // namespace rcim::inline RCIM_ABI
