#pragma once

/// @file
/// Calibration of converters: which sums occur, and which range or which levels lose least of them.

#include <rcim/convert/transfer.hpp>
#include <rcim/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// How often each sum between the bounds of full scale occurred. Where the bounds are whole and at most 2^14 - 1 apart, there is a bin
/// for each whole number, and others between so that there are more than 256; else 1024 bins at equal steps. The first and the last lie
/// around the bounds; a sum counts in the nearest bin. Counts are whole, so the order of adding and merging changes nothing.
class sum_histogram {
public:
    explicit sum_histogram(const sum_range& full_scale) : range_(full_scale) {
        if (!(full_scale.low < full_scale.high) || !std::isfinite(full_scale.high - full_scale.low)) {
            fail("sum_histogram", "full scale", "finite bounds, low < high", text(full_scale.low, " to ", full_scale.high));
        }
        const double span = full_scale.high - full_scale.low;
        const bool whole = span < 16384.0 && std::floor(full_scale.low) == full_scale.low && std::floor(full_scale.high) == full_scale.high;
        double bins = whole ? span + 1.0 : 1024.0;
        while (bins < 257.0) {
            bins = 2.0 * bins - 1.0;
        }
        step_ = span / (bins - 1.0);
        count_.assign(static_cast<std::size_t>(bins), 0);
    }

    /// A sum outside counts as the bound next to it, one that is no number not at all.
    void add(double sum, std::uint64_t times = 1) {
        if (sum == sum) {
            const double cut = std::clamp(sum, range_.low, range_.high);
            count_[static_cast<std::size_t>(std::nearbyint((cut - range_.low) / step_))] += times;
            total_ += times;
        }
    }
    /// Of the same bounds.
    sum_histogram& operator+=(const sum_histogram& other) {
        if (!(other.range_ == range_)) {
            fail("sum_histogram", "full scale", text(range_.low, " to ", range_.high), text(other.range_.low, " to ", other.range_.high));
        }
        for (std::size_t bin = 0; bin < count_.size(); ++bin) {
            count_[bin] += other.count_[bin];
        }
        total_ += other.total_;
        return *this;
    }

    [[nodiscard]] const sum_range& full_scale() const { return range_; }
    [[nodiscard]] std::size_t bins() const { return count_.size(); }
    [[nodiscard]] std::uint64_t count(std::size_t bin) const { return count_[bin]; }
    [[nodiscard]] double value(std::size_t bin) const { return range_.low + step_ * static_cast<double>(bin); }
    [[nodiscard]] double step() const { return step_; }
    [[nodiscard]] std::uint64_t total() const { return total_; }

    friend bool operator==(const sum_histogram&, const sum_histogram&) = default;

private:
    sum_range range_;
    double step_ = 1.0;
    std::vector<std::uint64_t> count_;
    std::uint64_t total_ = 0;
};

/// The mean squared difference between the sums of a histogram and what a converter makes of them; `enough` ends the search for it where
/// it is no less. O(bins).
[[nodiscard]] inline double conversion_error(const sum_histogram& seen, const adc_transfer& converter,
                                             double enough = std::numeric_limits<double>::infinity()) {
    const auto total = static_cast<double>(std::max<std::uint64_t>(seen.total(), 1));
    double sum = 0.0;
    for (std::size_t bin = 0; bin < seen.bins() && sum < enough * total; ++bin) {
        if (seen.count(bin) > 0) {
            const double error = converter.convert(seen.value(bin)) - seen.value(bin);
            sum += static_cast<double>(seen.count(bin)) * error * error;
        }
    }
    return sum / total;
}

/// The least range that holds `share` of the sums, (0, 1]: from the lower bound of full scale, or around zero where that is negative.
/// At least one bin wide; full scale where there are no sums. O(bins log bins).
[[nodiscard]] inline sum_range percentile_range(const sum_histogram& seen, double share) {
    const sum_range& full = seen.full_scale();
    const bool both_signs = full.low < 0.0;
    if (seen.total() == 0) {
        return full;
    }
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(seen.total())));
    std::vector<std::pair<double, std::uint64_t>> reach; // how far a range must go for a bin
    for (std::size_t bin = 0; bin < seen.bins(); ++bin) {
        if (seen.count(bin) > 0) {
            reach.emplace_back(both_signs ? std::abs(seen.value(bin)) : seen.value(bin), seen.count(bin));
        }
    }
    std::sort(reach.begin(), reach.end());
    double high = (both_signs ? 0.0 : full.low) + seen.step();
    std::uint64_t held = 0;
    for (auto bin = reach.begin(); bin != reach.end() && held < wanted; ++bin) {
        held += bin->second;
        high = std::max(high, bin->first);
    }
    return {both_signs ? -high : full.low, high};
}

