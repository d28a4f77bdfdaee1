#pragma once

#include <rcim/convert/transfer.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/circulant_matrix.hpp>
#include <rcim/crossbar/column_factors.hpp>
#include <rcim/crossbar/column_support.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/crossbar/shift.hpp>
#include <rcim/crossbar/store.hpp>
#include <rcim/crossbar/written_lines.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/kernel/reduce.hpp>
#include <rcim/noise/hooks.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Rows of a stored matrix start on a cache line: the first multiple of 16 that holds `inputs`.
[[nodiscard]] constexpr index_t row_stride_of(index_t inputs) {
    return (inputs + samples_per_block - 1) / samples_per_block * samples_per_block;
}

namespace detail {

/// Throws `error` unless w is of these extents and finite.
inline void require_weights(const char* where, matrix_view<const float> w, index_t outputs, index_t inputs) {
    if (w.rows != outputs || w.cols != inputs) {
        fail(where, "matrix", text(outputs, " x ", inputs), text(w.rows, " x ", w.cols));
    }
    for (index_t o = 0; o < outputs; ++o) {
        for (index_t i = 0; i < inputs; ++i) {
            if (!std::isfinite(w(o, i))) {
                fail(where, text("weight (", o, ", ", i, ")"), "a finite number", text(w(o, i)));
            }
        }
    }
}

/// Throws `error` unless cells can age so long.
inline void require_age(double seconds) {
    if (!(seconds >= 0.0 && std::isfinite(seconds))) {
        fail("crossbar_array::age", "seconds", "a finite number >= 0", text(seconds));
    }
}

[[nodiscard]] inline float largest_magnitude_of(matrix_view<const float> w) {
    float largest = 0.0f;
    for (index_t o = 0; o < w.rows; ++o) {
        for (const float weight : w.row(o)) {
            largest = std::max(largest, std::abs(weight));
        }
    }
    return largest;
}

} // namespace detail

/// A matrix [outputs][inputs] of weights that lives in crossbars: the cells of a design, their faults, the state of its update
/// rule, and the effective weights that the folded plan multiplies with. Inputs are word lines and outputs are bit lines.
///
/// The weight lives in the cells: what is programmed is read back through stuck cells, and increments act on the stored codes.
///
/// Where the mapping circulates this is the stored matrix, not the layer's (mapping/block_circulant.hpp).
///
/// Plan chooses how cells are kept and updated; codes are the same in every plan, bit for bit.
template <class Design, plan Plan = plan_of<Design>>
class crossbar_array {
    using map_type = typename Design::map_type;
    using update_type = typename Design::update_type;
    static constexpr bool coded = map_type::coded;
    static constexpr bool arithmetic = ArithmeticCode<typename Design::protect_type>;
    static constexpr bool compensates = compensates_stuck<typename Design::protect_type>();
    /// Whether reads need what they lack as weights of their own: those through converters do.
    static constexpr bool keeps_missing =
        compensates && ((Plan != plan::folded && Plan != plan::reference) || transposes_errors<typename Design::dataflow_type>());
    static constexpr bool masked = masks_columns<map_type>();
    static constexpr bool pruning = prunes<map_type>();
    static constexpr bool drifting = drifts<typename Design::cell_type>();
    static constexpr bool wears = fault_requires::wears<typename Design::faults_type>;
    static constexpr write_grain grain = write_grain_of<update_type>();
    static constexpr bool circulant = circulates<map_type>();
    static_assert(detail::check_composition<typename Design::cell_type, typename Design::faults_type, map_type, update_type>::sound);
    static_assert(detail::check_protection<Design>::sound);
    static_assert(detail::check_converters<Design>::sound);
    static_assert(detail::check_cells<Design>::sound);
    static_assert(detail::check_masks<Design>::sound);
    static_assert(detail::check_circulants<Design>::sound);
    using store = store_of<Design, Plan>;

public:
    using design_type = Design;

