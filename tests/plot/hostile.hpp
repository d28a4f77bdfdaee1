#pragma once

#include <rcim/plot/gnuplot.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

/// Text with everything that means something to gnuplot, HTML, SVG or a shell.
inline const std::string hostile =
    "a_b^{c} 'q' \"d\" <i>&amp; `date` $(x) @m \\n \\ # ; ]]> <script>alert(1)</script> %s \xC3\xA9 \xFF\x01 id=\"x\" url(#y)";

/// Whether pictures can be made here; says so where not.
inline bool can_draw() {
    if (!rcim::plot::installed()) {
        MESSAGE("skipped: gnuplot is not installed (apt-get install gnuplot-nox)");
        return false;
    }
    return true;
}

/// The path of programs, for as long as this lives.
class path_of_programs {
public:
    explicit path_of_programs(const std::string& path) : before_(std::getenv("PATH")) { ::setenv("PATH", path.c_str(), 1); }
    path_of_programs(const path_of_programs&) = delete;
    path_of_programs& operator=(const path_of_programs&) = delete;
    ~path_of_programs() { ::setenv("PATH", before_.c_str(), 1); }

private:
    std::string before_;
};
