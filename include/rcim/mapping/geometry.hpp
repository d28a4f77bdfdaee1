#pragma once

/// @file
/// Geometry: the extents of one crossbar, onto which a layer's matrix is cut.
///
/// Laws (tests/laws/geometry_laws.hpp): extents of at least one; every cell of a layer lies in exactly one tile.

#include <rcim/core/policy.hpp>

#include <concepts>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

namespace geometry_requires {
template <class G>
concept kind = PolicyOf<G, geometry_kind>;
template <class G>
concept row_count = requires(const G& g) {
    { g.row_count() } -> std::convertible_to<index_t>;
};
template <class G>
concept col_count = requires(const G& g) {
    { g.col_count() } -> std::convertible_to<index_t>;
};
} // namespace geometry_requires

/// Says how many rows and columns of cells one crossbar has.
template <class G>
concept GeometryModel = geometry_requires::kind<G> && geometry_requires::row_count<G> && geometry_requires::col_count<G>;

template <class G>
struct check_geometry {
    static_assert(geometry_requires::kind<G>, "rcim: role Geometry: missing `using policy_kind = geometry_kind;`, "
                                              "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(geometry_requires::row_count<G>, "rcim: role Geometry: missing `index_t row_count() const;`");
    static_assert(geometry_requires::col_count<G>, "rcim: role Geometry: missing `index_t col_count() const;`");
};

/// The null model of the geometry axis: one crossbar as large as the layer.
struct unbounded {
    using policy_kind = geometry_kind;

    [[nodiscard]] constexpr index_t row_count() const { return std::numeric_limits<index_t>::max(); }
    [[nodiscard]] constexpr index_t col_count() const { return std::numeric_limits<index_t>::max(); }

