/// @file
/// What stuck cells do to training, and what weight clipping does about it: {encoding} x {update rule} x {fault rate} x {seed}, with
/// LeNet-5, and rows without cells, without faults and with other write roundings beside them. Each finished run is a line in a
/// file; what that file holds is not run again, so the study can be stopped and gone on with at any time.

#include "gnuplot.hpp" // of the examples
#include "harness.hpp"

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
#include <rcim/train/fit.hpp>
#include <rcim/train/json_lines.hpp>
#include <rcim/train/schedule.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using namespace rcim;
using namespace rcim_bench;

struct settings {
    std::string data;
    std::string results = "bench/results/weight_clipping.jsonl";
    std::string plot;
    double theta = 0.25;
    double learning_rate = 0.02;
    double momentum = 0.9;
    int epochs = 5;
    int batch = 64;
    int seeds = 3;
};

/// Shares of cells stuck at high and at low resistance.
struct fault_rate {
    double hrs, lrs;
};
constexpr fault_rate rates[] = {{0.0, 0.0}, {0.009, 0.001}, {0.045, 0.005}, {0.0904, 0.0175}};

std::string name_of(const fault_rate& rate) { return text(100.0 * rate.hrs, " / ", 100.0 * rate.lrs); }

constexpr int weight_bits = 16, cell_bits = 2;
constexpr int usual_fraction = 12; ///< Q4.12, weights in [-8, 8)
constexpr int narrow_fraction = 15; ///< Q1.15, weights in [-1, 1)

/// One way to keep and to train weights.
struct variant {
    std::string encoding, rounding, update;
    int fraction_bits;
    bool faulty; ///< run at every rate, not only without faults
    std::function<network(const settings&, const fault_rate&, std::uint64_t)> build;

    [[nodiscard]] std::string name() const {
        return encoding + " " + update + (rounding == "stochastic" || rounding == "none" ? "" : " " + rounding) +
               (fraction_bits == usual_fraction ? "" : " Q1.15");
    }
};

sgd innermost_rule(const settings& s) {
    return {.learning_rate = static_cast<float>(s.learning_rate), .momentum = static_cast<float>(s.momentum)};
}


template <class Encoding, class Rounding, class Rule>
variant coded(bool faulty, int fraction_bits = usual_fraction) {
    const std::string rule_name = Rule::name();
    return {Encoding::name(), Rounding::name(), rule_name.substr(0, rule_name.find('<')), fraction_bits, faulty,
            [fraction_bits](const settings& s, const fault_rate& rate, std::uint64_t seed) {
                Rule rule{};
                const sgd inner = innermost_rule(s);
                if constexpr (requires { rule.inner; }) {
                    rule.theta = static_cast<float>(s.theta);
                    rule.inner = inner;
                } else {
                    rule = inner;
                }
                return lenet5(design<>{}
                                  .with(multilevel_cell<cell_bits>{})
                                  .with(bit_sliced<weight_bits, Encoding, Rounding>{.fraction_bits = fraction_bits})
                                  .with(stuck_at{.p_stuck_hrs = static_cast<float>(rate.hrs), .p_stuck_lrs = static_cast<float>(rate.lrs)})
                                  .with(rule),
                              seed);
            }};
}

std::vector<variant> variants() {
    return {{"ideal", "none", "sgd", usual_fraction, false,
             [](const settings& s, const fault_rate&, std::uint64_t seed) {
                 return lenet5(design<>{}.with(innermost_rule(s)), seed);
             }},
            coded<differential, nearest, sgd>(false),
            coded<differential, carried, sgd>(false),
            coded<offset, stochastic, sgd>(true),
            coded<offset, stochastic, clipped_on_write<sgd>>(true),
            coded<offset, stochastic, clipped_on_use<sgd>>(true),
            coded<offset, stochastic, zeroed_on_use<sgd>>(true),
            coded<offset, stochastic, clipped_on_use<sgd>>(true, narrow_fraction),
            coded<offset, stochastic, zeroed_on_use<sgd>>(true, narrow_fraction),
            coded<differential, stochastic, sgd>(true),
            coded<differential, stochastic, clipped_on_write<sgd>>(true),
            coded<differential, stochastic, clipped_on_use<sgd>>(true),
            coded<differential, stochastic, gated_on_use<sgd>>(true),
            coded<differential, stochastic, zeroed_on_use<sgd>>(true)};
}

struct job {
    const variant* what;
    fault_rate rate;
    std::uint64_t seed;
    nlohmann::json key; ///< all that decides the result
};

