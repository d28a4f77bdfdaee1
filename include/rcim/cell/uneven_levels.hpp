#pragma once

#include <rcim/cell/multilevel_cell.hpp>

#include <array>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Levels that do not lie at equal steps. The decoder still weighs digits as if they did; reading back takes the nearest level as it
/// lies. By default the levels are even.
template <CellModel Inner>
struct uneven_levels {
    static_assert(Inner::bits >= 1 && Inner::bits <= 8, "rcim: role Cell: uneven_levels: the table needs a cell of 1 to 8 bits");
    using policy_kind = cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = false;

    /// Positions in steps of one level: rising, the first 0 and the last levels - 1.
    std::array<float, std::size_t{1} << Inner::bits> position = even();
    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const {
        const double low = inner.conductance(0, levels);
        return low + (inner.conductance(levels - 1, levels) - low) * static_cast<double>(position[static_cast<std::size_t>(level)]) / (levels - 1);
    }

    void validate() const {
        bool rises = position.front() == 0.0f && position.back() == static_cast<float>(position.size() - 1);
        for (std::size_t i = 1; i < position.size(); ++i) {
            rises = rises && position[i] > position[i - 1];
        }
        if (!rises) {
            fail(name(), "position", text("rising numbers from 0 to ", position.size() - 1), "others");
        }
    }

    static std::string name() { return "uneven_levels<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"position", &uneven_levels::position}, field{"inner", &uneven_levels::inner}};
    }

private:
    static constexpr std::array<float, std::size_t{1} << Inner::bits> even() {
        std::array<float, std::size_t{1} << Inner::bits> result{};
        for (std::size_t i = 0; i < result.size(); ++i) {
            result[i] = static_cast<float>(i);
        }
        return result;
    }
};
static_assert(CellModel<uneven_levels<multilevel_cell<2>>>);

} // namespace rcim::inline RCIM_ABI
