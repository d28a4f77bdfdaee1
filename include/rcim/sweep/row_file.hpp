#pragma once

/// @file
/// Rows of sweeps in a file of JSON Lines, which can be gone on with. Needs nlohmann_json (target rcim::json); the umbrella header does not
/// include this.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>
#include <rcim/sweep/row.hpp>
#include <rcim/sweep/run.hpp>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The row as one object: {"sweep", "seed", "design", "labels", "settings", "results" or "error", "seconds", "isa", "compiler", "version"};
/// numbers that are not finite become null.
[[nodiscard]] inline nlohmann::ordered_json to_json(const sweep_row& row) {
    const auto object = [](const named_values& values) {
        auto result = nlohmann::ordered_json::object();
        for (const auto& [name, value] : values) {
            if (value.is_number()) {
                result[name] = *value.number();
            } else {
                result[name] = *value.word();
            }
        }
        return result;
    };
    nlohmann::ordered_json result{{"sweep", row.point.sweep},
                                  {"seed", row.point.seed},
                                  {"design", row.point.design},
                                  {"labels", object(row.point.labels)},
                                  {"settings", object(row.point.settings)}};
    if (row.failed()) {
        result["error"] = row.error;
    } else {
        result["results"] = object(row.results);
    }
    result["seconds"] = row.seconds;
    result["isa"] = row.isa;
    result["compiler"] = row.compiler;
    result["version"] = row.version;
    return result;
}

/// The row of one line of such a file. Throws `error`, beginning with `where`, on anything else.
[[nodiscard]] inline sweep_row sweep_row_of(std::string_view line, std::string_view where) {
    // An object that keeps its order is searched from the front for every name.
    std::size_t names = 0;
    const auto count = [&](int, nlohmann::ordered_json::parse_event_t what, nlohmann::ordered_json&) {
        if (what == nlohmann::ordered_json::parse_event_t::key && ++names > 4 * named_values::most) {
            fail("sweep rows", where, text("at most ", 4 * named_values::most, " names"), "more");
        }
        return true;
    };
    const auto json = nlohmann::ordered_json::parse(line, count, false);
    if (!json.is_object()) {
        fail("sweep rows", where, "a row as one JSON object", json.is_discarded() ? "no JSON" : json.type_name());
    }
    const auto member = [&](const char* name, bool right, const char* kind) {
        if (!json.contains(name) || !right) {
            fail("sweep rows", where, std::string(kind) + " \"" + name + "\"",
                 json.contains(name) ? json[name].type_name() : "none");
        }
    };
    const auto word = [&](const char* name) {
        member(name, json.contains(name) && json[name].is_string(), "a string");
        return json[name].get<std::string>();
    };
    const auto values = [&](const char* name) {
        member(name, json.contains(name) && json[name].is_object(), "an object");
        named_values result;
        for (const auto& [key, value] : json[name].items()) {
            if (value.is_string()) {
                result.set(key, value.template get<std::string>());
            } else if (value.is_number() || value.is_null()) {
                result.set(key, value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.template get<double>());
            } else {
                fail("sweep rows", where, std::string("numbers, words and null in \"") + name + "\"", value.type_name());
            }
        }
        return result;
    };
    sweep_row row;
    row.point.sweep = word("sweep");
    member("seed", json.contains("seed") && json["seed"].is_number_unsigned(), "a whole number");
    row.point.seed = json["seed"].get<std::uint64_t>();
    row.point.design = word("design");
    row.point.labels = values("labels");
    row.point.settings = values("settings");
    if (json.contains("error")) {
        row.error = word("error");
    } else {
        row.results = values("results");
    }
    member("seconds", json.contains("seconds") && json["seconds"].is_number(), "a number");
    row.seconds = json["seconds"].get<double>();
    row.isa = word("isa");
    row.compiler = word("compiler");
    row.version = word("version");
    return row;
}

