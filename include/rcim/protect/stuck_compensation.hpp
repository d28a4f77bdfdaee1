#pragma once

#include <rcim/protect/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Digital compensation of stuck cells: a profile, made once, says which cells are stuck and at what level, and the digital side keeps what
/// they were to hold. After the ADC it adds what they took away,
///
///     y += sum over stuck cells of (g_intended - g_stuck) v,
///
/// exactly, at one multiply-add per stuck cell and read: the bits of an input are put together first. What remains wrong comes from the
/// converters, which see, clip and round the faulty current. Nothing is trained again.
///
/// The words that the controller wrote, as if no cell were stuck, are what updates move and what effective weights decode. A stuck cell of
/// a kind that is not exact has no programming error, variation or drift: what is kept of it is a number. Faults that come later are in
/// no profile, so fault models that arrive or wear out are refused where a design is used.
///
/// Z. He, J. Lin, R. Ewetz, J.-S. Yuan, D. Fan, "Noise injection adaption: end-to-end ReRAM crossbar non-ideal effect adaption for neural
/// network mapping", DAC 2019 (PytorX), stuck-at error correction.
struct stuck_compensation {
    using policy_kind = protect_kind;
    static constexpr bool folds = true; ///< sums are left alone; what is added is linear in the input
    static constexpr bool compensates = true;

    [[nodiscard]] constexpr double correct(double sum, const code_format&) const { return sum; }

    static std::string name() { return "stuck_compensation"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(ProtectModel<stuck_compensation>);
static_assert(compensates_stuck<stuck_compensation>());

} // namespace rcim::inline RCIM_ABI
