#pragma once

#include <rcim/crossbar/analog_cells.hpp>
#include <rcim/crossbar/cells.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/crossbar/wear.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/fault/fault_map.hpp>
#include <rcim/kernel/checked_sums.hpp>
#include <rcim/kernel/codes.hpp>
#include <rcim/kernel/reduce.hpp>

#include <cmath>
#include <mutex>
#include <optional>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Rows of a stored matrix start on a cache line: the first multiple of 16 that holds `inputs`.
[[nodiscard]] constexpr index_t row_stride_of(index_t inputs) {
    return (inputs + samples_per_block - 1) / samples_per_block * samples_per_block;
}

/// A matrix [outputs][inputs] of weights that lives in crossbars: the cells of a design, their faults, the state of its update
/// rule, and the effective weights that the folded plan multiplies with. Inputs are word lines and outputs are bit lines.
///
/// The weight lives in the cells: what is programmed is read back through stuck cells, and increments act on the stored codes.
///
/// Plan chooses how cells are kept and updated; codes are the same in every plan, bit for bit.
template <class Design, plan Plan = plan_of<Design>>
class crossbar_array {
    using map_type = typename Design::map_type;
    using update_type = typename Design::update_type;
    static constexpr bool coded = map_type::coded;
    static constexpr bool analog = coded && !exact_cell<typename Design::cell_type>();
    static constexpr bool wears = fault_requires::wears<typename Design::faults_type>;
    static_assert(detail::check_composition<typename Design::cell_type, typename Design::faults_type, map_type, update_type>::sound);
    static_assert(detail::check_protection<Design>::sound);
    static constexpr bool arithmetic = ArithmeticCode<typename Design::protect_type>;

    static consteval auto cells_type() {
        if constexpr (!coded) {
            return std::type_identity<no_state>{};
        } else {
            constexpr int cell_bits = Design::cell_type::bits == 0 ? map_type::weight_bits : Design::cell_type::bits;
            constexpr int padded = slices_under<typename Design::protect_type>(map_type::weight_bits, cell_bits) * cell_bits;
            static_assert(padded <= 24, "rcim: roles Cell and Map: more than 24 bits with padding; codes would not fit a float");
            if constexpr (analog) {
                return std::type_identity<analog_cells<typename Design::cell_type>>{};
            } else {
                return std::type_identity<std::conditional_t<Plan == plan::reference, single_cells, packed_cells<word_for<padded>>>>{};
            }
        }
    }
    using cells = typename decltype(cells_type())::type;

public:
    using design_type = Design;

    /// A matrix of weights zero on the chip with this seed; `place` is its number among the layers of the chip. O(cells) draws.
    crossbar_array(const Design& chip, index_t inputs, index_t outputs, std::uint64_t seed, std::uint32_t place)
        : design_(checked(chip)), update_(chip.update), inputs_(inputs), outputs_(outputs), stride_(row_stride_of(inputs)), seed_(seed), place_(place),
          rule_state_(chip.update, outputs * row_stride_of(inputs)), cells_(make_cells()),
          words_(make_words()), tiling_(tiling::make(chip.geometry, inputs, outputs, coded ? format_.slices : 1)),
          weight_(static_cast<std::size_t>(outputs * stride_), 0.0f) {
        design_.update = fitted_rule(update_, weights());
        draw_exponents();
        draw_faults();
        begin_epoch(0);
    }

    /// With the update rule as fitted to the weights that were programmed last.
    [[nodiscard]] const Design& chip() const { return design_; }
    [[nodiscard]] index_t inputs() const { return inputs_; }
    [[nodiscard]] index_t outputs() const { return outputs_; }
    /// Floats from one output to the next in every matrix of this array; a multiple of 16.
    [[nodiscard]] index_t row_stride() const { return stride_; }
    [[nodiscard]] const code_format& format() const { return format_; }
    [[nodiscard]] const tiling& tiles() const { return tiling_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] std::uint32_t place() const { return place_; }

    /// Effective weights, as used by every read.
    [[nodiscard]] matrix_view<const float> weights() const { return {weight_.data(), outputs_, inputs_, stride_}; }

