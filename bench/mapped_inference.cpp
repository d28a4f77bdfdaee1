/// @file
/// Networks that were trained without faults, put on chips with them: how accuracy falls with the share of stuck cells, and what an
/// AN code and a clip at the largest trained weight keep of it. Inference only; bench/weight_clipping trains on faulty chips.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/data/cifar.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/json_lines.hpp>
#include <rcim/train/schedule.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/frozen.hpp>

#include <chrono>
#include <filesystem>
#include <vector>

#include "harness.hpp"
#include "study.hpp"
#include "weight_clipping/faults.hpp"
#include "weight_clipping/methods.hpp"
#include "statistics.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

struct options {
    std::vector<std::string> nets{"lenet5", "vgg8", "resnet20"}, densities{"0.01", "0.1", "1", "5"};
    std::string data, cifar, plot, ratio = "9:1";
    std::string results = "bench/results/mapped_inference.jsonl";
    int images = 1000, seeds = 1, max_steps = 0;
};

const std::vector<std::string> methods{"none", "clipped_on_use", "an_code", "an_code rounded", "an_code clipped"};

auto chip_with(const fault_rate& rate) {
    return design<>{}
        .with(multilevel_cell<2>{})
        .with(bit_sliced<16, differential>{})
        .with(geometry<128, 128>{})
        .with(stuck_at{.p_stuck_hrs = static_cast<float>(rate.hrs), .p_stuck_lrs = static_cast<float>(rate.lrs)});
}

network mapped_net(const std::string& method, const conditions& c) {
    const auto plain = chip_with(c.rate);
    const auto coded = plain.with(bit_serial_dac<16>{}).with(an_code<119>{.zeroes = method != "an_code rounded"});
    if (method == "none") {
        return build_net(c, plain);
    }
    if (method == "clipped_on_use") {
        return build_net(c, plain.with(clipped_on_use<frozen>{}));
    }
    return method == "an_code clipped" ? build_net(c, coded.with(clipped_on_use<frozen>{})) : build_net(c, coded);
}

