/// @file
/// Which threshold of the clip is best: one for all layers, or one for each layer in units of 1 / sqrt(inputs), with LeNet-5 at several
/// shares of stuck cells. The automatic threshold of the library stands on this study.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/schedule.hpp>
#include <rcim/update/clipped_on_use.hpp>

#include <cmath>
#include <filesystem>
#include <memory>
#include <vector>

#include "harness.hpp"
#include "study.hpp"
#include "weight_clipping/faults.hpp"
#include "statistics.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

/// A threshold for all layers, or, per layer, in units of 1 / sqrt(inputs). Value 0: the automatic one.
struct threshold {
    bool per_layer;
    double value;

    [[nodiscard]] float of(index_t inputs) const {
        return static_cast<float>(per_layer ? value / std::sqrt(static_cast<double>(inputs)) : value);
    }
    [[nodiscard]] std::string name() const {
        return value == 0.0 ? "automatic" : per_layer ? text(value, " / sqrt(inputs)") : text(value);
    }
};
const std::vector<threshold> thresholds{{false, 0.125}, {false, 0.25}, {false, 0.5}, {false, 1.0}, {false, 2.0}, {false, 4.0}, {true, 0.0},
                                        {true, 1.0},    {true, 1.5},   {true, 2.0},  {true, 3.0},  {true, 4.0},  {true, 8.0}};
const std::vector<fault_rate> rates{{}, {0.009, 0.001}, {0.045, 0.005}, {0.025, 0.025}, {0.0904, 0.0175}};

/// LeNet-5 as `lenet5` builds it, with a threshold of its own on each layer.
template <class Encoding>
network build(const threshold& theta, const fault_rate& rate, map_shape input, std::uint64_t seed) {
    const auto chip = [&](index_t inputs) {
        return design<>{}
            .with(multilevel_cell<2>{})
            .with(bit_sliced<16, Encoding>{})
            .with(stuck_at{.p_stuck_hrs = static_cast<float>(rate.hrs), .p_stuck_lrs = static_cast<float>(rate.lrs)})
            .with(clipped_on_use<sgd>{.theta = theta.of(inputs), .inner = {.learning_rate = 0.02f, .momentum = 0.9f}});
    };
    using chip_type = decltype(chip(1));
    network net(input, seed);
    const auto convolve = [&](index_t in, index_t out, index_t padding, std::uint32_t place) {
        net.emplace<conv2d<chip_type>>(chip(in * 25), conv2d_options{.in_channels = in, .out_channels = out, .kernel = 5, .padding = padding},
                                       seed, place);
        net.emplace<max_pool>(2);
        net.emplace<relu>();
    };
    convolve(input.channels, 6, 2, 0);
    convolve(6, 16, 0, 1);
    const index_t flat = net.output_shape().size();
    net.emplace<dense<chip_type>>(chip(flat), dense_options{.in = flat, .out = 120}, seed, 2u);
    net.emplace<relu>();
    net.emplace<dense<chip_type>>(chip(120), dense_options{.in = 120, .out = 84}, seed, 3u);
    net.emplace<relu>();
    net.emplace<dense<chip_type>>(chip(84), dense_options{.in = 84, .out = 10}, seed, 4u);
    return net;
}

