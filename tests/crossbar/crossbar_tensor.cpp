#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/crossbar_tensor.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/wire/nodal.hpp>

#include <data/scratch.hpp>
#include <doctest/doctest.h>

#if __has_include(<xtensor/containers/xarray.hpp>)
#include <xtensor/containers/xarray.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xarray.hpp>
#include <xtensor/xview.hpp>
#endif

#include <cmath>
#include <limits>

using namespace rcim;

namespace crossbar_tensor_tests {

constexpr design<> ideal{};
constexpr auto sliced = ideal.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{});
constexpr auto faulty = sliced.with(stuck_at{.p_stuck_hrs = 0.1f, .p_stuck_lrs = 0.05f});

using matrix = xt::xtensor<float, 2>;
using bank = xt::xtensor<float, 4>;

/// Random numbers in [-1, 1).
template <std::size_t Rank>
xt::xtensor<float, Rank> random_tensor(const std::array<std::size_t, Rank>& shape, std::uint64_t seed) {
    auto x = xt::xtensor<float, Rank>::from_shape(shape);
    const random_source source(seed, purpose::test);
    for (std::size_t i = 0; i < x.size(); ++i) {
        x.data()[i] = 2.0f * source.uniform(i) - 1.0f;
    }
    return x;
}

/// w x in double, and whether y is that to float rounding.
template <class W, class X>
bool is_product(const matrix& y, const W& w, const X& x) {
    bool close = true;
    for (std::size_t m = 0; m < y.shape()[0]; ++m) {
        for (std::size_t n = 0; n < y.shape()[1]; ++n) {
            double sum = 0.0;
            double magnitude = 0.0;
            for (std::size_t k = 0; k < w.shape()[1]; ++k) {
                const double product = static_cast<double>(w(m, k)) * static_cast<double>(x(k, n));
                sum += product;
                magnitude += std::abs(product);
            }
            close = close &&
                    std::abs(static_cast<double>(y(m, n)) - sum) <= static_cast<double>(w.shape()[1] + 1) * 0x1p-24 * magnitude;
        }
    }
    return close;
}

bool same_bits(const matrix& a, const matrix& b) {
    return a.shape() == b.shape() && std::equal(a.begin(), a.end(), b.begin());
}

TEST_CASE("crossbar_tensor: takes containers, expressions, views, column-major and dynamic arrays of any number type") {
    const matrix values = random_tensor<2>({5, 19}, 1);
    crossbar_tensor w(sliced, {5, 19}, 7);
    CHECK(w.shape() == std::vector<index_t>{5, 19});
    // Rounded to Q4.12.
    matrix expected = values;
    for (float& v : expected) {
        v = std::nearbyint(v * 4096.0f) / 4096.0f;
    }
    const auto holds = [&](const matrix& e) { return same_bits(matrix(w.effective_weights()), e); };
    CHECK(!holds(expected));
    w = values;
    CHECK(holds(expected));
    w = 0.0f * values;
    CHECK(holds(matrix::from_shape({5, 19}) * 0.0f));
    w = values + 0.0f;
    CHECK(holds(expected));
    const xt::xtensor<float, 2, xt::layout_type::column_major> columns = values;
    w = 0.0f * values;
    w = columns;
    CHECK(holds(expected));
    const matrix turned = xt::transpose(values);
    w = 0.0f * values;
    w = xt::transpose(turned);
    CHECK(holds(expected));
    const xt::xarray<double> any_rank = values;
    w = 0.0f * values;
    w = any_rank;
    CHECK(holds(expected));
    w = 0.0f * values;
    w = 1.0 * any_rank;
    CHECK(holds(expected));
    // Rows of a larger matrix lie in place, columns do not.
    const matrix large = random_tensor<2>({8, 40}, 2);
    for (const std::size_t first : {std::size_t{0}, std::size_t{3}}) {
        crossbar_tensor rows(sliced, {5, 40}, 7), part(sliced, {5, 19}, 7);
        rows = xt::view(large, xt::range(first, first + 5));
        part = xt::view(large, xt::range(first, first + 5), xt::range(20, 39));
        bool equal = true;
        for (std::size_t o = 0; o < 5; ++o) {
            for (std::size_t i = 0; i < 40; ++i) {
                const float rounded = std::nearbyint(large(first + o, i) * 4096.0f) / 4096.0f;
                equal = equal && rows.effective_weights()(o, i) == rounded;
                equal = equal && (i < 20 || i >= 39 || part.effective_weights()(o, i - 20) == rounded);
            }
        }
        CHECK(equal);
    }
}

