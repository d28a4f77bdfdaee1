#pragma once

/// @file
/// Something about every cell of some crossbars, as a map: word lines are rows, from the top, and bit lines columns.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/matrix_view.hpp>
#include <rcim/plot/figure.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// One crossbar of a map.
struct map_tile {
    index_t row = 0; ///< place among the crossbars of the map
    index_t col = 0;
    index_t rows = 0; ///< cells
    index_t cols = 0;
    std::vector<float> values{}; ///< [rows][cols]; NaN: no cell there, or none in use
};

/// A colour of a map whose values are 0, 1, 2, ... and stand for something.
struct map_category {
    std::string name;
    std::string_view colour;
};

/// Crossbars side by side as they share inputs and outputs. Where a map has more cells than a screen has dots, each dot stands for a square of cells: their
/// mean, or the share of those that are not of the first category.
struct cell_map {
    std::string title;
    std::string value{}; ///< what the colours count, with its unit; for maps without categories
    std::vector<map_tile> tiles{};
    std::vector<map_category> categories{}; ///< empty: values are numbers
    std::vector<std::string> col_names{};   ///< of the columns of crossbars; of a single one, its cells are counted
    std::vector<std::string> row_names{};
    std::string x_label = "bit line";
    std::string y_label = "word line";
    bool square = true;   ///< false: cells are stretched over the width of the picture
    int most_dots = 1200; ///< > 0: dots of a picture, each way
};

namespace detail {

/// Where the rows or columns of crossbars of a map begin, with a gap between two of them.
struct map_axis {
    std::vector<index_t> extents; ///< cells of each
    index_t cells_per_dot = 1;
    index_t gap = 0; ///< dots

    [[nodiscard]] index_t dots(std::size_t i) const { return (extents[i] + cells_per_dot - 1) / cells_per_dot; }
    [[nodiscard]] index_t begin(std::size_t i) const {
        index_t at = 0;
        for (std::size_t k = 0; k < i; ++k) {
            at += dots(k) + gap;
        }
        return at;
    }
    [[nodiscard]] index_t all() const { return begin(extents.size() - 1) + dots(extents.size() - 1); }
};

/// A map as dots, and how large each is.
struct map_layout {
    map_axis rows, cols;
    bool shares = false; ///< of cells that are not of the first category, in place of categories
    int dot_width = 1;   ///< pixels
    int dot_height = 1;
    int left = 84, right = 40, top = 0, bottom = 0; ///< margins, pixels
    int width = 0, height = 0;
};

[[nodiscard]] inline map_layout layout_of(const cell_map& m) {
    if (m.tiles.empty()) {
        fail("plot", text("map '", m.title, "'"), "at least one crossbar", "none");
    }
    if (m.most_dots < 1) {
        fail("plot", text("dots of map '", m.title, "'"), "at least 1", text(m.most_dots));
    }
    map_layout l;
    for (const map_tile& t : m.tiles) {
        if (t.row < 0 || t.col < 0 || t.row > 65535 || t.col > 65535 || t.rows < 1 || t.cols < 1 ||
            t.values.size() / static_cast<std::size_t>(t.cols) != static_cast<std::size_t>(t.rows) ||
            t.values.size() % static_cast<std::size_t>(t.cols) != 0) {
            fail("plot", text("crossbar (", t.row, ", ", t.col, ") of map '", m.title, "'"),
                 "a place from (0, 0) on, and a value for each of at least one cell",
                 text(t.values.size(), " values for ", t.rows, " x ", t.cols));
        }
        const auto grow = [](std::vector<index_t>& extents, index_t at, index_t size) {
            extents.resize(std::max(extents.size(), static_cast<std::size_t>(at) + 1), 1);
            extents[static_cast<std::size_t>(at)] = std::max(extents[static_cast<std::size_t>(at)], size);
        };
        grow(l.rows.extents, t.row, t.rows);
        grow(l.cols.extents, t.col, t.cols);
    }
    const auto gap_of = [](const map_axis& axis) {
        return axis.extents.size() > 1 ? std::max<index_t>(1, axis.all() / 200) : 0;
    };
    const auto shrink = [&](map_axis& axis) {
        axis.gap = gap_of(axis);
        while (axis.all() > m.most_dots) {
            ++axis.cells_per_dot;
            axis.gap = 0;
            axis.gap = gap_of(axis);
        }
    };
    shrink(l.rows);
    shrink(l.cols);
    if (m.square) {
        l.rows.cells_per_dot = l.cols.cells_per_dot = std::max(l.rows.cells_per_dot, l.cols.cells_per_dot);
    }
    l.shares = !m.categories.empty() && l.rows.cells_per_dot * l.cols.cells_per_dot > 1;
    const auto dots_wide = static_cast<int>(l.cols.all());
    const auto dots_high = static_cast<int>(l.rows.all());
    l.dot_width = std::max(1, 760 / dots_wide);
    l.dot_height = std::max(1, 520 / dots_high);
    if (m.square) {
        l.dot_width = l.dot_height = std::min(l.dot_width, l.dot_height);
    }
    const bool key = !m.categories.empty() && !l.shares;
    l.right = key ? 40 : 120;
    l.width = std::max(dots_wide * l.dot_width + l.left + l.right, 520);
    l.top = 26 + 18 * static_cast<int>(lines_of(m.title, frame{.width = l.width}.columns()).size());
    l.bottom = key ? 90 : 60;
    l.height = dots_high * l.dot_height + l.top + l.bottom;
    return l;
}

/// The dots, row by row from the top, NaN where there is none.
[[nodiscard]] inline std::vector<double> dots_of(const cell_map& m, const map_layout& l) {
    const index_t wide = l.cols.all();
    std::vector<double> sums(static_cast<std::size_t>(l.rows.all() * wide), 0.0);
    std::vector<double> counts(sums.size(), 0.0);
    for (const map_tile& t : m.tiles) {
        const index_t top = l.rows.begin(static_cast<std::size_t>(t.row));
        const index_t left = l.cols.begin(static_cast<std::size_t>(t.col));
        for (index_t r = 0; r < t.rows; ++r) {
            for (index_t c = 0; c < t.cols; ++c) {
                const auto value = static_cast<double>(t.values[static_cast<std::size_t>(r * t.cols + c)]);
                if (!std::isfinite(value)) {
                    continue;
                }
                if (!m.categories.empty() && !(value >= 0.0 && value < static_cast<double>(m.categories.size()))) {
                    fail("plot", text("cell (", r, ", ", c, ") of map '", m.title, "'"),
                         text("a category below ", m.categories.size()), text(value));
                }
                const auto dot =
                    static_cast<std::size_t>((top + r / l.rows.cells_per_dot) * wide + left + c / l.cols.cells_per_dot);
                sums[dot] += l.shares ? (value >= 1.0 ? 100.0 : 0.0) : value;
                counts[dot] += 1.0;
            }
        }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i] = counts[i] > 0.0 ? sums[i] / counts[i] : std::numeric_limits<double>::quiet_NaN();
    }
    return sums;
}

