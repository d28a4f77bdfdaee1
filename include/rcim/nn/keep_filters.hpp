#pragma once

#include <rcim/core/error.hpp>
#include <rcim/mapping/largest.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/network.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Filter pruning: programs a network into one of the same layers, one after the other, of which some have fewer outputs. Of each layer the outputs
/// with the largest sums of magnitudes are kept (H. Li et al., "Pruning filters", ICLR 2017), and what follows loses the inputs that are
/// gone: columns of crossbars, and rows of the next. Throws `error` where the layers differ in another way, and in networks with branches.
inline void keep_filters(network& from, network& to) {
    const auto [sources, targets] = detail::layers_of_both("keep_filters", from, to);
    std::vector<index_t> kept(
        static_cast<std::size_t>(from.input_shape().channels)); // channels of the maps, in ascending order
    std::iota(kept.begin(), kept.end(), index_t{0});
    index_t channels = from.input_shape().channels; // of the first network
    for (std::size_t n = 0; n < sources.size(); ++n) {
        const parameter_view source = sources[n]->parameters();
        const parameter_view target = targets[n]->parameters();
        const matrix_view<const float>& w = source.weights;
        if (w.rows > 0) {
            const index_t each = w.cols / channels; // inputs of a channel
            const auto inputs = static_cast<index_t>(kept.size()) * each;
            if (each * channels != w.cols || target.weights.cols != inputs || target.weights.rows > w.rows ||
                target.weights.rows < 1) {
                fail("keep_filters", text("weights of layer ", n, " (", targets[n]->describe(), ")"),
                     text("at most ", w.rows, " x ", inputs, ", in a net without branches"),
                     text(target.weights.rows, " x ", target.weights.cols));
            }
            std::vector<std::uint8_t> stays(static_cast<std::size_t>(w.rows), 1);
            largest_scores filters;
            for (index_t o = 0; o < w.rows; ++o) {
                double sum = 0.0;
                for (const float weight : w.row(o)) {
                    sum += std::abs(static_cast<double>(weight));
                }
                filters.add(sum, o);
            }
            filters.drop_beyond(target.weights.rows, [&](index_t o) { stays[static_cast<std::size_t>(o)] = 0; });
            std::vector<index_t> outputs;
            std::vector<float> matrix;
            for (index_t o = 0; o < w.rows; ++o) {
                if (stays[static_cast<std::size_t>(o)] == 0) {
                    continue;
                }
                outputs.push_back(o);
                for (const index_t channel : kept) {
                    matrix.insert(matrix.end(), w.row(o).begin() + channel * each, w.row(o).begin() + (channel + 1) * each);
                }
            }
            targets[n]->program({matrix.data(), target.weights.rows, inputs});
            kept = outputs;
            channels = w.rows;
        }
        for (std::size_t d = 0; d < source.digital.size(); ++d) {
            if (source.digital[d].size() != static_cast<std::size_t>(channels) || d >= target.digital.size() ||
                target.digital[d].size() != kept.size()) {
                fail("keep_filters", text("parameters of layer ", n, " (", targets[n]->describe(), ")"),
                     text("one for each of ", kept.size(), " channels"),
                     text(d < target.digital.size() ? target.digital[d].size() : 0));
            }
            for (std::size_t c = 0; c < kept.size(); ++c) {
                target.digital[d][c] = source.digital[d][static_cast<std::size_t>(kept[c])];
            }
        }
    }
}

} // namespace rcim::inline RCIM_ABI
