/// @file
/// What it costs to count events while a network trains: steps of `fit` with a ledger beside steps without, in time; and for a profiler that counts
/// instructions, so many steps of one of them and nothing else:
///
///     valgrind --tool=callgrind bench_event_counting --steps 12 --only changed [--counted]
///
/// What 4 steps take less than 12 is 8 steps without all that comes before. (valgrind 3.19 knows no AVX-512: build with RCIM_NATIVE=OFF and CMAKE_CXX_FLAGS=-march=haswell.)

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/activation_arrays.hpp>
#include <rcim/update/elided_rows.hpp>
#include <rcim/update/row_write.hpp>
#include <rcim/update/sgd.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

/// A design under study and how a network is built on it.
struct subject {
    std::string name;
    std::string about;
    std::function<network(map_shape, std::uint64_t)> build;
};

template <class Design>
subject of(const std::string& name, const std::string& about, const Design& chip) {
    return {name, about, [chip](map_shape input, std::uint64_t seed) { return lenet5(chip, seed, input); }};
}

std::vector<subject> subjects() {
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(geometry<128, 128>{}).with(bit_serial_dac<16>{});
    constexpr sgd rule{.learning_rate = 0.02f, .momentum = 0.9f};
    return {of("changed", "weights, cells that change", chip.with(rule)),
            of("rows", "weights and activations, whole rows", chip.with(row_write<sgd>{.inner = rule}).with(activation_arrays<>{})),
            of("elided", "the same, rows that are not zero", chip.with(row_write<sgd>{.inner = rule}).with(elided_rows<>{})),
            of("wear", "weights, each cell worn by its writes", chip.with(rule).with(wear_out{.mean = 1e9})),
            of("cells", "activations, each cell compared", chip.with(rule).with(activation_arrays<>{.changed_cells_only = true}))};
}

/// Trains for some steps from where the last call ended. Returns images per second.
class trainer {
public:
    trainer(const subject& s, const dataset& data, bool counted, int steps, std::uint64_t seed)
        : data_(data), net_(s.build(data.train.shape, seed)), counted_(counted), steps_(steps) {}

    double operator()() {
        const training_record record = fit(net_, data_, {.epochs = epoch_ + 1, .events = counted_ ? &events_ : nullptr, .evaluate = false,
                                                         .max_steps_per_epoch = steps_, .first_epoch = epoch_});
        ++epoch_;
        return record.epochs.back().images_per_second;
    }

private:
    const dataset& data_;
    network net_;
    event_ledger events_;
    bool counted_;
    int steps_;
    int epoch_ = 0;
};

void run(int argc, char** argv) {
    report out("event_counting", "Time of training steps of LeNet-5 with events counted, beside steps without.");
    int steps = 40;
    std::string only;
    bool counted = false;
    CLI::App& app = out.app();
    std::vector<std::string> names;
    for (const subject& s : subjects()) {
        names.push_back(s.name);
    }
    app.add_option("--steps", steps, "of 64 images, in one measurement")->check(CLI::Range(1, 100000));
    auto* const alone = app.add_option("--only", only, "train this design once, without measuring: for a profiler")->check(CLI::IsMember(names));
    app.add_flag("--counted", counted, "with --only: count events")->needs(alone);
    out.parse(argc, argv);
    steps = out.smoke() ? 1 : steps;
    const dataset data = procedural_digits({.train = 64 * std::max(steps, 40), .test = 10}); // so that few steps differ in nothing but their number
    if (!only.empty()) {
        for (const subject& s : subjects()) {
            if (s.name == only) {
                trainer(s, data, counted, steps, out.seed())();
            }
        }
        return;
    }
    for (const subject& s : subjects()) {
        std::vector<contender> pair;
        for (const bool on : {false, true}) {
            const auto net = std::make_shared<trainer>(s, data, on, steps, out.seed());
            pair.push_back({s.name, [net] { return (*net)(); }});
        }
        interleave(pair, out.smoke() ? 1 : out.brief() ? 9 : 15);
        out.add({s.about + ", not counted", 1, median(pair[0].rates), "images/s"});
        out.add({s.about + ", counted", 1, median(pair[1].rates), "images/s", median(ratios(pair[1], pair[0])), "not counted"});
    }
    out.finish();
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
