#pragma once

/// @file
/// What an arithmetic code makes of the sums of faulty cells: the difference between the corrected sums and those of the words that
/// the folded plan multiplies with.
///
/// A stored number is A w + e, with the word w and a remainder e, which is zero where all cells are right. For one bit of the inputs
/// a sum is A sum(w) + sum(e) over the driven lines whose bit is set; with E = sum(e) and its residue taken for the error t, the
/// corrected sum is sum(w) + (E - t) / A. So all that differs from the product with w is (E - t) / A, which depends on the few lines
/// with a remainder only; and where the sum counts as zero, the difference is -sum(w) over the bits of which that is so, which is
/// one product with the inputs under a mask of bits.
///
/// Cost: nothing for sums without a remainder. With n remainders, and n small, each set of lines that can meet in a bit has its
/// difference in a table: 2^n steps for 16 samples at all bits. Otherwise each bit on its own, some 30 steps.

#include <rcim/compat/integer_lanes.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/bounds.hpp>
#include <rcim/kernel/code_words.hpp>
#include <rcim/kernel/read_layout.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// How many sums were checked, and what was found.
struct sum_counts {
    std::uint64_t checked = 0;
    std::uint64_t corrected = 0;
    std::uint64_t uncorrectable = 0;

    sum_counts& operator+=(const sum_counts& other) {
        checked += other.checked;
        corrected += other.corrected;
        uncorrectable += other.uncorrectable;
        return *this;
    }
    friend bool operator==(const sum_counts&, const sum_counts&) = default;
};

/// Words and remainders of what is summed in one go: an array, or a pair subtracted before the converter. [outputs][stride].
struct code_plane {
    const std::int32_t* word = nullptr;
    const std::int32_t* remainder = nullptr;
    double sign = 1.0; ///< of these sums in the result
};

/// Where one block of inputs is read and differences are added: line d of position p lies at x + window[p] + line[d], the
/// difference goes to out + target[p]; in numbers.
struct sum_positions {
    const std::int16_t* x = nullptr;
    const std::int32_t* line = nullptr;
    std::span<const std::int32_t> window;
    double* out = nullptr;
    const std::int32_t* target = nullptr;
};

/// All sums of one direction of reads in which something can be wrong.
class checked_sums {
public:
    /// bits: of the inputs, 2 to 16. zeroes: whether sums that cannot be corrected count as zero.
    checked_sums(code_words words, int bits, bool zeroes)
        : words_(std::move(words)), bits_(bits), zeroes_(zeroes), half_(words_.multiplier() / 2) {
        for (std::int32_t residue = -half_; residue <= half_; ++residue) {
            carry_.push_back(words_.carry(residue) * 4 + static_cast<std::int32_t>(words_.outcome(residue)));
        }
    }

    /// Looks at the planes anew; sums of at most `few` remainders, and at most 6, are looked up in tables. O(words + tables). The planes have to live.
    /// Throws where 2^20 lines or more, or residues that 32 bits do not sum, are driven together.
    void build(std::span<const code_plane> planes, const sum_layout& layout, int few = 4) {
        planes_.assign(planes.begin(), planes.end());
        layout_ = layout;
        const auto lines = static_cast<std::uint64_t>(std::min(layout.group, layout.driven));
        require_held("checked_sums", "lines that are driven together", lines, most_lines, "smaller crossbars");
        require_held("checked_sums", "sum of residues", bound_of_sum({lines, static_cast<std::uint64_t>(half_)}), largest_int32,
                     "smaller crossbars or a smaller multiplier");
        require_held("checked_sums", "sum of words x inputs",
                     bound_of_sum({lines, static_cast<std::uint64_t>(words_.largest_word()), std::uint64_t{1} << bits_}), whole_in_double,
                     "smaller crossbars");
        sums_.clear();
        entries_.clear();
        states_.clear();
        first_.assign(1, 0);
        for (index_t r = 0; r < layout.results; ++r) {
            for (index_t g = 0; g < layout.groups(); ++g) {
                for (std::size_t plane = 0; plane < planes.size(); ++plane) {
                    add_sum(r, g * layout.group, std::min(layout.driven, (g + 1) * layout.group), plane, few);
                }
            }
            first_.push_back(sums_.size());
        }
    }

