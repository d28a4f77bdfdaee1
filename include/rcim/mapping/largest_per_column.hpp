#pragma once

#include <rcim/mapping/largest.hpp>
#include <rcim/mapping/projection.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The Nonzeros largest weights of each column of a crossbar; their positions differ from column to column. Of columns of l weights that are not zero
/// the largest sum is that of l rows, so the converter needs as many bits fewer as there are doublings from l to the rows. Column-proportional
/// pruning: G. Yuan et al., "TinyADC", DATE 2021, doi 10.23919/DATE51398.2021.9474235, after the authors' words in FORMS (ISCA 2021); the rest is a
/// reconstruction. The rate of the paper is rows / Nonzeros.
template <index_t Nonzeros = dynamic>
requires(Nonzeros == dynamic || Nonzeros >= 1) struct largest_per_column {
    using policy_kind = projection_kind;

    index_t nonzeros = Nonzeros == dynamic ? 8 : Nonzeros; ///< of each column, >= 1; the template's unless that is dynamic

    [[nodiscard]] constexpr index_t count() const { return Nonzeros == dynamic ? nonzeros : Nonzeros; }
    [[nodiscard]] constexpr index_t most_in(index_t rows) const { return std::min(count(), rows); }

    void keep(const pruning_view& view, std::span<std::uint8_t> kept) const {
        const matrix_view<const float>& w = view.weights;
        largest_scores column;
        for (index_t o = 0; o < w.rows; ++o) {
            for (index_t first = 0; first < w.cols; first += view.group) {
                column.clear();
                for (index_t i = first; i < std::min(first + view.group, w.cols); ++i) {
                    if (kept[static_cast<std::size_t>(o * w.cols + i)] != 0) {
                        column.add(std::abs(static_cast<double>(w(o, i))), i);
                    }
                }
                column.drop_beyond(count(), [&](index_t i) { kept[static_cast<std::size_t>(o * w.cols + i)] = 0; });
            }
        }
    }

    void validate() const {
        if (Nonzeros != dynamic && nonzeros != Nonzeros) {
            fail(name(), "nonzeros", text(Nonzeros, ", as the type says"), text(nonzeros));
        }
    }

    static std::string name() {
        return "largest_per_column<" + (Nonzeros == dynamic ? std::string("dynamic") : std::to_string(Nonzeros)) + ">";
    }
    static constexpr auto fields() { return std::tuple{field{"nonzeros", &largest_per_column::nonzeros, 1.0, 1e9}}; }
};
static_assert(WeightProjection<largest_per_column<8>>);

} // namespace rcim::inline RCIM_ABI
