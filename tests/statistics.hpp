#pragma once

/// @file
/// Acceptance of random models. Every bound is missed by chance less than once in a million seeds; seeds are fixed.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace rcim_test {

/// Five standard errors of a binomial count: missed once in 1.7 million seeds.
inline bool binomial(double count, double n, double p) { return std::abs(count - n * p) <= 5.0 * std::sqrt(n * p * (1.0 - p)) + 1e-9; }

/// Whether the mean of independent values is as expected, to five standard errors of their own.
inline bool mean_is(std::span<const double> values, double expected) {
    const auto n = static_cast<double>(values.size());
    double mean = 0.0, square = 0.0;
    for (const double v : values) {
        mean += v / n;
    }
    for (const double v : values) {
        square += (v - mean) * (v - mean) / (n - 1.0);
    }
    return std::abs(mean - expected) <= 5.0 * std::sqrt(square / n);
}

/// Pearson's statistic of counts against expected counts.
inline double chi_square(std::span<const double> counts, std::span<const double> expected) {
    double sum = 0.0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
    }
    return sum;
}

/// What Pearson's statistic exceeds once in a million (Wilson and Hilferty's approximation).
inline double chi_square_bound(int degrees) {
    const double a = 2.0 / (9.0 * degrees);
    const double cube = 1.0 - a + 4.753 * std::sqrt(a);
    return degrees * cube * cube * cube;
}

/// Pairs of states of known probabilities against independence: K^2 - 1 degrees of freedom.
template <std::size_t K>
class state_pairs {
public:
    explicit state_pairs(const std::array<double, K>& p) : p_(p) {}
    void add(std::size_t a, std::size_t b) {
        ++count_[a][b];
        ++pairs_;
    }
    [[nodiscard]] bool independent() const {
        double sum = 0.0;
        for (std::size_t a = 0; a < K; ++a) {
            for (std::size_t b = 0; b < K; ++b) {
                const double expected = pairs_ * p_[a] * p_[b];
                sum += (count_[a][b] - expected) * (count_[a][b] - expected) / expected;
            }
        }
        return sum < chi_square_bound(static_cast<int>(K * K) - 1);
    }

private:
    std::array<double, K> p_;
    std::array<std::array<double, K>, K> count_{};
    double pairs_ = 0.0;
};

/// Pairs of numbers against independent ones that are uniform in [0, 1): on a grid of 8 x 8.
class uniform_pairs {
public:
    void add(double a, double b) { pairs_.add(cell(a), cell(b)); }
    [[nodiscard]] bool independent() const { return pairs_.independent(); }

private:
    static constexpr std::size_t cells = 8;
    static std::size_t cell(double x) { return std::min(cells - 1, static_cast<std::size_t>(x * static_cast<double>(cells))); }
    static constexpr std::array<double, cells> alike() {
        std::array<double, cells> p{};
        p.fill(1.0 / static_cast<double>(cells));
        return p;
    }
    state_pairs<cells> pairs_{alike()};
};

/// Counts of states that ought to be equally likely.
[[nodiscard]] inline bool equally_likely(std::span<const double> counts) {
    double n = 0.0;
    for (const double c : counts) {
        n += c;
    }
    const std::vector<double> expected(counts.size(), n / static_cast<double>(counts.size()));
    return chi_square(counts, expected) < chi_square_bound(static_cast<int>(counts.size()) - 1);
}

/// Kolmogorov and Smirnov's statistic sqrt(n) D against a continuous distribution; above `ks_bound` once in a million.
template <class Distribution>
double kolmogorov_smirnov(std::vector<double> values, Distribution&& cdf) {
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double expected = cdf(values[i]);
        largest = std::max({largest, static_cast<double>(i + 1) / n - expected, expected - static_cast<double>(i) / n});
    }
    return std::sqrt(n) * largest;
}
inline constexpr double ks_bound = 2.7;

inline double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

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

/// The moments and the distribution of a sample that ought to be normal.
[[nodiscard]] inline bool is_normal(const std::vector<double>& sample, double mean, double sigma) {
    return normal_moments(sample, mean, sigma) &&
           kolmogorov_smirnov(sample, [&](double x) { return normal_cdf((x - mean) / sigma); }) < ks_bound;
}

} // namespace rcim_test
