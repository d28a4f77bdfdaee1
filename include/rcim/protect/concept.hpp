#pragma once

/// @file
/// Protection: error handling on the digital side of a read, after shift and add and before inputs' bits are put together. What it
/// sees is the sum of one array for one cycle of the DAC; of a pair that is subtracted before the converter, their difference.
///
/// An arithmetic code stores multiples: a word w as multiplier x w in more cells, so that right sums are multiples too and the
/// residue tells of wrong ones. It says which error it takes a residue for; layers then correct every sum of the folded plan by
/// that table, and reads and writes go through the same table word by word.
///
/// A protection that declares `static constexpr bool compensates = true;` leaves sums alone, so that it `folds`, and has the digital side add
/// what stuck cells take from a read.
///
/// Laws (tests/laws/protect_laws.hpp): deterministic and finite; a model that `folds` answers with what it is given; an arithmetic code
/// divides sums that are right, and gives the right sum where one cell is wrong; what compensates folds.
///
/// Cost: `correct` is asked by the reference plan alone, per sum; `corrections` once per array.

#include <rcim/core/policy.hpp>
#include <rcim/mapping/stored_word.hpp>

#include <concepts>
#include <cstdint>
#include <limits>

namespace rcim::inline RCIM_ABI {

namespace protect_requires {
template <class P>
concept kind = PolicyOf<P, protect_kind>;
template <class P>
concept correct = requires(const P& protect, double sum, const code_format& format) {
    { protect.correct(sum, format) } -> std::convertible_to<double>;
};
template <class P>
concept folds = requires {
    { P::folds } -> std::convertible_to<bool>;
};
} // namespace protect_requires

/// Corrects the sum of one array, in units of one step of the lowest slice, into one in units of one code.
template <class P>
concept ProtectModel = protect_requires::kind<P> && protect_requires::correct<P> && protect_requires::folds<P>;

/// What a residue of no known error is taken for.
inline constexpr std::int32_t uncorrectable = std::numeric_limits<std::int32_t>::min();

/// Stores multiples of `multiplier`, odd. `corrections(cell_bits, slices)[residue]` is the error with that residue, 0 for residue 0,
/// or `uncorrectable`: such sums count as zero if `zeroes`, else as the nearest multiple.
template <class P>
concept ArithmeticCode = ProtectModel<P> && requires(const P& protect) {
    { P::multiplier } -> std::convertible_to<std::int32_t>;
    { P::corrections(2, 8)[0] } -> std::convertible_to<std::int32_t>;
    { protect.zeroes } -> std::convertible_to<bool>;
};

template <class P>
struct check_protect {
    static_assert(protect_requires::kind<P>, "rcim: role Protect: missing `using policy_kind = protect_kind;`, "
                                             "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(protect_requires::correct<P>, "rcim: role Protect: missing `double correct(double sum, const code_format&) const;`");
    static_assert(protect_requires::folds<P>, "rcim: role Protect: missing `static constexpr bool folds;` (true: leaves sums alone)");
};

/// Whether the digital side knows the stuck cells, and adds to every read what they take from it.
template <class P>
[[nodiscard]] consteval bool compensates_stuck() {
    if constexpr (requires { P::compensates; }) {
        return P::compensates;
    } else {
        return false;
    }
}

/// Factor of all that cells hold.
template <class P>
[[nodiscard]] consteval std::int32_t multiplier_of() {
    if constexpr (ArithmeticCode<P>) {
        return P::multiplier;
    } else {
        return 1;
    }
}

/// Cells of one weight of `weight_bits` bits in one array under a protection: the bits of the largest multiple.
template <class P>
[[nodiscard]] constexpr int slices_under(int weight_bits, int cell_bits) {
    int bits = weight_bits;
    while ((std::int64_t{1} << bits) < (std::int64_t{1} << weight_bits) * multiplier_of<P>()) {
        ++bits;
    }
    return (bits + cell_bits - 1) / cell_bits;
}

/// The format of weights under a protection.
template <class P>
[[nodiscard]] constexpr code_format protected_format(code_format format, int weight_bits) {
    if constexpr (ArithmeticCode<P>) {
        format.multiplier = P::multiplier;
        format.slices = slices_under<P>(weight_bits, format.cell_bits);
    }
    return format;
}

} // namespace rcim::inline RCIM_ABI
