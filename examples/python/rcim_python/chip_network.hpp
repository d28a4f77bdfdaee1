#pragma once

/// @file
/// A network as Python holds it: how it was made, so that it can be made again on a chip with other faults; its threads; and whose turn it is.

#include <rcim/core/thread_pool.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/cost/report.hpp>
#include <rcim/cost/tables.hpp>
#include <rcim/data/export.hpp>
#include <rcim/nn/adaptable.hpp>
#include <rcim/nn/dropout.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "any_design.hpp"
#include "arrays.hpp"
#include "dataset.hpp"
#include "watch.hpp"

namespace rcim_python {

using design_ptr = std::shared_ptr<const any_design>;

/// The network's turn: one thread of Python at a time, and this one again from its callbacks. Waits without the GIL and hears Ctrl-C.
class turn {
public:
    explicit turn(std::recursive_timed_mutex& busy) : lock_(busy, std::defer_lock) {
        while (!lock_.try_lock()) {
            bool mine = false;
            {
                const py::gil_scoped_release released;
                mine = lock_.try_lock_for(std::chrono::milliseconds(50));
            }
            if (mine) {
                return;
            }
            raise_signals();
        }
    }

private:
    std::unique_lock<std::recursive_timed_mutex> lock_;
};

/// The number on the chip of the next layer with weights.
[[nodiscard]] inline std::uint32_t next_place(rcim::network& net) {
    std::uint32_t count = 0;
    net.each([&](rcim::layer& one) { count += one.adaptable() != nullptr ? 1 : 0; });
    return count;
}

struct fit_request {
    int epochs = 1;
    index_t batch = 64;
    int first_epoch = 0;
    index_t max_steps_per_epoch = 0;
    bool evaluate = true;
    bool count_events = true;
};

class chip_network {
public:
    using maker = std::function<rcim::network(const rcim::shared_fault_map&)>;
    using addition = std::function<void(rcim::network&, const rcim::shared_fault_map&)>;

    chip_network(design_ptr chip, maker make, int threads) : chip_(std::move(chip)), make_(std::move(make)) {
        set_threads(threads);
        const py::gil_scoped_release released;
        net_ = std::make_shared<rcim::network>(make_({}));
    }

    /// Adds a layer, now and whenever the network is made again.
    void add(addition layer) {
        const turn mine(busy_);
        refuse_while_training("a layer");
        layer(*net_, map_);
        additions_.push_back(std::move(layer));
    }
    [[nodiscard]] const design_ptr& chip() const { return chip_; }
    [[nodiscard]] std::uint64_t seed() const { return net_->seed(); }
    [[nodiscard]] rcim::cell_census census() {
        const turn mine(busy_);
        return net_->census();
    }
    [[nodiscard]] std::string describe() {
        const turn mine(busy_);
        return net_->describe();
    }
    [[nodiscard]] int threads() const { return pool_->size(); }
    /// 0: one per processor.
    void set_threads(int threads) {
        const turn mine(busy_);
        refuse_while_training("another number of threads");
        const int processors = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
        pool_ = std::make_unique<rcim::thread_pool>(threads == 0 ? processors : threads);
    }

