#pragma once

#include <laws/test_cells.hpp>
#include <rcim/crossbar/array.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace rcim_test {

/// All state, by name, as bytes without the padding of rows.
struct state_bytes : rcim::archive {
    std::map<std::string, std::string> arrays;

protected:
    void on_array(const array& a) override { arrays[a.name] = std::string(static_cast<const char*>(a.data), a.bytes); }
};

/// A crossbar of any design, so that its laws are compiled once.
class any_crossbar {
public:
    virtual ~any_crossbar() = default;
    virtual const rcim::code_format& format() const = 0;
    virtual index_t inputs() const = 0;
    virtual index_t outputs() const = 0;
    virtual index_t row_stride() const = 0;
    /// What is stored, stuck and used, weight after weight.
    virtual std::vector<rcim::stored_word<>> words() const = 0;
    virtual std::vector<std::uint32_t> masks() const = 0;
    virtual std::vector<float> weights() const = 0;
    /// All state, bit for bit.
    virtual std::map<std::string, std::string> state() = 0;
    virtual void program(rcim::matrix_view<const float> w) = 0;
    virtual void add(std::span<const float> increment, std::uint32_t step, rcim::thread_pool& pool, rcim::update_report& report) = 0;
};

template <class Array>
class crossbar_of : public any_crossbar {
public:
    template <class Design>
    crossbar_of(const Design& chip, index_t inputs, index_t outputs) : array_(chip, inputs, outputs, 5, 2) {}

    const rcim::code_format& format() const override { return array_.format(); }
    index_t inputs() const override { return array_.inputs(); }
    index_t outputs() const override { return array_.outputs(); }
    index_t row_stride() const override { return array_.row_stride(); }
    std::vector<rcim::stored_word<>> words() const override {
        std::vector<rcim::stored_word<>> all;
        for (index_t o = 0; o < outputs(); ++o) {
            for (index_t i = 0; i < inputs(); ++i) {
                all.push_back(array_.stored(o, i));
            }
        }
        return all;
    }
    std::vector<std::uint32_t> masks() const override {
        std::vector<std::uint32_t> all;
        for (int a = 0; a < (format().pair ? 2 : 1); ++a) {
            for (index_t o = 0; o < outputs(); ++o) {
                for (index_t i = 0; i < inputs(); ++i) {
                    all.push_back(array_.keep(a, o, i));
                    all.push_back(array_.stuck_level(a, o, i));
                }
            }
        }
        return all;
    }
    std::vector<float> weights() const override {
        std::vector<float> all;
        for (index_t o = 0; o < outputs(); ++o) {
            all.insert(all.end(), array_.weights().row(o).begin(), array_.weights().row(o).end());
        }
        return all;
    }
    std::map<std::string, std::string> state() override {
        state_bytes bytes;
        array_.visit(bytes);
        return bytes.arrays;
    }
    void program(rcim::matrix_view<const float> w) override { array_.program(w); }
    void add(std::span<const float> increment, std::uint32_t step, rcim::thread_pool& pool, rcim::update_report& report) override {
        array_.add(increment, {.step = step}, pool, report);
    }

private:
    Array array_;
};

/// Weights of a matrix [outputs][row stride], normal with a deviation; zero beyond the inputs.
inline std::vector<float> random_matrix(const any_crossbar& array, float deviation, std::uint64_t seed) {
    const rcim::random_source source(seed, rcim::purpose::test);
    std::vector<float> values(static_cast<std::size_t>(array.outputs() * array.row_stride()), 0.0f);
    for (index_t o = 0; o < array.outputs(); ++o) {
        for (index_t i = 0; i < array.inputs(); ++i) {
            const index_t at = o * array.row_stride() + i;
            values[static_cast<std::size_t>(at)] = deviation * static_cast<float>(source.normal(static_cast<std::uint64_t>(at)));
        }
    }
    return values;
}