    /// Sums of one position of one sample.
    [[nodiscard]] std::uint64_t sums_per_position() const {
        return static_cast<std::uint64_t>(layout_.results * layout_.groups() * bits_) * planes_.size();
    }
    [[nodiscard]] const sum_layout& layout() const { return layout_; }
    /// Whether any sum of this result can be wrong.
    [[nodiscard]] bool any(index_t result) const { return first_[index(result)] < first_[index(result) + 1]; }

    /// What a thread works with.
    struct scratch {
        struct line_word {
            std::int32_t line;
            double word;
        };
        std::vector<line_word> words; ///< the first `size` of them
        std::size_t size = 0;
        sum_counts counts; ///< corrected and uncorrectable
    };

    /// Adds the differences of one result, in codes x units of input, for 16 samples at all positions.
    void add_differences(index_t result, const sum_positions& at, scratch& work) const {
        for (std::size_t n = first_[index(result)]; n < first_[index(result) + 1]; ++n) {
            const sum& s = sums_[n];
            if (zeroes_ && s.can_fail) {
                list_words(s, at, work);
            }
            switch (s.listed ? s.entries : 0) {
            case 1: few<1>(s, at, work); break;
            case 2: few<2>(s, at, work); break;
            case 3: few<3>(s, at, work); break;
            case 4: few<4>(s, at, work); break;
            case 5: few<5>(s, at, work); break;
            case 6: few<6>(s, at, work); break;
            default:
                const auto largest = bound_of_sum({static_cast<std::uint64_t>(s.entries), static_cast<std::uint64_t>(half_)});
                if (largest <= largest_int16) {
                    many<lanes_of_int16, false>(s, at, work);
                } else if (largest <= safe_quotient) {
                    many<lanes_of_int32, false>(s, at, work);
                } else {
                    many<lanes_of_int32, true>(s, at, work);
                }
            }
        }
    }

private:
    /// Quotients by the multiplier in float round to the right whole number: they are off by q 2^-23 at most, and 1 / (2 A) away from the
    /// middle of two. Beyond, by one at most while q <= 2^19, which most_lines keeps.
    static constexpr std::uint64_t safe_quotient = std::uint64_t{1} << 21;
    static constexpr std::uint64_t most_lines = (std::uint64_t{1} << 20) - 1;
    // Of eight bits with values of a quotient and of an error in a word of 24 bits, over A >= 3.
    static_assert(bound_of_sum({255, most_lines / 2 + 1 + (1 << 24) / 3 + 1}) <= largest_int32);

    /// A line with a remainder of multiple x A + residue.
    struct entry {
        std::int32_t driven;
        std::int32_t residue;
        double multiple;
    };
    struct sum {
        index_t result;
        index_t begin;
        index_t end;
        std::size_t plane;
        std::size_t entry;
        std::size_t state;
        int entries;
        bool listed;   ///< sets of lines are in the table
        bool can_fail; ///< may be uncorrectable
        bool silent;   ///< every difference is zero
    };
    /// What becomes of a sum in which a certain set of its lines meets.
    struct state {
        double value;
        sum_outcome outcome;
    };
    using bits16 = lanes_of_int16; ///< one bit for each bit of the inputs, of 16 lanes

    static std::size_t index(index_t n) { return static_cast<std::size_t>(n); }

    void add_sum(index_t result, index_t begin, index_t end, std::size_t plane, int few) {
        sum s{.result = result, .begin = begin, .end = end, .plane = plane, .entry = entries_.size(), .state = states_.size(),
              .entries = 0, .listed = false, .can_fail = true, .silent = false};
        const std::int32_t* const remainder = planes_[plane].remainder + result * layout_.result_step;
        for (index_t d = begin; d < end; ++d) {
            const std::int32_t e = remainder[d * layout_.driven_step];
            if (e != 0) {
                const std::int32_t residue = words_.residue_of(e);
                entries_.push_back({static_cast<std::int32_t>(d), residue, static_cast<double>((e - residue) / words_.multiplier())});
            }
        }
        s.entries = static_cast<int>(entries_.size() - s.entry);
        if (s.entries == 0) {
            return;
        }
        s.listed = s.entries <= few;
        if (s.listed) {
            list_states(s);
        }
        sums_.push_back(s);
    }