    /// A matrix of weights zero on the chip with this seed; `place` is its number among the layers of the chip. taps: neighbouring inputs of one
    /// channel, for mappings that circulate. O(cells) draws.
    crossbar_array(const Design& chip, index_t inputs, index_t outputs, std::uint64_t seed, std::uint32_t place, index_t taps = 1)
        : design_(checked(chip)), update_(chip.update), seed_(seed), format_(store::format_of(chip)),
          sites_{place, tiling::make(chip.geometry, inputs, outputs, coded ? format_.slices : 1, mask_rows(chip.map), most_rows(chip.map)),
                 row_stride_of(inputs), format_.pair ? 2 : 1},
          store_(chip, format_, sites_, seed), factors_(sites_.tiles), support_(chip.map, sites_.tiles), copies_(chip.map, sites_.tiles, sites_.stride, taps),
          steps_(sites_.weights()), rule_state_(chip.update, sites_.weights()),
          weight_(static_cast<std::size_t>(sites_.weights()), 0.0f) {
        design_.update = fitted_rule(update_, weights());
        begin_epoch(0);
    }

    /// With the update rule as fitted to the weights that were programmed last.
    [[nodiscard]] const Design& chip() const { return design_; }
    [[nodiscard]] index_t inputs() const { return sites_.tiles.inputs; }
    [[nodiscard]] index_t outputs() const { return sites_.tiles.outputs; }
    /// Floats from one output to the next in every matrix of this array; a multiple of 16.
    [[nodiscard]] index_t row_stride() const { return sites_.stride; }
    [[nodiscard]] const code_format& format() const { return format_; }
    [[nodiscard]] const tiling& tiles() const { return sites_.tiles; }
    [[nodiscard]] const cell_sites& sites() const { return sites_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] std::uint32_t place() const { return sites_.layer; }
    /// What a calibration found for the converters: nothing, or one range for all, for each plane, or for each plane and output.
    [[nodiscard]] const std::vector<sum_range>& fitted_ranges() const { return fitted_ranges_; }
    void fit_ranges(std::vector<sum_range> ranges) {
        fitted_ranges_ = std::move(ranges);
        ++revision_;
    }

    /// What profiling found of the shift of its sums, for designs that inject it.
    [[nodiscard]] const shift_statistics& shift() const { return shift_; }
    void inject(shift_statistics shift) {
        shift_ = std::move(shift);
        ++revision_;
    }
    /// Factor of what converters say, for each output, in the digital part: 1 unless a re-calibration has found others.
    [[nodiscard]] double gain(index_t output) const {
        return gains_.empty() ? 1.0 : gains_[gains_.size() == 1 ? 0 : static_cast<std::size_t>(output)];
    }
    [[nodiscard]] const std::vector<double>& gains() const { return gains_; }
    /// None, one for all, or one for each output. For plans whose reads are real numbers.
    void set_gains(std::vector<double> gains)
        requires(Plan == plan::analog || Plan == plan::reference)
    {
        gains_ = std::move(gains);
        ++revision_;
    }

    /// Effective weights, as used by every read: what cells hold, times the factors of their columns.
    [[nodiscard]] matrix_view<const float> weights() const { return {weight_.data(), outputs(), inputs(), row_stride()}; }

    /// Factor of the digital result of each group of rows and output, [groups][outputs]: 1 unless a task has set others.
    [[nodiscard]] const column_factors<map_type>& factors() const
        requires masked
    {
        return factors_;
    }
    /// Which weights are kept: as of the matrix that was programmed last, before any all.
    [[nodiscard]] const column_support<map_type>& support() const
        requires pruning
    {
        return support_;
    }
    /// Pruned weights take no gradient.
    void prune_gradient()
        requires pruning
    {
        support_.clear(gradient(), row_stride());
    }
    /// From now on reads take these factors (none: those of before) and, in place of what some crossbars hold, weights that are tried, without
    /// factors. Throws `error` on other extents, and on factors that the periphery does not know. O(weights).
    void adapt(std::span<const float> factors, const trial_weights& trial, thread_pool* pool = nullptr) {
        if constexpr (masked) {
            if (!factors.empty()) {
                factors_.set(factors);
            }
        } else if (!factors.empty()) {
            fail("crossbar_array::adapt", "factors", "a design with .with(column_masked<...>{}), or none", text(factors.size()));
        }
        tried_tiles_.assign(trial.tiles.begin(), trial.tiles.end());
        if (!tried_tiles_.empty()) {
            const auto tiles_there = static_cast<std::size_t>(tiles().tiles());
            if (trial.weights.rows != outputs() || trial.weights.cols != inputs() || tried_tiles_.size() != tiles_there) {
                fail("crossbar_array::adapt", "trial", text(outputs(), " x ", inputs(), " and ", tiles_there, " tiles"),
                     text(trial.weights.rows, " x ", trial.weights.cols, " and ", tried_tiles_.size(), " tiles"));
            }
            trial_.resize(weight_.size());
            for (index_t o = 0; o < outputs(); ++o) {
                std::copy_n(trial.weights.data + o * trial.weights.stride, inputs(), trial_.begin() + number(o, 0));
            }
            if constexpr (pruning) {
                support_.clear(trial_.data(), row_stride());
            }
        }
        decode(pool);
    }
    /// Whether weights are tried that are not in cells: reads are ideal meanwhile.
    [[nodiscard]] bool on_trial() const { return std::find(tried_tiles_.begin(), tried_tiles_.end(), 1) != tried_tiles_.end(); }

