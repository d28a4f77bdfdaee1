#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/crossbar/cell_sites.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/crossbar/weight_groups.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/kernel/codes.hpp>
#include <rcim/update/concept.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Increments of one array as whole codes, and what the rounding remembers of them.
template <class Map, plan Plan>
class rounded_steps {
    using rounding = typename Map::rounding;

public:
    explicit rounded_steps(index_t weights) : groups_{weights} {}

    /// Rounds increments [outputs][row_stride] in weight units. Valid until the next call.
    std::span<std::int32_t> round(std::span<const float> increment, const code_format& format, const random_source& source,
                                  thread_pool& pool, update_report& report) {
        resize_residue();
        step_.resize(size());
        kernel::rounding_counts counts;
        if constexpr (Plan == plan::reference) {
            counts = round_one_by_one(increment, format, source);
        } else {
            std::mutex mutex;
            groups_.run(&pool, [&](index_t begin, index_t end) {
                const auto part = kernel::round_increments<rounding>(increment.data(), format.lsb, source, residue_.data(), step_.data(),
                                                                     begin, end);
                const std::lock_guard lock(mutex);
                counts.increments += part.increments;
                counts.lost += part.lost;
            });
        }
        report.increments += static_cast<std::uint64_t>(counts.increments);
        report.lost += static_cast<std::uint64_t>(counts.lost);
        return step_;
    }

    /// Offers the steps of each word line of each tile to `keep_write`.
    template <class Rule>
    void offer(rule_state<Rule>& state, const Rule& rule, const update_context& context, const cell_sites& sites) {
        if constexpr (has_keep_write<Rule>()) {
            for (index_t i = 0; i < sites.tiles.inputs; ++i) {
                for (index_t c = 0; c < sites.tiles.col_tiles; ++c) {
                    const index_t first = c * sites.tiles.weights_per_row;
                    state.keep_write(rule, context,
                                     {.layer_row = i, .first_output = first,
                                      .steps = {step_.data() + first * sites.stride + i, sites.tiles.weights_in(c), sites.stride}});
                }
            }
        }
    }

    /// Whole weights have been programmed: nothing is left over.
    void forget() { std::fill(residue_.begin(), residue_.end(), 0.0f); }

    /// shape: [outputs][inputs], rows row_stride apart.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        if constexpr (rounding::remembers) {
            resize_residue();
            a.visit("residue", std::span(residue_), shape, row_stride);
        }
    }

private:
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(groups_.weights); }
    /// At the first use, so that only arrays that learn pay for it.
    void resize_residue() { residue_.resize(rounding::remembers ? size() : 0); }

    kernel::rounding_counts round_one_by_one(std::span<const float> increment, const code_format& format, const random_source& source) {
        kernel::rounding_counts counts;
        for (std::size_t at = 0; at < size(); ++at) {
            const float exact = kernel::in_codes(increment[at], 1.0f / format.lsb);
            float unused = 0.0f;
            step_[at] = rounding::round(exact, rounding::draws ? kernel::draw_of(source, static_cast<index_t>(at)) : 0u,
                                        rounding::remembers ? residue_[at] : unused);
            counts.increments += exact != 0.0f ? 1 : 0;
            counts.lost += exact != 0.0f && step_[at] == 0 ? 1 : 0;
        }
        return counts;
    }

    weight_groups groups_;
    aligned_vector<float> residue_;
    aligned_vector<std::int32_t> step_;
};

} // namespace rcim::inline RCIM_ABI
