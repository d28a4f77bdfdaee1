#pragma once

#include <rcim/update/automatic_theta.hpp>
#include <rcim/update/concept.hpp>
#include <rcim/update/sgd.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The circuit of weight clipping: slices that only weights above theta need are switched off, in reading and in writing, so a
/// stuck cell in them cannot act. What remains holds codes up to the next power of the cell's levels, so the bound is theta
/// rounded up to that. Needs a pair of arrays: in offset encoding the top slices carry the sign of every weight.
template <class Inner = sgd>
struct gated_on_use {
    using policy_kind = update_kind;
    static constexpr bool needs_pair = true;
    static_assert(!has_used<Inner>(), "rcim: role Update: gated_on_use goes inside a clip, not around it: "
                                      "clipped_on_use<gated_on_use<...>>");

    float theta = automatic; ///< in weight units; 0: automatic
    Inner inner{};

    /// Slices that stay on: the fewest whose largest code reaches theta.
    [[nodiscard]] constexpr int slices_on(const code_format& format) const {
        // Without a loop, because `used` asks for every weight.
        const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint32_t>(format.template at_most<std::int32_t>(theta))));
        return std::clamp((bits + format.cell_bits - 1) / format.cell_bits, 1, format.slices);
    }

    [[nodiscard]] constexpr weight_bounds limit(const code_format& format) const {
        const float bound = static_cast<float>(top_code(format, slices_on(format))) * format.lsb;
        return {-bound, bound};
    }

    template <class I>
    [[nodiscard]] constexpr stored_word<I> used(stored_word<I> word, const code_format& format) const {
        const auto on = static_cast<I>(top_code(format, slices_on(format)));
        return {word.plus & on, word.minus & on};
    }

    [[nodiscard]] gated_on_use fitted_to(matrix_view<const float> weights) const {
        return {theta == automatic ? theta_for(weights) : theta, inner};
    }

    static std::string name() { return "gated_on_use<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"theta", &gated_on_use::theta, 0.0, std::numeric_limits<double>::infinity()},
                          field{"inner", &gated_on_use::inner}};
    }

private:
    static constexpr std::int32_t top_code(const code_format& format, int slices) {
        return (std::int32_t{1} << (format.cell_bits * slices)) - 1;
    }
};
static_assert(UpdateRule<gated_on_use<sgd>>);

} // namespace rcim::inline RCIM_ABI
