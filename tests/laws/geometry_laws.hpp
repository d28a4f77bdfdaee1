#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/mapping/geometry.hpp>

#include <map>
#include <set>
#include <tuple>

namespace rcim_test {

/// Laws of `GeometryModel`, as its header states them: extents of at least one, and on layers of several shapes every cell
/// lies in exactly one place of exactly one tile, inside it, beside the other slices of its weight.
template <rcim::GeometryModel G>
void geometry_laws(const G& geometry) {
    using rcim::index_t;
    policy_laws(geometry);
    REQUIRE(geometry.row_count() >= 1);
    REQUIRE(geometry.col_count() >= 1);
    for (const index_t inputs : {1, 7, 24, 25, 130}) {
        for (const index_t outputs : {1, 3, 8, 33}) {
            for (const index_t slices : {1, 3, 8}) {
                if (geometry.col_count() < slices) {
                    CHECK_THROWS_AS(static_cast<void>(rcim::tiling::make(geometry, inputs, outputs, slices)), rcim::error);
                    continue;
                }
                INFO(rcim::describe(geometry), ": ", inputs, " x ", outputs, " x ", slices);
                const rcim::tiling t = rcim::tiling::make(geometry, inputs, outputs, slices);
                CHECK(t.rows >= 1);
                CHECK(t.rows <= geometry.row_count());
                CHECK(t.weights_per_row * slices <= geometry.col_count());
                std::set<std::tuple<index_t, index_t, index_t>> places;
                std::map<index_t, index_t> used;
                int broken = 0;
                for (index_t i = 0; i < inputs; ++i) {
                    for (index_t o = 0; o < outputs; ++o) {
                        const index_t tile = t.tile_of(i, o);
                        broken += tile >= 0 && tile < t.tiles() ? 0 : 1;
                        broken += t.row_of(i) >= 0 && t.row_of(i) < t.rows_in(tile / t.col_tiles) ? 0 : 1;
                        for (index_t s = 0; s < slices; ++s) {
                            const index_t col = t.col_of(o, s);
                            broken += col >= 0 && col < t.weights_in(tile % t.col_tiles) * slices ? 0 : 1;
                            broken += col == t.col_of(o, 0) + s ? 0 : 1;
                            places.insert({tile, t.row_of(i), col});
                            ++used[tile];
                        }
                    }
                }
                CHECK(broken == 0);
                CHECK(static_cast<index_t>(places.size()) == inputs * outputs * slices);
                CHECK(static_cast<index_t>(used.size()) == t.tiles());
                for (const auto& [tile, cells] : used) {
                    CHECK(cells == t.rows_in(tile / t.col_tiles) * t.weights_in(tile % t.col_tiles) * slices);
                }
            }
        }
    }
}

} // namespace rcim_test
