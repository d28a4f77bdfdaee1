#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/data/export.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <data/scratch.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <type_traits>

using namespace rcim;

namespace array_tests {

constexpr design<> ideal{};
constexpr auto sliced = ideal.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{});
constexpr auto faulty = sliced.with(stuck_at{.p_stuck_hrs = 0.1f, .p_stuck_lrs = 0.05f});

template <plan Plan, class Design>
crossbar_array<Design, Plan> array_on(const Design& chip, index_t inputs, index_t outputs, std::uint64_t seed = 7,
                                      std::uint32_t place = 0) {
    return {chip, inputs, outputs, seed, place};
}

std::vector<float> random_weights(index_t count, float bound, std::uint64_t seed = 1) {
    const random_source source(seed, purpose::test);
    std::vector<float> w(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = (2.0f * source.uniform(i) - 1.0f) * bound;
    }
    return w;
}

/// Keep masks and stuck levels of all words with outputs and inputs below the given, array by array.
template <class Array>
std::vector<std::uint32_t> faults_of(const Array& a, index_t outputs, index_t inputs) {
    std::vector<std::uint32_t> map;
    for (int n = 0; n < (a.format().pair ? 2 : 1); ++n) {
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                map.push_back(a.keep(n, o, i));
                map.push_back(a.stuck_level(n, o, i));
            }
        }
    }
    return map;
}
template <class Array>
std::vector<std::uint32_t> faults_of(const Array& a) {
    return faults_of(a, a.outputs(), a.inputs());
}

/// Extents, element types and names of what is visited.
struct listing : archive {
    struct entry {
        element type;
        std::vector<index_t> shape;
        index_t row_stride;
        std::size_t bytes;
    };
    std::map<std::string, entry> arrays;

protected:
    void on_array(const array& a) override { arrays[a.name] = {a.type, a.shape, a.row_stride, a.bytes}; }
};

TEST_CASE("crossbar_array: programmed weights are read back to the nearest code, clamped to the format") {
    auto a = array_on<plan::folded>(sliced, 5, 2);
    CHECK(a.row_stride() == 16);
    for (const float w : a.weights().row(1)) {
        CHECK(w == 0.0f);
    }
    // Q4.12; ties go to the even code.
    const float lsb = 0x1p-12f;
    const float w[] = {0.0f, 1.0f, -1.0f, 0.4f * lsb, -0.6f * lsb, 2.5f * lsb, 3.5f * lsb, 100.0f, -100.0f, -7.99999f};
    const float expected[] = {0.0f, 1.0f, -1.0f, 0.0f, -lsb, 2.0f * lsb, 4.0f * lsb, 8.0f - lsb, -8.0f, -8.0f};
    a.program({w, 2, 5});
    for (index_t o = 0; o < 2; ++o) {
        for (index_t i = 0; i < 5; ++i) {
            CHECK(a.weights()(o, i) == expected[o * 5 + i]);
        }
    }
    CHECK(a.stored(0, 1) == stored_word<>{4096, 0});
    CHECK(a.stored(0, 2) == stored_word<>{0, 4096});
    CHECK(a.max_abs_weight() == 8.0f);
}

TEST_CASE("crossbar_array: errors of program") {
    auto a = array_on<plan::folded>(sliced, 3, 2);
    std::vector<float> w(6, 0.5f);
    CHECK(error_of([&] { a.program({w.data(), 3, 2}); }) == "crossbar_array::program: matrix: expected 2 x 3, found 3 x 2");
    w[4] = std::numeric_limits<float>::quiet_NaN();
    CHECK(error_of([&] {
              a.program({w.data(), 2, 3});
          }) == "crossbar_array::program: weight (1, 1): expected a finite number, found nan");
    w[4] = 0.0f;
    w[2] = -std::numeric_limits<float>::infinity();
    CHECK(error_of([&] {
              a.program({w.data(), 2, 3});
          }) == "crossbar_array::program: weight (0, 2): expected a finite number, found -inf");
    // Nothing was written.
    CHECK(a.max_abs_weight() == 0.0f);
}

