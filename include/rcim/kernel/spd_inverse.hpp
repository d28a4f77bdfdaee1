#pragma once

/// @file
/// Inverse of a symmetric positive definite matrix of doubles, and products with it, for the solvers of wires. Only the lower triangle is
/// computed: n^3 floating-point operations for an inverse, 2 n^2 for each column of a product.

#include <rcim/compat/simd.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/config.hpp>

#include <algorithm>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// Rows of doubles in blocks of 16 columns, padded to whole blocks both ways. The distance of rows is an odd number of blocks, so that the
/// rows of one column do not meet in a few sets of the cache.
class blocked_rows {
public:
    static constexpr index_t block = samples_per_block;

    blocked_rows(index_t rows, index_t cols)
        : rows_(rows), cols_(cols), stride_((padded(cols) / block | 1) * block),
          data_(static_cast<std::size_t>(padded(rows) * stride_), 0.0) {}

    [[nodiscard]] static constexpr index_t padded(index_t size) { return (size + block - 1) / block * block; }

    [[nodiscard]] index_t rows() const noexcept { return rows_; }
    [[nodiscard]] index_t cols() const noexcept { return cols_; }
    [[nodiscard]] index_t stride() const noexcept { return stride_; }
    [[nodiscard]] double* row(index_t r) noexcept { return data_.data() + r * stride_; }
    [[nodiscard]] const double* row(index_t r) const noexcept { return data_.data() + r * stride_; }
    [[nodiscard]] double& operator()(index_t r, index_t c) noexcept { return row(r)[c]; }
    [[nodiscard]] double operator()(index_t r, index_t c) const noexcept { return row(r)[c]; }
    void swap(blocked_rows& other) noexcept {
        std::swap(rows_, other.rows_);
        std::swap(cols_, other.cols_);
        std::swap(stride_, other.stride_);
        data_.swap(other.data_);
    }

private:
    index_t rows_, cols_, stride_;
    aligned_vector<double> data_;
};

namespace detail {

/// Rows of one tile: 16 registers of accumulators with AVX-512, 8 below.
inline constexpr int tile_rows = double_lanes::parts == 2 ? 8 : double_lanes::parts == 4 ? 2 : 1;
static_assert(blocked_rows::block % tile_rows == 0);

/// to = from, 16 x 16, rows and columns exchanged.
inline void transpose_block(const double* from, index_t from_stride, double* to, index_t to_stride) {
    using quad = double __attribute__((vector_size(32)));
    for (index_t r = 0; r < blocked_rows::block; r += 4) {
        for (index_t c = 0; c < blocked_rows::block; c += 4) {
            const double* at = from + r * from_stride + c;
            quad a, b, d, e;
            __builtin_memcpy(&a, at, sizeof a);
            __builtin_memcpy(&b, at + from_stride, sizeof b);
            __builtin_memcpy(&d, at + 2 * from_stride, sizeof d);
            __builtin_memcpy(&e, at + 3 * from_stride, sizeof e);
            const quad ab0 = __builtin_shufflevector(a, b, 0, 4, 2, 6), ab1 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
            const quad de0 = __builtin_shufflevector(d, e, 0, 4, 2, 6), de1 = __builtin_shufflevector(d, e, 1, 5, 3, 7);
            const quad t[4] = {__builtin_shufflevector(ab0, de0, 0, 1, 4, 5), __builtin_shufflevector(ab1, de1, 0, 1, 4, 5),
                               __builtin_shufflevector(ab0, de0, 2, 3, 6, 7), __builtin_shufflevector(ab1, de1, 2, 3, 6, 7)};
            for (index_t i = 0; i < 4; ++i) {
                __builtin_memcpy(to + (c + i) * to_stride + r, &t[i], sizeof t[i]);
            }
        }
    }
}

} // namespace detail

/// Inverts symmetric positive definite matrices in place, by Gauss-Jordan sweeps. Sixteen pivots are swept in their own rows and columns
/// first, then all others follow in one update of rank 16; each element sees the same multiply-adds in the same order as in
/// `reference::spd_inverse`. No pivoting; for a diagonally dominant matrix with negative neighbours (one of conductances) nothing cancels
/// but on the diagonal. Keeps its scratch between calls.
class spd_inverter {
public:
    explicit spd_inverter(index_t size) : panel_p_(block, size), panel_q_(block, size) {}

