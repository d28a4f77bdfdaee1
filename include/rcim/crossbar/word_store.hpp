#pragma once

#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/layer_faults.hpp>
#include <rcim/crossbar/periphery_words.hpp>
#include <rcim/crossbar/weight_groups.hpp>
#include <rcim/crossbar/written_lines.hpp>
#include <rcim/protect/concept.hpp>
#include <rcim/update/concept.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Weights as codes in exact cells, one after the other: for the reference, for words of an arithmetic code, and all that stores with
/// kernels of their own need no kernel for.
template <class Design, class Cells, class Words = plain_words>
class word_store {
    using map_type = typename Design::map_type;
    using encoding = typename map_type::encoding;

public:
    static constexpr bool pair = encoding::arrays == 2;
    static constexpr bool wears = fault_requires::wears<typename Design::faults_type>;
    static constexpr write_grain grain = write_grain_of<typename Design::update_type>();

    /// Draws faults. O(cells).
    word_store(const Design& chip, const code_format& format, const cell_sites& sites, std::uint64_t seed)
        : word_store(chip, format, sites, seed, Cells(format, sites.weights())) {}

    [[nodiscard]] static code_format format_of(const Design& chip) {
        return protected_format<typename Design::protect_type>(chip.map.format(Design::cell_type::bits), map_type::weight_bits);
    }

    [[nodiscard]] stored_word<> stored(index_t w) const {
        return {cells_.code(0, w), pair ? cells_.code(1, w) : format_.multiplier * format_.minus_constant};
    }
    [[nodiscard]] stored_word<> used(const Design& chip, index_t w) const {
        return used_word(chip.update, words_.decoded(stored(w)), format_);
    }
    [[nodiscard]] stored_word<> as_read(const Design& chip, index_t w) const {
        const stored_word<> held = stored(w);
        const stored_word<> decoded = words_.decoded(held);
        return words_.as_read(held, decoded, used_word(chip.update, decoded, format_));
    }
    [[nodiscard]] float written_weight(const Design& chip, index_t w) const {
        return static_cast<float>(used(chip, w).code()) * format_.lsb;
    }
    [[nodiscard]] const Words& words() const { return words_; }

    void read_words(const Design& chip, std::int32_t* plus, std::int32_t* minus, index_t begin, index_t end) const {
        for (index_t w = begin; w < end; ++w) {
            const stored_word<> word = as_read(chip, w);
            plus[w] = word.plus;
            if constexpr (pair) {
                minus[w] = word.minus;
            }
        }
    }
    void read_positions(const Design& chip, std::span<aligned_vector<float>> planes, index_t begin, index_t end) const {
        for (index_t w = begin; w < end; ++w) {
            const stored_word<> word = as_read(chip, w);
            each_cell([&](int a, int s, std::size_t plane) {
                planes[plane][static_cast<std::size_t>(w)] = static_cast<float>(level_in(word, a, s));
            });
        }
    }

    [[nodiscard]] double conductance(const Design& chip, int array, index_t w, int slice) const {
        return chip.cell.conductance(level_in(stored(w), array, slice), levels());
    }
    [[nodiscard]] double used_conductance(const Design& chip, int array, index_t w, int slice) const {
        return chip.cell.conductance(level_in(used(chip, w), array, slice), levels());
    }

    /// The conductance of one cell as the periphery uses it, in steps of one level above HRS.
    [[nodiscard]] double used_position(const Design& chip, int array, index_t w, int slice) const {
        return static_cast<double>(level_in(used(chip, w), array, slice));
    }
    /// The same of a cell that stands on a level, and in siemens.
    [[nodiscard]] double level_position(int level) const { return static_cast<double>(level); }
    [[nodiscard]] double level_conductance(const Design& chip, int level) const { return chip.cell.conductance(level, levels()); }

    /// What one step of the lowest slice is worth, in weight units, from now on.
    void set_unit(const Design& chip, float lsb) {
        format_.lsb = lsb;
        leak_ = leak_of(chip);
    }

