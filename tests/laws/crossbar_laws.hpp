#pragma once

#include <laws/test_cells.hpp>
#include <rcim/crossbar/array.hpp>

#include <doctest/doctest.h>

#include <algorithm>
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

template <class Array>
std::map<std::string, std::string> state_of(Array& array) {
    state_bytes bytes;
    array.visit(bytes);
    return bytes.arrays;
}

/// Weights of a matrix [outputs][row stride], normal with a deviation; zero beyond the inputs.
template <class Array>
std::vector<float> random_matrix(const Array& array, float deviation, std::uint64_t seed) {
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

/// Every word that is stored, plus before minus, and the effective weights.
template <class Array>
std::vector<rcim::stored_word<>> words_of(const Array& array) {
    std::vector<rcim::stored_word<>> words;
    for (index_t o = 0; o < array.outputs(); ++o) {
        for (index_t i = 0; i < array.inputs(); ++i) {
            words.push_back(array.stored(o, i));
        }
    }
    return words;
}
template <class Array>
std::vector<float> weights_of(const Array& array) {
    std::vector<float> weights;
    for (index_t o = 0; o < array.outputs(); ++o) {
        weights.insert(weights.end(), array.weights().row(o).begin(), array.weights().row(o).end());
    }
    return weights;
}

/// On an array with whatever stored: increments of zero change no bit of its state, and no cell counts as changed.
template <class Array>
void zero_update_law(Array& array, rcim::thread_pool& pool, std::uint32_t step) {
    const auto before = state_of(array);
    const auto weights = weights_of(array);
    const std::vector<float> nothing(static_cast<std::size_t>(array.outputs() * array.row_stride()), 0.0f);
    rcim::update_report report;
    for (std::uint32_t n = 0; n < 3; ++n) {
        array.add(nothing, {.step = step + n}, pool, report);
    }
    CHECK(state_of(array) == before);
    CHECK(weights_of(array) == weights);
    CHECK(report.increments == 0);
    CHECK(report.lost == 0);
    CHECK(report.changed_words == 0);
}

/// Laws of a coded crossbar: programming a healthy word and reading it back is exact to half a code; zero updates change nothing;
/// the folded plan and the reference hold the same cells and count the same, through any updates.
template <class Design>
void crossbar_laws(const Design& chip) {
    INFO(rcim::describe(chip));
    constexpr index_t inputs = 21;
    constexpr index_t outputs = 13;
    rcim::crossbar_array<Design, rcim::plan::folded> folded(chip, inputs, outputs, 5, 2);
    rcim::crossbar_array<Design, rcim::plan::reference> reference(chip, inputs, outputs, 5, 2);
    rcim::thread_pool one(1), two(2);

    const auto same = [&] {
        CHECK(words_of(folded) == words_of(reference));
        CHECK(weights_of(folded) == weights_of(reference));
        int differences = 0;
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                for (int a = 0; a < (folded.format().pair ? 2 : 1); ++a) {
                    differences += folded.keep(a, o, i) == reference.keep(a, o, i) ? 0 : 1;
                    differences += folded.stuck_level(a, o, i) == reference.stuck_level(a, o, i) ? 0 : 1;
                }
            }
        }
        CHECK(differences == 0);
    };
    same();
    zero_update_law(folded, two, 0);
    zero_update_law(reference, one, 0);

    const float full_scale = folded.format().lsb * static_cast<float>(folded.format().range.high);
    const std::vector<float> start = random_matrix(folded, 0.3f * full_scale, 1);
    folded.program({start.data(), outputs, inputs, folded.row_stride()});
    reference.program({start.data(), outputs, inputs, folded.row_stride()});
    same();
    zero_update_law(folded, two, 10);
    zero_update_law(reference, one, 10);

    rcim::update_report folded_report, reference_report;
    for (std::uint32_t step = 20; step < 26; ++step) {
        // From far below a code to far beyond the range.
        const float deviation = folded.format().lsb * (step % 3 == 0 ? 0.1f : step % 3 == 1 ? 2.0f : 0.5f * static_cast<float>(folded.format().range.high));
        const std::vector<float> increment = random_matrix(folded, deviation, step);
        folded.add(increment, {.step = step}, two, folded_report);
        reference.add(increment, {.step = step}, one, reference_report);
        same();
        zero_update_law(folded, two, step);
        zero_update_law(reference, one, step);
    }
    CHECK(folded_report.increments == reference_report.increments);
    CHECK(folded_report.lost == reference_report.lost);
    CHECK(folded_report.changed_words == reference_report.changed_words);
    CHECK(folded_report.changed_words > 0);
}

/// Cells that are not stuck give back what is programmed, to half a code, within the range and the limits of the rule.
template <class Design>
void programming_law(const Design& chip) {
    INFO(rcim::describe(chip));
    rcim::crossbar_array<Design> array(chip, 19, 7, 3, 0);
    const rcim::code_format& format = array.format();
    const float full_scale = format.lsb * static_cast<float>(format.range.high);
    const std::vector<float> w = random_matrix(array, 0.5f * full_scale, 9);
    array.program({w.data(), array.outputs(), array.inputs(), array.row_stride()});
    const rcim::code_bounds codes = format.codes_within(rcim::stored_limit(chip.update, format));
    int broken = 0;
    for (index_t o = 0; o < array.outputs(); ++o) {
        for (index_t i = 0; i < array.inputs(); ++i) {
            const float wanted = w[static_cast<std::size_t>(o * array.row_stride() + i)] / format.lsb;
            const float held = static_cast<float>(array.stored(o, i).code());
            const float within = std::clamp(wanted, static_cast<float>(codes.low), static_cast<float>(codes.high));
            broken += std::abs(held - within) <= 0.5f ? 0 : 1;
        }
    }
    CHECK(broken == 0);
}

} // namespace rcim_test
