#include <rcim/core/error.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace rcim;

namespace column_masked_tests {

template <class Factor>
void check_factors() {
    std::set<float> all;
    for (std::uint32_t code = 0; code < (1u << Factor::bits); ++code) {
        const float factor = Factor::factor(code);
        CHECK(Factor::code(factor) == code);
        CHECK(Factor::nearest(factor) == factor);
        all.insert(factor);
    }
    CHECK(all.size() == std::size_t{1} << Factor::bits);
    for (float x = -3.0f; x < 5.0f; x += 0.0137f) { // nearest is monotone and among them
        CHECK(all.contains(Factor::nearest(x)));
        CHECK(Factor::nearest(x) <= Factor::nearest(x + 0.0137f));
    }
}

static_assert(MapModel<column_masked<bit_sliced<8, differential>>>);
static_assert(mask_rows(bit_sliced<8, differential>{}) == 0);

TEST_CASE("column factors: codes are those of all factors, and what is nearest is a factor") {
    check_factors<gating>();
    check_factors<shifting<1, 0>>();
    check_factors<shifting<2>>();
    check_factors<shifting<3, 0, false>>();
    check_factors<shifting<5, 4>>();
    check_factors<scaling>();
    CHECK(gating::nearest(1.0f) == 1.0f);
}

TEST_CASE("column factors: shifts round in the logarithm, and what is far below the least is zero") {
    using two = shifting<2>; // 0, 1/2, 1, 2
    CHECK(two::factor(0) == 0.0f);
    CHECK(two::factor(1) == 0.5f);
    CHECK(two::factor(3) == 2.0f);
    CHECK(two::nearest(1.41f) == 1.0f);
    CHECK(two::nearest(1.42f) == 2.0f);
    CHECK(two::nearest(100.0f) == 2.0f);
    CHECK(two::nearest(0.36f) == 0.5f);
    CHECK(two::nearest(0.35f) == 0.0f);
    CHECK(two::nearest(-1.0f) == 0.0f);
    CHECK(two::nearest(std::nanf("")) == 0.0f);
    CHECK(shifting<2, 1, false>::nearest(-1.0f) == 0.25f);
    // {0, 1} is what gating knows.
    CHECK(shifting<1, 0>::factor(1) == 1.0f);
}

TEST_CASE("masked tiling: a crossbar takes whole blocks, and larger blocks lie in equal parts") {
    const auto make = [](index_t rows, index_t mask_rows, index_t inputs) {
        return tiling::make(geometry<dynamic, dynamic>{.rows = rows, .cols = 16}, inputs, 4, 2, mask_rows);
    };
    const tiling small = make(128, 48, 300); // two blocks to a crossbar, 32 rows unused
    CHECK(small.rows == 96);
    CHECK(small.read_rows == 48);
    CHECK(small.row_tiles == 4);
    CHECK(small.groups() == 7);
    CHECK(small.blocks() == 7);
    CHECK(small.rows_in_group(6) == 12);
    CHECK(small.groups_per_tile() == 2);
    CHECK(small.row_tile_of_group(3) == 1);
    const tiling large = make(128, 288, 600); // 96 x 3
    CHECK(large.rows == 96);
    CHECK(large.read_rows == 96);
    CHECK(large.groups() == 7);
    CHECK(large.blocks() == 3);
    CHECK(large.block_of_group(2) == 0);
    CHECK(large.block_of_group(3) == 1);
    CHECK(large.block_of_group(6) == 2);
    const tiling one = make(128, 72, 27); // a layer smaller than a block
    CHECK(one.rows == 27);
    CHECK(one.read_rows == 27);
    CHECK(one.groups() == 1);
    CHECK(one.blocks() == 1);
    const tiling unmasked = make(128, 0, 300);
    CHECK(unmasked.rows == 128);
    CHECK(unmasked.read_rows == 128);
    CHECK(unmasked.groups() == unmasked.row_tiles);
    CHECK(unmasked.blocks() == 1);
    CHECK_THROWS_WITH_AS(make(128, 131, 300), doctest::Contains("column_masked"), error);
    // Every input lies in one group, one block and one tile that agree with each other.
    for (const index_t mask_rows : {1, 5, 7, 16, 32, 48}) {
        const tiling t = make(16, mask_rows, 45);
        for (index_t i = 0; i < t.inputs; ++i) {
            const index_t group = i / t.read_rows;
            CHECK(t.row_tile_of_group(group) == i / t.rows);
            CHECK(t.block_of_group(group) == i / t.block);
        }
    }
}

} // namespace column_masked_tests