TEST_CASE("crossbar_array: impossible rates and extents") {
    CHECK(error_of([] { array_on<plan::folded>(sliced.with(stuck_at{.p_stuck_hrs = 1.5f}), 2, 2); }) ==
          "stuck_at: p_stuck_hrs: expected a number in [0, 1], found 1.5");
    CHECK(error_of([] { array_on<plan::folded>(sliced.with(stuck_at{.p_stuck_hrs = 0.7f, .p_stuck_lrs = 0.7f}), 2, 2); }) !=
          "no error");
    CHECK(error_of([] { array_on<plan::folded>(sliced.with(geometry<128, 7>{}), 2, 2); }) ==
          "geometry: columns: expected at least the 8 slices of one weight, found 7");
    CHECK(error_of([] { array_on<plan::folded>(sliced.with(geometry<128, 8>{}), 2, 2); }) == "no error");
}

TEST_CASE("crossbar_array: 16 bits on 3-bit cells take 18 bits in a word of 32, and the padding can be stuck") {
    const auto chip = ideal.with(multilevel_cell<3>{}).with(bit_sliced<16, differential>{}).with(stuck_at{.p_stuck_lrs = 1.0f});
    auto a = array_on<plan::folded>(chip, 3, 2);
    CHECK(a.format().slices == 6);
    CHECK(a.stored(1, 2) == stored_word<>{(1 << 18) - 1, (1 << 18) - 1});
    CHECK(a.keep(0, 1, 2) == 0);
    CHECK(a.stuck_level(1, 1, 2) == (1u << 18) - 1);
    CHECK(a.weights()(1, 2) == 0.0f);
    listing seen;
    a.visit(seen);
    CHECK(seen.arrays.at("plus/code").type == archive::element::u32);
    CHECK(seen.arrays.at("minus/keep").bytes == 2 * 16 * 4);

    const auto healthy_chip = ideal.with(multilevel_cell<3>{}).with(bit_sliced<16, offset>{});
    auto b = array_on<plan::folded>(healthy_chip, 3, 2);
    CHECK(b.stored(0, 0) == stored_word<>{1 << 15, 1 << 15});
    CHECK(b.keep(0, 0, 0) == (1u << 18) - 1);

    listing narrow;
    auto c = array_on<plan::folded>(ideal.with(multilevel_cell<3>{}).with(bit_sliced<4, offset>{}), 3, 2);
    c.visit(narrow);
    CHECK(narrow.arrays.at("plus/code").type == archive::element::u8);
    listing middle;
    auto d = array_on<plan::folded>(sliced, 3, 2);
    d.visit(middle);
    CHECK(middle.arrays.at("plus/code").type == archive::element::u16);
}

