#pragma once

#include <rcim/core/config.hpp>

#include <span>
#include <type_traits>

namespace rcim::inline RCIM_ABI {

/// Row-major matrix that is owned elsewhere: element (r, c) is data[r * stride + c].
template <class T>
struct matrix_view {
    T* data = nullptr;
    index_t rows = 0;
    index_t cols = 0;
    index_t stride = 0;

    constexpr matrix_view() = default;
    constexpr matrix_view(T* data_, index_t rows_, index_t cols_) : data(data_), rows(rows_), cols(cols_), stride(cols_) {}
    constexpr matrix_view(T* data_, index_t rows_, index_t cols_, index_t stride_)
        : data(data_), rows(rows_), cols(cols_), stride(stride_) {}
    template <class U>
        requires(std::is_const_v<T> && std::is_same_v<U, std::remove_const_t<T>>)
    constexpr matrix_view(const matrix_view<U>& other) : data(other.data), rows(other.rows), cols(other.cols), stride(other.stride) {}

    [[nodiscard]] constexpr T& operator()(index_t row, index_t col) const { return data[row * stride + col]; }
    [[nodiscard]] constexpr std::span<T> row(index_t r) const { return {data + r * stride, static_cast<std::size_t>(cols)}; }
    [[nodiscard]] constexpr index_t size() const { return rows * cols; }
};

/// Elements at a fixed distance from each other: element i is data[i * stride].
template <class T>
struct strided_span {
    T* data = nullptr;
    index_t count = 0;
    index_t stride = 1;

    [[nodiscard]] constexpr T& operator[](index_t i) const { return data[i * stride]; }
    [[nodiscard]] constexpr index_t size() const { return count; }
};

} // namespace rcim::inline RCIM_ABI