    /// Rounds targets [outputs][row_stride], within the bounds, to the nearest codes.
    void program(std::span<const float> target, const weight_bounds& bounds) {
        update_report unread;
        std::vector<kernel::exhausted_cell> exhausted;
        each_word_of(target, bounds, [&](index_t w, const stored_word<>& word) {
            const stored_word<> before = stored(w);
            words_.program(cells_, 0, w, word.plus);
            if constexpr (pair) {
                words_.program(cells_, 1, w, word.minus);
            }
            faults_.count(w, before, stored(w), unread, exhausted);
        });
        faults_.stick_worn(exhausted, cells_, unread);
    }

    void write(std::span<const std::int32_t> step, const Design& chip, const weight_bounds& bounds, const update_context&,
               const step_writes& writes, thread_pool& pool, update_report& report) {
        const code_bounds codes = format_.codes_within(bounds);
        write_ranges(writes, pool, report, [&](index_t begin, index_t end, const range_writes& range) {
            for (index_t w = begin; w < end; ++w) {
                if (const std::int32_t by = step[static_cast<std::size_t>(w)]; by != 0) {
                    add_word(w, by, chip, codes, range);
                }
                if (grain != write_grain::cells && (*writes.whole)[w]) {
                    write_whole(w, chip, range);
                }
            }
        });
    }

    void decode(const Design& chip, float* weight, index_t begin, index_t end) {
        for (index_t w = begin; w < end; ++w) {
            const stored_word<> held = stored(w);
            const stored_word<> decoded = words_.decoded(held);
            const stored_word<> word = used_word(chip.update, decoded, format_);
            words_.put(w, held, decoded, word);
            weight[w] = static_cast<float>(word.code()) * format_.lsb;
        }
        // A loop of its own, so that no compiler contracts the sum.
        for (index_t w = begin; leak_ != 0.0f && w < end; ++w) {
            weight[w] += leak_;
        }
    }

    [[nodiscard]] std::uint32_t keep(int array, index_t w) const { return cells_.keep(array, w); }
    [[nodiscard]] std::uint32_t stuck_level(int array, index_t w) const { return cells_.level(array, w); }
    [[nodiscard]] std::uint32_t writes_left(int array, index_t w, int slice) const { return faults_.writes_left(array, w, slice); }
    void arrive(int epoch) { faults_.arrive(epoch, cells_); }

    [[nodiscard]] cell_census census(const Design& chip) const {
        cell_census count{.cells = sites_.count()};
        const int checks = format_.slices - chip.map.format(Design::cell_type::bits).slices;
        count.check_cells = count.cells / static_cast<std::uint64_t>(format_.slices) * static_cast<std::uint64_t>(checks);
        each_stuck(cells_, sites_, format_.cell_bits, [&](int, index_t, int, std::int32_t) { ++count.stuck; });
        return count;
    }
    void show_faults(fault_map& map) const { rcim::show_faults(cells_, sites_, format_.cell_bits, map); }

    /// shape: [outputs][inputs], rows row_stride apart.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        cells_.visit(a, shape, row_stride);
        faults_.visit(a, shape, row_stride);
    }

