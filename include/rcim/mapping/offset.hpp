#pragma once

#include <rcim/mapping/concept.hpp>

#include <algorithm>
#include <string>

namespace rcim::inline RCIM_ABI {

/// Offset binary in one array, as ISAAC stores it: word = code + 2^(bits - 1); the digital side subtracts 2^(bits - 1) times the
/// sum of the inputs. A weight of zero has a cell at a middle level in its top slice, so a cell stuck there moves every weight
/// by a large part of full scale.
struct offset {
    static constexpr int arrays = 1;
    static constexpr bool analog_subtraction = false;

    [[nodiscard]] static constexpr code_bounds range(int bits) {
        return {-(std::int32_t{1} << (bits - 1)), (std::int32_t{1} << (bits - 1)) - 1};
    }
    [[nodiscard]] static constexpr std::int32_t minus_constant(int bits) { return std::int32_t{1} << (bits - 1); }

    template <class I>
    [[nodiscard]] static constexpr stored_word<I> encode(I code, I minus_constant) {
        return {code + minus_constant, minus_constant};
    }

    template <class I, class Store>
    [[nodiscard]] static constexpr stored_word<I> add(stored_word<I> word, I step, code_bounds bounds, Store&& store) {
        const I target = std::min(std::max(word.code() + step, I{bounds.low}), I{bounds.high});
        return {store(0, target + word.minus), word.minus};
    }

    static std::string name() { return "offset"; }
};
static_assert(WeightEncoding<offset>);

} // namespace rcim::inline RCIM_ABI
