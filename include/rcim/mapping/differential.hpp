#pragma once

#include <rcim/mapping/pair.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

/// Two arrays, each read on its own: weight = c+ - c-. A weight of zero is a pair of cells at HRS in every slice, so a cell
/// stuck at HRS can only make a weight smaller.
struct differential {
    static constexpr int arrays = 2;
    static constexpr bool analog_subtraction = false;

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

    static std::string name() { return "differential"; }
};
static_assert(WeightEncoding<differential>);

} // namespace rcim::inline RCIM_ABI
