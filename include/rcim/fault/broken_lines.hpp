#pragma once

#include <rcim/fault/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Word lines and bit lines of a crossbar that fail as a whole: every cell on them reads as stuck, at HRS where the line is open,
/// at LRS where its cells are shorted. An open line is modelled by cells at HRS, so with a finite on/off ratio they still leak.
/// Where a broken word line crosses a broken bit line, the word line decides.
struct broken_lines {
    using policy_kind = fault_kind;
    static constexpr bool none = false;

    float p_word_line = 0.0f; ///< per row of a crossbar, [0, 1]
    float p_bit_line = 0.0f;  ///< per column of a crossbar, [0, 1]
    float hrs_share = 1.0f;   ///< of broken lines that are open, [0, 1]

    [[nodiscard]] constexpr int stuck_level(const random_source& source, const cell_site& site, int levels) const {
        const int row = of_line(source.fork(0), site.row, p_word_line, levels);
        return row != healthy ? row : of_line(source.fork(1), site.col, p_bit_line, levels);
    }

    static std::string name() { return "broken_lines"; }
    static constexpr auto fields() {
        return std::tuple{field{"p_word_line", &broken_lines::p_word_line, 0.0, 1.0},
                          field{"p_bit_line", &broken_lines::p_bit_line, 0.0, 1.0},
                          field{"hrs_share", &broken_lines::hrs_share, 0.0, 1.0}};
    }

private:
    [[nodiscard]] constexpr int of_line(const random_source& source, index_t line, float rate, int levels) const {
        return stuck_by(source.word(static_cast<std::uint64_t>(line)) * 0x1p-32, rate, hrs_share, levels);
    }
};
static_assert(FaultModel<broken_lines>);

} // namespace rcim::inline RCIM_ABI