    /// What the cells of one weight hold, and what the periphery makes of it. Only for coded designs.
    [[nodiscard]] stored_word<> stored(index_t output, index_t input) const
        requires coded
    {
        const index_t w = output * stride_ + input;
        return {cells_.code(0, w), format_.pair ? cells_.code(1, w) : format_.multiplier * format_.minus_constant};
    }
    [[nodiscard]] stored_word<> used(index_t output, index_t input) const
        requires coded
    {
        return used_word(design_.update, decoded(stored(output, input)), format_);
    }
    /// What a read finds in the cells of one weight: an arithmetic code leaves in them what it corrects only in sums.
    [[nodiscard]] stored_word<> as_read(index_t output, index_t input) const
        requires coded
    {
        const stored_word<> word = used(output, input);
        if constexpr (arithmetic) {
            const stored_word<> held = stored(output, input);
            return word == decoded(held) ? held : stored_word<>{format_.multiplier * word.plus, format_.multiplier * word.minus};
        } else {
            return word;
        }
    }
    /// Used words and remainders of all that is summed in one go, for corrections of sums: one plane, or one for each array. Valid
    /// until the next write.
    [[nodiscard]] std::vector<kernel::code_plane> code_planes() const
        requires arithmetic
    {
        std::vector<kernel::code_plane> planes;
        for (std::size_t p = 0; p < plane_words_.size(); ++p) {
            planes.push_back({plane_words_[p].data(), plane_remainders_[p].data(), p == 0 ? 1.0 : -1.0});
        }
        return planes;
    }
    [[nodiscard]] const kernel::code_words& words() const
        requires arithmetic
    {
        return words_;
    }
    /// Changes with every write.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    /// Bits that are not stuck, and the bits of the stuck cells, in the word of one array.
    [[nodiscard]] std::uint32_t keep(int array, index_t output, index_t input) const
        requires coded
    {
        return cells_.keep(array, output * stride_ + input);
    }
    [[nodiscard]] std::uint32_t stuck_level(int array, index_t output, index_t input) const
        requires coded
    {
        return cells_.level(array, output * stride_ + input);
    }
    /// The conductance of one cell now, in siemens.
    [[nodiscard]] double conductance(int array, index_t output, index_t input, int slice) const
        requires coded
    {
        if constexpr (analog) {
            return siemens(static_cast<double>(cells_.position(array, output * stride_ + input, slice)));
        } else {
            return siemens_of(array == 0 ? stored(output, input).plus : stored(output, input).minus, slice);
        }
    }
    /// The same as the periphery uses it: where it uses another word than the one that is read back, the levels of that word at
    /// equal steps; slices that are off as at HRS.
    [[nodiscard]] double used_conductance(int array, index_t output, index_t input, int slice) const
        requires coded
    {
        const stored_word<> word = used(output, input);
        if constexpr (analog) {
            if (word.code() == read_code(stored(output, input))) {
                const bool on = (word_in_use(design_.update, format_) >> (slice * format_.cell_bits)) != 0;
                return on ? conductance(array, output, input, slice) : siemens(0.0);
            }
        }
        return siemens_of(array == 0 ? word.plus : word.minus, slice);
    }

    /// Programs the matrix [outputs][inputs]. Weights are rounded to the nearest code and clamped to the format; NaN and
    /// infinity throw.
    void program(matrix_view<const float> w) {
        if (w.rows != outputs_ || w.cols != inputs_) {
            fail("crossbar_array::program", "matrix", text(outputs_, " x ", inputs_), text(w.rows, " x ", w.cols));
        }
        for (index_t o = 0; o < outputs_; ++o) {
            for (index_t i = 0; i < inputs_; ++i) {
                if (!std::isfinite(w(o, i))) {
                    fail("crossbar_array::program", text("weight (", o, ", ", i, ")"), "a finite number", text(w(o, i)));
                }
            }
        }
        aligned_vector<float> target(weight_.size(), 0.0f);
        design_.update = fitted_rule(update_, w);
        const weight_bounds bounds = stored_limit(design_.update, format_);
        update_report report;
        std::vector<kernel::exhausted_cell> exhausted;
        const random_source source(seed_, purpose::cell_programming, place_, programmings_++);
        for (index_t o = 0; o < outputs_; ++o) {
            for (index_t i = 0; i < inputs_; ++i) {
                const index_t at = o * stride_ + i;
                const float weight = std::clamp(w(o, i), bounds.low, bounds.high);
                target[static_cast<std::size_t>(at)] = weight;
                if constexpr (coded) {
                    const code_bounds codes = format_.codes_within(bounds);
                    const double scaled = std::nearbyint(static_cast<double>(weight) / static_cast<double>(format_.lsb));
                    const auto code = static_cast<std::int32_t>(
                        std::clamp(scaled, static_cast<double>(codes.low), static_cast<double>(codes.high)));
                    const stored_word<> word = map_type::encoding::encode(code, format_.minus_constant);
                    if constexpr (analog) {
                        program_analog(at, word, source, report, exhausted);
                    } else {
                        const stored_word<> before = stored(o, i);
                        program_word(0, at, word.plus);
                        if (format_.pair) {
                            program_word(1, at, word.minus);
                        }
                        count_writes_of(at, before, stored(o, i), report, exhausted);
                    }
                } else {
                    direct_[static_cast<std::size_t>(at)] = weight;
                }
            }
        }
        stick_worn(exhausted, report);
        std::fill(residue_.begin(), residue_.end(), 0.0f);
        rule_state_.programmed(target);
        decode(nullptr);
    }

    /// Gradient by the effective weights, [outputs][row_stride]; filled by the backward pass, zero beyond `inputs`.
    [[nodiscard]] float* gradient() {
        if (gradient_.empty()) {
            gradient_.assign(weight_.size(), 0.0f);
        }
        return gradient_.data();
    }