/// On an array with whatever stored: increments of zero change no bit of its state, and no cell counts as changed.
inline void zero_update_law(any_crossbar& array, rcim::thread_pool& pool, std::uint32_t step) {
    const auto before = array.state();
    const auto weights = array.weights();
    const std::vector<float> nothing(static_cast<std::size_t>(array.outputs() * array.row_stride()), 0.0f);
    rcim::update_report report;
    for (std::uint32_t n = 0; n < 3; ++n) {
        array.add(nothing, step + n, pool, report);
    }
    const bool same_state = array.state() == before;
    const bool same_weights = array.weights() == weights;
    CHECK(same_state);
    CHECK(same_weights);
    CHECK(report.increments + report.lost + report.changed_words == 0);
}

/// The folded plan and the reference hold the same cells, read the same weights and count the same, through any updates.
inline void same_cells_law(any_crossbar& folded, any_crossbar& reference) {
    rcim::thread_pool one(1), two(2);
    const auto same = [&](std::uint32_t step) {
        const bool same_words = folded.words() == reference.words();
        const bool same_masks = folded.masks() == reference.masks();
        const bool same_weights = folded.weights() == reference.weights();
        CHECK(same_words);
        CHECK(same_masks);
        CHECK(same_weights);
        zero_update_law(folded, two, step);
        zero_update_law(reference, one, step);
    };
    same(0);
    const float full_scale = folded.format().lsb * static_cast<float>(folded.format().range.high);
    const std::vector<float> start = random_matrix(folded, 0.3f * full_scale, 1);
    folded.program({start.data(), folded.outputs(), folded.inputs(), folded.row_stride()});
    reference.program({start.data(), folded.outputs(), folded.inputs(), folded.row_stride()});
    same(10);
    rcim::update_report folded_report, reference_report;
    for (std::uint32_t step = 20; step < 26; ++step) {
        // From far below a code to far beyond the range.
        const float deviation = step % 3 == 0 ? 0.1f * folded.format().lsb : step % 3 == 1 ? 2.0f * folded.format().lsb : 0.5f * full_scale;
        const std::vector<float> increment = random_matrix(folded, deviation, step);
        folded.add(increment, step, two, folded_report);
        reference.add(increment, step, one, reference_report);
        same(step);
    }
    CHECK(folded_report.increments == reference_report.increments);
    CHECK(folded_report.lost == reference_report.lost);
    CHECK(folded_report.changed_words == reference_report.changed_words);
    CHECK(folded_report.changed_words > 0);
}

/// Laws of a coded crossbar on the chip, in both plans.
template <class Design>
void crossbar_laws(const Design& chip) {
    INFO(rcim::describe(chip));
    crossbar_of<rcim::crossbar_array<Design, rcim::plan::folded>> folded(chip, 21, 13);
    crossbar_of<rcim::crossbar_array<Design, rcim::plan::reference>> reference(chip, 21, 13);
    same_cells_law(folded, reference);
}

/// Cells that are not stuck give back what is programmed, to half a code, within the range and the limits of the rule.
template <class Design>
void programming_law(const Design& chip) {
    INFO(rcim::describe(chip));
    crossbar_of<rcim::crossbar_array<Design>> array(chip, 19, 7);
    const rcim::code_format& format = array.format();
    const std::vector<float> w = random_matrix(array, 0.5f * format.lsb * static_cast<float>(format.range.high), 9);
    array.program({w.data(), array.outputs(), array.inputs(), array.row_stride()});
    const rcim::code_bounds codes = format.codes_within(rcim::stored_limit(chip.update, format));
    const std::vector<rcim::stored_word<>> words = array.words();
    int broken = 0;
    for (std::size_t n = 0; n < words.size(); ++n) {
        const auto row = static_cast<index_t>(n) / array.inputs();
        const auto col = static_cast<index_t>(n) % array.inputs();
        const float wanted = w[static_cast<std::size_t>(row * array.row_stride() + col)] / format.lsb;
        const float within = std::clamp(wanted, static_cast<float>(codes.low), static_cast<float>(codes.high));
        broken += std::abs(static_cast<float>(words[n].code()) - within) <= 0.5f ? 0 : 1;
    }
    CHECK(broken == 0);
}

} // namespace rcim_test
