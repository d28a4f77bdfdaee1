#pragma once

/// @file
/// Converters. A DAC turns one input into the values that its word line carries in one or more cycles; an ADC turns the sum of
/// a column, in units of (one step of level) x (one unit of input), into the number that the digital side sees.
///
/// Laws (tests/laws/convert_laws.hpp): a DAC that `folds` reproduces the input as sum over cycles of weight x value; an ADC
/// that `folds` answers with the sum itself; every ADC is monotone and finite.
///
/// Cost: only the reference plan asks per input or column.

#include <rcim/core/policy.hpp>

#include <concepts>

namespace rcim::inline RCIM_ABI {

namespace dac_requires {
template <class D>
concept kind = PolicyOf<D, dac_kind>;
template <class D>
concept cycles = requires(const D& dac) {
    { dac.cycles() } -> std::convertible_to<int>;
};
template <class D>
concept drive = requires(const D& dac, double input, int cycle) {
    { dac.drive(input, cycle) } -> std::convertible_to<double>;
};
template <class D>
concept weight = requires(const D& dac, int cycle) {
    { dac.weight(cycle) } -> std::convertible_to<double>;
};
template <class D>
concept folds = requires {
    { D::folds } -> std::convertible_to<bool>;
};
} // namespace dac_requires

/// Streams an input onto a word line: input = sum over cycles of weight(cycle) * drive(input, cycle).
template <class D>
concept DacModel = dac_requires::kind<D> && dac_requires::cycles<D> && dac_requires::drive<D> && dac_requires::weight<D> &&
                   dac_requires::folds<D>;

template <class D>
struct check_dac {
    static_assert(dac_requires::kind<D>, "rcim: role Dac: missing `using policy_kind = dac_kind;`, "
                                         "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(dac_requires::cycles<D>, "rcim: role Dac: missing `int cycles() const;`");
    static_assert(dac_requires::drive<D>, "rcim: role Dac: missing `double drive(double input, int cycle) const;`");
    static_assert(dac_requires::weight<D>, "rcim: role Dac: missing `double weight(int cycle) const;`");
    static_assert(dac_requires::folds<D>, "rcim: role Dac: missing `static constexpr bool folds;` (true: reproduces every input)");
};

namespace adc_requires {
template <class A>
concept kind = PolicyOf<A, adc_kind>;
template <class A>
concept convert = requires(const A& adc, double sum) {
    { adc.convert(sum) } -> std::convertible_to<double>;
};
template <class A>
concept folds = requires {
    { A::folds } -> std::convertible_to<bool>;
};
} // namespace adc_requires

/// Digitises the sum of a column.
template <class A>
concept AdcModel = adc_requires::kind<A> && adc_requires::convert<A> && adc_requires::folds<A>;

template <class A>
struct check_adc {
    static_assert(adc_requires::kind<A>, "rcim: role Adc: missing `using policy_kind = adc_kind;`, "
                                         "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(adc_requires::convert<A>, "rcim: role Adc: missing `double convert(double sum) const;`");
    static_assert(adc_requires::folds<A>, "rcim: role Adc: missing `static constexpr bool folds;` (true: loses nothing)");
};

} // namespace rcim::inline RCIM_ABI
