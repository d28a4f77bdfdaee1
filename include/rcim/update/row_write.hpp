#pragma once

#include <rcim/update/concept.hpp>
#include <rcim/update/sgd.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// A word line is written as a whole or not at all: where at least one rounded step of a line of a crossbar is not zero, after what
/// `keep_write` has cleared, all cells of the line are written, in both arrays of a pair and stuck or not, in the slices that are on.
/// Exact cells hold what they would hold otherwise, but every written cell wears; other cells are programmed anew, to the level that was
/// read back where their step is zero.
///
/// Write drivers that select a word line and drive all bit lines do this; without it only cells that change are written.
template <class Inner = sgd>
struct row_write {
    using policy_kind = update_kind;
    static constexpr write_grain grain = write_grain::line;

    Inner inner{};

    static std::string name() { return "row_write<" + Inner::name() + ">"; }
    static constexpr auto fields() { return std::tuple{field{"inner", &row_write::inner}}; }
};
static_assert(UpdateRule<row_write<sgd>>);

} // namespace rcim::inline RCIM_ABI