    /// Writes the nearest codes of a matrix [outputs][inputs] into the cells of these crossbars (numbered as in trial_weights), as one step of writes
    /// from what they hold: cells that change are written, worn and counted. What was tried is forgotten. Throws `error` like `program`.
    void reprogram(matrix_view<const float> w, std::span<const std::uint8_t> which, const update_context& context, thread_pool& pool,
                   update_report& report, layer_events* events = nullptr) {
        detail::require_weights("crossbar_array::reprogram", w, outputs(), inputs());
        if (which.size() != static_cast<std::size_t>(tiles().tiles())) {
            fail("crossbar_array::reprogram", "tiles", text(tiles().tiles()), text(which.size()));
        }
        tried_tiles_.clear();
        const weight_bounds bounds = stored_limit(design_.update, format_);
        increment_.assign(weight_.size(), 0.0f);
        for (index_t o = 0; o < outputs(); ++o) {
            for (index_t i = 0; i < inputs(); ++i) {
                if (which[static_cast<std::size_t>(tiles().tile_of(i, o))] != 0) {
                    const float target = std::clamp(w(o, i), bounds.low, bounds.high);
                    increment_[static_cast<std::size_t>(number(o, i))] = nearest_code(target) - stored_weight(o, i);
                }
            }
        }
        add(increment_, context, pool, report, events);
    }

    /// What the cells of one weight hold, and what the periphery makes of it. Only for coded designs.
    [[nodiscard]] stored_word<> stored(index_t output, index_t input) const
        requires coded
    {
        return store_.stored(number(output, input));
    }
    [[nodiscard]] stored_word<> used(index_t output, index_t input) const
        requires coded
    {
        return store_.used(design_, number(output, input));
    }
    /// What a read finds in the cells of one weight: an arithmetic code leaves in them what it corrects only in sums.
    [[nodiscard]] stored_word<> as_read(index_t output, index_t input) const
        requires coded
    {
        return store_.as_read(design_, number(output, input));
    }
    /// Words of the arithmetic code, with what corrections of sums need. Valid until the next write.
    [[nodiscard]] const auto& words() const
        requires arithmetic
    {
        return store_.words();
    }
    /// What reads find in all cells: the words of each array as used, [outputs][row_stride] (minus only with a pair). Of weights
    /// beyond `inputs` anything. For cells that hold exact levels.
    void read_words(std::int32_t* plus, std::int32_t* minus, thread_pool& pool) const
        requires coded
    {
        groups().run(&pool, [&](index_t begin, index_t end) { store_.read_words(design_, plus, minus, begin, end); });
    }
    /// The same as real numbers: conductances in steps of one level above HRS, one plane [outputs][row_stride] for each array and slice,
    /// array 0 first, lowest slice first.
    void read_positions(std::span<aligned_vector<float>> planes, thread_pool& pool) const
        requires coded
    {
        groups().run(&pool, [&](index_t begin, index_t end) { store_.read_positions(design_, planes, begin, end); });
    }
    /// Changes with every write.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    /// Bits that are not stuck, and the bits of the stuck cells, in the word of one array.
    [[nodiscard]] std::uint32_t keep(int array, index_t output, index_t input) const
        requires coded
    {
        return store_.keep(array, number(output, input));
    }
    [[nodiscard]] std::uint32_t stuck_level(int array, index_t output, index_t input) const
        requires coded
    {
        return store_.stuck_level(array, number(output, input));
    }
    /// The conductance of one cell now, in siemens.
    [[nodiscard]] double conductance(int array, index_t output, index_t input, int slice) const
        requires coded
    {
        return store_.conductance(design_, array, number(output, input), slice);
    }
    /// The same as the periphery uses it: where it uses another word than the one that is read back, the levels of that word at
    /// equal steps; slices that are off as at HRS.
    [[nodiscard]] double used_conductance(int array, index_t output, index_t input, int slice) const
        requires coded
    {
        return store_.used_conductance(design_, array, number(output, input), slice);
    }

