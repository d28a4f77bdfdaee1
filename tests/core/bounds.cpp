#include <rcim/core/bounds.hpp>

#include <doctest/doctest.h>

using namespace rcim;

static_assert(bound_of_sum({}) == 1);
static_assert(bound_of_sum({65536, 128, 255}) == 2139095040);
static_assert(bound_of_sum({0xffffffff, 0xffffffff}) == 0xfffffffe00000001);
static_assert(bound_of_sum({0x100000000, 0x100000000}) == ~std::uint64_t{0}); // one bit too many
static_assert(bound_of_sum({~std::uint64_t{0}, 2, 3}) == ~std::uint64_t{0});
static_assert(bound_of_sum({~std::uint64_t{0}, 2, 0}) == 0);

TEST_CASE("bounds: whole numbers are exact up to the bound, and the next is not") {
    const auto next = [](auto x) { return x + 1; };
    CHECK(next(static_cast<float>(whole_in_float - 1)) == static_cast<float>(whole_in_float));
    CHECK(static_cast<std::uint64_t>(next(static_cast<float>(whole_in_float))) == whole_in_float);
    CHECK(static_cast<std::uint64_t>(next(static_cast<double>(whole_in_double))) == whole_in_double);
    CHECK_NOTHROW(require_held("layer", "sum", 7, 7, "fewer"));
    CHECK_THROWS_WITH_AS(require_held("layer", "sum", 8, 7, "fewer"),
                         "layer: sum: expected at most 7 in magnitude, which its accumulator holds (fewer), found up to 8", error);
}
