#include <nn/converted.hpp>

#include <rcim/mapping/differential.hpp>

TEST_CASE("converted reads: differential codes are read as the cells are, bit by bit") { rcim_test::every_converter<rcim::differential, 0>(); }
