#pragma once

/// @file
/// Studies of many trainings: each finished one leaves a row, one JSON object per line, and is not run again, so a study can be
/// stopped and gone on with at any time. Several processes may share the file as long as their jobs differ.

#include <rcim/sweep/workers.hpp>
#include <rcim/train/json_lines.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness.hpp"
#include "statistics.hpp"

namespace rcim_bench {

using nlohmann::json;

/// What a training gave and where it ran; every other member of a row belongs to its key.
inline const std::set<std::string>& result_fields() {
    static const std::set<std::string> names{
        "test_accuracy", "test_accuracy_first1000", "stopped", "curve", "trace", "shift", "compensation", "ledger", "significance", "adaptation", "pruning", "faulty", "isa", "compiler", "flags", "commit"};
    return names;
}

/// Rows of earlier runs; lines that were cut off are left out.
inline std::vector<json> rows_of(const std::string& path) {
    std::vector<json> rows;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        json row = json::parse(line, nullptr, false);
        if (row.is_object() && row.contains("test_accuracy")) {
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

/// The key of a row without the members named.
inline json key_without(const json& row, const std::set<std::string>& names) {
    json key = json::object();
    for (const auto& item : row.items()) {
        if (!result_fields().contains(item.key()) && !names.contains(item.key())) {
            key[item.key()] = item.value();
        }
    }
    return key;
}

/// Whether there is a row with exactly this key.
inline bool holds(const std::vector<json>& rows, const json& key) {
    return std::any_of(rows.begin(), rows.end(), [&](const json& row) { return key_without(row, {}) == key; });
}

/// One training of a study.
struct study_job {
    std::string name;
    json key;                  ///< all that decides the result
    double cost = 1.0;         ///< relative to the others; for the time to go
    std::function<json()> run; ///< the result fields, test_accuracy among them
};

/// Runs what the file does not hold, one training per thread, in order, and adds a row for each.
inline void run_missing(const std::vector<study_job>& jobs, const std::string& results, int threads) {
    const std::vector<json> rows = rows_of(results);
    std::vector<const study_job*> missing;
    double left = 0.0;
    for (const study_job& j : jobs) {
        if (!holds(rows, j.key)) {
            missing.push_back(&j);
            left += j.cost;
        }
    }
    std::printf("%zu runs, %zu of them done before\n", jobs.size(), jobs.size() - missing.size());
    std::fflush(stdout);

    std::mutex mutex;
    std::size_t done = 0;
    double worked = 0.0;
    const auto started = std::chrono::steady_clock::now();
    rcim::work_off(rcim::tickets_up_to(missing.size()), threads, [&](std::size_t i) {
        json row = missing[i]->key;
        row.update(missing[i]->run());
        row["isa"] = isa();
        row["compiler"] = build_compiler();
        row["flags"] = build_flags();
        row["commit"] = build_commit();
        const std::lock_guard lock(mutex);
        rcim::append_json_line(results, row);
        const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        worked += missing[i]->cost;
        left -= missing[i]->cost;
        std::printf("[%zu/%zu] %s: %.2f %%  (%.1f min to go)\n", ++done, missing.size(), missing[i]->name.c_str(),
                    100.0 * row["test_accuracy"].get<double>(), passed * left / worked / 60.0);
        std::fflush(stdout);
    });
}

/// Rows that are run one after the other, with all threads for each.
class study_rows {
public:
    study_rows(std::string path, bool only_report) : path_(std::move(path)), only_report_(only_report), rows_(rows_of(path_)) {
        if (const auto folder = std::filesystem::path(path_).parent_path(); !folder.empty()) {
            std::filesystem::create_directories(folder);
        }
    }

    /// The row with this key: as the file holds it, else as `run` gives its result fields, which is added to the file; none if only what is there
    /// is reported.
    template <class Run>
    std::optional<json> row(const json& key, const std::string& name, Run&& run) {
        const auto done = std::find_if(rows_.begin(), rows_.end(), [&](const json& row) { return key_without(row, {}) == key; });
        if (done != rows_.end()) {
            return *done;
        }
        if (only_report_) {
            return std::nullopt;
        }
        std::printf("%s\n", name.c_str());
        std::fflush(stdout);
        const auto started = std::chrono::steady_clock::now();
        json row = key;
        row.update(run());
        row["isa"] = isa();
        row["compiler"] = build_compiler();
        row["flags"] = build_flags();
        row["commit"] = build_commit();
        rcim::append_json_line(path_, row);
        std::printf("  %.2f %%  (%.0f s)\n", 100.0 * row["test_accuracy"].template get<double>(),
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
        std::fflush(stdout);
        rows_.push_back(row);
        return row;
    }

private:
    std::string path_;
    bool only_report_;
    std::vector<json> rows_;
};

/// Numbers by row and column, several of each, in the order in which names first came up.
class mean_table {
public:
    void add(const std::string& row, const std::string& column, double value) {
        remember(rows_, row);
        remember(columns_, column);
        values_[{row, column}].push_back(value);
    }
    [[nodiscard]] const std::vector<std::string>& rows() const { return rows_; }
    [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
    /// Mean and deviation; count 0 if there is none.
    [[nodiscard]] sample at(const std::string& row, const std::string& column) const {
        const auto found = values_.find({row, column});
        return found == values_.end() ? sample{} : sample_of(found->second);
    }
    /// In Markdown; corner: what rows are.
    void print(const std::string& title, const std::string& corner) const {
        std::printf("\n%s\n\n| %s |", title.c_str(), corner.c_str());
        for (const std::string& column : columns_) {
            std::printf(" %s |", column.c_str());
        }
        std::printf("\n|---|");
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            std::printf("---|");
        }
        for (const std::string& row : rows_) {
            std::printf("\n| %s |", row.c_str());
            for (const std::string& column : columns_) {
                if (const sample s = at(row, column); s.count > 0) {
                    std::printf(s.count > 1 ? " %.2f +- %.2f |" : " %.2f |", s.mean, s.deviation);
                } else {
                    std::printf(" |");
                }
            }
        }
        std::printf("\n");
    }

private:
    static void remember(std::vector<std::string>& names, const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }

    std::vector<std::string> rows_;
    std::vector<std::string> columns_;
    std::map<std::pair<std::string, std::string>, std::vector<double>> values_;
};

} // namespace rcim_bench
