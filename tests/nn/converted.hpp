#pragma once

/// @file
/// The coded and the analog plan against the reference plan, through whole layers: random weights on random chips, random inputs.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/streamed_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/transposed_errors.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace rcim_test {

using rcim::index_t;

/// Two layers of one design under two plans, behind one interface so that a design costs little to compile.
class layer_pair {
public:
    virtual ~layer_pair() = default;
    virtual rcim::layer& fast() = 0;
    virtual rcim::layer& judge() = 0;
    virtual void program(rcim::matrix_view<const float> w) = 0;
    [[nodiscard]] virtual std::string describe() const = 0;
    [[nodiscard]] virtual float largest_weight() const = 0;
};

template <class Layer, class Judge, class Design, class Options>
class layer_pair_of final : public layer_pair {
public:
    layer_pair_of(const Design& chip, const Options& options, std::uint64_t seed)
        : fast_(chip, options, seed, 3), judge_(chip, options, seed, 3), chip_(chip) {
        if constexpr (rcim::masks_columns<typename Design::map_type>()) {
            using factor = typename Design::map_type::factor_type;
            const rcim::random_source draw(seed, rcim::purpose::weight_initialisation, 7);
            std::vector<float> factors(fast_.array().factors().all().size());
            for (std::size_t i = 0; i < factors.size(); ++i) {
                factors[i] = factor::factor(draw.below(i, 1u << factor::bits));
            }
            fast_.array().adapt(factors, {});
            judge_.array().adapt(factors, {});
        }
    }

    rcim::layer& fast() override { return fast_; }
    rcim::layer& judge() override { return judge_; }
    void program(rcim::matrix_view<const float> w) override {
        fast_.program(w);
        judge_.program(w);
    }
    [[nodiscard]] std::string describe() const override { return rcim::describe(chip_); }
    [[nodiscard]] float largest_weight() const override {
        const rcim::code_format& format = fast_.array().format();
        return static_cast<float>(format.range.high) * format.lsb;
    }

private:
    Layer fast_;
    Judge judge_;
    Design chip_;
};

/// How often designs were compared: cases are one random matrix, chip and input each.
struct case_count {
    int designs = 0;
    int cases = 0;
    int wrong = 0;
};

/// Forward reads of both, and, `backward`, their gradients. tolerance: relative to the largest result, 0 for bit by bit.
void compare_layers(layer_pair& pair, const rcim::map_shape& input, index_t outputs, index_t inputs, std::uint64_t seed, double tolerance,
                    case_count& count);

/// `cases` random dense layers of one design, or convolutions, whose faults, seeds and crossbars differ from case to case.
template <bool Convolution = false, class Design>
void compare_design(const Design& chip, std::uint64_t seed, int cases, double tolerance, case_count& count) {
    ++count.designs;
    for (int n = 0; n < cases; ++n) {
        const std::uint64_t own = seed * 1000 + static_cast<std::uint64_t>(n);
        const rcim::random_source draw(own, rcim::purpose::weight_initialisation);
        const auto below = [&](std::uint32_t i, std::uint32_t bound) { return static_cast<index_t>(draw.below(i, bound)); };
        auto made = chip.with(rcim::stuck_at{.p_stuck_hrs = n % 3 == 0 ? 0.0f : 0.1f, .p_stuck_lrs = n % 3 == 0 ? 0.0f : 0.05f})
                              .with(rcim::geometry<rcim::dynamic, rcim::dynamic>{.rows = 1 + below(0, 30), .cols = 24 + below(1, 20)});
        using design = decltype(made);
        if constexpr (rcim::masks_columns<typename design::map_type>()) { // parts of a crossbar, whole ones, or blocks over several
            made.map.rows = n % 3 == 0 ? 1 + below(7, static_cast<std::uint32_t>(made.geometry.rows)) : (n % 3) * made.geometry.rows;
        }
        constexpr rcim::plan fast = rcim::plan_of<design>;
        static_assert(fast == rcim::plan::coded || fast == rcim::plan::analog);
        if constexpr (Convolution) {
            const rcim::conv2d_options options{.in_channels = 1 + below(2, 2), .out_channels = 1 + below(3, 5), .kernel = 1 + below(4, 3),
                                               .stride = 1 + below(5, 2), .padding = below(6, 2)};
            layer_pair_of<rcim::conv2d<design, fast>, rcim::conv2d<design, rcim::plan::reference>, design, rcim::conv2d_options> pair(
                made, options, own);
            compare_layers(pair, {options.in_channels, 4, 3}, options.out_channels, options.in_channels * options.kernel * options.kernel, own,
                           tolerance, count);
        } else {
            const rcim::dense_options options{.in = 1 + below(2, 40), .out = 1 + below(3, 7)};
            layer_pair_of<rcim::dense<design, fast>, rcim::dense<design, rcim::plan::reference>, design, rcim::dense_options> pair(made, options, own);
            compare_layers(pair, {options.in, 1, 1}, options.out, options.in, own, tolerance, count);
        }
    }
}

/// Each kind of converter, behind different inputs and with words of 4, 8 or 16 bits in cells of 1, 2 or 4: 7 designs. Encodings with another `Shift` give each
/// of them another size, so that three encodings meet every pair of size and converter.
template <class Encoding, int Shift>
void every_converter() {
    using namespace rcim;
#ifdef NDEBUG
    constexpr int cases = 200;
#else
    constexpr int cases = 3;
#endif
    case_count count;
    const auto sized = []<int Size>(std::integral_constant<int, Size>) {
        constexpr int bits = 1 << Size % 3;
        return design<>{}.with(multilevel_cell<bits>{}).with(bit_sliced<4 * bits, Encoding>{.fraction_bits = 4 * bits - 1});
    };
    const auto one = sized(std::integral_constant<int, Shift>{});
    const auto two = sized(std::integral_constant<int, Shift + 1>{});
    const auto three = sized(std::integral_constant<int, Shift + 2>{});
    const auto compare = [&](const auto& made, std::uint64_t seed, double tolerance) { compare_design(made, 10 * Shift + seed, cases, tolerance, count); };
    compare(one.with(bit_serial_dac<8>{}).with(uniform_adc<>{.bits = 5}).with(sgd{}), 1, 0.0);
    compare(two.with(bit_serial_dac<4, unsigned_inputs>{}).with(uniform_adc<4, unit_lsb>{}).with(sgd{}), 2, 0.0);
    compare_design<true>(three.with(streamed_dac<7, 2, two_passes>{}).with(uniform_adc<6, given_range>{.range = {.low = -20.0, .high = 37.0}}).with(sgd{}),
                         10 * Shift + 3, cases / 2, 0.0, count);
    compare(one.with(multibit_dac<5, unsigned_inputs>{}).with(uniform_adc<8>{.gain_sigma = 0.02f, .offset_sigma = 0.4f}), 4, 0.0);
    compare(two.with(bit_serial_dac<16>{}).with(uniform_adc<>{.bits = 3}).with(clipped_on_use<sgd>{.theta = 0.3f}), 5, 0.0);
    // What positions give to one error of a convolution is added in another order.
    compare(three.with(bit_serial_dac<6, two_passes>{}).with(uniform_adc<7>{.symmetric = false}).with(transposed_errors<>{}), 6, 1e-6);
    compare(one.with(streamed_dac<9, 3>{}).with(uniform_adc<9>{}).with(
                transposed_errors<streamed_dac<6, 2, two_passes>, uniform_adc<6, unit_lsb>>{.separate_arrays = true}),
            7, 1e-6);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
    CHECK(count.designs == 7);
    CHECK(count.wrong == 0);
}

} // namespace rcim_test
