/// @file
/// A chip that dies while it learns: cells wear out under the writes of training itself, or faults arrive epoch by epoch. LeNet-5
/// with and without weight clipping; accuracy over writes, and where it has fallen 5 points below its best.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/arriving.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/clipped_on_use.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <vector>

#include "harness.hpp"
#include "study.hpp"
#include "statistics.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

struct options {
    std::string data, plot;
    std::string results = "bench/results/growing_faults.jsonl";
    std::vector<double> endurances{100.0, 1000.0};
    double sigma = 0.5, hrs_share = 0.9, density = 5.0;
    int parts = 60, steps = 156, seeds = 3;
};

constexpr sgd inner_rule{.learning_rate = 0.02f, .momentum = 0.9f};

/// What becomes of the cells: an endurance, or 0 for faults that arrive.
struct ageing {
    double endurance;

    [[nodiscard]] std::string name() const { return endurance > 0.0 ? text("endurance ", endurance) : "arriving"; }
};

template <class Encoding, class Faults, class Rule>
network on_chip(const Faults& faults, const Rule& rule, map_shape input, std::uint64_t seed) {
    return lenet5(design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, Encoding>{}).with(faults).with(rule), seed, input);
}

template <class Encoding, class Rule>
network build(const ageing& how, const Rule& rule, const options& o, map_shape input, std::uint64_t seed) {
    const auto share = static_cast<float>(o.hrs_share);
    if (how.endurance > 0.0) {
        return on_chip<Encoding>(wear_out{.mean = how.endurance, .sigma = static_cast<float>(o.sigma), .hrs_share = share}, rule, input, seed);
    }
    const auto density = static_cast<float>(0.01 * o.density);
    return on_chip<Encoding>(
        arriving<stuck_at>{.first_epoch = 1, .last_epoch = std::max(1, o.parts - 1),
                           .inner = {.p_stuck_hrs = density * share, .p_stuck_lrs = density * (1.0f - share)}},
        rule, input, seed);
}

/// Accuracy, stuck cells and writes per cell after each part of the training.
json train(const ageing& how, const std::string& encoding, const std::string& method, const options& o, const dataset& data,
           std::uint64_t seed) {
    const auto make = [&](const auto& rule) {
        return encoding == "offset" ? build<offset>(how, rule, o, data.train.shape, seed)
                                    : build<differential>(how, rule, o, data.train.shape, seed);
    };
    network net = method == "none" ? make(inner_rule) : make(clipped_on_use<sgd>{.theta = automatic, .inner = inner_rule});
    const double cells = static_cast<double>(net.census().cells);
    const training_record record = fit(net, data, {.epochs = o.parts, .max_steps_per_epoch = o.steps});
    json curve = {{"writes_per_cell", json::array()}, {"stuck_cells", json::array()}, {"test_accuracy", json::array()}};
    double writes = 0.0;
    for (const epoch_record& e : record.epochs) {
        writes += static_cast<double>(e.cell_writes) / cells;
        curve["writes_per_cell"].push_back(writes);
        curve["stuck_cells"].push_back(e.stuck_cells);
        curve["test_accuracy"].push_back(e.test_accuracy);
    }
    return {{"test_accuracy", record.test_accuracy}, {"stopped", record.stopped}, {"curve", curve}};
}

/// The first part after which accuracy is, and stays, 5 points below the best that there was; -1 if it never is.
int fall_of(const std::vector<double>& accuracy) {
    const double best = *std::max_element(accuracy.begin(), accuracy.end());
    int part = static_cast<int>(accuracy.size());
    while (part > 0 && accuracy[static_cast<std::size_t>(part - 1)] < best - 0.05) {
        --part;
    }
    return part == static_cast<int>(accuracy.size()) ? -1 : part;
}

