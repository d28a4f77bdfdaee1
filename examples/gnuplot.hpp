#pragma once

/// @file
/// Curves through gnuplot, for the examples and the benches.

#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>

#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plot {

struct curve {
    std::string title;
    std::vector<double> x, y;
    std::vector<double> spread{}; ///< half lengths of error bars; empty: none
    bool right = false;           ///< belongs to the axis on the right
};

struct figure {
    std::string title, x_label, y_label;
    std::string y_range{}; ///< "[low:high]"; empty: fits the curves
    std::string right_label{}; ///< empty: no axis on the right
    std::vector<curve> curves{};
    std::vector<std::string> x_names{}; ///< in place of the numbers 0, 1, 2, ...
    bool logarithmic = false;           ///< both axes; numbers above zero
};

namespace detail {

/// In gnuplot's single quotes.
inline std::string in_quotes(std::string_view words) {
    std::string result = "'";
    for (const char c : words) {
        result += c == '\'' ? "''" : std::string(1, c);
    }
    return result + "'";
}

inline bool installed() {
    const char* const path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/usr/bin";
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        std::error_code code;
        if (std::filesystem::exists(std::filesystem::path(rest.substr(0, end)) / "gnuplot", code)) {
            return true;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

/// A folder that goes when this goes.
class scratch_folder {
public:
    scratch_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "rcim-plot-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            rcim::fail("plot", name, "a folder that can be made", "none");
        }
        path = name;
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder() {
        std::error_code code;
        std::filesystem::remove_all(path, code);
    }

    std::filesystem::path path;
};

/// What gnuplot prints when it runs the script.
inline std::string run(const std::string& script) {
    if (!installed()) {
        rcim::fail("plot", "gnuplot", "a program of this name; try apt-get install gnuplot-nox", "none");
    }
    const scratch_folder folder;
    const auto script_file = folder.path / "script";
    const auto error_file = folder.path / "errors";
    rcim::write_file(script_file, script);
    const std::string command = "gnuplot " + in_quotes(script_file.string()) + " 2>" + in_quotes(error_file.string());
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) {
        rcim::fail("plot", "gnuplot", "a program that starts", "none");
    }
    std::string output;
    char part[4096];
    for (std::size_t got; (got = std::fread(part, 1, sizeof part, pipe)) > 0;) {
        output.append(part, got);
    }
    if (const int status = ::pclose(pipe); status != 0 || output.empty()) {
        const auto errors = rcim::read_plain(error_file);
        rcim::fail("plot", "gnuplot", "a picture", errors.empty() ? "nothing" : std::string(errors.begin(), errors.end()));
    }
    return output;
}

/// Draws one figure on the terminal that is set.
inline std::string script(const figure& f) {
    std::string s = "set title " + in_quotes(f.title) + " noenhanced\nset xlabel " + in_quotes(f.x_label) + "\nset ylabel " + in_quotes(f.y_label) + "\n";
    s += "set grid\nset key below noenhanced\n";
    // Twelve lines that can be told apart.
    s += "set linetype cycle 12\nset linetype 9 lc rgb '#8b4513' pt 9\nset linetype 10 lc rgb '#2f4f4f' pt 10\n"
         "set linetype 11 lc rgb '#ff69b4' pt 11\nset linetype 12 lc rgb '#808000' pt 12\n";
    if (!f.y_range.empty()) {
        s += "set yrange " + f.y_range + "\n";
    }
    if (!f.right_label.empty()) {
        s += "set y2label " + in_quotes(f.right_label) + "\nset y2tics\nset ytics nomirror\n";
    }
    if (!f.x_names.empty()) {
        s += "set xtics (";
        for (std::size_t i = 0; i < f.x_names.size(); ++i) {
            s += (i == 0 ? "" : ", ") + in_quotes(f.x_names[i]) + " " + std::to_string(i);
        }
        s += ") noenhanced\n";
    }
    double low = 0.0, high = 0.0;
    for (const curve& c : f.curves) {
        for (const double& x : c.x) {
            low = &c == f.curves.data() && &x == c.x.data() ? x : std::min(low, x);
            high = std::max(high, x);
        }
    }
    if (f.logarithmic) {
        s += "set logscale xy\n";
        low *= 0.8;
        high *= 1.2;
    } else {
        const double margin = std::max(0.5, 0.02 * (high - low));
        low -= margin;
        high += margin;
        if (f.x_names.empty() && high - low < 15.0) {
            s += "set xtics 1\n";
        }
    }
    s += rcim::text("set xrange [", low, ":", high, "]\n");
    std::string plots, data;
    for (std::size_t i = 0; i < f.curves.size(); ++i) {
        const curve& c = f.curves[i];
        const std::string block = "$curve" + std::to_string(i);
        data += block + " << END\n";
        for (std::size_t k = 0; k < c.x.size(); ++k) {
            if (std::isfinite(c.y[k])) {
                data += rcim::text(c.x[k], ' ', c.y[k], ' ', k < c.spread.size() ? c.spread[k] : 0.0, '\n');
            }
        }
        data += "END\n";
        plots += (i == 0 ? "plot " : ", ") + block + (c.spread.empty() ? " with linespoints" : " with yerrorlines") +
                 " linewidth 2 pointtype " + std::to_string(i + 5) + " axes x1y" + (c.right ? "2" : "1") + " title " + in_quotes(c.title);
    }
    return s + data + plots + "\n";
}

inline std::string script(const figure& f, const std::string& terminal) { return "set terminal " + terminal + "\n" + script(f); }

inline std::string terminal_of(const std::filesystem::path& path, int width, int height) {
    return rcim::text(path.extension() == ".png" ? "pngcairo size " : "svg size ", width, ',', height);
}

} // namespace detail

using detail::installed;

/// Throws `rcim::error` unless gnuplot is here and the name ends in .png or .svg: to be asked before long work.
inline void require(const std::filesystem::path& path) {
    if (path.extension() != ".png" && path.extension() != ".svg") {
        rcim::fail("plot", path.string(), "a name that ends in .png or .svg", path.extension().string());
    }
    if (!installed()) {
        rcim::fail("plot", "gnuplot", "a program of this name; try apt-get install gnuplot-nox", "none");
    }
}

/// Writes the figure as a file; what stood there is replaced as a whole.
inline void draw(const figure& f, const std::filesystem::path& path) {
    require(path);
    rcim::write_file(path, detail::run(detail::script(f, detail::terminal_of(path, 960, 600))));
}

/// Several figures as panels of one picture, row by row; at least one.
inline void draw(const std::vector<figure>& figures, const std::filesystem::path& path, int columns = 2) {
    require(path);
    const int count = static_cast<int>(figures.size());
    columns = std::clamp(columns, 1, std::max(1, count));
    const int rows = (count + columns - 1) / columns;
    std::string script = "set terminal " + detail::terminal_of(path, 960 * columns, 600 * rows) + "\n" +
                         rcim::text("set multiplot layout ", rows, ',', columns, "\n");
    for (const figure& f : figures) {
        script += "reset\n" + detail::script(f);
    }
    rcim::write_file(path, detail::run(script + "unset multiplot\n"));
}

/// The figure as text.
inline std::string draw_text(const figure& f, int columns = 78, int rows = 20) {
    return detail::run(detail::script(f, rcim::text("dumb noenhanced size ", columns, ",", rows)));
}

} // namespace plot
