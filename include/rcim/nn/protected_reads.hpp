#pragma once

#include <rcim/compat/integer_lanes.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/checked_sums.hpp>
#include <rcim/kernel/convolution.hpp>
#include <rcim/kernel/quantise.hpp>
#include <rcim/mapping/geometry.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A batch as a DAC of integers sends it: rounded, for the product of the folded plan, and as integers, for the sums that an
/// arithmetic code checks.
class driven_batch {
public:
    /// With integers only if asked for, with `padding` zeros around each map.
    template <class Dac>
    void drive(const Dac& dac, const batch_tensor& x, bool integers, index_t padding, thread_pool& pool) {
        rounded_.reshape(x.shape(), x.samples());
        unit_.resize(static_cast<std::size_t>(x.blocks() * samples_per_block));
        kernel::integer_maps whole{nullptr, padding};
        padded_ = whole.shape(x.shape());
        if (integers) {
            integer_.resize(static_cast<std::size_t>(x.blocks() * padded_.size() * samples_per_block));
            whole.data = integer_.data();
        }
        kernel::quantise(x.data(), x.shape(), x.samples(), Dac::low, Dac::high, [&](float largest) { return dac.unit(largest); },
                         rounded_.data(), unit_.data(), whole, pool);
    }

    [[nodiscard]] const batch_tensor& rounded() const { return rounded_; }
    [[nodiscard]] const std::int16_t* integers(index_t block) const { return integer_.data() + block * padded_.size() * samples_per_block; }
    /// Of the 16 lanes of a block.
    [[nodiscard]] const float* units(index_t block) const { return unit_.data() + block * samples_per_block; }

private:
    batch_tensor rounded_;
    map_shape padded_;
    aligned_vector<std::int16_t> integer_;
    aligned_vector<float> unit_;
};

/// What an arithmetic code makes of the reads of one layer in the folded plan, beyond the product with the effective weights. The
/// differences of a result are whole numbers and summed exactly, so neither tiles nor threads change a bit.
class protected_reads {
public:
    /// lsb: of a code. few: see kernel::checked_sums.
    protected_reads(const kernel::code_words& words, int bits, bool zeroes, float lsb)
        : lsb_(static_cast<double>(lsb)), forward_(words, bits, zeroes), backward_(words, bits, zeroes) {}

    /// Takes the words of an array [shape.out_channels][shape.inputs()] as they are now, cut into `tiles`.
    void build(std::span<const kernel::code_plane> planes, const tiling& tiles, index_t stride, const kernel::convolution_shape& shape) {
        const int few = shape.out().plane() >= 16 ? 5 : 4; // tables pay with many positions
        forward_.build(planes,
                       {.results = tiles.outputs, .driven = tiles.inputs, .group = tiles.rows, .result_step = stride, .driven_step = 1}, few);
        backward_.build(planes,
                        {.results = tiles.inputs, .driven = tiles.outputs, .group = tiles.weights_per_row, .result_step = 1,
                         .driven_step = stride}, few);
        locate(shape);
    }

    /// y += what corrections change in the reads of x, which has integers with the convolution's padding. y: [outputs][positions].
    void correct_forward(const driven_batch& x, batch_tensor& y, thread_pool& pool) {
        const auto positions = static_cast<index_t>(window_.size());
        run(y.blocks(), forward_.layout().results, positions * lane, pool,
            [&](index_t block, index_t output, double* difference, kernel::checked_sums::scratch& work) {
                if (!forward_.any(output)) {
                    return;
                }
                std::fill_n(difference, positions * lane, 0.0);
                forward_.add_differences(output, {x.integers(block), tap_.data(), window_, difference, plane_.data()}, work);
                add(difference, positions, x.units(block), y.block(block) + output * positions * lane);
            });
        count(forward_, y.samples() * positions);
    }

