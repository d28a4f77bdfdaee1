#pragma once

#include <rcim/core/policy.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Several policies of one axis as one, in their order. Which axes compose, and how, is said by the specialisation of
/// `chain_of_kind` in the axis folder (fault/chain.hpp and so on).
template <class Kind, class... Policies>
struct chain_of_kind;

template <class First, class... Rest>
using chain = chain_of_kind<typename First::policy_kind, First, Rest...>;

} // namespace rcim::inline RCIM_ABI