    /// What the digital side adds for stuck cells to reads through converters: what these lack of the effective weights.
    [[nodiscard]] matrix_view<const float> missing_weights() const
        requires keeps_missing
    {
        return {missing_.data(), outputs(), inputs(), row_stride()};
    }
    /// The same of one cell, in steps of one level.
    [[nodiscard]] double missing(int array, index_t output, index_t input, int slice) const
        requires compensates
    {
        return store_.missing(design_, array, number(output, input), slice);
    }
    /// The stuck cells that are compensated, in slices that are read, and those of them that differ from what they are to hold now.
    /// O(cells).
    [[nodiscard]] compensation_count compensation_cells() const {
        compensation_count count;
        if constexpr (compensates) {
            store_.count_compensation(design_, count);
        }
        return count;
    }

    /// Programs the matrix [outputs][inputs]. Weights are rounded to the nearest code and clamped to the format; NaN and
    /// infinity throw. Where the mapping prunes, which weights are kept is decided by this matrix.
    void program(matrix_view<const float> w) {
        detail::require_weights("crossbar_array::program", w, outputs(), inputs());
        fit_unit(w);
        design_.update = fitted_rule(update_, w);
        const weight_bounds bounds = stored_limit(design_.update, format_);
        aligned_vector<float> target(weight_.size(), 0.0f);
        for (index_t o = 0; o < outputs(); ++o) {
            for (index_t i = 0; i < inputs(); ++i) {
                target[static_cast<std::size_t>(number(o, i))] = std::clamp(w(o, i), bounds.low, bounds.high);
            }
        }
        if constexpr (pruning) {
            support_.choose({target.data(), outputs(), inputs(), row_stride()});
            support_.clear(target.data(), row_stride());
        }
        store_.program(target, bounds);
        steps_.forget();
        rule_state_.programmed(target);
        decode(nullptr);
    }

    /// Gradient by the effective weights, [outputs][row_stride]; filled by the backward pass, zero beyond `inputs`.
    [[nodiscard]] float* gradient() {
        if (gradient_.empty()) {
            gradient_.assign(weight_.size(), 0.0f);
        }
        gradient_square_.reset();
        return gradient_.data();
    }

    /// Makes of the gradient what the rule sees, that by what cells hold and of copies the sum, and gives its sum of squares. `update` does the
    /// same unless it has been asked before: it costs nothing to know the norm before anything is written.
    double gradient_square(thread_pool& pool) {
        if (!gradient_square_) {
            if constexpr (masked) {
                factors_.multiply(gradient(), row_stride());
            }
            if constexpr (circulant) {
                copies_.sum(gradient());
            }
            const double square = kernel::sum_of_squares(std::span<const float>(gradient(), weight_.size()), pool);
            gradient_square_ = square / static_cast<double>(copies());
        }
        return *gradient_square_;
    }

    /// One step of the update rule by the gradient: increments, rounding, writes, and the effective weights anew. Adds the writes to
    /// `events` unless that is null; of a rule that does not learn nothing. Copies of a weight get the sum of their gradients, the rule sees their
    /// mean, and all take the whole step of the first.
    void update(const update_context& context, thread_pool& pool, update_report& report, layer_events* events = nullptr) {
        if constexpr (drifting) {
            store_.age(drifting_part(design_.cell).seconds_per_step, &pool);
        }
        if constexpr (!learns<update_type>()) {
            if constexpr (drifting) {
                decode(&pool);
            }
        } else {
            report.gradient_square += gradient_square(pool);
            gradient_square_.reset();
            increment_.resize(weight_.size());
            if constexpr (reads_stored<update_type>()) {
                stored_.resize(weight_.size());
                for (index_t o = 0; o < outputs(); ++o) {
                    for (index_t i = 0; i < inputs(); ++i) {
                        stored_[static_cast<std::size_t>(number(o, i))] = stored_weight(o, i);
                    }
                }
            }
            std::span<const float> seen = weight_;
            if (copies() > 1) {
                seen = mean_weights();
            }
            rule_state_.delta(design_.update, context, {gradient_, seen, stored_, increment_, lines()});
            take(increment_, true, context, pool, report, events);
        }
    }

