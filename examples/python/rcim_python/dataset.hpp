#pragma once

#include <rcim/data/digits.hpp>
#include <rcim/data/idx.hpp>
#include <rcim/data/shapes.hpp>
#include <rcim/data/textures.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrays.hpp"

namespace rcim_python {

using data_ptr = std::shared_ptr<rcim::dataset>;

namespace detail {

/// Classes of images. Throws on other types than uint8, int32 and int64, and on numbers that are no class.
template <class T>
bool take_labels(const char* what, const py::object& object, std::vector<std::uint8_t>& to) {
    if (!py::reinterpret_borrow<py::array>(object).dtype().equal(py::dtype::of<T>())) {
        return false;
    }
    const auto from = py::reinterpret_borrow<py::array_t<T>>(object);
    if (from.ndim() != 1) {
        rcim::fail("Dataset", what, "one number per image", "shape " + shape_text(shape_of(from)));
    }
    to.resize(static_cast<std::size_t>(from.size()));
    for (index_t i = 0; i < from.size(); ++i) {
        const T label = from.at(i);
        if (!std::in_range<std::uint8_t>(label)) {
            rcim::fail("Dataset", rcim::text(what, "[", i, "]"), "0 to 255", rcim::text(+label));
        }
        to[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(label);
    }
    return true;
}

inline std::vector<std::uint8_t> labels_of(const char* what, const py::object& object) {
    std::vector<std::uint8_t> labels;
    if (!py::isinstance<py::array>(object) ||
        !(take_labels<std::uint8_t>(what, object, labels) || take_labels<std::int32_t>(what, object, labels) ||
          take_labels<std::int64_t>(what, object, labels))) {
        refuse_type("Dataset", what, "a NumPy array of uint8, int32 or int64",
                    std::string(py::str(py::isinstance<py::array>(object) ? object.attr("dtype")
                                                                          : py::type::of(object).attr("__name__"))));
    }
    return labels;
}

inline rcim::image_set image_set_of(const char* images_name, const py::object& images, const char* labels_name,
                                    const py::object& labels) {
    const py::array pixels = array_of<std::uint8_t>("Dataset", images_name, images);
    require_contiguous("Dataset", images_name, pixels);
    const std::vector<index_t> shape = shape_of(pixels);
    if (shape.size() != 3 && shape.size() != 4) {
        rcim::fail("Dataset", images_name, "(images, channels, height, width) or (images, height, width)",
                   "shape " + shape_text(shape));
    }
    rcim::image_set set;
    set.shape = shape.size() == 3 ? rcim::map_shape{1, shape[1], shape[2]} : rcim::map_shape{shape[1], shape[2], shape[3]};
    set.labels = labels_of(labels_name, labels);
    const auto* const from = static_cast<const std::uint8_t*>(pixels.data());
    set.images.assign(from, from + pixels.size());
    return set;
}

template <class Options>
data_ptr drawn(rcim::dataset (*draw)(const Options&, rcim::thread_pool*), index_t train, index_t test, std::uint64_t seed) {
    const py::gil_scoped_release released;
    return std::make_shared<rcim::dataset>(draw({.train = train, .test = test, .seed = seed}, nullptr));
}

} // namespace detail

/// Takes a copy of the pixels, since the library owns its images; everything else looks at what is there.
inline data_ptr make_dataset(const py::object& train_images, const py::object& train_labels, const py::object& test_images,
                             const py::object& test_labels, std::optional<int> classes, std::string name) {
    auto data = std::make_shared<rcim::dataset>();
    data->name = std::move(name);
    data->train = detail::image_set_of("train_images", train_images, "train_labels", train_labels);
    data->test = detail::image_set_of("test_images", test_images, "test_labels", test_labels);
    int most = 0;
    for (const auto* set : {&data->train, &data->test}) {
        for (const std::uint8_t label : set->labels) {
            most = std::max(most, label + 1);
        }
    }
    data->train.classes = data->test.classes = classes.value_or(most);
    const rcim::normalisation norm = rcim::normalisation_of(data->train);
    data->mean = norm.mean;
    data->deviation = norm.deviation;
    rcim::check(*data);
    return data;
}

inline void bind_datasets(py::module_& m) {
    const auto images_of = [](const data_ptr& data, const rcim::image_set& set) {
        return shared(set.images.data(), {set.size(), set.shape.channels, set.shape.height, set.shape.width}, data);
    };
    py::class_<rcim::dataset, data_ptr>(
        m, "Dataset", py::module_local(),
        "Images of 8 bits with classes, to train on and to test with. Its arrays are views, read-only.")
        .def(py::init(&make_dataset), py::arg("train_images"), py::arg("train_labels"), py::arg("test_images"),
             py::arg("test_labels"), py::kw_only(), py::arg("classes") = py::none(), py::arg("name") = "images",
             "Images are uint8 arrays (images, channels, height, width) or (images, height, width), which are copied.")
        .def_readonly("name", &rcim::dataset::name)
        .def_property_readonly("classes", [](const rcim::dataset& d) { return d.train.classes; })
        .def_property_readonly("shape",
                               [](const rcim::dataset& d) {
                                   return py::make_tuple(d.train.shape.channels, d.train.shape.height, d.train.shape.width);
                               })
        .def_property_readonly(
            "mean", [](const data_ptr& d) { return shared(d->mean.data(), {static_cast<index_t>(d->mean.size())}, d); })
        .def_property_readonly(
            "deviation",
            [](const data_ptr& d) { return shared(d->deviation.data(), {static_cast<index_t>(d->deviation.size())}, d); })
        .def_property_readonly("train_images", [images_of](const data_ptr& d) { return images_of(d, d->train); })
        .def_property_readonly("test_images", [images_of](const data_ptr& d) { return images_of(d, d->test); })
        .def_property_readonly("train_labels",
                               [](const data_ptr& d) { return shared(d->train.labels.data(), {d->train.size()}, d); })
        .def_property_readonly("test_labels",
                               [](const data_ptr& d) { return shared(d->test.labels.data(), {d->test.size()}, d); })
        .def("__repr__", [](const rcim::dataset& d) {
            return rcim::text("<Dataset ", d.name, ": ", d.train.size(), " + ", d.test.size(), " images of ",
                              to_text(d.train.shape), ", ", d.train.classes, " classes>");
        });
    m.def(
        "procedural_digits",
        [](index_t train, index_t test, std::uint64_t seed) {
            return detail::drawn(&rcim::procedural_digits, train, test, seed);
        },
        py::arg("train") = 10000, py::arg("test") = 2000, py::arg("seed") = 1, "Drawn digits of 1 x 28 x 28, ten classes.");
    m.def(
        "procedural_textures",
        [](index_t train, index_t test, std::uint64_t seed) {
            return detail::drawn(&rcim::procedural_textures, train, test, seed);
        },
        py::arg("train") = 10000, py::arg("test") = 2000, py::arg("seed") = 1, "Textures of 3 x 32 x 32, ten classes.");
    m.def(
        "procedural_shapes",
        [](index_t train, index_t test, std::uint64_t seed) {
            return detail::drawn(&rcim::procedural_shapes, train, test, seed);
        },
        py::arg("train") = 10000, py::arg("test") = 2000, py::arg("seed") = 1, "Shapes of 3 x 32 x 32, ten classes.");
    m.def(
        "load_idx",
        [](const std::string& folder) {
            const py::gil_scoped_release released;
            return std::make_shared<rcim::dataset>(rcim::load_idx(std::filesystem::path(folder)));
        },
        py::arg("folder"), "Plain IDX files of a folder, as of MNIST.");
}

} // namespace rcim_python
