#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/quantise.hpp>

#include <algorithm>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// A batch as a DAC sends it: with one of integers rounded, for the product of the folded plan, and as integers, for the sums of columns; with an ideal one as it is.
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
        kernel::quantise(x.data(), x.shape(), x.samples(), Dac::low, Dac::high, [&](float largest) { return dac.unit(largest); }, rounded_.data(),
                         unit_.data(), whole, pool);
    }

    /// Takes real inputs as they are, in units of 1, with `padding` zeros around each map.
    void pad(const batch_tensor& x, index_t padding, thread_pool& pool) {
        rounded_.reshape(x.shape(), x.samples()); // for the number of blocks
        padded_ = kernel::integer_maps{nullptr, padding}.shape(x.shape());
        unit_.assign(static_cast<std::size_t>(x.blocks() * samples_per_block), 1.0f);
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

    [[nodiscard]] index_t blocks() const { return rounded_.blocks(); }
    /// Numbers from one block to the next, padding included.
    [[nodiscard]] index_t padded_stride() const { return padded_.size() * samples_per_block; }
    [[nodiscard]] const float* padded() const { return real_.data(); }
    [[nodiscard]] const batch_tensor& rounded() const { return rounded_; }
    [[nodiscard]] const std::int16_t* integers(index_t block) const { return integer_.data() + block * padded_stride(); }
    /// Of the 16 lanes of a block.
    [[nodiscard]] const float* units(index_t block) const { return unit_.data() + block * samples_per_block; }

private:
    batch_tensor rounded_;
    map_shape padded_;
    aligned_vector<std::int16_t> integer_;
    aligned_vector<float> real_;
    aligned_vector<float> unit_;
};

} // namespace rcim::inline RCIM_ABI
