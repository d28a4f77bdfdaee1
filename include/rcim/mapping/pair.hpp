#pragma once

#include <rcim/mapping/concept.hpp>

#include <algorithm>

namespace rcim::inline RCIM_ABI {

/// The arithmetic of a pair of arrays, weight = plus - minus, which differential and sign-magnitude storage share. Healthy pairs
/// have a zero on one side.
struct pair_arithmetic {
    /// Signed codes of two's complement.
    [[nodiscard]] static constexpr code_bounds range(int bits) {
        return {-(std::int32_t{1} << (bits - 1)), (std::int32_t{1} << (bits - 1)) - 1};
    }

    template <class I>
    [[nodiscard]] static constexpr stored_word<I> encode(I code) {
        return {std::max(code, I{0}), std::max(I{0} - code, I{0})};
    }

    /// The array against which the step points gives way first, down to zero. What its cells then hold is read back, and the
    /// other array takes up the rest: so a stuck cell in the first array does not keep the pair from its target, and nothing
    /// is encoded again from a decoded value.
    template <class I, class Store>
    [[nodiscard]] static constexpr stored_word<I> add(stored_word<I> word, I step, code_bounds bounds, Store&& store) {
        const I target = std::min(std::max(word.code() + step, I{bounds.low}), I{bounds.high});
        const I change = target - word.code();
        // Rising: minus gives way and plus takes up the rest. Falling: the other way round. Bit selections by the sign, so that
        // a loop over weights becomes vector instructions.
        const I falling = change >> 31;
        const I held = store(1 + falling, std::max(select(falling, word.plus + change, word.minus - change), I{0}));
        const I other = store(-falling, std::max(select(falling, held - target, target + held), I{0}));
        return {select(falling, held, other), select(falling, other, held)};
    }

private:
    /// mask (all bits or none) ? a : b.
    template <class I>
    static constexpr I select(I mask, I a, I b) {
        return b ^ ((a ^ b) & mask);
    }
};

} // namespace rcim::inline RCIM_ABI
