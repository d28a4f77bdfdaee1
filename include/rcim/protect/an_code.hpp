#pragma once

#include <rcim/protect/concept.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// What an AN code takes each residue for: the error of the one cell that has it. A cell of b bits in slice s, wrong by e levels,
/// moves a sum by e 2^(b s), e = +-1 .. +-(2^b - 1); the slices together have 2 (2^b - 1) slices such errors, and where their
/// residues are all different and none is zero, each single one can be corrected.
template <std::int32_t A>
struct correction_table {
    std::array<std::int32_t, static_cast<std::size_t>(A)> error{}; ///< by residue in [0, A)
    bool distinct = true;                                         ///< no two errors share a residue, and none has residue 0

    [[nodiscard]] static constexpr correction_table make(int cell_bits, int slices) {
        correction_table table;
        for (std::size_t residue = 1; residue < table.error.size(); ++residue) {
            table.error[residue] = uncorrectable;
        }
        for (int slice = 0; slice < slices; ++slice) {
            for (std::int32_t level = 1; level < std::int32_t{1} << cell_bits; ++level) {
                const std::int32_t error = level << (cell_bits * slice);
                const std::int32_t residue = error % A;
                table.enter(residue, error);
                table.enter((A - residue) % A, -error);
            }
        }
        return table;
    }

private:
    constexpr void enter(std::int32_t residue, std::int32_t value) {
        std::int32_t& place = error[static_cast<std::size_t>(residue)];
        distinct = distinct && place == uncorrectable;
        place = place == uncorrectable ? value : place;
    }
};

/// An AN code: a word w is stored as A w, so the sum of a column over any inputs of one bit is a multiple of A where all cells are
/// right, and its residue modulo A names the wrong cell where one is. Sums with a residue of no single error count as zero or, with
/// `zeroes` off, as the nearest multiple of A. Two wrong cells that meet in a sum can cancel in the residue or look like a third:
/// such sums are missed or made worse, as in the circuit.
///
/// Needs inputs of one bit at a time and converters that lose nothing, and costs log2 A more bits per word. 16-bit weights on 2-bit
/// cells take A = 119 or more: 12 cells in place of 8.
///
/// A reconstruction: of B. Feinberg, S. Wang, E. Ipek, "Making memristive neural network accelerators reliable", HPCA 2018, the
/// abstract and third-party notes were at hand. From these are the coded operands, the table of residues after shift and add and the
/// zeroing; that the table holds single-cell errors and is asked before bits of the input are put together is an interpretation.
/// The paper's data-aware codes, which spend their table on the errors that matter most, are not modelled.
template <std::int32_t A = 119>
    requires(A >= 3 && A % 2 == 1 && A <= 4095)
struct an_code {
    using policy_kind = protect_kind;
    static constexpr bool folds = false;
    static constexpr std::int32_t multiplier = A;

    bool zeroes = true; ///< a sum that cannot be corrected counts as zero; false: as the nearest multiple of A

    [[nodiscard]] static constexpr auto corrections(int cell_bits, int slices) {
        return correction_table<A>::make(cell_bits, slices).error;
    }

    /// Whether it corrects every error of one cell in words of `weight_bits` bits.
    [[nodiscard]] static constexpr bool corrects(int weight_bits, int cell_bits) {
        return correction_table<A>::make(cell_bits, slices_under<an_code>(weight_bits, cell_bits)).distinct;
    }

    /// Searches the single errors, without the table. A converter gives whole numbers: what a simulation in floating point leaves
    /// beside them is rounded away. O(errors).
    [[nodiscard]] double correct(double sum, const code_format& format) const {
        constexpr double a = A;
        const double whole = std::nearbyint(sum);
        const auto multiple = [](double number) { return std::fmod(number, a) == 0.0; };
        if (multiple(whole)) {
            return whole / a;
        }
        for (int slice = 0; slice < format.slices; ++slice) {
            for (int level = 1; level < 1 << format.cell_bits; ++level) {
                const double error = std::ldexp(static_cast<double>(level), slice * format.cell_bits);
                if (multiple(whole - error)) {
                    return (whole - error) / a;
                }
                if (multiple(whole + error)) {
                    return (whole + error) / a;
                }
            }
        }
        return zeroes ? 0.0 : std::nearbyint(whole / a);
    }

    static std::string name() { return "an_code<" + std::to_string(A) + ">"; }
    static constexpr auto fields() { return std::tuple{field{"zeroes", &an_code::zeroes, 0.0, 1.0}}; }
};
static_assert(ArithmeticCode<an_code<119>>);

/// The smallest A with which an_code corrects every error of one cell, 0 if none below 4096 does.
[[nodiscard]] constexpr std::int32_t smallest_multiplier(int weight_bits, int cell_bits) {
    for (std::int32_t a = 3; a < 4096; a += 2) {
        int bits = weight_bits;
        while ((std::int64_t{1} << bits) < (std::int64_t{1} << weight_bits) * a) {
            ++bits;
        }
        const int slices = (bits + cell_bits - 1) / cell_bits;
        std::array<bool, 4096> taken{};
        taken[0] = true;
        bool distinct = true;
        for (int slice = 0; slice < slices && distinct; ++slice) {
            for (std::int64_t level = 1; level < std::int64_t{1} << cell_bits && distinct; ++level) {
                const auto residue = static_cast<std::size_t>((level << (cell_bits * slice)) % a);
                const std::size_t opposite = static_cast<std::size_t>(a) - residue;
                distinct = residue != 0 && !taken[residue] && !taken[opposite];
                taken[residue] = true;
                taken[residue == 0 ? 0 : opposite] = true;
            }
        }
        if (distinct) {
            return a;
        }
    }
    return 0;
}

} // namespace rcim::inline RCIM_ABI
