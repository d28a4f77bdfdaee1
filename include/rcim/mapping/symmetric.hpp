#pragma once

#include <rcim/mapping/concept.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

/// A pair whose words are used to the last code: codes from -(2^b - 1) to 2^b - 1 on words of b bits, since which array holds the word is its
/// sign. `bit_sliced<7, symmetric<sign_magnitude>>` has the range of signed 8-bit numbers without the lowest, in cells of 7 bits; as PytorX maps
/// weights.
template <WeightEncoding Pair>
    requires(Pair::arrays == 2)
struct symmetric : Pair {
    [[nodiscard]] static constexpr code_bounds range(int bits) {
        const std::int32_t top = (std::int32_t{1} << bits) - 1;
        return {-top, top};
    }
    static std::string name() { return "symmetric<" + Pair::name() + ">"; }
};

} // namespace rcim::inline RCIM_ABI
