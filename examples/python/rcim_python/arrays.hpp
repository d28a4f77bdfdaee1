#pragma once

/// @file
/// NumPy arrays without copies: arguments are looked at where they lie, or refused with the reason; results are handed over with
/// the memory they are in, or show memory of the library and keep its owner alive.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcim_python {

namespace py = pybind11;
using rcim::index_t;

[[nodiscard]] inline std::string shape_text(const std::vector<index_t>& shape) {
    std::string words;
    for (const index_t n : shape) {
        words += (words.empty() ? "" : ", ") + std::to_string(n);
    }
    return "(" + words + (shape.size() == 1 ? ",)" : ")");
}
[[nodiscard]] inline std::vector<index_t> shape_of(const py::array& a) {
    return {a.shape(), a.shape() + a.ndim()};
}

/// Throws TypeError or `rcim::error` (a ValueError in Python) in the words of the library.
[[noreturn]] inline void refuse_type(std::string_view where, std::string_view what, std::string_view expected,
                                     std::string_view found) {
    throw py::type_error(rcim::text(where, ": ", what, ": expected ", expected, ", found ", found));
}

/// The object as an array of elements T, or a TypeError.
template <class T>
[[nodiscard]] py::array array_of(std::string_view where, std::string_view what, const py::object& object) {
    const auto wanted = py::dtype::of<T>();
    const std::string expected = "a NumPy array of " + std::string(py::str(static_cast<const py::object&>(wanted)));
    if (!py::isinstance<py::array>(object)) {
        refuse_type(where, what, expected, std::string(py::str(py::type::of(object).attr("__name__"))));
    }
    auto array = py::reinterpret_borrow<py::array>(object);
    if (!array.dtype().equal(wanted)) { // another order of bytes is another type
        refuse_type(where, what, expected, "one of " + std::string(py::str(static_cast<const py::object&>(array.dtype()))));
    }
    return array;
}

inline void require_contiguous(std::string_view where, std::string_view what, const py::array& array) {
    if ((array.flags() & py::array::c_style) == 0) {
        std::vector<index_t> strides(array.strides(), array.strides() + array.ndim());
        rcim::fail(where, what, "C-contiguous memory; numpy.ascontiguousarray copies into such",
                   "strides " + shape_text(strides) + " bytes for shape " + shape_text(shape_of(array)));
    }
    if ((array.flags() & py::detail::npy_api::NPY_ARRAY_ALIGNED_) == 0) {
        rcim::fail(where, what, "aligned memory; numpy.ascontiguousarray copies into such", "an address that is not");
    }
}

/// An array of memory that it frees itself.
template <class T>
[[nodiscard]] py::array owned(std::unique_ptr<T[]> values, std::vector<index_t> shape) {
    T* const data = values.get();
    const py::capsule owner(data, [](void* p) { delete[] static_cast<T*>(p); });
    static_cast<void>(values.release()); // the capsule has it now
    return py::array_t<T>(std::move(shape), data, owner);
}

/// An array over memory of an object that lives as long as the array. strides in elements.
template <class T, class Owner>
[[nodiscard]] py::array shared(const T* data, std::vector<index_t> shape, std::vector<index_t> strides,
                               std::shared_ptr<Owner> owner, bool writable = false) {
    using held = std::shared_ptr<Owner>;
    auto kept = std::make_unique<held>(std::move(owner));
    const py::capsule base(kept.get(), [](void* p) { delete static_cast<held*>(p); });
    static_cast<void>(kept.release());
    for (index_t& stride : strides) {
        stride *= static_cast<index_t>(sizeof(T));
    }
    py::array_t<T> array(std::move(shape), std::move(strides), data, base);
    if (!writable) {
        py::detail::array_proxy(array.ptr())->flags &= ~py::detail::npy_api::NPY_ARRAY_WRITEABLE_;
    }
    return array;
}
template <class T, class Owner>
[[nodiscard]] py::array shared(const T* data, std::vector<index_t> shape, std::shared_ptr<Owner> owner, bool writable = false) {
    std::vector<index_t> strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) {
        strides[i - 1] = strides[i] * shape[i];
    }
    return shared(data, std::move(shape), std::move(strides), std::move(owner), writable);
}

/// Channels, height, width of an image from a Python tuple.
[[nodiscard]] inline rcim::map_shape map_shape_of(std::string_view where, const std::vector<index_t>& shape) {
    if (shape.size() == 1) {
        return {shape[0], 1, 1};
    }
    if (shape.size() != 3) {
        rcim::fail(where, "input", "(channels, height, width) or (features,)", shape_text(shape));
    }
    return {shape[0], shape[1], shape[2]};
}

} // namespace rcim_python
