#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/sweep/objective.hpp>
#include <rcim/sweep/row.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The points that no other one dominates: none is at least as good in every column and better in one. Of equal points all belong. values:
/// [points][columns], columns as many as `goals`; a point with a NaN belongs to no front. Numbers of points, best in the first column first.
/// O(n log n) and a comparison of each point with the front, so O(n) times the size of the front at most.
[[nodiscard]] inline std::vector<std::size_t> pareto_front(std::span<const std::vector<double>> values,
                                                           std::span<const goal> goals) {
    if (goals.empty()) {
        fail("pareto_front", "goals", "at least one column", "none");
    }
    std::vector<std::vector<double>> costs(values.size());
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].size() != goals.size()) {
            fail("pareto_front", text("point ", i), text(goals.size(), " columns"), text(values[i].size()));
        }
        for (std::size_t c = 0; c < goals.size(); ++c) {
            costs[i].push_back(goals[c] == goal::minimise ? values[i][c] : -values[i][c]);
        }
        if (std::none_of(costs[i].begin(), costs[i].end(), [](double x) { return std::isnan(x); })) {
            order.push_back(i);
        }
    }
    // In lexicographic order a point is dominated only by earlier ones, and then by one of the front so far.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
    std::vector<std::size_t> front;
    for (const std::size_t i : order) {
        const auto dominates = [&](std::size_t other) {
            bool better = false;
            for (std::size_t c = 0; c < goals.size(); ++c) {
                if (costs[other][c] > costs[i][c]) {
                    return false;
                }
                better = better || costs[other][c] < costs[i][c];
            }
            return better;
        };
        if (std::none_of(front.begin(), front.end(), dominates)) {
            front.push_back(i);
        }
    }
    return front;
}

/// The front of rows over their results, settings or labels. Failed rows belong to no front. Throws `error` where a row that has not failed lacks
/// a number of such a name.
[[nodiscard]] inline std::vector<std::size_t> pareto_front(std::span<const sweep_row> rows,
                                                           std::span<const objective> objectives) {
    std::vector<goal> goals;
    for (const objective& o : objectives) {
        goals.push_back(o.aim);
    }
    std::vector<std::vector<double>> values(rows.size(), std::vector<double>(objectives.size(), std::nan("")));
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t c = 0; c < objectives.size() && !rows[r].failed(); ++c) {
            const sweep_value* const value = rows[r].find(objectives[c].name);
            if (value == nullptr || !value->is_number()) {
                fail("pareto_front", objectives[c].name + " of " + rows[r].point.name(), "a number",
                     value == nullptr ? "none of that name; there are " + to_text(rows[r].results) : *value->word());
            }
            values[r][c] = *value->number();
        }
    }
    return pareto_front(values, goals);
}

} // namespace rcim::inline RCIM_ABI
