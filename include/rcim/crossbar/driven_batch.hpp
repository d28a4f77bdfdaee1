#pragma once

#include <rcim/convert/concept.hpp>
#include <rcim/convert/ideal_dac.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/quantise.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace rcim::inline RCIM_ABI {

/// A batch as a DAC sends it: with one of integers rounded, for the product of the folded plan, and as integers, for the sums of columns; with an ideal one as it is.
class driven_batch {
public:
    /// By an ideal DAC, real inputs as they are, in units of 1; by one of integers rounded ones, and integers if asked for. With `padding`
    /// zeros around each map of what is driven.
    template <class Dac>
    void drive(const Dac& dac, const batch_tensor& x, bool integers, index_t padding, thread_pool& pool) {
        kernel::integer_maps whole{nullptr, padding};
        padded_ = whole.shape(x.shape());
        blocks_ = x.blocks();
        unit_.assign(static_cast<std::size_t>(blocks_ * samples_per_block), 1.0f);
        if constexpr (IntegerDac<Dac>) {
            rounded_.reshape(x.shape(), x.samples());
            if (integers) {
                integer_.resize(static_cast<std::size_t>(blocks_ * padded_stride()));
                whole.data = integer_.data();
            }
            kernel::quantise(x.data(), x.shape(), x.samples(), Dac::low, Dac::high, [&](float largest) { return dac.unit(largest); },
                             rounded_.data(), unit_.data(), whole, pool);
        } else {
            static_assert(std::is_same_v<Dac, ideal_dac>);
            pad(x, padding, pool);
        }
    }

    [[nodiscard]] index_t blocks() const { return blocks_; }
    /// Numbers from one block to the next, padding included.
    [[nodiscard]] index_t padded_stride() const { return padded_.size() * samples_per_block; }
    [[nodiscard]] const float* padded() const { return real_.data(); }
    [[nodiscard]] const batch_tensor& rounded() const { return rounded_; }
    [[nodiscard]] const std::int16_t* integers(index_t block) const { return integer_.data() + block * padded_stride(); }
    /// Of the 16 lanes of a block.
    [[nodiscard]] const float* units(index_t block) const { return unit_.data() + block * samples_per_block; }

private:
    void pad(const batch_tensor& x, index_t padding, thread_pool& pool) {
        real_.resize(static_cast<std::size_t>(x.blocks() * padded_stride()));
        const index_t lines = x.shape().channels * x.shape().height;
        pool.run(x.blocks(), [&](index_t begin, index_t end) {
            for (index_t block = begin; block < end; ++block) {
                float* const to = real_.data() + block * padded_stride();
                std::fill_n(to, padded_stride(), 0.0f);
                for (index_t line = 0; line < lines; ++line) {
                    const index_t row = line / x.shape().height * padded_.height + line % x.shape().height + padding;
                    std::copy_n(x.block(block) + line * x.shape().width * samples_per_block, x.shape().width * samples_per_block,
                                to + (row * padded_.width + padding) * samples_per_block);
                }
            }
        });
    }

    batch_tensor rounded_;
    index_t blocks_ = 0;
    map_shape padded_;
    aligned_vector<std::int16_t> integer_;
    aligned_vector<float> real_;
    aligned_vector<float> unit_;
};

} // namespace rcim::inline RCIM_ABI
