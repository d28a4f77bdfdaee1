#pragma once

#include <rcim/convert/concept.hpp>

#include <cmath>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A converter's levels as words in fixed point: a level is low + step x word. Where steps of a power of two meet all levels with words up
/// to 2^14, step is that power; else the span over 2^14 - 1, and each level is met to half of it.
struct converter_table {
    double low = 0.0;
    double high = 0.0;
    double step = 0.0;
    std::vector<float> thresholds{}; ///< midway between neighbours
    std::vector<std::int16_t> words{};

    /// Throws `error` unless there are 2 to 2^14 levels, finite and ascending.
    [[nodiscard]] static converter_table make(const std::vector<double>& levels) {
        if (levels.size() < 2 || levels.size() > 16384) {
            fail("table_adc", "levels", "2 to 2^14 of them", text(levels.size()));
        }
        converter_table table{.low = levels.front(), .high = levels.back()};
        for (std::size_t i = 0; i < levels.size(); ++i) {
            if (!std::isfinite(levels[i]) || (i > 0 && !(levels[i] > levels[i - 1]))) {
                fail("table_adc", text("level ", i), "a finite number above the one before", text(levels[i]));
            }
        }
        int exponent = 0;
        const double fraction = std::frexp(table.high - table.low, &exponent);
        const double power = std::ldexp(1.0, (fraction == 0.5 ? exponent - 1 : exponent) - 14);
        bool exact = true;
        for (const double level : levels) {
            exact = exact && std::fmod(level - table.low, power) == 0.0;
        }
        table.step = exact ? power : (table.high - table.low) / 16383.0;
        for (std::size_t i = 0; i < levels.size(); ++i) {
            table.words.push_back(static_cast<std::int16_t>(std::nearbyint((levels[i] - table.low) / table.step)));
            if (i > 0) {
                table.thresholds.push_back(static_cast<float>(0.5 * (levels[i] + levels[i - 1])));
            }
        }
        return table;
    }
};

/// A table that designs share.
struct shared_table {
    std::shared_ptr<const converter_table> table;

    friend std::ostream& operator<<(std::ostream& out, const shared_table& shared) {
        const converter_table* const held = shared.table.get();
        return held ? out << held->words.size() << " from " << held->low << " to " << held->high : out << "none";
    }
};

/// A converter with levels at given places, the same in every column: of them the nearest, the upper one of two. What lies beyond the
/// outer ones is cut to them. Throws `error` where levels do not ascend.
///
///     .with(table_adc{fitted_levels(seen, /*bits=*/4)})
struct table_adc {
    using policy_kind = adc_kind;
    static constexpr bool folds = false;
    static constexpr bool saturates = true;

    shared_table levels;

    table_adc() = default;
    /// In steps of level x units of input.
    table_adc(const std::vector<double>& levels_at) : levels{std::make_shared<const converter_table>(converter_table::make(levels_at))} {}

    /// Points into the table, which lives as long as any copy of this.
    [[nodiscard]] adc_transfer transfer(const adc_site&) const& {
        validate();
        const converter_table& table = *levels.table;
        return {.low = table.low,
                .high = table.high,
                .levels = static_cast<std::int32_t>(table.words.size()),
                .thresholds = table.thresholds,
                .words = table.words,
                .step = table.step};
    }
    adc_transfer transfer(const adc_site&) && = delete;
    [[nodiscard]] constexpr converter_index index() const { return converter_index::common; }

    void validate() const {
        if (!levels.table) {
            fail("table_adc", "levels", "2 to 2^14 of them", "none");
        }
    }

    static std::string name() { return "table_adc"; }
    static constexpr auto fields() { return std::tuple{field{"levels", &table_adc::levels}}; }
};
static_assert(SiteAdc<table_adc>);

} // namespace rcim::inline RCIM_ABI
