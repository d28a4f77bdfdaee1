#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/convert/concept.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace rcim_test {

/// Laws of `IntegerDac`, as its header states them.
template <rcim::IntegerDac D>
void integer_dac_laws(const D& dac) {
    int broken = 0;
    const int top = dac.cycles();
    for (std::int32_t number = D::low; number <= D::high; ++number) {
        std::int32_t sum = 0;
        for (int n = 0; n < top; ++n) {
            const std::int32_t drive = dac.cycle(n).drive(number);
            broken += drive >= 0 && drive <= dac.cycle(n).mask ? 0 : 1;
            sum += dac.cycle(n).weight * drive;
        }
        broken += sum == number ? 0 : 1;
    }
    std::int32_t widest = 0;
    for (int n = 0; n < top; ++n) {
        const rcim::drive_cycle cycle = dac.cycle(n);
        widest = std::max(widest, cycle.mask);
        broken += cycle == dac.cycle(n) && std::abs(cycle.weight) <= 1 << 15 && cycle.mask <= 255 ? 0 : 1;
        broken += (cycle.mask & (cycle.mask + 1)) == 0 && dac.weight(n) == static_cast<double>(cycle.weight) ? 0 : 1;
        broken += dac.drive(5.4, n) == static_cast<double>(cycle.drive(std::min(std::int32_t{5}, std::int32_t{D::high}))) ? 0 : 1;
        if constexpr (rcim::BitSerialDac<D>) {
            broken += cycle == rcim::drive_cycle{n, 1, 0, n + 1 < top ? 1 << n : -(1 << n)} ? 0 : 1;
        }
    }
    CHECK(widest == D::largest_drive);
    const auto steps = static_cast<float>(D::high) + 1.0f;
    float given = 0.0f;
    if constexpr (requires { dac.full_scale; }) {
        given = dac.full_scale;
    }
    for (const float largest : {0x1p-60f, 1e-3f, 0.25f, 0.9999f, 1.0f, 1.0001f, 3e38f}) {
        const float unit = dac.unit(largest);
        const float share = largest / unit / steps;
        int exponent = 0;
        broken += std::frexp(unit, &exponent) == 0.5f ? 0 : 1;
        broken += given > 0.0f ? unit * steps != given : !(share > 0.5f && share <= 1.0f);
    }
    broken += dac.unit(0.0f) > 0.0f && dac.unit(1e-30f) == dac.unit(0.0f) ? 0 : 1;
    broken += std::isnan(dac.unit(std::numeric_limits<float>::infinity())) && std::isnan(dac.unit(std::nanf(""))) ? 0 : 1;
    CHECK(broken == 0);
}

/// Laws of `DacModel`, as its header states them.
template <rcim::DacModel D>
void dac_laws(const D& dac) {
    policy_laws(dac);
    INFO(rcim::describe(dac));
    REQUIRE(dac.cycles() >= 1);
    int broken = 0;
    for (int k = -400; k <= 400; ++k) {
        const double input = 0.0371 * k;
        double sum = 0.0;
        for (int cycle = 0; cycle < dac.cycles(); ++cycle) {
            const D copy = dac;
            const double drive = dac.drive(input, cycle);
            broken += std::isfinite(drive) && std::isfinite(dac.weight(cycle)) ? 0 : 1;
            broken += drive == dac.drive(input, cycle) && drive == copy.drive(input, cycle) ? 0 : 1;
            sum += dac.weight(cycle) * drive;
        }
        if constexpr (rcim::IntegerDac<D>) {
            broken += sum == std::clamp(std::nearbyint(input), static_cast<double>(D::low), static_cast<double>(D::high)) ? 0 : 1;
        } else if constexpr (D::folds) {
            broken += std::abs(sum - input) <= 1e-12 * std::abs(input) ? 0 : 1;
        }
    }
    CHECK(broken == 0);
    if constexpr (rcim::IntegerDac<D>) {
        integer_dac_laws(dac);
    }
}

inline bool same_transfer(const rcim::adc_transfer& a, const rcim::adc_transfer& b) {
    return a.low == b.low && a.high == b.high && a.levels == b.levels && a.gain == b.gain && a.offset == b.offset && a.step == b.step &&
           std::equal(a.thresholds.begin(), a.thresholds.end(), b.thresholds.begin(), b.thresholds.end()) &&
           std::equal(a.words.begin(), a.words.end(), b.words.begin(), b.words.end());
}

/// Laws of one converter. Returns how many sums, from -`reach` to `reach`, are changed.
template <class Convert>
int conversion_laws(Convert&& convert, double reach) {
    int changed = 0;
    int broken = 0;
    double below = convert(-1e12);
    CHECK(std::isfinite(below));
    for (int k = -4000; k <= 4000; ++k) {
        const double sum = reach / 4000.0 * k;
        const double seen = convert(sum);
        broken += std::isfinite(seen) && seen >= below && seen == convert(sum) ? 0 : 1;
        changed += seen != sum ? 1 : 0;
        below = seen;
    }
    CHECK(broken == 0);
    CHECK(std::isfinite(convert(1e12)));
    CHECK(convert(1e12) >= below);
    return changed;
}

