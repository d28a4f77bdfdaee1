#pragma once

/// @file
/// Read noise: what reads of cells see in place of their conductances. A model offers any of the hooks below; `chain<...>` composes
/// several.
///
/// | hook | what it says | without it |
/// | --- | --- | --- |
/// | `double variance_per_siemens() const` | variance of a cell's current by its conductance, in A^2/S, whatever its voltage: thermal noise | 0 |
/// | `double variance_per_ampere() const` | the same by the magnitude of its current, in A^2/A: shot noise | 0 |
/// | `double conductance_variance(double conductance) const` | variance of its conductance in S^2, drawn anew for every read | 0 |
/// | `double held(double conductance, const held_cell&) const`, `index_t images_per_state() const` | the conductance as reads find it for so many images in a row: a state of the cell, not a draw per read | the conductance |
/// | `void require_levels(double least, double largest) const` | throws `error` where the model does not hold for conductances in this range | all are fine |
///
/// What is drawn anew for every read and every cycle of the DAC is normal and independent between cells, so plans may draw it at the foot of a
/// column, with the same mean and covariance. A state of the cell shows in its conductance, wires included.
///
/// Laws (tests/laws/noise_laws.hpp): variances are finite and not negative; `held` is finite, not negative, and the same for the same
/// conductance, source, cell and state, where image / images_per_state() is the number of the state; a model that `folds` has no
/// hooks.
///
/// Cost: the first two once per array; `conductance_variance` and `held` per cell whenever cells or states change.

#include <rcim/core/policy.hpp>
#include <rcim/core/random.hpp>

#include <concepts>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// A cell whose state is asked for.
struct held_cell {
    random_source source; ///< of its crossbar: seed, purpose and place; models fork by the number of the state
    std::uint64_t cell = 0; ///< number in the crossbar; its draws
    std::uint64_t image = 0; ///< number of the image that is read
    double row_volts = 0.0;    ///< root mean square of the voltage at its row, over all reads of the pass
    double column_volts = 0.0; ///< the same at the row whose number in the crossbar is that of its column
};

namespace noise_requires {
template <class N>
concept kind = PolicyOf<N, noise_kind>;
template <class N>
concept folds = requires {
    { N::folds } -> std::convertible_to<bool>;
};
template <class N>
concept thermal = requires(const N& noise) {
    { noise.variance_per_siemens() } -> std::convertible_to<double>;
};
template <class N>
concept shot = requires(const N& noise) {
    { noise.variance_per_ampere() } -> std::convertible_to<double>;
};
template <class N>
concept conductance = requires(const N& noise, double g) {
    { noise.conductance_variance(g) } -> std::convertible_to<double>;
};
template <class N>
concept held = requires(const N& noise, double g, const held_cell& cell) {
    { noise.held(g, cell) } -> std::convertible_to<double>;
    { noise.images_per_state() } -> std::convertible_to<index_t>;
};
template <class N>
concept injected = requires(const N& noise) {
    { noise.injects } -> std::convertible_to<bool>;
};
template <class N>
concept any = thermal<N> || shot<N> || conductance<N> || held<N> || injected<N>;
} // namespace noise_requires

/// Disturbs reads.
template <class N>
concept NoiseModel = noise_requires::kind<N> && noise_requires::folds<N> && (N::folds || noise_requires::any<N>);

namespace detail {
/// A member with the name of a hook and another signature would be no hook, without a word.
template <class N>
concept names_held = requires { &N::held; } || requires { &N::images_per_state; };
} // namespace detail

template <class N>
struct check_noise {
    static_assert(noise_requires::kind<N>, "rcim: role Noise: missing `using policy_kind = noise_kind;`, "
                                           "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(noise_requires::folds<N>, "rcim: role Noise: missing `static constexpr bool folds;` (true: no noise at all)");
    static_assert(!detail::names_held<N> || noise_requires::held<N>,
                  "rcim: role Noise: missing `double held(double conductance, const held_cell&) const;` or `index_t images_per_state() const;`: "
                  "a noise with states has both");
    static_assert(NoiseModel<N> || !noise_requires::kind<N> || !noise_requires::folds<N>,
                  "rcim: role Noise: missing `double variance_per_siemens() const;`, `double variance_per_ampere() const;`, "
                  "`double conductance_variance(double conductance) const;` or `double held(double conductance, const held_cell&) const;` "
                  "with `index_t images_per_state() const;`: one of them at least, unless it folds");
};

/// Whether reads find other conductances than those that were programmed, for some images in a row.
template <NoiseModel N>
[[nodiscard]] consteval bool holds_states() {
    return noise_requires::held<N>;
}
/// Whether something is drawn for every read of a cell.
template <NoiseModel N>
[[nodiscard]] consteval bool draws_per_read() {
    return noise_requires::thermal<N> || noise_requires::shot<N> || noise_requires::conductance<N>;
}
/// Whether statistics of an array are added to its sums.
template <NoiseModel N>
[[nodiscard]] consteval bool injects_shift() {
    return noise_requires::injected<N>;
}

/// Whether `held` asks for the voltages of rows: `static constexpr bool needs_row_volts`.
template <NoiseModel N>
[[nodiscard]] consteval bool needs_row_volts() {
    if constexpr (requires { { N::needs_row_volts } -> std::convertible_to<bool>; }) {
        return N::needs_row_volts;
    } else {
        return false;
    }
}
template <NoiseModel N>
[[nodiscard]] constexpr double variance_per_siemens(const N& noise) {
    if constexpr (noise_requires::thermal<N>) {
        return noise.variance_per_siemens();
    } else {
        return 0.0;
    }
}
template <NoiseModel N>
[[nodiscard]] constexpr double variance_per_ampere(const N& noise) {
    if constexpr (noise_requires::shot<N>) {
        return noise.variance_per_ampere();
    } else {
        return 0.0;
    }
}
template <NoiseModel N>
[[nodiscard]] constexpr double conductance_variance(const N& noise, double conductance) {
    if constexpr (noise_requires::conductance<N>) {
        return noise.conductance_variance(conductance);
    } else {
        return 0.0;
    }
}
template <NoiseModel N>
[[nodiscard]] double held(const N& noise, double conductance, const held_cell& cell) {
    if constexpr (holds_states<N>()) {
        return noise.held(conductance, cell);
    } else {
        return conductance;
    }
}

} // namespace rcim::inline RCIM_ABI
