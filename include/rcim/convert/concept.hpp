#pragma once

/// @file
/// Converters. A DAC turns one input into the values that its word line carries in one or more cycles; an ADC turns the sum of
/// a column, in units of (one step of level) x (one unit of input), into the number that the digital side sees.
///
/// A DAC of integers rounds first: the inputs of one sample become whole multiples of one unit, which it chooses by the largest
/// magnitude among them, and word lines carry some bits of them in each cycle. Every plan rounds so.
///
/// An ADC is asked for the transfer of each converter on the chip; one that is the same everywhere and needs no full scale may
/// give `convert` alone. Where there are both, plans ask for the transfer.
///
/// Laws (tests/laws/convert_laws.hpp): a DAC that `folds` reproduces the input, or one of integers the rounded input, as sum over
/// cycles of weight x value; one of integers drives whole numbers from 0 to `largest_drive`, and its unit is a power of two: the least,
/// for a full scale of 2^-60 at least, with which the largest magnitude is at most 2^(magnitude bits) units, unless a full scale is
/// given. An ADC that `folds` answers with the sum itself, or one of `whole_sums` with every whole sum within full scale itself; a
/// transfer depends on the site alone, and on no more of it than `index()` says; every ADC is monotone and finite.
///
/// Cost: only the reference plan asks per input or column; a DAC of integers is asked for one unit per sample, an ADC for as many
/// transfers as `index()` says whenever a layer is set up.

#include <rcim/convert/drive_cycle.hpp>
#include <rcim/convert/transfer.hpp>
#include <rcim/core/policy.hpp>

#include <concepts>
#include <cstdint>

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

/// Rounds a sample's inputs to whole numbers from `low` to `high`, which take `bits` bits, sign included, in units of `unit(largest)`,
/// and sends some bits of them in each cycle, as cycle(n) says. largest is the largest magnitude in the sample; the unit is a power of
/// two, NaN where that is not finite. A line carries at most `largest_drive`.
template <class D>
concept IntegerDac = DacModel<D> && requires(const D& dac, float largest, int cycle) {
    { D::bits } -> std::convertible_to<int>;
    { D::low } -> std::convertible_to<std::int32_t>;
    { D::high } -> std::convertible_to<std::int32_t>;
    { D::largest_drive } -> std::convertible_to<int>;
    { dac.unit(largest) } -> std::same_as<float>;
    { dac.cycle(cycle) } -> std::same_as<drive_cycle>;
};

/// Sends the bits of two's complement one by one, the lowest first: what arithmetic codes are made for.
template <class D>
concept BitSerialDac = IntegerDac<D> && requires { requires D::one_bit_twos_complement; };

/// The unit of a sample's inputs: 1 for a DAC that does not round them.
template <DacModel D>
[[nodiscard]] constexpr float input_unit(const D& dac, float largest) {
    if constexpr (IntegerDac<D>) {
        return dac.unit(largest);
    } else {
        return 1.0f;
    }
}

/// Volts of one unit on a word line: `read_voltage` is that of the largest drive, or where lines carry inputs as they are of an input of 1.
/// Of a DAC that does not say it, 0.2 V.
template <DacModel D>
[[nodiscard]] constexpr double volts_per_unit(const D& dac) {
    double volts = 0.2;
    if constexpr (requires { { dac.read_voltage } -> std::convertible_to<double>; }) {
        volts = dac.read_voltage;
    }
    if constexpr (IntegerDac<D>) {
        volts /= static_cast<double>(D::largest_drive);
    }
    return volts;
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
concept transfer = requires(const A& adc, const adc_site& site) {
    { adc.transfer(site) } -> std::same_as<adc_transfer>;
};
template <class A>
concept folds = requires {
    { A::folds } -> std::convertible_to<bool>;
};
} // namespace adc_requires

/// Digitises the sum of a column.
template <class A>
concept AdcModel = adc_requires::kind<A> && adc_requires::folds<A> && (adc_requires::convert<A> || adc_requires::transfer<A>);

/// Says of every converter on the chip what it does. What a transfer points at lives as long as the policy or a copy of it.
template <class A>
concept SiteAdc = AdcModel<A> && adc_requires::transfer<A>;

/// By what the converters of a policy differ: by everything unless it has `converter_index index() const`.
template <SiteAdc A>
[[nodiscard]] constexpr converter_index index_of(const A& adc) {
    if constexpr (requires { { adc.index() } -> std::same_as<converter_index>; }) {
        return adc.index();
    } else {
        return converter_index::per_tile;
    }
}

/// Whether a converter's range can leave out sums within full scale: `static constexpr bool saturates`, else unless it folds.
template <AdcModel A>
[[nodiscard]] consteval bool saturates() {
    if constexpr (requires { { A::saturates } -> std::convertible_to<bool>; }) {
        return A::saturates;
    } else {
        return !A::folds;
    }
}

/// Whether a converter that folds does so for whole sums only: `static constexpr bool whole_sums`.
template <AdcModel A>
[[nodiscard]] consteval bool needs_whole_sums() {
    if constexpr (requires { { A::whole_sums } -> std::convertible_to<bool>; }) {
        return A::whole_sums;
    } else {
        return false;
    }
}

template <class A>
struct check_adc {
    static_assert(adc_requires::kind<A>, "rcim: role Adc: missing `using policy_kind = adc_kind;`, "
                                         "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(adc_requires::convert<A> || adc_requires::transfer<A>,
                  "rcim: role Adc: missing `double convert(double sum) const;` or `adc_transfer transfer(const adc_site&) const;`");
    static_assert(adc_requires::folds<A>, "rcim: role Adc: missing `static constexpr bool folds;` (true: loses nothing)");
};

} // namespace rcim::inline RCIM_ABI
