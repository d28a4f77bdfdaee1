#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/sweep/pareto.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// One design, by two of its figures.
struct pareto_point {
    double x = 0.0, y = 0.0;
    std::string label{}; ///< shown beside the points of the front where there is room
};

/// Which way an axis gets better.
enum class better { lower, higher };

/// Points, and which of them no other beats.
struct pareto {
    std::string title, x_label, y_label;
    std::vector<pareto_point> points{};
    better x = better::lower;
    better y = better::higher;
    std::vector<std::size_t> front{}; ///< numbers of the points on the front; empty: found here
    bool log_x = false;
    bool log_y = false;
};

/// The points that no other beats (sweep/pareto.hpp), of equal points all, in order of x. Points that are no finite numbers are never on it.
[[nodiscard]] inline std::vector<std::size_t> pareto_front(const std::vector<pareto_point>& points, better x, better y) {
    const auto goal_of = [](better way) { return way == better::lower ? goal::minimise : goal::maximise; };
    std::vector<std::vector<double>> values;
    for (const pareto_point& p : points) {
        const bool shown = std::isfinite(p.x) && std::isfinite(p.y);
        values.push_back(shown ? std::vector{p.x, p.y} : std::vector(2, std::nan("")));
    }
    std::vector<std::size_t> front = rcim::pareto_front(values, std::array{goal_of(x), goal_of(y)});
    if (x == better::higher) {
        std::reverse(front.begin(), front.end());
    }
    return front;
}

namespace detail {

/// A rectangle of the picture, in pixels.
struct box {
    double left, top, right, bottom;
    [[nodiscard]] bool meets(const box& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
};

/// The range of an axis with room on both sides.
struct axis {
    double low, high;
    bool logarithmic;

