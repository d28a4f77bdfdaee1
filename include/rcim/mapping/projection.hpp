#pragma once

/// @file
/// Projections: which weights of a matrix pruning keeps. The kept ones as they are and the others at zero are the nearest matrix of a set, which
/// training with ADMM (update/admm.hpp) approaches and pruned weights (mapping/pruned.hpp) belong to.
///
/// Laws (tests/mapping/projection.cpp): nothing is kept that was no candidate; what was projected is projected onto itself; no other choice of the
/// set loses less of the sum of squares.

#include <rcim/core/matrix_view.hpp>
#include <rcim/core/policy.hpp>

#include <concepts>
#include <cstdint>
#include <span>

namespace rcim::inline RCIM_ABI {

/// A matrix [outputs][inputs] as it lies in crossbars: a column is what one output has in one group of inputs that are driven at once.
struct pruning_view {
    matrix_view<const float> weights{};
    index_t group = 1; ///< inputs of one column, >= 1; the last may have fewer

    [[nodiscard]] index_t groups() const { return (weights.cols + group - 1) / group; }
};

namespace projection_requires {
template <class P>
concept kind = PolicyOf<P, projection_kind>;
template <class P>
concept keep = requires(const P& projection, const pruning_view& view, std::span<std::uint8_t> kept) {
    projection.keep(view, kept);
};
template <class P>
concept most_in = requires(const P& projection, index_t rows) {
    { projection.most_in(rows) } -> std::same_as<index_t>;
};
} // namespace projection_requires

/// - `keep(view, kept)`: kept [outputs][inputs] comes with 1 for candidates and leaves with 1 for those that are kept;
/// - `most_in(rows)`: the most weights of a column of so many inputs that can be kept.
template <class P>
concept WeightProjection = projection_requires::kind<P> && projection_requires::keep<P> && projection_requires::most_in<P>;

template <class P>
struct check_projection {
    static_assert(projection_requires::kind<P>, "rcim: role Projection: missing `using policy_kind = projection_kind;`, "
                                                "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(projection_requires::keep<P>,
                  "rcim: role Projection: missing `void keep(const pruning_view&, std::span<std::uint8_t> kept) const;`");
    static_assert(projection_requires::most_in<P>, "rcim: role Projection: missing `index_t most_in(index_t rows) const;`");
};

} // namespace rcim::inline RCIM_ABI
