#pragma once

/// @file
/// Pooling of one plane (one channel of one block of 16 samples): element (r, c) is 16 floats at (r * width + c) * 16.
/// Planes are independent, so any partition of them gives the same bits.

#include <rcim/compat/simd.hpp>
#include <rcim/core/config.hpp>

#include <algorithm>

namespace rcim::inline RCIM_ABI::kernel {

/// Windows over a plane of height x width with rows and columns of padding around it; rows and columns left over at the bottom and right
/// are dropped. Elements of the padding take no part in a maximum, and none in a mean unless `count_padding`: then they are zeros.
/// Every window has an element inside the plane, stride >= 1.
struct pool_windows {
    index_t height = 1;
    index_t width = 1;
    index_t window_height = 1;
    index_t window_width = 1;
    index_t stride = 1;
    index_t top = 0; ///< padding
    index_t left = 0;
    index_t bottom = 0;
    index_t right = 0;
    bool count_padding = false;

    [[nodiscard]] constexpr index_t out_height() const { return (height + top + bottom - window_height) / stride + 1; }
    [[nodiscard]] constexpr index_t out_width() const { return (width + left + right - window_width) / stride + 1; }
    [[nodiscard]] constexpr bool padded() const { return (top | left | bottom | right) != 0; }
    /// Each element belongs to at most one window, and those left out are only at the bottom and right.
    [[nodiscard]] constexpr bool tiled() const { return window_height == stride && window_width == stride && !padded(); }
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

/// One window: where its first element lies, and its rows and columns inside the plane.
struct pool_window_at {
    index_t corner; ///< offset in floats of element (0, 0), which may lie in the padding
    index_t row_begin, row_end;
    index_t col_begin, col_end;

