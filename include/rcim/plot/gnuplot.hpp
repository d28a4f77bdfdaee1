#pragma once

/// @file
/// Scripts through gnuplot, a program that draws what its text says.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>
#include <rcim/plot/text.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// Whether a program called gnuplot is on the path.
[[nodiscard]] inline bool installed() {
    const char* const path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        const auto program = std::filesystem::path(rest.substr(0, end)) / "gnuplot";
        std::error_code code;
        if (std::filesystem::is_regular_file(program, code) && ::access(program.c_str(), X_OK) == 0) {
            return true;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

/// Throws `error` unless gnuplot is installed: to be asked before long work.
inline void require_gnuplot() {
    if (!installed()) {
        fail("plot", "gnuplot", "a program of this name; try apt-get install gnuplot-nox", "none");
    }
}

/// Throws `error` unless gnuplot is installed and the name ends in .png or .svg: to be asked before long work.
inline void require(const std::filesystem::path& path) {
    if (path.extension() != ".png" && path.extension() != ".svg") {
        fail("plot", path.string(), "a name that ends in .png or .svg", path.extension().string());
    }
    require_gnuplot();
}

namespace detail {

/// A folder that goes when this goes.
class scratch_folder {
public:
    scratch_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "rcim-plot-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            fail("plot", name, "a folder that can be made", rcim::detail::system_reason(errno));
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

/// A word of the shell's.
[[nodiscard]] inline std::string in_shell_quotes(std::string_view words) {
    std::string result = "'";
    for (const char c : words) {
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return result + "'";
}

/// What gnuplot prints when it runs the script, without anybody's settings. Throws `error` with gnuplot's own message where it fails.
[[nodiscard]] inline std::string run(const std::string& script) {
    require_gnuplot();
    const scratch_folder folder;
    const auto script_file = folder.path / "script";
    const auto error_file = folder.path / "errors";
    write_file(script_file, script);
    const std::string command =
        "gnuplot -d " + in_shell_quotes(script_file.string()) + " 2>" + in_shell_quotes(error_file.string());
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) {
        fail("plot", "gnuplot", "a program that starts", rcim::detail::system_reason(errno));
    }
    std::string output;
    char part[4096];
    for (std::size_t got; (got = std::fread(part, 1, sizeof part, pipe)) > 0;) {
        output.append(part, got);
    }
    if (const int status = ::pclose(pipe); status != 0 || output.empty()) {
        const auto bytes = read_plain(error_file);
        std::string errors(bytes.begin(), bytes.end());
        errors.resize(errors.find_last_not_of(" \n") + 1);
        fail("plot", "gnuplot", "a picture", errors.empty() ? text("status ", status, " and no message") : errors);
    }
    return output;
}

} // namespace detail

} // namespace rcim::inline RCIM_ABI::plot