    void list_states(sum& s) {
        s.can_fail = false;
        s.silent = true;
        std::array<std::int32_t, 64> residue{};
        std::array<double, 64> multiple{};
        for (std::size_t set = 0; set < std::size_t{1} << s.entries; ++set) {
            if (set > 0) {
                const std::size_t rest = set & (set - 1);
                const entry& e = entries_[s.entry + static_cast<std::size_t>(std::countr_zero(set))];
                residue[set] = residue[rest] + e.residue;
                multiple[set] = multiple[rest] + e.multiple;
            }
            const std::int32_t rest = words_.residue_of(residue[set]);
            const sum_outcome outcome = words_.outcome(rest);
            const double value =
                outcome == sum_outcome::uncorrectable && zeroes_
                    ? 0.0
                    : multiple[set] + static_cast<double>((residue[set] - rest) / words_.multiplier() + words_.carry(rest));
            s.can_fail = s.can_fail || outcome == sum_outcome::uncorrectable;
            s.silent = s.silent && value == 0.0 && !(outcome == sum_outcome::uncorrectable && zeroes_);
            states_.push_back({value, outcome});
        }
    }

    void list_words(const sum& s, const sum_positions& at, scratch& work) const {
        if (work.words.size() < index(s.end - s.begin)) {
            work.words.resize(index(s.end - s.begin));
        }
        const std::int32_t* word = planes_[s.plane].word + s.result * layout_.result_step + s.begin * layout_.driven_step;
        // Which words are zero cannot be foreseen: no branch.
        work.size = 0;
        for (index_t d = s.begin; d < s.end; ++d, word += layout_.driven_step) {
            work.words[work.size] = {at.line[d], static_cast<double>(*word)};
            work.size += *word != 0 ? 1u : 0u;
        }
    }

    /// Sums of 16 lanes whose bits are set.
    [[nodiscard]] std::uint64_t count(const bits16& set) const {
        const std::uint64_t used = ((std::uint64_t{1} << bits_) - 1) * 0x0001000100010001u;
        std::array<std::uint64_t, 4> words;
        std::memcpy(words.data(), &set, sizeof words);
        std::uint64_t total = 0;
        for (const std::uint64_t four : words) {
            total += static_cast<std::uint64_t>(std::popcount(four & used));
        }
        return total;
    }

    /// sum -= the words over the bits that count as zero.
    static void take_away(const std::int16_t* x, const bits16& zeroed, const scratch& work, lanes_of_double& sum) {
        for (std::size_t n = 0; n < work.size; ++n) {
            lanes_of_int16 input;
            load_lanes(input, x + work.words[n].line);
            input &= zeroed;
            add_product(sum, -work.words[n].word, input);
        }
    }

    template <int N>
    void few(const sum& s, const sum_positions& at, scratch& work) const {
        constexpr std::size_t sets = std::size_t{1} << N;
        const state* const states = states_.data() + s.state;
        std::array<const std::int16_t*, N> line;
        for (std::size_t i = 0; i < N; ++i) {
            line[i] = at.x + at.line[entries_[s.entry + i].driven];
        }
        for (std::size_t p = 0; p < at.window.size(); ++p) {
            // Bits in which exactly this set of lines meets.
            bits16 meets[sets];
            meets[0] = ~bits16{};
            for (std::size_t i = 0; i < N; ++i) {
                bits16 x;
                load_lanes(x, line[i] + at.window[p]);
                for (std::size_t set = 0; set < std::size_t{1} << i; ++set) {
                    meets[set | std::size_t{1} << i] = meets[set] & x;
                    meets[set] &= ~x;
                }
            }
            bits16 corrected{};
            bits16 wrong{};
            lanes_of_double difference{};
            for (std::size_t set = 1; set < sets; ++set) {
                const state now = states[set];
                if (now.outcome == sum_outcome::corrected) {
                    corrected |= meets[set];
                } else if (now.outcome == sum_outcome::uncorrectable) {
                    wrong |= meets[set];
                }
                if (now.value != 0.0) {
                    add_product(difference, now.value, meets[set]);
                }
            }
            finish(s, at, p, corrected, wrong, difference, work);
        }
    }