    static std::string name() { return "unbounded"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(GeometryModel<unbounded>);

/// Crossbars of Rows x Cols cells; either extent may be `dynamic` and is then a member.
template <index_t Rows, index_t Cols>
struct geometry {
    using policy_kind = geometry_kind;

    index_t rows = Rows; ///< >= 1; the template's unless that is dynamic
    index_t cols = Cols; ///< >= 1; the template's unless that is dynamic

    [[nodiscard]] constexpr index_t row_count() const { return Rows == dynamic ? rows : Rows; }
    [[nodiscard]] constexpr index_t col_count() const { return Cols == dynamic ? cols : Cols; }

    void validate() const {
        if ((Rows != dynamic && rows != Rows) || (Cols != dynamic && cols != Cols)) {
            fail("geometry", "extents", text(row_count(), " x ", col_count(), ", as the type says"), text(rows, " x ", cols));
        }
    }

    static std::string name() {
        const auto extent = [](index_t n) { return n == dynamic ? std::string("dynamic") : std::to_string(n); };
        return "geometry<" + extent(Rows) + ", " + extent(Cols) + ">";
    }
    static constexpr auto fields() {
        return std::tuple{field{"rows", &geometry::rows, 1.0, 1e9}, field{"cols", &geometry::cols, 1.0, 1e9}};
    }
};
static_assert(GeometryModel<geometry<128, 128>>);
static_assert(GeometryModel<geometry<dynamic, dynamic>>);

/// How a matrix of `inputs` x `outputs` weights with `slices` cells each lies on crossbars: inputs are rows, the slices of a
/// weight lie side by side in one row, and no weight is cut. Edge tiles are partly filled. Where columns are masked, a tile takes whole blocks
/// of the mask's rows, or an equal part of one, and its rows are read one block after the other.
struct tiling {
    index_t inputs = 1;
    index_t outputs = 1;
    index_t slices = 1;
    index_t rows = 1;             ///< rows of a tile
    index_t weights_per_row = 1;  ///< weights side by side in a tile
    index_t row_tiles = 1;
    index_t col_tiles = 1;
    index_t crossbar_rows = 1;    ///< extents of the crossbar, which a small layer fills in part
    index_t crossbar_cols = 1;
    index_t read_rows = 1;        ///< rows of a tile that are driven at once: a group
    index_t block = 1;            ///< inputs of one block of the mask; without masks all

    /// mask_rows: inputs of one block of a mask on columns, 0 without. most_rows: of a crossbar that are used. Throws `error` where slices or parts
    /// of a block do not fit.
    template <GeometryModel G>
    [[nodiscard]] static constexpr tiling make(const G& g, index_t inputs, index_t outputs, index_t slices, index_t mask_rows = 0,
                                               index_t most_rows = std::numeric_limits<index_t>::max()) {
        tiling t{.inputs = inputs, .outputs = outputs, .slices = slices};
        const index_t most = usable_rows(g.row_count() < most_rows ? g.row_count() : most_rows, mask_rows);
        t.rows = most < inputs ? most : inputs;
        t.read_rows = mask_rows > 0 && mask_rows < t.rows ? mask_rows : t.rows;
        t.block = mask_rows > 0 && mask_rows < inputs ? mask_rows : inputs;
        const index_t fit = g.col_count() / slices;
        t.weights_per_row = fit < outputs ? fit : outputs;
        if (t.weights_per_row < 1) {
            fail("geometry", "columns", text("at least the ", slices, " slices of one weight"), text(g.col_count()));
        }
        constexpr index_t boundless = std::numeric_limits<index_t>::max();
        t.crossbar_rows = g.row_count() == boundless ? inputs : g.row_count();
        t.crossbar_cols = g.col_count() == boundless ? outputs * slices : g.col_count();
        t.row_tiles = (inputs + t.rows - 1) / t.rows;
        t.col_tiles = (outputs + t.weights_per_row - 1) / t.weights_per_row;
        return t;
    }

    [[nodiscard]] constexpr index_t tiles() const { return row_tiles * col_tiles; }
    /// Inputs that are driven at once lie in one group: `read_rows` of them, fewer in the last.
    [[nodiscard]] constexpr index_t groups() const { return (inputs + read_rows - 1) / read_rows; }
    [[nodiscard]] constexpr index_t rows_in_group(index_t group) const {
        return group + 1 < groups() ? read_rows : inputs - group * read_rows;
    }
    [[nodiscard]] constexpr index_t row_tile_of_group(index_t group) const { return group / groups_per_tile(); }
    [[nodiscard]] constexpr index_t groups_per_tile() const { return (rows + read_rows - 1) / read_rows; }
    [[nodiscard]] constexpr index_t blocks() const { return (inputs + block - 1) / block; }
    [[nodiscard]] constexpr index_t block_of_group(index_t group) const { return group * read_rows / block; }
    [[nodiscard]] constexpr index_t tile_of(index_t input, index_t output) const {
        return input / rows * col_tiles + output / weights_per_row;
    }
    [[nodiscard]] constexpr index_t row_of(index_t input) const { return input % rows; }
    [[nodiscard]] constexpr index_t col_of(index_t output, index_t slice) const { return output % weights_per_row * slices + slice; }
    /// Inputs of a row of tiles, weights per row of a column of tiles: less at the edges.
    [[nodiscard]] constexpr index_t rows_in(index_t row_tile) const {
        return row_tile + 1 < row_tiles ? rows : inputs - row_tile * rows;
    }
    [[nodiscard]] constexpr index_t weights_in(index_t col_tile) const {
        return col_tile + 1 < col_tiles ? weights_per_row : outputs - col_tile * weights_per_row;
    }

private:
    /// Rows of a crossbar that weights take: whole blocks of a mask, or one of the equal parts into which a larger block is cut.
    [[nodiscard]] static constexpr index_t usable_rows(index_t crossbar_rows, index_t mask_rows) {
        if (mask_rows == 0) {
            return crossbar_rows;
        }
        if (mask_rows <= crossbar_rows) {
            return crossbar_rows / mask_rows * mask_rows;
        }
        const index_t parts = (mask_rows + crossbar_rows - 1) / crossbar_rows;
        if (mask_rows % parts != 0) {
            fail("column_masked", "rows", text("a multiple of ", parts, ", to lie in equal parts on crossbars of ", crossbar_rows, " rows"),
                 text(mask_rows));
        }
        return mask_rows / parts;
    }
};

} // namespace rcim::inline RCIM_ABI
