#pragma once

/// @file
/// A picture is a script for gnuplot that knows its size; files, panels and text are made of it. What can be drawn (figures, bars, maps of cells, ...)
/// is a value type with a function `to_picture`.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/plot/gnuplot.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// The part of a canvas that one picture takes, in pixels from the upper left corner; in a terminal of text, in characters.
struct frame {
    int left = 0;
    int top = 0;
    int width = 960;
    int height = 600;
    int canvas_width = 960;
    int canvas_height = 600;
    int character = 8; ///< about the width of one

    /// Characters that fit side by side into the frame.
    [[nodiscard]] std::size_t columns() const { return static_cast<std::size_t>(std::max(12, width / character - 4)); }
    /// Coordinates of gnuplot's screen, at pixels of the frame.
    [[nodiscard]] double screen_x(double x) const { return (left + x) / canvas_width; }
    [[nodiscard]] double screen_y(double y) const { return 1.0 - (top + y) / canvas_height; }
};

struct picture {
    int width = 960;                                 ///< pixels, > 0
    int height = 600;                                ///< likewise
    std::function<std::string(const frame&)> script; ///< draws it into a frame of at least this size
};

/// Something with a picture.
template <class P>
concept Drawable = std::same_as<std::remove_cvref_t<P>, picture> || requires(const P& drawn) {
    { to_picture(drawn) } -> std::same_as<picture>;
};

[[nodiscard]] inline const picture& to_picture(const picture& p) {
    return p;
}

namespace detail {

/// Script of a whole file.
[[nodiscard]] inline std::string script_of(const picture& p, const std::string& terminal, int character = 8) {
    return "set terminal " + terminal + "\nset encoding utf8\n" +
           p.script({0, 0, p.width, p.height, p.width, p.height, character});
}

[[nodiscard]] inline std::string size_of(const picture& p) {
    return text(" noenhanced size ", p.width, ",", p.height);
}

} // namespace detail

/// Several pictures as panels of one, row by row, each in a cell of the largest's size. Throws `error` if there is none.
[[nodiscard]] inline picture panels(std::vector<picture> parts, int columns = 2) {
    if (parts.empty()) {
        fail("plot", "panels", "at least one picture", "none");
    }
    const int count = static_cast<int>(parts.size());
    columns = std::clamp(columns, 1, count);
    const int rows = (count + columns - 1) / columns;
    int width = 0;
    int height = 0;
    for (const picture& p : parts) {
        width = std::max(width, p.width);
        height = std::max(height, p.height);
    }
    return {width * columns, height * rows, [=, parts = std::move(parts)](const frame& all) {
                std::string script = "set multiplot\n";
                for (int i = 0; i < count; ++i) {
                    frame one = all;
                    one.left += i % columns * width;
                    one.top += i / columns * height;
                    one.width = width;
                    one.height = height;
                    script += text("reset\nset origin ", one.screen_x(0), ",", one.screen_y(height), "\nset size ",
                                   static_cast<double>(width) / all.canvas_width, ",",
                                   static_cast<double>(height) / all.canvas_height, "\n");
                    script += parts[static_cast<std::size_t>(i)].script(one);
                }
                return script + "unset multiplot\n";
            }};
}

template <Drawable P>
[[nodiscard]] picture panels(const std::vector<P>& parts, int columns = 2) requires(!std::same_as<P, picture>) {
    std::vector<picture> pictures;
    for (const P& part : parts) {
        pictures.push_back(to_picture(part));
    }
    return panels(std::move(pictures), columns);
}

/// Writes a picture as .png or .svg, as the name ends; what stood there is replaced as a whole. Throws `error` on another suffix, where gnuplot is missing
/// or fails (with its message), and where the file cannot be written.
template <Drawable P>
void draw(const P& drawn, const std::filesystem::path& path) {
    require(path);
    const picture& p = to_picture(drawn);
    const bool png = path.extension() == ".png";
    write_file(path,
               detail::run(detail::script_of(p, (png ? "pngcairo" : "svg") + detail::size_of(p) + " background '#ffffff'")));
}

/// Several as panels of one file; at least one.
template <Drawable P>
void draw(const std::vector<P>& parts, const std::filesystem::path& path, int columns = 2) {
    require(path);
    draw(panels(parts, columns), path);
}

/// The picture as SVG, without a background.
template <Drawable P>
[[nodiscard]] std::string draw_svg(const P& drawn) {
    const picture& p = to_picture(drawn);
    return detail::run(detail::script_of(p, "svg" + detail::size_of(p)));
}

/// The picture in characters.
template <Drawable P>
[[nodiscard]] std::string draw_text(const P& drawn, int columns = 78, int rows = 20) {
    picture p = to_picture(drawn);
    p.width = columns;
    p.height = rows;
    return detail::run(detail::script_of(p, "dumb" + detail::size_of(p), 1));
}

} // namespace rcim::inline RCIM_ABI::plot
