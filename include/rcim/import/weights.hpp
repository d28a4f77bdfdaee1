#pragma once

/// @file
/// The parameters of a network as a safetensors file, and back onto any design. Needs nlohmann_json (target rcim::json).

#include <rcim/core/error.hpp>
#include <rcim/import/safetensors.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/nn/residual_block.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Turns the name that rcim gives a tensor into that in a file, such as "3.weight" into "features.conv2.weight".
using tensor_names = std::function<std::string(std::string_view)>;

struct load_weights_options {
    tensor_names name_in_file;     ///< none: the same names
    bool allow_unexpected = false; ///< tensors of floats in the file that the network does not have
};

namespace detail {

/// One array of parameters of a network.
struct network_parameter {
    std::string
        name; ///< by the numbers of its layer and of those around it: "0.weight", "5.body.3.bias", "5.shortcut.0.weight"
    std::vector<index_t> shape;
    layer* owner;
    int digital; ///< which of its digital arrays, or -1 for the weights
};

inline void collect_parameters(layer& one, const std::string& name, std::vector<network_parameter>& to) {
    if (auto* const block = dynamic_cast<residual_block*>(&one)) {
        for (std::size_t i = 0; i < block->body().size(); ++i) {
            collect_parameters(block->body()[i], text(name, ".body.", i), to);
        }
        for (std::size_t i = 0; i < block->shortcut().size(); ++i) {
            collect_parameters(block->shortcut()[i], text(name, ".shortcut.", i), to);
        }
        return;
    }
    const parameter_view parameters = one.parameters();
    const auto digital_shape = [&](std::size_t n) {
        return std::vector<index_t>{static_cast<index_t>(parameters.digital[n].size())};
    };
    if (parameters.weights.rows > 0) {
        std::vector<index_t> shape{parameters.weights.rows, parameters.weights.cols};
        layer_outline outline;
        if (one.outline(outline)) {
            if (const auto* conv = std::get_if<conv2d_outline>(&outline.kind)) {
                shape = {conv->options.out_channels, conv->options.in_channels, conv->options.kernel, conv->options.width()};
            }
        }
        to.push_back({name + ".weight", std::move(shape), &one, -1});
        for (std::size_t n = 0; n < parameters.digital.size(); ++n) {
            to.push_back({n == 0 ? name + ".bias" : text(name, ".digital.", n), digital_shape(n), &one, static_cast<int>(n)});
        }
        return;
    }
    // Without weights: batch normalisation, under PyTorch's names, or what a layer of the user's has.
    constexpr std::array<const char*, 4> of_batch_norm{".weight", ".bias", ".running_mean", ".running_var"};
    for (std::size_t n = 0; n < parameters.digital.size(); ++n) {
        to.push_back({parameters.digital.size() == 4 ? name + of_batch_norm[n] : text(name, ".digital.", n), digital_shape(n),
                      &one, static_cast<int>(n)});
    }
}

[[nodiscard]] inline std::vector<network_parameter> parameters_of(network& net) {
    std::vector<network_parameter> result;
    for (std::size_t i = 0; i < net.size(); ++i) {
        collect_parameters(net[i], text(i), result);
    }
    return result;
}

} // namespace detail

/// The parameters of a network under the names that PyTorch gives those of the same layers in an nn.Sequential: "0.weight" [out][in][rows][columns]
/// or [out][in], "0.bias", "1.running_mean", ... Inside of residual blocks "5.body.0.weight" and "5.shortcut.0.weight". Weights are
/// those that the network uses.
[[nodiscard]] inline std::vector<named_tensor> tensors_of(network& net) {
    std::vector<named_tensor> result;
    for (const detail::network_parameter& one : detail::parameters_of(net)) {
        const parameter_view view = one.owner->parameters();
        named_tensor tensor{one.name, one.shape, {}};
        if (one.digital < 0) {
            for (index_t row = 0; row < view.weights.rows; ++row) {
                tensor.data.insert(tensor.data.end(), view.weights.row(row).begin(), view.weights.row(row).end());
            }
        } else {
            const std::span<float> values = view.digital[static_cast<std::size_t>(one.digital)];
            tensor.data.assign(values.begin(), values.end());
        }
        result.push_back(std::move(tensor));
    }
    return result;
}

/// Writes the parameters of a network, with weights as they are used, as a safetensors file.
inline void save_weights(network& net, const std::filesystem::path& path, const tensor_names& name_in_file = {}) {
    std::vector<named_tensor> tensors = tensors_of(net);
    if (name_in_file) {
        for (named_tensor& one : tensors) {
            one.name = name_in_file(one.name);
        }
    }
    save_safetensors(path, tensors, {{"format", "pt"}});
}

/// Programs a network with the tensors of a safetensors file: weights into its crossbars, everything else digital. Throws `error`, and
/// changes nothing, where a tensor is missing, has another shape or a number that is not finite, and where the file has tensors of floats that no
/// layer takes.
inline void load_weights(network& net, const std::filesystem::path& path, const load_weights_options& options = {}) {
    const tensor_file file = load_safetensors(path);
    std::map<std::string_view, const named_tensor*> left;
    for (const named_tensor& one : file.tensors) {
        left.emplace(one.name, &one);
    }
    const std::vector<detail::network_parameter> parameters = detail::parameters_of(net);
    std::vector<const named_tensor*> sources;
    std::string missing;
    for (const detail::network_parameter& one : parameters) {
        const std::string name = options.name_in_file ? options.name_in_file(one.name) : one.name;
        const auto at = left.find(name);
        if (at == left.end()) {
            missing += text(missing.empty() ? "'" : ", '", name, "' ", detail::extents_text(one.shape));
            continue;
        }
        const named_tensor& found = *at->second;
        if (found.shape != one.shape) {
            fail("load_weights", text(path.string(), ": tensor '", name, "'"), text("shape ", detail::extents_text(one.shape)),
                 detail::extents_text(found.shape));
        }
        if (const auto bad = std::find_if(found.data.begin(), found.data.end(), [](float v) { return !std::isfinite(v); });
            bad != found.data.end()) {
            fail("load_weights", text(path.string(), ": tensor '", name, "', number ", bad - found.data.begin()),
                 "a finite number", text(*bad));
        }
        sources.push_back(&found);
        left.erase(at);
    }
    std::string unexpected;
    for (const auto& [name, tensor] : left) {
        unexpected += text(unexpected.empty() ? "'" : ", '", name, "' ", detail::extents_text(tensor->shape));
    }
    if (!missing.empty()) {
        fail("load_weights", path.string(), "tensors " + missing,
             unexpected.empty() ? std::string("none of them") : "others that no layer takes: " + unexpected);
    }
    if (!unexpected.empty() && !options.allow_unexpected) {
        fail("load_weights", path.string(), "the tensors of the network and no others", unexpected);
    }
    for (std::size_t n = 0; n < parameters.size(); ++n) {
        const detail::network_parameter& one = parameters[n];
        const parameter_view view = one.owner->parameters();
        if (one.digital < 0) {
            one.owner->program({sources[n]->data.data(), view.weights.rows, view.weights.cols});
        } else {
            std::copy(sources[n]->data.begin(), sources[n]->data.end(),
                      view.digital[static_cast<std::size_t>(one.digital)].begin());
        }
    }
}

} // namespace rcim::inline RCIM_ABI