protected:
    word_store(const Design& chip, const code_format& format, const cell_sites& sites, std::uint64_t seed, Cells cells)
        : format_(format), sites_(sites), cells_(std::move(cells)), words_(format, sites.weights()),
          faults_(chip.faults, format, sites, seed, sites.weights()), leak_(leak_of(chip)) {}

    [[nodiscard]] int levels() const { return 1 << format_.cell_bits; }
    [[nodiscard]] int level_in(const stored_word<>& word, int array, int slice) const {
        return ((array == 0 ? word.plus : word.minus) >> (slice * format_.cell_bits)) & (levels() - 1);
    }
    /// visit(array, slice, number of the two)
    template <class Visit>
    void each_cell(Visit&& visit) const {
        for (int p = 0; p < (pair ? 2 : 1) * format_.slices; ++p) {
            visit(p / format_.slices, p % format_.slices, static_cast<std::size_t>(p));
        }
    }

    /// visit(w, word): what is to be held of each weight.
    template <class Visit>
    void each_word_of(std::span<const float> target, const weight_bounds& bounds, Visit&& visit) const {
        const code_bounds codes = format_.codes_within(bounds);
        for (index_t o = 0; o < sites_.tiles.outputs; ++o) {
            for (index_t w = o * sites_.stride; w < o * sites_.stride + sites_.tiles.inputs; ++w) {
                const double scaled =
                    std::nearbyint(static_cast<double>(target[static_cast<std::size_t>(w)]) / static_cast<double>(format_.lsb));
                const auto code = static_cast<std::int32_t>(std::clamp(scaled, static_cast<double>(codes.low), static_cast<double>(codes.high)));
                visit(w, encoding::encode(code, format_.minus_constant));
            }
        }
    }

    /// What the writes of a range of weights amount to.
    struct range_writes {
        update_report& report;
        std::vector<kernel::exhausted_cell>& exhausted; ///< cells that have made their last write
        changed_cells* changed;                         ///< null: not counted
    };

    /// Writes in parallel: add(begin, end, range).
    template <class Add>
    void write_ranges(const step_writes& writes, thread_pool& pool, update_report& report, Add&& add) {
        std::mutex mutex;
        std::vector<kernel::exhausted_cell> exhausted;
        std::optional<changed_cells> none; // made before others add to what it is made of
        if (writes.changed != nullptr) {
            none = writes.changed->none_yet();
        }
        weight_groups{sites_.weights()}.run(&pool, [&](index_t begin, index_t end) {
            update_report part;
            std::vector<kernel::exhausted_cell> worn;
            std::optional<changed_cells> changed = none;
            add(begin, end, range_writes{part, worn, changed ? &*changed : nullptr});
            const std::lock_guard lock(mutex);
            report += part;
            exhausted.insert(exhausted.end(), worn.begin(), worn.end());
            if (changed) {
                *writes.changed += *changed;
            }
        });
        faults_.stick_worn(exhausted, cells_, report);
    }

    code_format format_;
    cell_sites sites_;
    Cells cells_;
    Words words_;
    layer_faults<typename Design::faults_type> faults_;
    float leak_; ///< what HRS cells add to a weight where nothing cancels it, in weight units

private:
    /// Moves one weight, from the word as used. What is read back is decoded as always, so the other array of a pair takes up what stuck
    /// cells leave over.
    void add_word(index_t w, std::int32_t step, const Design& chip, const code_bounds& codes, const range_writes& range) {
        const std::int32_t on = word_in_use(chip.update, format_);
        const stored_word<> before = stored(w);
        const auto store = [&](int array, std::int32_t target) { return words_.program(cells_, array, w, std::min(target, on)) & on; };
        static_cast<void>(encoding::add(used(chip, w), step, codes, store)); // the cells know
        const stored_word<> after = stored(w);
        range.report.changed_words += (after.plus != before.plus ? 1u : 0u) + (after.minus != before.minus ? 1u : 0u);
        if constexpr (grain == write_grain::cells) {
            faults_.count(w, before, after, range.report, range.exhausted);
            words_.count(before, after, wears, range.report);
        }
        if (range.changed != nullptr) {
            range.changed->add(0, w, w + 1, &before.plus, &after.plus);
            if constexpr (pair) {
                range.changed->add(1, w, w + 1, &before.minus, &after.minus);
            }
        }
    }

    /// Counts a write of all cells of one weight, which changes none.
    void write_whole(index_t w, const Design& chip, const range_writes& range) {
        const auto on = static_cast<std::uint32_t>(word_in_use(chip.update, format_));
        std::int64_t worn = 0;
        std::int64_t written = 0;
        for (int a = 0; a < cells_.arrays(); ++a) {
            const std::uint32_t cells = cells_.keep(a, w) & on;
            worn += faults_.count_written(a, w, w + 1, &cells, range.exhausted);
            written += std::popcount(cells & kernel::lowest_bits(format_.cell_bits, format_.slices));
        }
        if constexpr (Words::protects) {
            range.report.cell_writes += static_cast<std::uint64_t>(written);
            range.report.plain_cell_writes += static_cast<std::uint64_t>(cells_.arrays() * chip.map.format(Design::cell_type::bits).slices);
        } else {
            range.report.cell_writes += static_cast<std::uint64_t>(worn);
        }
    }

    [[nodiscard]] float leak_of(const Design& chip) const {
        if constexpr (pair) {
            return 0.0f;
        } else {
            const double ones = (std::pow(2.0, format_.cell_bits * format_.slices) - 1.0) / (levels() - 1);
            return static_cast<float>(leak_in_levels(chip.cell, levels()) * ones * static_cast<double>(format_.lsb));
        }
    }
};

} // namespace rcim::inline RCIM_ABI
