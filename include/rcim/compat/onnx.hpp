#pragma once

/// @file
/// ONNX's protobuf classes, with the definitions that its own CMake target sets, for those who compile without it. Needs libonnx and
/// protobuf (target rcim::onnx).

#if !defined(ONNX_ML)
#define ONNX_ML 1
#endif
#if !defined(ONNX_NAMESPACE)
#define ONNX_NAMESPACE onnx
#endif

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

#include <onnx/onnx_pb.h>

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
