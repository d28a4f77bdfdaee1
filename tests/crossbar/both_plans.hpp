#pragma once

/// @file
/// The folded plan against the reference plan: arrays of any design, behind one interface so that a design costs little to
/// compile.

#include <rcim/crossbar/array.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/geometry.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace rcim_test {

using rcim::index_t;

/// What the comparison sees of an array.
class any_array {
public:
    any_array() = default;
    any_array(const any_array&) = delete;
    any_array& operator=(const any_array&) = delete;
    virtual ~any_array() = default;

    virtual void program(rcim::matrix_view<const float> w) = 0;
    /// gradient is [outputs][inputs].
    virtual rcim::update_report update(const std::vector<float>& gradient, const rcim::update_context& context,
                                       rcim::thread_pool& pool, rcim::layer_events* events) = 0;
    [[nodiscard]] virtual rcim::stored_word<> stored(index_t o, index_t i) const = 0;
    [[nodiscard]] virtual rcim::stored_word<> used(index_t o, index_t i) const = 0;
    [[nodiscard]] virtual std::uint32_t keep(int array, index_t o, index_t i) const = 0;
    [[nodiscard]] virtual std::uint32_t stuck_level(int array, index_t o, index_t i) const = 0;
    /// As it is, and as it is used.
    [[nodiscard]] virtual double conductance(int array, index_t o, index_t i, int slice) const = 0;
    [[nodiscard]] virtual double used_conductance(int array, index_t o, index_t i, int slice) const = 0;
    virtual void age(double seconds) = 0;
    [[nodiscard]] virtual rcim::matrix_view<const float> weights() const = 0;
    [[nodiscard]] virtual const rcim::code_format& format() const = 0;
    [[nodiscard]] virtual float max_abs_weight() const = 0;
};

template <class Design, rcim::plan Plan>
class array_of final : public any_array {
public:
    array_of(const Design& chip, index_t inputs, index_t outputs, std::uint64_t seed, std::uint32_t place)
        : array_(chip, inputs, outputs, seed, place) {}

    void program(rcim::matrix_view<const float> w) override { array_.program(w); }
    rcim::update_report update(const std::vector<float>& gradient, const rcim::update_context& context,
                               rcim::thread_pool& pool, rcim::layer_events* events) override {
        float* const to = array_.gradient();
        for (index_t o = 0; o < array_.outputs(); ++o) {
            std::copy_n(gradient.data() + o * array_.inputs(), array_.inputs(), to + o * array_.row_stride());
        }
        rcim::update_report report;
        array_.update(context, pool, report, events);
        return report;
    }
    [[nodiscard]] rcim::stored_word<> stored(index_t o, index_t i) const override { return array_.stored(o, i); }
    [[nodiscard]] rcim::stored_word<> used(index_t o, index_t i) const override { return array_.used(o, i); }
    [[nodiscard]] std::uint32_t keep(int array, index_t o, index_t i) const override { return array_.keep(array, o, i); }
    [[nodiscard]] std::uint32_t stuck_level(int array, index_t o, index_t i) const override {
        return array_.stuck_level(array, o, i);
    }
    [[nodiscard]] double conductance(int array, index_t o, index_t i, int slice) const override {
        return array_.conductance(array, o, i, slice);
    }
    [[nodiscard]] double used_conductance(int array, index_t o, index_t i, int slice) const override {
        return array_.used_conductance(array, o, i, slice);
    }
    void age(double seconds) override { array_.age(seconds); }
    [[nodiscard]] rcim::matrix_view<const float> weights() const override { return array_.weights(); }
    [[nodiscard]] const rcim::code_format& format() const override { return array_.format(); }
    [[nodiscard]] float max_abs_weight() const override { return array_.max_abs_weight(); }

private:
    rcim::crossbar_array<Design, Plan> array_;
};

/// Programs both with the same weights, applies the same random gradients and compares codes, masks, effective weights and
/// reports after every step. `what` names the design in messages. has_memory: a gradient of zero may change something;
/// same_counts: both count the writes of cells.
void compare_plans(any_array& folded, any_array& reference, const std::string& what, std::uint64_t seed, bool has_memory,
                   bool same_counts = true);

/// The chips of the comparisons: more cells than the layer; tiles partly filled on both edges; one row and the fewest columns.
struct chip_size {
    float p_stuck_hrs, p_stuck_lrs;
    index_t rows, cols, inputs, outputs;
};
inline constexpr chip_size chip_sizes[] = {{0.0f, 0.0f, 128, 128, 7, 5}, {0.09f, 0.02f, 8, 33, 19, 9}, {0.25f, 0.25f, 1, 16, 6, 3}};

/// The design on chips with no, few and many faults and on crossbars of several extents. `cell_faults` and `geometry` of the
/// design are replaced, so they must be unset.
template <class Design>
void compare_plans_of(const Design& chip, std::uint64_t seed, bool has_memory = false) {
    for (const chip_size& s : chip_sizes) {
        const auto own = chip.with(rcim::stuck_at{s.p_stuck_hrs, s.p_stuck_lrs})
                             .with(rcim::geometry<rcim::dynamic, rcim::dynamic>{.rows = s.rows, .cols = s.cols});
        using design_type = std::remove_const_t<decltype(own)>;
        array_of<design_type, rcim::plan::folded> folded(own, s.inputs, s.outputs, seed, 3);
        array_of<design_type, rcim::plan::reference> reference(own, s.inputs, s.outputs, seed, 3);
        compare_plans(folded, reference, rcim::describe(own), seed++, has_memory);
    }
}

} // namespace rcim_test
