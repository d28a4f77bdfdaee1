#pragma once

#include <rcim/convert/transfer.hpp>
#include <rcim/crossbar/analog_cells.hpp>
#include <rcim/crossbar/cells.hpp>
#include <rcim/crossbar/layer_faults.hpp>
#include <rcim/crossbar/periphery_words.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/kernel/codes.hpp>
#include <rcim/kernel/reduce.hpp>

#include <cmath>
#include <mutex>
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
    static_assert(detail::check_converters<Design>::sound);
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

    static consteval auto words_type() {
        if constexpr (arithmetic) {
            return std::type_identity<arithmetic_words<typename Design::protect_type, typename map_type::encoding>>{};
        } else {
            return std::type_identity<plain_words>{};
        }
    }

public:
    using design_type = Design;

    /// A matrix of weights zero on the chip with this seed; `place` is its number among the layers of the chip. O(cells) draws.
    crossbar_array(const Design& chip, index_t inputs, index_t outputs, std::uint64_t seed, std::uint32_t place)
        : design_(checked(chip)), update_(chip.update), inputs_(inputs), outputs_(outputs), stride_(row_stride_of(inputs)), seed_(seed), place_(place),
          rule_state_(chip.update, outputs * row_stride_of(inputs)), cells_(make_cells()),
          words_(format_), sites_{place, tiling::make(chip.geometry, inputs, outputs, coded ? format_.slices : 1), stride_, format_.pair ? 2 : 1},
          faults_(chip.faults, format_, sites_, seed, outputs * stride_), weight_(static_cast<std::size_t>(outputs * stride_), 0.0f) {
        design_.update = fitted_rule(update_, weights());
        draw_exponents();
        begin_epoch(0);
    }

    /// With the update rule as fitted to the weights that were programmed last.
    [[nodiscard]] const Design& chip() const { return design_; }
    [[nodiscard]] index_t inputs() const { return inputs_; }
    [[nodiscard]] index_t outputs() const { return outputs_; }
    /// Floats from one output to the next in every matrix of this array; a multiple of 16.
    [[nodiscard]] index_t row_stride() const { return stride_; }
    [[nodiscard]] const code_format& format() const { return format_; }
    [[nodiscard]] const tiling& tiles() const { return sites_.tiles; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] std::uint32_t place() const { return place_; }
    /// What a calibration found for the converters: nothing, or one range for all, for each plane, or for each plane and output.
    [[nodiscard]] const std::vector<sum_range>& fitted_ranges() const { return fitted_ranges_; }
    void fit_ranges(std::vector<sum_range> ranges) {
        fitted_ranges_ = std::move(ranges);
        ++revision_;
    }

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
        return used_word(design_.update, words_.decoded(stored(output, input)), format_);
    }
    /// What a read finds in the cells of one weight: an arithmetic code leaves in them what it corrects only in sums.
    [[nodiscard]] stored_word<> as_read(index_t output, index_t input) const
        requires coded
    {
        if constexpr (arithmetic) {
            return words_.as_read(stored(output, input), used(output, input));
        } else {
            return used(output, input);
        }
    }
    /// Words of the arithmetic code, with what corrections of sums need. Valid until the next write.
    [[nodiscard]] const auto& words() const
        requires arithmetic
    {
        return words_;
    }
    /// What reads find in all cells: the words of each array as used, [outputs][row_stride] (minus only with a pair). Of weights
    /// beyond `inputs` anything. For cells that hold exact levels.
    void read_words(std::int32_t* plus, std::int32_t* minus, thread_pool& pool) const
        requires coded
    {
        pool.run(groups(), [&](index_t begin, index_t end) {
            if constexpr (Plan == plan::reference || arithmetic || analog) {
                for (index_t w = first_of(begin); w < first_of(end); ++w) {
                    const stored_word<> word = as_read(w / stride_, w % stride_);
                    plus[w] = word.plus;
                    if (format_.pair) {
                        minus[w] = word.minus;
                    }
                }
            } else {
                constexpr bool pair = map_type::encoding::arrays == 2;
                kernel::used_words<pair>(cells_.codes(0), pair ? cells_.codes(1) : nullptr, design_.update, format_, plus, minus,
                                         first_of(begin), first_of(end));
            }
        });
    }
    /// The same as real numbers: conductances in steps of one level above HRS, one plane [outputs][row_stride] for each array and slice,
    /// array 0 first, lowest slice first.
    void read_positions(std::span<aligned_vector<float>> planes, thread_pool& pool) const
        requires coded
    {
        const int arrays = format_.pair ? 2 : 1;
        const int top = kernel::slices_in_use(design_.update, format_);
        const auto mask = static_cast<std::int32_t>((1 << format_.cell_bits) - 1);
        if constexpr (analog && !has_used<update_type>()) {
            for (int p = 0; p < arrays * format_.slices; ++p) {
                const float* const from = cells_.planes_of(p / format_.slices)[static_cast<std::size_t>(p % format_.slices)];
                std::copy_n(from, outputs_ * stride_, planes[static_cast<std::size_t>(p)].data());
            }
            return;
        }
        pool.run(groups(), [&](index_t begin, index_t end) {
            for (index_t w = first_of(begin); w < first_of(end); ++w) {
                const stored_word<> held = stored(w / stride_, w % stride_);
                const stored_word<> word = as_read(w / stride_, w % stride_);
                // Where the periphery uses another word than the one read back, it puts levels at equal steps in its place.
                const bool as_held = analog && word.code() == read_code(held);
                for (int a = 0; a < arrays; ++a) {
                    for (int s = 0; s < format_.slices; ++s) {
                        float& to = planes[static_cast<std::size_t>(a * format_.slices + s)][static_cast<std::size_t>(w)];
                        to = static_cast<float>(((a == 0 ? word.plus : word.minus) >> (s * format_.cell_bits)) & mask);
                        if constexpr (analog) {
                            if (as_held) {
                                to = s < top ? cells_.position(a, w, s) : 0.0f;
                            }
                        }
                    }
                }
            }
        });
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
                        words_.program(cells_, 0, at, word.plus);
                        if (format_.pair) {
                            words_.program(cells_, 1, at, word.minus);
                        }
                        faults_.count(at, before, stored(o, i), report, exhausted);
                    }
                } else {
                    direct_[static_cast<std::size_t>(at)] = weight;
                }
            }
        }
        if constexpr (coded) {
            faults_.stick_worn(exhausted, cells_, report);
        }
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
        if constexpr (coded) {
            faults_.arrive(epoch, cells_);
        }
        decode(nullptr);
    }

    [[nodiscard]] cell_census census() const {
        cell_census count;
        if constexpr (coded) {
            const int plain = design_.map.format(Design::cell_type::bits).slices;
            count.cells = sites_.count();
            count.check_cells = count.cells / static_cast<std::uint64_t>(format_.slices) * static_cast<std::uint64_t>(format_.slices - plain);
            each_stuck(cells_, sites_, format_.cell_bits, [&](int, index_t, int, std::int32_t) { ++count.stuck; });
        }
        return count;
    }

    /// Adds the crossbars of this array, as they are now, to the map of the chip.
    void show_faults(fault_map& map) const {
        if constexpr (coded) {
            rcim::show_faults(cells_, sites_, format_.cell_bits, map);
        }
    }

    /// Writes that a cell has left. Only where a fault model wears.
    [[nodiscard]] std::uint32_t writes_left(int array, index_t output, index_t input, int slice) const
        requires wears
    {
        return faults_.writes_left(array, output * stride_ + input, slice);
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
            faults_.visit(a, shape, stride_);
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
        visit_ranges(a);
        decode(nullptr);
        a.derived("effective_weight", std::span(weight_), shape, stride_);
    }

