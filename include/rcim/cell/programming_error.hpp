#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/write.hpp>

#include <array>
#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// A cell that misses its level: each write ends at a normally distributed position around where the inner cell would end, with a
/// standard deviation of its own for each level. cell/measured_errors.hpp has tables from the literature.
template <CellModel Inner>
struct programming_error {
    static_assert(Inner::bits >= 1 && Inner::bits <= 8, "rcim: role Cell: programming_error: the table needs a cell of 1 to 8 bits");
    using policy_kind = cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = Inner::folds;

    std::array<float, std::size_t{1} << Inner::bits> sigma{}; ///< of each level, in steps of one level, [0, levels]
    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return inner.conductance(level, levels); }

    [[nodiscard]] written_cell program(const cell_write& write, const cell_draws& draws) const {
        written_cell result = program_cell(inner, write, draws.inner());
        const float own = sigma[static_cast<std::size_t>(write.target)];
        if (own > 0.0f) {
            result.position = std::fma(own, draws.write_normal(), result.position);
        }
        return result;
    }

    void validate() const {
        for (const float s : sigma) {
            if (!(s >= 0.0f && s <= static_cast<float>(sigma.size()))) {
                fail(name(), "sigma", text("numbers in [0, ", sigma.size(), "]"), text(s));
            }
        }
    }

    static std::string name() { return "programming_error<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"sigma", &programming_error::sigma}, field{"inner", &programming_error::inner}};
    }
};
static_assert(CellModel<programming_error<multilevel_cell<2>>>);

} // namespace rcim::inline RCIM_ABI
