#pragma once

#include <rcim/compat/integer_lanes.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/checked_sums.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/nn/read_lines.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

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
        lines_.locate(shape);
    }

    /// y += what corrections change in the reads of x, which has integers with the convolution's padding. y: [outputs][positions].
    void correct_forward(const driven_batch& x, batch_tensor& y, thread_pool& pool) {
        const auto positions = static_cast<index_t>(lines_.window().size());
        run(y.blocks(), forward_.layout().results, positions * lane, pool,
            [&](index_t block, index_t output, double* difference, kernel::checked_sums::scratch& work) {
                if (!forward_.any(output)) {
                    return;
                }
                std::fill_n(difference, positions * lane, 0.0);
                forward_.add_differences(output, {x.integers(block), lines_.tap().data(), lines_.window(), difference, lines_.plane().data()}, work);
                add(difference, positions, x.units(block), y.block(block) + output * positions * lane);
            });
        count(forward_, y.samples() * positions);
    }

    /// dx += likewise in the transposed reads of dy, which has integers without padding.
    void correct_backward(const driven_batch& dy, batch_tensor& dx, thread_pool& pool) {
        const map_shape in = lines_.shape().in;
        const index_t width = in.width + 2 * lines_.shape().padding;
        const index_t padded = (in.height + 2 * lines_.shape().padding) * width;
        run(dx.blocks(), in.channels, padded * lane, pool,
            [&](index_t block, index_t channel, double* difference, kernel::checked_sums::scratch& work) {
                std::fill_n(difference, padded * lane, 0.0);
                bool any = false;
                for (index_t tap = 0; tap < lines_.shape().taps(); ++tap) {
                    const index_t input = channel * lines_.shape().taps() + tap;
                    if (backward_.any(input)) {
                        any = true;
                        backward_.add_differences(input, {dy.integers(block), lines_.channel().data(), lines_.plane(), difference + lines_.tap()[index(tap)], lines_.window().data()},
                                                  work);
                    }
                }
                for (index_t row = 0; any && row < in.height; ++row) {
                    add(difference + ((row + lines_.shape().padding) * width + lines_.shape().padding) * lane, in.width, dy.units(block),
                        dx.block(block) + (channel * in.height + row) * in.width * lane);
                }
            });
        count(backward_, dx.samples() * static_cast<index_t>(lines_.window().size()));
    }

    /// Sums since the last call.
    [[nodiscard]] kernel::sum_counts take_counts() { return std::exchange(counts_, {}); }

private:
    static constexpr index_t lane = samples_per_block;
    static std::size_t index(index_t n) { return static_cast<std::size_t>(n); }

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
    read_lines lines_;
    kernel::sum_counts counts_;
};

} // namespace rcim::inline RCIM_ABI