TEST_CASE("crossbar_tensor: a filter bank takes four-dimensional expressions, dynamic ones too") {
    const bank values = random_tensor<4>({3, 2, 3, 2}, 3);
    crossbar_tensor w(ideal, {3, 2, 3, 2}, 7);
    const auto holds = [&] {
        bool equal = true;
        for (std::size_t i = 0; i < 36; ++i) {
            equal = equal && w.effective_weights()(i / 12, i % 12) == values.data()[i];
        }
        return equal;
    };
    w = values;
    CHECK(holds());
    w = 0.0f * values;
    CHECK(!holds());
    w = values + 0.0f;
    CHECK(holds());
    const xt::xarray<float> any_rank = values;
    w = 0.0f * any_rank;
    CHECK(!holds());
    w = any_rank + 0.0f;
    CHECK(holds());
    w = 0.0f * values;
    w.add(1.0f * any_rank);
    CHECK(holds());
}

TEST_CASE("crossbar_tensor: dot with containers, views, expressions, vectors and dynamic arrays") {
    crossbar_tensor w(faulty, {13, 21}, 7);
    w = random_tensor<2>({13, 21}, 1);
    const matrix weights = w.effective_weights();
    for (const std::size_t cols : {0u, 1u, 2u, 15u, 16u, 17u, 40u}) {
        CAPTURE(cols);
        const matrix x = random_tensor<2>({21, cols}, 2);
        const matrix y = dot(w, x);
        CHECK(y.shape() == matrix::shape_type{13, cols});
        CHECK(is_product(y, weights, x));
        CHECK(same_bits(dot(w, x + 0.0f), y));
        const xt::xtensor<float, 2, xt::layout_type::column_major> columns = x;
        CHECK(same_bits(dot(w, columns), y));
        const xt::xarray<float> any_rank = x;
        CHECK(same_bits(dot(w, any_rank), y));
        CHECK(same_bits(dot(w, 2.0f * any_rank - any_rank), y));
        // One column at a time.
        for (std::size_t n = 0; n < cols; ++n) {
            const xt::xtensor<float, 1> one = xt::view(x, xt::all(), n);
            const xt::xtensor<float, 1> of_vector = dot(w, one);
            const xt::xtensor<float, 1> of_view = dot(w, xt::view(x, xt::all(), n));
            REQUIRE(of_vector.shape()[0] == 13);
            bool equal = true;
            for (std::size_t m = 0; m < 13; ++m) {
                equal = equal && of_vector(m) == y(m, n) && of_view(m) == y(m, n);
            }
            CHECK(equal);
        }
    }
    const matrix large = random_tensor<2>({40, 30}, 4);
    const matrix rows = xt::view(large, xt::range(7, 28));
    CHECK(same_bits(dot(w, xt::view(large, xt::range(7, 28))), dot(w, rows)));
    CHECK(is_product(dot(w, rows), weights, rows));
    const matrix part = xt::view(large, xt::range(7, 28), xt::range(3, 20));
    CHECK(same_bits(dot(w, xt::view(large, xt::range(7, 28), xt::range(3, 20))), dot(w, part)));
    // The product of a product is an expression like any other.
    crossbar_tensor v(sliced, {4, 13}, 8);
    v = random_tensor<2>({4, 13}, 5);
    const matrix first = dot(w, rows);
    CHECK(same_bits(dot(v, dot(w, rows)), dot(v, first)));
    // The weights themselves.
    CHECK(is_product(dot(v, w.effective_weights()), matrix(v.effective_weights()), weights));
}

TEST_CASE("crossbar_tensor: dot by the reference plan agrees with the folded plan") {
    crossbar_tensor folded(faulty, {6, 21}, 7);
    crossbar_tensor<std::remove_const_t<decltype(faulty)>, plan::reference> reference(faulty, {6, 21}, 7);
    const matrix values = random_tensor<2>({6, 21}, 1);
    folded = values;
    reference = values;
    const matrix x = random_tensor<2>({21, 5}, 2);
    const matrix y = dot(reference, x);
    CHECK(is_product(y, matrix(folded.effective_weights()), x));
    CHECK(folded.codes() == reference.codes());
    CHECK(folded.keep_masks() == reference.keep_masks());
    CHECK(folded.stuck_levels() == reference.stuck_levels());
    const xt::xtensor<float, 1> column = xt::view(x, xt::all(), 3);
    const xt::xtensor<float, 1> one = dot(reference, column);
    CHECK(one(5) == y(5, 3));
}