TEST_CASE("crossbar_array: the fault map depends on seed, place and geometry, and on nothing else") {
    const auto chip = faulty.with(geometry<8, 32>{});
    const auto map = faults_of(array_on<plan::folded>(chip, 19, 9));
    auto used = array_on<plan::folded>(chip, 19, 9);
    const auto w = random_weights(19 * 9, 10.0f);
    used.program({w.data(), 9, 19});
    CHECK(faults_of(used) == map);
    CHECK(faults_of(array_on<plan::reference>(chip, 19, 9)) == map);
    // Neither the rule nor the rounding nor the encoding of a pair nor the cell's ratio matter.
    CHECK(faults_of(array_on<plan::folded>(chip.with(clipped_on_use<>{}), 19, 9)) == map);
    const auto other = ideal.with(stuck_at{.p_stuck_hrs = 0.1f, .p_stuck_lrs = 0.05f}).with(geometry<8, 32>{});
    CHECK(faults_of(array_on<plan::folded>(other.with(multilevel_cell<2>{.on_off_ratio = 5.0})
                                               .with(bit_sliced<16, sign_magnitude, carried>{.fraction_bits = 3}),
                                           19, 9)) == map);
    // A layer with more inputs or outputs has the same cells in its first tiles.
    CHECK(faults_of(array_on<plan::folded>(chip, 19, 14), 9, 19) == map);
    const auto boundless = faulty.with(unbounded{});
    CHECK(faults_of(array_on<plan::folded>(boundless, 30, 20), 9, 19) == faults_of(array_on<plan::folded>(boundless, 19, 9)));
    CHECK(faults_of(array_on<plan::folded>(chip, 24, 9), 9, 19) == map);
    CHECK(faults_of(array_on<plan::folded>(chip, 40, 9), 9, 19) == map);

    CHECK(faults_of(array_on<plan::folded>(chip, 19, 9, 8)) != map);
    CHECK(faults_of(array_on<plan::folded>(chip, 19, 9, 7, 1)) != map);
    CHECK(faults_of(array_on<plan::folded>(faulty.with(geometry<9, 32>{}), 19, 9)) != map);
}

TEST_CASE("crossbar_array: tiles, the two arrays and places have faults of their own, at the stated rates") {
    const auto a = array_on<plan::folded>(faulty.with(geometry<64, 64>{}), 128, 16);
    // Two row tiles and two column tiles of 64 x 8 weights.
    const auto tile = [&](int array, index_t first_output, index_t first_input) {
        std::vector<std::uint32_t> map;
        for (index_t o = 0; o < 8; ++o) {
            for (index_t i = 0; i < 64; ++i) {
                map.push_back(a.keep(array, first_output + o, first_input + i));
            }
        }
        return map;
    };
    const auto first = tile(0, 0, 0);
    CHECK(tile(1, 0, 0) != first);
    CHECK(tile(0, 8, 0) != first);
    CHECK(tile(0, 0, 64) != first);
    CHECK(tile(0, 8, 64) != tile(0, 0, 64));

    const index_t cells = 2 * 128 * 16 * 8;
    index_t hrs = 0;
    index_t lrs = 0;
    for (int n = 0; n < 2; ++n) {
        for (index_t o = 0; o < 16; ++o) {
            for (index_t i = 0; i < 128; ++i) {
                for (int s = 0; s < 8; ++s) {
                    if (((a.keep(n, o, i) >> (2 * s)) & 3u) == 0) {
                        const auto level = (a.stuck_level(n, o, i) >> (2 * s)) & 3u;
                        hrs += level == 0 ? 1 : 0;
                        lrs += level == 3 ? 1 : 0;
                    }
                }
            }
        }
    }
    // Within five standard deviations.
    const auto deviation = [&](double p) { return 5.0 * std::sqrt(p * (1.0 - p) * static_cast<double>(cells)); };
    CHECK(std::abs(static_cast<double>(hrs) - 0.1 * static_cast<double>(cells)) < deviation(0.1));
    CHECK(std::abs(static_cast<double>(lrs) - 0.05 * static_cast<double>(cells)) < deviation(0.05));
}

TEST_CASE("crossbar_array: without faults the geometry changes no bit of what is stored") {
    const auto w = random_weights(19 * 9, 2.0f);
    const auto trained = [&](auto a) {
        a.program({w.data(), 9, 19});
        thread_pool pool(1);
        update_report report;
        for (std::uint32_t step = 0; step < 5; ++step) {
            const auto g = random_weights(9 * a.row_stride(), 0.01f, step);
            for (index_t o = 0; o < 9; ++o) {
                std::copy_n(g.data() + o * a.row_stride(), 19, a.gradient() + o * a.row_stride());
            }
            a.update({1.0f, step}, pool, report);
        }
        return std::vector<float>(a.weights().data, a.weights().data + 9 * a.row_stride());
    };
    const auto rule = sliced.with(sgd{.learning_rate = 1.0f});
    const auto once = trained(array_on<plan::folded>(rule, 19, 9));
    CHECK(once == trained(array_on<plan::folded>(rule.with(geometry<4, 24>{}), 19, 9)));
    CHECK(once == trained(array_on<plan::folded>(rule.with(geometry<dynamic, 8>{.rows = 1}), 19, 9)));
    CHECK(once != std::vector<float>(once.size(), 0.0f));
}

