#pragma once

/// @file
/// Protection: error handling on the digital side of a read, after the converter and before shift and add.
///
/// Laws (tests/laws/protect_laws.hpp): deterministic and finite; a model that `folds` answers with what it is given.
///
/// Cost: only the reference plan asks per column.

#include <rcim/core/policy.hpp>

#include <concepts>

namespace rcim::inline RCIM_ABI {

namespace protect_requires {
template <class P>
concept kind = PolicyOf<P, protect_kind>;
template <class P>
concept correct = requires(const P& protect, double converted) {
    { protect.correct(converted) } -> std::convertible_to<double>;
};
template <class P>
concept folds = requires {
    { P::folds } -> std::convertible_to<bool>;
};
} // namespace protect_requires

/// Corrects a converted column sum.
template <class P>
concept ProtectModel = protect_requires::kind<P> && protect_requires::correct<P> && protect_requires::folds<P>;

template <class P>
struct check_protect {
    static_assert(protect_requires::kind<P>, "rcim: role Protect: missing `using policy_kind = protect_kind;`, "
                                             "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(protect_requires::correct<P>, "rcim: role Protect: missing `double correct(double converted) const;`");
    static_assert(protect_requires::folds<P>, "rcim: role Protect: missing `static constexpr bool folds;` (true: does nothing)");
};

} // namespace rcim::inline RCIM_ABI
