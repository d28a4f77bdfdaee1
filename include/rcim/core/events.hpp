#pragma once

/// @file
/// What a chip does while it learns, as whole numbers: reads, conversions, writes. No energies and no times: a ledger is priced later, under
/// as many tables of constants as one likes (cost/).
///
/// Counts are per stage and layer. Where a count follows from shapes alone it is computed in closed form, so counting costs next to nothing;
/// what depends on data (rows that are written, cells that change) is counted where the data is at hand.

#include <rcim/core/aligned.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/core/config.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The stages of a training step in one layer, in the order of a pipelined accelerator.
enum class stage : int {
    forward,     ///< reads of the inputs through the weights
    errors,      ///< reads of the errors back through the weights, where a layer below learns
    activations, ///< writes of the inputs into the arrays that weight gradients are read from
    gradients,   ///< reads of the errors through these
    weights,     ///< writes of the weights
};
inline constexpr int stage_count = 5;
inline constexpr std::array<std::string_view, stage_count> stage_names{"forward", "errors", "activations", "gradients", "weights"};

/// Events of one stage. Integers, so that sums do not depend on their order.
struct event_counts {
    std::uint64_t array_reads = 0;     ///< crossbars read, one for each cycle of the DAC
    std::uint64_t row_activations = 0; ///< lines of these that are driven, zero inputs included
    std::uint64_t conversions = 0;     ///< by ADCs
    std::uint64_t shift_adds = 0;      ///< of conversions, to words
    std::uint64_t serial_reads = 0;    ///< cycles one after the other, if all crossbars that belong to one position are read at once
    std::uint64_t row_writes = 0;      ///< word lines of one crossbar on which a write is issued
    std::uint64_t cell_writes = 0;     ///< cells that these write
    std::uint64_t pulses = 0;          ///< that the cells take; one each unless cells count their own
    std::uint64_t serial_writes = 0;   ///< word lines one after the other, if crossbars that can be written at the same time are
    std::uint64_t rows_skipped = 0;    ///< word lines that a chip that writes everything would have written as well
    std::uint64_t cells_skipped = 0;   ///< likewise, cells
    std::uint64_t buffer_words = 0;    ///< numbers read from and written to the buffers of the layer
    std::uint64_t bus_words = 0;       ///< numbers that come from and go to other layers
    std::uint64_t digital_words = 0;   ///< numbers read from and written to digital memory that the update rule and the rounding keep

    /// Every member with its name.
    [[nodiscard]] static constexpr auto members() {
        using e = event_counts;
        return std::tuple{std::pair{"array_reads", &e::array_reads},       std::pair{"row_activations", &e::row_activations},
                          std::pair{"conversions", &e::conversions},       std::pair{"shift_adds", &e::shift_adds},
                          std::pair{"serial_reads", &e::serial_reads},     std::pair{"row_writes", &e::row_writes},
                          std::pair{"cell_writes", &e::cell_writes},       std::pair{"pulses", &e::pulses},
                          std::pair{"serial_writes", &e::serial_writes},   std::pair{"rows_skipped", &e::rows_skipped},
                          std::pair{"cells_skipped", &e::cells_skipped},   std::pair{"buffer_words", &e::buffer_words},
                          std::pair{"bus_words", &e::bus_words},           std::pair{"digital_words", &e::digital_words}};
    }
    event_counts& operator+=(const event_counts& other) {
        std::apply([&](const auto&... m) { ((this->*m.second += other.*m.second), ...); }, members());
        return *this;
    }
    /// Shows all members, as one array in their order.
    void visit(archive& a, std::string_view name) {
        std::apply(
            [&](const auto&... m) {
                std::array<std::uint64_t, sizeof...(m)> all{this->*m.second...};
                a.visit(name, std::span<std::uint64_t>(all));
                std::size_t i = 0;
                ((this->*m.second = all[i++]), ...);
            },
            members());
    }
    friend bool operator==(const event_counts&, const event_counts&) = default;
};

/// How often each word line was written: the wear of its most written cell, where a write of the line writes all of its cells.
struct line_wear {
    std::uint64_t cells_per_line = 0;   ///< in one crossbar
    std::uint64_t crossbars = 1;        ///< that share the counts: lines of these are always written together
    std::vector<std::uint32_t> writes{}; ///< of each line

    [[nodiscard]] std::uint64_t most() const { return writes.empty() ? 0 : *std::max_element(writes.begin(), writes.end()); }
    [[nodiscard]] std::uint64_t total() const { return std::accumulate(writes.begin(), writes.end(), std::uint64_t{0}); }
    void visit(archive& a) {
        a.visit("cells_per_line", cells_per_line);
        a.visit("crossbars", crossbars);
        a.visit_list("writes", writes);
    }
    [[nodiscard]] double mean() const {
        return writes.empty() ? 0.0 : static_cast<double>(total()) / static_cast<double>(writes.size());
    }
};

/// What arrays of activations hold from one step to the next, as far as counts depend on it: so it goes with the counts, and a training that goes
/// on elsewhere with its ledger counts on as if it had never stopped.
struct activation_state {
    bool both_signs = false;     ///< whether a negative activation has been seen, which takes a second array
    std::uint64_t next_line = 0; ///< that rows go onto, where they are packed
    std::array<aligned_vector<std::uint16_t>, 2> cells{}; ///< of both arrays, where only cells that change are written: [block][position][input][16]

    void visit(archive& a) {
        a.visit_count("both_signs", both_signs);
        a.visit("next_line", next_line);
        a.visit_list("plus", cells[0]);
        a.visit_list("minus", cells[1]);
    }
};