    /// Sum: lanes of integers that hold any sum of residues; Large: quotients in float may be off by one.
    template <class Sum, bool Large>
    void many(const sum& s, const sum_positions& at, scratch& work) const {
        const std::span<const entry> entries(entries_.data() + s.entry, static_cast<std::size_t>(s.entries));
        for (std::size_t p = 0; p < at.window.size(); ++p) {
            const std::int16_t* const x = at.x + at.window[p];
            bits16 corrected{};
            bits16 wrong{};
            lanes_of_int32 part[2] = {}; // of the bits 0 to 7 and 8 to 15, so that both fit 32 bits
            for (int bit = 0; bit < bits_; ++bit) {
                Sum residues{};
                for (const entry& e : entries) {
                    bits16 input;
                    load_lanes(input, x + at.line[e.driven]);
                    input = (input << static_cast<std::int16_t>(15 - bit)) >> std::int16_t{15}; // all bits or none
                    using number = std::remove_cvref_t<decltype(residues[0])>;
                    residues += __builtin_convertvector(input, Sum) & static_cast<number>(e.residue);
                }
                const bool top = bit + 1 == bits_;
                check_bit<Large>(__builtin_convertvector(residues, lanes_of_int32), top ? -1 << bit : 1 << bit, top ? -(1 << (bit & 7)) : 1 << (bit & 7),
                          part[bit / 8], corrected, wrong);
            }
            lanes_of_double difference;
            lanes_of_double high;
            to_double(difference, part[0]);
            to_double(high, part[1]);
            difference.half[0] += 256.0 * high.half[0];
            difference.half[1] += 256.0 * high.half[1];
            const bits16 counts = zeroes_ ? ~wrong : ~bits16{};
            for (const entry& e : entries) {
                if (e.multiple != 0.0) {
                    bits16 input;
                    load_lanes(input, x + at.line[e.driven]);
                    input &= counts;
                    add_product(difference, e.multiple, input);
                }
            }
            finish(s, at, p, corrected, wrong, difference, work);
        }
    }

    /// Looks the sums of one bit up: their differences x factor go to `to`, and the bits `place` to the outcomes.
    template <bool Large>
    void check_bit(const lanes_of_int32& residues, std::int32_t place, std::int32_t factor, lanes_of_int32& to, bits16& corrected,
                   bits16& wrong) const {
        const auto a = static_cast<float>(words_.multiplier());
        const float per_a = 1.0f / a;
        // A is odd, so no quotient is near the middle of two whole numbers: rounding is exact.
        const lanes_of_float number = __builtin_convertvector(residues, lanes_of_float);
        const lanes_of_float nearest = (number * per_a + 0x1.8p23f) - 0x1.8p23f;
        lanes_of_int32 multiple = __builtin_convertvector(nearest, lanes_of_int32);
        lanes_of_int32 known;
        if constexpr (Large) {
            known = residues - multiple * words_.multiplier();
            const lanes_of_int32 one = (known > half_) - (known < -half_); // comparisons give -1
            multiple -= one;
            known += one * words_.multiplier();
        } else {
            known = __builtin_convertvector(number - nearest * a, lanes_of_int32);
        }
        look_up(known, carry_.data() + half_);
        const lanes_of_int32 fails = -(known >> 1 & 1);
        lanes_of_int32 value = multiple + (known >> 2);
        if (zeroes_) {
            value &= ~fails;
        }
        to += factor * value;
        const lanes_of_int32 corrects = -(known & 1) & place;
        const lanes_of_int32 failing = fails & place;
        corrected |= __builtin_convertvector(corrects, bits16);
        wrong |= __builtin_convertvector(failing, bits16);
    }

    /// Counts, takes away what counts as zero, and hands the difference on.
    void finish(const sum& s, const sum_positions& at, std::size_t p, const bits16& corrected, const bits16& wrong,
                lanes_of_double& difference, scratch& work) const {
        work.counts.corrected += count(corrected);
        if (s.can_fail) {
            const std::uint64_t failed = count(wrong);
            work.counts.uncorrectable += failed;
            if (zeroes_ && failed > 0) {
                take_away(at.x + at.window[p], wrong, work, difference);
            }
        }
        if (!s.silent) {
            const double sign = planes_[s.plane].sign;
            double* const out = at.out + at.target[p];
            for (int h = 0; h < 2; ++h) {
                half_of_double now;
                load_lanes(now, out + 8 * h);
                now += sign * difference.half[h];
                store_lanes(now, out + 8 * h);
            }
        }
    }

    code_words words_;
    int bits_;
    bool zeroes_;
    std::int32_t half_;
    std::vector<std::int32_t> carry_; ///< by residue from -half on: 4 x carry + outcome
    std::vector<code_plane> planes_;
    sum_layout layout_;
    std::vector<sum> sums_;
    std::vector<entry> entries_;
    std::vector<state> states_;
    std::vector<std::size_t> first_ = std::vector<std::size_t>(1, 0); ///< of each result, in sums_
};

} // namespace rcim::inline RCIM_ABI::kernel
