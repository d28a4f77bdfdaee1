#pragma once

/// @file
/// Bounds for random models. Every check states how often a right model misses it by chance: the seeds are fixed, so it passes for
/// ever once it does.

#include <algorithm>
#include <cmath>
#include <vector>

namespace rcim_test {

[[nodiscard]] inline double normal_share(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// Kolmogorov and Smirnov: the largest distance between the shares of a sample and of a distribution, times the square root of the
/// size. Above 2.7 once in a million samples (2 exp(-2 x 2.7^2)).
template <class Share>
[[nodiscard]] double kolmogorov_smirnov(std::vector<double> sample, Share&& share) {
    std::sort(sample.begin(), sample.end());
    const auto n = static_cast<double>(sample.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const double expected = share(sample[i]);
        largest = std::max({largest, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
    }
    return largest * std::sqrt(n);
}
inline constexpr double ks_bound = 2.7;

/// Mean and standard deviation lie within five standard errors of a normal sample's: missed once in a million samples.
[[nodiscard]] inline bool normal_moments(const std::vector<double>& sample, double mean, double sigma) {
    const auto n = static_cast<double>(sample.size());
    double sum = 0.0;
    for (const double x : sample) {
        sum += x;
    }
    double squares = 0.0;
    for (const double x : sample) {
        squares += (x - sum / n) * (x - sum / n);
    }
    const double deviation = std::sqrt(squares / (n - 1.0));
    return std::abs(sum / n - mean) <= 5.0 * sigma / std::sqrt(n) && std::abs(deviation - sigma) <= 5.0 * sigma / std::sqrt(2.0 * n);
}

/// Both, for a sample that ought to be normal.
[[nodiscard]] inline bool is_normal(const std::vector<double>& sample, double mean, double sigma) {
    return normal_moments(sample, mean, sigma) &&
           kolmogorov_smirnov(sample, [&](double x) { return normal_share((x - mean) / sigma); }) < ks_bound;
}

} // namespace rcim_test
