#include <rcim/import/onnx_reader.hpp>

#include "harness/outline.hpp"
#include "harness/target.hpp"

// An empty attribute is two bytes in the file and 256 in protobuf's memory: 128 for one, and lists of them. Then 16 numbers of
// 8 bytes for each byte in layers and constants.
const fuzz::memory_bound fuzz::memory{.constant = 256 << 10, .per_byte = 320};

void fuzz::read(bytes input) {
    for (const bool open : {false, true}) {
        accepts([&] {
            const rcim::map_shape given = open ? rcim::map_shape{1, 4, 4} : rcim::map_shape{0, 0, 0};
            check_outline(rcim::parse_onnx(input, "model", {.input = given, .keep_softmax = open}));
        });
    }
    accepts([&] {
        onnx::TensorProto proto;
        rcim::detail::parse_protobuf(proto, input, "read_onnx", "tensor", "a TensorProto");
        const rcim::onnx_tensor tensor = rcim::tensor_of(proto, "tensor");
        require(rcim::detail::elements_of(tensor.shape) == tensor.size(), "numbers that do not have the shape");
        require((tensor.whole ? tensor.floats.size() : tensor.integers.size()) == 0, "numbers of two kinds");
    });
}