    /// One step of the update rule by the gradient: increments, rounding, writes, and the effective weights anew.
    void update(const update_context& context, thread_pool& pool, update_report& report) {
        if constexpr (drifting) {
            pass_time(drifting_part(design_.cell).seconds_per_step, &pool);
        }
        if constexpr (!learns<update_type>()) {
            if constexpr (drifting) {
                decode(&pool);
            }
        } else {
            report.gradient_square += kernel::sum_of_squares(std::span<const float>(gradient(), weight_.size()), pool);
            increment_.resize(weight_.size());
            if constexpr (reads_stored<update_type>()) {
                stored_.resize(weight_.size());
                for (index_t o = 0; o < outputs_; ++o) {
                    for (index_t i = 0; i < inputs_; ++i) {
                        stored_[static_cast<std::size_t>(o * stride_ + i)] = written_weight(o, i);
                    }
                }
            }
            rule_state_.delta(design_.update, context, {gradient_, weight_, stored_, increment_});
            add(increment_, context, pool, report);
        }
    }

    /// Adds increments [outputs][row_stride], in weight units and zero beyond `inputs`, to what is stored. An increment of zero
    /// changes no cell.
    void add(std::span<const float> increment, const update_context& context, thread_pool& pool, update_report& report) {
        const weight_bounds bounds = stored_limit(design_.update, format_);
        if constexpr (!coded) {
            for (std::size_t i = 0; i < direct_.size(); ++i) {
                const float moved = std::clamp(direct_[i] + increment[i], bounds.low, bounds.high);
                report.increments += increment[i] != 0.0f ? 1u : 0u;
                report.changed_words += increment[i] != 0.0f && moved != direct_[i] ? 1u : 0u;
                direct_[i] = increment[i] == 0.0f ? direct_[i] : moved;
            }
        } else {
            using rounding = typename map_type::rounding;
            if constexpr (rounding::remembers) {
                residue_.resize(weight_.size());
            }
            step_.resize(weight_.size());
            const random_source source(seed_, purpose::write_rounding, place_, context.step);
            kernel::rounding_counts counts;
            if constexpr (Plan == plan::reference) {
                counts = round_one_by_one(increment, source);
            } else {
                std::mutex mutex;
                pool.run(groups(), [&](index_t begin, index_t end) {
                    const auto part = kernel::round_increments<rounding>(increment.data(), format_.lsb, source, residue_.data(),
                                                                         step_.data(), first_of(begin), first_of(end));
                    const std::lock_guard lock(mutex);
                    counts.increments += part.increments;
                    counts.lost += part.lost;
                });
            }
            report.increments += static_cast<std::uint64_t>(counts.increments);
            report.lost += static_cast<std::uint64_t>(counts.lost);
            offer_rows(context);
            if constexpr (analog) {
                write_analog(context, format_.codes_within(bounds), pool, report);
            } else {
                report.changed_words += static_cast<std::uint64_t>(write(format_.codes_within(bounds), pool, report));
            }
        }
        decode(&pool);
    }

    /// Lets time pass, in seconds >= 0: cells that drift do so. Throws `error` on other numbers.
    void age(double seconds) {
        if (!(seconds >= 0.0 && std::isfinite(seconds))) {
            fail("crossbar_array::age", "seconds", "a finite number >= 0", text(seconds));
        }
        if constexpr (drifting) {
            pass_time(seconds, nullptr);
            decode(nullptr);
        }
    }

    /// Faults that arrive up to the beginning of this epoch override what their cells hold.
    void begin_epoch(int epoch) {
        const auto later = std::partition(arrivals_.begin(), arrivals_.end(), [&](const arrival& a) { return a.epoch > epoch; });
        for (auto at = later; at != arrivals_.end(); ++at) {
            if constexpr (coded) {
                cells_.stick(at->array, at->weight, at->slice, at->level);
            }
        }
        arrivals_.erase(later, arrivals_.end());
        decode(nullptr);
    }

    [[nodiscard]] cell_census census() const {
        cell_census count;
        if constexpr (coded) {
            count.cells = static_cast<std::uint64_t>(inputs_ * outputs_ * cells_.arrays() * format_.slices);
            count.check_cells = count.cells - static_cast<std::uint64_t>(inputs_ * outputs_ * cells_.arrays() * plain_slices());
            for_each_cell([&](int a, index_t o, index_t i, int s) { count.stuck += is_stuck(a, o, i, s) ? 1u : 0u; });
        }
        return count;
    }

