#pragma once

/// @file
/// The matrix of a layer whose mapping circulates, and the smaller one that its cells store (mapping/block_circulant.hpp).

#include <rcim/core/error.hpp>
#include <rcim/core/matrix_view.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/mapping/block_circulant.hpp>
#include <rcim/mapping/geometry.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Which entry of a layer's matrix [outputs][channels x taps] is which of the stored one.
struct circulant_matrix {
    index_t block = 1;  ///< K
    index_t copies = 1; ///< a divisor of block
    index_t outputs = 1;
    index_t channels = 1;
    index_t taps = 1; ///< neighbouring inputs that belong to one channel

    /// Throws `error` where copies do not divide the block.
    template <class Map>
    [[nodiscard]] static circulant_matrix make(const Map& map, index_t inputs, index_t outputs, index_t taps) {
        const auto& part = circulant_part(map);
        part.validate();
        return {.block = std::remove_cvref_t<decltype(part)>::block,
                .copies = part.copies,
                .outputs = outputs,
                .channels = inputs / taps,
                .taps = taps};
    }

    [[nodiscard]] constexpr index_t inputs() const { return channels * taps; }
    [[nodiscard]] constexpr index_t rotations() const { return block / copies; }
    /// Rows and columns of blocks.
    [[nodiscard]] constexpr index_t block_rows() const { return (outputs + block - 1) / block; }
    [[nodiscard]] constexpr index_t block_cols() const { return (channels + block - 1) / block; }
    [[nodiscard]] constexpr index_t stored_outputs() const { return block_rows() * copies; }
    [[nodiscard]] constexpr index_t stored_channels() const { return block_cols() * block; }
    [[nodiscard]] constexpr index_t stored_inputs() const { return stored_channels() * taps; }

    /// Whether products are made in the frequency domain (kernel/circulant_product.hpp): blocks of a power of two without copies,
    /// where two thirds of the multiplications at most are left. Measured, gradients included: 1.2 (dense) to 1.8 times (3 x 3) as
    /// fast at K = 2, 2 at 4, 3.7 at 8, 5 at 16, 7 to 10 at 64.
    [[nodiscard]] constexpr bool transforms() const {
        return copies == 1 && transformable(block) &&
               3 * (2 * block - 2) * block_rows() * block_cols() <= 2 * outputs * channels;
    }
    [[nodiscard]] static constexpr bool transformable(index_t block) {
        return block >= 2 && block <= 256 && (block & (block - 1)) == 0;
    }

    /// The channel that is driven into a stored one; `channels` or more: none, a zero.
    [[nodiscard]] constexpr index_t driven_channel(index_t rotation, index_t stored) const {
        const index_t turn = rotation * copies - stored % block;
        return stored / block * block + (turn < 0 ? turn + block : turn);
    }
    /// The output that a stored one reads; `outputs` or more: none, its result is dropped.
    [[nodiscard]] constexpr index_t output_read(index_t rotation, index_t stored) const {
        return stored / copies * block + rotation * copies + stored % copies;
    }
    /// The stored output that reads this one.
    [[nodiscard]] constexpr index_t stored_output(index_t output) const {
        return output / block * copies + output % block % copies;
    }

    /// The layer's matrix w [outputs][stride], of what cells make of the stored one; what lies beyond inputs() in a row
    /// becomes zero. O(w).
    void expand(matrix_view<const float> stored, float* w, index_t stride, thread_pool* pool) const {
        each_row(pool, outputs, [&](index_t o) {
            float* const to = w + o * stride;
            const float* const from = stored.data + stored_output(o) * stored.stride;
            if (taps == 1) { // a loop over one tap would take most of the time
                each_channel(o, [&](index_t at, index_t channel) { to[channel] = from[at]; });
            } else {
                each_channel(o, [&](index_t at, index_t channel) { std::copy_n(from + at * taps, taps, to + channel * taps); });
            }
            std::fill(to + inputs(), to + stride, 0.0f);
        });
    }