    /// x as it lies in the caller's memory, y as the network's output lies; neither is copied to another array first.
    py::array forward(const py::object& object, const py::object& out, index_t batch, std::uint64_t first_image) {
        const py::array x = array_of<float>("forward", "x", object);
        const rcim::map_shape in = net_->input_shape();
        const rcim::map_shape to = net_->output_shape();
        const std::vector<index_t> shape = shape_of(x);
        const bool fits = shape == std::vector<index_t>{shape.empty() ? 0 : shape[0], in.channels, in.height, in.width} ||
                          (shape.size() == 2 && shape[1] == in.size());
        if (!fits) {
            rcim::fail("forward", "shape of x",
                       rcim::text("(n, ", in.channels, ", ", in.height, ", ", in.width, ") or (n, ", in.size(), ")"),
                       shape_text(shape));
        }
        require_contiguous("forward", "x", x);
        if (batch < 1) {
            rcim::fail("forward", "batch", "at least 1", rcim::text(batch));
        }
        const index_t samples = shape[0];
        std::vector<index_t> out_shape{samples, to.channels, to.height, to.width};
        if (to.plane() == 1) {
            out_shape.resize(2);
        }
        std::unique_ptr<float[]> fresh;
        float* y = nullptr;
        if (out.is_none()) {
            fresh.reset(new float[static_cast<std::size_t>(samples * to.size())]);
            y = fresh.get();
        } else {
            py::array given = array_of<float>("forward", "out", out);
            if (shape_of(given) != out_shape) {
                rcim::fail("forward", "shape of out", shape_text(out_shape), shape_text(shape_of(given)));
            }
            require_contiguous("forward", "out", given);
            if (!given.writeable()) {
                rcim::fail("forward", "out", "an array that can be written", "a read-only one");
            }
            y = static_cast<float*>(given.mutable_data());
        }
        const auto* const from = static_cast<const float*>(x.data());
        const turn mine(busy_);
        for (index_t begin = 0; begin < samples; begin += batch) {
            raise_signals();
            const py::gil_scoped_release released;
            run_batch(from + begin * in.size(), std::min(batch, samples - begin),
                      first_image + static_cast<std::uint64_t>(begin), y + begin * to.size());
        }
        return out.is_none() ? owned(std::move(fresh), std::move(out_shape)) : py::reinterpret_borrow<py::array>(out);
    }

    rcim::training_record fit(const data_ptr& data, const fit_request& wish, watch& watching,
                              const rcim::rate_schedule& schedule) {
        const turn mine(busy_);
        refuse_while_training("a training");
        const training_mark mark(training_);
        const py::gil_scoped_release released;
        return rcim::fit(*net_, *data,
                         {.epochs = wish.epochs,
                          .batch = wish.batch,
                          .pool = pool_.get(),
                          .schedule = schedule,
                          .events = wish.count_events ? &events_ : nullptr,
                          .evaluate = wish.evaluate,
                          .max_steps_per_epoch = wish.max_steps_per_epoch,
                          .first_epoch = wish.first_epoch,
                          .callbacks = {&watching}});
    }

    /// On the test or the training images, in pieces of 512 between which signals are heard.
    rcim::evaluation evaluate(const data_ptr& data, bool train, index_t batch) {
        const rcim::image_set& set = train ? data->train : data->test;
        rcim::check(*data);
        if (batch < 1) {
            rcim::fail("evaluate", "batch", "at least 1", rcim::text(batch));
        }
        const rcim::pixel_table table(data->mean, data->deviation);
        const turn mine(busy_);
        rcim::evaluation all;
        index_t right = 0;
        const index_t piece = (512 + batch - 1) / batch * batch;
        for (index_t begin = 0; begin < set.size(); begin += piece) {
            raise_signals();
            const py::gil_scoped_release released;
            const index_t end = std::min(begin + piece, set.size());
            const rcim::image_set part{
                set.shape,
                set.classes,
                {set.images.begin() + begin * set.shape.size(), set.images.begin() + end * set.shape.size()},
                {set.labels.begin() + begin, set.labels.begin() + end}};
            const rcim::evaluation one = rcim::evaluate(
                *net_, part, table, {.batch = batch, .pool = pool_.get(), .first_image = static_cast<std::uint64_t>(begin)});
            all.images += one.images;
            all.loss += one.loss * static_cast<double>(one.images);
            right += static_cast<index_t>(std::llround(one.accuracy * static_cast<double>(one.images)));
        }
        all.loss /= static_cast<double>(all.images);
        all.accuracy = static_cast<double>(right) / static_cast<double>(all.images);
        return all;
    }