TEST_CASE("crossbar_tensor: dot through wires and states of cells agrees with the reference plan") {
    constexpr auto wired = design<>{}
                               .with(multilevel_cell<4>{.on_off_ratio = 50.0})
                               .with(bit_sliced<8, differential>{})
                               .with(telegraph{.dwell_images = 3})
                               .with(nodal{})
                               .with(geometry<16, 16>{});
    using design = std::remove_const_t<decltype(wired)>;
    static_assert(plan_of<design> == plan::analog);
    crossbar_tensor<design> fast(wired, {5, 20}, 3);
    crossbar_tensor<design, plan::reference> judge(wired, {5, 20}, 3);
    const auto w = random_tensor<2>({5, 20}, 1);
    fast = w;
    judge = w;
    const auto x = random_tensor<2>({20, 8}, 2); // of 3, 3 and 2 columns with a state of their own
    const matrix a = dot(fast, x);
    const matrix b = dot(judge, x);
    for (std::size_t i = 0; i < a.size(); ++i) {
        CHECK(a.data()[i] == doctest::Approx(b.data()[i]).epsilon(1e-4));
    }
    CHECK(a(0, 0) != dot(crossbar_tensor<design>(wired, {5, 20}, 4), x)(0, 0));
}

TEST_CASE("crossbar_tensor: convolve equals a loop over taps") {
    for (const index_t stride : {1, 2, 3}) {
        for (const index_t padding : {0, 1, 2}) {
            CAPTURE(stride);
            CAPTURE(padding);
            crossbar_tensor w(faulty, {4, 3, 3, 2}, 7);
            w = random_tensor<4>({4, 3, 3, 2}, 1);
            const bank x = random_tensor<4>({18, 3, 6, 5}, 2);
            const bank y = convolve(w, x, {.stride = stride, .padding = padding});
            const auto out_height = static_cast<std::size_t>((6 + 2 * padding - 3) / stride + 1);
            const auto out_width = static_cast<std::size_t>((5 + 2 * padding - 2) / stride + 1);
            REQUIRE(y.shape() == bank::shape_type{18, 4, out_height, out_width});
            double worst = 0.0;
            for (std::size_t n = 0; n < 18; ++n) {
                for (std::size_t o = 0; o < 4; ++o) {
                    for (std::size_t r = 0; r < out_height; ++r) {
                        for (std::size_t c = 0; c < out_width; ++c) {
                            double sum = 0.0;
                            for (std::size_t i = 0; i < 18; ++i) {
                                const index_t row =
                                    static_cast<index_t>(r) * stride - padding + static_cast<index_t>(i % 6 / 2);
                                const index_t col = static_cast<index_t>(c) * stride - padding + static_cast<index_t>(i % 2);
                                if (row >= 0 && row < 6 && col >= 0 && col < 5) {
                                    sum += static_cast<double>(w.effective_weights()(o, i)) *
                                           static_cast<double>(
                                               x(n, i / 6, static_cast<std::size_t>(row), static_cast<std::size_t>(col)));
                                }
                            }
                            worst = std::max(worst, std::abs(static_cast<double>(y(n, o, r, c)) - sum));
                        }
                    }
                }
            }
            // 18 products of weights below 16 (faulty) and inputs below 1.
            CHECK(worst < 19 * 0x1p-24 * 18 * 16);
            const xt::xarray<float> any_rank = x;
            CHECK(convolve(w, 1.0f * any_rank, {.stride = stride, .padding = padding}) == y);
        }
    }
}

