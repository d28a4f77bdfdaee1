#include <laws/archetypes.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace rcim;

namespace sgd_tests {

struct codes : archive {
    std::map<std::string, std::vector<std::uint16_t>> arrays;

protected:
    void on_array(const array& a) override {
        if (a.type == element::u16) {
            const auto* const first = static_cast<const std::uint16_t*>(a.data);
            arrays[a.name].assign(first, first + a.bytes / 2);
        }
    }
};

TEST_CASE("sgd: momentum, decay and the factor of the schedule") {
    // v <- momentum v + (g + decay w), increment = -rate v.
    const sgd rule{.learning_rate = 0.5f, .momentum = 0.5f, .weight_decay = 0.25f};
    auto state = rule.state(1);
    const float w = 4.0f, g = 1.0f;
    float increment = 0.0f;
    const update_spans spans{{&g, 1}, {&w, 1}, {}, {&increment, 1}};
    rule.delta(state, {.rate = 1.0f}, spans);
    CHECK(increment == -0.5f * 2.0f);
    rule.delta(state, {.rate = 1.0f}, spans);
    CHECK(increment == -0.5f * 3.0f);
    rule.delta(state, {.rate = 0.5f}, spans);
    CHECK(increment == -0.25f * 3.5f);
    // Without momentum nothing is remembered.
    CHECK(sgd{}.state(100).values.empty());
}

TEST_CASE("sgd: decay of weights to which HRS cells add moves nothing beyond the last input") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{.on_off_ratio = 5.0})
                          .with(bit_sliced<16, offset>{})
                          .with(sgd{.learning_rate = 1.0f, .weight_decay = 0.1f});
    using chip_type = std::remove_const_t<decltype(chip)>;
    crossbar_array<chip_type, plan::folded> folded(chip, 5, 3, 1, 0);
    crossbar_array<chip_type, plan::reference> reference(chip, 5, 3, 1, 0);
    thread_pool pool(1);
    update_report folded_report, reference_report;
    for (std::uint32_t n = 0; n < 5; ++n) {
        std::fill_n(folded.gradient(), 3 * folded.row_stride(), 0.0f);
        std::fill_n(reference.gradient(), 3 * reference.row_stride(), 0.0f);
        folded.update({.step = n}, pool, folded_report);
        reference.update({.step = n}, pool, reference_report);
    }
    // The leak itself decays, as any weight that is read.
    CHECK(folded.stored(0, 0).code() < 0);
    CHECK(folded_report.increments == reference_report.increments);
    CHECK(folded_report.changed_words == reference_report.changed_words);
    codes state;
    folded.visit(state);
    const std::vector<std::uint16_t>& plus = state.arrays.at("plus/code");
    for (index_t o = 0; o < 3; ++o) {
        for (index_t i = 5; i < folded.row_stride(); ++i) {
            CHECK(plus[static_cast<std::size_t>(o * folded.row_stride() + i)] == 32768);
        }
    }
}

TEST_CASE("keep_write: rows are those of word lines of tiles") {
    // 24 columns hold three weights of eight cells: outputs 0 to 2, 3 to 5, and 6 alone.
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<16, differential, nearest>{})
                          .with(geometry<4, 24>{})
                          .with(rcim_test::rare_writes<sgd>{});
    crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, 10, 7, 1, 0);
    thread_pool pool(1);
    update_report report;
    std::vector<float> increment(static_cast<std::size_t>(7 * array.row_stride()), 0.0f);
    for (index_t o = 0; o < 7; ++o) {
        for (index_t i = 0; i < 10; ++i) {
            // The largest of each word line: output 1 or 4, and 6.
            increment[static_cast<std::size_t>(o * array.row_stride() + i)] = array.format().lsb * static_cast<float>(o % 3 == 1 ? 9 : 3);
        }
    }
    array.add(increment, {}, pool, report);
    for (index_t o = 0; o < 7; ++o) {
        for (index_t i = 0; i < 10; ++i) {
            CHECK(array.stored(o, i).code() == (o == 6 ? 3 : o % 3 == 1 ? 9 : 0));
        }
    }
    CHECK(report.changed_words == 30);
}

} // namespace sgd_tests