void run(int argc, char** argv) {
    report out("clip_threshold", "Test accuracy of LeNet-5 on faulty chips over the threshold of the clip.");
    std::string data_folder, plot_file, results = "bench/results/clip_threshold.jsonl";
    int epochs = 2, seeds = 3;
    out.app().add_option("--data", data_folder, "folder in IDX format, plain or gzip; procedural digits if not given")->check(CLI::ExistingDirectory);
    auto* const own_results = out.app().add_option("--results", results, "JSON Lines that runs are added to; what is there is not run again");
    out.app().add_option("--plot", plot_file, "draw the accuracies of offset and differential encoding, .png or .svg");
    out.app().add_option("--epochs", epochs)->check(CLI::Range(1, 10000));
    auto* const own_seeds = out.app().add_option("--seeds", seeds, "runs with as many seeds, from --seed on")->check(CLI::Range(1, 1000));
    out.parse(argc, argv);
    if (!plot_file.empty()) {
        plot::require(plot_file);
    }
    seeds = out.brief() && own_seeds->count() == 0 ? 1 : seeds;
    const plot::detail::scratch_folder scratch;
    if (out.smoke() && own_results->count() == 0) {
        results = scratch.path / "rows.jsonl";
    }
    if (const auto folder = std::filesystem::path(results).parent_path(); !folder.empty()) {
        std::filesystem::create_directories(folder);
    }
    const dataset all = data_folder.empty() ? procedural_digits({.train = 10000, .test = 2000}) : load_idx(data_folder, read_gzip);
    const dataset data = out.smoke() ? first(all, 256, 128) : all;

    std::vector<study_job> jobs;
    const auto key_of = [&](const std::string& encoding, const threshold& theta, const fault_rate& rate, std::uint64_t seed) {
        return json{{"net", "lenet5"},          {"data", data.name},           {"train_images", data.train.size()},
                    {"test_images", data.test.size()}, {"encoding", encoding},  {"theta", theta.value},
                    {"per_layer", theta.per_layer},    {"p_stuck_hrs", rate.hrs}, {"p_stuck_lrs", rate.lrs},
                    {"learning_rate", 0.02},           {"momentum", 0.9},       {"schedule", "cosine"},
                    {"epochs", epochs},                {"batch", 64},           {"seed", seed}};
    };
    for (int k = 0; k < seeds; ++k) {
        const std::uint64_t seed = out.seed() + static_cast<std::uint64_t>(k);
        for (const std::string encoding : {"differential", "offset"}) {
            for (const threshold& theta : thresholds) {
                for (const fault_rate& rate : rates) {
                    jobs.push_back({text(encoding, ", theta ", theta.name(), ", ", name_of(rate), " %, seed ", seed),
                                    key_of(encoding, theta, rate, seed), 1.0, [&, encoding, theta, rate, seed] {
                                        network net = encoding == "offset" ? build<offset>(theta, rate, data.train.shape, seed)
                                                                           : build<differential>(theta, rate, data.train.shape, seed);
                                        const training_record record = fit(net, data, {.epochs = epochs, .schedule = cosine{}});
                                        return json{{"test_accuracy", record.test_accuracy}, {"stopped", record.stopped}};
                                    }});
                }
            }
        }
    }
    run_missing(jobs, results, out.threads());

    const std::vector<json> rows = rows_of(results);
    std::vector<plot::figure> figures;
    for (const std::string encoding : {"differential", "offset"}) {
        std::printf("\n%s, %s, %d epochs; test accuracy in %%, mean over %d seeds, by HRS/LRS in %%\n\n| theta |", data.name.c_str(),
                    encoding.c_str(), epochs, seeds);
        plot::figure figure{.title = text("LeNet-5 on ", data.name, ", ", encoding), .x_label = "threshold", .y_label = "test accuracy (%)", .y_range = "[0:100]"};
        for (const fault_rate& rate : rates) {
            std::printf(" %s |", name_of(rate).c_str());
            figure.curves.push_back({.title = name_of(rate) + " %", .x = {}, .y = {}});
        }
        std::printf("\n|---|---|---|---|---|---|\n");
        for (const threshold& theta : thresholds) {
            std::printf("| %s |", theta.name().c_str());
            figure.x_names.push_back(theta.per_layer && theta.value > 0.0 ? text(theta.value, "/√n") : theta.name());
            for (std::size_t r = 0; r < rates.size(); ++r) {
                std::vector<double> values;
                for (int k = 0; k < seeds; ++k) {
                    const json key = key_of(encoding, theta, rates[r], out.seed() + static_cast<std::uint64_t>(k));
                    for (const json& row : rows) {
                        if (key_without(row, {}) == key) {
                            values.push_back(100.0 * row["test_accuracy"].get<double>());
                        }
                    }
                }
                const sample s = sample_of(values);
                std::printf(" %.2f |", s.mean);
                figure.curves[r].x.push_back(static_cast<double>(figure.x_names.size() - 1));
                figure.curves[r].y.push_back(s.mean);
                figure.curves[r].spread.push_back(s.count > 1 ? s.deviation : 0.0);
                out.add({text(encoding, ", theta ", theta.name(), ", ", name_of(rates[r]), " %"), 1, s.mean, "% test accuracy"});
            }
            std::printf("\n");
        }
        figures.push_back(std::move(figure));
    }
    out.write();
    if (!plot_file.empty()) {
        plot::draw(figures, plot_file);
    }
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
