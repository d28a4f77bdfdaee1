#pragma once

#include <rcim/core/config.hpp>
#include <rcim/sweep/row.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Rows as comma-separated values (RFC 4180): sweep, design, seed, then labels, settings and results under their names in the order in which
/// they first come up, seconds, error. A row without a value has an empty field; a name that settings and results share comes up once for each.
/// O(rows x columns).
[[nodiscard]] inline std::string to_csv(std::span<const sweep_row> rows) {
    const auto quoted = [](const std::string& field) {
        if (field.find_first_of(",\"\r\n") == std::string::npos) {
            return field;
        }
        std::string inside;
        for (const char c : field) {
            inside += c == '"' ? "\"\"" : std::string(1, c);
        }
        return '"' + inside + '"';
    };
    using part = const named_values& (*)(const sweep_row&);
    const part parts[] = {[](const sweep_row& r) -> const named_values& { return r.point.labels; },
                          [](const sweep_row& r) -> const named_values& { return r.point.settings; },
                          [](const sweep_row& r) -> const named_values& { return r.results; }};
    std::string all = "sweep,design,seed";
    std::vector<std::vector<std::string>> names;
    for (const part of : parts) {
        std::vector<std::string>& here = names.emplace_back();
        for (const sweep_row& row : rows) {
            for (const auto& [name, value] : of(row)) {
                if (std::find(here.begin(), here.end(), name) == here.end()) {
                    here.push_back(name);
                    all += "," + quoted(name);
                }
            }
        }
    }
    all += ",seconds,error\r\n";
    for (const sweep_row& row : rows) {
        all += quoted(row.point.sweep) + "," + quoted(row.point.design) + "," + std::to_string(row.point.seed);
        for (std::size_t p = 0; p < names.size(); ++p) {
            for (const std::string& name : names[p]) {
                const sweep_value* const value = parts[p](row).find(name);
                all += "," + (value == nullptr ? "" : quoted(value->to_text()));
            }
        }
        all += "," + sweep_value(row.seconds).to_text() + "," + quoted(row.error) + "\r\n";
    }
    return all;
}

} // namespace rcim::inline RCIM_ABI