TEST_CASE("crossbar_array: a zero update changes no cell and reports nothing") {
    const auto check = [](auto a) {
        const auto w = random_weights(33 * 7, 3.0f);
        a.program({w.data(), 7, 33});
        const std::vector<float> before(a.weights().data, a.weights().data + 7 * a.row_stride());
        thread_pool pool(2);
        update_report report;
        static_cast<void>(a.gradient()); // all zero
        a.update({1.0f, 3}, pool, report);
        a.add(std::vector<float>(before.size(), 0.0f), {1.0f, 4}, pool, report);
        CHECK(before == std::vector<float>(a.weights().data, a.weights().data + 7 * a.row_stride()));
        CHECK(report.increments == 0);
        CHECK(report.lost == 0);
        CHECK(report.changed_words == 0);
        CHECK(report.gradient_square == 0.0);
    };
    const auto cells = ideal.with(multilevel_cell<2>{}).with(stuck_at{0.3f, 0.3f});
    check(array_on<plan::folded>(cells.with(bit_sliced<16, offset>{}).with(sgd{}), 33, 7));
    check(array_on<plan::folded>(cells.with(bit_sliced<16, differential, carried>{}).with(clipped_on_use<>{.theta = 0.1f}), 33,
                                 7));
    check(array_on<plan::folded>(cells.with(bit_sliced<8, sign_magnitude, nearest>{}).with(sgd{}), 33, 7));
    check(array_on<plan::folded>(ideal.with(sgd{}), 33, 7));
}

TEST_CASE("crossbar_array: stored directly, an update is exact and both plans hold the same bits") {
    const auto chip = ideal.with(sgd{.learning_rate = 0.5f});
    auto a = array_on<plan::folded>(chip, 3, 2);
    auto b = array_on<plan::reference>(chip, 3, 2);
    const float w[] = {0.1f, -0.2f, 0.3f, 1e-9f, -5e5f, 0.0f};
    thread_pool pool(1);
    const auto run = [&](auto& array) {
        array.program({w, 2, 3});
        array.gradient()[1] = 0.25f;
        array.gradient()[16] = -1.0f;
        update_report report;
        array.update({1.0f, 0}, pool, report);
        return report;
    };
    const update_report report = run(a);
    run(b);
    CHECK(a.weights()(0, 0) == 0.1f);
    CHECK(a.weights()(0, 1) == -0.2f - 0.125f);
    CHECK(a.weights()(1, 0) == 1e-9f + 0.5f);
    CHECK(a.weights()(1, 1) == -5e5f);
    CHECK(report.increments == 2);
    CHECK(report.changed_words == 2);
    CHECK(report.lost == 0);
    CHECK(report.gradient_square == 1.0 + 0.0625);
    for (index_t i = 0; i < 6; ++i) {
        CHECK(a.weights()(i / 3, i % 3) == b.weights()(i / 3, i % 3));
    }
}

