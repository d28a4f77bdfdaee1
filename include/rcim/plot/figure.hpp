#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/plot/palette.hpp>
#include <rcim/plot/picture.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// Points, joined by a line. Those that are no finite numbers, or not above zero on a logarithmic axis, are left out, and the title says how many.
struct curve {
    std::string title;
    std::vector<double> x, y;     ///< of equal length
    std::vector<double> spread{}; ///< half lengths of error bars, one for each point; empty: none
    bool right = false;           ///< belongs to the axis on the right
    std::vector<double> low{};    ///< ends of intervals that need not be even about y, in place of `spread`; empty: none
    std::vector<double> high{};
    bool band = false;  ///< the intervals as an area behind the line in place of bars
    bool points = true; ///< marks at the points of a curve without bars
};

/// Curves over one axis.
struct figure {
    std::string title, x_label, y_label;
    std::string y_range{};     ///< "[low:high]"; empty: fits the curves
    std::string right_label{}; ///< empty: no axis on the right
    std::vector<curve> curves{};
    std::vector<std::string> x_names{}; ///< in place of the numbers 0, 1, 2, ...
    bool log_x = false;                 ///< numbers above zero
    bool log_y = false;                 ///< likewise, on both sides
    int width = 960;                    ///< pixels
    int height = 600;
};

