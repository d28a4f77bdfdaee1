#include <laws/archetypes.hpp>
#include <laws/fault_laws.hpp>
#include <rcim/fault/arriving.hpp>
#include <rcim/fault/broken_lines.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/clustered.hpp>
#include <rcim/fault/hot_spots.hpp>
#include <rcim/fault/imported_array.hpp>
#include <rcim/fault/no_faults.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("fault laws: no_faults") { CHECK(fault_laws(no_faults{}) == 0.0); }

TEST_CASE("fault laws: stuck_at") {
    CHECK(fault_laws(stuck_at{}) == 0.0);
    CHECK(fault_laws(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f}) > 0.0);
    CHECK(fault_laws(stuck_at{.p_stuck_hrs = 1.0f}) == 1.0);
    CHECK(fault_laws(stuck_at{.p_stuck_lrs = 1.0f}) == 1.0);
    CHECK(fault_laws(stuck_at{.p_stuck_hrs = 0.4f, .p_stuck_lrs = 0.6f}) == 1.0);
}

TEST_CASE("fault laws: clusters, spots and lines") {
    CHECK(fault_laws(clustered{}) == 0.0);
    CHECK(fault_laws(clustered{.p_stuck_hrs = 0.2f, .p_stuck_lrs = 0.2f, .shape = 0.5f}) > 0.0);
    CHECK(fault_laws(hot_spots{}) == 0.0);
    CHECK(fault_laws(hot_spots{.p_stuck_hrs = 0.05f, .p_stuck_lrs = 0.05f}) > 0.0);
    CHECK(fault_laws(broken_lines{}) == 0.0);
    CHECK(fault_laws(broken_lines{.p_word_line = 1.0f}) == 1.0);
    CHECK(fault_laws(broken_lines{.p_bit_line = 1.0f, .hrs_share = 0.5f}) == 1.0);
}

TEST_CASE("fault laws: faults that come later") {
    CHECK(fault_laws(arriving<stuck_at>{}) == 0.0);
    CHECK(fault_laws(arriving<stuck_at>{.first_epoch = 0, .last_epoch = 9, .inner = {.p_stuck_hrs = 1.0f}}) == 1.0);
    CHECK(fault_laws(wear_out{}) == 0.0);
    CHECK(fault_laws(wear_out{.mean = 0.1, .sigma = 3.0f}) == 0.0);
}

TEST_CASE("fault laws: measured arrays") {
    CHECK(fault_laws(imported_array{{1, 1, 1, {0}}}) == 1.0);
    CHECK(fault_laws(imported_array{{1, 2, 3, {-1, -1, -1, -1, -1, -1}}}) == 0.0);
    CHECK(fault_laws(imported_array{{2, 2, 2, {-1, 0, -1, 0, 1, -1, 1, -1}}}) == doctest::Approx(0.5).epsilon(0.05));
}

TEST_CASE("fault laws: chains") {
    CHECK(fault_laws(chain<wear_out, arriving<stuck_at>, clustered>{}) == 0.0);
    CHECK(fault_laws(chain<no_faults>{}) == 0.0);
    CHECK(fault_laws(chain<stuck_at, stuck_at>{}) == 0.0);
    CHECK(fault_laws(chain<stuck_at, stuck_at>{stuck_at{.p_stuck_hrs = 0.1f}, stuck_at{.p_stuck_lrs = 0.1f}}) > 0.1);
    CHECK(fault_laws(chain<stuck_at, every_nth_stuck>{stuck_at{.p_stuck_hrs = 0.05f}, every_nth_stuck{}}) > 0.1);
    CHECK(fault_laws(chain<chain<stuck_at, no_faults>, stuck_at>{chain<stuck_at, no_faults>{stuck_at{.p_stuck_hrs = 0.1f}, no_faults{}},
                                                                 stuck_at{.p_stuck_lrs = 0.1f}}) > 0.1);
    static_assert(chain<no_faults, no_faults>::none);
    static_assert(!chain<no_faults, stuck_at>::none);
}

TEST_CASE("fault laws: a fault model of the user's") {
    CHECK(fault_laws(every_nth_stuck{}) == doctest::Approx(1.0 / 7.0).epsilon(0.05));
}
