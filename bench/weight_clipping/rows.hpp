#pragma once

/// @file
/// The rows that finished trainings leave, one JSON object per line.

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace rcim_bench {

using nlohmann::json;

/// What a training gave and where it ran; every other member of a row belongs to its key.
inline const std::set<std::string>& result_fields() {
    static const std::set<std::string> names{
        "test_accuracy", "test_accuracy_first1000", "stopped", "curve", "trace", "isa", "compiler", "flags", "commit"};
    return names;
}

/// Rows of earlier runs; lines that were cut off are left out.
inline std::vector<json> rows_of(const std::string& path) {
    std::vector<json> rows;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        json row = json::parse(line, nullptr, false);
        if (row.is_object() && row.contains("test_accuracy") && row.contains("method") && row.contains("p_stuck_hrs")) {
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

} // namespace rcim_bench
