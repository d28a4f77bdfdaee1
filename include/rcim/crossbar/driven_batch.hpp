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

/// A batch as a DAC sends it: with one of integers rounded, for products with effective weights, and as integers, for sums of columns; with
/// an ideal one as it is.
class driven_batch {
public:
    /// Rounded numbers in units of x; integers too if asked for, as `drive` has them.
    template <IntegerDac Dac>
    void round(const Dac& dac, const batch_tensor& x, bool integers, index_t padding, thread_pool& pool) {
        rounded_.reshape(x.shape(), x.samples());
        quantise(dac, x, integers, padding, rounded_.data(), pool);
    }

    /// What is driven, with `padding` zeros around each map: integers, or by an ideal DAC real numbers in units of 1.
    template <class Dac>
    void drive(const Dac& dac, const batch_tensor& x, index_t padding, thread_pool& pool) {
        if constexpr (IntegerDac<Dac>) {
            quantise(dac, x, true, padding, nullptr, pool);
        } else {
            static_assert(std::is_same_v<Dac, ideal_dac>);
            begin(x, padding);
            pad(x, padding, pool);
        }
    }

    /// The same of each sample by itself: its padded maps [channel][row][column] at rows() + sample x row_stride(), after which one may read on
    /// for 16 numbers.
    template <class Dac>
    void drive_rows(const Dac& dac, const batch_tensor& x, index_t padding, thread_pool& pool) {
        begin(x, padding);
        auto& to = own<Dac>();
        to.assign(static_cast<std::size_t>(x.samples() * row_stride()), {});
        for (index_t sample = 0; sample < x.samples(); ++sample) {
            const float* const from = x.block(sample / samples_per_block) + sample % samples_per_block;
            auto* const maps = to.data() + sample * row_stride();
            if constexpr (IntegerDac<Dac>) {
                float& unit = unit_[static_cast<std::size_t>(sample)];
                unit = dac.unit(kernel::largest_of_sample(from, x.shape().size(), pool));
                const float per_unit = unit == unit ? 1.0f / unit : 0.0f;
                kernel::lay_out_sample(from, x.shape(), padding, maps, pool, [&](float number) {
                    return per_unit == 0.0f ? std::int16_t{0} : kernel::whole_number(number * per_unit, Dac::low, Dac::high);
                });
            } else {
                kernel::lay_out_sample(from, x.shape(), padding, maps, pool, [](float number) { return number; });
            }
        }
    }
    template <class Dac>
    [[nodiscard]] const auto* rows() const {
        if constexpr (IntegerDac<Dac>) {
            return integer_.data();
        } else {
            return real_.data();
        }
    }
    [[nodiscard]] index_t row_stride() const { return padded_.size() + samples_per_block; }

    [[nodiscard]] index_t blocks() const { return blocks_; }
    /// Numbers from one block to the next, padding included.
    [[nodiscard]] index_t padded_stride() const { return padded_.size() * samples_per_block; }
    [[nodiscard]] const float* padded() const { return real_.data(); }
    [[nodiscard]] const batch_tensor& rounded() const { return rounded_; }
    [[nodiscard]] const std::int16_t* integers(index_t block) const { return integer_.data() + block * padded_stride(); }
    /// Of the 16 lanes of a block.
    [[nodiscard]] const float* units(index_t block) const { return unit_.data() + block * samples_per_block; }

private:
    void begin(const batch_tensor& x, index_t padding) {
        padded_ = kernel::integer_maps{nullptr, padding}.shape(x.shape());
        blocks_ = x.blocks();
        unit_.assign(static_cast<std::size_t>(blocks_ * samples_per_block), 1.0f);
    }
    template <class Dac>
    auto& own() {
        if constexpr (IntegerDac<Dac>) {
            return integer_;
        } else {
            return real_;
        }
    }

    template <class Dac>
    void quantise(const Dac& dac, const batch_tensor& x, bool integers, index_t padding, float* rounded, thread_pool& pool) {
        begin(x, padding);
        kernel::integer_maps whole{nullptr, padding};
        if (integers) {
            integer_.resize(static_cast<std::size_t>(blocks_ * padded_stride()));
            whole.data = integer_.data();
        }
        kernel::quantise(x.data(), x.shape(), x.samples(), Dac::low, Dac::high, [&](float largest) { return dac.unit(largest); }, rounded,
                         unit_.data(), whole, pool);
    }

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
