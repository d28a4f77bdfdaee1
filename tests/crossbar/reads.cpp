#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/reference_read.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>
#include <nn/gradient_check.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

using namespace rcim;

namespace reads_tests {

using rcim_test::random_batch;

constexpr design<> ideal{};

/// A user's ADC: whole steps from zero (or -top, for signed sums) to top.
struct saturating_adc {
    using policy_kind = adc_kind;
    static constexpr bool folds = false;

    double top = 5.0;

    [[nodiscard]] double convert(double sum) const { return std::clamp(std::round(sum), -top, top); }

    static std::string name() { return "saturating_adc"; }
    static constexpr auto fields() { return std::tuple{field{"top", &saturating_adc::top, 1.0, 1e9}}; }
};
static_assert(AdcModel<saturating_adc>);

/// A user's DAC: unsigned inputs of four bits, one bit in each cycle, the lowest first.
struct bit_serial {
    using policy_kind = dac_kind;
    static constexpr bool folds = false;

    [[nodiscard]] int cycles() const { return 4; }
    [[nodiscard]] double drive(double input, int cycle) const {
        return static_cast<double>((static_cast<int>(input) >> cycle) & 1);
    }
    [[nodiscard]] double weight(int cycle) const { return static_cast<double>(1 << cycle); }

    static std::string name() { return "bit_serial"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(DacModel<bit_serial>);

/// Integers of four bits on cells of two.
template <class Encoding>
constexpr auto two_slices = ideal.with(multilevel_cell<2>{}).with(bit_sliced<4, Encoding>{.fraction_bits = 0});

/// y = w x of one output, read cell by cell.
template <class Design>
double read_one(const Design& chip, const std::vector<float>& w, const std::vector<float>& x) {
    const auto inputs = static_cast<index_t>(w.size());
    crossbar_array<Design> a(chip, inputs, 1, 1, 0);
    a.program({w.data(), 1, inputs});
    std::vector<double> y(1);
    read_reference(a, x, y);
    return y[0];
}

/// The largest of |folded - reference| / bound, where bound is what rounding of n multiply-adds in float can amount to:
/// (n + 4) 2^-24 (sum |w x| + |bias|).
template <class Layer>
double worst_deviation(Layer& folded, const batch_tensor& y, const batch_tensor& expected,
                       const std::vector<double>& magnitude) {
    double worst = 0.0;
    const auto terms = static_cast<double>(folded.array().inputs() + 4);
    for (index_t n = 0; n < y.samples(); ++n) {
        for (index_t f = 0; f < y.shape().size(); ++f) {
            const double bound = terms * 0x1p-24 * magnitude[static_cast<std::size_t>(n * y.shape().size() + f)];
            const double deviation = std::abs(static_cast<double>(y.at(n, f)) - static_cast<double>(expected.at(n, f)));
            worst = std::max(worst, deviation == 0.0 ? 0.0 : deviation / bound);
        }
    }
    return worst;
}

/// Both plans of one design hold the same weights and read the same outputs, through dense and conv2d.
template <class Design>
void compare_reads(const Design& chip) {
    static_assert(plan_of<Design> == plan::folded);
    INFO(describe(chip));
    thread_pool pool(2);
    const pass_context context{pool, false, 1, 0};
    {
        const dense_options options{.in = 37, .out = 11};
        dense<Design, plan::folded> folded(chip, options, 5, 2);
        dense<Design, plan::reference> reference(chip, options, 5, 2);
        for (std::size_t o = 0; o < 11; ++o) {
            folded.bias_values()[o] = reference.bias_values()[o] = 0.1f * static_cast<float>(o) - 0.3f;
        }
        const batch_tensor x = random_batch({37, 1, 1}, 19, 3);
        batch_tensor y, expected;
        folded.forward(x, y, context);
        reference.forward(x, expected, context);
        std::vector<double> magnitude;
        const auto w = folded.array().weights();
        for (index_t n = 0; n < 19; ++n) {
            for (index_t o = 0; o < 11; ++o) {
                double sum = 1.0;
                for (index_t i = 0; i < 37; ++i) {
                    sum += std::abs(static_cast<double>(w(o, i)) * static_cast<double>(x.at(n, i)));
                }
                magnitude.push_back(sum);
            }
        }
        CHECK(worst_deviation(folded, y, expected, magnitude) <= 1.0);
    }
    {
        const conv2d_options options{.in_channels = 2, .out_channels = 5, .kernel = 3, .stride = 2, .padding = 1};
        conv2d<Design, plan::folded> folded(chip, options, 6, 1);
        conv2d<Design, plan::reference> reference(chip, options, 6, 1);
        const batch_tensor x = random_batch({2, 5, 4}, 17, 4);
        batch_tensor y, expected;
        folded.forward(x, y, context);
        reference.forward(x, expected, context);
        double largest = 0.0;
        for (index_t o = 0; o < 5; ++o) {
            double sum = 0.0;
            for (const float w : folded.array().weights().row(o)) {
                sum += std::abs(static_cast<double>(w));
            }
            largest = std::max(largest, sum);
        }
        const std::vector<double> magnitude(static_cast<std::size_t>(y.samples() * y.shape().size()), largest);
        CHECK(y.shape() == expected.shape());
        CHECK(worst_deviation(folded, y, expected, magnitude) <= 1.0);
    }
}

TEST_CASE("reads: folded and reference plan agree to rounding") {
    compare_reads(ideal.with(bit_sliced<16, differential>{}));
    const auto cells = ideal.with(multilevel_cell<2>{}).with(stuck_at{0.09f, 0.02f}).with(geometry<16, 24>{});
    compare_reads(cells.with(bit_sliced<16, offset>{}));
    compare_reads(cells.with(bit_sliced<16, sign_magnitude>{.scale = 0.3f}));
    compare_reads(cells.with(bit_sliced<16, differential>{}).with(clipped_on_use<>{.theta = 0.1f}));
    compare_reads(cells.with(bit_sliced<16, offset>{}).with(clipped_on_use<>{.theta = 0.1f}));
    compare_reads(cells.with(bit_sliced<16, sign_magnitude>{}).with(gated_on_use<>{.theta = 0.1f}));
}

TEST_CASE("reads: cells at HRS leak: offset gets a constant from each, pairs cancel; both plans agree") {
    const auto leaky = ideal.with(multilevel_cell<2>{.on_off_ratio = 10.0}).with(stuck_at{0.09f, 0.02f});
    compare_reads(leaky.with(bit_sliced<8, offset>{}));
    compare_reads(leaky.with(bit_sliced<8, differential>{}));
    compare_reads(leaky.with(bit_sliced<8, sign_magnitude>{}).with(geometry<5, 8>{}));

    // g(HRS) is 1/10 of g(LRS), a step 3/10 of it: every cell adds a third of a level, so both slices add 1/3 + 4/3.
    const std::vector<float> w{3.0f, -2.0f, 0.0f};
    const std::vector<float> x{1.0f, 2.0f, 4.0f};
    const auto cell = multilevel_cell<2>{.on_off_ratio = 10.0};
    const auto map = [&](auto encoding) {
        return ideal.with(cell).with(bit_sliced<4, decltype(encoding)>{.fraction_bits = 0});
    };
    CHECK(read_one(map(offset{}), w, x) == doctest::Approx(-1.0 + 7.0 * 5.0 / 3.0));
    CHECK(read_one(map(differential{}), w, x) == doctest::Approx(-1.0));
    CHECK(read_one(map(sign_magnitude{}), w, x) == doctest::Approx(-1.0));
    crossbar_array<decltype(map(offset{}))> a(map(offset{}), 3, 1, 1, 0);
    a.program({w.data(), 1, 3});
    CHECK(a.weights()(0, 0) == doctest::Approx(3.0 + 5.0 / 3.0));
    CHECK(a.stored(0, 0).code() == 3);
}

TEST_CASE("reads: a user's ADC that loses picks the reference plan and gives the sums of paper") {
    const auto adc = [](const auto& chip, double top) { return chip.with(saturating_adc{.top = top}); };
    static_assert(plan_of<decltype(adc(two_slices<differential>, 5.0))> == plan::reference);
    static_assert(plan_of<decltype(ideal.with(saturating_adc{}))> == plan::reference);
    static_assert(plan_of<std::remove_const_t<decltype(two_slices<differential>)>> == plan::folded);

    // 7 = (3, 1) in slices of two bits, 6 = (2, 1). Inputs 2 and 1: columns of plus 6 and 2, of minus 2 and 1.
    const std::vector<float> w{7.0f, -6.0f};
    const std::vector<float> x{2.0f, 1.0f};
    CHECK(read_one(adc(two_slices<differential>, 100.0), w, x) == 8.0);
    CHECK(read_one(adc(two_slices<differential>, 5.0), w, x) == (5.0 - 2.0) + 4.0 * (2.0 - 1.0));
    CHECK(read_one(adc(two_slices<differential>, 1.0), w, x) == (1.0 - 1.0) + 4.0 * (1.0 - 1.0));
    // Subtracted first: 4 and 1.
    CHECK(read_one(adc(two_slices<sign_magnitude>, 5.0), w, x) == 8.0);
    CHECK(read_one(adc(two_slices<sign_magnitude>, 3.0), w, x) == 3.0 + 4.0 * 1.0);
    CHECK(read_one(adc(two_slices<sign_magnitude>, 3.0), {-7.0f, 6.0f}, x) == -3.0 - 4.0 * 1.0);
    // 15 = (3, 3) and 2 = (2, 0): columns 8 and 6, less 8 times the sum of the inputs.
    CHECK(read_one(adc(two_slices<offset>, 100.0), w, x) == 8.0);
    CHECK(read_one(adc(two_slices<offset>, 7.0), w, x) == 7.0 + 4.0 * 6.0 - 8.0 * 3.0);
    // Fractions of a step are rounded: 3 * 0.4 and 0.4.
    CHECK(read_one(adc(two_slices<differential>, 5.0), {7.0f}, {0.4f}) == 1.0);
}

TEST_CASE("reads: each tile of rows is converted on its own") {
    const std::vector<float> w{7.0f, 7.0f, 7.0f};
    const std::vector<float> x{1.0f, 1.0f, 1.0f};
    const auto lossy = two_slices<differential>.with(saturating_adc{.top = 5.0});
    CHECK(read_one(lossy, w, x) == 5.0 + 4.0 * 3.0);
    CHECK(read_one(lossy.with(geometry<2, 2>{}), w, x) == (5.0 + 4.0 * 2.0) + (3.0 + 4.0));
    CHECK(read_one(lossy.with(geometry<1, 2>{}), w, x) == 21.0);
}

TEST_CASE("reads: a user's bit-serial DAC converts every cycle") {
    const std::vector<float> w{7.0f, -6.0f};
    const std::vector<float> x{3.0f, 1.0f};
    const auto serial = two_slices<differential>.with(bit_serial{});
    static_assert(plan_of<std::remove_const_t<decltype(serial)>> == plan::reference);
    CHECK(read_one(serial, w, x) == 15.0);
    CHECK(read_one(serial, {-8.0f, 3.0f}, {15.0f, 9.0f}) == -8.0 * 15.0 + 3.0 * 9.0);
    // First bits (1, 1): columns 3, 1 and 2, 1. Second bits (1, 0): 3, 1 and 0, 0. The ADC stops at 2.
    CHECK(read_one(serial.with(saturating_adc{.top = 2.0}), w, x) ==
          ((2.0 - 2.0) + 4.0 * (1.0 - 1.0)) + 2.0 * ((2.0 - 0.0) + 4.0 * (1.0 - 0.0)));
    // Four bits hold no fraction: the DAC drops it.
    CHECK(read_one(serial, w, {3.9f, 1.2f}) == 15.0);
}

TEST_CASE("reads: layers of a lossy design convert at every position and train through effective weights") {
    const auto chip = two_slices<differential>.with(saturating_adc{.top = 5.0}).with(sgd{});
    using design_type = std::remove_const_t<decltype(chip)>;
    // A 1 x 1 kernel is the dense layer at every position.
    conv2d<design_type> layer(chip, {.in_channels = 2, .out_channels = 1, .kernel = 1, .bias = false}, 1, 0);
    const float w[] = {7.0f, -6.0f};
    layer.array().program({w, 1, 2});
    batch_tensor x({2, 1, 3}, 18);
    for (index_t n = 0; n < 18; ++n) {
        for (index_t p = 0; p < 3; ++p) {
            x.at(n, p) = static_cast<float>(p);
            x.at(n, 3 + p) = static_cast<float>(n % 3);
        }
    }
    for (const int threads : {1, 3}) {
        thread_pool pool(threads);
        batch_tensor y, dx;
        layer.forward(x, y, {pool, true, 1, 0});
        bool equal = true;
        for (index_t n = 0; n < 18; ++n) {
            for (index_t p = 0; p < 3; ++p) {
                const auto a = static_cast<double>(p), b = static_cast<double>(n % 3);
                const double expected = std::min(3.0 * a, 5.0) - std::min(2.0 * b, 5.0) + 4.0 * (a - b);
                equal = equal && static_cast<double>(y.at(n, p)) == expected;
            }
        }
        CHECK(equal);
        batch_tensor dy({1, 1, 3}, 18);
        dy.at(4, 2) = 1.0f;
        layer.backward(x, y, dy, &dx, {pool, true, 1, 0});
        CHECK(dx.at(4, 2) == 7.0f);
        CHECK(dx.at(4, 5) == -6.0f);
        CHECK(layer.weight_gradient()(0, 0) == 2.0f);
        CHECK(layer.weight_gradient()(0, 1) == 1.0f);
    }
}

} // namespace reads_tests
