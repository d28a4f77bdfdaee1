#pragma once

#include <rcim/core/error.hpp>
#include <rcim/nn/network.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {
/// The layers of two networks that are to have as many. Throws `error` where they have not.
inline std::pair<std::vector<layer*>, std::vector<layer*>> layers_of_both(const char* where, network& from, network& to) {
    const auto layers_of = [](network& net) {
        std::vector<layer*> all;
        net.each([&](layer& one) { all.push_back(&one); });
        return all;
    };
    std::pair both{layers_of(from), layers_of(to)};
    if (both.first.size() != both.second.size()) {
        fail(where, "layers", text(both.first.size()), text(both.second.size()));
    }
    return both;
}
} // namespace detail

/// Programs what one network has learned into another of the same layers on another design: a network that was trained digitally, or
/// on another chip, onto a chip with faults. Weights are those that the first network uses, rounded to the second's codes;
/// biases and batch norms are copied. Throws `error` where layers or extents differ, and changes nothing then.
inline void map_weights(network& from, network& to) {
    const auto [sources, targets] = detail::layers_of_both("map_weights", from, to);
    const auto extents = [](const parameter_view& p) {
        std::string words = text(p.weights.rows, " x ", p.weights.cols, " weights");
        for (const auto& values : p.digital) {
            words += text(", ", values.size());
        }
        return words;
    };
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const std::string expected = extents(sources[i]->parameters());
        if (const std::string found = extents(targets[i]->parameters()); found != expected) {
            fail("map_weights", text("parameters of layer ", i, " (", targets[i]->describe(), ")"), expected, found);
        }
    }
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const parameter_view source = sources[i]->parameters();
        const parameter_view target = targets[i]->parameters();
        if (source.weights.rows > 0) {
            targets[i]->program(source.weights);
        }
        for (std::size_t n = 0; n < source.digital.size(); ++n) {
            std::copy(source.digital[n].begin(), source.digital[n].end(), target.digital[n].begin());
        }
    }
}

} // namespace rcim::inline RCIM_ABI
