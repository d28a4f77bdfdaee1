#pragma once

#include <rcim/adapt/adapt.hpp>
#include <rcim/adapt/packed_mask.hpp>
#include <rcim/core/snapshot.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Where the weights of crossbars live that a task has for itself, the classifier's among them.
enum class task_crossbars {
    rewritten, ///< in the crossbars of the backbone, which are written at every switch
    spare, ///< in crossbars of their own, one set for each task, which stay as they are; taken to have the faults of those that they stand in for
};

/// What one switch between tasks came to.
struct switch_report {
    update_report writes{}; ///< cells and pulses
    std::uint64_t crossbars_written = 0;
    std::uint64_t mask_bits = 0;     ///< loaded
    std::uint64_t digital_words = 0; ///< loaded
};

/// The tasks of one programmed chip: for each its factors as packed bits, its digital parameters and what it has written. Cells that no task
/// writes are shared by all and never change.
class task_book {
public:
    /// Takes the network as it is for the first task. It has to outlive the book.
    explicit task_book(network& net, std::string name = "backbone", task_crossbars home = task_crossbars::rewritten)
        : net_(net), layers_(adaptable_layers(net)), home_(home) {
        adaptation_record whole;
        for (adaptable_layer* const one : layers_) {
            task_weights kept;
            kept.factors.assign(one->factors().begin(), one->factors().end());
            kept.tiles.assign(static_cast<std::size_t>(one->tiles().tiles()), 0);
            const matrix_view<const float> w = one->weights();
            for (index_t o = 0; o < w.rows; ++o) {
                kept.target.insert(kept.target.end(), w.row(o).begin(), w.row(o).end());
            }
            owner_.emplace_back(kept.tiles.size(), 0);
            whole.weights.push_back(std::move(kept));
        }
        keep(std::move(name), whole);
    }

    /// Keeps the state that `adapt` left as a task. Throws `error` where there is one of this name.
    void keep(std::string name, const adaptation_record& record) {
        if (std::any_of(tasks_.begin(), tasks_.end(), [&](const task& t) { return t.name == name; })) {
            fail("task_book", "name", "a new one", name);
        }
        if (record.weights.size() != layers_.size()) {
            fail("task_book", "record", text("of ", layers_.size(), " layers with weights"), text(record.weights.size()));
        }
        task kept{.name = std::move(name)};
        const auto number = static_cast<std::uint32_t>(tasks_.size());
        std::size_t n = 0;
        net_.each([&](layer& one) {
            std::vector<std::vector<float>> digital;
            for (const auto& numbers : one.parameters().digital) {
                digital.emplace_back(numbers.begin(), numbers.end());
            }
            kept.digital.push_back(std::move(digital));
            if (one.adaptable() == nullptr) {
                return;
            }
            const task_weights& own = record.weights[n];
            const factor_set known = layers_[n]->factors_known();
            kept.mask.emplace_back(known.bits > 0 ? packed_mask(of_blocks(own, layers_[n]->tiles()), known) : packed_mask());
            kept.tiles.push_back(own.tiles);
            kept.target.push_back(own.target);
            const bool writes = number == 0 || std::find(own.tiles.begin(), own.tiles.end(), 1) != own.tiles.end();
            kept.cells.push_back(home_ == task_crossbars::spare && writes ? snapshot(one) : snapshot());
            for (std::size_t t = 0; t < own.tiles.size(); ++t) {
                owner_[n][t] = own.tiles[t] != 0 ? number : owner_[n][t];
            }
            ++n;
        });
        tasks_.push_back(std::move(kept));
        now_ = number;
    }

    /// Puts a task in use: masks and digital parameters are loaded, crossbars written where they hold another task's weights, or spare ones taken.
    /// Writes are counted, wear and fail as all writes do. Throws `error` on an unknown name.
    switch_report switch_to(std::string_view name, thread_pool* pool = nullptr, event_ledger* events = nullptr) {
        const auto found = std::find_if(tasks_.begin(), tasks_.end(), [&](const task& t) { return t.name == name; });
        if (found == tasks_.end()) {
            std::string names;
            for (const task& t : tasks_) {
                names += (names.empty() ? "" : ", ") + t.name;
            }
            fail("task_book", "task", text("one of ", names), std::string(name));
        }
        detail::pool_or_serial owned(pool);
        now_ = static_cast<std::uint32_t>(found - tasks_.begin());
        ++switches_;
        switch_report report;
        std::size_t n = 0;
        std::size_t any = 0;
        net_.each([&](layer& one) {
            if (one.adaptable() != nullptr) {
                load_weights(one, n++, owned.get(), events, report);
            }
            std::size_t part = 0;
            for (const auto& numbers : one.parameters().digital) {
                const std::vector<float>& from = tasks_[now_].digital[any][part++];
                std::copy(from.begin(), from.end(), numbers.begin());
                report.digital_words += from.size();
            }
            ++any;
        });
        return report;
    }