    /// Adds increments [outputs][row_stride], in weight units and zero beyond `inputs`, to what is stored. An increment of zero
    /// changes no cell. Those of pruned weights are left out.
    ///
    /// Events of one step are added to stage::weights. Of cells that change those count that are not stuck; a line that is written as a
    /// whole counts with all its cells in slices that are on, since its drivers know of no stuck ones. Pulses are those that cells count,
    /// or one for each cell written. Weights that are stored directly have no cells: of these, words of the buffer and of digital memory
    /// alone. Without events this costs nothing; with them, where cells that change are written, up to 14 instructions for each weight
    /// (AVX2; two arrays of 2-bit cells, all of which groups of 64 change) and O(lines).
    void add(std::span<const float> increment, const update_context& context, thread_pool& pool, update_report& report,
             layer_events* events = nullptr) {
        take(increment, false, context, pool, report, events);
    }

    /// Lets time pass, in seconds >= 0: cells that drift do so. Throws `error` on other numbers.
    void age(double seconds) {
        detail::require_age(seconds);
        if constexpr (drifting) {
            store_.age(seconds, nullptr);
            decode(nullptr);
        }
    }

    /// Faults that arrive up to the beginning of this epoch override what their cells hold.
    void begin_epoch(int epoch) {
        store_.arrive(epoch);
        decode(nullptr);
    }

    [[nodiscard]] cell_census census() const { return store_.census(design_); }

    /// Adds the crossbars of this array, as they are now, to the map of the chip.
    void show_faults(fault_map& map) const { store_.show_faults(map); }

    /// Writes that a cell has left. Only where a fault model wears.
    [[nodiscard]] std::uint32_t writes_left(int array, index_t output, index_t input, int slice) const
        requires wears
    {
        return store_.writes_left(array, number(output, input), slice);
    }

    [[nodiscard]] float max_abs_weight() const { return detail::largest_magnitude_of(weights()); }

    /// Shows what decides the array's behaviour: cells and masks, the rule's state, residues, what is tried.
    void visit(archive& a) {
        if (fits_unit()) {
            double unit = static_cast<double>(format_.lsb);
            a.visit("unit", unit);
            set_unit(static_cast<float>(unit));
        }
        const std::vector<index_t> shape{outputs(), inputs()};
        store_.visit(a, shape, row_stride());
        steps_.visit(a, shape, row_stride());
        rule_state_.visit(a);
        if constexpr (masked) {
            factors_.visit(a);
        }
        if constexpr (pruning) {
            support_.visit(a);
        }
        visit_ranges(a);
        a.visit_list("gain", gains_);
        a.visit_list("shift_mean", shift_.mean);
        a.visit_list("shift_deviation", shift_.deviation);
        a.visit_list("tried_tiles", tried_tiles_);
        if (!tried_tiles_.empty()) {
            trial_.resize(weight_.size());
            a.visit("trial", std::span(trial_), shape, row_stride());
        }
        decode(nullptr);
        a.derived("effective_weight", std::span(weight_), shape, row_stride());
    }

private:
    /// As `add`; alike: copies of a weight take the step of the first.
    void take(std::span<const float> increment, [[maybe_unused]] bool alike, const update_context& context, thread_pool& pool, update_report& report,
              layer_events* events) {
        const random_source source(seed_, purpose::write_rounding, place(), context.step);
        if constexpr (pruning) {
            kept_increment_.assign(increment.begin(), increment.end());
            support_.clear(kept_increment_.data(), row_stride());
            increment = kept_increment_;
        }
        const auto step = steps_.round(increment, format_, source, pool, report);
        steps_.offer(rule_state_, design_.update, context, sites_);
        if constexpr (circulant) {
            if (alike) {
                copies_.spread(step.data());
            }
        }
        if constexpr (coded) {
            write(step, context, pool, report, events);
        } else {
            store_.write(step, design_, stored_limit(design_.update, format_), context, {}, pool, report);
        }
        if (events != nullptr) {
            count_words(*events);
        }
        decode(&pool);
    }

