#pragma once

#include <rcim/crossbar/cells.hpp>
#include <rcim/crossbar/word_store.hpp>
#include <rcim/kernel/codes.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Weights as codes in exact cells, 64 at a time.
template <class Design, class Word>
class packed_store : public word_store<Design, packed_cells<Word>> {
    using base = word_store<Design, packed_cells<Word>>;
    using encoding = typename Design::map_type::encoding;
    using range_writes = typename base::range_writes;

protected:
    using base::cells_;
    using base::faults_;
    using base::format_;

public:
    using base::pair;
    using base::base;

    void read_words(const Design& chip, std::int32_t* plus, std::int32_t* minus, index_t begin, index_t end) const {
        kernel::used_words<pair>(cells_.codes(0), pair ? cells_.codes(1) : nullptr, chip.update, format_, plus, minus, begin, end);
    }

    void write(std::span<const std::int32_t> step, const Design& chip, const weight_bounds& bounds, const update_context&,
               const step_writes& writes, thread_pool& pool, update_report& report) {
        const code_bounds codes = format_.codes_within(bounds);
        const auto add = [&](index_t from, index_t to) {
            return kernel::add_steps<encoding>(packed(0), packed(1), step.data(), chip.update, format_, codes, from, to);
        };
        this->write_ranges(writes, pool, report, [&](index_t begin, index_t end, const range_writes& range) {
            std::int64_t changed = 0;
            if (base::wears || range.changed != nullptr) {
                for (index_t first = begin; first < end; first += weight_groups::size) {
                    const index_t last = std::min(end, first + weight_groups::size);
                    counted(first, last, word_in_use(chip.update, format_), writes, range, [&] { changed += add(first, last); });
                }
            } else {
                changed = add(begin, end);
            }
            range.report.changed_words += static_cast<std::uint64_t>(changed);
        });
    }

    void decode(const Design& chip, float* weight, index_t begin, index_t end) const {
        kernel::decode_used<pair>(cells_.codes(0), pair ? cells_.codes(1) : nullptr, chip.update, format_, this->leak_, weight, begin, end);
    }

private:
    kernel::packed_array<Word> packed(int array) {
        return array == 0 || pair ? kernel::packed_array<Word>{cells_.codes(array), cells_.keeps(array), cells_.levels(array)}
                                  : kernel::packed_array<Word>{};
    }

    /// add(), with the writes of each cell counted. At most 64 weights. on: bits of the cells in use.
    template <class Add>
    void counted(index_t begin, index_t end, std::int32_t on, const step_writes& writes, const range_writes& range, Add&& add) {
        if constexpr (base::grain != write_grain::cells) {
            add();
            std::uint32_t marks[weight_groups::size];
            writes.whole->show(begin, end, marks);
            for (int a = 0; a < cells_.arrays(); ++a) {
                std::uint32_t written[weight_groups::size];
                for (index_t i = 0; i < end - begin; ++i) {
                    written[i] = marks[i] != 0 ? cells_.keeps(a)[begin + i] & static_cast<std::uint32_t>(on) : 0u;
                }
                range.report.cell_writes += static_cast<std::uint64_t>(faults_.count_written(a, begin, end, written, range.exhausted));
            }
        } else {
            std::array<std::array<Word, static_cast<std::size_t>(weight_groups::size)>, 2> before;
            for (int a = 0; a < cells_.arrays(); ++a) {
                const Word* const now = cells_.codes(a) + begin;
                Word* const then = before[static_cast<std::size_t>(a)].data();
                kernel::each_of_group(end - begin, [&](int i) { then[i] = now[i]; });
            }
            add();
            for (int a = 0; a < cells_.arrays(); ++a) {
                const Word* const old = before[static_cast<std::size_t>(a)].data();
                if constexpr (base::wears) {
                    range.report.cell_writes +=
                        static_cast<std::uint64_t>(faults_.count(old, cells_.codes(a) + begin, a, begin, end, range.exhausted));
                }
                if (range.changed != nullptr) {
                    range.changed->add(a, begin, end, old, cells_.codes(a) + begin);
                }
            }
        }
    }
};

} // namespace rcim::inline RCIM_ABI
