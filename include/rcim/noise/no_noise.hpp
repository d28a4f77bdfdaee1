#pragma once

#include <rcim/noise/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the noise axis.
struct no_noise {
    using policy_kind = noise_kind;
    static constexpr bool folds = true;

    static std::string name() { return "no_noise"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(NoiseModel<no_noise>);

} // namespace rcim::inline RCIM_ABI
