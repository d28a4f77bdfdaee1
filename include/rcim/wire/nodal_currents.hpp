#pragma once

/// @file
/// The network of a crossbar's wires and cells, cell by cell, for cells of any law: the judge of transfer matrices, which it shares no step
/// with. The unknowns are the voltages across the cells, so resistances of zero need no care.

#include <rcim/wire/concept.hpp>
#include <rcim/wire/corners.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Solves u + A (i(u) + injected) = v for the cells' voltages u, where A maps cell currents to the voltages that wires lose: running sums
/// along word lines and bit lines, O(R C), symmetric and never negative. Newton's method; each linear system (I + A S) du = b with S >= 0
/// the slopes of the cells becomes (I + S^1/2 A S^1/2) y = S^1/2 b, du = b - A S^1/2 y, for conjugate gradients: all eigenvalues are at
/// least 1, and the largest is about 1 + (resistance of a line x conductances on it), 30 to 55 steps in all for 128 x 128 at 1 to 5 ohm.
class cell_network {
public:
    /// Newton's steps end with one below this share of the largest voltage in the array, which leaves an error of about its square (for
    /// ohmic cells: of this times `linear_tolerance`).
    static constexpr double newton_tolerance = 1e-9;
    static constexpr double linear_tolerance = 1e-11;
    static constexpr int newton_steps = 100;

    cell_network(index_t rows, index_t cols, const wire_ohms& ohms)
        : rows_(rows), cols_(cols), ohms_(ohms), down_(static_cast<std::size_t>(rows * cols)), foot_(static_cast<std::size_t>(cols)) {}

    /// u of [rows][cols] from drivers' voltages [rows], conductances and injected currents [rows][cols]; driven on the left, sensed at the
    /// bottom. Throws `error` if Newton's method does not converge.
    template <IvLaw Law>
    std::vector<double> voltages(std::string_view where, const std::vector<double>& g, const std::vector<double>& v,
                                 const std::vector<double>& injected, const Law& law) {
        const std::size_t size = g.size();
        std::vector<double> u(size), current(size), lost(size), off(size), slope(size), step(size), trial(size);
        for (std::size_t i = 0; i < size; ++i) {
            const auto row = static_cast<index_t>(i) / cols_;
            u[i] = first_guess(law, g[i], v[static_cast<std::size_t>(row)], row, static_cast<index_t>(i) % cols_);
        }
        // What is left of the equations: v - u - A (i(u) + injected).
        const auto rest = [&](const std::vector<double>& at, std::vector<double>& out) {
            for (std::size_t i = 0; i < size; ++i) {
                current[i] = law.current(g[i], at[i]) + injected[i];
            }
            drops(current, lost);
            double norm = 0.0;
            for (std::size_t i = 0; i < size; ++i) {
                out[i] = v[i / static_cast<std::size_t>(cols_)] - at[i] - lost[i];
                norm += out[i] * out[i];
            }
            return std::sqrt(norm);
        };
        drops(injected, lost);
        double scale = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
            scale = std::max({scale, std::abs(u[i]), std::abs(lost[i])});
        }
        double norm = rest(u, off);
        for (int newton = 0; newton < newton_steps && std::isfinite(norm); ++newton) {
            for (std::size_t i = 0; i < size; ++i) {
                slope[i] = std::sqrt(std::max(0.0, static_cast<double>(law.slope(g[i], u[i]))));
            }
            solve_linear(slope, off, step);
            double largest = 0.0;
            for (const double d : step) {
                largest = std::max(largest, std::abs(d));
            }
            const bool last = largest <= newton_tolerance * scale;
            // A step that leaves more than there was is halved; the last ones end in rounding.
            double length = 1.0;
            double after = 0.0;
            for (int halved = 0; halved < 40; ++halved, length *= 0.5) {
                for (std::size_t i = 0; i < size; ++i) {
                    trial[i] = u[i] + length * step[i];
                }
                after = rest(trial, off);
                if (last || after < norm) {
                    break;
                }
            }
            std::swap(u, trial);
            norm = after;
            if (last) {
                return u;
            }
        }
        fail(where, "Newton's method", text("a step below ", newton_tolerance, " of the largest voltage in ", newton_steps, " steps"),
             text("a remainder of ", norm, " V where the largest voltage is ", scale, " V"));
    }

    /// lost = A currents.
    void drops(const std::vector<double>& currents, std::vector<double>& lost) {
        const auto cols = static_cast<std::size_t>(cols_);
        for (index_t r = 0; r < rows_; ++r) {
            const double* in = currents.data() + r * cols_;
            double* out = lost.data() + r * cols_;
            double* down = down_.data() + r * cols_;
            const double* above = r == 0 ? nullptr : down - cols_;
            double along = 0.0; // carried by the segment on the left of a cell
            for (std::size_t c = cols; c-- > 0;) {
                along += in[c];
                out[c] = along;
            }
            double drop = 0.0;
            for (std::size_t c = 0; c < cols; ++c) {
                drop += (c == 0 ? ohms_.driver : ohms_.word) * out[c];
                out[c] = drop;
                down[c] = in[c] + (above == nullptr ? 0.0 : above[c]); // carried by the segment below it
            }
        }
        std::fill(foot_.begin(), foot_.end(), 0.0);
        for (index_t r = rows_; r-- > 0;) {
            const double below = r + 1 == rows_ ? ohms_.sense : ohms_.bit;
            for (std::size_t c = 0; c < cols; ++c) {
                foot_[c] += below * down_[static_cast<std::size_t>(r) * cols + c];
                lost[static_cast<std::size_t>(r) * cols + c] += foot_[c];
            }
        }
    }

