#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/plot/figure.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// Counts over equal steps of a number.
struct histogram {
    std::string title, x_label;
    std::string y_label = "count";
    double low = 0.0;  ///< of the first bin
    double step = 1.0; ///< > 0: width of a bin
    std::vector<std::uint64_t> counts{};
    std::uint64_t left_out = 0; ///< values that were no finite numbers
    bool log_y = false;
};

/// The values in `bins` equal bins from the smallest to the largest. Throws `error` where none of them is a number, and unless 1 <= bins <= 10000.
template <class Number>
[[nodiscard]] histogram histogram_of(std::span<const Number> values, int bins, std::string title, std::string x_label) {
    if (bins < 1 || bins > 10000) {
        fail("plot", "bins of a histogram", "1 to 10000", text(bins));
    }
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    histogram h{.title = std::move(title), .x_label = std::move(x_label)};
    for (const Number value : values) {
        const auto v = static_cast<double>(value);
        if (!std::isfinite(v)) {
            ++h.left_out;
            continue;
        }
        low = std::min(low, v);
        high = std::max(high, v);
    }
    if (low > high) {
        fail("plot", text("histogram '", h.title, "'"), "at least one finite number", text(values.size(), " values"));
    }
    h.step = high > low ? (high - low) / bins : 1.0;
    h.low = high > low ? low : low - 0.5;
    h.counts.assign(high > low ? static_cast<std::size_t>(bins) : 1, 0);
    for (const Number value : values) {
        if (const auto v = static_cast<double>(value); std::isfinite(v)) {
            const auto bin = static_cast<std::size_t>(std::max(0.0, (v - h.low) / h.step));
            ++h.counts[std::min(bin, h.counts.size() - 1)];
        }
    }
    return h;
}

namespace detail {

[[nodiscard]] inline std::string script(const histogram& h, const frame& at) {
    if (std::all_of(h.counts.begin(), h.counts.end(), [](std::uint64_t n) { return n == 0; })) {
        fail("plot", text("histogram '", h.title, "'"), "at least one count above zero", "none");
    }
    if (!(h.step > 0.0)) {
        fail("plot", text("histogram '", h.title, "'"), "a step > 0", text(h.step));
    }
    std::string block = "$bins << END\n";
    for (std::size_t i = 0; i < h.counts.size(); ++i) {
        if (h.counts[i] > 0 || !h.log_y) {
            block += text(h.low + (static_cast<double>(i) + 0.5) * h.step, ' ', h.counts[i], '\n');
        }
    }
    const double end = h.low + static_cast<double>(h.counts.size()) * h.step;
    return heading(at, h.title + left_out_text(h.left_out), h.x_label, h.y_label) +
           "unset key\nset grid ytics\nset style fill solid 1.0 noborder\n" +
           (h.step == 1.0 && h.counts.size() <= 20 ? "set xtics 1 scale 0\n" : "") +
           (h.log_y ? "set logscale y\nset yrange [0.5:*]\n" : "set yrange [0:*]\n") +
           text("set xrange [", h.low, ":", end, "]\nset boxwidth ", 0.92 * h.step, "\n") + block +
           text("END\nplot $bins with boxes linecolor rgb '", blue, "'\n");
}

} // namespace detail

[[nodiscard]] inline picture to_picture(const histogram& h) {
    return {960, 480, [h](const frame& at) { return detail::script(h, at); }};
}

} // namespace rcim::inline RCIM_ABI::plot
