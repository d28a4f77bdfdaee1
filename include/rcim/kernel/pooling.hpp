#pragma once

/// @file
/// Pooling of one plane (one channel of one block of 16 samples): element (r, c) is 16 floats at (r * width + c) * 16.
/// Planes are independent, so any partition of them gives the same bits.

#include <rcim/compat/simd.hpp>
#include <rcim/core/config.hpp>

#include <algorithm>

namespace rcim::inline RCIM_ABI::kernel {

/// Windows over a plane of height x width, all inside it: rows and columns left over at the bottom and right are dropped.
/// 1 <= window_height <= height, likewise the width, stride >= 1.
struct pool_windows {
    index_t height = 1;
    index_t width = 1;
    index_t window_height = 1;
    index_t window_width = 1;
    index_t stride = 1;

    [[nodiscard]] constexpr index_t out_height() const { return (height - window_height) / stride + 1; }
    [[nodiscard]] constexpr index_t out_width() const { return (width - window_width) / stride + 1; }
    /// Each element belongs to at most one window, and those left out are only at the bottom and right.
    [[nodiscard]] constexpr bool tiled() const { return window_height == stride && window_width == stride; }
    /// Offset in floats of the first element of the window of output (row, col).
    [[nodiscard]] constexpr index_t corner(index_t row, index_t col) const {
        return (row * width + col) * stride * samples_per_block;
    }
};

namespace detail {

/// A candidate wins if it is greater or NaN, so that NaN gets through.
inline void take_greater(lanes& best, lanes& place, const lanes& candidate, float at) {
    for (int i = 0; i < lanes::parts; ++i) {
        const auto wins = (candidate.wide(i) > best.wide(i)) | xsimd::isnan(candidate.wide(i));
        best.part[i] = xsimd::select(wins, candidate.wide(i), best.wide(i));
        place.part[i] = xsimd::select(wins, lanes::batch(at), place.wide(i));
    }
}

/// value where place == at, else zero.
[[nodiscard]] inline lanes where_place(const lanes& place, float at, lanes value) {
    for (int i = 0; i < lanes::parts; ++i) {
        value.part[i] = xsimd::select(place.wide(i) == lanes::batch(at), value.wide(i), lanes::batch(0.0f));
    }
    return value;
}

/// Calls visit(output index, corner offset) for all windows, row by row.
template <class Visit>
inline void for_each_window(const pool_windows& w, Visit&& visit) {
    const index_t rows = w.out_height();
    const index_t cols = w.out_width();
    for (index_t row = 0; row < rows; ++row) {
        for (index_t col = 0; col < cols; ++col) {
            visit((row * cols + col) * samples_per_block, w.corner(row, col));
        }
    }
}

/// Calls visit(number in the window, offset from its corner) for all elements of a window, row by row. Side > 0 is the side
/// of a square window known at compile time.
template <index_t Side, class Visit>
inline void for_each_element(const pool_windows& w, Visit&& visit) {
    const index_t height = Side > 0 ? Side : w.window_height;
    const index_t width = Side > 0 ? Side : w.window_width;
    for (index_t r = 0; r < height; ++r) {
        for (index_t c = 0; c < width; ++c) {
            visit(r * width + c, (r * w.width + c) * samples_per_block);
        }
    }
}

/// Zeroes what no window of a tiled plane covers.
inline void clear_remainder(const pool_windows& w, float* plane) {
    const index_t rows = w.out_height() * w.stride;
    const index_t cols = w.out_width() * w.stride;
    if (cols < w.width) {
        for (index_t row = 0; row < rows; ++row) {
            std::fill(plane + (row * w.width + cols) * samples_per_block, plane + (row + 1) * w.width * samples_per_block,
                      0.0f);
        }
    }
    std::fill(plane + rows * w.width * samples_per_block, plane + w.height * w.width * samples_per_block, 0.0f);
}

/// Adds part(output, number in the window) to each element of each window of a plane of zeros. In a tiled plane every
/// element gets one part, which is stored instead.
template <index_t Side, class Part>
inline void scatter(const pool_windows& w, float* dx, Part&& part) {
    if (w.tiled()) {
        for_each_window(w, [&](index_t out, index_t corner) {
            const auto value = part(out);
            for_each_element<Side>(w, [&](index_t k, index_t at) { value(k).store(dx + corner + at); });
        });
        clear_remainder(w, dx);
    } else {
        std::fill(dx, dx + w.height * w.width * samples_per_block, 0.0f);
        for_each_window(w, [&](index_t out, index_t corner) {
            const auto value = part(out);
            for_each_element<Side>(w, [&](index_t k, index_t at) {
                float* const to = dx + corner + at;
                (lanes::load(to) + value(k)).store(to);
            });
        });
    }
}

template <index_t Side>
inline void max_pool(const pool_windows& w, const float* x, float* y, float* place) {
    for_each_window(w, [&](index_t out, index_t corner) {
        lanes best = lanes::load(x + corner);
        lanes where = lanes::broadcast(0.0f);
        for_each_element<Side>(w, [&](index_t k, index_t at) {
            if (k > 0) {
                take_greater(best, where, lanes::load(x + corner + at), static_cast<float>(k));
            }
        });
        best.store(y + out);
        where.store(place + out);
    });
}

template <index_t Side>
inline void max_pool_gradient(const pool_windows& w, const float* place, const float* dy, float* dx) {
    scatter<Side>(w, dx, [&](index_t out) {
        return [where = lanes::load(place + out), value = lanes::load(dy + out)](index_t k) {
            return where_place(where, static_cast<float>(k), value);
        };
    });
}

template <index_t Side>
inline void average_pool(const pool_windows& w, const float* x, float* y) {
    const lanes share = lanes::broadcast(1.0f / static_cast<float>(w.window_height * w.window_width));
    for_each_window(w, [&](index_t out, index_t corner) {
        lanes sum = lanes::load(x + corner);
        for_each_element<Side>(w, [&](index_t k, index_t at) {
            if (k > 0) {
                sum = sum + lanes::load(x + corner + at);
            }
        });
        (sum * share).store(y + out);
    });
}

} // namespace detail

/// y = the maximum of each window, place = its number in the window, counted row by row. Of equal maxima the first wins; NaN
/// wins over every number and the last NaN over the others. The window has fewer than 2^24 elements.
inline void max_pool(const pool_windows& w, const float* x, float* y, float* place) {
    if (w.window_height == 2 && w.window_width == 2) {
        detail::max_pool<2>(w, x, y, place);
    } else {
        detail::max_pool<0>(w, x, y, place);
    }
}

/// dx = sum of dy over the windows whose maximum lies there, in the order of the windows.
inline void max_pool_gradient(const pool_windows& w, const float* place, const float* dy, float* dx) {
    if (w.window_height == 2 && w.window_width == 2) {
        detail::max_pool_gradient<2>(w, place, dy, dx);
    } else {
        detail::max_pool_gradient<0>(w, place, dy, dx);
    }
}

/// y = (sum of each window, row by row) * (1 / its size).
inline void average_pool(const pool_windows& w, const float* x, float* y) {
    if (w.window_height == 2 && w.window_width == 2) {
        detail::average_pool<2>(w, x, y);
    } else {
        detail::average_pool<0>(w, x, y);
    }
}

/// dx = sum of dy * (1 / window size) over the windows that hold the element, in the order of the windows.
inline void average_pool_gradient(const pool_windows& w, const float* dy, float* dx) {
    const lanes share = lanes::broadcast(1.0f / static_cast<float>(w.window_height * w.window_width));
    detail::scatter<0>(w, dx, [&](index_t out) {
        // Some compilers would contract a plain product with the sum that follows.
        lanes value = lanes::broadcast(0.0f);
        value.add_product(lanes::load(dy + out), share);
        return [value](index_t) { return value; };
    });
}

} // namespace rcim::inline RCIM_ABI::kernel