TEST_CASE("crossbar_array: NPY export and back, without padding") {
    const scratch place;
    auto a = array_on<plan::folded>(faulty.with(sgd{.momentum = 0.5f}), 19, 5);
    const auto w = random_weights(19 * 5, 1.0f);
    a.program({w.data(), 5, 19});
    export_npy(a, place.folder);
    const std::vector<index_t> shape{5, 19};
    const auto words = [&](const std::string& name, auto&& expected) {
        const auto loaded = load_npy<std::uint16_t>(place / name);
        CHECK(loaded.shape == shape);
        bool equal = loaded.data.size() == 95;
        for (index_t o = 0; equal && o < 5; ++o) {
            for (index_t i = 0; i < 19; ++i) {
                equal = equal && static_cast<std::int64_t>(loaded.data[static_cast<std::size_t>(o * 19 + i)]) ==
                                     static_cast<std::int64_t>(expected(o, i));
            }
        }
        CHECK_MESSAGE(equal, name);
    };
    words("plus.code.npy", [&](index_t o, index_t i) { return a.stored(o, i).plus; });
    words("minus.code.npy", [&](index_t o, index_t i) { return a.stored(o, i).minus; });
    words("plus.keep.npy", [&](index_t o, index_t i) { return a.keep(0, o, i); });
    words("minus.keep.npy", [&](index_t o, index_t i) { return a.keep(1, o, i); });
    words("plus.level.npy", [&](index_t o, index_t i) { return a.stuck_level(0, o, i); });
    words("minus.level.npy", [&](index_t o, index_t i) { return a.stuck_level(1, o, i); });
    const auto weights = load_npy<float>(place / "effective_weight.npy");
    CHECK(weights.shape == shape);
    bool equal = true;
    for (index_t o = 0; o < 5; ++o) {
        for (index_t i = 0; i < 19; ++i) {
            equal = equal && weights.data[static_cast<std::size_t>(o * 19 + i)] == a.weights()(o, i);
        }
    }
    CHECK(equal);
    CHECK(std::filesystem::exists(place / "sgd.velocity.npy"));
}

TEST_CASE("crossbar_array: state that is put back goes on to the same bits") {
    // A checkpoint as an archive: the first visit takes, the second gives back.
    struct checkpoint : archive {
        std::map<std::string, std::string> arrays;
        bool restore = false;

    protected:
        void on_array(const array& a) override {
            if (restore) {
                const std::string& from = arrays.at(a.name);
                REQUIRE(from.size() == a.bytes);
                std::copy(from.begin(), from.end(), static_cast<char*>(a.data));
            } else {
                arrays[a.name] = std::string(static_cast<const char*>(a.data), a.bytes);
            }
        }
    };
    const auto check = [](const auto& chip) {
        thread_pool pool(1);
        update_report report;
        const auto advance = [&](auto& a, std::uint32_t from, std::uint32_t to) {
            for (std::uint32_t step = from; step < to; ++step) {
                const auto g = random_weights(6 * 20, 0.01f, step);
                for (index_t o = 0; o < 6; ++o) {
                    std::copy_n(g.data() + o * 20, 20, a.gradient() + o * a.row_stride());
                }
                a.update({1.0f, step}, pool, report);
            }
        };
        auto whole = array_on<plan::folded>(chip, 20, 6);
        auto first = array_on<plan::folded>(chip, 20, 6);
        auto second = array_on<plan::folded>(chip, 20, 6);
        advance(whole, 0, 8);
        advance(first, 0, 4);
        checkpoint saved;
        first.visit(saved);
        saved.restore = true;
        second.visit(saved);
        CHECK(second.max_abs_weight() == first.max_abs_weight());
        advance(second, 4, 8);
        bool equal = true;
        for (index_t o = 0; o < 6; ++o) {
            for (index_t i = 0; i < 20; ++i) {
                equal = equal && second.weights()(o, i) == whole.weights()(o, i);
            }
        }
        CHECK(equal);
        CHECK(whole.max_abs_weight() > 0.0f);
    };
    check(faulty.with(sgd{.learning_rate = 1.0f, .momentum = 0.5f}));
    check(ideal.with(multilevel_cell<2>{}).with(bit_sliced<8, offset, carried>{}).with(sgd{.learning_rate = 1.0f}));
    check(ideal.with(sgd{.learning_rate = 1.0f, .momentum = 0.5f}));
}

} // namespace array_tests
