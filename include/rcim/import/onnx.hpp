#pragma once

/// @file
/// ONNX models onto any design. Needs libonnx and protobuf (target rcim::onnx); nothing else in the library includes this.

#include <rcim/import/onnx_reader.hpp>
#include <rcim/nn/network_of.hpp>

#include <cstdint>
#include <filesystem>

namespace rcim::inline RCIM_ABI {

/// A model on a chip: weights of convolutions and matrix products programmed into crossbars of this design, everything else digital.
/// Throws `error` as read_onnx and network_of do.
///
///     network net = import_onnx("model.onnx", chip, /*seed=*/7);
template <class Design>
[[nodiscard]] network import_onnx(const std::filesystem::path& path, const Design& chip, std::uint64_t seed,
                                  const onnx_options& options = {}) {
    return network_of(read_onnx(path, options), chip, seed);
}

} // namespace rcim::inline RCIM_ABI