/// Laws of a transfer: words in order and in range, levels where step and low say, at most half a step lost between the ends.
inline void transfer_laws(const rcim::adc_transfer& one) {
    if (one.ideal()) {
        CHECK(one.convert(1.37) == 1.37);
        return;
    }
    CHECK(one.levels >= 2);
    CHECK(one.levels <= 1 << 14);
    CHECK(one.gain > 0.0);
    CHECK(one.low < one.high);
    const bool uniform = one.words.empty();
    const std::int32_t last = uniform ? one.levels - 1 : one.words.back();
    if (uniform) {
        CHECK(one.step == (one.high - one.low) / (one.levels - 1));
    } else {
        CHECK(static_cast<std::int32_t>(one.words.size()) == one.levels);
        CHECK(one.thresholds.size() + 1 == one.words.size());
        CHECK(std::is_sorted(one.words.begin(), one.words.end()));
        CHECK(std::is_sorted(one.thresholds.begin(), one.thresholds.end()));
        CHECK(one.words.front() == 0);
    }
    CHECK(std::abs(one.value(last) - one.high) <= 1e-9 * (one.high - one.low));
    CHECK(one.value(0) == one.low);
    int broken = 0;
    std::int32_t below = 0;
    for (int k = -50; k <= 1050; ++k) {
        const double sum = (one.low + (one.high - one.low) * k / 1000.0 - one.offset) / one.gain;
        const std::int32_t word = one.word(sum);
        broken += word >= below && word <= last ? 0 : 1;
        below = word;
        const double seen = one.seen(sum);
        const bool outside = seen < one.low || seen > one.high;
        broken += one.saturates(sum) == outside ? 0 : 1;
        broken += outside && word != (seen < one.low ? 0 : last) ? 1 : 0;
        broken += uniform && !outside && std::abs(one.convert(sum) - seen) > 0.5 * one.step * (1.0 + 1e-9) ? 1 : 0;
    }
    CHECK(broken == 0);
}

/// Places on a chip: sums of either kind, other converters, one with a range that a calibration found.
inline std::vector<rcim::adc_site> sites() {
    static constexpr rcim::sum_range fitted{-40.0, 90.0};
    static constexpr rcim::sum_range fitted_above{0.0, 90.0};
    std::vector<rcim::adc_site> all{{.full_scale = {0.0, 384.0}, .seed = 3}, {.full_scale = {-384.0, 384.0}, .seed = 3}};
    all.push_back({.full_scale = {0.0, 384.0}, .fitted = &fitted_above, .array = 1, .slice = 5, .result = 70, .tile = 9, .place = 2,
                   .seed = 4});
    all.push_back({.full_scale = {-384.0, 384.0}, .fitted = &fitted, .slice = 2, .result = 1, .tile = 1, .place = 1, .seed = 4});
    return all;
}

/// Laws of `SiteAdc`.
template <rcim::SiteAdc A>
void site_adc_laws(const A& adc) {
    for (const rcim::adc_site& site : sites()) {
        const rcim::adc_transfer one = adc.transfer(site);
        const A copy = adc;
        CHECK(same_transfer(one, adc.transfer(site)));
        CHECK(same_transfer(one, copy.transfer(site)));
        transfer_laws(one);
        const int changed = conversion_laws([&](double sum) { return one.convert(sum); }, site.full_scale.high);
        if constexpr (rcim::needs_whole_sums<A>()) {
            CHECK(one.keeps(static_cast<std::int32_t>(site.full_scale.low), static_cast<std::int32_t>(site.full_scale.high)));
        } else if constexpr (A::folds) {
            CHECK(changed == 0);
        }
        if constexpr (!rcim::saturates<A>()) {
            if (one.gain == 1.0 && one.offset == 0.0) {
                CHECK_FALSE(one.saturates(site.full_scale.low));
                CHECK_FALSE(one.saturates(site.full_scale.high));
            }
        }
        // What index() leaves out makes no difference.
        using rcim::converter_index;
        rcim::adc_site other = site;
        other.tile += 3;
        CHECK((same_transfer(one, adc.transfer(other)) || rcim::index_of(adc) == converter_index::per_tile));
        other.result += 2;
        CHECK((same_transfer(one, adc.transfer(other)) || rcim::index_of(adc) >= converter_index::per_column));
        other.slice += 1;
        other.array = 1 - other.array;
        CHECK((same_transfer(one, adc.transfer(other)) || rcim::index_of(adc) >= converter_index::per_plane));
    }
}

/// Laws of `AdcModel`, as its header states them. Returns how many of the sums asked for are changed.
template <rcim::AdcModel A>
int adc_laws(const A& adc) {
    policy_laws(adc);
    INFO(rcim::describe(adc));
    int changed = 0;
    if constexpr (rcim::SiteAdc<A>) {
        site_adc_laws(adc);
        changed = conversion_laws([&](double sum) { return adc.transfer(sites().front()).convert(sum); }, 148.4);
    }
    if constexpr (rcim::adc_requires::convert<A>) {
        const A copy = adc;
        changed = conversion_laws([&](double sum) { return adc.convert(sum); }, 148.4);
        CHECK(conversion_laws([&](double sum) { return copy.convert(sum); }, 148.4) == changed);
        if constexpr (A::folds) {
            CHECK(changed == 0);
        }
    }
    return changed;
}

} // namespace rcim_test
