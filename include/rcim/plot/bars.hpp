#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/plot/figure.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// One part of every bar.
struct bar_part {
    std::string title;
    std::vector<double> heights; ///< >= 0, one for each bar; those that are no numbers count as none, and the title says so
};

/// Bars side by side, whose parts are stacked from below in their order.
struct bars {
    std::string title, x_label, y_label;
    std::vector<std::string> names{}; ///< of the bars
    std::vector<bar_part> parts{};
};

namespace detail {

[[nodiscard]] inline std::string script(const bars& b, const frame& at) {
    if (b.names.empty() || b.parts.empty()) {
        fail("plot", text("bars '", b.title, "'"), "at least one bar with a part", "none");
    }
    std::vector<std::size_t> left_out(b.parts.size());
    std::string block = "$bars << END\n";
    double highest = 0.0;
    for (std::size_t i = 0; i < b.names.size(); ++i) {
        double sum = 0.0;
        block += text(i);
        for (std::size_t p = 0; p < b.parts.size(); ++p) {
            const bar_part& part = b.parts[p];
            if (part.heights.size() != b.names.size()) {
                fail("plot", text("part '", part.title, "' of bars '", b.title, "'"), text(b.names.size(), " heights"),
                     text(part.heights.size()));
            }
            const double height = part.heights[i];
            if (height < 0.0) {
                fail("plot", text("part '", part.title, "' of bar '", b.names[i], "'"), "a height >= 0", text(height));
            }
            left_out[p] += std::isfinite(height) ? 0 : 1;
            sum += std::isfinite(height) ? height : 0.0;
            block += text(' ', std::isfinite(height) ? height : 0.0);
        }
        highest = std::max(highest, sum);
        block += "\n";
    }
    std::string plots;
    for (std::size_t p = 0; p < b.parts.size(); ++p) {
        plots += text(p == 0 ? "plot " : ", ", "$bars using ", p + 2, " linecolor rgb '", area_colours[p % area_colours.size()],
                      "' title ", in_quotes(b.parts[p].title + left_out_text(left_out[p])));
    }
    return heading(at, b.title, b.x_label, b.y_label) +
           "set grid ytics\nset key outside right top vertical Left reverse invert\nset style data histograms\nset style "
           "histogram rowstacked\n"
           "set style fill solid 1.0 noborder\nset boxwidth 0.7\nset xtics nomirror scale 0\n" +
           named_tics(at, b.names) +
           text("set xrange [-0.6:", b.names.size() - 1, ".6]\nset yrange [0:", highest > 0.0 ? 1.05 * highest : 1.0, "]\n") +
           block + "END\n" + plots + "\n";
}

} // namespace detail

/// Throws `error` when drawn if a part has another number of heights than there are bars, or one below zero.
[[nodiscard]] inline picture to_picture(const bars& b) {
    return {960, 540, [b](const frame& at) { return detail::script(b, at); }};
}

} // namespace rcim::inline RCIM_ABI::plot
