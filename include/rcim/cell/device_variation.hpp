#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/write.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Variation from device to device: every conductance of a cell is a factor of its own away from the inner cell's, drawn once for
/// each cell. Writing again does not help against it, so a verifying controller around it uses up its budget on distant cells.
/// The factor is 1 + sigma x, not below 0.01, or exp(sigma x - sigma^2 / 2), with x standard normal: its mean is one.
template <CellModel Inner>
struct device_variation {
    using policy_kind = cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = Inner::folds;

    float sigma = 0.0f;     ///< of the factor (of its natural logarithm where lognormal), [0, 2]
    bool lognormal = false;
    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return inner.conductance(level, levels); }

    [[nodiscard]] float factor(const cell_draws& draws) const {
        if (sigma == 0.0f) {
            return 1.0f;
        }
        const float x = draws.device_normal();
        return lognormal ? std::exp(std::fma(sigma, x, -0.5f * (sigma * sigma))) : std::max(std::fma(sigma, x, 1.0f), 0.01f);
    }

    [[nodiscard]] written_cell program(const cell_write& write, const cell_draws& draws) const {
        const float own = factor(draws);
        const float dark = write.ladder.dark();
        // Position and conductance differ by HRS's; written so that a factor of one is exact.
        cell_write inside = write;
        inside.held = std::fma(1.0f / own - 1.0f, write.held + dark, write.held);
        written_cell result = program_cell(inner, inside, draws.inner());
        result.position = std::fma(own - 1.0f, result.position + dark, result.position);
        return result;
    }

    static std::string name() { return "device_variation<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"sigma", &device_variation::sigma, 0.0, 2.0}, field{"lognormal", &device_variation::lognormal},
                          field{"inner", &device_variation::inner}};
    }
};
static_assert(CellModel<device_variation<multilevel_cell<2>>>);

} // namespace rcim::inline RCIM_ABI
