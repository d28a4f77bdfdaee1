#pragma once

#include <rcim/cell/concept.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/cells.hpp>
#include <rcim/crossbar/layer_faults.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/crossbar/written_lines.hpp>
#include <rcim/mapping/stored_word.hpp>
#include <rcim/update/concept.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Which cells of an array pair are stuck, and at what level, as bits of their words.
class stuck_masks {
public:
    /// count: of weights, padding included.
    stuck_masks(const code_format& format, index_t count) : format_(format) {
        for (int a = 0; a < arrays(); ++a) {
            keep_[index(a)].assign(static_cast<std::size_t>(count), static_cast<std::uint32_t>(format.top_word()));
            level_[index(a)].assign(static_cast<std::size_t>(count), 0);
        }
    }

    [[nodiscard]] int arrays() const { return format_.pair ? 2 : 1; }

    void stick(int array, index_t weight, int slice, int level) {
        const auto w = static_cast<std::size_t>(weight);
        const std::uint32_t cell = ((std::uint32_t{1} << format_.cell_bits) - 1) << (slice * format_.cell_bits);
        keep_[index(array)][w] &= ~cell;
        level_[index(array)][w] = (level_[index(array)][w] & ~cell) | (static_cast<std::uint32_t>(level) << (slice * format_.cell_bits));
    }

    [[nodiscard]] std::uint32_t keep(int array, index_t weight) const { return keep_[index(array)][static_cast<std::size_t>(weight)]; }
    [[nodiscard]] std::uint32_t level(int array, index_t weight) const { return level_[index(array)][static_cast<std::size_t>(weight)]; }
    [[nodiscard]] const std::uint32_t* keeps(int array) const { return keep_[index(array)].data(); }

    /// What an array holds that is to hold this word.
    [[nodiscard]] std::int32_t held(int array, index_t weight, std::int32_t word) const {
        return static_cast<std::int32_t>((static_cast<std::uint32_t>(word) & keep(array, weight)) | level(array, weight));
    }
    /// Bits of the stuck cells.
    [[nodiscard]] std::uint32_t stuck(int array, index_t weight) const {
        return static_cast<std::uint32_t>(format_.top_word()) & ~keep(array, weight);
    }

    /// shape: [outputs][inputs], rows row_stride apart.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        for (int n = 0; n < arrays(); ++n) {
            const archive::scope scope(a, array_name(n));
            a.visit("keep", std::span(keep_[index(n)]), shape, row_stride);
            a.visit("level", std::span(level_[index(n)]), shape, row_stride);
        }
    }

private:
    static std::size_t index(int array) { return static_cast<std::size_t>(array); }

    code_format format_;
    std::array<aligned_vector<std::uint32_t>, 2> keep_;
    std::array<aligned_vector<std::uint32_t>, 2> level_;
};

/// A store whose stuck cells the digital side compensates: what Store holds are the words as the controller writes them, no cell of it
/// stuck; increments act on these and effective weights decode them. Reads find of each word as used the cells that work, and the stuck
/// ones in their place; `missing` is the difference. Where a rule switches slices off, stuck cells in them neither act nor are compensated.
template <class Design, class Store>
class compensated_store : public Store {
    static constexpr bool exact = exact_cell<typename Design::cell_type>();
    using Store::cells_;
    using Store::faults_;
    using Store::format_;
    using Store::sites_;

public:
    using Store::pair;

    compensated_store(const Design& chip, const code_format& format, const cell_sites& sites, std::uint64_t seed)
        : Store(chip, format, sites, seed), masks_(format, sites.weights()) {}

    /// Words of stuck cells are kept, but no write is issued to these unless their line is written as a whole.
    void write(std::span<const std::int32_t> step, const Design& chip, const weight_bounds& bounds, const update_context& context,
               const step_writes& writes, thread_pool& pool, update_report& report) {
        for (int a = 0; writes.changed != nullptr && a < masks_.arrays(); ++a) {
            writes.changed->leave_out(a, masks_.keeps(a));
        }
        Store::write(step, chip, bounds, context, writes, pool, report);
    }

    /// What cells hold.
    [[nodiscard]] stored_word<> stored(index_t w) const { return with_stuck(w, Store::stored(w)); }
    [[nodiscard]] stored_word<> as_read(const Design& chip, index_t w) const {
        const std::int32_t on = word_in_use(chip.update, format_);
        const stored_word<> held = with_stuck(w, Store::used(chip, w));
        return {held.plus & on, pair ? held.minus & on : held.minus};
    }

    void read_words(const Design& chip, std::int32_t* plus, std::int32_t* minus, index_t begin, index_t end) const {
        Store::read_words(chip, plus, minus, begin, end);
        const std::int32_t on = word_in_use(chip.update, format_);
        for (index_t w = begin; w < end; ++w) {
            plus[w] = masks_.held(0, w, plus[w]) & on;
        }
        for (index_t w = begin; pair && w < end; ++w) {
            minus[w] = masks_.held(1, w, minus[w]) & on;
        }
    }
    void read_positions(const Design& chip, std::span<aligned_vector<float>> planes, index_t begin, index_t end) const {
        Store::read_positions(chip, planes, begin, end);
        this->each_cell([&](int a, int s, std::size_t plane) {
            for (index_t w = begin; slice_on(chip, s) && w < end; ++w) {
                if (stuck(a, w, s)) {
                    planes[plane][static_cast<std::size_t>(w)] = static_cast<float>(stuck_position(a, w, s));
                }
            }
        });
    }

