#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/update/concept.hpp>
#include <rcim/update/largest_increment.hpp>
#include <rcim/update/sgd.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Insignificant writes are put off: increments add up in digital memory, one float for each weight, and those of one word line of a
/// crossbar are handed on together, and forgotten, once the largest of them exceeds a threshold: `codes` codes, or the share `relative` of
/// the largest that waits in the layer, whichever is more. Until then nothing of the line is written. Without thresholds it changes nothing
/// and keeps nothing.
///
/// A reconstruction of Wang et al., "Crossbar-level insignificant writing elimination" (IEEE TC 72(11), 2023, doi 10.1109/TC.2023.3288763),
/// of which the abstract was at hand: neither grain nor thresholds nor that increments add up is from it.
template <class Inner = sgd>
struct accumulated_rows {
    using policy_kind = update_kind;
    static_assert(!reads_stored<Inner>(),
                  "rcim: role Update: accumulated_rows goes inside a digital master, not around it, whose increments "
                  "are what is left to do and must not add up: digital_master<accumulated_rows<...>>");

    float codes = 0.0f;           ///< of the format, >= 0
    float relative = 0.0f;        ///< of the largest pending increment of the layer, [0, 1)
    bool whole_crossbars = false; ///< lines of one crossbar are handed on together
    Inner inner{};

    struct pending {
        aligned_vector<float> increments; ///< empty without thresholds
        void programmed(std::span<const float>) { std::fill(increments.begin(), increments.end(), 0.0f); }
        void visit(archive& a) { a.visit("pending", std::span(increments)); }
    };
    [[nodiscard]] pending state(index_t size) const {
        return {aligned_vector<float>(remembers() ? static_cast<std::size_t>(size) : 0, 0.0f)};
    }
    [[nodiscard]] constexpr int words_per_weight() const { return remembers() ? 1 : 0; }

    /// O(weights): one pass to add, one to find the largest of lines, one to hand on.
    void delta(pending& waiting, const update_context& context, const update_spans& s) const {
        if (!remembers()) {
            return;
        }
        float* const sum = waiting.increments.data();
        for (std::size_t i = 0; i < s.increment.size(); ++i) {
            sum[i] += s.increment[i];
        }
        const float largest = relative > 0.0f ? largest_increment(waiting.increments) : 0.0f;
        const float threshold = context.elision * std::max(codes * s.lines.lsb, relative * largest);
        const index_t depth = whole_crossbars ? s.lines.inputs_per_crossbar : block;
        for (index_t o = 0; o < s.lines.outputs; o += s.lines.outputs_per_line) {
            for (index_t i = 0; i < s.lines.inputs; i += depth) {
                const piece lines{o, std::min(o + s.lines.outputs_per_line, s.lines.outputs), i, std::min(i + depth, s.lines.inputs)};
                hand_on(sum, s, lines, threshold);
            }
        }
    }

    static std::string name() { return "accumulated_rows<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        constexpr double infinity = std::numeric_limits<float>::max();
        return std::tuple{field{"codes", &accumulated_rows::codes, 0.0, infinity},
                          field{"relative", &accumulated_rows::relative, 0.0, 0.999999},
                          field{"whole_crossbars", &accumulated_rows::whole_crossbars}, field{"inner", &accumulated_rows::inner}};
    }

private:
    static constexpr index_t block = 64; ///< neighbouring lines, whose largest are found at once

    struct piece {
        index_t first_output, last_output, first_input, last_input;
    };

    [[nodiscard]] constexpr bool remembers() const { return codes > 0.0f || relative > 0.0f; }

    void hand_on(float* sum, const update_spans& s, const piece& lines, float threshold) const {
        float most = 0.0f;
        for (index_t i = lines.first_input; i < lines.last_input; i += block) {
            const index_t size = std::min(block, lines.last_input - i);
            float largest[block] = {};
            for (index_t o = lines.first_output; o < lines.last_output; ++o) {
                const float* const row = sum + o * s.lines.stride + i;
                for (index_t l = 0; l < size; ++l) {
                    largest[l] = std::max(largest[l], std::abs(row[l]));
                }
            }
            if (whole_crossbars) {
                most = std::max(most, *std::max_element(largest, largest + block));
            } else {
                hand_on(sum, s, lines, i, size, largest, threshold);
            }
        }
        float all[block];
        std::fill(all, all + block, most);
        for (index_t i = lines.first_input; whole_crossbars && i < lines.last_input; i += block) {
            hand_on(sum, s, lines, i, std::min(block, lines.last_input - i), all, threshold);
        }
    }
    /// Of `size` lines from input `first` on those whose largest exceeds the threshold; of the others zeros.
    static void hand_on(float* sum, const update_spans& s, const piece& lines, index_t first, index_t size, const float* largest,
                        float threshold) {
        for (index_t o = lines.first_output; o < lines.last_output; ++o) {
            float* const row = sum + o * s.lines.stride + first;
            float* const increment = s.increment.data() + o * s.lines.stride + first;
            for (index_t l = 0; l < size; ++l) {
                const bool now = largest[l] > threshold;
                const float waiting = row[l];
                increment[l] = now ? waiting : 0.0f;
                row[l] = now ? 0.0f : waiting;
            }
        }
    }
};
static_assert(UpdateRule<accumulated_rows<sgd>>);

} // namespace rcim::inline RCIM_ABI