    /// Adds up the gradient [outputs][stride] by the layer's matrix to that by the stored one, [stored outputs][stored
    /// stride], in the order of the outputs. O(w).
    void reduce(const float* gradient, index_t stride, float* stored, index_t stored_stride, thread_pool& pool) const {
        each_row(&pool, stored_outputs(), [&](index_t row) {
            float* const to = stored + row * stored_stride;
            std::fill_n(to, stored_inputs(), 0.0f);
            for (index_t rotation = 0; rotation < rotations(); ++rotation) {
                if (const index_t o = output_read(rotation, row); o < outputs) {
                    const float* const from = gradient + o * stride;
                    if (taps == 1) {
                        each_channel(o, [&](index_t at, index_t channel) { to[at] += from[channel]; });
                        continue;
                    }
                    each_channel(o, [&](index_t at, index_t channel) {
                        for (index_t tap = 0; tap < taps; ++tap) {
                            to[at * taps + tap] += from[channel * taps + tap];
                        }
                    });
                }
            }
        });
    }

    /// The stored matrix [stored outputs][stored inputs] of the block-circulant matrix that is nearest to w
    /// [outputs][inputs]: each weight is the mean of those entries that share it and exist, zero if none does. Throws `error`
    /// on other extents. O(w).
    [[nodiscard]] std::vector<float> project(matrix_view<const float> w) const {
        if (w.rows != outputs || w.cols != inputs()) {
            fail("circulant_matrix", "matrix", text(outputs, " x ", inputs()), text(w.rows, " x ", w.cols));
        }
        std::vector<float> base(static_cast<std::size_t>(block_rows() * stored_inputs()), 0.0f);
        std::vector<double> sum(static_cast<std::size_t>(stored_inputs()));
        std::vector<int> entries(static_cast<std::size_t>(stored_channels()));
        for (index_t i = 0; i < block_rows(); ++i) {
            std::fill(sum.begin(), sum.end(), 0.0);
            std::fill(entries.begin(), entries.end(), 0);
            for (index_t o = i * block; o < std::min(outputs, (i + 1) * block); ++o) {
                for (index_t channel = 0; channel < channels; ++channel) {
                    const index_t at = channel / block * block + shared(o % block, channel % block);
                    ++entries[static_cast<std::size_t>(at)];
                    for (index_t tap = 0; tap < taps; ++tap) {
                        sum[static_cast<std::size_t>(at * taps + tap)] += static_cast<double>(w(o, channel * taps + tap));
                    }
                }
            }
            for (index_t at = 0; at < stored_inputs(); ++at) {
                const int count = entries[static_cast<std::size_t>(at / taps)];
                base[static_cast<std::size_t>(i * stored_inputs() + at)] =
                    count == 0 ? 0.0f : static_cast<float>(sum[static_cast<std::size_t>(at)] / count);
            }
        }
        return copied({base.data(), block_rows(), stored_inputs()});
    }

    /// The stored matrix [stored outputs][stored inputs] of vectors [block rows][stored channels x taps].
    [[nodiscard]] std::vector<float> copied(matrix_view<const float> base) const {
        std::vector<float> stored(static_cast<std::size_t>(stored_outputs() * stored_inputs()));
        for (index_t row = 0; row < stored_outputs(); ++row) {
            const float* const from = base.data + row / copies * base.stride;
            float* const to = stored.data() + row * stored_inputs();
            for (index_t channel = 0; channel < stored_channels(); ++channel) {
                std::copy_n(from + (channel / block * block + (channel + row % copies) % block) * taps, taps,
                            to + channel * taps);
            }
        }
        return stored;
    }

private:
    /// Which weight of the vector stands in row r and column x of a block.
    [[nodiscard]] constexpr index_t shared(index_t r, index_t x) const { return r < x ? r - x + block : r - x; }

