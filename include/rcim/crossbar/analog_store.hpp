#pragma once

#include <rcim/crossbar/analog_cells.hpp>
#include <rcim/crossbar/word_store.hpp>
#include <rcim/design/plan.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Weights as codes in cells that hold real numbers. What is written comes out as chance, devices and time have it, and the controller
/// knows only the words that it reads back.
template <class Design, plan Plan>
class analog_store : public word_store<Design, analog_cells<typename Design::cell_type>> {
    using cell_type = typename Design::cell_type;
    using base = word_store<Design, analog_cells<cell_type>>;
    using encoding = typename Design::map_type::encoding;
    using range_writes = typename base::range_writes;

protected:
    using base::cells_;
    using base::faults_;
    using base::format_;
    using base::sites_;

public:
    using base::pair;

    analog_store(const Design& chip, const code_format& format, const cell_sites& sites, std::uint64_t seed)
        : base(chip, format, sites, seed, {chip.cell, format, sites.weights()}), seed_(seed) {
        if constexpr (drifts<cell_type>()) {
            const auto draws = draws_of({seed, purpose::cell_drift, sites.layer}, purpose::cell_drift);
            sites.each([&](int a, index_t w, int s) {
                cells_.set_exponent(a, w, s, drifting_part(chip.cell).drift_exponent(draws(a, w, s)));
            });
        }
    }

    /// Where the periphery uses another word than the one read back, it puts levels at equal steps in place of what cells hold.
    void read_positions(const Design& chip, std::span<aligned_vector<float>> planes, index_t begin, index_t end) const {
        if constexpr (!has_used<typename Design::update_type>()) {
            this->each_cell([&](int a, int s, std::size_t plane) {
                std::copy_n(plane_of(a, s) + begin, end - begin, planes[plane].data() + begin);
            });
        } else {
            const int top = kernel::slices_in_use(chip.update, format_);
            for (index_t w = begin; w < end; ++w) {
                const stored_word<> held = this->stored(w);
                const stored_word<> word = used_word(chip.update, held, format_);
                const bool as_held = word.code() == read_code(chip, held);
                this->each_cell([&](int a, int s, std::size_t plane) {
                    const float position = s < top ? cells_.position(a, w, s) : 0.0f;
                    planes[plane][static_cast<std::size_t>(w)] = as_held ? position : static_cast<float>(this->level_in(word, a, s));
                });
            }
        }
    }

    [[nodiscard]] double conductance(const Design& chip, int array, index_t w, int slice) const {
        return siemens(chip, static_cast<double>(cells_.position(array, w, slice)));
    }
    [[nodiscard]] double used_conductance(const Design& chip, int array, index_t w, int slice) const {
        return siemens(chip, used_position(chip, array, w, slice));
    }
    /// Slices that are off as at HRS.
    [[nodiscard]] double used_position(const Design& chip, int array, index_t w, int slice) const {
        const stored_word<> word = this->used(chip, w);
        if (word.code() == read_code(chip, this->stored(w))) {
            const bool on = (word_in_use(chip.update, format_) >> (slice * format_.cell_bits)) != 0;
            return on ? static_cast<double>(cells_.position(array, w, slice)) : 0.0;
        }
        return static_cast<double>(this->level_in(word, array, slice));
    }
    [[nodiscard]] double level_position(int level) const { return static_cast<double>(cells_.ladder().position(level)); }
    [[nodiscard]] double level_conductance(const Design& chip, int level) const { return siemens(chip, level_position(level)); }

    void program(std::span<const float> target, const weight_bounds& bounds) {
        update_report unread;
        std::vector<kernel::exhausted_cell> exhausted;
        const auto draws = draws_of({seed_, purpose::cell_programming, sites_.layer, programmings_++});
        this->each_word_of(target, bounds, [&](index_t w, const stored_word<>& word) {
            for (int a = 0; a < cells_.arrays(); ++a) {
                const std::uint32_t written = cells_.program(a, w, a == 0 ? word.plus : word.minus, seconds_, draws, unread);
                faults_.count_written(a, w, w + 1, &written, exhausted);
            }
        });
        faults_.stick_worn(exhausted, cells_, unread);
    }