private:
    static constexpr index_t group = kernel::draw_group;
    static constexpr bool drifting = analog && drifts<typename Design::cell_type>();

    void visit_ranges(archive& a) {
        if (!fitted_ranges_.empty()) {
            std::vector<double> bounds;
            for (const sum_range& range : fitted_ranges_) {
                bounds.insert(bounds.end(), {range.low, range.high});
            }
            a.visit("converter_ranges", std::span(bounds), {static_cast<index_t>(fitted_ranges_.size()), 2});
            for (std::size_t i = 0; i < fitted_ranges_.size(); ++i) {
                fitted_ranges_[i] = {bounds[2 * i], bounds[2 * i + 1]};
            }
        }
    }

    static const Design& checked(const Design& chip) {
        validate(chip);
        if constexpr (arithmetic) {
            if (leak_in_levels(chip.cell, 1 << Design::cell_type::bits) != 0.0) {
                fail(Design::protect_type::name(), "cell",
                     "cells that draw no current at HRS (on_off_ratio infinite), since sums with leakage are no multiples", describe(chip.cell));
            }
        }
        if constexpr (needs_whole_sums<typename Design::adc_type>()) {
            if (!map_type::encoding::analog_subtraction && leak_in_levels(chip.cell, 1 << Design::cell_type::bits) != 0.0) {
                fail(Design::adc_type::name(), "cell",
                     "cells that draw no current at HRS (on_off_ratio infinite), since sums with leakage are not whole", describe(chip.cell));
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

    /// draws(array, weight, slice) of a cell in one round of writes.
    [[nodiscard]] auto draws_of(const random_source& writes, purpose device = purpose::cell_device) const {
        return [this, writes, device](int array, index_t weight, int slice) {
            const cell_site site = sites_.of(array, weight, slice);
            const std::uint32_t crossbar = cell_sites::crossbar_of(site);
            return cell_draws({seed_, device, place_, crossbar}, writes.fork(crossbar), site.index);
        };
    }

    void draw_exponents() {
        if constexpr (drifting) {
            const auto draws = draws_of({seed_, purpose::cell_drift, place_}, purpose::cell_drift);
            sites_.each([&](int a, index_t w, int s) {
                cells_.set_exponent(a, w, s, drifting_part(design_.cell).drift_exponent(draws(a, w, s)));
            });
        }
    }

    void program_analog(index_t w, const stored_word<>& word, const random_source& source, update_report& report,
                        std::vector<kernel::exhausted_cell>& exhausted) {
        analog_counts counts;
        for (int a = 0; a < cells_.arrays(); ++a) {
            const std::uint32_t written = cells_.program(a, w, a == 0 ? word.plus : word.minus, seconds_, draws_of(source), counts);
            faults_.count_written(a, w, w + 1, &written, exhausted);
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
                            faults_.count_written(a, w, w + 1, &written[a], exhausted);
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
                    [&](int a, index_t from, index_t to, const std::uint32_t* written) { faults_.count_written(a, from, to, written, worn); });
                const std::lock_guard lock(mutex);
                counts += part;
                exhausted.insert(exhausted.end(), worn.begin(), worn.end());
            });
        }
        faults_.stick_worn(exhausted, cells_, report);
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
                for (index_t c = 0; c < sites_.tiles.col_tiles; ++c) {
                    const index_t first = c * sites_.tiles.weights_per_row;
                    rule_state_.keep_write(design_.update, context,
                                           {.layer_row = i, .first_output = first,
                                            .steps = {step_.data() + first * stride_ + i, sites_.tiles.weights_in(c), stride_}});
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
                    faults_.count(w, before, after, report, exhausted);
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
        faults_.stick_worn(exhausted, cells_, report);
        return changed;
    }

    /// Adds a step to one word of an arithmetic code. What is read back is decoded as always, so the other array of a pair takes up
    /// what stuck cells leave over.
    void add_word(index_t w, std::int32_t step, const code_bounds& bounds, update_report& report,
                  std::vector<kernel::exhausted_cell>& exhausted) {
        const index_t o = w / stride_;
        const index_t i = w % stride_;
        const stored_word<> before = stored(o, i);
        const auto store = [&](int array, std::int32_t target) { return words_.program(cells_, array, w, target); };
        static_cast<void>(map_type::encoding::add(used(o, i), step, bounds, store)); // the cells know
        const stored_word<> after = stored(o, i);
        report.changed_words += (after.plus != before.plus ? 1u : 0u) + (after.minus != before.minus ? 1u : 0u);
        if constexpr (wears) {
            faults_.count(w, before, after, report, exhausted);
        } else {
            report.cell_writes += cells_between(before, after, format_);
        }
        report.plain_cell_writes += cells_between(words_.decoded(before), words_.decoded(after), format_);
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
            writes += faults_.count(before[static_cast<std::size_t>(a)].data(), cells_.codes(a) + begin, a, begin, end, exhausted);
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
            const stored_word<> word = used(w / stride_, w % stride_);
            weight_[static_cast<std::size_t>(w)] = static_cast<float>(word.code()) * format_.lsb;
            words_.put(static_cast<std::size_t>(w), stored(w / stride_, w % stride_), word);
        }
    }

    void decode(thread_pool* pool) {
        ++revision_;
        if constexpr (arithmetic) {
            words_.resize(weight_.size());
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
    typename decltype(words_type())::type words_;
    cell_sites sites_;
    layer_faults<typename Design::faults_type> faults_;
    std::uint32_t programmings_ = 0; ///< calls of `program`, each with draws of its own
    double seconds_ = 0.0;           ///< since the array was made
    std::uint64_t revision_ = 0;
    aligned_vector<float> weight_;
    aligned_vector<float> gradient_;
    aligned_vector<float> increment_;
    aligned_vector<float> stored_;
    aligned_vector<float> residue_;
    aligned_vector<std::int32_t> step_;
    std::vector<sum_range> fitted_ranges_;
};

} // namespace rcim::inline RCIM_ABI
