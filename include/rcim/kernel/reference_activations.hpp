#pragma once

/// @file
/// Arrays of activations one number after the other: the reference of kernel/activation_rows.hpp, activation_columns.hpp and changed_cells.hpp.
/// Rows are [block of 16 samples][position][sample in block].

#include <rcim/core/batch_tensor.hpp>
#include <rcim/kernel/convolution.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel::reference {

/// What row r (of [block][position][lane]) holds in column i: zero in the padding.
[[nodiscard]] inline float activation_of(const batch_tensor& x, const convolution_shape& shape, index_t row, index_t i) {
    const map_shape out = shape.out();
    const index_t lane = row % samples_per_block;
    const index_t position = row / samples_per_block % out.plane();
    const index_t block = row / samples_per_block / out.plane();
    const index_t y = position / out.width * shape.stride - shape.padding + i % shape.taps() / shape.kernel_width;
    const index_t at = position % out.width * shape.stride - shape.padding + i % shape.kernel_width;
    if (y < 0 || y >= shape.in.height || at < 0 || at >= shape.in.width) {
        return 0.0f;
    }
    return x.at(block * samples_per_block + lane, (i / shape.taps() * shape.in.height + y) * shape.in.width + at);
}
[[nodiscard]] inline float error_of(const batch_tensor& dy, index_t row, index_t output) {
    const index_t plane = dy.shape().plane();
    return dy.at(row / samples_per_block / plane * samples_per_block + row % samples_per_block,
                 output * plane + row / samples_per_block % plane);
}

[[nodiscard]] inline std::vector<float> largest_activations(const batch_tensor& x, const convolution_shape& shape) {
    std::vector<float> rows(static_cast<std::size_t>(x.blocks() * shape.out().plane() * samples_per_block), 0.0f);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (index_t i = 0; i < shape.inputs(); ++i) {
            rows[r] = std::max(rows[r], std::abs(activation_of(x, shape, static_cast<index_t>(r), i)));
        }
    }
    return rows;
}
[[nodiscard]] inline std::vector<float> largest_errors(const batch_tensor& dy) {
    std::vector<float> rows(static_cast<std::size_t>(dy.blocks() * dy.shape().plane() * samples_per_block), 0.0f);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (index_t o = 0; o < dy.shape().channels; ++o) {
            rows[r] = std::max(rows[r], std::abs(error_of(dy, static_cast<index_t>(r), o)));
        }
    }
    return rows;
}

/// keep[crossbar][input] of crossbars with `rows` rows each.
[[nodiscard]] inline std::vector<std::uint8_t> kept_columns(const batch_tensor& x, const convolution_shape& shape,
                                                            const std::vector<std::uint8_t>& keep, index_t rows, float bound) {
    const auto all = static_cast<index_t>(keep.size());
    std::vector<std::uint8_t> columns(static_cast<std::size_t>((all + rows - 1) / rows * shape.inputs()), std::uint8_t{0});
    for (index_t r = 0; r < all; ++r) {
        for (index_t i = 0; i < shape.inputs(); ++i) {
            if (keep[static_cast<std::size_t>(r)] != 0 && !(std::abs(activation_of(x, shape, r, i)) <= bound)) {
                columns[static_cast<std::size_t>(r / rows * shape.inputs() + i)] = 1;
            }
        }
    }
    return columns;
}

/// The gradient [output][input] in double, of kept rows and columns.
[[nodiscard]] inline std::vector<double> gradient_of_rows(const batch_tensor& x, const batch_tensor& dy, const convolution_shape& shape,
                                                          const std::vector<std::uint8_t>& keep, const std::vector<std::uint8_t>& columns,
                                                          index_t rows) {
    std::vector<double> gradient(static_cast<std::size_t>(shape.out_channels * shape.inputs()), 0.0);
    for (index_t r = 0; r < static_cast<index_t>(keep.size()); ++r) {
        for (index_t o = 0; o < shape.out_channels && keep[static_cast<std::size_t>(r)] != 0; ++o) {
            for (index_t i = 0; i < shape.inputs(); ++i) {
                if (columns.empty() || columns[static_cast<std::size_t>(r / rows * shape.inputs() + i)] != 0) {
                    gradient[static_cast<std::size_t>(o * shape.inputs() + i)] +=
                        static_cast<double>(error_of(dy, r, o)) * static_cast<double>(activation_of(x, shape, r, i));
                }
            }
        }
    }
    return gradient;
}

/// Cells of `cell_bits` that differ between two words.
[[nodiscard]] inline int changed_cells(std::uint32_t before, std::uint32_t after, int cell_bits) {
    int count = 0;
    for (std::uint32_t flips = before ^ after; flips != 0; flips >>= cell_bits) {
        count += (flips & ((1u << cell_bits) - 1)) != 0 ? 1 : 0;
    }
    return count;
}

} // namespace rcim::inline RCIM_ABI::kernel::reference
