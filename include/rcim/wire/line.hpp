#pragma once

/// @file
/// One line of a crossbar by itself: a chain of nodes that is fed at one end and loaded at each node. Every number here is made of sums,
/// products and quotients of positive numbers, so each is exact to a few roundings, and resistances may be zero.

#include <rcim/core/config.hpp>

#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Nodes 0 to n - 1; node 0 is joined to the feeding end by `end_ohm` (>= 0), neighbours by `segment_ohm` (>= 0) each, and node j to ground
/// by a load of load[j] siemens (>= 0). With M the matrix of conductances of the nodes while the end is at 0 V, M^-1 is semiseparable:
///
///     (M^-1)_jj = own[j],   (M^-1)_jk = own[j] passed[j + 1] ... passed[k]   for j < k
///
/// where passed[j] is the voltage of node j as a share of node j - 1's if all currents come from there. Two passes over the line (see
/// `set`); G. Meurant, "A review on the inverse of symmetric tridiagonal and block tridiagonal matrices", SIAM J. Matrix Anal. Appl. 13,
/// 1992, has the structure; the form in resistances, which stands zeros, is ours.
struct loaded_line {
    std::vector<double> own;     ///< ohm: voltage of node j by 1 A into node j
    std::vector<double> across;  ///< 1 - load own, without the difference
    std::vector<double> passed;  ///< passed[0]: of the source's voltage
    std::vector<double> beyond;  ///< siemens: what node j sees beyond itself, its own load left out
    std::vector<double> share;   ///< voltage of node j by 1 V at the end; also the share of 1 A into node j that reaches a grounded end

    /// load(j) is the load of node j. O(n).
    template <class Load>
    void set(index_t n, double end_ohm, double segment_ohm, Load&& load) {
        const auto size = static_cast<std::size_t>(n);
        own.resize(size);
        across.resize(size);
        passed.resize(size);
        beyond.resize(size);
        share.resize(size);
        double right = 0.0; // load and beyond of the node to the right
        for (index_t j = n - 1; j >= 0; --j) {
            const auto at = static_cast<std::size_t>(j);
            beyond[at] = right / (1.0 + segment_ohm * right);
            right = load(j) + beyond[at];
            passed[at] = 1.0 / (1.0 + (j == 0 ? end_ohm : segment_ohm) * right);
        }
        double left = end_ohm; // resistance that node j sees toward the end
        double voltage = 1.0;
        for (index_t j = 0; j < n; ++j) {
            const auto at = static_cast<std::size_t>(j);
            const double g = load(j);
            const double parallel = 1.0 + left * (g + beyond[at]);
            own[at] = left / parallel;
            across[at] = (1.0 + left * beyond[at]) / parallel;
            left = segment_ohm + left / (1.0 + left * g);
            voltage *= passed[at];
            share[at] = voltage;
        }
    }

    /// x = M^-1 x: voltages by a current into each node. `work` is of the same size. O(n).
    void solve(std::span<double> x, std::span<double> work) const {
        double sum = 0.0; // from the nodes beyond, as if they were here
        for (std::size_t j = x.size(); j-- > 0;) {
            sum = x[j] + (j + 1 < x.size() ? passed[j + 1] * sum : 0.0);
            work[j] = own[j] * sum;
        }
        sum = 0.0;
        for (std::size_t j = 0; j < x.size(); ++j) {
            const double from_left = j == 0 ? 0.0 : passed[j] * sum;
            sum = from_left + own[j] * x[j];
            x[j] = work[j] + from_left;
        }
    }
};

} // namespace rcim::inline RCIM_ABI
