#pragma once

/// @file
/// Converters. A DAC turns one input into the values that its word line carries in one or more cycles; an ADC turns the sum of
/// a column, in units of (one step of level) x (one unit of input), into the number that the digital side sees.
///
/// A DAC of integers rounds first: the inputs of one sample become whole multiples of one unit, which it chooses by the largest
/// magnitude among them, and word lines carry one bit of the two's complement in each cycle. Every plan rounds so.
///
/// Laws (tests/laws/convert_laws.hpp): a DAC that `folds` reproduces the input, or one of integers the rounded input, as sum over
/// cycles of weight x value; one of integers drives zeros and ones, and its unit is the least power of two, for a full scale of 2^-60 at
/// least, with which the largest magnitude is at most 2^(bits - 1) units; an ADC that `folds` answers with the sum itself; every ADC is monotone and finite.
///
/// Cost: only the reference plan asks per input or column; a DAC of integers is asked for one unit per sample.

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

/// Rounds a sample's inputs to `bits` bits, sign included, in units of `unit(largest)`, and sends them bit by bit. largest is the
/// largest magnitude in the sample; the unit is a power of two, NaN where that is not finite.
template <class D>
concept IntegerDac = DacModel<D> && requires(const D& dac, float largest) {
    { D::bits } -> std::convertible_to<int>;
    { dac.unit(largest) } -> std::same_as<float>;
};

/// The unit of a sample's inputs: 1 for a DAC that does not round them.
template <DacModel D>
[[nodiscard]] constexpr float input_unit(const D& dac, float largest) {
    if constexpr (IntegerDac<D>) {
        return dac.unit(largest);
    } else {
        return 1.0f;
    }
}

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