/// The range of `levels` equally spaced levels with the least mean squared error: from the lower bound of full scale, or around zero
/// where that is negative, to one of the bins, at most 1024 of them tried at equal distances. Of equal ones the narrowest;
/// full scale where there are no sums. O(bins^2).
[[nodiscard]] inline sum_range least_error_range(const sum_histogram& seen, std::int32_t levels, const sum_range& full_scale) {
    const bool both_signs = full_scale.low < 0.0;
    const double origin = both_signs ? 0.0 : full_scale.low;
    const double widest = both_signs ? std::max(-full_scale.low, full_scale.high) : full_scale.high;
    if (seen.total() == 0) {
        return full_scale;
    }
    const double tried = std::ceil((widest - origin) / seen.step());
    const double stride = std::ceil(tried / 1024.0) * seen.step();
    sum_range best{both_signs ? -widest : origin, widest};
    double least = std::numeric_limits<double>::infinity();
    for (double high = origin + stride;; high += stride) {
        const sum_range range{both_signs ? -std::min(high, widest) : origin, std::min(high, widest)};
        const double error = conversion_error(seen, adc_transfer::uniform(range.low, range.high, levels), least);
        if (error < least) {
            least = error;
            best = range;
        }
        if (high >= widest) {
            return best;
        }
    }
}

/// The 2^bits levels, ascending, with the least mean squared error where every sum takes the nearest: the fixed points of Lloyd and Max
/// (S. P. Lloyd, IEEE Trans. Inf. Theory 28(2), 1982; J. Max, IRE Trans. Inf. Theory 6(1), 1960), and the best of all of them, by
/// dynamic programming over the bins, of whose optimal cuts none moves down when a bin is added. Fewer where fewer sums occur, at least
/// two. bits from 1 to 8. O(2^bits bins log(bins)).
[[nodiscard]] inline std::vector<double> fitted_levels(const sum_histogram& seen, int bits) {
    if (bits < 1 || bits > 8) {
        fail("fitted_levels", "bits", "1 to 8", text(bits));
    }
    std::vector<double> value;
    std::vector<double> count{0.0}, first{0.0}, second{0.0}; // moments of the values before each
    const double middle = 0.5 * (seen.full_scale().low + seen.full_scale().high);
    for (std::size_t bin = 0; bin < seen.bins(); ++bin) {
        if (seen.count(bin) > 0) {
            const auto n = static_cast<double>(seen.count(bin));
            const double x = seen.value(bin) - middle;
            value.push_back(seen.value(bin));
            count.push_back(count.back() + n);
            first.push_back(first.back() + n * x);
            second.push_back(second.back() + n * x * x);
        }
    }
    const std::size_t all = value.size();
    const std::size_t wanted = std::size_t{1} << bits;
    if (all <= wanted) {
        for (const double bound : {seen.full_scale().low, seen.full_scale().high}) {
            if (value.size() < 2 && (value.empty() || value.front() != bound)) {
                value.push_back(bound);
            }
        }
        std::sort(value.begin(), value.end());
        return value;
    }
    const auto mean = [&](std::size_t begin, std::size_t end) { return (first[end] - first[begin]) / (count[end] - count[begin]); };
    const auto cost = [&](std::size_t begin, std::size_t end) {
        return second[end] - second[begin] - mean(begin, end) * (first[end] - first[begin]);
    };
    // least[n]: error of the first n values on `level` levels, the last of which begins at cut[level][n].
    std::vector<double> least(all + 1), next(all + 1);
    std::vector<std::vector<std::uint16_t>> cut(wanted + 1, std::vector<std::uint16_t>(all + 1, 0));
    for (std::size_t n = 1; n <= all; ++n) {
        least[n] = cost(0, n);
    }
    struct piece {
        std::size_t begin, end, low, high; // n in [begin, end), cuts in [low, high]
    };
    std::vector<piece> open;
    for (std::size_t level = 2; level <= wanted; ++level) {
        open.push_back({level, all + 1, level - 1, all - 1});
        while (!open.empty()) {
            const piece p = open.back();
            open.pop_back();
            if (p.begin >= p.end) {
                continue;
            }
            const std::size_t n = (p.begin + p.end) / 2;
            next[n] = std::numeric_limits<double>::infinity();
            std::size_t at = p.low;
            for (std::size_t k = p.low; k <= std::min(p.high, n - 1); ++k) {
                const double error = least[k] + cost(k, n);
                if (error < next[n]) {
                    next[n] = error;
                    at = k;
                }
            }
            cut[level][n] = static_cast<std::uint16_t>(at);
            open.push_back({p.begin, n, p.low, at});
            open.push_back({n + 1, p.end, at, p.high});
        }
        std::swap(least, next);
    }
    std::vector<double> levels(wanted);
    std::size_t end = all;
    for (std::size_t level = wanted; level >= 1; --level) {
        const std::size_t begin = level == 1 ? 0 : cut[level][end];
        levels[level - 1] = middle + mean(begin, end);
        end = begin;
    }
    return levels;
}

} // namespace rcim::inline RCIM_ABI