    void write(std::span<const std::int32_t> step, const Design& chip, const weight_bounds& bounds, const update_context& context,
               const step_writes& writes, thread_pool& pool, update_report& report) {
        const code_bounds codes = format_.codes_within(bounds);
        const auto draws = draws_of({seed_, purpose::cell_write, sites_.layer, context.step});
        const line_marks* const whole = base::grain == write_grain::cells ? nullptr : writes.whole;
        this->write_ranges(writes, pool, report, [&](index_t begin, index_t end, const range_writes& range) {
            const auto count = [&](int a, index_t from, index_t to, const std::uint32_t* written) {
                static_cast<void>(faults_.count_written(a, from, to, written, range.exhausted));
                if (range.changed != nullptr) {
                    range.changed->add(a, from, to, written);
                }
            };
            if constexpr (Plan == plan::reference) {
                for (index_t w = begin; w < end; ++w) {
                    const std::int32_t by = step[static_cast<std::size_t>(w)];
                    const bool all = whole != nullptr && (*whole)[w];
                    if (by != 0 || all) {
                        std::uint32_t written[2] = {0, 0};
                        cells_.template add_step<encoding>(w, this->stored(w), by, all, chip.update, codes, seconds_, draws, written,
                                                           range.report);
                        for (int a = 0; a < cells_.arrays(); ++a) {
                            count(a, w, w + 1, &written[a]);
                        }
                    }
                }
            } else {
                cells_.template add_steps<encoding>(step.data(), whole, chip.update, codes, begin, end, seconds_, draws, range.report,
                                                    count);
            }
        });
    }

    void decode(const Design& chip, float* weight, index_t begin, index_t end) const {
        if constexpr (Plan == plan::reference) {
            for (index_t w = begin; w < end; ++w) {
                const bool as_held = this->used(chip, w).code() == read_code(chip, this->stored(w));
                weight[w] = as_held ? held_weight(chip, w) : this->written_weight(chip, w);
            }
            // A loop of its own, so that no compiler contracts the sum.
            for (index_t w = begin; w < end; ++w) {
                weight[w] += this->leak_;
            }
        } else {
            kernel::decode_positions<pair>(cells_.planes_of(0).data(), cells_.planes_of(pair ? 1 : 0).data(), chip.update, format_,
                                           cells_.ladder(), this->leak_, weight, begin, end);
        }
    }

    /// Lets seconds pass, on all threads of a pool if there is one.
    void age(double seconds, thread_pool* pool) {
        if (seconds != 0.0) {
            seconds_ += seconds;
            weight_groups{sites_.weights()}.run(pool, [&](index_t begin, index_t end) { cells_.drift(seconds_, begin, end); });
        }
    }

    /// shape: [outputs][inputs], rows row_stride apart.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        base::visit(a, shape, row_stride);
        a.visit("programmings", programmings_);
        a.visit("seconds", seconds_);
    }

private:
    /// draws(array, weight, slice) of a cell in one round of writes. Valid as long as the store stays where it is.
    [[nodiscard]] auto draws_of(const random_source& writes, purpose device = purpose::cell_device) const {
        return [this, writes, device](int array, index_t weight, int slice) {
            const cell_site site = sites_.of(array, weight, slice);
            const std::uint32_t crossbar = cell_sites::crossbar_of(site);
            return cell_draws({seed_, device, site.layer, crossbar}, writes.fork(crossbar), site.index);
        };
    }

    [[nodiscard]] const float* plane_of(int array, int slice) const { return cells_.planes_of(array)[static_cast<std::size_t>(slice)]; }

    /// The code of a word in the slices that are on.
    [[nodiscard]] std::int32_t read_code(const Design& chip, const stored_word<>& word) const {
        const std::int32_t on = word_in_use(chip.update, format_);
        return (word.plus & on) - (pair ? word.minus & on : word.minus);
    }

    /// What the positions in the slices in use amount to.
    [[nodiscard]] float held_weight(const Design& chip, index_t w) const {
        const int top = kernel::slices_in_use(chip.update, format_) - 1;
        float value[2] = {0.0f, static_cast<float>(format_.minus_constant)};
        for (int a = 0; a < cells_.arrays(); ++a) {
            value[a] = cells_.position(a, w, top);
            for (int s = top; s-- > 0;) {
                value[a] = value[a] * static_cast<float>(1 << format_.cell_bits) + cells_.position(a, w, s);
            }
        }
        return (value[0] - value[1]) * format_.lsb;
    }

    /// Siemens at a position on the ladder.
    [[nodiscard]] double siemens(const Design& chip, double position) const {
        const double low = chip.cell.conductance(0, this->levels());
        return std::max(0.0, low + position * ((chip.cell.conductance(this->levels() - 1, this->levels()) - low) / (this->levels() - 1)));
    }

    std::uint64_t seed_;
    std::uint32_t programmings_ = 0; ///< calls of `program`, each with draws of its own
    double seconds_ = 0.0;           ///< since the array was made
};

} // namespace rcim::inline RCIM_ABI