TEST_CASE("crossbar_tensor: codes, masks and conductances") {
    // Two bits per cell, conductances 10, 40, 70 and 100 uS.
    const auto chip =
        ideal.with(multilevel_cell<2>{.on_off_ratio = 10.0}).with(bit_sliced<4, differential>{.fraction_bits = 1});
    crossbar_tensor w(chip, {2, 3}, 7);
    w = matrix{{0.5f, -1.0f, 3.5f}, {-4.0f, 0.0f, 100.0f}};
    const auto codes = w.codes();
    CHECK(codes == xt::xtensor<std::int32_t, 3>{{{1, 0, 7}, {0, 0, 7}}, {{0, 2, 0}, {8, 0, 0}}});
    CHECK(w.keep_masks() == xt::xtensor<std::uint32_t, 3>{{{15, 15, 15}, {15, 15, 15}}, {{15, 15, 15}, {15, 15, 15}}});
    CHECK(w.stuck_levels() == xt::xtensor<std::uint32_t, 3>{{{0, 0, 0}, {0, 0, 0}}, {{0, 0, 0}, {0, 0, 0}}});
    const auto g = w.conductances();
    CHECK(g.shape() == xt::xtensor<double, 4>::shape_type{2, 2, 3, 2});
    CHECK(g(0, 0, 0, 0) == doctest::Approx(40e-6)); // 1 = (1, 0)
    CHECK(g(0, 0, 0, 1) == doctest::Approx(10e-6));
    CHECK(g(0, 0, 2, 0) == doctest::Approx(100e-6)); // 7 = (3, 1)
    CHECK(g(0, 0, 2, 1) == doctest::Approx(40e-6));
    CHECK(g(1, 1, 0, 0) == doctest::Approx(10e-6)); // 8 = (0, 2)
    CHECK(g(1, 1, 0, 1) == doctest::Approx(70e-6));
    CHECK(w.effective_weights()(1, 2) == 3.5f);

    crossbar_tensor single(ideal.with(multilevel_cell<2>{}).with(bit_sliced<4, offset>{}), {1, 2}, 7);
    single = matrix{{3.0f, -8.0f}};
    CHECK(single.codes() == xt::xtensor<std::int32_t, 3>{{{11, 0}}});
    CHECK(single.conductances().shape() == xt::xtensor<double, 4>::shape_type{1, 1, 2, 2});

    crossbar_tensor broken(faulty, {20, 30}, 7);
    broken = random_tensor<2>({20, 30}, 1);
    const auto keep = broken.keep_masks();
    const auto level = broken.stuck_levels();
    const auto held = broken.codes();
    bool holds = true;
    std::size_t stuck = 0;
    for (std::size_t i = 0; i < held.size(); ++i) {
        holds = holds && (static_cast<std::uint32_t>(held.data()[i]) & ~keep.data()[i]) == level.data()[i];
        stuck += keep.data()[i] != 0xFFFF ? 1 : 0;
    }
    CHECK(holds);
    CHECK(stuck > 500); // of 1200 words, 0.73 are expected to have a stuck cell
}

TEST_CASE("crossbar_tensor: adds increments to what is stored") {
    crossbar_tensor w(sliced, {2, 3}, 7);
    w = matrix{{1.0f, -1.0f, 0.0f}, {7.9f, -7.9f, 0.5f}};
    const update_report report = w.add(matrix{{0.25f, 0.25f, 0.0f}, {1.0f, -1.0f, 0x1p-30f}});
    CHECK(w.effective_weights()(0, 0) == 1.25f);
    CHECK(w.effective_weights()(0, 1) == -0.75f);
    CHECK(w.effective_weights()(0, 2) == 0.0f);
    CHECK(w.effective_weights()(1, 0) == 8.0f - 0x1p-12f);
    CHECK(w.effective_weights()(1, 1) == -8.0f);
    CHECK(w.effective_weights()(1, 2) == 0.5f);
    CHECK(report.increments == 5);
    CHECK(report.lost == 1);
    CHECK(report.changed_words == 4);
}

TEST_CASE("crossbar_tensor: the same bits with one, two and three threads") {
    const matrix x = random_tensor<2>({40, 37}, 2);
    const bank images = random_tensor<4>({20, 2, 9, 9}, 3);
    matrix first_y, first_w;
    bank first_map;
    for (const int threads : {1, 2, 3}) {
        CAPTURE(threads);
        thread_pool pool(threads);
        crossbar_tensor w(faulty, {23, 40}, 7, 0, &pool);
        w = random_tensor<2>({23, 40}, 1);
        w.add(0.001f * random_tensor<2>({23, 40}, 4), 5);
        crossbar_tensor filters(faulty, {7, 2, 3, 3}, 7, 1, &pool);
        filters = random_tensor<4>({7, 2, 3, 3}, 5);
        const matrix y = dot(w, x);
        const bank map = convolve(filters, images, {.padding = 1});
        if (threads == 1) {
            first_y = y;
            first_w = w.effective_weights();
            first_map = map;
        }
        CHECK(same_bits(y, first_y));
        CHECK(same_bits(matrix(w.effective_weights()), first_w));
        CHECK(map == first_map);
    }
}