    /// Reads the lower triangle of a, at most `size` x `size`, and fills it; blocks on the diagonal are filled whole, those above it not at
    /// all.
    void operator()(blocked_rows& a) {
        for (index_t first = 0; first < a.rows(); first += block) {
            sweep_block(a, first);
        }
        for (index_t r = 0; r < a.rows(); ++r) {
            double* row = a.row(r);
            const index_t own = r / block * block;
            for (index_t c = 0; c < own + block; ++c) {
                row[c] = -row[c];
            }
            for (index_t c = own; c < r; ++c) {
                a(c, r) = row[c];
            }
        }
    }

private:
    static constexpr index_t block = blocked_rows::block;

    /// Sweeps the pivots of one block of rows.
    void sweep_block(blocked_rows& a, index_t first) {
        const index_t pivots = std::min(block, a.rows() - first);
        const index_t end = blocked_rows::padded(a.rows());
        sweep_pivots(a, first, pivots);
        for (index_t j = 0; j < first; j += block) {
            sweep_left(a, first, j, pivots);
        }
        for (index_t j = first + block; j < end; j += block) {
            sweep_below(a, first, j, pivots);
        }
        for (index_t j = 0; j < end; j += block) {
            for (index_t i = j; j != first && i < end; i += block) {
                if (i != first) {
                    for (index_t r = 0; r < block; r += detail::tile_rows) {
                        update_tile(a.row(i + r) + j, a.stride(), i + r, j, pivots);
                    }
                }
            }
        }
    }

    /// The pivots' own 16 x 16 block, lower triangle; leaves what each row and column is multiplied with in p_ and q_ (negative).
    void sweep_pivots(blocked_rows& a, index_t first, index_t pivots) {
        double* d = a.row(first) + first;
        const index_t s = a.stride();
        for (index_t k = 0; k < pivots; ++k) {
            const double inverse = 1.0 / d[k * s + k];
            inverse_[k] = inverse;
            for (index_t j = 0; j < block; ++j) {
                p_[k][j] = j < k ? d[k * s + j] : d[j * s + k];
                q_[k][j] = -(p_[k][j] * inverse);
            }
            const double_lanes p = double_lanes::load_unaligned(p_[k]);
            for (index_t i = 0; i < block; ++i) {
                double_lanes x = double_lanes::load_unaligned(d + i * s); // above the diagonal: never read
                x.add_product(double_lanes::broadcast(q_[k][i]), p);
                x.store_unaligned(d + i * s);
            }
            for (index_t j = 0; j < k; ++j) {
                d[k * s + j] = -q_[k][j];
            }
            for (index_t i = k + 1; i < block; ++i) {
                d[i * s + k] = -q_[k][i];
            }
            d[k * s + k] = -inverse;
        }
    }

    /// The pivots' rows left of their block, columns j to j + 15.
    void sweep_left(blocked_rows& a, index_t first, index_t j, index_t pivots) {
        for (int part = 0; part < block; part += double_register::width) {
            double* at = a.row(first) + j + part;
            double_register x[block];
            for (index_t m = 0; m < block; ++m) {
                x[m] = double_register::load_unaligned(at + m * a.stride());
            }
            const auto pivot = [&](index_t k) {
                const double_register p = x[k];
                const double_register q = p * double_register::broadcast(inverse_[k]);
                p.store_unaligned(panel_p_.row(k) + j + part);
                (q * double_register::broadcast(-1.0)).store_unaligned(panel_q_.row(k) + j + part);
                for (index_t m = 0; m < block; ++m) {
                    x[m].add_product(double_register::broadcast(q_[k][m]), p);
                }
                x[k] = q;
            };
            sweep(pivot, pivots);
            for (index_t m = 0; m < block; ++m) {
                x[m].store_unaligned(at + m * a.stride());
            }
        }
    }