void run(int argc, char** argv) {
    report out("mapped_inference", "Accuracy of networks trained without faults and put on faulty chips.");
    options o;
    CLI::App& app = out.app();
    auto* const own_nets = app.add_option("--net", o.nets)->delimiter(',')->check(CLI::IsMember({"lenet5", "vgg8", "vgg8-plain", "resnet20"}));
    app.add_option("--data", o.data, "for lenet5: folder in IDX format; procedural digits if not given")->check(CLI::ExistingDirectory);
    app.add_option("--cifar", o.cifar, "for the other nets: folder with data_batch_1, 2, 3 (train) and test_first1000, .bin.gz; as lenet5 if not given")
        ->check(CLI::ExistingDirectory);
    app.add_option("--densities", o.densities, "stuck cells in %")->delimiter(',');
    app.add_option("--ratio", o.ratio, "HRS:LRS");
    app.add_option("--images", o.images, "test images, from the first on")->check(CLI::Range(1, 1000000));
    app.add_option("--max-steps", o.max_steps, "end epochs of the training after as many steps; 0: all")->check(CLI::Range(0, 1 << 30));
    auto* const own_results = app.add_option("--results", o.results, "JSON Lines that runs are added to; what is there is not run again");
    app.add_option("--plot", o.plot, "draw accuracy over density, one panel per net, .png or .svg");
    app.add_option("--seeds", o.seeds, "runs with as many seeds, from --seed on")->check(CLI::Range(1, 1000));
    out.parse(argc, argv);
    if (!o.plot.empty()) {
        plot::require(o.plot);
    }
    const plot::detail::scratch_folder scratch;
    if (out.smoke()) {
        o.images = std::min(o.images, 32);
        o.max_steps = 4;
        o.densities = {"1"};
        if (own_nets->count() == 0) {
            o.nets = {"lenet5"};
        }
        if (own_results->count() == 0) {
            o.results = scratch.path / "rows.jsonl";
        }
    }
    if (const auto folder = std::filesystem::path(o.results).parent_path(); !folder.empty()) {
        std::filesystem::create_directories(folder);
    }

    thread_pool pool(out.threads());
    const std::vector<fault_rate> rates = rates_of(o.densities, {o.ratio});
    std::vector<json> rows = rows_of(o.results);
    std::vector<plot::figure> figures;
    for (const net_settings& net : all_nets()) {
        if (std::find(o.nets.begin(), o.nets.end(), net.name) == o.nets.end()) {
            continue;
        }
        const bool colour = !net.grey && !o.cifar.empty();
        const std::filesystem::path folder = o.cifar;
        dataset data = colour ? load_cifar10({folder / "data_batch_1.bin.gz", folder / "data_batch_2.bin.gz", folder / "data_batch_3.bin.gz"},
                                             {folder / "test_first1000.bin.gz"}, read_gzip)
                       : o.data.empty() ? procedural_digits({.train = 10000, .test = 2000})
                                        : load_idx(o.data, read_gzip);
        data = first(data, data.train.size(), std::min<index_t>(o.images, data.test.size()));
        const pixel_table table(data.mean, data.deviation);
        std::vector<std::vector<std::vector<double>>> accuracy(methods.size(), std::vector<std::vector<double>>(rates.size()));
        for (int k = 0; k < o.seeds; ++k) {
            const std::uint64_t seed = out.seed() + static_cast<std::uint64_t>(k);
            const int epochs = out.smoke() ? 1 : net.epochs;
            conditions how{.net = net.name, .input = data.train.shape, .learning_rate = net.learning_rate, .momentum = 0.9, .seed = seed};
            network trained = build_net(how, chip_with({}).with(how.rule()));
            bool ready = false;
            for (std::size_t m = 0; m < methods.size(); ++m) {
                for (std::size_t r = 0; r < rates.size(); ++r) {
                    const json key{{"net", net.name}, {"data", data.name}, {"train_images", data.train.size()}, {"test_images", data.test.size()},
                                   {"epochs", epochs}, {"max_steps_per_epoch", o.max_steps}, {"learning_rate", net.learning_rate},
                                   {"encoding", "differential"}, {"method", methods[m]}, {"p_stuck_hrs", rates[r].hrs},
                                   {"p_stuck_lrs", rates[r].lrs}, {"seed", seed}};
                    const auto done = std::find_if(rows.begin(), rows.end(), [&](const json& row) { return key_without(row, {}) == key; });
                    if (done != rows.end()) {
                        accuracy[m][r].push_back(100.0 * (*done)["test_accuracy"].get<double>());
                        continue;
                    }
                    if (!ready) {
                        std::printf("training %s, seed %llu\n", net.name.c_str(), static_cast<unsigned long long>(seed));
                        std::fflush(stdout);
                        progress shown;
                        fit(trained, data, {.epochs = epochs, .pool = &pool, .schedule = cosine{}, .evaluate = false,
                                            .max_steps_per_epoch = o.max_steps, .callbacks = {&shown}});
                        ready = true;
                    }
                    how.rate = rates[r];
                    network mapped = mapped_net(methods[m], how);
                    map_weights(trained, mapped);
                    const auto started = std::chrono::steady_clock::now();
                    json row = key;
                    row["test_accuracy"] = evaluate(mapped, data.test, table, {.pool = &pool}).accuracy;
                    row["isa"] = isa();
                    row["compiler"] = build_compiler();
                    row["flags"] = build_flags();
                    row["commit"] = build_commit();
                    append_json_line(o.results, row);
                    accuracy[m][r].push_back(100.0 * row["test_accuracy"].get<double>());
                    std::printf("%s %s, %s %%, seed %llu: %.2f %%  (%.1f s)\n", net.name.c_str(), methods[m].c_str(), name_of(rates[r]).c_str(),
                                static_cast<unsigned long long>(seed), accuracy[m][r].back(),
                                std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
                    std::fflush(stdout);
                    rows.push_back(std::move(row));
                }
            }
        }
        std::printf("\n%s on %s, trained without faults; accuracy in %% on %lld test images, mean over %d seeds, by HRS/LRS in %%\n\n| chip |",
                    net.name.c_str(), data.name.c_str(), static_cast<long long>(data.test.size()), o.seeds);
        plot::figure figure{.title = text(net.name, " on ", data.name, ", trained without faults"), .x_label = "stuck cells, HRS/LRS (%)",
                            .y_label = "test accuracy (%)", .y_range = "[0:100]"};
        for (const fault_rate& rate : rates) {
            std::printf(" %s |", name_of(rate).c_str());
            figure.x_names.push_back(name_of(rate));
        }
        std::printf("\n|---|");
        for (std::size_t r = 0; r < rates.size(); ++r) {
            std::printf("---|");
        }
        for (std::size_t m = 0; m < methods.size(); ++m) {
            std::printf("\n| %s |", methods[m].c_str());
            plot::curve curve{.title = methods[m], .x = {}, .y = {}};
            for (std::size_t r = 0; r < rates.size(); ++r) {
                const sample s = sample_of(accuracy[m][r]);
                std::printf(" %.2f |", s.mean);
                curve.x.push_back(static_cast<double>(r));
                curve.y.push_back(s.mean);
                out.add({text(net.name, ' ', methods[m], " at ", name_of(rates[r])), out.threads(), s.mean, "% test accuracy"});
            }
            figure.curves.push_back(std::move(curve));
        }
        std::printf("\n");
        figures.push_back(std::move(figure));
    }
    out.write();
    if (!o.plot.empty()) {
        plot::draw(figures, o.plot);
    }
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
