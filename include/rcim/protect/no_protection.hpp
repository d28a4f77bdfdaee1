#pragma once

#include <rcim/protect/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the protection axis.
struct no_protection {
    using policy_kind = protect_kind;
    static constexpr bool folds = true;

    [[nodiscard]] constexpr double correct(double sum, const code_format&) const { return sum; }

    static std::string name() { return "no_protection"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(ProtectModel<no_protection>);

} // namespace rcim::inline RCIM_ABI
