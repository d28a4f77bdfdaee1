/// @file
/// What cells that are not exact cost: images per second of training LeNet-5 on 16-bit weights in differential pairs of 2-bit cells, with
/// each model of docs/cells.md, beside the same chip with exact cells in the same rounds. One thread.

#include "harness.hpp"

#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/measured_errors.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/cell/write_verified.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <memory>
#include <vector>

namespace {

using namespace rcim;
using namespace rcim_bench;

void run(int argc, char** argv) {
    report out("cell_models", "Images per second of training LeNet-5 on cells that are not exact.");
    out.parse(argc, argv);
    const int rounds = out.smoke() ? 3 : out.brief() ? 9 : 21;
    const dataset data = procedural_digits({.train = out.smoke() ? 256 : 2048, .test = 10, .seed = out.seed()});
    thread_pool one(1);

    using cell = multilevel_cell<2>;
    constexpr cell exact{.on_off_ratio = 10.0};
    const auto chip = design<>{}
                          .with(bit_sliced<16, differential>{})
                          .with(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
                          .with(clipped_on_use<sgd>{.theta = 0.25f, .inner = {.learning_rate = 0.05f}});
    std::vector<contender> runs;
    const auto add = [&](const char* name, const auto& model) {
        const auto net = std::make_shared<network>(lenet5(chip.with(model), out.seed()));
        const auto epoch = std::make_shared<int>(0);
        runs.push_back({name, [&data, &one, net, epoch] {
                            const int now = (*epoch)++;
                            const training_record record =
                                fit(*net, data, {.epochs = now + 1, .batch = 64, .pool = &one, .evaluate = false, .first_epoch = now});
                            if (!record.stopped.empty()) {
                                throw error(record.stopped);
                            }
                            return record.epochs[0].images_per_second;
                        }});
    };
    // A tenth of the measured errors, so that all chips learn and write about as often.
    programming_error<cell> small = nvmexplorer_error(exact);
    for (float& s : small.sigma) {
        s *= 0.1f;
    }
    const pulsed<cell> pulses{.rate_up = 0.01f, .rate_down = 0.015f, .noise = 1e-4f, .rate_variation = 0.1f, .inverted = true, .inner = exact};
    add("exact", exact);
    add("programming_error", small);
    add("programming_error, NVMExplorer", nvmexplorer_error(exact));
    add("programming_error, uneven levels", nvmexplorer_error(nvmexplorer_means(exact)));
    add("device_variation", device_variation<cell>{.sigma = 0.01f, .inner = exact});
    add("cycle_variation", cycle_variation<cell>{.sigma = 0.001f, .inner = exact});
    add("pulsed", pulses);
    add("write_verified<pulsed>", write_verified<pulsed<cell>>{.tolerance = 0.05f, .budget = 200, .inner = pulses});
    add("drifting, by age alone", drifting<cell>{.mean = 0.001f, .inner = exact});
    add("drifting, each step", drifting<cell>{.mean = 0.001f, .spread = 0.0003f, .seconds_per_step = 1.0, .inner = exact});
    interleave(runs, rounds);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const spread s = spread_of(ratios(runs[i], runs[0]));
        char words[64];
        std::snprintf(words, sizeof words, "(quartiles %.3g to %.3g)", s.low, s.high);
        out.add({runs[i].name, 1, median(runs[i].rates), "images/s", s.middle, "of exact", words});
    }
    out.finish();
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
