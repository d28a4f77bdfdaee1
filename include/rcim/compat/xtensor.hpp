#pragma once

/// @file
/// xtensor's containers, adaptors and assignment. xtensor 0.26 moved its headers into folders.

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xnoalias.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>
#endif

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include <rcim/core/config.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace rcim::inline RCIM_ABI::compat {

/// An expression whose elements lie in memory as row-major floats, so that kernels can read them where they are.
template <class E>
concept RowMajorFloats = xt::has_data_interface<E>::value && std::is_same_v<typename E::value_type, float> &&
                         E::static_layout == xt::layout_type::row_major;

/// Number of dimensions if the type says so, else `otherwise`.
template <class E, std::size_t Otherwise>
consteval std::size_t rank_or() {
    if constexpr (requires { std::tuple_size<std::remove_cvref_t<typename E::shape_type>>::value; }) {
        return std::tuple_size<std::remove_cvref_t<typename E::shape_type>>::value;
    } else {
        return Otherwise;
    }
}

/// Calls use(const float*) with the elements of the expression in row-major order: in place where they lie so already,
/// otherwise computed once.
template <class E, class Use>
decltype(auto) with_row_major(const xt::xexpression<E>& expression, Use&& use) {
    const E& e = expression.derived_cast();
    if constexpr (RowMajorFloats<E>) {
        return std::forward<Use>(use)(e.data() + e.data_offset());
    } else if constexpr (constexpr std::size_t rank = rank_or<E, 0>(); rank > 0) {
        const xt::xtensor<float, rank, xt::layout_type::row_major> computed(e);
        return std::forward<Use>(use)(computed.data());
    } else {
        const xt::xarray<float, xt::layout_type::row_major> computed(e);
        return std::forward<Use>(use)(computed.data());
    }
}

} // namespace rcim::inline RCIM_ABI::compat
