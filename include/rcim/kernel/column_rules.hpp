#pragma once

/// @file
/// What every reader of columns agrees on: which converter a column has, what the levels of a word are, and in which order and
/// precision the digital side adds the words of its converters up. The scalar judge and the kernels share these lines, so that they
/// agree to the last bit.

#include <rcim/convert/drive_cycle.hpp>
#include <rcim/convert/transfer.hpp>
#include <rcim/core/error.hpp>
#include <rcim/kernel/converter_number.hpp>
#include <rcim/kernel/read_layout.hpp>
#include <rcim/kernel/read_positions.hpp>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// The level of a slice in a word; the top slice holds all that is left.
[[nodiscard]] constexpr std::int32_t level_of(const read_layout& layout, std::int32_t word, int slice) {
    const std::int32_t rest = word >> (slice * layout.cell_bits);
    return slice + 1 == layout.slices ? rest : rest & layout.top();
}

/// Whether all that a converter answers are whole numbers. They are summed on their own, exactly.
[[nodiscard]] inline bool whole_valued(const adc_transfer& t) {
    return t.ideal() || (t.step == 1.0 && t.low == std::nearbyint(t.low));
}

/// Whether the whole numbers that the converter can tell apart are worth themselves.
[[nodiscard]] inline bool unit_steps(const adc_transfer& t) {
    return t.ideal() || (whole_valued(t) && t.words.empty() && t.gain == 1.0 && t.offset == 0.0 &&
                         t.high - t.low == static_cast<double>(t.levels - 1));
}

/// The converters of all columns. Thresholds and words that they point to have to live.
class column_converters {
public:
    column_converters() = default;

    /// Throws if the number of converters is not what the index says.
    column_converters(const read_layout& layout, std::span<const adc_transfer> converters, converter_index index)
        : layout_(layout), index_(index), all_(converters.begin(), converters.end()) {
        if (all_.size() != converters_of(index, layout)) {
            fail("column_converters", "number of converters", text(converters_of(index, layout)), text(all_.size()));
        }
        const adc_transfer* first = nullptr;
        for (const adc_transfer& t : all_) {
            const bool uneven = !t.words.empty();
            const bool good = t.ideal() || uneven || (t.levels >= 2 && t.levels <= 1 << 14 && t.high > t.low);
            if (!good || !(t.gain > 0.0) || (uneven && t.thresholds.size() + 1 != t.words.size())) {
                fail("column_converters", "converter",
                     "2 to 2^14 levels over low < high, gain > 0, one threshold less than words",
                     text(t.levels, " levels, low ", t.low, ", high ", t.high, ", gain ", t.gain));
            }
            if (whole_valued(t)) {
                continue;
            }
            shared_ = first == nullptr || (shared_ && t.step == first->step && t.low == first->low);
            first = first == nullptr ? &t : first;
        }
        step_ = first == nullptr ? 1.0 : first->step;
    }

    [[nodiscard]] std::span<const adc_transfer> all() const { return all_; }
    [[nodiscard]] index_t number(index_t group, int plane, index_t result) const {
        return static_cast<index_t>(converter_number(index_, layout_, group, plane, result));
    }
    [[nodiscard]] const adc_transfer& at(index_t group, int plane, index_t result) const {
        return all_[static_cast<std::size_t>(number(group, plane, result))];
    }
    /// Whether all that do not answer in whole numbers have one step and one low end: then their words are summed exactly, and
    /// multiplied once.
    [[nodiscard]] bool shared() const { return shared_; }
    [[nodiscard]] double step() const { return step_; }

private:
    read_layout layout_;
    converter_index index_ = converter_index::common;
    std::vector<adc_transfer> all_;
    bool shared_ = true;
    double step_ = 1.0;
};

/// Sums of one result: of whole numbers, exact, and of the rest.
struct column_sum {
    double whole = 0.0;
    double rest = 0.0;
};

/// Adds worth x sum of weight x word. Within a result in the order of groups, then of planes.
inline void add_column(column_sum& to, const column_converters& converters, const adc_transfer& t, double worth, double words) {
    if (whole_valued(t)) {
        to.whole += worth * words;
    } else if (converters.shared()) {
        to.rest += worth * words;
    } else {
        to.rest = std::fma(words, worth * t.step, to.rest);
    }
}

/// Adds what a column is worth at word 0, over all cycles. The same order.
inline void add_low(column_sum& to, const adc_transfer& t, double worth, double weights) {
    const double low = worth * (t.low * weights);
    (whole_valued(t) ? to.whole : to.rest) += t.ideal() ? 0.0 : low;
}

/// The result of its sums of words, of its low ends, and of what the digital side adds in whole numbers.
[[nodiscard]] inline double column_value(const column_converters& converters, const column_sum& sum, const column_sum& low) {
    const double rest = converters.shared() ? std::fma(converters.step(), sum.rest, low.rest) : sum.rest + low.rest;
    return rest + (sum.whole + low.whole);
}

/// Sum of the weights of the cycles.
[[nodiscard]] inline double sum_of_weights(std::span<const drive_cycle> cycles) {
    double sum = 0.0;
    for (const drive_cycle& c : cycles) {
        sum += static_cast<double>(c.weight);
    }
    return sum;
}

/// Sum over groups, planes and cycles of |weight| x |worth|: what the shares of conversions are taken of.
[[nodiscard]] inline double weight_of_conversions(const read_layout& layout, std::span<const drive_cycle> cycles) {
    double weights = 0.0;
    double worths = 0.0;
    for (const drive_cycle& c : cycles) {
        weights += static_cast<double>(std::abs(c.weight));
    }
    for (int p = 0; p < layout.planes(); ++p) {
        worths += std::abs(layout.worth(p));
    }
    return weights * worths * static_cast<double>(layout.lines.groups());
}

} // namespace rcim::inline RCIM_ABI::kernel
