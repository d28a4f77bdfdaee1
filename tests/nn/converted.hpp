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
        : fast_(chip, options, seed, 3), judge_(chip, options, seed, 3), chip_(chip) {}

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

/// `cases` random dense layers and a few convolutions of one design, whose faults, seeds and crossbars differ from case to case.
template <class Design>
void compare_design(const Design& chip, std::uint64_t seed, int cases, double tolerance, case_count& count) {
    ++count.designs;
    for (int n = 0; n < cases; ++n) {
        const std::uint64_t own = seed * 1000 + static_cast<std::uint64_t>(n);
        const rcim::random_source draw(own, rcim::purpose::weight_initialisation);
        const auto below = [&](std::uint32_t i, std::uint32_t bound) { return static_cast<index_t>(draw.below(i, bound)); };
        const auto made = chip.with(rcim::stuck_at{.p_stuck_hrs = n % 3 == 0 ? 0.0f : 0.1f, .p_stuck_lrs = n % 3 == 0 ? 0.0f : 0.05f})
                              .with(rcim::geometry<rcim::dynamic, rcim::dynamic>{.rows = 1 + below(0, 30), .cols = 24 + below(1, 20)});
        using design = std::remove_const_t<decltype(made)>;
        constexpr rcim::plan fast = rcim::plan_of<design>;
        static_assert(fast == rcim::plan::coded || fast == rcim::plan::analog);
        if (n % 8 == 7) {
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

} // namespace rcim_test