    /// Adds the crossbars of this array, as they are now, to the map of the chip.
    void show_faults(fault_map& map) const {
        if constexpr (coded) {
            const auto levels = (std::uint32_t{1} << format_.cell_bits) - 1;
            for (int a = 0; a < cells_.arrays(); ++a) {
                for (index_t r = 0; r < tiling_.row_tiles; ++r) {
                    for (index_t c = 0; c < tiling_.col_tiles; ++c) {
                        auto& one = map.add({place_, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(a)},
                                            tiling_.crossbar_rows, tiling_.crossbar_cols);
                        for (index_t row = 0; row < tiling_.rows_in(r); ++row) {
                            for (index_t w = 0; w < tiling_.weights_in(c); ++w) {
                                const index_t i = r * tiling_.rows + row;
                                const index_t o = c * tiling_.weights_per_row + w;
                                for (int s = 0; s < format_.slices; ++s) {
                                    if (is_stuck(a, o, i, s)) {
                                        one.at(row, tiling_.col_of(o, s)) =
                                            static_cast<std::int32_t>(stuck_level(a, o, i) >> (s * format_.cell_bits) & levels);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Writes that a cell has left. Only where a fault model wears.
    [[nodiscard]] std::uint32_t writes_left(int array, index_t output, index_t input, int slice) const
        requires wears
    {
        return wear_->left(array, output * stride_ + input, slice);
    }

    [[nodiscard]] float max_abs_weight() const {
        float largest = 0.0f;
        for (index_t o = 0; o < outputs_; ++o) {
            for (const float w : weights().row(o)) {
                largest = std::max(largest, std::abs(w));
            }
        }
        return largest;
    }

    /// Shows what decides the array's behaviour: cells and masks, the rule's state, residues.
    void visit(archive& a) {
        const std::vector<index_t> shape{outputs_, inputs_};
        if constexpr (coded) {
            cells_.visit(a, shape, stride_);
            if constexpr (wears) {
                wear_->visit(a, shape, stride_);
            }
            if constexpr (analog) {
                a.visit("programmings", programmings_);
                a.visit("seconds", seconds_);
            }
            if constexpr (map_type::rounding::remembers) {
                residue_.resize(weight_.size());
                a.visit("residue", std::span(residue_), shape, stride_);
            }
        } else {
            a.visit("weight", std::span(direct_), shape, stride_);
        }
        rule_state_.visit(a);
        decode(nullptr);
        a.derived("effective_weight", std::span(weight_), shape, stride_);
    }

private:
    static constexpr index_t group = kernel::draw_group;
    static constexpr bool drifting = analog && drifts<typename Design::cell_type>();

    static const Design& checked(const Design& chip) {
        validate(chip);
        if constexpr (arithmetic) {
            if (leak_in_levels(chip.cell, 1 << Design::cell_type::bits) != 0.0) {
                fail(Design::protect_type::name(), "cell",
                     "cells that draw no current at HRS (on_off_ratio infinite), since sums with leakage are no multiples", describe(chip.cell));
            }
        }
        return chip;
    }

    cells make_cells() {
        if constexpr (coded) {
            format_ = protected_format<typename Design::protect_type>(design_.map.format(Design::cell_type::bits), map_type::weight_bits);
            if constexpr (analog) {
                return cells(design_.cell, format_, outputs_ * stride_);
            } else {
                return cells(format_, outputs_ * stride_);
            }
        } else {
            direct_.assign(static_cast<std::size_t>(outputs_ * stride_), 0.0f);
            return {};
        }
    }

    static constexpr std::size_t plane_count = [] {
        if constexpr (arithmetic) {
            return std::size_t{map_type::encoding::arrays == 2 && !map_type::encoding::analog_subtraction ? 2 : 1};
        } else {
            return std::size_t{0};
        }
    }();

    auto make_words() const {
        if constexpr (arithmetic) {
            using code = typename Design::protect_type;
            return kernel::code_words(code::corrections(format_.cell_bits, format_.slices), code::multiplier, format_.largest_word());
        } else {
            return no_state{};
        }
    }

    /// The words that the periphery makes of what cells hold, before a rule changes them.
    [[nodiscard]] stored_word<> decoded(const stored_word<>& held) const {
        if constexpr (arithmetic) {
            return {words_.word(held.plus), format_.pair ? words_.word(held.minus) : format_.minus_constant};
        } else {
            return held;
        }
    }

    /// Programs a word and returns that which is read back.
    std::int32_t program_word(int array, index_t weight, std::int32_t word) {
        if constexpr (arithmetic) {
            return words_.word(cells_.program(array, weight, words_.stored(word)));
        } else {
            return cells_.program(array, weight, word);
        }
    }

    /// Cells of one weight in one array without a code.
    [[nodiscard]] int plain_slices() const { return design_.map.format(Design::cell_type::bits).slices; }

    /// visit(array, output, input, slice)
    template <class Visit>
    void for_each_cell(Visit&& visit) const {
        for (index_t o = 0; o < outputs_; ++o) {
            for (index_t i = 0; i < inputs_; ++i) {
                for (int a = 0; a < cells_.arrays(); ++a) {
                    for (int s = 0; s < format_.slices; ++s) {
                        visit(a, o, i, s);
                    }
                }
            }
        }
    }

    [[nodiscard]] bool is_stuck(int array, index_t output, index_t input, int slice) const {
        return (keep(array, output, input) >> (slice * format_.cell_bits) & 1u) == 0;
    }

    [[nodiscard]] cell_site site_of(int array, index_t output, index_t input, int slice) const {
        const index_t row = tiling_.row_of(input);
        const index_t col = tiling_.col_of(output, slice);
        return {.layer = place_, .row_tile = input / tiling_.rows, .col_tile = output / tiling_.weights_per_row, .array = array,
                .row = row, .col = col, .rows = tiling_.crossbar_rows, .cols = tiling_.crossbar_cols,
                .index = static_cast<std::uint64_t>(row) << 32 | static_cast<std::uint64_t>(col)};
    }
    /// The number of a crossbar among those of the layer.
    [[nodiscard]] static std::uint32_t crossbar_of(const cell_site& site) {
        return static_cast<std::uint32_t>(site.row_tile << 17 | site.col_tile << 1 | site.array);
    }
    /// One for each crossbar, whatever the number of its neighbours.
    [[nodiscard]] random_source fault_source(const cell_site& site) const {
        return {seed_, purpose::fault_map, place_, crossbar_of(site)};
    }
    /// draws(array, weight, slice) of a cell in one round of writes.
    [[nodiscard]] auto draws_of(const random_source& writes, purpose device = purpose::cell_device) const {
        return [this, writes, device](int array, index_t weight, int slice) {
            const cell_site site = site_of(array, weight / stride_, weight % stride_, slice);
            const std::uint32_t crossbar = crossbar_of(site);
            return cell_draws({seed_, device, place_, crossbar}, writes.fork(crossbar), site.index);
        };
    }

    void draw_exponents() {
        if constexpr (drifting) {
            const auto draws = draws_of({seed_, purpose::cell_drift, place_}, purpose::cell_drift);
            for_each_cell([&](int a, index_t o, index_t i, int s) {
                cells_.set_exponent(a, o * stride_ + i, s, drifting_part(design_.cell).drift_exponent(draws(a, o * stride_ + i, s)));
            });
        }
    }

    void draw_faults() {
        if constexpr (!Design::faults_type::none) {
            const int levels = 1 << format_.cell_bits;
            if constexpr (wears) {
                wear_.emplace(format_, outputs_ * stride_);
            }
            for_each_cell([&](int a, index_t o, index_t i, int s) {
                const cell_site site = site_of(a, o, i, s);
                const random_source source = fault_source(site);
                const int level = design_.faults.stuck_level(source, site, levels);
                if (level != healthy) {
                    arrivals_.push_back({arrival_epoch(design_.faults, source, site, levels), o * stride_ + i, a, s, level});
                }
                if constexpr (wears) {
                    wear_->set(a, o * stride_ + i, s, design_.faults.wear(source, site, levels).endurance);
                }
            });
        }
    }

    /// What cells that have just made their last write come to.
    void stick_worn(const std::vector<kernel::exhausted_cell>& exhausted, update_report& report) {
        if constexpr (wears) {
            for (const kernel::exhausted_cell& cell : exhausted) {
                const cell_site site = site_of(cell.array, cell.weight / stride_, cell.weight % stride_, cell.slice);
                cells_.stick(cell.array, cell.weight, cell.slice,
                             design_.faults.wear(fault_source(site), site, 1 << format_.cell_bits).level);
            }
            report.worn_cells += exhausted.size();
        }
    }

    /// Counts the cells of one weight that differ.
    void count_writes_of(index_t w, const stored_word<>& before, const stored_word<>& after, update_report& report,
                         std::vector<kernel::exhausted_cell>& exhausted) {
        if constexpr (wears) {
            report.cell_writes += static_cast<std::uint64_t>(wear_->count(&before.plus, &after.plus, 0, w, w + 1, exhausted));
            if (format_.pair) {
                report.cell_writes += static_cast<std::uint64_t>(wear_->count(&before.minus, &after.minus, 1, w, w + 1, exhausted));
            }
        }
    }

    /// Counts writes of the cells of the weights [begin, end) by their bits.
    void wear_down(int array, index_t begin, index_t end, const std::uint32_t* written, std::vector<kernel::exhausted_cell>& exhausted) {
        if constexpr (wears) {
            static constexpr std::uint32_t none[group] = {};
            static_cast<void>(wear_->count(none, written, array, begin, end, exhausted));
        }
    }

    void program_analog(index_t w, const stored_word<>& word, const random_source& source, update_report& report,
                        std::vector<kernel::exhausted_cell>& exhausted) {
        analog_counts counts;
        for (int a = 0; a < cells_.arrays(); ++a) {
            const std::uint32_t written = cells_.program(a, w, a == 0 ? word.plus : word.minus, seconds_, draws_of(source), counts);
            wear_down(a, w, w + 1, &written, exhausted);
        }
        add_counts(counts, report);
    }

    /// `write` for cells that are not exact.
    void write_analog(const update_context& context, const code_bounds& bounds, thread_pool& pool, update_report& report) {
        using encoding = typename map_type::encoding;
        const auto draws = draws_of({seed_, purpose::cell_write, place_, context.step});
        std::vector<kernel::exhausted_cell> exhausted;
        analog_counts counts;
        if constexpr (Plan == plan::reference) {
            for (index_t o = 0; o < outputs_; ++o) {
                for (index_t i = 0; i < inputs_; ++i) {
                    const index_t w = o * stride_ + i;
                    if (step_[static_cast<std::size_t>(w)] != 0) {
                        std::uint32_t written[2] = {0, 0};
                        cells_.template add_step<encoding>(w, stored(o, i), step_[static_cast<std::size_t>(w)], design_.update, bounds,
                                                           seconds_, draws, written, counts);
                        for (int a = 0; a < cells_.arrays(); ++a) {
                            wear_down(a, w, w + 1, &written[a], exhausted);
                        }
                    }
                }
            }
        } else {
            std::mutex mutex;
            pool.run(groups(), [&](index_t begin, index_t end) {
                std::vector<kernel::exhausted_cell> worn;
                const analog_counts part = cells_.template add_steps<encoding>(
                    step_.data(), design_.update, bounds, first_of(begin), first_of(end), seconds_, draws,
                    [&](int a, index_t from, index_t to, const std::uint32_t* written) { wear_down(a, from, to, written, worn); });
                const std::lock_guard lock(mutex);
                counts += part;
                exhausted.insert(exhausted.end(), worn.begin(), worn.end());
            });
        }
        stick_worn(exhausted, report);
        report.changed_words += static_cast<std::uint64_t>(counts.changed_words);
        add_counts(counts, report);
    }

    static void add_counts(const analog_counts& counts, update_report& report) {
        report.cell_writes += static_cast<std::uint64_t>(counts.cell_writes);
        report.pulses += static_cast<std::uint64_t>(counts.pulses);
    }

    void pass_time(double seconds, thread_pool* pool) {
        if (seconds == 0.0) {
            return;
        }
        seconds_ += seconds;
        const auto part = [&](index_t begin, index_t end) { cells_.drift(seconds_, first_of(begin), first_of(end)); };
        pool ? pool->run(groups(), part) : part(0, groups());
    }

    /// The code of a word in the slices that are on.
    [[nodiscard]] std::int32_t read_code(const stored_word<>& word) const {
        const std::int32_t on = word_in_use(design_.update, format_);
        return (word.plus & on) - (format_.pair ? word.minus & on : word.minus);
    }

    /// Siemens at a position on the ladder.
    [[nodiscard]] double siemens(double position) const {
        const int levels = 1 << format_.cell_bits;
        const double low = design_.cell.conductance(0, levels);
        return low + position * ((design_.cell.conductance(levels - 1, levels) - low) / (levels - 1));
    }
    /// Siemens of one digit of a word.
    [[nodiscard]] double siemens_of(std::int32_t word, int slice) const {
        const int levels = 1 << format_.cell_bits;
        const int level = (word >> (slice * format_.cell_bits)) & (levels - 1);
        return analog ? siemens(static_cast<double>(level)) : design_.cell.conductance(level, levels);
    }

    /// What an increment is added to, in weight units: leakage is no part of it.
    [[nodiscard]] float written_weight(index_t o, index_t i) const {
        if constexpr (coded) {
            return static_cast<float>(used(o, i).code()) * format_.lsb;
        } else {
            return direct_[static_cast<std::size_t>(o * stride_ + i)];
        }
    }

    /// What HRS cells add to a weight where nothing cancels it, in weight units.
    [[nodiscard]] float leak() const {
        if constexpr (coded) {
            if (format_.pair) {
                return 0.0f;
            }
            const int levels = 1 << format_.cell_bits;
            const double ones = (std::pow(2.0, format_.cell_bits * format_.slices) - 1.0) / (levels - 1);
            return static_cast<float>(leak_in_levels(design_.cell, levels) * ones * static_cast<double>(format_.lsb));
        } else {
            return 0.0f;
        }
    }

    [[nodiscard]] index_t groups() const { return (outputs_ * stride_ + group - 1) / group; }
    [[nodiscard]] index_t first_of(index_t g) const { return std::min(g * group, outputs_ * stride_); }

    kernel::rounding_counts round_one_by_one(std::span<const float> increment, const random_source& source) {
        using rounding = typename map_type::rounding;
        kernel::rounding_counts counts;
        for (index_t w = 0; w < outputs_ * stride_; ++w) {
            const auto at = static_cast<std::size_t>(w);
            const float exact = kernel::in_codes(increment[at], 1.0f / format_.lsb);
            float unused = 0.0f;
            step_[at] = rounding::round(exact, rounding::draws ? kernel::draw_of(source, w) : 0u,
                                        rounding::remembers ? residue_[at] : unused);
            counts.increments += exact != 0.0f ? 1 : 0;
            counts.lost += exact != 0.0f && step_[at] == 0 ? 1 : 0;
        }
        return counts;
    }

    /// Offers the steps of each word line of each tile to `keep_write`.
    void offer_rows(const update_context& context) {
        if constexpr (has_keep_write<update_type>()) {
            for (index_t i = 0; i < inputs_; ++i) {
                for (index_t c = 0; c < tiling_.col_tiles; ++c) {
                    const index_t first = c * tiling_.weights_per_row;
                    rule_state_.keep_write(design_.update, context,
                                           {.layer_row = i, .first_output = first,
                                            .steps = {step_.data() + first * stride_ + i, tiling_.weights_in(c), stride_}});
                }
            }
        }
    }

    std::int64_t write(const code_bounds& bounds, thread_pool& pool, update_report& report) {
        using encoding = typename map_type::encoding;
        std::int64_t changed = 0;
        std::vector<kernel::exhausted_cell> exhausted;
        if constexpr (arithmetic) {
            std::mutex mutex;
            pool.run(groups(), [&](index_t begin, index_t end) {
                update_report part;
                std::vector<kernel::exhausted_cell> worn;
                for (index_t w = first_of(begin); w < first_of(end); ++w) {
                    if (step_[static_cast<std::size_t>(w)] != 0) {
                        add_word(w, step_[static_cast<std::size_t>(w)], bounds, part, worn);
                    }
                }
                const std::lock_guard lock(mutex);
                changed += static_cast<std::int64_t>(part.changed_words);
                part.changed_words = 0;
                report += part;
                exhausted.insert(exhausted.end(), worn.begin(), worn.end());
            });
        } else if constexpr (Plan == plan::reference) {
            const std::int32_t on = word_in_use(design_.update, format_);
            for (index_t o = 0; o < outputs_; ++o) {
                for (index_t i = 0; i < inputs_; ++i) {
                    const index_t w = o * stride_ + i;
                    const std::int32_t step = step_[static_cast<std::size_t>(w)];
                    if (step == 0) {
                        continue;
                    }
                    const stored_word<> before = stored(o, i);
                    const auto store = [&](int array, std::int32_t target) {
                        return cells_.program(array, w, std::min(target, on)) & on;
                    };
                    static_cast<void>(encoding::add(used(o, i), step, bounds, store)); // the cells know
                    const stored_word<> after = stored(o, i);
                    changed += (after.plus != before.plus ? 1 : 0) + (after.minus != before.minus ? 1 : 0);
                    count_writes_of(w, before, after, report, exhausted);
                }
            }
        } else {
            std::mutex mutex;
            pool.run(groups(), [&](index_t begin, index_t end) {
                std::int64_t part = 0;
                std::int64_t writes = 0;
                std::vector<kernel::exhausted_cell> worn;
                const auto add = [&](index_t from, index_t to) {
                    part += kernel::add_steps<encoding>(packed(0), packed(1), step_.data(), design_.update, format_, bounds, from, to);
                };
                if constexpr (wears) {
                    for (index_t g = begin; g < end; ++g) {
                        writes += add_counted(first_of(g), first_of(g + 1), add, worn);
                    }
                } else {
                    add(first_of(begin), first_of(end));
                }
                const std::lock_guard lock(mutex);
                changed += part;
                report.cell_writes += static_cast<std::uint64_t>(writes);
                exhausted.insert(exhausted.end(), worn.begin(), worn.end());
            });
        }
        stick_worn(exhausted, report);
        return changed;
    }

    /// Adds a step to one word of an arithmetic code. What is read back is decoded as always, so the other array of a pair takes up
    /// what stuck cells leave over.
    void add_word(index_t w, std::int32_t step, const code_bounds& bounds, update_report& report,
                  std::vector<kernel::exhausted_cell>& exhausted) {
        const index_t o = w / stride_;
        const index_t i = w % stride_;
        const stored_word<> before = stored(o, i);
        const auto store = [&](int array, std::int32_t target) { return program_word(array, w, target); };
        static_cast<void>(map_type::encoding::add(used(o, i), step, bounds, store)); // the cells know
        const stored_word<> after = stored(o, i);
        report.changed_words += (after.plus != before.plus ? 1u : 0u) + (after.minus != before.minus ? 1u : 0u);
        if constexpr (wears) {
            count_writes_of(w, before, after, report, exhausted);
        } else {
            report.cell_writes += cells_between(before, after);
        }
        report.plain_cell_writes += cells_between(decoded(before), decoded(after));
    }

    /// How many cells differ between two pairs of numbers.
    [[nodiscard]] std::uint64_t cells_between(const stored_word<>& a, const stored_word<>& b) const {
        std::uint64_t count = 0;
        const std::uint32_t cell = (std::uint32_t{1} << format_.cell_bits) - 1;
        for (int s = 0; s < format_.slices; ++s) {
            count += (static_cast<std::uint32_t>(a.plus ^ b.plus) >> (s * format_.cell_bits) & cell) != 0 ? 1u : 0u;
            count += (static_cast<std::uint32_t>(a.minus ^ b.minus) >> (s * format_.cell_bits) & cell) != 0 ? 1u : 0u;
        }
        return count;
    }

    /// add(begin, end), with the writes of each cell counted. At most `group` weights. Returns the number of cells written.
    template <class Add>
    std::int64_t add_counted(index_t begin, index_t end, Add&& add, std::vector<kernel::exhausted_cell>& exhausted) {
        using word = std::remove_pointer_t<decltype(cells_.codes(0))>;
        std::array<std::array<word, static_cast<std::size_t>(group)>, 2> before;
        for (int a = 0; a < cells_.arrays(); ++a) {
            std::copy(cells_.codes(a) + begin, cells_.codes(a) + end, before[static_cast<std::size_t>(a)].begin());
        }
        add(begin, end);
        std::int64_t writes = 0;
        for (int a = 0; a < cells_.arrays(); ++a) {
            writes += wear_->count(before[static_cast<std::size_t>(a)].data(), cells_.codes(a) + begin, a, begin, end, exhausted);
        }
        return writes;
    }

    auto packed(int array) {
        using word = std::remove_pointer_t<decltype(cells_.codes(0))>;
        return array == 0 || format_.pair ? kernel::packed_array<word>{cells_.codes(array), cells_.keeps(array), cells_.levels(array)}
                                          : kernel::packed_array<word>{};
    }

    /// One effective weight without leakage.
    [[nodiscard]] float used_weight(index_t o, index_t i) const {
        if constexpr (analog) {
            const stored_word<> word = stored(o, i);
            const std::int32_t code = used(o, i).code();
            if (code != read_code(word)) {
                return static_cast<float>(code) * format_.lsb;
            }
            const int top = kernel::slices_in_use(design_.update, format_) - 1;
            float value[2] = {0.0f, static_cast<float>(format_.minus_constant)};
            for (int a = 0; a < cells_.arrays(); ++a) {
                value[a] = cells_.position(a, o * stride_ + i, top);
                for (int s = top; s-- > 0;) {
                    value[a] = value[a] * static_cast<float>(1 << format_.cell_bits) + cells_.position(a, o * stride_ + i, s);
                }
            }
            return (value[0] - value[1]) * format_.lsb;
        } else {
            return static_cast<float>(used(o, i).code()) * format_.lsb;
        }
    }

    /// Effective weights, words and remainders of an arithmetic code.
    void decode_words(index_t begin, index_t end) {
        for (index_t w = begin; w < end; ++w) {
            const auto at = static_cast<std::size_t>(w);
            const stored_word<> held = stored(w / stride_, w % stride_);
            const stored_word<> word = decoded(held);
            const stored_word<> used = used_word(design_.update, word, format_);
            // A word that the rule changes is one that the periphery puts in place of what cells hold.
            const std::int32_t counts = used == word ? 1 : 0;
            const stored_word<> rest{counts * (held.plus - format_.multiplier * word.plus),
                                     counts * (held.minus - format_.multiplier * word.minus)};
            weight_[at] = static_cast<float>(used.code()) * format_.lsb;
            if constexpr (plane_count == 2) {
                plane_words_[0][at] = used.plus;
                plane_words_[1][at] = used.minus;
                plane_remainders_[0][at] = rest.plus;
                plane_remainders_[1][at] = rest.minus;
            } else {
                plane_words_[0][at] = format_.pair ? used.code() : used.plus;
                plane_remainders_[0][at] = rest.code();
            }
        }
    }

    void decode(thread_pool* pool) {
        ++revision_;
        if constexpr (arithmetic) {
            for (std::size_t p = 0; p < plane_count; ++p) {
                plane_words_[p].resize(weight_.size());
                plane_remainders_[p].resize(weight_.size());
            }
            const auto all = [&](index_t begin, index_t end) { decode_words(first_of(begin), first_of(end)); };
            pool ? pool->run(groups(), all) : all(0, groups());
        } else if constexpr (!coded) {
            for (std::size_t i = 0; i < weight_.size(); ++i) {
                weight_[i] = used_word(design_.update, stored_word<float>{direct_[i], 0.0f}, format_).code();
            }
        } else if constexpr (Plan == plan::reference) {
            for (index_t o = 0; o < outputs_; ++o) {
                for (index_t i = 0; i < inputs_; ++i) {
                    weight_[static_cast<std::size_t>(o * stride_ + i)] = used_weight(o, i);
                }
            }
            // A loop of its own, so that no compiler contracts the sum.
            for (index_t o = 0; o < outputs_; ++o) {
                for (index_t i = 0; i < inputs_; ++i) {
                    weight_[static_cast<std::size_t>(o * stride_ + i)] += leak();
                }
            }
        } else {
            constexpr bool pair = map_type::encoding::arrays == 2;
            const auto all = [&](index_t begin, index_t end) {
                if constexpr (analog) {
                    kernel::decode_positions<pair>(cells_.planes_of(0).data(), cells_.planes_of(pair ? 1 : 0).data(), design_.update, format_,
                                                   cells_.ladder(), leak(), weight_.data(), first_of(begin), first_of(end));
                } else {
                    kernel::decode_used<pair>(cells_.codes(0), pair ? cells_.codes(1) : nullptr, design_.update, format_, leak(),
                                              weight_.data(), first_of(begin), first_of(end));
                }
            };
            pool ? pool->run(groups(), all) : all(0, groups());
            // Beyond the last input lies a weight of zero, but for leakage and levels at unequal steps.
            if (leak() != 0.0f || analog) {
                for (index_t o = 0; o < outputs_; ++o) {
                    std::fill(weight_.begin() + o * stride_ + inputs_, weight_.begin() + (o + 1) * stride_, 0.0f);
                }
            }
        }
    }

    /// A fault that is still to come.
    struct arrival {
        int epoch;
        index_t weight;
        int array;
        int slice;
        int level;
    };

    Design design_;
    update_type update_; ///< as given; the design's is fitted to what was programmed last
    index_t inputs_;
    index_t outputs_;
    index_t stride_;
    std::uint64_t seed_;
    std::uint32_t place_;
    code_format format_{};
    aligned_vector<float> direct_;
    rule_state<update_type> rule_state_;
    cells cells_;
    std::conditional_t<arithmetic, kernel::code_words, no_state> words_;
    tiling tiling_;
    std::vector<arrival> arrivals_;
    std::optional<wear_counters> wear_;
    std::uint32_t programmings_ = 0; ///< calls of `program`, each with draws of its own
    double seconds_ = 0.0;           ///< since the array was made
    std::array<aligned_vector<std::int32_t>, plane_count> plane_words_;
    std::array<aligned_vector<std::int32_t>, plane_count> plane_remainders_;
    std::uint64_t revision_ = 0;
    aligned_vector<float> weight_;
    aligned_vector<float> gradient_;
    aligned_vector<float> increment_;
    aligned_vector<float> stored_;
    aligned_vector<float> residue_;
    aligned_vector<std::int32_t> step_;
};

} // namespace rcim::inline RCIM_ABI
