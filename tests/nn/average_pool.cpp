#include <rcim/nn/average_pool.hpp>

#include <nn/layer_checks.hpp>

using namespace rcim_test;

TEST_CASE("average_pool: shapes and errors") {
    CHECK(rcim::average_pool(2).output_shape({6, 5, 7}) == rcim::map_shape{6, 2, 3});
    CHECK(rcim::average_pool(3, 2).output_shape({1, 8, 9}) == rcim::map_shape{1, 3, 4});
    CHECK(rcim::global_average_pool().output_shape({64, 8, 5}) == rcim::map_shape{64, 1, 1});
    CHECK(rcim::average_pool(2).describe() == "average_pool{.kernel = 2, .stride = 2}");
    CHECK(error_of([] { rcim::average_pool(5000); }) == "average_pool: kernel: expected 1 to 4096, found 5000");
    CHECK(error_of([] {
              (void)rcim::average_pool(4).output_shape({4, 8, 3});
          }) == "average_pool: input: expected at least 4 x 4 positions, found 4 x 8 x 3");
}

TEST_CASE("average_pool: gradient") {
    for (const auto& [side, stride] : {std::pair<index_t, index_t>{2, 2}, {3, 2}, {3, 1}, {2, 3}}) {
        rcim::average_pool subject(side, stride);
        check_gradients(subject, random_batch({2, 5, 7}, 17, 1));
    }
    rcim::global_average_pool whole;
    check_gradients(whole, random_batch({5, 4, 3}, 17, 2));
}

TEST_CASE("average_pool: values") {
    rcim::thread_pool pool(1);
    rcim::batch_tensor x({1, 2, 3}, 1), y;
    for (index_t f = 0; f < 6; ++f) {
        x.at(0, f) = static_cast<float>(f);
    }
    rcim::average_pool(2).forward(x, y, {pool});
    CHECK(y.shape() == rcim::map_shape{1, 1, 1});
    CHECK(y.at(0, 0) == 2.0f);
    rcim::global_average_pool().forward(x, y, {pool});
    CHECK(y.at(0, 0) == doctest::Approx(2.5));
}

TEST_CASE("average_pool: any number of threads") {
    check_any_number_of_threads([] { return std::make_unique<rcim::average_pool>(2, 1); }, {3, 5, 7});
    check_any_number_of_threads([] { return std::make_unique<rcim::global_average_pool>(); }, {3, 5, 7});
}
