#pragma once

/// @file
/// Constants of ONNX models. Needs libonnx and protobuf (target rcim::onnx).

#include <rcim/compat/onnx.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/half_float.hpp>
#include <rcim/data/file.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A constant of a model: floats, or whole numbers such as extents and axes.
struct onnx_tensor {
    std::vector<index_t> shape;
    std::vector<float> floats;
    std::vector<std::int64_t> integers;
    bool whole = false; ///< which of the two it holds

    [[nodiscard]] index_t size() const { return static_cast<index_t>(whole ? integers.size() : floats.size()); }
};

namespace detail {

inline constexpr int most_axes = 64; ///< of a tensor; the time that some operators take grows with their square

[[nodiscard]] inline std::string shape_text(const std::vector<index_t>& shape) {
    std::string result = "[";
    for (std::size_t d = 0; d < shape.size(); ++d) {
        result += text(d == 0 ? "" : ", ", shape[d]);
    }
    return result + "]";
}

/// The product of extents, or -1 where one is negative or it does not fit in 2^48.
[[nodiscard]] inline index_t elements_of(const std::vector<index_t>& shape) {
    index_t product = 1;
    bool empty = false;
    for (const index_t extent : shape) {
        if (extent < 0) {
            return -1;
        }
        empty = empty || extent == 0;
        if (extent != 0 && product > (index_t{1} << 48) / extent) {
            return -1;
        }
        product *= extent == 0 ? 1 : extent;
    }
    return empty ? 0 : product;
}

/// The n-th little-endian number of a byte string.
template <class Bits>
[[nodiscard]] Bits little_endian(std::string_view bytes, std::size_t n) {
    Bits result = 0;
    for (std::size_t i = sizeof(Bits); i-- > 0;) {
        result = static_cast<Bits>(sizeof(Bits) == 1 ? 0 : result << 8) |
                 static_cast<Bits>(static_cast<unsigned char>(bytes[n * sizeof(Bits) + i]));
    }
    return result;
}

} // namespace detail

/// The numbers of a tensor of a model: FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT32 or INT64. `where` starts the text of errors: other
/// types, data in other files, and data that do not have the shape that the tensor claims. Memory follows the data, not the shape.
[[nodiscard]] inline onnx_tensor tensor_of(const onnx::TensorProto& proto, std::string_view where) {
    using type = onnx::TensorProto;
    const std::string what = text("tensor '", detail::printable(proto.name()), "'");
    if (proto.data_location() == type::EXTERNAL || proto.external_data_size() > 0) {
        fail(where, what, "data within the model's file", "data in another file; store the model with its data inside");
    }
    if (proto.has_segment()) {
        fail(where, what, "the whole tensor", "a segment of it");
    }
    if (proto.dims_size() > detail::most_axes) {
        fail(where, what, text("at most ", detail::most_axes, " axes"), text(proto.dims_size()));
    }
    onnx_tensor result;
    result.shape.assign(proto.dims().begin(), proto.dims().end());
    const std::string& raw = proto.raw_data();

    const auto take = [&](auto& to, const auto& stored, auto bits, auto value_of) {
        using Bits = decltype(bits);
        if (!raw.empty() && stored.size() == 0 && raw.size() % sizeof(Bits) == 0) {
            to.reserve(raw.size() / sizeof(Bits));
            for (std::size_t n = 0; n < raw.size() / sizeof(Bits); ++n) {
                to.push_back(value_of(detail::little_endian<Bits>(raw, n)));
            }
        } else if (raw.empty()) {
            to.reserve(static_cast<std::size_t>(stored.size()));
            for (const auto& value : stored) {
                if constexpr (std::is_floating_point_v<std::remove_cvref_t<decltype(value)>>) {
                    to.push_back(static_cast<float>(value));
                } else if constexpr (std::is_same_v<Bits, std::uint16_t>) { // halves lie in the lower bits of int32
                    to.push_back(value_of(static_cast<std::uint16_t>(value)));
                } else {
                    to.push_back(value);
                }
            }
        }
        const index_t expected = detail::elements_of(result.shape);
        if (expected < 0 || static_cast<index_t>(to.size()) != expected) {
            fail(where, what, text("the numbers of shape ", detail::shape_text(result.shape)),
                 raw.empty() ? text(to.size(), " numbers") : text(raw.size(), " bytes of data"));
        }
    };
    switch (proto.data_type()) {
    case type::FLOAT:
        take(result.floats, proto.float_data(), std::uint32_t{}, [](std::uint32_t b) { return std::bit_cast<float>(b); });
        break;
    case type::DOUBLE:
        take(result.floats, proto.double_data(), std::uint64_t{},
             [](std::uint64_t b) { return static_cast<float>(std::bit_cast<double>(b)); });
        break;
    case type::FLOAT16:
        take(result.floats, proto.int32_data(), std::uint16_t{}, [](std::uint16_t b) { return float_of_half(b); });
        break;
    case type::BFLOAT16:
        take(result.floats, proto.int32_data(), std::uint16_t{}, [](std::uint16_t b) { return float_of_bfloat16(b); });
        break;
    case type::INT32:
        take(result.integers, proto.int32_data(), std::uint32_t{},
             [](std::uint32_t b) { return std::int64_t{static_cast<std::int32_t>(b)}; });
        result.whole = true;
        break;
    case type::INT64:
        take(result.integers, proto.int64_data(), std::uint64_t{},
             [](std::uint64_t b) { return static_cast<std::int64_t>(b); });
        result.whole = true;
        break;
    default:
        fail(where, what, "the type FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT32 or INT64",
             type::DataType_IsValid(proto.data_type()) ? type::DataType_Name(static_cast<type::DataType>(proto.data_type()))
                                                       : text("type ", proto.data_type()));
    }
    return result;
}

namespace detail {
/// Parses a message of these bytes, which `from` names.
template <class Message>
void parse_protobuf(Message& to, std::span<const std::uint8_t> bytes, std::string_view where, const std::string& from,
                    std::string_view what) {
    if (bytes.empty() || bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        fail(where, from, text(what, " of up to 2 GiB"),
             bytes.empty() ? std::string("an empty file") : text(bytes.size(), " bytes"));
    }
    if (!to.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        fail(where, from, text(what, ", whole"), text(bytes.size(), " bytes that are none, or a part of one"));
    }
}
} // namespace detail

/// Reads a TensorProto file, as the inputs and outputs that come with models are. Throws `error` where it is not one.
[[nodiscard]] inline onnx_tensor load_onnx_tensor(const std::filesystem::path& path) {
    onnx::TensorProto proto;
    detail::parse_protobuf(proto, read_plain(path), "load_onnx_tensor", path.string(), "a TensorProto");
    return tensor_of(proto, "load_onnx_tensor: " + path.string());
}

} // namespace rcim::inline RCIM_ABI