    [[nodiscard]] double conductance(const Design& chip, int array, index_t w, int slice) const {
        return stuck(array, w, slice) ? this->level_conductance(chip, level(array, w, slice)) : Store::conductance(chip, array, w, slice);
    }
    [[nodiscard]] double used_conductance(const Design& chip, int array, index_t w, int slice) const {
        return stuck(array, w, slice) && slice_on(chip, slice) ? this->level_conductance(chip, level(array, w, slice))
                                                               : Store::used_conductance(chip, array, w, slice);
    }

    /// What one cell lacks of what it is to carry, in steps of one level; 0 unless it is stuck.
    [[nodiscard]] double missing(const Design& chip, int array, index_t w, int slice) const {
        const bool read = stuck(array, w, slice) && slice_on(chip, slice);
        return read ? Store::used_position(chip, array, w, slice) - stuck_position(array, w, slice) : 0.0;
    }
    /// The same of the weights [begin, end), in weight units.
    void missing_weights(const Design& chip, float* weight, index_t begin, index_t end) const {
        for (index_t w = begin; w < end; ++w) {
            if ((masks_.stuck(0, w) | (pair ? masks_.stuck(1, w) : 0u)) == 0) {
                weight[w] = 0.0f;
            } else if constexpr (exact) {
                weight[w] = static_cast<float>(Store::used(chip, w).code() - as_read(chip, w).code()) * format_.lsb;
            } else {
                double sum = 0.0;
                this->each_cell([&](int a, int s, std::size_t) {
                    sum += std::ldexp(a == 0 ? 1.0 : -1.0, s * format_.cell_bits) * missing(chip, a, w, s);
                });
                weight[w] = static_cast<float>(sum * static_cast<double>(format_.lsb));
            }
        }
    }
    /// Adds the cells that take part in it.
    void count_compensation(const Design& chip, compensation_count& count) const {
        each_stuck(masks_, sites_, format_.cell_bits, [&](int a, index_t w, int s, std::int32_t) {
            count.stuck += slice_on(chip, s) ? 1u : 0u;
            count.differing += missing(chip, a, w, s) != 0.0 ? 1u : 0u;
        });
    }

    [[nodiscard]] std::uint32_t keep(int array, index_t w) const { return masks_.keep(array, w); }
    [[nodiscard]] std::uint32_t stuck_level(int array, index_t w) const { return masks_.level(array, w); }
    void arrive(int epoch) { faults_.arrive(epoch, *this); }
    /// For `arrive`.
    void stick(int array, index_t w, int slice, int level) {
        masks_.stick(array, w, slice, level);
        if constexpr (!exact) {
            cells_.keep_digitally(array, w, slice);
        }
    }

    [[nodiscard]] cell_census census(const Design& chip) const {
        cell_census count = Store::census(chip);
        each_stuck(masks_, sites_, format_.cell_bits, [&](int, index_t, int, std::int32_t) { ++count.stuck; });
        return count;
    }
    void show_faults(fault_map& map) const { rcim::show_faults(masks_, sites_, format_.cell_bits, map); }

    /// shape: [outputs][inputs], rows row_stride apart. What cells hold follows from what they are to hold.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        {
            const archive::scope scope(a, "intended");
            Store::visit(a, shape, row_stride);
        }
        masks_.visit(a, shape, row_stride);
        std::vector<std::int32_t> code(static_cast<std::size_t>(sites_.weights()));
        for (int n = 0; n < masks_.arrays(); ++n) {
            for (index_t w = 0; w < sites_.weights(); ++w) {
                const stored_word<> word = stored(w);
                code[static_cast<std::size_t>(w)] = n == 0 ? word.plus : word.minus;
            }
            const archive::scope scope(a, array_name(n));
            a.derived("code", std::span(code), shape, row_stride);
        }
    }

private:
    [[nodiscard]] stored_word<> with_stuck(index_t w, const stored_word<>& word) const {
        return {masks_.held(0, w, word.plus), pair ? masks_.held(1, w, word.minus) : word.minus};
    }
    [[nodiscard]] bool stuck(int array, index_t w, int slice) const {
        return (masks_.stuck(array, w) >> (slice * format_.cell_bits) & 1u) != 0;
    }
    [[nodiscard]] int level(int array, index_t w, int slice) const {
        return static_cast<int>(masks_.level(array, w) >> (slice * format_.cell_bits) & ((std::uint32_t{1} << format_.cell_bits) - 1));
    }
    [[nodiscard]] double stuck_position(int array, index_t w, int slice) const { return this->level_position(level(array, w, slice)); }
    [[nodiscard]] bool slice_on(const Design& chip, int slice) const {
        return (word_in_use(chip.update, format_) >> (slice * format_.cell_bits)) != 0;
    }

    stuck_masks masks_;
};

} // namespace rcim::inline RCIM_ABI