    /// dx += likewise in the transposed reads of dy, which has integers without padding.
    void correct_backward(const driven_batch& dy, batch_tensor& dx, thread_pool& pool) {
        const map_shape in = shape_.in;
        const index_t width = in.width + 2 * shape_.padding;
        const index_t padded = (in.height + 2 * shape_.padding) * width;
        run(dx.blocks(), in.channels, padded * lane, pool,
            [&](index_t block, index_t channel, double* difference, kernel::checked_sums::scratch& work) {
                std::fill_n(difference, padded * lane, 0.0);
                bool any = false;
                for (index_t tap = 0; tap < shape_.taps(); ++tap) {
                    const index_t input = channel * shape_.taps() + tap;
                    if (backward_.any(input)) {
                        any = true;
                        backward_.add_differences(input, {dy.integers(block), channel_.data(), plane_, difference + tap_[index(tap)], window_.data()},
                                                  work);
                    }
                }
                for (index_t row = 0; any && row < in.height; ++row) {
                    add(difference + ((row + shape_.padding) * width + shape_.padding) * lane, in.width, dy.units(block),
                        dx.block(block) + (channel * in.height + row) * in.width * lane);
                }
            });
        count(backward_, dx.samples() * static_cast<index_t>(window_.size()));
    }

    /// Sums since the last call.
    [[nodiscard]] kernel::sum_counts take_counts() { return std::exchange(counts_, {}); }

private:
    static constexpr index_t lane = samples_per_block;
    static std::size_t index(index_t n) { return static_cast<std::size_t>(n); }

    /// Where taps, positions and channels lie in blocks of integers; every position on its own for both directions.
    void locate(const kernel::convolution_shape& shape) {
        if (shape == shape_ && !window_.empty()) {
            return;
        }
        shape_ = shape;
        const map_shape out = shape.out();
        const index_t height = shape.in.height + 2 * shape.padding;
        const index_t width = shape.in.width + 2 * shape.padding;
        if (std::max(shape.in.channels * height * width, out.size()) * lane > 0x7fffffff) {
            fail("protected_reads", "size", "fewer than 2^31 numbers in one sample block", to_text(shape.in));
        }
        const auto fill = [](std::vector<std::int32_t>& list, index_t count, auto&& at) {
            list.clear();
            for (index_t n = 0; n < count; ++n) {
                list.push_back(static_cast<std::int32_t>(at(n) * lane));
            }
        };
        fill(window_, out.plane(), [&](index_t p) { return (p / out.width * width + p % out.width) * shape.stride; });
        fill(plane_, out.plane(), [](index_t p) { return p; });
        fill(tap_, shape.inputs(), [&](index_t i) {
            return (i / shape.taps() * height + i % shape.taps() / shape.kernel_width) * width + i % shape.kernel_width;
        });
        fill(channel_, out.channels, [&](index_t o) { return o * out.plane(); });
    }

    /// body(block, result, buffer, scratch) for all, in any order.
    template <class Body>
    void run(index_t blocks, index_t results, index_t buffer, thread_pool& pool, Body&& body) {
        std::mutex mutex;
        pool.run(blocks * results, [&](index_t begin, index_t end) {
            scratch_array<double> difference(buffer);
            kernel::checked_sums::scratch work;
            for (index_t job = begin; job < end; ++job) {
                body(job / results, job % results, difference.data(), work);
            }
            const std::lock_guard lock(mutex);
            counts_ += work.counts;
        });
    }

    void add(const double* difference, index_t positions, const float* unit, float* to) const {
        for (index_t half = 0; half < lane; half += 8) {
            half_of_float of_lane;
            load_lanes(of_lane, unit + half);
            const half_of_double factor = __builtin_convertvector(of_lane, half_of_double) * lsb_;
            for (index_t at = half; at < positions * lane; at += lane) {
                half_of_double exact;
                half_of_float result;
                load_lanes(exact, difference + at);
                load_lanes(result, to + at);
                result += __builtin_convertvector(exact * factor, half_of_float);
                store_lanes(result, to + at);
            }
        }
    }

    void count(const kernel::checked_sums& sums, index_t positions) {
        counts_.checked += sums.sums_per_position() * static_cast<std::uint64_t>(positions);
    }

    double lsb_;
    kernel::checked_sums forward_;
    kernel::checked_sums backward_;
    kernel::convolution_shape shape_;
    std::vector<std::int32_t> window_;  ///< of each position, in a padded map
    std::vector<std::int32_t> plane_;   ///< of each position, in a map of results
    std::vector<std::int32_t> tap_;     ///< of each input, in padded maps
    std::vector<std::int32_t> channel_; ///< of each output
    kernel::sum_counts counts_;
};

} // namespace rcim::inline RCIM_ABI
