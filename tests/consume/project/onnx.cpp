#include <rcim/import/onnx_tensor.hpp>

std::size_t size_of(const onnx::TensorProto& tensor) { return rcim::tensor_of(tensor, "consumer").shape.size(); }
