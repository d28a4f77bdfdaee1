#pragma once

#include <rcim/mapping/pair.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

/// The magnitude on one side of a pair of columns whose currents are subtracted before the converter, which sees signed sums.
/// Storage is that of a differential pair; what differs is the read.
struct sign_magnitude {
    static constexpr int arrays = 2;
    static constexpr bool analog_subtraction = true;

    [[nodiscard]] static constexpr code_bounds range(int bits) { return pair_arithmetic::range(bits); }
    [[nodiscard]] static constexpr std::int32_t minus_constant(int) { return 0; }

    template <class I>
    [[nodiscard]] static constexpr stored_word<I> encode(I code, I) {
        return pair_arithmetic::encode(code);
    }
    template <class I, class Store>
    [[nodiscard]] static constexpr stored_word<I> add(stored_word<I> word, I step, code_bounds bounds, Store&& store) {
        return pair_arithmetic::add(word, step, bounds, store);
    }

    static std::string name() { return "sign_magnitude"; }
};
static_assert(WeightEncoding<sign_magnitude>);

} // namespace rcim::inline RCIM_ABI
