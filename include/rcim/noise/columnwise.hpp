#pragma once

#include <rcim/noise/hooks.hpp>
#include <rcim/noise/thermal.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// An approximation, to be asked for by name. Where wires have resistance, the noise of one cell shows in the currents of several columns,
/// which exact reads draw together. Around a noise, this lets reads draw it for each column by itself, with the column's own variance:
/// every sum by itself is distributed as it should be, only sums of several columns (slices of a word, arrays of a pair, classes that are
/// compared) miss the correlation. Without wires it is exactly Inner. States of cells are not touched.
template <NoiseModel Inner>
struct columnwise {
    static_assert(!noise_requires::injected<Inner>, "rcim: role Noise: columnwise: injected statistics are of columns already; "
                                                    "write chain<columnwise<...>, injected>");
    using policy_kind = noise_kind;
    static constexpr bool folds = Inner::folds;
    static constexpr bool by_columns = true; ///< see `draws_by_columns`

    static constexpr bool needs_row_volts = rcim::needs_row_volts<Inner>();

    Inner inner{};

    [[nodiscard]] constexpr double variance_per_siemens() const
        requires(noise_requires::thermal<Inner>)
    {
        return inner.variance_per_siemens();
    }
    [[nodiscard]] constexpr double variance_per_ampere() const
        requires(noise_requires::shot<Inner>)
    {
        return inner.variance_per_ampere();
    }
    [[nodiscard]] constexpr double conductance_variance(double conductance) const
        requires(noise_requires::conductance<Inner>)
    {
        return inner.conductance_variance(conductance);
    }
    [[nodiscard]] constexpr double held(double conductance, const held_cell& cell) const
        requires(noise_requires::held<Inner>)
    {
        return inner.held(conductance, cell);
    }
    [[nodiscard]] constexpr index_t images_per_state() const
        requires(noise_requires::held<Inner>)
    {
        return inner.images_per_state();
    }
    void require_levels(double least, double largest) const
        requires(noise_requires::levels<Inner>)
    {
        inner.require_levels(least, largest);
    }

    static std::string name() { return "columnwise<" + Inner::name() + ">"; }
    static constexpr auto fields() { return std::tuple{field{"inner", &columnwise::inner}}; }
};
static_assert(NoiseModel<columnwise<thermal>> && draws_by_columns<columnwise<thermal>>());

} // namespace rcim::inline RCIM_ABI