TEST_CASE("crossbar_tensor: seed and place decide the faults") {
    crossbar_tensor a(faulty, {10, 30}, 7), b(faulty, {10, 30}, 7), c(faulty, {10, 30}, 8), d(faulty, {10, 30}, 7, 1);
    CHECK(a.keep_masks() == b.keep_masks());
    CHECK(a.keep_masks() != c.keep_masks());
    CHECK(a.keep_masks() != d.keep_masks());
}

TEST_CASE("crossbar_tensor: errors") {
    CHECK(error_of([] { crossbar_tensor(ideal, {3}, 7); }) ==
          "crossbar_tensor: shape: expected two or four positive extents, found {3}");
    CHECK(error_of([] {
              crossbar_tensor(ideal, {3, 0}, 7);
          }) == "crossbar_tensor: shape: expected two or four positive extents, found {3, 0}");
    CHECK(error_of([] {
              crossbar_tensor(ideal, {1, 2, 3}, 7);
          }) == "crossbar_tensor: shape: expected two or four positive extents, found {1, 2, 3}");
    crossbar_tensor w(sliced, {2, 3}, 7);
    CHECK(error_of([&] {
              w = random_tensor<2>({3, 2}, 1);
          }) == "crossbar_tensor: assigned expression: shape: expected {2, 3}, found {3, 2}");
    CHECK(error_of([&] { w = random_tensor<1>({6}, 1); }) ==
          "crossbar_tensor: assigned expression: shape: expected {2, 3}, found {6}");
    CHECK(error_of([&] {
              w.add(random_tensor<2>({2, 4}, 1));
          }) == "crossbar_tensor: increments: shape: expected {2, 3}, found {2, 4}");
    matrix bad = random_tensor<2>({2, 3}, 1);
    bad(1, 2) = std::numeric_limits<float>::quiet_NaN();
    CHECK(error_of([&] { w = bad; }) == "crossbar_array::program: weight (1, 2): expected a finite number, found nan");
    CHECK(error_of([&] { w = 1.0f * bad; }) == "crossbar_array::program: weight (1, 2): expected a finite number, found nan");
    CHECK(error_of([&] {
              dot(w, random_tensor<2>({2, 3}, 1));
          }) == "dot: shape of the right-hand side: expected {3, n}, found {2, 3}");
    CHECK(error_of([&] { dot(w, random_tensor<1>({2}, 1)); }) == "dot: shape of the right-hand side: expected {3}, found {2}");
    const xt::xarray<float> vector = random_tensor<1>({3}, 1);
    CHECK(error_of([&] { dot(w, vector); }) == "dot: shape of the right-hand side: expected {3, n}, found {3}");
    CHECK(error_of([&] {
              convolve(w, random_tensor<4>({1, 2, 3, 3}, 1));
          }) == "convolve: filter bank: expected four extents, found 2");
    crossbar_tensor filters(sliced, {2, 3, 3, 3}, 7);
    CHECK(error_of([&] {
              convolve(filters, random_tensor<4>({1, 2, 5, 5}, 1));
          }) == "convolve: shape of the input: expected {samples, 3, height, width}, found {1, 2, 5, 5}");
    CHECK(error_of([&] {
              convolve(filters, random_tensor<4>({1, 3, 2, 5}, 1));
          }) == "convolution: input: expected at least 3 x 3 with padding, found 2 x 5");
    CHECK(error_of([&] {
              convolve(filters, random_tensor<4>({1, 3, 5, 5}, 1), {.stride = 0});
          }) == "convolution: shape: expected kernel, stride and outputs of at least 1 and padding of at least 0, found kernel "
                "3 x 3, stride 0, "
                "padding 0, outputs 2");
}

} // namespace crossbar_tensor_tests