    /// Of each weight.
    [[nodiscard]] index_t copies() const {
        if constexpr (circulant) {
            return copies_.count();
        } else {
            return 1;
        }
    }
    /// Effective weights as a rule sees them, each the mean of its copies; and likewise what increments are added to.
    [[nodiscard]] std::span<const float> mean_weights() {
        if constexpr (circulant) {
            mean_ = weight_;
            copies_.mean(mean_.data());
            if (!stored_.empty()) {
                copies_.mean(stored_.data());
            }
            return mean_;
        } else {
            return weight_;
        }
    }

    [[nodiscard]] index_t number(index_t output, index_t input) const { return output * row_stride() + input; }
    [[nodiscard]] weight_groups groups() const { return {sites_.weights()}; }
    [[nodiscard]] line_layout lines() const {
        return {inputs(), outputs(), row_stride(), tiles().weights_per_row, tiles().rows, format_.lsb};
    }

    void write(std::span<const std::int32_t> step, const update_context& context, thread_pool& pool, update_report& report,
               layer_events* events) {
        std::optional<line_marks> whole;
        std::optional<changed_cells> changed;
        if constexpr (grain != write_grain::cells) {
            whole.emplace(sites_);
            if (grain == write_grain::whole) {
                whole->mark_all();
            } else {
                whole->mark(0, sites_.weights(), step.data());
            }
        } else if (events != nullptr) {
            changed.emplace(sites_, format_.cell_bits, word_in_use(design_.update, format_));
        }
        const std::uint64_t pulses = report.pulses;
        store_.write(step, design_, stored_limit(design_.update, format_), context,
                     {whole ? &*whole : nullptr, changed ? &*changed : nullptr}, pool, report);
        if (events == nullptr) {
            return;
        }
        std::array<const line_marks*, 2> lines{};
        for (int a = 0; a < sites_.arrays; ++a) {
            lines[static_cast<std::size_t>(a)] = whole ? &*whole : &changed->lines(a);
        }
        event_counts counts = count_line_writes(events->weight_lines, sites_, kernel::slices_in_use(design_.update, format_), lines);
        if (changed) {
            counts.cells_skipped += counts.cell_writes - changed->cells();
            counts.cell_writes = changed->cells();
        }
        counts.pulses = exact_cell<typename Design::cell_type>() ? counts.cell_writes : report.pulses - pulses;
        (*events)[stage::weights] += counts;
    }

    /// One gradient for each weight, whatever its copies, and what the rule and the rounding read and write of their memory.
    void count_words(layer_events& events) const {
        const auto count = static_cast<std::uint64_t>(inputs() * outputs() / copies());
        int kept = words_per_weight(design_.update);
        if constexpr (coded) {
            kept += map_type::rounding::remembers ? 1 : 0;
        }
        events.footprint.digital_words = static_cast<std::uint64_t>(kept) * count;
        events[stage::weights].digital_words += 2 * events.footprint.digital_words;
        events[stage::weights].buffer_words += count;
    }

    /// What increments are added to.
    [[nodiscard]] float stored_weight(index_t output, index_t input) const { return store_.written_weight(design_, number(output, input)); }
    [[nodiscard]] float nearest_code(float weight) const { return coded ? std::nearbyint(weight / format_.lsb) * format_.lsb : weight; }

    /// Whether the largest weight that is programmed sets the unit of weights.
    [[nodiscard]] bool fits_unit() const {
        if constexpr (map_requires::fits_unit<map_type>) {
            return design_.map.fits_unit();
        } else {
            return false;
        }
    }
    void fit_unit(matrix_view<const float> w) {
        if constexpr (coded) {
            const float largest = fits_unit() ? detail::largest_magnitude_of(w) : 0.0f;
            if (largest > 0.0f) {
                set_unit(std::max(largest / static_cast<float>(format_.range.high), 0x1p-126f));
            }
        }
    }
    void set_unit(float lsb) {
        if constexpr (coded) {
            format_.lsb = lsb;
            store_.set_unit(design_, lsb);
        }
    }

