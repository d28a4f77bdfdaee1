#pragma once

/// @file
/// Pictures of trainings: curves over epochs, accuracy over a parameter, weights and levels of cells.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/plot/histogram.hpp>
#include <rcim/train/record.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// Accuracies (left) and loss (right) over the epochs; without a curve for the test set where nothing was evaluated.
[[nodiscard]] inline figure learning_curves(const training_record& record, std::string title) {
    figure f{.title = std::move(title), .x_label = "epoch", .y_label = "accuracy (%)", .right_label = "loss"};
    curve train{.title = "training accuracy"}, test{.title = "test accuracy"}, loss{.title = "loss", .right = true};
    for (const epoch_record& e : record.epochs) {
        train.x.push_back(e.epoch + 1);
        train.y.push_back(100.0 * e.train_accuracy);
        loss.x.push_back(e.epoch + 1);
        loss.y.push_back(e.loss);
        if (!std::isnan(e.test_accuracy)) {
            test.x.push_back(e.epoch + 1);
            test.y.push_back(100.0 * e.test_accuracy);
        }
    }
    f.curves.push_back(std::move(train));
    if (!test.x.empty()) {
        f.curves.push_back(std::move(test));
    }
    f.curves.push_back(std::move(loss));
    return f;
}

/// The mean over repetitions (seeds) at each value of a parameter, with the smallest and the largest as its interval. Repetitions that are no finite numbers are
/// left out. Throws `error` unless there is one list of results for each value.
[[nodiscard]] inline curve curve_of(std::string title, std::vector<double> x,
                                    const std::vector<std::vector<double>>& repetitions) {
    if (x.size() != repetitions.size()) {
        fail("plot", text("curve '", title, "'"), text(x.size(), " lists of repetitions, as many as values"),
             text(repetitions.size()));
    }
    curve c{.title = std::move(title), .x = std::move(x)};
    for (const std::vector<double>& results : repetitions) {
        double sum = 0.0;
        double low = std::numeric_limits<double>::infinity();
        double high = -low;
        int count = 0;
        for (const double result : results) {
            if (std::isfinite(result)) {
                sum += result;
                low = std::min(low, result);
                high = std::max(high, result);
                ++count;
            }
        }
        c.y.push_back(count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN());
        c.low.push_back(low);
        c.high.push_back(high);
    }
    return c;
}

/// The weights of a layer as reads use them. Throws `error` if it has none.
[[nodiscard]] inline histogram weight_histogram(layer& one, std::string title, int bins = 80) {
    const matrix_view<const float> w = one.parameters().weights;
    if (w.rows == 0) {
        fail("plot", text("histogram '", title, "'"), "a layer with weights", one.describe());
    }
    std::vector<float> all;
    for (index_t o = 0; o < w.rows; ++o) {
        all.insert(all.end(), w.row(o).begin(), w.row(o).end());
    }
    return histogram_of<float>(all, bins, std::move(title), "weight");
}

/// How many cells of an array are at each level, all arrays and slices together. For coded designs. O(cells).
template <class Array>
[[nodiscard]] histogram level_histogram(const Array& array, std::string title) {
    const auto& format = array.format();
    histogram h{.title = std::move(title), .x_label = "level of the cell", .y_label = "cells", .low = -0.5, .log_y = true};
    h.counts.assign(std::size_t{1} << format.cell_bits, 0);
    for (index_t o = 0; o < array.outputs(); ++o) {
        for (index_t i = 0; i < array.inputs(); ++i) {
            const auto word = array.stored(o, i);
            for (int s = 0; s < format.slices; ++s) {
                const auto level = [&](std::int32_t w) {
                    return static_cast<std::uint32_t>(w) >> (s * format.cell_bits) & ((1u << format.cell_bits) - 1);
                };
                ++h.counts[level(word.plus)];
                if (format.pair) {
                    ++h.counts[level(word.minus)];
                }
            }
        }
    }
    return h;
}

} // namespace rcim::inline RCIM_ABI::plot
