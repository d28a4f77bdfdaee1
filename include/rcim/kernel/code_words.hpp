#pragma once

/// @file
/// Words of an arithmetic code, one at a time: what is written for a word, and what is read back. See protect/concept.hpp.

#include <rcim/core/config.hpp>
#include <rcim/protect/concept.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// What became of a sum.
enum class sum_outcome : std::int32_t { right = 0, corrected = 1, uncorrectable = 2 };

/// Residues and what they are taken for.
class code_words {
public:
    /// error: by residue in [0, multiplier), as ArithmeticCode says; multiplier below 2^14. O(multiplier).
    code_words(std::span<const std::int32_t> error, std::int32_t multiplier, std::int32_t largest_word)
        : multiplier_(multiplier), largest_(largest_word), per_multiplier_((std::uint64_t{1} << 40) / static_cast<std::uint64_t>(multiplier) + 1),
          error_(error.begin(), error.end()) {
        for (std::int32_t residue = 0; residue < multiplier; ++residue) {
            const std::int32_t known = error_[place_of(residue)];
            carry_.push_back(known == uncorrectable ? (residue > multiplier / 2 ? 1 : 0) : (residue - known) / multiplier);
        }
    }

    [[nodiscard]] std::int32_t multiplier() const { return multiplier_; }
    [[nodiscard]] std::int32_t largest_word() const { return largest_; }

    /// What cells are to hold of a word >= 0; of one beyond the largest, what they hold of that.
    [[nodiscard]] std::int32_t stored(std::int32_t word) const { return multiplier_ * std::min(word, largest_); }

    /// The word that the periphery makes of what cells hold: corrected where the residue is that of an error which leaves a
    /// word, else the nearest.
    [[nodiscard]] std::int32_t word(std::int32_t stored) const {
        // Exact for numbers of 24 bits and multipliers of 14.
        const auto whole = static_cast<std::int32_t>(static_cast<std::uint64_t>(stored) * per_multiplier_ >> 40);
        const std::int32_t residue = stored - whole * multiplier_;
        const std::int32_t corrected = whole + carry_[static_cast<std::size_t>(residue)];
        const std::int32_t nearest = std::min(whole + (residue > multiplier_ / 2 ? 1 : 0), largest_);
        return corrected >= 0 && corrected <= largest_ ? corrected : nearest;
    }

    /// Of a sum with this residue in (-multiplier / 2, multiplier / 2): what correcting adds to (sum - residue) / multiplier. Sums
    /// that cannot be corrected are rounded.
    [[nodiscard]] std::int32_t carry(std::int32_t residue) const {
        const std::int32_t error = error_[place_of(residue)];
        return error == uncorrectable ? 0 : (residue - error) / multiplier_;
    }
    [[nodiscard]] sum_outcome outcome(std::int32_t residue) const {
        return residue == 0                                    ? sum_outcome::right
               : error_[place_of(residue)] == uncorrectable ? sum_outcome::uncorrectable
                                                            : sum_outcome::corrected;
    }

    /// The residue nearest to zero.
    [[nodiscard]] std::int32_t residue_of(std::int32_t number) const {
        const std::int32_t rest = number % multiplier_;
        const std::int32_t half = multiplier_ / 2;
        return rest > half ? rest - multiplier_ : rest < -half ? rest + multiplier_ : rest;
    }

private:
    [[nodiscard]] std::size_t place_of(std::int32_t residue) const {
        return static_cast<std::size_t>(residue < 0 ? residue + multiplier_ : residue);
    }

    std::int32_t multiplier_;
    std::int32_t largest_;
    std::uint64_t per_multiplier_; ///< 2^40 / multiplier, rounded up
    std::vector<std::int32_t> error_;
    std::vector<std::int32_t> carry_; ///< of what is stored: corrected word - stored / multiplier, by residue
};

} // namespace rcim::inline RCIM_ABI::kernel
