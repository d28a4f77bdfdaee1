#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/gated_on_use.hpp>

#include <doctest/doctest.h>

#include <tuple>
#include <vector>

using namespace rcim;

namespace gated_on_use_tests {

/// Cells of chosen slices and arrays are stuck at their highest level.
struct stuck_slice {
    using policy_kind = fault_kind;
    static constexpr bool none = false;

    int array = 0;
    int slice = 0;

    [[nodiscard]] constexpr int stuck_level(const random_source&, const cell_site& site, int levels) const {
        return site.array == array && site.col % 8 == slice ? levels - 1 : healthy;
    }

    static std::string name() { return "stuck_slice"; }
    static constexpr auto fields() { return std::tuple{field{"array", &stuck_slice::array}, field{"slice", &stuck_slice::slice}}; }
};

/// The used weight in codes after an update by so many codes from zero.
template <class Rule, plan Plan>
std::int32_t after_update(const Rule& rule, const stuck_slice& faults, std::int32_t codes) {
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential, nearest>{}).with(faults).with(rule);
    crossbar_array<std::remove_const_t<decltype(chip)>, Plan> array(chip, 1, 1, 1, 0);
    thread_pool pool(1);
    update_report report;
    std::vector<float> increment(static_cast<std::size_t>(array.row_stride()), 0.0f);
    // From what stuck cells make of zero to zero, and on to the target.
    increment[0] = array.format().lsb * static_cast<float>(codes - array.used(0, 0).code());
    array.add(increment, {}, pool, report);
    return array.used(0, 0).code();
}

TEST_CASE("gated_on_use: the fewest slices whose largest code reaches theta stay on") {
    const code_format format = bit_sliced<16, differential>{}.format(2);
    CHECK(gated_on_use<>{.theta = 0.25f}.slices_on(format) == 6);
    CHECK(gated_on_use<>{.theta = 1023.0f / 4096.0f}.slices_on(format) == 5);
    CHECK(gated_on_use<>{.theta = 1e-6f}.slices_on(format) == 1);
    CHECK(gated_on_use<>{.theta = 16.0f}.slices_on(format) == 8);
    CHECK(gated_on_use<>{.theta = 1e30f}.slices_on(format) == 8);
}

TEST_CASE_TEMPLATE("gated_on_use: a stuck cell in a slice that is off does not act", Plan,
                   std::integral_constant<plan, plan::folded>, std::integral_constant<plan, plan::reference>) {
    const gated_on_use<> rule{.theta = 0.2f}; // 819 codes: five slices
    for (int array = 0; array < 2; ++array) {
        for (int slice = 5; slice < 8; ++slice) {
            for (const std::int32_t codes : {0, 1, 300, 1023, -1, -300, -1023}) {
                CHECK(after_update<gated_on_use<>, Plan::value>(rule, {array, slice}, codes) == codes);
            }
        }
    }
}

TEST_CASE_TEMPLATE("pairs: where a stuck cell asks for more than a word, the other array goes as far as it can", Plan,
                   std::integral_constant<plan, plan::folded>, std::integral_constant<plan, plan::reference>) {
    // Minus is stuck at 768 of 1023 that are on, so a pair holds at most 255.
    const gated_on_use<> gated{.theta = 0.2f};
    CHECK(after_update<gated_on_use<>, Plan::value>(gated, {1, 4}, 200) == 200);
    CHECK(after_update<gated_on_use<>, Plan::value>(gated, {1, 4}, 300) == 255);
    CHECK(after_update<gated_on_use<>, Plan::value>(gated, {1, 4}, -900) == -900);
    CHECK(after_update<gated_on_use<>, Plan::value>(gated, {0, 4}, -300) == -255);
    // Minus is stuck at 49152 of 65535.
    const clipped_on_use<> whole{.theta = 16.0f};
    CHECK(after_update<clipped_on_use<>, Plan::value>(whole, {1, 7}, 16383) == 16383);
    CHECK(after_update<clipped_on_use<>, Plan::value>(whole, {1, 7}, 20000) == 16383);
    CHECK(after_update<clipped_on_use<>, Plan::value>(whole, {0, 7}, -20000) == -16383);
}

} // namespace gated_on_use_tests
