#pragma once

/// @file
/// The Python module: `bind` defines its classes, `add_design` puts a design into its dict `designs`. A module holds as many designs as one
/// likes; rcim_python.cmake writes the file that calls both.

#include <rcim/core/config.hpp>
#include <rcim/train/schedule.hpp>

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "any_design.hpp"
#include "arrays.hpp"
#include "chip_network.hpp"
#include "dataset.hpp"
#include "watch.hpp"

namespace rcim_python {

namespace detail {

using shape_list = std::vector<index_t>;

/// "constant", "cosine", or a callable that takes the epochs done, with fractions, and those of the whole training.
inline rcim::rate_schedule schedule_of(const py::object& wish) {
    if (py::isinstance<py::str>(wish)) {
        const auto name = wish.cast<std::string>();
        if (name == "constant") {
            return rcim::constant_rate{};
        }
        if (name == "cosine") {
            return rcim::cosine{};
        }
        rcim::fail("fit", "schedule", "constant, cosine or a callable", name);
    }
    if (PyCallable_Check(wish.ptr()) == 0) {
        refuse_type("fit", "schedule", "constant, cosine or a callable",
                    std::string(py::str(py::type::of(wish).attr("__name__"))));
    }
    return [wish](const rcim::schedule_point& at) {
        const py::gil_scoped_acquire gil;
        return wish(at.progress(), at.epochs).cast<float>();
    };
}

inline py::dict to_dict(const rcim::cost_report& report) {
    using namespace pybind11::literals;
    py::dict parts;
    for (int p = 0; p < rcim::energy_part_count; ++p) {
        parts[py::str(std::string(rcim::energy_part_names[static_cast<std::size_t>(p)]))] =
            report.pj(static_cast<rcim::energy_part>(p)) * 1e-12;
    }
    py::dict stages;
    for (int s = 0; s < rcim::stage_count; ++s) {
        stages[py::str(std::string(rcim::stage_names[static_cast<std::size_t>(s)]))] =
            report.pj(static_cast<rcim::stage>(s)) * 1e-12;
    }
    return py::dict("table"_a = report.table, "source"_a = report.table_source, "images"_a = report.images,
                    "steps"_a = report.steps, "joules"_a = report.joules(), "seconds"_a = report.seconds,
                    "mm2"_a = report.mm2(), "joules_by_part"_a = parts, "joules_by_stage"_a = stages,
                    "text"_a = to_text(report));
}

inline py::dict to_dict(const rcim::event_ledger& ledger) {
    py::dict all;
    const rcim::event_counts total = ledger.total();
    std::apply([&](const auto&... m) { ((all[m.first] = total.*m.second), ...); }, rcim::event_counts::members());
    all["images"] = ledger.images;
    all["steps"] = ledger.steps;
    return all;
}

inline std::unique_ptr<chip_network> made(const design_ptr& chip, net_request request, const shape_list& input, int threads) {
    request.input = map_shape_of("Network", input);
    return std::make_unique<chip_network>(
        chip, [chip, request](const rcim::shared_fault_map& map) { return chip->make(request, map); }, threads);
}

inline void bind_designs(py::module_& m) {
    py::class_<any_design, std::shared_ptr<any_design>>(m, "Design", py::module_local(),
                                                        "A chip and the way it learns. Immutable.")
        .def_property_readonly(
            "fields",
            [](const any_design& d) {
                py::dict all;
                for (const auto& [name, value] : d.numbers()) {
                    all[py::str(name)] = value;
                }
                return all;
            },
            "The numbers of all policies: {'faults.p_stuck_hrs': 0.09, ...}.")
        .def(
            "replace",
            [](const any_design& d, const std::map<std::string, number>& by) {
                return std::const_pointer_cast<any_design>(d.replaced(by)); // immutable behind any interface
            },
            py::arg("fields"), "This design with other numbers, by their names in `fields`; nothing is compiled.")
        .def("__str__", &any_design::describe)
        .def("__repr__", &any_design::describe);
}

inline void bind_networks(py::module_& m) {
    const auto self = py::return_value_policy::reference_internal;
    py::class_<chip_network> net(
        m, "Network", py::module_local(),
        "A network whose weights live in crossbars. Work goes on without the GIL; threads of Python wait for each other.");
    net.def(py::init([](const design_ptr& chip, const shape_list& input, std::uint64_t seed, int threads) {
                const rcim::map_shape shape = map_shape_of("Network", input);
                return std::make_unique<chip_network>(
                    chip, [shape, seed](const rcim::shared_fault_map&) { return rcim::network(shape, seed); }, threads);
            }),
            py::arg("design"), py::arg("input"), py::kw_only(), py::arg("seed") = 1, py::arg("threads") = 0,
            "Without layers, for inputs (channels, height, width) or (features,). threads: 0 for one per processor.");
    net.def_static(
        "lenet5",
        [](const design_ptr& chip, const shape_list& input, index_t classes, std::uint64_t seed, int threads) {
            return made(chip, {.name = "lenet5", .classes = classes, .seed = seed}, input, threads);
        },
        py::arg("design"), py::kw_only(), py::arg("input") = shape_list{1, 28, 28}, py::arg("classes") = 10,
        py::arg("seed") = 1, py::arg("threads") = 0);
    net.def_static(
        "vgg8",
        [](const design_ptr& chip, const shape_list& input, index_t classes, bool batch_norm, std::uint64_t seed, int threads) {
            return made(chip, {.name = "vgg8", .classes = classes, .batch_norm = batch_norm, .seed = seed}, input, threads);
        },
        py::arg("design"), py::kw_only(), py::arg("input") = shape_list{3, 32, 32}, py::arg("classes") = 10,
        py::arg("batch_norm") = true, py::arg("seed") = 1, py::arg("threads") = 0);
    net.def_static(
        "resnet",
        [](const design_ptr& chip, index_t depth, const shape_list& input, index_t classes, std::uint64_t seed, int threads) {
            return made(chip, {.name = "resnet", .classes = classes, .depth = depth, .seed = seed}, input, threads);
        },
        py::arg("design"), py::arg("depth") = 20, py::kw_only(), py::arg("input") = shape_list{3, 32, 32},
        py::arg("classes") = 10, py::arg("seed") = 1, py::arg("threads") = 0);

    net.def(
           "conv2d",
           [](chip_network& n, index_t filters, index_t kernel, index_t stride, index_t padding, bool bias, float gain,
              const std::shared_ptr<any_design>& own) -> chip_network& {
               const design_ptr chip = own ? own : n.chip();
               n.add([=](rcim::network& to, const rcim::shared_fault_map& map) {
                   chip->add_conv2d(to,
                                    {.in_channels = to.output_shape().channels,
                                     .out_channels = filters,
                                     .kernel = kernel,
                                     .stride = stride,
                                     .padding = padding,
                                     .bias = bias,
                                     .gain = gain},
                                    next_place(to), map);
               });
               return n;
           },
           self, py::arg("filters"), py::arg("kernel"), py::kw_only(), py::arg("stride") = 1, py::arg("padding") = 0,
           py::arg("bias") = true, py::arg("gain") = 1.0f, py::arg("design") = py::none(),
           "design: of this layer, if not that of the network.")
        .def(
            "dense",
            [](chip_network& n, index_t outputs, bool bias, float gain,
               const std::shared_ptr<any_design>& own) -> chip_network& {
                const design_ptr chip = own ? own : n.chip();
                n.add([=](rcim::network& to, const rcim::shared_fault_map& map) {
                    chip->add_dense(to, {.in = to.output_shape().size(), .out = outputs, .bias = bias, .gain = gain},
                                    next_place(to), map);
                });
                return n;
            },
            self, py::arg("outputs"), py::kw_only(), py::arg("bias") = true, py::arg("gain") = 1.0f,
            py::arg("design") = py::none())
        .def(
            "batch_norm",
            [](chip_network& n) -> chip_network& {
                n.add([chip = n.chip()](rcim::network& to, const rcim::shared_fault_map&) { chip->add_batch_norm(to); });
                return n;
            },
            self)
        .def(
            "relu",
            [](chip_network& n) -> chip_network& {
                n.add([](rcim::network& to, const rcim::shared_fault_map&) { to.emplace<rcim::relu>(); });
                return n;
            },
            self)
        .def(
            "max_pool",
            [](chip_network& n, index_t side, index_t stride) -> chip_network& {
                n.add([=](rcim::network& to, const rcim::shared_fault_map&) { to.emplace<rcim::max_pool>(side, stride); });
                return n;
            },
            self, py::arg("side"), py::arg("stride") = 0)
        .def(
            "average_pool",
            [](chip_network& n, index_t side, index_t stride) -> chip_network& {
                n.add([=](rcim::network& to, const rcim::shared_fault_map&) { to.emplace<rcim::average_pool>(side, stride); });
                return n;
            },
            self, py::arg("side"), py::arg("stride") = 0)
        .def(
            "dropout",
            [](chip_network& n, float rate) -> chip_network& {
                n.add([=](rcim::network& to, const rcim::shared_fault_map&) {
                    to.emplace<rcim::dropout>(rate, static_cast<std::uint32_t>(to.size()));
                });
                return n;
            },
            self, py::arg("rate"));

    net.def("forward", &chip_network::forward, py::arg("x"), py::kw_only(), py::arg("out") = py::none(), py::arg("batch") = 64,
            py::arg("first_image") = 0,
            "Outputs for float32 inputs (n, channels, height, width) or (n, features), C-contiguous, read where they lie. "
            "`out` takes the results if "
            "given; else they own their memory. first_image numbers the reads, for draws of noise.")
        .def(
            "fit",
            [](chip_network& n, const data_ptr& data, int epochs, index_t batch, int first_epoch, index_t max_steps,
               bool evaluate, bool count_events, const py::object& schedule, const py::object& progress) {
                using namespace pybind11::literals;
                watch watching(progress);
                const rcim::training_record record = n.fit(data,
                                                           {.epochs = epochs,
                                                            .batch = batch,
                                                            .first_epoch = first_epoch,
                                                            .max_steps_per_epoch = max_steps,
                                                            .evaluate = evaluate,
                                                            .count_events = count_events},
                                                           watching, schedule_of(schedule));
                py::list all;
                for (const rcim::epoch_record& e : record.epochs) {
                    all.append(rcim_python::to_dict(e));
                }
                return py::dict("epochs"_a = all, "test_accuracy"_a = record.test_accuracy, "stopped"_a = record.stopped);
            },
            py::arg("data"), py::kw_only(), py::arg("epochs") = 1, py::arg("batch") = 64, py::arg("first_epoch") = 0,
            py::arg("max_steps_per_epoch") = 0, py::arg("evaluate") = true, py::arg("count_events") = true,
            py::arg("schedule") = "constant", py::arg("progress") = true,
            "Trains. progress: True shows how it goes on sys.stderr; a callable takes a dict for each step and epoch, and ends "
            "the training by "
            "returning False. Ctrl-C is heard between steps.")
        .def(
            "evaluate",
            [](chip_network& n, const data_ptr& data, bool train, index_t batch) {
                using namespace pybind11::literals;
                const rcim::evaluation result = n.evaluate(data, train, batch);
                return py::dict("accuracy"_a = result.accuracy, "loss"_a = result.loss, "images"_a = result.images);
            },
            py::arg("data"), py::kw_only(), py::arg("train") = false, py::arg("batch") = 64,
            "On the test images, or those to train on.")
        .def("weights", &chip_network::weights,
             "Effective weights of each layer that has some, float32 (outputs, inputs): read-only views of the network's "
             "memory. Take them anew after "
             "training and set_faults.")
        .def("digital", &chip_network::digital, "Biases and batch-norm parameters, layer by layer: views that can be written.")
        .def("program", &chip_network::program, py::arg("layer"), py::arg("weights"),
             "Writes a float32 matrix (outputs, inputs) into the cells of one layer, numbered as in weights().")
        .def("faults", &chip_network::faults,
             "The stuck cells as they are now: levels int32 (crossbars, rows, cols), -1 for a cell that works, and places "
             "uint32 (crossbars, 4): "
             "layer, row of tiles, column of tiles, array.")
        .def("set_faults", &chip_network::set_faults, py::arg("levels"), py::arg("places") = py::none(),
             "Moves the network to a chip with these stuck cells; places as of faults() if not given. Weights are programmed "
             "as they are used now; "
             "the state of update rules begins anew.")
        .def(
            "costs", [](chip_network& n, const std::string& table) { return to_dict(n.costs(table)); },
            py::arg("table") = "isaac", "What the events that fit has counted cost under a table of constants.")
        .def_property_readonly("events", [](chip_network& n) { return to_dict(n.events()); })
        .def("forget_events", &chip_network::forget_events)
        .def("export_npy", &chip_network::export_npy, py::arg("folder"),
             "Weights, codes, fault masks and optimiser state as files.")
        .def_property_readonly("seed", [](const chip_network& n) { return n.seed(); })
        .def_property("threads", &chip_network::threads, &chip_network::set_threads)
        .def_property_readonly("design", [](const chip_network& n) { return std::const_pointer_cast<any_design>(n.chip()); })
        .def_property_readonly("census",
                               [](chip_network& n) {
                                   using namespace pybind11::literals;
                                   const rcim::cell_census count = n.census();
                                   return py::dict("cells"_a = count.cells, "stuck"_a = count.stuck);
                               })
        .def("__str__", [](chip_network& n) { return n.describe(); });
}

} // namespace detail

/// Everything but designs.
inline void bind(py::module_& m) {
    m.doc() = "Networks whose weights live in ReRAM crossbars (rcim). `designs` holds the designs that were compiled into this "
              "module.";
    py::register_local_exception<rcim::error>(m, "Error", PyExc_ValueError);
    m.attr("__version__") = rcim::text(RCIM_VERSION_MAJOR, ".", RCIM_VERSION_MINOR, ".", RCIM_VERSION_PATCH);
    m.attr("designs") = py::dict();
    py::list tables;
    for (const rcim::cost_table& table : rcim::all_cost_tables()) {
        tables.append(table.name);
    }
    m.attr("cost_tables") = py::tuple(tables);
    detail::bind_designs(m);
    bind_datasets(m);
    detail::bind_networks(m);
}

template <class Chip>
void add_design(py::module_& m, const char* name, const Chip& chip) {
    m.attr("designs")[name] = py::cast(std::shared_ptr<any_design>(std::make_shared<design_of<Chip>>(chip)));
}

} // namespace rcim_python
