#pragma once

/// @file
/// Read noise: what one read of one cell sees in place of its conductance.
///
/// Laws (tests/laws/noise_laws.hpp): the same source and draw give the same answer; the answer is finite; a model that `folds`
/// answers with the conductance itself.
///
/// Cost: only the reference plan asks per cell.

#include <rcim/core/policy.hpp>
#include <rcim/core/random.hpp>

#include <concepts>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

namespace noise_requires {
template <class N>
concept kind = PolicyOf<N, noise_kind>;
template <class N>
concept read = requires(const N& noise, double conductance, const random_source& source, std::uint64_t draw) {
    { noise.read(conductance, source, draw) } -> std::convertible_to<double>;
};
template <class N>
concept folds = requires {
    { N::folds } -> std::convertible_to<bool>;
};
} // namespace noise_requires

/// Disturbs each read of each cell.
template <class N>
concept NoiseModel = noise_requires::kind<N> && noise_requires::read<N> && noise_requires::folds<N>;

template <class N>
struct check_noise {
    static_assert(noise_requires::kind<N>, "rcim: role Noise: missing `using policy_kind = noise_kind;`, "
                                           "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(noise_requires::read<N>, "rcim: role Noise: missing `double read(double conductance, const random_source&, "
                                           "std::uint64_t draw) const;`");
    static_assert(noise_requires::folds<N>, "rcim: role Noise: missing `static constexpr bool folds;` (true: no noise at all)");
};

} // namespace rcim::inline RCIM_ABI
