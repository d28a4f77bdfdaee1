#pragma once

/// @file
/// The few statistics of a study with a handful of seeds.

#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <span>

namespace rcim_bench {

struct interval {
    double low, high;
};

/// Quantile 0.975 of Student's t distribution: half a 95 % confidence interval in standard errors. Beyond 30 degrees of freedom
/// that of 30, which errs on the wide side.
[[nodiscard]] inline double student_t(std::size_t freedom) {
    constexpr double quantile[] = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
                                   2.2010,  2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
                                   2.0796,  2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423};
    if (freedom == 0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return quantile[freedom > std::size(quantile) ? std::size(quantile) - 1 : freedom - 1];
}

/// Mean and standard deviation (n - 1) of a sample.
struct sample {
    std::size_t count = 0;
    double mean = std::numeric_limits<double>::quiet_NaN();
    double deviation = std::numeric_limits<double>::quiet_NaN(); ///< NaN for fewer than two numbers

    /// 95 % confidence interval of the mean under a normal law; NaN for fewer than two numbers.
    [[nodiscard]] interval confidence() const {
        const double half = count > 1 ? student_t(count - 1) * deviation / std::sqrt(static_cast<double>(count))
                                      : std::numeric_limits<double>::quiet_NaN();
        return {mean - half, mean + half};
    }
};

[[nodiscard]] inline sample sample_of(std::span<const double> values) {
    sample s{.count = values.size()};
    if (values.empty()) {
        return s;
    }
    double sum = 0.0, square = 0.0;
    for (const double v : values) {
        sum += v;
    }
    s.mean = sum / static_cast<double>(values.size());
    for (const double v : values) {
        square += (v - s.mean) * (v - s.mean);
    }
    if (values.size() > 1) {
        s.deviation = std::sqrt(square / static_cast<double>(values.size() - 1));
    }
    return s;
}

/// 95 % interval of the probability behind a share of `count` independent trials: what one accuracy says about images that were
/// not in the test set. E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
[[nodiscard]] inline interval binomial_interval(double share, double count) {
    constexpr double z = 1.959964;
    const double scale = 1.0 / (1.0 + z * z / count);
    const double middle = scale * (share + z * z / (2.0 * count));
    const double half = scale * z * std::sqrt(share * (1.0 - share) / count + z * z / (4.0 * count * count));
    return {middle - half, middle + half};
}

} // namespace rcim_bench
