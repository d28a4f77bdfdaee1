#pragma once

/// @file
/// The shift of an array's sums: how far they are off what ideal wires and undisturbed cells would give, before the converters. Noise injection
/// adaption (He et al., DAC 2019) profiles it on one chip and injects numbers of the same statistics while another network is trained. The paper
/// does not say how it is done; fitting and injecting as here is a reconstruction.

#include <rcim/core/error.hpp>
#include <rcim/kernel/read_layout.hpp>
#include <rcim/noise/injected.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Normal numbers to add to sums, in (steps of one level) x (units of drive), in every tile alike. Nothing, one entry for all, or one for each
/// plane and output.
struct shift_statistics {
    std::vector<float> mean;
    std::vector<float> deviation;

    [[nodiscard]] std::pair<float, float> at(int plane, index_t result, const kernel::read_layout& layout) const {
        if (mean.empty()) {
            return {0.0f, 0.0f};
        }
        const auto n = mean.size() == 1 ? std::size_t{0} : static_cast<std::size_t>(plane * layout.lines.results + result);
        return {mean[n], deviation[n]};
    }
};

/// What pairs of an ideal number and the one that was found add up to.
struct shift_moments {
    double count = 0.0;
    double ideal = 0.0;
    double found = 0.0;
    double ideal_ideal = 0.0;
    double ideal_found = 0.0;
    double found_found = 0.0;

    void add(double i, double f) {
        count += 1.0;
        ideal += i;
        found += f;
        ideal_ideal += i * i;
        ideal_found += i * f;
        found_found += f * f;
    }
    shift_moments& operator+=(const shift_moments& o) {
        count += o.count;
        ideal += o.ideal;
        found += o.found;
        ideal_ideal += o.ideal_ideal;
        ideal_found += o.ideal_found;
        found_found += o.found_found;
        return *this;
    }
    /// Of found - ideal.
    [[nodiscard]] double mean() const { return count > 0.0 ? (found - ideal) / count : 0.0; }
    [[nodiscard]] double deviation() const {
        return count > 0.0 ? std::sqrt(std::max(0.0, (found_found - 2.0 * ideal_found + ideal_ideal) / count - mean() * mean())) : 0.0;
    }
    /// Of found by ideal, through the origin.
    [[nodiscard]] double slope() const { return ideal_ideal > 0.0 ? ideal_found / ideal_ideal : 1.0; }
    /// The factor of what was found that comes closest to the ideal, in the mean square.
    [[nodiscard]] double gain() const { return found_found > 0.0 ? ideal_found / found_found : 1.0; }
};

/// What profiling saw of one array.
struct shift_profile {
    std::vector<shift_moments> sums;    ///< of every converter's sums, [plane][output], over tiles and cycles
    std::vector<shift_moments> results; ///< of what the digital side makes of all of them if converters lose nothing, [output]

    [[nodiscard]] bool empty() const { return sums.empty(); }
    shift_profile& operator+=(const shift_profile& o) {
        for (std::size_t n = 0; n < sums.size(); ++n) {
            sums[n] += o.sums[n];
        }
        for (std::size_t n = 0; n < results.size(); ++n) {
            results[n] += o.results[n];
        }
        return *this;
    }

    [[nodiscard]] shift_statistics statistics(shift_grain grain) const {
        shift_statistics fitted;
        for (const shift_moments& of : by(grain, sums)) {
            fitted.mean.push_back(static_cast<float>(of.mean()));
            fitted.deviation.push_back(static_cast<float>(of.deviation()));
        }
        return fitted;
    }
    [[nodiscard]] std::vector<double> gains(shift_grain grain) const {
        std::vector<double> factors;
        for (const shift_moments& of : by(grain, results)) {
            factors.push_back(of.gain());
        }
        return factors;
    }
    /// Over all of the layer.
    [[nodiscard]] shift_moments of_results() const { return by(shift_grain::layer, results).front(); }
    [[nodiscard]] shift_moments of_sums() const { return by(shift_grain::layer, sums).front(); }

private:
    static std::vector<shift_moments> by(shift_grain grain, const std::vector<shift_moments>& all) {
        if (grain == shift_grain::column) {
            return all;
        }
        shift_moments sum;
        for (const shift_moments& one : all) {
            sum += one;
        }
        return {sum};
    }
};

} // namespace rcim::inline RCIM_ABI