    /// visit(stored channel, channel) for the channels of an output.
    template <class Visit>
    void each_channel(index_t output, Visit&& visit) const {
        const index_t turn = output % block / copies * copies;
        for (index_t first = 0; first < channels; first += block) {
            index_t s = turn;
            for (index_t channel = first; channel < std::min(channels, first + block); ++channel) {
                visit(first + s, channel);
                s = s == 0 ? block - 1 : s - 1;
            }
        }
    }
    template <class Body>
    static void each_row(thread_pool* pool, index_t rows, Body&& body) {
        const auto part = [&](index_t begin, index_t end) {
            for (index_t row = begin; row < end; ++row) {
                body(row);
            }
        };
        if (pool != nullptr) {
            pool->run(rows, part);
        } else {
            part(0, rows);
        }
    }
};

/// The copies of each weight in an array's matrix [stored outputs][stride].
class weight_copies {
public:
    /// Throws `error` unless the array's extents are those of a stored matrix with so many taps.
    template <class Map>
    weight_copies(const Map& map, const tiling& tiles, index_t stride, index_t taps) : stride_(stride) {
        const auto& part = circulant_part(map);
        matrix_ = circulant_matrix::make(map, tiles.inputs,
                                         tiles.outputs / part.copies * std::remove_cvref_t<decltype(part)>::block, taps);
        if (matrix_.stored_inputs() != tiles.inputs || matrix_.stored_outputs() != tiles.outputs) {
            fail("crossbar_array", "extents",
                 text("those of a stored matrix: a multiple of ", matrix_.block * taps, " inputs and of ", matrix_.copies,
                      " outputs"),
                 text(tiles.outputs, " x ", tiles.inputs));
        }
    }

    [[nodiscard]] index_t count() const { return matrix_.copies; }

    /// All copies take the sum of all, or their mean.
    void sum(float* matrix) const {
        each([&](const std::vector<index_t>& at) { replace(matrix, at, 1.0); });
    }
    void mean(float* matrix) const {
        each([&](const std::vector<index_t>& at) { replace(matrix, at, static_cast<double>(at.size())); });
    }
    /// All copies take what the first has.
    void spread(std::int32_t* matrix) const {
        each([&](const std::vector<index_t>& at) {
            for (const index_t copy : at) {
                matrix[copy] = matrix[at.front()];
            }
        });
    }

private:
    static void replace(float* matrix, const std::vector<index_t>& at, double divisor) {
        double sum = 0.0;
        for (const index_t copy : at) {
            sum += static_cast<double>(matrix[copy]);
        }
        for (const index_t copy : at) {
            matrix[copy] = static_cast<float>(sum / divisor);
        }
    }
    /// visit(where the copies of one weight are) for every weight; nothing where there is only one.
    template <class Visit>
    void each(Visit&& visit) const {
        const index_t copies = matrix_.copies;
        if (copies == 1) {
            return;
        }
        std::vector<index_t> at(static_cast<std::size_t>(copies));
        for (index_t i = 0; i < matrix_.block_rows(); ++i) {
            for (index_t input = 0; input < matrix_.stored_inputs(); ++input) {
                const index_t channel = input / matrix_.taps;
                const index_t first = channel / matrix_.block * matrix_.block;
                for (index_t e = 0; e < copies; ++e) {
                    const index_t s = (channel - first + matrix_.block - e) % matrix_.block;
                    at[static_cast<std::size_t>(e)] =
                        (i * copies + e) * stride_ + (first + s) * matrix_.taps + input % matrix_.taps;
                }
                visit(at);
            }
        }
    }

    circulant_matrix matrix_;
    index_t stride_;
};

/// Of mappings that store every weight once.
struct no_copies {
    template <class Map>
    no_copies(const Map&, const tiling&, index_t, index_t) {}
};

} // namespace rcim::inline RCIM_ABI
