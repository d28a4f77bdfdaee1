#pragma once

#include <rcim/noise/concept.hpp>

#include <cstddef>
#include <ostream>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Which sums share one mean and deviation of the shift.
enum class shift_grain { layer, column };

inline std::ostream& operator<<(std::ostream& out, shift_grain grain) { return out << (grain == shift_grain::layer ? "layer" : "column"); }

/// Noise injection adaption: in training, an array adds to its sums, before the ADC, the mean and normal noise of the standard deviation
/// that the shift of its currents by wires was profiled to have, so that a network learns to live with it without solving circuits. The
/// gradient passes unchanged. Without statistics of an array there is nothing to add.
///
/// Z. He et al., DAC 2019, doi 10.1145/3316781.3317870, whose repository has no code for it: a reconstruction.
struct injected {
    using policy_kind = noise_kind;
    static constexpr bool folds = false;
    static constexpr bool injects = true; ///< the statistics are the array's

    shift_grain grain = shift_grain::layer; ///< what one mean and deviation are for; shifts grow along rows and columns
    double scale = 1.0;                     ///< of the standard deviation, [0, 1e3]
    bool mean = true;                       ///< whether the mean is added; it is mostly a gain, which a digital factor may mend

    static std::string name() { return "injected"; }
    static constexpr auto fields() {
        return std::tuple{field{"grain", &injected::grain}, field{"scale", &injected::scale, 0.0, 1e3}, field{"mean", &injected::mean}};
    }
};
static_assert(NoiseModel<injected> && injects_shift<injected>());

namespace detail {
template <class... Models>
[[nodiscard]] consteval std::size_t first_that_injects(const std::tuple<Models...>*) {
    std::size_t at = 0;
    static_cast<void>(((noise_requires::injected<Models> || (++at, false)) || ...));
    return at;
}
} // namespace detail

/// The model that injects, in a chain or a wrapper, or itself.
template <NoiseModel N>
    requires(injects_shift<N>())
[[nodiscard]] constexpr const auto& injecting_part(const N& noise) {
    if constexpr (requires { noise.models; }) {
        using models = decltype(noise.models);
        return injecting_part(std::get<detail::first_that_injects(static_cast<const models*>(nullptr))>(noise.models));
    } else if constexpr (requires { noise.inner; }) {
        return injecting_part(noise.inner);
    } else {
        return noise;
    }
}

} // namespace rcim::inline RCIM_ABI
