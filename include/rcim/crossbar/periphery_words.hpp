#pragma once

/// @file
/// What the periphery makes of the words that cells hold, before an update rule changes them: the words themselves, or those of an
/// arithmetic code.

#include <rcim/core/aligned.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/kernel/checked_sums.hpp>
#include <rcim/mapping/stored_word.hpp>
#include <rcim/protect/concept.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// How many cells differ between two pairs of numbers.
[[nodiscard]] inline std::uint64_t cells_between(const stored_word<>& a, const stored_word<>& b, const code_format& format) {
    std::uint64_t count = 0;
    const std::uint32_t cell = (std::uint32_t{1} << format.cell_bits) - 1;
    for (int s = 0; s < format.slices; ++s) {
        count += (static_cast<std::uint32_t>(a.plus ^ b.plus) >> (s * format.cell_bits) & cell) != 0 ? 1u : 0u;
        count += (static_cast<std::uint32_t>(a.minus ^ b.minus) >> (s * format.cell_bits) & cell) != 0 ? 1u : 0u;
    }
    return count;
}

/// No code: words are what cells hold.
class plain_words {
public:
    static constexpr bool protects = false;

    plain_words(const code_format&, index_t) {}

    [[nodiscard]] stored_word<> decoded(const stored_word<>& held) const { return held; }
    template <class Cells>
    std::int32_t program(Cells& cells, int array, index_t weight, std::int32_t word) const {
        return cells.program(array, weight, word);
    }
    [[nodiscard]] stored_word<> as_read(const stored_word<>&, const stored_word<>&, const stored_word<>& used) const { return used; }
    void put(index_t, const stored_word<>&, const stored_word<>&, const stored_word<>&) {}
    void count(const stored_word<>&, const stored_word<>&, bool, update_report&) const {}
};

/// Words of an arithmetic code. For the corrections of sums it keeps, of all that is summed in one go, the words as used and what the cells
/// hold beside their multiples: one plane, or one for each array of a pair.
template <ArithmeticCode Code, class Encoding>
class arithmetic_words {
    static constexpr std::size_t plane_count = Encoding::arrays == 2 && !Encoding::analog_subtraction ? 2 : 1;

public:
    static constexpr bool protects = true;

    /// weights: padding included.
    arithmetic_words(const code_format& format, index_t weights)
        : format_(format), table_(Code::corrections(format.cell_bits, format.slices), Code::multiplier, format.largest_word()) {
        for (std::size_t p = 0; p < plane_count; ++p) {
            word_[p].resize(static_cast<std::size_t>(weights));
            remainder_[p].resize(static_cast<std::size_t>(weights));
        }
    }

    [[nodiscard]] const kernel::code_words& table() const { return table_; }

    [[nodiscard]] stored_word<> decoded(const stored_word<>& held) const {
        return {table_.word(held.plus), format_.pair ? table_.word(held.minus) : format_.minus_constant};
    }
    /// Programs a word and returns that which is read back.
    template <class Cells>
    std::int32_t program(Cells& cells, int array, index_t weight, std::int32_t word) const {
        return table_.word(cells.program(array, weight, table_.stored(word)));
    }

    /// What a read finds in cells that hold `held`, are read back as `decoded` and are used as `used`. A word that the rule changes is one
    /// that the periphery puts in place of what cells hold.
    [[nodiscard]] stored_word<> as_read(const stored_word<>& held, const stored_word<>& decoded, const stored_word<>& used) const {
        return used == decoded ? held : stored_word<>{format_.multiplier * used.plus, format_.multiplier * used.minus};
    }

    /// Enters one weight.
    void put(index_t weight, const stored_word<>& held, const stored_word<>& decoded, const stored_word<>& used) {
        const auto at = static_cast<std::size_t>(weight);
        const stored_word<> found = as_read(held, decoded, used);
        const stored_word<> rest{found.plus - format_.multiplier * used.plus, found.minus - format_.multiplier * used.minus};
        if constexpr (plane_count == 2) {
            word_[0][at] = used.plus;
            word_[1][at] = used.minus;
            remainder_[0][at] = rest.plus;
            remainder_[1][at] = rest.minus;
        } else {
            word_[0][at] = format_.pair ? used.code() : used.plus;
            remainder_[0][at] = rest.code();
        }
    }
    /// Counts a write: the cells that it takes, unless wear has counted them, and those that it would take without the code.
    void count(const stored_word<>& before, const stored_word<>& after, bool counted, update_report& report) const {
        report.cell_writes += counted ? 0 : cells_between(before, after, format_);
        report.plain_cell_writes += cells_between(decoded(before), decoded(after), format_);
    }
    /// Valid until the next write.
    [[nodiscard]] std::vector<kernel::code_plane> planes() const {
        std::vector<kernel::code_plane> result;
        for (std::size_t p = 0; p < plane_count; ++p) {
            result.push_back({word_[p].data(), remainder_[p].data(), p == 0 ? 1.0 : -1.0});
        }
        return result;
    }

private:
    code_format format_;
    kernel::code_words table_;
    std::array<aligned_vector<std::int32_t>, plane_count> word_;
    std::array<aligned_vector<std::int32_t>, plane_count> remainder_;
};

} // namespace rcim::inline RCIM_ABI