/// Rows of an earlier run; lines that were cut off are left out.
std::vector<nlohmann::json> rows_of(const std::string& path) {
    std::vector<nlohmann::json> rows;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        nlohmann::json row = nlohmann::json::parse(line, nullptr, false);
        if (row.is_object()) {
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

/// The row of this job, or null.
const nlohmann::json* find(const std::vector<nlohmann::json>& rows, const nlohmann::json& key) {
    for (const nlohmann::json& row : rows) {
        if (std::all_of(key.items().begin(), key.items().end(),
                        [&](const auto& item) { return row.contains(item.key()) && row[item.key()] == item.value(); })) {
            return &row;
        }
    }
    return nullptr;
}

nlohmann::json train(const job& j, const settings& s, const dataset& data) {
    network net = j.what->build(s, j.rate, j.seed);
    const training_record record = fit(net, data, {.epochs = s.epochs, .batch = s.batch, .schedule = cosine{}});
    nlohmann::json row = j.key;
    row["test_accuracy"] = record.test_accuracy;
    row["stopped"] = record.stopped;
    for (const epoch_record& e : record.epochs) {
        row["curve"].push_back(to_json(e));
    }
    row["isa"] = isa();
    row["compiler"] = build_compiler();
    row["flags"] = build_flags();
    row["commit"] = build_commit();
    return row;
}

/// Runs what is missing, one training per thread, and returns all rows.
std::vector<nlohmann::json> run_all(const std::vector<job>& jobs, const settings& s, const dataset& data, int threads) {
    std::vector<nlohmann::json> rows = rows_of(s.results);
    std::vector<const job*> missing;
    for (const job& j : jobs) {
        if (find(rows, j.key) == nullptr) {
            missing.push_back(&j);
        }
    }
    std::printf("%zu runs, %zu of them done before\n", jobs.size(), jobs.size() - missing.size());
    std::fflush(stdout);

    std::mutex mutex;
    std::exception_ptr failure;
    std::atomic<std::size_t> next{0};
    std::size_t done = 0;
    const auto started = std::chrono::steady_clock::now();
    const auto work = [&] {
        for (std::size_t i; (i = next++) < missing.size();) {
            try {
                nlohmann::json row = train(*missing[i], s, data);
                const std::lock_guard lock(mutex);
                append_json_line(s.results, row);
                const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
                ++done;
                std::printf("[%zu/%zu] %s, %s %%, seed %llu: %.2f %%  (%.1f min to go)\n", done, missing.size(),
                            missing[i]->what->name().c_str(), name_of(missing[i]->rate).c_str(),
                            static_cast<unsigned long long>(missing[i]->seed), 100.0 * row["test_accuracy"].get<double>(),
                            passed / static_cast<double>(done) * static_cast<double>(missing.size() - done) / 60.0);
                std::fflush(stdout);
                rows.push_back(std::move(row));
            } catch (...) {
                const std::lock_guard lock(mutex);
                failure = std::current_exception();
                next = missing.size();
            }
        }
    };
    std::vector<std::thread> others;
    for (int t = 1; t < threads; ++t) {
        others.emplace_back(work);
    }
    work();
    for (std::thread& t : others) {
        t.join();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    return rows;
}

void run(int argc, char** argv) {
    report out("weight_clipping", "Test accuracy of LeNet-5 trained on faulty chips, with and without weight clipping.");
    settings s;
    out.app().add_option("--data", s.data, "folder in IDX format, plain or gzip; procedural digits if not given")
        ->check(CLI::ExistingDirectory);
    auto* const results = out.app().add_option("--results", s.results, "JSON Lines that runs are added to; what is there is not run again");
    out.app().add_option("--plot", s.plot, "draw the accuracies, .png or .svg");
    out.app().add_option("--theta", s.theta, "threshold of the clip");
    out.app().add_option("--learning-rate", s.learning_rate);
    out.app().add_option("--momentum", s.momentum);
    std::string only;
    out.app().add_option("--only", only, "only rows whose name contains this, e.g. \"offset clipped\"; ideal stays");
    auto* const epochs = out.app().add_option("--epochs", s.epochs)->check(CLI::Range(1, 10000));
    out.app().add_option("--batch", s.batch)->check(CLI::Range(1, 65536));
    auto* const seeds = out.app().add_option("--seeds", s.seeds, "runs with as many seeds, from --seed on")->check(CLI::Range(1, 1000));
    out.parse(argc, argv);
    if (!s.plot.empty()) {
        plot::require(s.plot);
    }
    if (out.brief()) {
        s.epochs = epochs->count() > 0 ? s.epochs : 1;
        s.seeds = seeds->count() > 0 ? s.seeds : 1;
    }
    const plot::detail::scratch_folder scratch;
    if (out.smoke() && results->count() == 0) {
        s.results = scratch.path / "rows.jsonl";
    }
    if (const auto folder = std::filesystem::path(s.results).parent_path(); !folder.empty()) {
        std::filesystem::create_directories(folder);
    }

    const dataset all = s.data.empty() ? procedural_digits({.train = 10000, .test = 2000}) : load_idx(s.data, read_gzip);
    const dataset data = out.smoke() ? first(all, 1000, 500) : all;
    std::vector<variant> every = variants();
    std::erase_if(every, [&](const variant& v) { return v.encoding != "ideal" && v.name().find(only) == std::string::npos; });
    std::vector<job> jobs;
    for (int k = 0; k < s.seeds; ++k) { // seed by seed, so that a table is whole early
        for (const variant& v : every) {
            for (std::size_t r = 0; r < std::size(rates); ++r) {
                if ((r > 0 && !v.faulty) || (out.brief() && r > 0 && r + 1 < std::size(rates))) {
                    continue;
                }
                const std::uint64_t seed = out.seed() + static_cast<std::uint64_t>(k);
                jobs.push_back({&v, rates[r], seed,
                                {{"net", "lenet5"},
                                 {"data", data.name},
                                 {"train_images", data.train.size()},
                                 {"test_images", data.test.size()},
                                 {"encoding", v.encoding},
                                 {"rounding", v.rounding},
                                 {"update", v.update},
                                 {"cell_bits", cell_bits},
                                 {"weight_bits", weight_bits},
                                 {"fraction_bits", v.fraction_bits},
                                 {"p_stuck_hrs", rates[r].hrs},
                                 {"p_stuck_lrs", rates[r].lrs},
                                 {"theta", s.theta},
                                 {"learning_rate", s.learning_rate},
                                 {"momentum", s.momentum},
                                 {"schedule", "cosine"},
                                 {"epochs", s.epochs},
                                 {"batch", s.batch},
                                 {"seed", seed}}});
            }
        }
    }
    const std::vector<nlohmann::json> rows = run_all(jobs, s, data, out.threads());

    std::printf("\ntest accuracy in %% (mean and standard deviation over seeds: %d) at shares of cells stuck at HRS / LRS in %%\n%-34s",
                s.seeds, "");
    for (const fault_rate& rate : rates) {
        std::printf(" %16s", name_of(rate).c_str());
    }
    std::printf("\n");
    plot::figure figure{.title = text("LeNet-5 on ", data.name, ", ", s.epochs, " epochs, theta ", s.theta),
                        .x_label = "cells stuck at HRS / LRS (%)",
                        .y_label = "test accuracy (%)",
                        .y_range = "[0:100]"};
    for (const fault_rate& rate : rates) {
        figure.x_names.push_back(name_of(rate));
    }
    double ideal = std::nan("");
    for (const variant& v : every) {
        std::printf("%-34s", v.name().c_str());
        plot::curve curve{.title = v.name(), .x = {}, .y = {}};
        for (std::size_t r = 0; r < std::size(rates); ++r) {
            std::vector<double> accuracies;
            for (const job& j : jobs) {
                if (j.what == &v && j.rate.hrs == rates[r].hrs && j.rate.lrs == rates[r].lrs) {
                    accuracies.push_back(100.0 * find(rows, j.key)->at("test_accuracy").get<double>());
                }
            }
            if (accuracies.empty()) {
                std::printf(" %16s", "");
                continue;
            }
            double mean = 0.0, square = 0.0;
            for (const double a : accuracies) {
                mean += a / static_cast<double>(accuracies.size());
            }
            for (const double a : accuracies) {
                square += (a - mean) * (a - mean);
            }
            const double deviation = accuracies.size() > 1 ? std::sqrt(square / static_cast<double>(accuracies.size() - 1)) : 0.0;
            if (v.encoding == "ideal") {
                ideal = mean;
            }
            std::printf("  %7.2f +- %4.2f", mean, deviation);
            curve.x.push_back(static_cast<double>(r));
            curve.y.push_back(mean);
            curve.spread.push_back(deviation);
            out.add({v.name() + " at " + name_of(rates[r]), 1, mean, "% test accuracy", mean / ideal, "ideal"});
        }
        std::printf("\n");
        if (curve.x.size() > 1) { // a variant without faults is a point, not a curve
            figure.curves.push_back(std::move(curve));
        }
    }
    out.write();
    if (!s.plot.empty()) {
        plot::draw(figure, s.plot);
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