/// Marks at the middles of the crossbars, as many as fit.
[[nodiscard]] inline std::string map_tics(char side, const map_axis& axis, const std::vector<std::string>& names, int dot,
                                          int room) {
    std::string tics;
    double free_from = -1e9;
    for (std::size_t i = 0; i < axis.extents.size(); ++i) {
        const double middle = static_cast<double>(axis.begin(i)) + 0.5 * static_cast<double>(axis.dots(i)) - 0.5;
        const std::string name = i < names.size() ? names[i] : text(i);
        const double half = 0.5 * (room > 0 ? room : 8.0 * static_cast<double>(characters(name)) + 8.0) / dot;
        if (middle - half < free_from) {
            continue;
        }
        free_from = middle + half;
        tics += (tics.empty() ? "" : ", ") + in_quotes(name) + text(" ", middle);
    }
    return text("set ", side, "tics scale 0 (", tics, ")\n");
}
/// Marks at cells of a single crossbar.
[[nodiscard]] inline std::string cell_tics(char side, const map_axis& axis, int dot) {
    index_t step = 1;
    for (const index_t next : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096}) {
        step = next;
        if (next / axis.cells_per_dot * dot >= 44) {
            break;
        }
    }
    std::string tics;
    for (index_t cell = 0; cell < axis.extents[0]; cell += step) {
        tics += text(tics.empty() ? "" : ", ", "'", cell, "' ", cell / axis.cells_per_dot);
    }
    return text("set ", side, "tics out nomirror (", tics, ")\n");
}

[[nodiscard]] inline std::string map_palette(const cell_map& m, const map_layout& l) {
    std::string colours;
    if (!m.categories.empty() && !l.shares) {
        for (std::size_t i = 0; i < m.categories.size(); ++i) { // an interval of its own for each, without blends
            colours +=
                text(i == 0 ? "" : ", ", i, " '", m.categories[i].colour, "', ", i + 1, " '", m.categories[i].colour, "'");
        }
        return text("set palette defined (", colours, ")\nset cbrange [-0.5:", m.categories.size() - 1,
                    ".5]\nunset colorbox\n");
    }
    for (std::size_t i = 0; i < scale_colours.size(); ++i) {
        colours += text(i == 0 ? "" : ", ", i, " '", scale_colours[i], "'");
    }
    return "set palette defined (" + colours + ")\n";
}

