#include <nn/converted.hpp>

#include <rcim/mapping/sign_magnitude.hpp>

TEST_CASE("converted reads: sign_magnitude codes are read as the cells are, bit by bit") { rcim_test::every_converter<rcim::sign_magnitude, 2>(); }