    /// Effective weights of each layer that has some, as views.
    py::list weights() {
        const turn mine(busy_);
        py::list all;
        net_->each([&](rcim::layer& one) {
            if (const rcim::matrix_view<const float> w = one.parameters().weights; w.rows > 0) {
                all.append(shared(w.data, {w.rows, w.cols}, {w.stride, 1}, net_));
            }
        });
        return all;
    }
    /// Biases, batch-norm parameters and running statistics, as views that can be written.
    py::list digital() {
        const turn mine(busy_);
        py::list all;
        net_->each([&](rcim::layer& one) {
            for (const std::span<float> values : one.parameters().digital) {
                all.append(shared(values.data(), {static_cast<index_t>(values.size())}, net_, true));
            }
        });
        return all;
    }
    /// Programs the weights of one layer.
    void program(index_t number, const py::object& object) {
        const py::array w = array_of<float>("program", "weights", object);
        if (w.ndim() != 2) {
            rcim::fail("program", "weights", "(outputs, inputs)", "shape " + shape_text(shape_of(w)));
        }
        const auto size = static_cast<index_t>(sizeof(float));
        if ((w.shape(1) > 1 && w.strides(1) != size) || w.strides(0) % size != 0) {
            rcim::fail("program", "weights", "rows whose elements lie side by side; numpy.ascontiguousarray copies into such",
                       "strides " + shape_text({w.strides(0), w.strides(1)}) + " bytes");
        }
        const turn mine(busy_);
        rcim::layer* chosen = nullptr;
        index_t count = 0;
        net_->each([&](rcim::layer& one) {
            if (one.parameters().weights.rows > 0 && count++ == number) {
                chosen = &one;
            }
        });
        if (chosen == nullptr) {
            rcim::fail("program", "layer", rcim::text("0 to ", count - 1), rcim::text(number));
        }
        const rcim::matrix_view<const float> now = chosen->parameters().weights;
        if (w.shape(0) != now.rows || w.shape(1) != now.cols) {
            rcim::fail("program", rcim::text("shape of the weights of layer ", number), shape_text({now.rows, now.cols}),
                       shape_text(shape_of(w)));
        }
        const py::gil_scoped_release released;
        chosen->program({static_cast<const float*>(w.data()), now.rows, now.cols, w.strides(0) / size});
    }

    /// Levels of stuck cells int32 (crossbars, rows, cols), -1 for a cell that works, and what each crossbar holds, uint32 (crossbars, 4): layer, row of
    /// tiles, column of tiles, array. Smaller crossbars are filled up with cells that work.
    py::tuple faults() {
        const turn mine(busy_);
        const rcim::fault_map map = net_->faults();
        index_t rows = 0;
        index_t cols = 0;
        for (const auto& [place, one] : map.crossbars()) {
            rows = std::max(rows, one.rows);
            cols = std::max(cols, one.cols);
        }
        const auto count = static_cast<index_t>(map.crossbars().size());
        auto levels = std::make_unique<std::int32_t[]>(static_cast<std::size_t>(count * rows * cols));
        auto places = std::make_unique<std::uint32_t[]>(static_cast<std::size_t>(4 * count));
        std::fill_n(levels.get(), count * rows * cols, rcim::healthy);
        index_t number = 0;
        for (const auto& [place, one] : map.crossbars()) {
            for (index_t r = 0; r < one.rows; ++r) {
                std::copy_n(one.levels.begin() + r * one.cols, one.cols, levels.get() + (number * rows + r) * cols);
            }
            std::uint32_t* const p = places.get() + 4 * number++;
            p[0] = place.layer;
            p[1] = place.row_tile;
            p[2] = place.col_tile;
            p[3] = place.array;
        }
        return py::make_tuple(owned(std::move(levels), {count, rows, cols}), owned(std::move(places), {count, 4}));
    }