    /// The pivots' columns below their block, rows j to j + 15: as rows.
    void sweep_below(blocked_rows& a, index_t first, index_t j, index_t pivots) {
        alignas(64) double turned[block * block];
        detail::transpose_block(a.row(j) + first, a.stride(), turned, block);
        for (int part = 0; part < block; part += double_register::width) {
            double_register x[block];
            for (index_t m = 0; m < block; ++m) {
                x[m] = double_register::load_unaligned(turned + m * block + part);
            }
            const auto pivot = [&](index_t k) {
                const double_register p = x[k];
                const double_register q = p * double_register::broadcast(inverse_[k]);
                const double_register minus_q = q * double_register::broadcast(-1.0);
                p.store_unaligned(panel_p_.row(k) + j + part);
                minus_q.store_unaligned(panel_q_.row(k) + j + part);
                for (index_t m = 0; m < block; ++m) {
                    x[m].add_product(minus_q, double_register::broadcast(p_[k][m]));
                }
                x[k] = q;
            };
            sweep(pivot, pivots);
            for (index_t m = 0; m < block; ++m) {
                x[m].store_unaligned(turned + m * block + part);
            }
        }
        detail::transpose_block(turned, block, a.row(j) + first, a.stride());
    }

    /// A loop of fixed length is unrolled, so that the rows stay in registers.
    template <class Pivot>
    static void sweep(Pivot&& pivot, index_t pivots) {
        if (pivots == block) {
#pragma GCC unroll 16
            for (index_t k = 0; k < block; ++k) {
                pivot(k);
            }
        } else {
            for (index_t k = 0; k < pivots; ++k) {
                pivot(k);
            }
        }
    }

    /// One tile of what is neither a pivot's row nor its column.
    void update_tile(double* at, index_t stride, index_t i, index_t j, index_t pivots) const {
        double_lanes x[detail::tile_rows];
        for (int u = 0; u < detail::tile_rows; ++u) {
            x[u] = double_lanes::load_unaligned(at + u * stride);
        }
        const double* q = panel_q_.row(0) + i;
        const double* p = panel_p_.row(0) + j;
        const index_t step = panel_p_.stride();
        for (index_t k = 0; k < pivots; ++k, q += step, p += step) {
            const double_lanes pivot = double_lanes::load_unaligned(p);
            for (int u = 0; u < detail::tile_rows; ++u) {
                x[u].add_product(double_lanes::broadcast(q[u]), pivot);
            }
        }
        for (int u = 0; u < detail::tile_rows; ++u) {
            x[u].store_unaligned(at + u * stride);
        }
    }

    blocked_rows panel_p_, panel_q_; ///< [pivot][column]: its row, and minus its row over the pivot
    alignas(64) double p_[block][block]{}, q_[block][block]{};
    double inverse_[block]{};
};

/// y = a x for an inverse as `spd_inverter` leaves it. x and y are a.rows() x cols, columns padded to whole blocks; each element is one
/// chain of multiply-adds over the columns of a. cols is at most those of x and y.
inline void symmetric_product(const blocked_rows& a, const blocked_rows& x, blocked_rows& y, index_t cols) {
    constexpr index_t block = blocked_rows::block;
    constexpr int rows = detail::tile_rows;
    const index_t n = a.rows();
    for (index_t s = 0; s < cols; s += block) {
        for (index_t m = 0; m < n; m += rows) {
            double_lanes sum[rows];
            for (int u = 0; u < rows; ++u) {
                sum[u] = double_lanes::broadcast(0.0);
            }
            const index_t own = std::min(n, m / block * block + block); // up to here in row m, from here on in column m
            const double* from = x.row(0) + s;
            const double* left = a.row(m);
            for (index_t k = 0; k < own; ++k, from += x.stride()) {
                const double_lanes lanes_of_x = double_lanes::load_unaligned(from);
                for (int u = 0; u < rows; ++u) {
                    sum[u].add_product(double_lanes::broadcast(left[u * a.stride() + k]), lanes_of_x);
                }
            }
            const double* below = a.row(own) + m;
            for (index_t k = own; k < n; ++k, from += x.stride(), below += a.stride()) {
                const double_lanes lanes_of_x = double_lanes::load_unaligned(from);
                for (int u = 0; u < rows; ++u) {
                    sum[u].add_product(double_lanes::broadcast(below[u]), lanes_of_x);
                }
            }
            for (int u = 0; u < rows; ++u) {
                sum[u].store_unaligned(y.row(m + u) + s);
            }
        }
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