    [[nodiscard]] const std::string& current() const { return tasks_[now_].name; }
    [[nodiscard]] std::size_t size() const { return tasks_.size(); }
    /// Bits of mask memory of one task, of all layers.
    [[nodiscard]] std::uint64_t mask_bits(std::size_t number) const {
        std::uint64_t bits = 0;
        for (const packed_mask& mask : tasks_[number].mask) {
            bits += mask.bits();
        }
        return bits;
    }

private:
    struct task {
        std::string name{};
        std::vector<std::vector<std::vector<float>>> digital{}; ///< of each layer, of those without weights too
        std::vector<packed_mask> mask{};                        ///< of each layer with weights, [blocks][outputs]
        std::vector<std::vector<std::uint8_t>> tiles{};         ///< that are written for it
        std::vector<std::vector<float>> target{};
        std::vector<snapshot> cells{}; ///< of layers with spare crossbars
    };

    /// One factor for each block: that of its groups outside of crossbars that are written.
    static std::vector<float> of_blocks(const task_weights& own, const tiling& tiles) {
        std::vector<float> blocks(static_cast<std::size_t>(tiles.blocks() * tiles.outputs), 1.0f);
        for (index_t g = 0; g < tiles.groups(); ++g) {
            for (index_t o = 0; o < tiles.outputs; ++o) {
                if (own.tiles[static_cast<std::size_t>(tiles.tile_of(g * tiles.read_rows, o))] == 0) {
                    blocks[static_cast<std::size_t>(tiles.block_of_group(g) * tiles.outputs + o)] =
                        own.factors[static_cast<std::size_t>(g * tiles.outputs + o)];
                }
            }
        }
        return blocks;
    }

    void load_weights(layer& one, std::size_t n, thread_pool& pool, event_ledger* events, switch_report& report) {
        adaptable_layer& weights = *layers_[n];
        const task& to = tasks_[now_];
        const tiling& tiles = weights.tiles();
        weights.set_learner(std::make_unique<held_weights>());
        if (home_ == task_crossbars::spare) {
            (to.cells[n].empty() ? tasks_.front().cells[n] : to.cells[n]).restore(one);
        } else {
            write_crossbars(weights, n, pool, events, report);
        }
        std::vector<float> factors;
        if (const factor_set known = weights.factors_known(); known.bits > 0) {
            factors = factors_of_groups(tiles, to.mask[n].factors(known), to.tiles[n]);
            report.mask_bits += to.mask[n].bits();
        }
        weights.adapt(factors, {}, &pool);
    }

    /// Writes what the crossbars of a layer are to hold for the task in use, where they hold something else.
    void write_crossbars(adaptable_layer& weights, std::size_t n, thread_pool& pool, event_ledger* events,
                         switch_report& report) {
        for (const std::uint32_t from : {now_, std::uint32_t{0}}) {
            std::vector<std::uint8_t> writes(owner_[n].size(), 0);
            for (std::size_t t = 0; t < writes.size(); ++t) {
                const std::uint32_t wanted = tasks_[now_].tiles[n][t] != 0 ? now_ : 0;
                writes[t] = wanted == from && owner_[n][t] != wanted ? 1 : 0;
            }
            if (const auto count = std::count(writes.begin(), writes.end(), 1); count > 0) {
                const std::vector<float>& target = tasks_[from].target[n];
                // Draws of a switch are those of a step that no training has.
                weights.reprogram({target.data(), weights.tiles().outputs, weights.tiles().inputs}, writes,
                                  {pool, net_.seed(), 0x80000000u + switches_, 1.0f, report.writes, events, 1.0f});
                report.crossbars_written += static_cast<std::uint64_t>(count);
                for (std::size_t t = 0; t < writes.size(); ++t) {
                    owner_[n][t] = writes[t] != 0 ? from : owner_[n][t];
                }
            }
        }
    }

    network& net_;
    std::vector<adaptable_layer*> layers_;
    task_crossbars home_;
    std::vector<task> tasks_;
    std::vector<std::vector<std::uint32_t>> owner_; ///< whose weights each crossbar of each layer holds
    std::uint32_t now_ = 0;
    std::uint32_t switches_ = 0;
};

} // namespace rcim::inline RCIM_ABI