namespace detail {

/// What every picture begins with.
[[nodiscard]] inline std::string heading(const frame& at, const std::string& title, const std::string& x_label,
                                         const std::string& y_label) {
    const std::size_t tall = static_cast<std::size_t>(std::max(12, at.height / at.character - 8));
    return "set title " + in_quoted_lines(title, at.columns()) + "\nset xlabel " + in_quoted_lines(x_label, at.columns()) +
           " offset 0,0.5\nset ylabel " + in_quoted_lines(y_label, tall) + "\n";
}

/// Names at 0, 1, 2, ... below the picture: turned where they do not fit side by side.
[[nodiscard]] inline std::string named_tics(const frame& at, const std::vector<std::string>& names) {
    std::size_t longest = 0;
    std::string tics;
    for (std::size_t i = 0; i < names.size(); ++i) {
        longest = std::max(longest, characters(printable(names[i])));
        tics += (i == 0 ? "" : ", ") + in_quotes(names[i]) + text(" ", i);
    }
    const bool fits = (longest + 1) * names.size() <= at.columns() - std::min<std::size_t>(at.columns() / 4, 12);
    return text("set xtics ", fits ? "" : "rotate by 35 right ", "(", tics, ")\n");
}

[[nodiscard]] inline std::string line_types() {
    std::string script = text("set linetype cycle ", line_colours.size(), "\n");
    for (std::size_t i = 0; i < line_colours.size(); ++i) {
        script += text("set linetype ", i + 1, " lc rgb '", line_colours[i], "' pt ", i + 1, "\n");
    }
    return script;
}

/// Throws `error` unless every list of a curve is empty or as long as x.
inline void check_curve(const curve& c) {
    const auto check = [&](const char* name, std::size_t size, bool optional) {
        if (size != c.x.size() && !(optional && size == 0)) {
            fail("plot", text("curve '", c.title, "'"), text(c.x.size(), " numbers in ", name, ", as in x"), text(size));
        }
    };
    check("y", c.y.size(), false);
    check("spread", c.spread.size(), true);
    check("low", c.low.size(), true);
    check("high", c.high.size(), true);
    if (c.low.size() != c.high.size()) {
        fail("plot", text("curve '", c.title, "'"), "both ends of intervals", "one");
    }
}

/// "x y low high" for every point that can be drawn.
struct curve_data {
    std::string block;
    std::vector<double> x; ///< of these points
    std::size_t left_out = 0;
};
[[nodiscard]] inline curve_data data_of(const curve& c, const figure& f) {
    check_curve(c);
    curve_data data;
    for (std::size_t k = 0; k < c.x.size(); ++k) {
        if (!std::isfinite(c.x[k]) || !std::isfinite(c.y[k]) || (f.log_x && c.x[k] <= 0.0) || (f.log_y && c.y[k] <= 0.0)) {
            ++data.left_out;
            continue;
        }
        double low = !c.low.empty() ? c.low[k] : c.y[k] - (c.spread.empty() ? 0.0 : c.spread[k]);
        double high = !c.high.empty() ? c.high[k] : c.y[k] + (c.spread.empty() ? 0.0 : c.spread[k]);
        low = std::isfinite(low) && !(f.log_y && low <= 0.0) ? low : c.y[k]; // a point without an interval stays a point
        high = std::isfinite(high) ? high : c.y[k];
        data.block += text(c.x[k], ' ', c.y[k], ' ', low, ' ', high, '\n');
        data.x.push_back(c.x[k]);
    }
    return data;
}

[[nodiscard]] inline std::string left_out_text(std::size_t count) {
    return count == 0 ? "" : text(" (", count, count == 1 ? " point" : " points", " left out: no number)");
}

[[nodiscard]] inline std::string script(const figure& f, const frame& at) {
    std::string s = heading(at, f.title, f.x_label, f.y_label) + "set grid\nset key below\n" + line_types();
    if (!f.y_range.empty()) {
        s += "set yrange " + f.y_range + "\n";
    }
    if (!f.right_label.empty()) {
        s += "set y2label " + in_quotes(f.right_label) + "\nset y2tics\nset ytics nomirror\n";
    }
    if (!f.x_names.empty()) {
        s += named_tics(at, f.x_names);
    }
    std::vector<double> xs;
    std::string plots, blocks;
    for (std::size_t i = 0; i < f.curves.size(); ++i) {
        const curve& c = f.curves[i];
        const curve_data data = data_of(c, f);
        xs.insert(xs.end(), data.x.begin(), data.x.end());
        const std::string line = text("linetype ", i + 1, " linewidth 2 pointtype ", i + 5);
        const std::string axes = text(" axes x1y", c.right ? "2" : "1");
        const std::string title = " title " + in_quotes(c.title + left_out_text(data.left_out));
        plots += i == 0 ? "plot " : ", ";
        if (data.x.empty()) {
            plots += "NaN with linespoints " + line + title; // stays in the key
            continue;
        }
        const std::string block = text("$curve", i);
        blocks += block + " << END\n" + data.block + "END\n";
        const bool intervals = !c.spread.empty() || !c.low.empty();
        if (intervals && c.band) {
            plots += block +
                     text(" using 1:3:4 with filledcurves linetype ", i + 1, " fillstyle transparent solid 0.2 noborder") +
                     axes + " notitle, ";
        }
        plots += block +
                 (intervals && !c.band ? " using 1:2:3:4 with yerrorlines "
                  : c.points           ? " using 1:2 with linespoints "
                                       : " using 1:2 with lines ") +
                 line + axes + title;
    }
    if (xs.empty()) {
        fail("plot", text("figure '", f.title, "'"), "at least one point that is a number", "none");
    }
    double low = *std::min_element(xs.begin(), xs.end());
    double high = *std::max_element(xs.begin(), xs.end());
    if (f.log_y) {
        s += "set logscale y\nset logscale y2\n";
    }
    if (f.log_x) {
        s += "set logscale x\n";
        low *= 0.8;
        high *= 1.2;
    } else {
        const double margin =
            f.x_names.empty() && high - low < 1.0 && high > low ? 0.05 * (high - low) : std::max(0.5, 0.02 * (high - low));
        if (f.x_names.empty() && high - low >= 1.0 && high - low < 14.0) {
            s += "set xtics 1\n";
        }
        low -= margin;
        high += margin;
    }
    return s + text("set xrange [", low, ":", high, "]\n") + blocks + plots + "\n";
}

} // namespace detail

/// O(points).
[[nodiscard]] inline picture to_picture(const figure& f) {
    return {f.width, f.height, [f](const frame& at) { return detail::script(f, at); }};
}

} // namespace rcim::inline RCIM_ABI::plot
