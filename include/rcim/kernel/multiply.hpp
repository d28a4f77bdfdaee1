#pragma once

/// @file
/// The multiply-add kernel behind every read of the folded plan: dense layers, convolutions and their input gradients.
///
/// Limit: one multiply-add of a block needs 1/MR + 1/NR register loads, so the tiles below need fewer than one load for each and the
/// two multiply-add ports of a core decide.

#include <rcim/compat/simd.hpp>
#include <rcim/core/config.hpp>

#include <cstdint>
#include <span>

namespace rcim::inline RCIM_ABI::kernel {

/// One term of a sum of products: where its factors lie, in floats from the bases of A and B.
struct term {
    std::int32_t a;
    std::int32_t b;
};

/// A block of columns of C = A B, where every element of B and C is a block of 16 samples:
/// C[m][n] = bias[m] + sum over terms t of A[m * a_row + t.a] * B[n * b_col + t.b], m < rows, n < cols.
struct column_block {
    const float* a = nullptr;
    index_t a_row = 0;
    index_t rows = 0;
    const float* b = nullptr;
    index_t b_col = 0;
    index_t cols = 0;
    float* c = nullptr;
    index_t c_row = 0;
    index_t c_col = 0;
    const float* bias = nullptr; ///< null: zero
};

namespace detail {

template <int MR, int NR>
inline void multiply_tile(const column_block& block, std::span<const term> terms, index_t m, index_t n) {
    lanes sum[MR][NR];
    for (int i = 0; i < MR; ++i) {
        const lanes start = lanes::broadcast(block.bias ? block.bias[m + i] : 0.0f);
        for (int j = 0; j < NR; ++j) {
            sum[i][j] = start;
        }
    }
    const float* a = block.a + m * block.a_row;
    const float* b = block.b + n * block.b_col;
    const index_t a_row = block.a_row;
    const index_t b_col = block.b_col;
    for (const term t : terms) {
        lanes x[NR];
        for (int j = 0; j < NR; ++j) {
            x[j] = lanes::load_unaligned(b + t.b + j * b_col);
        }
        for (int i = 0; i < MR; ++i) {
            const lanes w = lanes::broadcast(a[t.a + i * a_row]);
            for (int j = 0; j < NR; ++j) {
                sum[i][j].add_product(w, x[j]);
            }
        }
    }
    float* c = block.c + m * block.c_row + n * block.c_col;
    for (int i = 0; i < MR; ++i) {
        for (int j = 0; j < NR; ++j) {
            sum[i][j].store_unaligned(c + i * block.c_row + j * block.c_col);
        }
    }
}

/// All columns of MR rows, NR at a time; a last incomplete group is computed again with its neighbours, which gives the same
/// bits, unless there are too few columns for that.
template <int MR, int NR>
inline void multiply_rows(const column_block& block, std::span<const term> terms, index_t m) {
    index_t n = 0;
    for (; n + NR <= block.cols; n += NR) {
        multiply_tile<MR, NR>(block, terms, m, n);
    }
    if (n == block.cols) {
        return;
    }
    if (block.cols >= NR) {
        multiply_tile<MR, NR>(block, terms, m, block.cols - NR);
        return;
    }
    for (; n < block.cols; ++n) {
        multiply_tile<MR, 1>(block, terms, m, n);
    }
}

template <int MR, int NR>
inline void multiply_all(const column_block& block, std::span<const term> terms) {
    index_t m = 0;
    for (; m + MR <= block.rows; m += MR) {
        multiply_rows<MR, NR>(block, terms, m);
    }
    if constexpr (MR > 4) {
        for (; m + 4 <= block.rows; m += 4) {
            multiply_rows<4, NR>(block, terms, m);
        }
    }
    for (; m + 2 <= block.rows; m += 2) {
        multiply_rows<2, NR>(block, terms, m);
    }
    for (; m < block.rows; ++m) {
        multiply_rows<1, NR>(block, terms, m);
    }
}

} // namespace detail

/// Computes the block. Every element is one chain of multiply-adds in the order of the terms, so neither the tile nor the
/// partition of columns changes a bit. rows * cols * terms multiply-adds of 16 samples.
inline void multiply(const column_block& block, std::span<const term> terms) {
    if constexpr (lanes::parts == 1) {
        // 32 registers: 24 accumulators. The tile is the one that leaves the fewest rows and columns over.
        if (block.rows % 8 == 0 && block.cols % 3 == 0) {
            detail::multiply_all<8, 3>(block, terms);
        } else if (block.rows % 6 == 0 && block.cols >= 4) {
            detail::multiply_all<6, 4>(block, terms);
        } else if (block.cols >= 6 && block.rows % 8 != 0) {
            detail::multiply_all<4, 6>(block, terms);
        } else if (block.cols == 4) {
            detail::multiply_all<6, 4>(block, terms);
        } else if (block.cols >= 3) {
            detail::multiply_all<8, 3>(block, terms);
        } else if (block.cols == 2) {
            detail::multiply_all<8, 2>(block, terms);
        } else {
            detail::multiply_all<8, 1>(block, terms);
        }
    } else if constexpr (lanes::parts == 2) {
        detail::multiply_all<6, 1>(block, terms);
    } else {
        detail::multiply_all<3, 1>(block, terms);
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
