#include <rcim/compat/xtensor.hpp>

#include <doctest/doctest.h>

#if __has_include(<xtensor/views/xview.hpp>)
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xview.hpp>
#endif

#include <vector>

namespace compat = rcim::compat;

namespace xtensor_tests {

using matrix = xt::xtensor<float, 2>;

/// The elements that `with_row_major` shows of an expression, and whether they lie where `in_place` says.
template <class E>
std::vector<float> shown(const E& expression, const float* in_place = nullptr) {
    return compat::with_row_major(expression, [&](const float* from) {
        CHECK((from == in_place) == (in_place != nullptr));
        return std::vector<float>(from, from + expression.size());
    });
}

TEST_CASE("with_row_major: what lies in memory in order is used where it lies, everything else is computed") {
    const matrix m{{1.0f, 2.0f, 3.0f}, {4.0f, 5.0f, 6.0f}, {7.0f, 8.0f, 9.0f}};
    const std::vector<float> all{1, 2, 3, 4, 5, 6, 7, 8, 9};
    CHECK(shown(m, m.data()) == all);
    const xt::xarray<float> dynamic = m;
    CHECK(shown(dynamic, dynamic.data()) == all);
    CHECK(shown(xt::view(m, xt::range(1, 3)), m.data() + 3) == std::vector<float>{4, 5, 6, 7, 8, 9});

    CHECK(shown(xt::view(m, xt::all(), xt::range(1, 3))) == std::vector<float>{2, 3, 5, 6, 8, 9});
    CHECK(shown(xt::view(m, xt::range(0, 3, 2))) == std::vector<float>{1, 2, 3, 7, 8, 9});
    CHECK(shown(xt::view(m, xt::all(), 1)) == std::vector<float>{2, 5, 8});
    CHECK(shown(xt::transpose(m)) == std::vector<float>{1, 4, 7, 2, 5, 8, 3, 6, 9});
    CHECK(shown(m + 1.0f) == std::vector<float>{2, 3, 4, 5, 6, 7, 8, 9, 10});
    CHECK(shown(dynamic + 1.0f) == std::vector<float>{2, 3, 4, 5, 6, 7, 8, 9, 10});
    const xt::xtensor<float, 2, xt::layout_type::column_major> columns = m;
    CHECK(shown(columns) == all);
    const xt::xtensor<double, 2> doubles = m;
    CHECK(shown(doubles) == all);
    const xt::xtensor<int, 2> whole = m;
    CHECK(shown(whole) == all);
    // A row-major adaptor whose rows are padded has no static layout.
    const std::vector<float> storage{1, 2, 0, 3, 4, 0};
    const std::array<std::size_t, 2> extents{2, 2};
    const std::array<std::ptrdiff_t, 2> strides{3, 1};
    CHECK(shown(xt::adapt(storage.data(), 4, xt::no_ownership(), extents, strides)) == std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("with_row_major: dynamic expressions of any number of dimensions") {
    const auto four = xt::xarray<float>::from_shape({2, 1, 2, 2});
    xt::xarray<float> values = four;
    for (std::size_t i = 0; i < 8; ++i) {
        values.data()[i] = static_cast<float>(i);
    }
    CHECK(shown(2.0f * values) == std::vector<float>{0, 2, 4, 6, 8, 10, 12, 14});
}

TEST_CASE("rank_or: number of dimensions where the type says so") {
    CHECK(compat::rank_or<matrix, 7>() == 2);
    CHECK(compat::rank_or<xt::xarray<float>, 7>() == 7);
    CHECK(compat::rank_or<decltype(std::declval<const matrix&>() + 1.0f), 7>() == 2);
    CHECK(compat::rank_or<decltype(std::declval<const xt::xarray<float>&>() + 1.0f), 7>() == 7);
}

} // namespace xtensor_tests