    /// The same network on a chip with these stuck cells: weights as the present chip uses them are programmed into it, digital parameters are kept,
    /// the state of update rules begins anew. Changes nothing where the map is refused.
    void set_faults(const py::object& levels_object, const py::object& places_object) {
        const turn mine(busy_);
        refuse_while_training("other faults");
        const py::array levels = array_of<std::int32_t>("set_faults", "levels", levels_object);
        const py::array places =
            array_of<std::uint32_t>("set_faults", "places", places_object.is_none() ? py::object(faults()[1]) : places_object);
        if (levels.ndim() != 3) {
            rcim::fail("set_faults", "levels", "(crossbars, rows, cols)", "shape " + shape_text(shape_of(levels)));
        }
        if (shape_of(places) != std::vector<index_t>{levels.shape(0), 4}) {
            rcim::fail("set_faults", "places", shape_text({levels.shape(0), 4}), "shape " + shape_text(shape_of(places)));
        }
        require_contiguous("set_faults", "levels", levels);
        require_contiguous("set_faults", "places", places);
        const auto* const from = static_cast<const std::int32_t*>(levels.data());
        const auto* const where = static_cast<const std::uint32_t*>(places.data());
        const index_t crossbars = levels.shape(0);
        const index_t rows = levels.shape(1);
        const index_t cols = levels.shape(2);

        const py::gil_scoped_release released;
        rcim::fault_map map;
        for (index_t n = 0; n < crossbars; ++n) {
            const std::uint32_t* const p = where + 4 * n;
            std::copy_n(from + n * rows * cols, rows * cols, map.add({p[0], p[1], p[2], p[3]}, rows, cols).levels.begin());
        }
        const rcim::shared_fault_map chip{std::make_shared<const rcim::fault_map>(std::move(map))};
        auto next = std::make_shared<rcim::network>(make_(chip));
        for (const addition& layer : additions_) {
            layer(*next, chip);
        }
        rcim::map_weights(*net_, *next);
        net_ = std::move(next); // views of the old one keep it
        map_ = chip;
    }

    [[nodiscard]] rcim::cost_report costs(const std::string& table) {
        const turn mine(busy_);
        return rcim::price(events_, rcim::cost_table_named(table));
    }
    [[nodiscard]] rcim::event_ledger events() {
        const turn mine(busy_);
        return events_;
    }
    void forget_events() {
        const turn mine(busy_);
        refuse_while_training("an empty ledger");
        events_ = {};
    }

    void export_npy(const std::string& folder) {
        const turn mine(busy_);
        const py::gil_scoped_release released;
        rcim::export_npy(*net_, folder);
    }

private:
    class training_mark {
    public:
        explicit training_mark(bool& flag) : flag_(flag) { flag_ = true; }
        training_mark(const training_mark&) = delete;
        training_mark& operator=(const training_mark&) = delete;
        ~training_mark() { flag_ = false; }

    private:
        bool& flag_;
    };

    /// Between the steps of a training its callback may read, and change what cells hold; not the network itself.
    void refuse_while_training(const char* what) const {
        if (training_) {
            rcim::fail("Network", what, "a network that is not being trained", "one inside of fit");
        }
    }

    void run_batch(const float* from, index_t samples, std::uint64_t image, float* to) {
        constexpr index_t lanes = rcim::samples_per_block;
        const index_t features = net_->input_shape().size();
        x_.reshape(net_->input_shape(), samples);
        pool_->run(x_.blocks(), [&](index_t begin, index_t end) {
            for (index_t b = begin; b < end; ++b) {
                float* const block = x_.block(b);
                const index_t count = x_.samples_in_block(b);
                for (index_t f = 0; f < features; ++f) {
                    for (index_t lane = 0; lane < lanes; ++lane) {
                        block[f * lanes + lane] = lane < count ? from[(b * lanes + lane) * features + f] : 0.0f;
                    }
                }
            }
        });
        rcim::require_finite(x_, "forward");
        const rcim::batch_tensor& y = net_->forward(x_, {.pool = *pool_, .seed = net_->seed(), .image = image});
        const index_t outputs = y.shape().size();
        for (index_t n = 0; n < samples; ++n) {
            for (index_t f = 0; f < outputs; ++f) {
                to[n * outputs + f] = y.at(n, f);
            }
        }
    }

    design_ptr chip_;
    maker make_;
    std::vector<addition> additions_;
    rcim::shared_fault_map map_;
    std::shared_ptr<rcim::network> net_;
    std::unique_ptr<rcim::thread_pool> pool_;
    rcim::event_ledger events_;
    rcim::batch_tensor x_;
    std::recursive_timed_mutex busy_;
    bool training_ = false;
};

} // namespace rcim_python