private:
    /// The driver's voltage, unless the cell's own current would lose a million times that in its lines, as currents that rise exponentially do: then the
    /// voltage that the cell would have alone.
    template <IvLaw Law>
    [[nodiscard]] double first_guess(const Law& law, double g, double v, index_t row, index_t col) const {
        const double ohms = ohms_.driver + static_cast<double>(col) * ohms_.word + static_cast<double>(rows_ - 1 - row) * ohms_.bit + ohms_.sense;
        const auto loses_more = [&](double u) { return std::abs(law.current(g, u) * ohms) > std::abs(v - u); };
        if (ohms == 0.0 || std::abs(law.current(g, v) * ohms) <= 1e6 * std::abs(v)) {
            return v;
        }
        double low = 0.0, high = v;
        for (int halved = 0; halved < 40; ++halved) {
            const double middle = 0.5 * (low + high);
            (loses_more(middle) ? high : low) = middle;
        }
        return low;
    }

    /// x = (I + A S)^-1 b, S the squares of `root`.
    void solve_linear(const std::vector<double>& root, const std::vector<double>& b, std::vector<double>& x) {
        const std::size_t size = b.size();
        std::vector<double> y(size, 0.0), left(size), along(size), image(size), scaled(size);
        double square = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
            left[i] = along[i] = root[i] * b[i];
            square += left[i] * left[i];
        }
        const double enough = square * linear_tolerance * linear_tolerance;
        const std::size_t most = 2 * size + 100;
        for (std::size_t steps = 0; square > enough && steps < most; ++steps) {
            for (std::size_t i = 0; i < size; ++i) {
                scaled[i] = root[i] * along[i];
            }
            drops(scaled, image);
            double curvature = 0.0;
            for (std::size_t i = 0; i < size; ++i) {
                image[i] = along[i] + root[i] * image[i];
                curvature += along[i] * image[i];
            }
            const double length = square / curvature;
            double after = 0.0;
            for (std::size_t i = 0; i < size; ++i) {
                y[i] += length * along[i];
                left[i] -= length * image[i];
                after += left[i] * left[i];
            }
            for (std::size_t i = 0; i < size; ++i) {
                along[i] = left[i] + after / square * along[i];
            }
            square = after;
        }
        for (std::size_t i = 0; i < size; ++i) {
            scaled[i] = root[i] * y[i];
        }
        drops(scaled, image);
        for (std::size_t i = 0; i < size; ++i) {
            x[i] = b[i] - image[i];
        }
    }

    index_t rows_, cols_;
    wire_ohms ohms_;
    std::vector<double> down_; ///< [rows][cols]
    std::vector<double> foot_; ///< [cols]: voltages of the bit lines of one row
};

} // namespace rcim::inline RCIM_ABI
