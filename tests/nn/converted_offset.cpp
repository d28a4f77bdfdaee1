#include <nn/converted.hpp>

#include <rcim/mapping/offset.hpp>

TEST_CASE("converted reads: offset codes are read as the cells are, bit by bit") { rcim_test::every_converter<rcim::offset, 1>(); }