/// A file of rows that one process at a time may add to. Each row is a line, stored before `append` returns, so that a process that is killed
/// loses none; at most its last line is cut off, which the next one takes away when it opens the file.
class sweep_row_file {
public:
    /// Opens or creates. Throws `error` where the file cannot be opened, is held by another process, or has a complete line that is no row; then
    /// nothing in it has changed.
    explicit sweep_row_file(std::filesystem::path path)
        : path_(std::move(path)), file_(::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666)) {
        if (file_.get() < 0) {
            fail("sweep_row_file", path_.string(), "a file to append to", detail::system_reason(errno));
        }
        if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
            fail("sweep_row_file", path_.string(), "a file that no other run adds to",
                 errno == EWOULDBLOCK ? "one that is held by another process" : detail::system_reason(errno));
        }
        const std::vector<std::uint8_t> bytes = detail::read_whole("sweep_row_file", path_);
        const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        std::size_t begin = 0;
        for (std::size_t line = 1; begin < all.size(); ++line) {
            const std::size_t end = all.find('\n', begin);
            const std::string where = text(path_.string(), ", line ", line);
            if (end == std::string_view::npos) {
                repair(all.substr(begin), begin, where);
                return;
            }
            if (end > begin) {
                rows_.push_back(sweep_row_of(all.substr(begin, end - begin), where));
            }
            begin = end + 1;
        }
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// In the order in which they were added.
    [[nodiscard]] const std::vector<sweep_row>& rows() const { return rows_; }
    /// Bytes of a cut-off line that were taken away.
    [[nodiscard]] std::size_t repaired() const { return repaired_; }

    /// Throws `error` where the row cannot be stored; the next `append` or opening puts the file right. Not for several threads at once.
    void append(const sweep_row& row) {
        const std::string line = to_json(row).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
        const off_t before = ::lseek(file_.get(), 0, SEEK_END);
        if (!detail::write_all(file_.get(), std::span(reinterpret_cast<const std::uint8_t*>(line.data()), line.size())) ||
            ::fsync(file_.get()) != 0) {
            const int reason = errno;
            [[maybe_unused]] const int cut = ::ftruncate(file_.get(), before);
            fail("sweep_row_file", path_.string(), text("room for ", line.size(), " bytes"), detail::system_reason(reason));
        }
        rows_.push_back(row);
    }

private:
    /// A last line without its end: a row that only lacks that gets it, the beginning of a row goes.
    void repair(std::string_view rest, std::size_t begin, const std::string& where) {
        constexpr std::string_view first = "{\"sweep\":";
        const std::size_t known = std::min(rest.size(), first.size());
        if (rest.substr(0, known) != first.substr(0, known)) {
            fail("sweep rows", where, "the beginning of a row", "something else");
        }
        if (nlohmann::ordered_json::accept(rest)) {
            rows_.push_back(sweep_row_of(rest, where));
            const std::uint8_t end = '\n';
            if (!detail::write_all(file_.get(), std::span(&end, 1))) {
                fail("sweep_row_file", path_.string(), "room for 1 byte", detail::system_reason(errno));
            }
            return;
        }
        if (::ftruncate(file_.get(), static_cast<off_t>(begin)) != 0) {
            fail("sweep_row_file", path_.string(), "a file to cut to its last complete line", detail::system_reason(errno));
        }
        repaired_ = rest.size();
    }

    std::filesystem::path path_;
    detail::file_descriptor file_;
    std::vector<sweep_row> rows_;
    std::size_t repaired_ = 0;
};

/// The rows of a file, which is only read; a cut-off last line is left out. Throws `error` on a complete line that is no row.
[[nodiscard]] inline std::vector<sweep_row> load_sweep_rows(const std::filesystem::path& path) {
    const std::vector<std::uint8_t> bytes = read_plain(path);
    const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    std::vector<sweep_row> rows;
    std::size_t begin = 0;
    for (std::size_t line = 1; begin < all.size(); ++line) {
        const std::size_t end = all.find('\n', begin);
        const std::string_view here = all.substr(begin, end == std::string_view::npos ? end : end - begin);
        if (!here.empty() && (end != std::string_view::npos || nlohmann::ordered_json::accept(here))) {
            rows.push_back(sweep_row_of(here, text(path.string(), ", line ", line)));
        }
        begin = end == std::string_view::npos ? all.size() : end + 1;
    }
    return rows;
}

/// Runs what the file does not hold and adds a row for each point to it. Gives the rows of all points of the sweep.
inline std::vector<sweep_row> run_sweep(const sweep& s, sweep_row_file& file, sweep_options options = {}) {
    const std::vector<sweep_row> known = file.rows();
    options.finished = [&file, then = std::move(options.finished)](const sweep_row& row) {
        file.append(row);
        if (then) {
            then(row);
        }
    };
    return run_sweep(s, options, known);
}

/// Where a rank other than 0 puts its rows: beside the file, as "FILE.rank1".
[[nodiscard]] inline std::filesystem::path rank_file(const std::filesystem::path& path, int rank) {
    std::filesystem::path result = path;
    result += text(".rank", rank);
    return result;
}

/// Moves the rows that ranks have left beside a file into it: those that it does not hold are appended, then their file is removed. Throws `error`
/// where one of them is held by a process that still runs or cannot be read; what was moved by then stays moved.
inline void take_rank_rows(sweep_row_file& file) {
    namespace fs = std::filesystem;
    const fs::path folder = file.path().has_parent_path() ? file.path().parent_path() : fs::path(".");
    const std::string begin = file.path().filename().string() + ".rank";
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(begin) && name.size() > begin.size() &&
            name.find_first_not_of("0123456789", begin.size()) == std::string::npos) {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    std::set<std::string> lines;
    for (const sweep_row& row : file.rows()) {
        lines.insert(to_json(row).dump());
    }
    for (const fs::path& path : found) {
        {
            const sweep_row_file part(path);
            for (const sweep_row& row : part.rows()) {
                if (lines.insert(to_json(row).dump()).second) {
                    file.append(row);
                }
            }
        }
        fs::remove(path);
    }
}

} // namespace rcim::inline RCIM_ABI
