#pragma once

/// @file
/// A converter in float arithmetic, as the analog plan has it: the same few operations for one sum and for those of 16 samples.

#include <rcim/compat/simd.hpp>
#include <rcim/convert/transfer.hpp>
#include <rcim/core/config.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace rcim::inline RCIM_ABI::kernel {

enum class transfer_kind : std::uint8_t { ideal, nearest, table };

/// seen = scale x sum + bias, rounded once. Cut to [least, largest] (NaN to least) it is rounded to the word, ties to even, or looked up
/// in the table. Where the words are equally spaced, seen counts in them.
struct float_transfer {
    transfer_kind kind = transfer_kind::ideal;
    float scale = 1.0f;
    float bias = 0.0f;
    float least = 0.0f;
    float largest = 0.0f;

    float_transfer() = default;
    explicit float_transfer(const adc_transfer& t) {
        if (t.ideal()) {
            return;
        }
        if (!t.words.empty()) {
            kind = transfer_kind::table;
            scale = static_cast<float>(t.gain);
            bias = static_cast<float>(t.offset);
            least = static_cast<float>(t.low);
            largest = static_cast<float>(t.high);
        } else {
            kind = transfer_kind::nearest;
            const double top = static_cast<double>(t.levels - 1);
            scale = static_cast<float>(t.gain * top / (t.high - t.low));
            bias = static_cast<float>((t.offset - t.low) * top / (t.high - t.low));
            largest = static_cast<float>(top);
        }
    }

    [[nodiscard]] float seen(float sum) const { return std::fma(sum, scale, bias); }
    [[nodiscard]] lanes seen(const lanes& sum) const {
        lanes r = lanes::broadcast(bias);
        r.add_product(sum, lanes::broadcast(scale));
        return r;
    }
    [[nodiscard]] float cut(float seen) const {
        const float above = seen > least ? seen : least;
        return above < largest ? above : largest;
    }
    [[nodiscard]] lanes cut(const lanes& seen) const {
        return lanes::min(lanes::max(seen, lanes::broadcast(least)), lanes::broadcast(largest));
    }
    [[nodiscard]] bool saturates(float seen) const { return kind != transfer_kind::ideal && !(seen >= least && seen <= largest); }

    /// The nearest whole number of a cut number of words, ties to even.
    template <class Number>
    [[nodiscard]] static Number nearest(const Number& cut) {
        // Below 2^22 the sum has no fraction.
        if constexpr (requires { Number::broadcast(0.0f); }) {
            const Number whole = Number::broadcast(0x1.8p23f);
            return cut + whole - whole;
        } else {
            return std::nearbyint(cut);
        }
    }
};

} // namespace rcim::inline RCIM_ABI::kernel
