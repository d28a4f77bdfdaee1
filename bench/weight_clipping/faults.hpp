#pragma once

/// @file
/// Fault settings of the study, and how one writes them on the command line.

#include <rcim/core/error.hpp>

#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace rcim_bench {

using namespace rcim;

/// Shares of cells stuck at high and at low resistance.
struct fault_rate {
    double hrs = 0.0, lrs = 0.0;
};

/// In %.
[[nodiscard]] inline std::string name_of(const fault_rate& rate) {
    return text(100.0 * rate.hrs, '/', 100.0 * rate.lrs);
}

/// "5" at each ratio "9:1", or "9.04/1.75" as it stands; in %. Without faults first.
inline std::vector<fault_rate> rates_of(const std::vector<std::string>& densities, const std::vector<std::string>& ratios) {
    const auto pair = [](const std::string& words, char between) {
        const std::size_t at = words.find(between);
        char* end = nullptr;
        const double a = std::strtod(words.c_str(), &end);
        const bool first_ends = at != std::string::npos && end == words.c_str() + at && at > 0;
        const double b = first_ends ? std::strtod(words.c_str() + at + 1, &end) : -1.0;
        if (!first_ends || *end != '\0' || at + 1 == words.size() || !(a >= 0.0) || !(b >= 0.0) || !(a + b > 0.0)) {
            fail("--densities, --ratios", words, "a share in % such as 5 or 9.04/1.75, a ratio such as 9:1", "something else");
        }
        return std::pair(a, b);
    };
    // To nine digits, so that 9.04 % is the number one writes as 0.0904, and equal in every row.
    const auto share = [](double percent) { return std::round(percent * 1e7) / 1e9; };
    std::vector<fault_rate> rates{{}};
    for (const std::string& ratio : ratios) {
        const auto [high, low] = pair(ratio, ':');
        for (const std::string& density : densities) {
            if (density.find('/') == std::string::npos) {
                const double total = pair(density + "/0", '/').first;
                rates.push_back({share(total * high / (high + low)), share(total * low / (high + low))});
            }
        }
    }
    for (const std::string& density : densities) {
        if (density.find('/') != std::string::npos) {
            const auto [high, low] = pair(density, '/');
            rates.push_back({share(high), share(low)});
        }
    }
    return rates;
}

} // namespace rcim_bench
