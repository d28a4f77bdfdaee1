#pragma once

/// @file
/// What the tests of layers on crossbars share.

#include <rcim/core/error.hpp>

#include <nn/gradient_check.hpp>

#include <string>
#include <vector>

namespace rcim_test {

/// Weights and biases of a layer whose weights are stored directly. Setting a weight programs the array.
template <class Layer>
std::vector<checked_parameter> parameters_of(Layer& layer, bool bias) {
    const index_t inputs = layer.array().inputs();
    std::vector<checked_parameter> parameters;
    parameters.push_back({"weight", layer.array().outputs() * inputs,
                          [&layer, inputs](index_t i) { return layer.array().weights()(i / inputs, i % inputs); },
                          [&layer, inputs](index_t i, float number) {
                              const auto w = layer.array().weights();
                              std::vector<float> all;
                              for (index_t o = 0; o < w.rows; ++o) {
                                  all.insert(all.end(), w.row(o).begin(), w.row(o).end());
                              }
                              all[static_cast<std::size_t>(i)] = number;
                              layer.array().program({all.data(), w.rows, inputs});
                          },
                          [&layer, inputs](index_t i) { return layer.weight_gradient()(i / inputs, i % inputs); }});
    if (bias) {
        parameters.push_back(parameter_in_memory("bias", layer.bias_values(), layer.bias_gradient()));
    }
    return parameters;
}

} // namespace rcim_test
