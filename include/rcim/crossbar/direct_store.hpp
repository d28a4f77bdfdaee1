#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/cell_sites.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/crossbar/written_lines.hpp>
#include <rcim/fault/fault_map.hpp>
#include <rcim/update/concept.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Weights as the real numbers that they are: neither codes nor cells that could fail.
template <class Design>
class direct_store {
public:
    direct_store(const Design&, const code_format& format, const cell_sites& sites, std::uint64_t)
        : format_(format), weight_(static_cast<std::size_t>(sites.weights()), 0.0f) {}

    [[nodiscard]] static code_format format_of(const Design&) { return {}; }

    void program(std::span<const float> target, const weight_bounds&) { std::copy(target.begin(), target.end(), weight_.begin()); }

    void write(std::span<const float> step, const Design&, const weight_bounds& bounds, const update_context&, const step_writes&,
               thread_pool&, update_report& report) {
        for (std::size_t i = 0; i < weight_.size(); ++i) {
            const float moved = std::clamp(weight_[i] + step[i], bounds.low, bounds.high);
            report.increments += step[i] != 0.0f ? 1u : 0u;
            report.changed_words += step[i] != 0.0f && moved != weight_[i] ? 1u : 0u;
            weight_[i] = step[i] == 0.0f ? weight_[i] : moved;
        }
    }

    void decode(const Design& chip, float* weight, index_t begin, index_t end) const {
        const auto rule = chip.update; // which no weight can alias
        for (index_t w = begin; w < end; ++w) {
            weight[w] = used_word(rule, stored_word<float>{written_weight(chip, w), 0.0f}, format_).code();
        }
    }
    [[nodiscard]] float written_weight(const Design&, index_t w) const { return weight_[static_cast<std::size_t>(w)]; }

    void arrive(int) {}
    [[nodiscard]] cell_census census(const Design&) const { return {}; }
    void show_faults(fault_map&) const {}

    /// shape: [outputs][inputs], rows row_stride apart.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        a.visit("weight", std::span(weight_), shape, row_stride);
    }

private:
    code_format format_;
    aligned_vector<float> weight_;
};

/// Increments of weights that are stored directly: they are written as they are.
struct unrounded_steps {
    explicit unrounded_steps(index_t) {}

    std::span<const float> round(std::span<const float> increment, const code_format&, const random_source&, thread_pool&,
                                 update_report&) const {
        return increment;
    }
    template <class Rule>
    void offer(rule_state<Rule>&, const Rule&, const update_context&, const cell_sites&) const {}
    void forget() {}
    void visit(archive&, const std::vector<index_t>&, index_t) {}
};

} // namespace rcim::inline RCIM_ABI
