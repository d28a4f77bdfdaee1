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

    void write(std::span<const std::int32_t> step, const Design& chip, const weight_bounds& bounds, const update_context&, thread_pool& pool,
               update_report& report) {
        const code_bounds codes = format_.codes_within(bounds);
        const auto add = [&](index_t from, index_t to) {
            return kernel::add_steps<encoding>(packed(0), packed(1), step.data(), chip.update, format_, codes, from, to);
        };
        this->write_ranges(pool, report, [&](index_t begin, index_t end, update_report& part, std::vector<kernel::exhausted_cell>& exhausted) {
            std::int64_t changed = 0;
            if constexpr (base::wears) {
                for (index_t first = begin; first < end; first += weight_groups::size) {
                    const index_t last = std::min(end, first + weight_groups::size);
                    part.cell_writes += static_cast<std::uint64_t>(counted(first, last, exhausted, [&] { changed += add(first, last); }));
                }
            } else {
                changed = add(begin, end);
            }
            part.changed_words += static_cast<std::uint64_t>(changed);
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

    /// add(), with the writes of each cell counted. At most 64 weights. Returns the number of cells written.
    template <class Add>
    std::int64_t counted(index_t begin, index_t end, std::vector<kernel::exhausted_cell>& exhausted, Add&& add) {
        std::array<std::array<Word, static_cast<std::size_t>(weight_groups::size)>, 2> before;
        for (int a = 0; a < cells_.arrays(); ++a) {
            std::copy(cells_.codes(a) + begin, cells_.codes(a) + end, before[static_cast<std::size_t>(a)].begin());
        }
        add();
        std::int64_t writes = 0;
        for (int a = 0; a < cells_.arrays(); ++a) {
            writes += faults_.count(before[static_cast<std::size_t>(a)].data(), cells_.codes(a) + begin, a, begin, end, exhausted);
        }
        return writes;
    }
};

} // namespace rcim::inline RCIM_ABI