    void visit_ranges(archive& a) {
        std::vector<double> bounds;
        for (const sum_range& range : fitted_ranges_) {
            bounds.insert(bounds.end(), {range.low, range.high});
        }
        a.visit_list("converter_ranges", bounds, 2);
        fitted_ranges_.resize(bounds.size() / 2);
        for (std::size_t i = 0; i < fitted_ranges_.size(); ++i) {
            fitted_ranges_[i] = {bounds[2 * i], bounds[2 * i + 1]};
        }
    }

    static const Design& checked(const Design& chip) {
        validate(chip);
        if constexpr (pruning && circulant) {
            if (circulant_part(chip.map).copies > 1) { // which would be pruned each by itself, and take each other's steps
                fail(map_type::name(), "copies", "1 where weights are pruned", text(circulant_part(chip.map).copies));
            }
        }
        if constexpr (coded) {
            constexpr int levels = 1 << (Design::cell_type::bits == 0 ? map_type::weight_bits : Design::cell_type::bits);
            require_levels(chip.noise, chip.cell.conductance(0, levels), chip.cell.conductance(levels - 1, levels));
            const bool leaks = leak_in_levels(chip.cell, levels) != 0.0;
            if (arithmetic && leaks) {
                fail(Design::protect_type::name(), "cell",
                     "cells that draw no current at HRS (on_off_ratio infinite), since sums with leakage are no multiples", describe(chip.cell));
            }
            if (needs_whole_sums<typename Design::adc_type>() && !map_type::encoding::analog_subtraction && leaks) {
                fail(Design::adc_type::name(), "cell",
                     "cells that draw no current at HRS (on_off_ratio infinite), since sums with leakage are not whole", describe(chip.cell));
            }
        }
        return chip;
    }

    void decode(thread_pool* pool) {
        ++revision_;
        groups().run(pool, [&](index_t begin, index_t end) { store_.decode(design_, weight_.data(), begin, end); });
        if constexpr (keeps_missing) {
            missing_.resize(weight_.size());
            groups().run(pool, [&](index_t begin, index_t end) { store_.missing_weights(design_, missing_.data(), begin, end); });
        }
        if constexpr (masked) {
            factors_.multiply(weight_.data(), row_stride());
            if constexpr (keeps_missing) {
                factors_.multiply(missing_.data(), row_stride());
            }
        }
        if (on_trial()) {
            for (index_t o = 0; o < outputs(); ++o) {
                for (index_t i = 0; i < inputs(); ++i) {
                    if (tried_tiles_[static_cast<std::size_t>(tiles().tile_of(i, o))] != 0) {
                        weight_[static_cast<std::size_t>(number(o, i))] = trial_[static_cast<std::size_t>(number(o, i))];
                    }
                }
            }
        }
        // Beyond the last input lies a weight of zero, whatever its cells leak.
        for (index_t o = 0; o < outputs(); ++o) {
            std::fill(weight_.begin() + number(o, inputs()), weight_.begin() + number(o + 1, 0), 0.0f);
        }
    }

    Design design_;
    update_type update_; ///< as given; the design's is fitted to what was programmed last
    std::uint64_t seed_;
    code_format format_;
    cell_sites sites_;
    store store_;
    std::conditional_t<masked, column_factors<map_type>, no_factors> factors_;
    std::conditional_t<pruning, column_support<map_type>, no_support> support_;
    [[no_unique_address]] std::conditional_t<circulant, weight_copies, no_copies> copies_;
    steps_of<Design, Plan> steps_;
    rule_state<update_type> rule_state_;
    std::uint64_t revision_ = 0;
    aligned_vector<float> weight_;
    aligned_vector<float> gradient_;
    std::optional<double> gradient_square_; ///< of the gradient as the rule sees it; empty: it is still as the backward pass left it
    aligned_vector<float> increment_;
    aligned_vector<float> kept_increment_; ///< where weights are pruned
    aligned_vector<float> stored_;
    aligned_vector<float> mean_; ///< effective weights, each the mean of its copies
    aligned_vector<float> missing_;
    aligned_vector<float> trial_;
    std::vector<std::uint8_t> tried_tiles_; ///< those that take what is tried; none: no trial
    std::vector<sum_range> fitted_ranges_;
    shift_statistics shift_;
    std::vector<double> gains_;
};

} // namespace rcim::inline RCIM_ABI