    axis(std::vector<double> values, bool log) : low(0.0), high(1.0), logarithmic(log) {
        const auto [least, most] = std::minmax_element(values.begin(), values.end());
        if (log) {
            const double room = std::max(1.25, std::pow(*most / *least, 0.08));
            low = *least / room;
            high = *most * room;
        } else {
            const double room = *most > *least ? 0.08 * (*most - *least) : std::max(0.5, 0.1 * std::abs(*most));
            low = *least - room;
            high = *most + room;
        }
    }
    /// From 0 to 1.
    [[nodiscard]] double at(double value) const {
        return logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    }
};

[[nodiscard]] inline std::string script(const pareto& p, const frame& at) {
    std::vector<std::size_t> drawn;
    std::vector<double> xs, ys;
    for (std::size_t i = 0; i < p.points.size(); ++i) {
        const pareto_point& one = p.points[i];
        if (std::isfinite(one.x) && std::isfinite(one.y) && !(p.log_x && one.x <= 0.0) && !(p.log_y && one.y <= 0.0)) {
            drawn.push_back(i);
            xs.push_back(one.x);
            ys.push_back(one.y);
        }
    }
    if (drawn.empty()) {
        fail("plot", text("Pareto front '", p.title, "'"), "at least one point that is a number",
             text(p.points.size(), " points"));
    }
    std::vector<bool> shown(p.points.size());
    for (const std::size_t i : drawn) {
        shown[i] = true;
    }
    std::vector<std::size_t> front = p.front.empty() ? pareto_front(p.points, p.x, p.y) : p.front;
    for (const std::size_t i : front) {
        if (i >= p.points.size()) {
            fail("plot", text("Pareto front '", p.title, "'"), text("numbers below ", p.points.size()), text(i));
        }
    }
    front.erase(std::remove_if(front.begin(), front.end(), [&](std::size_t i) { return !shown[i]; }), front.end());
    std::stable_sort(front.begin(), front.end(), [&](std::size_t a, std::size_t b) { return p.points[a].x < p.points[b].x; });

    // The picture's inside in pixels of its frame, so that labels find free places.
    const double title_lines = static_cast<double>(lines_of(p.title, at.columns()).size());
    const box inside{90.0, 26.0 + 18.0 * title_lines, at.width - 30.0, at.height - 90.0};
    const axis x(xs, p.log_x);
    const axis y(ys, p.log_y);
    const auto px = [&](std::size_t i) { return inside.left + x.at(p.points[i].x) * (inside.right - inside.left); };
    const auto py = [&](std::size_t i) { return inside.bottom - y.at(p.points[i].y) * (inside.bottom - inside.top); };
    std::vector<box> taken;
    for (const std::size_t i : drawn) {
        taken.push_back({px(i) - 6.0, py(i) - 6.0, px(i) + 6.0, py(i) + 6.0});
    }
    for (std::size_t k = 1; k < front.size(); ++k) { // the steps of the front, as thin boxes
        const double corner =
            p.y == better::higher ? std::max(py(front[k - 1]), py(front[k])) : std::min(py(front[k - 1]), py(front[k]));
        const bool along_first = corner == py(front[k - 1]);
        const double across = along_first ? px(front[k]) : px(front[k - 1]);
        taken.push_back({px(front[k - 1]), corner - 1.0, px(front[k]), corner + 1.0});
        taken.push_back(
            {across - 1.0, std::min(py(front[k - 1]), py(front[k])), across + 1.0, std::max(py(front[k - 1]), py(front[k]))});
    }
    std::string labels;
    std::size_t unlabelled = 0;
    for (const std::size_t i : front) {
        const std::string label = printable(p.points[i].label);
        if (label.empty()) {
            continue;
        }
        const double width = 7.5 * static_cast<double>(characters(label));
        constexpr double height = 15.0;
        constexpr std::array<std::array<double, 2>, 8> places{
            {{8, -17}, {-8, -17}, {8, 4}, {-8, 4}, {10, -7.5}, {-10, -7.5}, {0, -24}, {0, 10}}};
        bool placed = false;
        for (const auto& [dx, dy] : places) {
            const double left = dx > 0 ? px(i) + dx : dx < 0 ? px(i) + dx - width : px(i) - width / 2;
            const box here{left, py(i) + dy, left + width, py(i) + dy + height};
            const bool within = here.left >= inside.left && here.right <= inside.right && here.top >= inside.top &&
                                here.bottom <= inside.bottom;
            if (within && std::none_of(taken.begin(), taken.end(), [&](const box& other) { return here.meets(other); })) {
                taken.push_back(here);
                labels += text("set label ", in_quotes(label), " at screen ", at.screen_x(left), ", screen ",
                               at.screen_y(here.top + height / 2), " left front font ',11'\n");
                placed = true;
                break;
            }
        }
        unlabelled += placed ? 0 : 1;
    }
    const auto block = [&](const char* name, const std::vector<std::size_t>& which) {
        std::string rows = text(name, " << END\n");
        for (const std::size_t i : which) {
            rows += text(p.points[i].x, ' ', p.points[i].y, '\n');
        }
        return rows + "END\n";
    };
    // Between two points of the front lies the corner that both can do at least: a step.
    std::string steps = "$steps << END\n";
    for (std::size_t k = 0; k < front.size(); ++k) {
        const pareto_point& one = p.points[front[k]];
        if (k > 0) {
            const pareto_point& last = p.points[front[k - 1]];
            const bool keep_last_y = (p.y == better::higher) == (last.y < one.y);
            steps += keep_last_y ? text(one.x, ' ', last.y, '\n') : text(last.x, ' ', one.y, '\n');
        }
        steps += text(one.x, ' ', one.y, '\n');
    }
    const std::size_t left_out = p.points.size() - drawn.size();
    const std::string designs = text("designs", left_out_text(left_out));
    const std::string front_title = text("front: ", front.size(), " of ", drawn.size(),
                                         unlabelled == 0 ? "" : text(" (", unlabelled, " labels do not fit)"));
    const auto key = [&](double x_share, std::string_view colour, double size, const std::string& words) {
        return text("set label ", in_quotes(words), " at screen ", at.screen_x(x_share * at.width), ", screen ",
                    at.screen_y(at.height - 20.0), " left point pt 7 ps ", size, " lc rgb '", colour, "' offset 1.5,0\n");
    };
    return heading(at, p.title, p.x_label, p.y_label) + "set grid\n" + (p.log_x ? "set logscale x\n" : "") +
           (p.log_y ? "set logscale y\n" : "") +
           text("set lmargin at screen ", at.screen_x(inside.left), "\nset rmargin at screen ", at.screen_x(inside.right),
                "\nset tmargin at screen ", at.screen_y(inside.top), "\nset bmargin at screen ", at.screen_y(inside.bottom),
                "\nunset key\nset xrange [", x.low, ":", x.high, "]\nset yrange [", y.low, ":", y.high, "]\n") +
           labels + key(0.36, grey, 1.0, designs) + (front.empty() ? std::string() : key(0.56, vermilion, 1.4, front_title)) +
           block("$all", drawn) + block("$front", front) + steps + "END\n" +
           text("plot $all with points pt 7 ps 1.0 lc rgb '", grey, "'") +
           (front.empty() ? std::string()
                          : text(", $steps with lines lw 2 lc rgb '", vermilion, "', $front with points pt 7 ps 1.4 lc rgb '",
                                 vermilion, "'")) +
           "\n";
}

} // namespace detail

/// Throws `error` when drawn if no point is a number, or `front` names one that is not there.
[[nodiscard]] inline picture to_picture(const pareto& p) {
    return {960, 600, [p](const frame& at) { return detail::script(p, at); }};
}

} // namespace rcim::inline RCIM_ABI::plot
