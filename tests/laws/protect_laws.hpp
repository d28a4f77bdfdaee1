#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/protect/concept.hpp>

#include <cmath>
#include <cstdint>

namespace rcim_test {

/// The format of words of 16 bits on cells of 2 under a protection.
template <rcim::ProtectModel P>
[[nodiscard]] constexpr rcim::code_format protected_words(int weight_bits = 16, int cell_bits = 2) {
    return rcim::protected_format<P>({.cell_bits = cell_bits, .slices = (weight_bits + cell_bits - 1) / cell_bits}, weight_bits);
}

/// Laws of `ProtectModel`, as its header states them. Returns how many of the sums asked for are changed.
template <rcim::ProtectModel P>
int protect_laws(const P& protect) {
    policy_laws(protect);
    const rcim::code_format format = protected_words<P>();
    int changed = 0;
    int broken = 0;
    for (int k = -1000; k <= 1000; ++k) {
        const double sum = 3.0 * k;
        const P copy = protect;
        const double seen = protect.correct(sum, format);
        broken += std::isfinite(seen) && seen == protect.correct(sum, format) && seen == copy.correct(sum, format) ? 0 : 1;
        changed += seen != sum ? 1 : 0;
    }
    INFO(rcim::describe(protect));
    CHECK(broken == 0);
    CHECK((P::folds || !rcim::compensates_stuck<P>()));
    if constexpr (P::folds) {
        CHECK(changed == 0);
    }
    return changed;
}

/// Laws of `ArithmeticCode` for words and cells of some width: right sums are divided, every error of one cell is corrected, and the
/// table says what `correct` does.
template <rcim::ArithmeticCode P>
void arithmetic_code_laws(const P& code, int weight_bits, int cell_bits) {
    const rcim::code_format format = protected_words<P>(weight_bits, cell_bits);
    const auto table = P::corrections(cell_bits, format.slices);
    INFO(rcim::describe(code), ", ", weight_bits, " bits on cells of ", cell_bits);
    CHECK(static_cast<std::int64_t>(format.largest_word()) >= (std::int64_t{1} << weight_bits) - 1);
    REQUIRE(table.size() == static_cast<std::size_t>(P::multiplier));
    CHECK(table[0] == 0);
    int broken = 0;
    for (const std::int64_t sum : {-70000, -1, 0, 1, 12345, 8000000}) {
        const double stored = static_cast<double>(sum) * P::multiplier;
        broken += code.correct(stored, format) == static_cast<double>(sum) ? 0 : 1;
        for (int slice = 0; slice < format.slices; ++slice) {
            for (int level = 1; level < 1 << cell_bits; ++level) {
                for (const int sign : {-1, 1}) {
                    const double error = std::ldexp(sign * level, slice * cell_bits);
                    broken += code.correct(stored + error, format) == static_cast<double>(sum) ? 0 : 1;
                }
            }
        }
    }
    for (std::int32_t residue = 0; residue < P::multiplier; ++residue) {
        const std::int32_t error = table[static_cast<std::size_t>(residue)];
        const double sum = 1000.0 * P::multiplier + residue;
        const double expected = error != rcim::uncorrectable ? (sum - error) / P::multiplier
                                : code.zeroes                ? 0.0
                                                             : std::nearbyint(sum / P::multiplier);
        broken += code.correct(sum, format) == expected ? 0 : 1;
    }
    CHECK(broken == 0);
}

} // namespace rcim_test