/// What a layer takes of the chip.
struct layer_footprint {
    std::string name{};                    ///< for people
    std::uint64_t inputs = 0;              ///< of the matrix: word lines
    std::uint64_t outputs = 0;
    std::uint64_t positions = 0;           ///< at which one image reads the matrix
    std::uint64_t crossbar_rows = 0;       ///< extents of one crossbar, which a small layer fills in part
    std::uint64_t crossbar_cols = 0;
    std::uint64_t weight_crossbars = 0;    ///< of both arrays of a pair
    std::uint64_t weight_cells = 0;        ///< cells of these that hold weights
    std::uint64_t activation_crossbars = 0; ///< that hold inputs for weight gradients
    std::uint64_t activation_cells = 0;    ///< cells of these that hold inputs
    std::uint64_t digital_words = 0;       ///< numbers that the update rule and the rounding keep
    std::uint64_t buffer_words = 0;        ///< numbers of one image's inputs and results
    int input_cycles = 1;                  ///< of the DAC
    int error_cycles = 1;
    int error_passes = 1;                  ///< in which errors go back through the weights, one after the other; one through a copy of its own
    int adc_bits = 0;                      ///< of forward reads: the converter's, or as many as lose nothing

    /// Every number with its name.
    [[nodiscard]] static constexpr auto members() {
        using f = layer_footprint;
        return std::tuple{std::pair{"inputs", &f::inputs},
                          std::pair{"outputs", &f::outputs},
                          std::pair{"positions", &f::positions},
                          std::pair{"crossbar_rows", &f::crossbar_rows},
                          std::pair{"crossbar_cols", &f::crossbar_cols},
                          std::pair{"weight_crossbars", &f::weight_crossbars},
                          std::pair{"weight_cells", &f::weight_cells},
                          std::pair{"activation_crossbars", &f::activation_crossbars},
                          std::pair{"activation_cells", &f::activation_cells},
                          std::pair{"digital_words", &f::digital_words},
                          std::pair{"buffer_words", &f::buffer_words},
                          std::pair{"input_cycles", &f::input_cycles},
                          std::pair{"error_cycles", &f::error_cycles},
                          std::pair{"error_passes", &f::error_passes},
                          std::pair{"adc_bits", &f::adc_bits}};
    }
    void visit(archive& a) {
        a.visit_text("name", name);
        std::apply([&](const auto&... m) { (a.visit(m.first, this->*m.second), ...); }, members());
    }
};

/// All of one layer.
struct layer_events {
    /// Bins of row significance relative to the largest of a batch: bin b < 32 counts rows in (2^-(b+1), 2^-b], bin 32 smaller ones, bin 33 zeros.
    static constexpr std::size_t significance_bins = 34;

    layer_footprint footprint{};
    std::array<event_counts, stage_count> stages{};
    line_wear weight_lines{};
    line_wear activation_lines{};
    activation_state activations{};
    std::array<std::uint64_t, significance_bins> significance{};

    [[nodiscard]] event_counts& operator[](stage s) { return stages[static_cast<std::size_t>(s)]; }
    [[nodiscard]] const event_counts& operator[](stage s) const { return stages[static_cast<std::size_t>(s)]; }
    [[nodiscard]] event_counts total() const {
        event_counts sum;
        for (const event_counts& one : stages) {
            sum += one;
        }
        return sum;
    }

    void visit(archive& a) {
        for (int s = 0; s < stage_count; ++s) {
            (*this)[static_cast<stage>(s)].visit(a, stage_names[static_cast<std::size_t>(s)]);
        }
        a.visit("significance", std::span<std::uint64_t>(significance));
        const auto part = [&](std::string_view name, auto& owner) {
            const archive::scope scope(a, name);
            owner.visit(a);
        };
        part("footprint", footprint);
        part("weight_lines", weight_lines);
        part("activation_lines", activation_lines);
        part("activations", activations);
    }
};

/// The events of a chip, by the place of a layer on it. The caller owns it and hands it to `fit` or `evaluate`, which add to it.
class event_ledger {
public:
    std::uint64_t images = 0; ///< trained on, or evaluated
    std::uint64_t steps = 0;  ///< of training; 0: images were only evaluated

    [[nodiscard]] layer_events& at(std::uint32_t place) {
        if (layers_.size() <= place) {
            layers_.resize(place + std::size_t{1});
        }
        return layers_[place];
    }
    [[nodiscard]] const std::vector<layer_events>& layers() const noexcept { return layers_; }

    /// Shows everything, the number of layers too.
    void visit(archive& a) {
        a.visit("images", images);
        a.visit("steps", steps);
        std::vector<std::uint8_t> places(layers_.size());
        a.visit_list("places", places);
        layers_.resize(std::min(layers_.size(), places.size()));
        for (std::size_t i = 0; i < places.size(); ++i) { // one by one: a file that holds fewer ends here
            const archive::scope scope(a, std::to_string(i));
            at(static_cast<std::uint32_t>(i)).visit(a);
        }
    }

    [[nodiscard]] event_counts total(stage s) const {
        event_counts sum;
        for (const layer_events& layer : layers_) {
            sum += layer[s];
        }
        return sum;
    }
    [[nodiscard]] event_counts total() const {
        event_counts sum;
        for (int s = 0; s < stage_count; ++s) {
            sum += total(static_cast<stage>(s));
        }
        return sum;
    }

private:
    std::vector<layer_events> layers_;
};

} // namespace rcim::inline RCIM_ABI