/// Squares of colour with their names, in one row below the map.
[[nodiscard]] inline std::string map_key(const cell_map& m, const map_layout& l, const frame& at) {
    const auto width_of = [](const map_category& one) {
        return 46.0 + 8.0 * static_cast<double>(characters(printable(one.name)));
    };
    double width = 0.0;
    for (const map_category& one : m.categories) {
        width += width_of(one);
    }
    double x = std::max(8.0, l.left + 0.5 * (static_cast<double>(l.cols.all()) * l.dot_width - width));
    const double y = l.height - 22.0;
    std::string s;
    for (const map_category& one : m.categories) {
        s += text("set object rectangle from screen ", at.screen_x(x), ", screen ", at.screen_y(y + 7.0), " to screen ",
                  at.screen_x(x + 14.0), ", screen ", at.screen_y(y - 7.0), " fillcolor rgb '", one.colour,
                  "' fillstyle solid noborder\nset label ", in_quotes(one.name), " at screen ", at.screen_x(x + 20.0),
                  ", screen ", at.screen_y(y), " left\n");
        x += width_of(one);
    }
    return s;
}

/// The outlines of the crossbars, whatever of them holds weights.
[[nodiscard]] inline std::string map_outlines(const cell_map& m, const map_layout& l) {
    std::string s;
    for (const map_tile& t : m.tiles) {
        const auto row = static_cast<std::size_t>(t.row);
        const auto col = static_cast<std::size_t>(t.col);
        const double left = static_cast<double>(l.cols.begin(col)) - 0.5;
        const double top = static_cast<double>(l.rows.begin(row)) - 0.5;
        s += text("set object rectangle from ", left, ",", top, " to ", left + static_cast<double>(l.cols.dots(col)), ",",
                  top + static_cast<double>(l.rows.dots(row)), " front fillstyle empty border lc rgb '", grey, "'\n");
    }
    return s;
}

[[nodiscard]] inline std::string script(const cell_map& m, const map_layout& l, const frame& at) {
    const std::vector<double> dots = dots_of(m, l);
    const auto wide = static_cast<std::size_t>(l.cols.all());
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double dot : dots) {
        low = dot < low ? dot : low;
        high = dot > high ? dot : high;
    }
    if (low > high) {
        fail("plot", text("map '", m.title, "'"), "at least one cell with a value", "none");
    }
    std::string block = "$map << END\n";
    std::array<char, 32> number{};
    for (std::size_t i = 0; i < dots.size(); ++i) {
        if (std::isfinite(dots[i])) {
            std::snprintf(number.data(), number.size(), "%.6g", dots[i]);
            block += number.data();
        } else {
            block += "NaN";
        }
        block += (i + 1) % wide == 0 ? '\n' : ' ';
    }
    block += "END\n";
    const bool key = !m.categories.empty() && !l.shares;
    const std::string value = l.shares ? text("not ", m.categories[0].name, " (%)") : m.value;
    std::string s = heading(at, m.title, m.x_label, m.y_label) + map_palette(m, l);
    s += "unset border\nunset key\n" + map_outlines(m, l);
    const double right = l.left + static_cast<double>(wide) * l.dot_width;
    s += text("set lmargin at screen ", at.screen_x(l.left), "\nset rmargin at screen ", at.screen_x(right),
              "\nset tmargin at screen ", at.screen_y(l.top), "\nset bmargin at screen ",
              at.screen_y(l.top + static_cast<double>(l.rows.all()) * l.dot_height), "\n");
    s += l.cols.extents.size() == 1 && m.col_names.empty() ? cell_tics('x', l.cols, l.dot_width)
                                                           : map_tics('x', l.cols, m.col_names, l.dot_width, 0);
    s += l.rows.extents.size() == 1 && m.row_names.empty() ? cell_tics('y', l.rows, l.dot_height)
                                                           : map_tics('y', l.rows, m.row_names, l.dot_height, 18);
    s += text("set xrange [-0.5:", wide - 1, ".5]\nset yrange [", l.rows.all() - 1, ".5:-0.5]\n");
    std::string plots = "plot $map matrix with image notitle";
    if (key) {
        s += map_key(m, l, at);
    } else {
        if (low == high) { // of one number alone there is no scale
            const double room = std::max(0.5, 0.01 * std::abs(low));
            low -= room;
            high += room;
        }
        s += text("set cbrange [", low, ":", high, "]\nset cblabel ", in_quotes(value), " offset 0.5,0\n",
                  "set colorbox user origin screen ", at.screen_x(right + 16.0), ",",
                  at.screen_y(l.top + static_cast<double>(l.rows.all()) * l.dot_height), " size screen ",
                  18.0 / at.canvas_width, ",", static_cast<double>(l.rows.all()) * l.dot_height / at.canvas_height, "\n");
    }
    return s + block + plots + "\n";
}

} // namespace detail

/// A picture of one pixel or more for each dot. Throws `error` where a crossbar has no cells or another number of values, and when drawn if no cell has a value or
/// one is of no category. O(cells).
[[nodiscard]] inline picture to_picture(const cell_map& m) {
    const detail::map_layout l = detail::layout_of(m);
    return {l.width, l.height, [m, l](const frame& at) { return detail::script(m, l, at); }};
}

} // namespace rcim::inline RCIM_ABI::plot
