#pragma once

#include <rcim/update/concept.hpp>
#include <rcim/update/sgd.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// All cells are written in every step, in the slices that are on: what an accelerator does that elides no write, and the baseline of those
/// that do. What becomes of cells is as in `row_write`.
template <class Inner = sgd>
struct whole_write {
    using policy_kind = update_kind;
    static constexpr write_grain grain = write_grain::whole;

    Inner inner{};

    static std::string name() { return "whole_write<" + Inner::name() + ">"; }
    static constexpr auto fields() { return std::tuple{field{"inner", &whole_write::inner}}; }
};
static_assert(UpdateRule<whole_write<sgd>>);

} // namespace rcim::inline RCIM_ABI