    [[nodiscard]] constexpr index_t elements() const { return (row_end - row_begin) * (col_end - col_begin); }
    /// The number of the first element inside the plane.
    [[nodiscard]] constexpr index_t first(const pool_windows& w) const { return row_begin * w.window_width + col_begin; }
};

/// Calls visit(output index, window) for all windows, row by row.
template <class Visit>
inline void for_each_window(const pool_windows& w, Visit&& visit) {
    const index_t rows = w.out_height();
    const index_t cols = w.out_width();
    for (index_t row = 0; row < rows; ++row) {
        const index_t top = row * w.stride - w.top;
        for (index_t col = 0; col < cols; ++col) {
            const index_t left = col * w.stride - w.left;
            visit((row * cols + col) * samples_per_block,
                  pool_window_at{(top * w.width + left) * samples_per_block, std::max<index_t>(0, -top),
                                 std::min(w.window_height, w.height - top), std::max<index_t>(0, -left),
                                 std::min(w.window_width, w.width - left)});
        }
    }
}

/// Calls visit(number in the window, offset from its corner) for all elements of a window inside the plane, row by row. Side > 0 is the
/// side of a square window known at compile time, without padding.
template <index_t Side, class Visit>
inline void for_each_element(const pool_windows& w, const pool_window_at& window, Visit&& visit) {
    const index_t width = Side > 0 ? Side : w.window_width;
    for (index_t r = Side > 0 ? 0 : window.row_begin; r < (Side > 0 ? Side : window.row_end); ++r) {
        for (index_t c = Side > 0 ? 0 : window.col_begin; c < (Side > 0 ? Side : window.col_end); ++c) {
            visit(r * width + c, (r * w.width + c) * samples_per_block);
        }
    }
}

/// What an element of a window counts for in its mean.
template <index_t Side>
[[nodiscard]] inline lanes share_of(const pool_windows& w, const pool_window_at& window) {
    const index_t elements = Side > 0 || w.count_padding ? w.window_height * w.window_width : window.elements();
    return lanes::broadcast(1.0f / static_cast<float>(elements));
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

/// Adds part(output, window)(number in the window) to each element of each window of a plane of zeros. In a tiled plane every element
/// gets one part, which is stored instead.
template <index_t Side, class Part>
inline void scatter(const pool_windows& w, float* dx, Part&& part) {
    if (w.tiled()) {
        for_each_window(w, [&](index_t out, const pool_window_at& window) {
            const auto value = part(out, window);
            for_each_element<Side>(w, window, [&](index_t k, index_t at) { value(k).store(dx + window.corner + at); });
        });
        clear_remainder(w, dx);
    } else {
        std::fill(dx, dx + w.height * w.width * samples_per_block, 0.0f);
        for_each_window(w, [&](index_t out, const pool_window_at& window) {
            const auto value = part(out, window);
            for_each_element<Side>(w, window, [&](index_t k, index_t at) {
                float* const to = dx + window.corner + at;
                (lanes::load(to) + value(k)).store(to);
            });
        });
    }
}

template <index_t Side>
inline void max_pool(const pool_windows& w, const float* x, float* y, float* place) {
    for_each_window(w, [&](index_t out, const pool_window_at& window) {
        const index_t first = Side > 0 ? 0 : window.first(w);
        lanes best = lanes::broadcast(0.0f);
        lanes where = lanes::broadcast(static_cast<float>(first));
        for_each_element<Side>(w, window, [&](index_t k, index_t at) {
            if (k == first) {
                best = lanes::load(x + window.corner + at);
            } else {
                take_greater(best, where, lanes::load(x + window.corner + at), static_cast<float>(k));
            }
        });
        best.store(y + out);
        where.store(place + out);
    });
}

template <index_t Side>
inline void max_pool_gradient(const pool_windows& w, const float* place, const float* dy, float* dx) {
    scatter<Side>(w, dx, [&](index_t out, const pool_window_at&) {
        return [where = lanes::load(place + out), value = lanes::load(dy + out)](index_t k) {
            return where_place(where, static_cast<float>(k), value);
        };
    });
}

template <index_t Side>
inline void average_pool(const pool_windows& w, const float* x, float* y) {
    for_each_window(w, [&](index_t out, const pool_window_at& window) {
        const index_t first = Side > 0 ? 0 : window.first(w);
        lanes sum = lanes::broadcast(0.0f);
        for_each_element<Side>(w, window, [&](index_t k, index_t at) {
            const lanes element = lanes::load(x + window.corner + at);
            sum = k == first ? element : sum + element;
        });
        (sum * share_of<Side>(w, window)).store(y + out);
    });
}

/// Windows of 2 x 2 without padding, for which loops are unrolled.
[[nodiscard]] inline bool two_by_two(const pool_windows& w) {
    return w.window_height == 2 && w.window_width == 2 && !w.padded();
}

} // namespace detail

/// y = the maximum of each window, place = its number in the window, counted row by row. Of equal maxima the first wins; NaN
/// wins over every number and the last NaN over the others. The window has fewer than 2^24 elements.
inline void max_pool(const pool_windows& w, const float* x, float* y, float* place) {
    if (detail::two_by_two(w)) {
        detail::max_pool<2>(w, x, y, place);
    } else {
        detail::max_pool<0>(w, x, y, place);
    }
}

/// dx = sum of dy over the windows whose maximum lies there, in the order of the windows.
inline void max_pool_gradient(const pool_windows& w, const float* place, const float* dy, float* dx) {
    if (detail::two_by_two(w)) {
        detail::max_pool_gradient<2>(w, place, dy, dx);
    } else {
        detail::max_pool_gradient<0>(w, place, dy, dx);
    }
}

/// y = (sum of each window, row by row) * (1 / its size); padding is part of the size where it counts.
inline void average_pool(const pool_windows& w, const float* x, float* y) {
    if (detail::two_by_two(w)) {
        detail::average_pool<2>(w, x, y);
    } else {
        detail::average_pool<0>(w, x, y);
    }
}

/// dx = sum of dy * (1 / window size) over the windows that hold the element, in the order of the windows.
inline void average_pool_gradient(const pool_windows& w, const float* dy, float* dx) {
    detail::scatter<0>(w, dx, [&](index_t out, const detail::pool_window_at& window) {
        // Some compilers would contract a plain product with the sum that follows.
        lanes value = lanes::broadcast(0.0f);
        value.add_product(lanes::load(dy + out), detail::share_of<0>(w, window));
        return [value](index_t) { return value; };
    });
}

} // namespace rcim::inline RCIM_ABI::kernel
