#include <rcim/fault/arriving.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>

#include <doctest/doctest.h>
#include <fault/stuck_state.hpp>
#include <statistics.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("chain of faults: a cell is stuck where the first of them says so, and each draws for itself") {
    constexpr std::uint64_t n = 400000;
    const chain<stuck_at, stuck_at> both{stuck_at{.p_stuck_hrs = 0.2f}, stuck_at{.p_stuck_lrs = 0.2f}};
    double counts[3] = {};
    for (std::uint64_t i = 0; i < n; ++i) {
        counts[state(both, 5, 0, i)] += 1.0;
    }
    CHECK(binomial(counts[1], n, 0.2));
    CHECK(binomial(counts[2], n, 0.8 * 0.2));

    // A chain in a chain: the parts still draw for themselves.
    const chain<chain<stuck_at, stuck_at>, stuck_at> nested{chain<stuck_at, stuck_at>{stuck_at{.p_stuck_hrs = 0.2f}, stuck_at{}},
                                                            stuck_at{.p_stuck_lrs = 0.2f}};
    double nested_counts[3] = {};
    for (std::uint64_t i = 0; i < n; ++i) {
        nested_counts[state(nested, 5, 0, i)] += 1.0;
    }
    CHECK(binomial(nested_counts[1], n, 0.2));
    CHECK(binomial(nested_counts[2], n, 0.8 * 0.2));
}

TEST_CASE("chain of faults: what arrives first holds, and of two that arrive together the first in the list") {
    const random_source source(3, purpose::fault_map);
    const stuck_at all_high{.p_stuck_lrs = 1.0f}, all_low{.p_stuck_hrs = 1.0f};
    const cell_site site{};
    const chain<arriving<stuck_at>, arriving<stuck_at>> late_first{arriving<stuck_at>{3, 3, all_high}, arriving<stuck_at>{2, 2, all_low}};
    CHECK(late_first.stuck_level(source, site, 4) == 0);
    CHECK(late_first.arrival_epoch(source, site, 4) == 2);
    const chain<arriving<stuck_at>, stuck_at> with_initial{arriving<stuck_at>{0, 0, all_high}, all_low};
    CHECK(with_initial.stuck_level(source, site, 4) == 3);
    CHECK(with_initial.arrival_epoch(source, site, 4) == 0);
}

TEST_CASE("chain of faults: a cell wears out where the first of them wears it out") {
    const random_source source(3, purpose::fault_map);
    const wear_out early{.mean = 10.0, .sigma = 0.0f, .hrs_share = 1.0f}, late{.mean = 20.0, .sigma = 0.0f, .hrs_share = 0.0f};
    const worn_cell first = chain<wear_out, stuck_at, wear_out>{late, stuck_at{}, early}.wear(source, {}, 4);
    CHECK(first.endurance == 10.0);
    CHECK(first.level == 0);
    static_assert(!fault_requires::wears<chain<stuck_at, stuck_at>>);
    static_assert(!fault_requires::arrives<chain<stuck_at, wear_out>>);
}
