#pragma once

#include <rcim/train/callback.hpp>

#include <pybind11/iostream.h>

#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "arrays.hpp"

namespace rcim_python {

/// Lets Python's signal handlers run and throws what they raise: KeyboardInterrupt after Ctrl-C. Needs the GIL.
inline void raise_signals() {
    if (PyErr_CheckSignals() != 0) {
        throw py::error_already_set();
    }
}

[[nodiscard]] inline py::dict to_dict(const rcim::epoch_record& e) {
    using namespace pybind11::literals;
    return py::dict("epoch"_a = e.epoch, "loss"_a = e.loss, "train_accuracy"_a = e.train_accuracy,
                    "test_accuracy"_a = e.test_accuracy, "test_loss"_a = e.test_loss, "max_abs_weight"_a = e.max_abs_weight,
                    "gradient_norm"_a = e.gradient_norm, "lost_updates"_a = e.lost_updates, "rate"_a = e.rate,
                    "stuck_cells"_a = e.stuck_cells, "cell_writes"_a = e.cell_writes, "worn_cells"_a = e.worn_cells,
                    "seconds"_a = e.seconds, "images_per_second"_a = e.images_per_second);
}

/// Watches a training for Python, which has let go of the GIL meanwhile: shows how it goes on sys.stderr or asks a callable, and hears
/// Ctrl-C between steps.
class watch final : public rcim::callback {
public:
    /// shown: True, False or None, or a callable that takes a dict for each step and epoch, and ends the training by returning False.
    explicit watch(py::object shown) : asked_(std::move(shown)) {
        if (asked_.is_none() || asked_.is(py::bool_(false))) {
            asked_ = py::none();
        } else if (asked_.is(py::bool_(true))) {
            asked_ = py::none();
            const py::object err = py::module_::import("sys").attr("stderr");
            if (!err.is_none()) {
                buffer_ = std::make_unique<py::detail::pythonbuf>(err);
                out_ = std::make_unique<std::ostream>(buffer_.get());
                text_ = std::make_unique<rcim::progress>(*out_, err.attr("isatty")().cast<bool>());
            }
        } else if (PyCallable_Check(asked_.ptr()) == 0) {
            refuse_type("fit", "progress", "True, False or a callable that takes a dict",
                        std::string(py::str(py::type::of(asked_).attr("__name__"))));
        }
    }

    void on_start(const rcim::training_state& at) override {
        const py::gil_scoped_acquire gil;
        raise_signals();
        if (text_) {
            text_->on_start(at);
        }
    }
    void on_step(const rcim::training_state& at, const rcim::step_record& step) override {
        using namespace pybind11::literals;
        const py::gil_scoped_acquire gil;
        raise_signals();
        if (text_) {
            text_->on_step(at, step);
        } else if (!asked_.is_none()) {
            ask(py::dict("event"_a = "step", "epoch"_a = at.epoch, "epochs"_a = at.epochs, "step"_a = at.step,
                         "steps"_a = at.steps_per_epoch, "images"_a = at.images, "loss"_a = step.loss,
                         "accuracy"_a = step.accuracy, "rate"_a = step.rate));
        }
    }
    void on_epoch(const rcim::training_state& at, const rcim::epoch_record& epoch) override {
        using namespace pybind11::literals;
        const py::gil_scoped_acquire gil;
        raise_signals();
        if (text_) {
            text_->on_epoch(at, epoch);
        } else if (!asked_.is_none()) {
            py::dict all = to_dict(epoch);
            all["event"] = "epoch";
            all["epochs"] = at.epochs;
            ask(all);
        }
    }
    void on_end(const rcim::training_state& at, const rcim::training_record& record) override {
        if (text_) {
            const py::gil_scoped_acquire gil;
            text_->on_end(at, record);
        }
    }

private:
    void ask(const py::dict& event) {
        if (asked_(event).is(py::bool_(false))) {
            stop = "progress returned False";
        }
    }

    py::object asked_;
    std::unique_ptr<py::detail::pythonbuf> buffer_;
    std::unique_ptr<std::ostream> out_;
    std::unique_ptr<rcim::progress> text_;
};

} // namespace rcim_python
