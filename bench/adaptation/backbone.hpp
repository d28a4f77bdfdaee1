#pragma once

/// @file
/// The learned numbers of a network in one NPY file, so that a study that goes on need not train its backbones anew.

#include <rcim/data/npy.hpp>
#include <rcim/nn/network.hpp>

#include <algorithm>
#include <filesystem>
#include <span>
#include <vector>

namespace rcim_bench {

using namespace rcim;

inline void save_parameters(network& net, const std::filesystem::path& path) {
    std::vector<float> all;
    net.each([&](layer& one) {
        const parameter_view own = one.parameters();
        for (index_t o = 0; o < own.weights.rows; ++o) {
            all.insert(all.end(), own.weights.row(o).begin(), own.weights.row(o).end());
        }
        for (const auto& numbers : own.digital) {
            all.insert(all.end(), numbers.begin(), numbers.end());
        }
    });
    const std::vector<index_t> shape{static_cast<index_t>(all.size())};
    save_npy<float>(path, all, shape);
}

/// Throws `error` unless the file holds as many numbers as the network has.
inline void load_parameters(network& net, const std::filesystem::path& path) {
    const npy_array<float> file = load_npy<float>(path);
    std::size_t wanted = 0;
    net.each([&](layer& one) {
        const parameter_view own = one.parameters();
        wanted += static_cast<std::size_t>(own.weights.size());
        for (const auto& numbers : own.digital) {
            wanted += numbers.size();
        }
    });
    if (file.data.size() != wanted) {
        fail("load_parameters", path.string(), text(wanted, " numbers, as the network has"), text(file.data.size()));
    }
    std::span<const float> rest(file.data);
    net.each([&](layer& one) {
        const parameter_view own = one.parameters();
        if (own.weights.rows > 0) {
            one.program({rest.data(), own.weights.rows, own.weights.cols});
            rest = rest.subspan(static_cast<std::size_t>(own.weights.size()));
        }
        for (const auto& numbers : own.digital) {
            std::copy_n(rest.begin(), numbers.size(), numbers.begin());
            rest = rest.subspan(numbers.size());
        }
    });
}

} // namespace rcim_bench