void run(int argc, char** argv) {
    report out("growing_faults", "Accuracy of LeNet-5 over writes, on chips whose cells wear out or fail during training.");
    options o;
    CLI::App& app = out.app();
    app.add_option("--data", o.data, "folder in IDX format, plain or gzip; procedural digits if not given")->check(CLI::ExistingDirectory);
    auto* const own_results = app.add_option("--results", o.results, "JSON Lines that runs are added to; what is there is not run again");
    app.add_option("--plot", o.plot, "draw accuracy over writes per cell, .png or .svg");
    app.add_option("--endurance", o.endurances, "mean writes that a cell takes")->delimiter(',');
    app.add_option("--sigma", o.sigma, "standard deviation of the logarithm of endurance");
    app.add_option("--hrs-share", o.hrs_share, "of the failed cells");
    app.add_option("--density", o.density, "cells in % that fail one by one, where faults arrive");
    auto* const own_parts = app.add_option("--parts", o.parts, "evaluations in a run")->check(CLI::Range(1, 100000));
    app.add_option("--steps", o.steps, "steps of 64 images between them")->check(CLI::Range(1, 100000));
    auto* const own_seeds = app.add_option("--seeds", o.seeds, "runs with as many seeds, from --seed on")->check(CLI::Range(1, 1000));
    out.parse(argc, argv);
    if (!o.plot.empty()) {
        plot::require(o.plot);
    }
    o.seeds = out.brief() && own_seeds->count() == 0 ? 1 : o.seeds;
    o.parts = out.brief() && own_parts->count() == 0 ? (out.smoke() ? 3 : 12) : o.parts;
    const plot::detail::scratch_folder scratch;
    if (out.smoke() && own_results->count() == 0) {
        o.results = scratch.path / "rows.jsonl";
    }
    if (const auto folder = std::filesystem::path(o.results).parent_path(); !folder.empty()) {
        std::filesystem::create_directories(folder);
    }
    const dataset all = o.data.empty() ? procedural_digits({.train = 10000, .test = 2000}) : load_idx(o.data, read_gzip);
    const dataset data = out.smoke() ? first(all, 256, 128) : all;

    std::vector<ageing> kinds{{0.0}};
    for (const double endurance : o.endurances) {
        kinds.push_back({endurance});
    }
    const auto key_of = [&](const ageing& how, const std::string& encoding, const std::string& method, std::uint64_t seed) {
        json key{{"net", "lenet5"}, {"data", data.name}, {"train_images", data.train.size()}, {"test_images", data.test.size()},
                 {"encoding", encoding}, {"method", method}, {"hrs_share", o.hrs_share}, {"learning_rate", inner_rule.learning_rate},
                 {"momentum", inner_rule.momentum}, {"parts", o.parts}, {"steps", o.steps}, {"batch", 64}, {"seed", seed}};
        if (how.endurance > 0.0) {
            key.update({{"endurance", how.endurance}, {"sigma", o.sigma}});
        } else {
            key["arriving"] = o.density;
        }
        return key;
    };
    std::vector<study_job> jobs;
    for (int k = 0; k < o.seeds; ++k) {
        const std::uint64_t seed = out.seed() + static_cast<std::uint64_t>(k);
        for (const ageing& how : kinds) {
            for (const std::string encoding : {"differential", "offset"}) {
                for (const std::string method : {"none", "clipped_on_use"}) {
                    jobs.push_back({text(how.name(), ", ", encoding, ' ', method, ", seed ", seed), key_of(how, encoding, method, seed),
                                    how.endurance > 0.0 ? 4.0 : 1.0,
                                    [&, how, encoding, method, seed] { return train(how, encoding, method, o, data, seed); }});
                }
            }
        }
    }
    run_missing(jobs, o.results, out.threads());

    const std::vector<json> rows = rows_of(o.results);
    std::printf("\n%s, %d x %d steps; means over %d seeds. 'falls at': where accuracy is 5 points below its best for good, in writes per\n"
                "cell (mean over all cells) or in %% of stuck cells; a run that never falls counts with its end.\n\n"
                "| faults | design | best %% | end %% | stuck at the end %% | writes per cell | falls at | runs that fall |\n"
                "|---|---|---|---|---|---|---|---|\n",
                data.name.c_str(), o.parts, o.steps, o.seeds);
    std::vector<plot::figure> figures;
    for (const ageing& how : kinds) {
        const bool worn = how.endurance > 0.0;
        const char* const along = worn ? "writes_per_cell" : "stuck_cells";
        const double unit = worn ? 1.0 : 100.0;
        plot::figure figure{.title = text("LeNet-5 on ", data.name, ", ", how.name()),
                            .x_label = worn ? "writes per cell" : "stuck cells (%)",
                            .y_label = "test accuracy (%)",
                            .y_range = "[0:100]"};
        for (const std::string encoding : {"differential", "offset"}) {
            for (const std::string method : {"none", "clipped_on_use"}) {
                std::vector<double> best, end, stuck, writes, falls;
                double fallen = 0.0;
                plot::curve curve{.title = encoding + " " + method, .x = {}, .y = {}};
                for (int k = 0; k < o.seeds; ++k) {
                    const json key = key_of(how, encoding, method, out.seed() + static_cast<std::uint64_t>(k));
                    for (const json& row : rows) {
                        if (key_without(row, {}) != key) {
                            continue;
                        }
                        const json& c = row["curve"];
                        const auto accuracy = c["test_accuracy"].get<std::vector<double>>();
                        const auto x = c[along].get<std::vector<double>>();
                        const int part = fall_of(accuracy);
                        fallen += part >= 0 ? 1.0 : 0.0;
                        best.push_back(100.0 * *std::max_element(accuracy.begin(), accuracy.end()));
                        end.push_back(100.0 * accuracy.back());
                        stuck.push_back(100.0 * c["stuck_cells"].back().get<double>());
                        writes.push_back(c["writes_per_cell"].back().get<double>());
                        falls.push_back(unit * (part >= 0 ? x[static_cast<std::size_t>(part)] : x.back()));
                        if (curve.x.empty()) { // the first seed is drawn
                            for (std::size_t i = 0; i < x.size(); ++i) {
                                curve.x.push_back(unit * x[i]);
                                curve.y.push_back(100.0 * accuracy[i]);
                            }
                        }
                    }
                }
                if (best.empty()) {
                    continue;
                }
                std::printf("| %s | %s %s | %.2f | %.2f | %.1f | %.1f | %.2f | %.0f of %zu |\n", how.name().c_str(), encoding.c_str(),
                            method.c_str(), sample_of(best).mean, sample_of(end).mean, sample_of(stuck).mean, sample_of(writes).mean,
                            sample_of(falls).mean, fallen, best.size());
                out.add({text(how.name(), ", ", encoding, ' ', method, ": falls at"), 1, sample_of(falls).mean, along});
                figure.curves.push_back(std::move(curve));
            }
        }
        figures.push_back(std::move(figure));
    }
    out.write();
    if (!o.plot.empty()) {
        plot::draw(figures, o.plot);
    }
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
