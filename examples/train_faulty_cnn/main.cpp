/// @file
/// Trains a convolutional network whose weights live in faulty ReRAM crossbars. By default: LeNet-5 on procedural digits, 16-bit
/// weights in differential pairs of 2-bit cells, of which 9.04 % are stuck at high and 1.75 % at low resistance.

#include "settings.hpp"

#include <rcim/cost/report_json.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/plot/run_report.hpp>
#include <rcim/train/json_lines.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;
namespace plot = rcim::plot;

/// The settings under their options' names. The number of epochs is the length of the list that `epochs` becomes.
nlohmann::json to_json(const settings& s) {
    return {{"data", s.data},
            {"net", s.net},
            {"encoding", s.encoding},
            {"cell-bits", s.cell_bits},
            {"weight-bits", s.weight_bits},
            {"fraction-bits", s.fraction_bits},
            {"p-stuck-hrs", s.p_stuck_hrs},
            {"p-stuck-lrs", s.p_stuck_lrs},
            {"update", s.update},
            {"theta", s.theta},
            {"learning-rate", s.learning_rate},
            {"momentum", s.momentum},
            {"weight-decay", s.weight_decay},
            {"batch", s.batch},
            {"seed", s.seed},
            {"threads", s.threads},
            {"json", s.json},
            {"plot", s.plot},
            {"html", s.html},
            {"log", s.log},
            {"costs", s.costs}};
}

/// Reads the options; what contradicts itself is an error before any work.
settings parse(int argc, char** argv) {
    settings s;
    CLI::App app("Trains a CNN whose weights live in faulty ReRAM crossbars.", "train_faulty_cnn");
    app.option_defaults()->always_capture_default();
    app.add_option("--data", s.data, "folder in IDX or CIFAR-10 binary format, plain or gzip; procedural digits if not given")
        ->check(CLI::ExistingDirectory);
    app.add_option("--net", s.net)->check(CLI::IsMember({"lenet5", "vgg8", "resnet20"}));
    auto* const encoding = app.add_option("--encoding", s.encoding, "of a weight in cells; ideal is a plain digital network")
                               ->check(CLI::IsMember({"ideal", "offset", "differential", "sign_magnitude"}));
    app.add_option("--cell-bits", s.cell_bits, "bits per cell")->check(CLI::Range(1, 4));
    app.add_option("--weight-bits", s.weight_bits, "bits per weight")->check(CLI::IsMember({8, 16}));
    app.add_option("--fraction-bits", s.fraction_bits, "bits of a weight after the point; -1: four less than all")
        ->check(CLI::Range(-1, 30));
    auto* const hrs = app.add_option("--p-stuck-hrs", s.p_stuck_hrs, "share of cells stuck at high resistance");
    auto* const lrs = app.add_option("--p-stuck-lrs", s.p_stuck_lrs, "share of cells stuck at low resistance");
    auto* const update = app.add_option("--update", s.update, "rule by which weights learn")
                             ->check(CLI::IsMember({"sgd", "clipped_on_use", "gated_on_use", "clipped_on_write", "zeroed_on_use"}));
    app.add_option("--theta", s.theta, "threshold of the clip, in weight units");
    app.add_option("--learning-rate", s.learning_rate);
    app.add_option("--momentum", s.momentum);
    app.add_option("--weight-decay", s.weight_decay);
    app.add_option("--epochs", s.epochs)->check(CLI::Range(1, 100000));
    app.add_option("--batch", s.batch, "images per step")->check(CLI::Range(1, 65536));
    app.add_option("--seed", s.seed, "of the chip, the weights and the order of the images");
    app.add_option("--threads", s.threads, "0: one per processor; the result does not depend on it")->check(CLI::Range(0, 1024));
    app.add_option("--json", s.json, "write settings and curves as one JSON object");
    auto* const picture = app.add_option("--plot", s.plot, "draw the curves, .png or .svg");
    app.add_option("--html", s.html, "write a report of the run as one page that opens without a network");
    app.add_option("--log", s.log, "append one line of JSON after each epoch");
    app.add_option("--checkpoint", s.checkpoint, "keep the training in this file every minute, and go on from it if it is there");
    std::vector<std::string> tables;
    for (const rcim::cost_table& table : rcim::all_cost_tables()) {
        tables.push_back(table.name);
    }
    auto* const costs = app.add_option("--costs", s.costs, "print what the training costs, in 128 x 128 crossbars, by this table of constants")
                            ->check(CLI::IsMember(tables));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        std::exit(app.exit(e));
    }
    if (s.encoding == "ideal") {
        if ((hrs->count() > 0 && s.p_stuck_hrs != 0.0) || (lrs->count() > 0 && s.p_stuck_lrs != 0.0) ||
            (update->count() > 0 && s.update != "sgd")) {
            rcim::fail("train_faulty_cnn", encoding->get_name() + " ideal", "no cells: no stuck ones and plain sgd", "a setting for cells");
        }
        if (costs->count() > 0) {
            rcim::fail("train_faulty_cnn", encoding->get_name() + " ideal", "no --costs: there are no crossbars", s.costs);
        }
        s.p_stuck_hrs = s.p_stuck_lrs = 0.0;
        s.update = "sgd";
    }
    if (s.fraction_bits < 0) {
        s.fraction_bits = s.weight_bits - 4;
    }
    if (picture->count() > 0) {
        plot::require(s.plot);
    } else if (!plot::installed()) {
        s.plot.clear();
    }
    if (!s.html.empty()) {
        plot::require_gnuplot();
    }
    if (s.threads == 0) {
        s.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    }
    return s;
}

/// The files of a folder whose name begins and ends so, sorted.
std::vector<fs::path> files_like(const fs::path& folder, const std::string& begin, const std::string& end) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::string name = entry.path().filename().string();
        if (name.ends_with(".gz")) {
            name.resize(name.size() - 3);
        }
        if (name.starts_with(begin) && name.ends_with(end)) {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

rcim::dataset load(const settings& s, rcim::thread_pool& pool) {
    if (s.data.empty()) {
        return rcim::procedural_digits({.train = 12000, .test = 2000, .seed = s.seed}, &pool);
    }
    if (const auto batches = files_like(s.data, "data_batch_", ".bin"); !batches.empty()) {
        return rcim::load_cifar10(batches, files_like(s.data, "test", ".bin"), rcim::read_gzip);
    }
    return rcim::load_idx(s.data, rcim::read_gzip);
}

built build(const settings& s, const rcim::map_shape& input, int classes) {
    if (s.encoding == "ideal") {
        return build_ideal(s, input, classes);
    }
    if (s.encoding == "offset") {
        return build_offset(s, input, classes);
    }
    if (s.encoding == "differential") {
        return build_differential(s, input, classes);
    }
    return build_sign_magnitude(s, input, classes);
}

std::string without(std::string all, const std::string& part) {
    for (std::size_t at; (at = all.find(part)) != std::string::npos;) {
        all.erase(at, part.size());
    }
    return all;
}

void print_table(const rcim::training_record& record) {
    std::printf("\n epoch     loss   train %%   test %%   max |w|   gradient   lost %%   images/s\n");
    for (const rcim::epoch_record& e : record.epochs) {
        std::printf("%6d %8.4f %9.2f %8.2f %9.3f %10.4f %8.2f %10.0f\n", e.epoch + 1, e.loss, 100.0 * e.train_accuracy,
                    100.0 * e.test_accuracy, e.max_abs_weight, e.gradient_norm, 100.0 * e.lost_updates, e.images_per_second);
    }
}

/// What --html writes.
plot::run_report report_of(const settings& s, built& chip, const rcim::dataset& data, const rcim::training_record& record,
                           const rcim::event_ledger& events, const std::string& title) {
    plot::run_report report = plot::report_of(chip.net, record, title, &events, 1 << s.cell_bits);
    report.summary = rcim::text("Trained on ", data.train.size(), " images of ", rcim::to_text(data.train.shape), " and tested on ", data.test.size(),
                                ", in batches of ", s.batch, ".");
    report.accuracies.rows = {{"data", "images", "accuracy (%)"},
                              {"training, last epoch", rcim::text(data.train.size()), rcim::text(100.0 * record.epochs.back().train_accuracy)},
                              {"test", rcim::text(data.test.size()), rcim::text(100.0 * record.test_accuracy)}};
    report.design = chip.chip;
    report.axes = chip.axes;
    report.notes.push_back(chip.note);
    const nlohmann::json values = to_json(s);
    for (const auto& [name, value] : values.items()) {
        report.settings.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
    }
    return report;
}

void run(int argc, char** argv) {
    const settings s = parse(argc, argv);
    rcim::thread_pool pool(s.threads);
    const rcim::dataset data = load(s, pool);
    built made = build(s, data.train.shape, data.train.classes);
    auto& [net, chip, axes, note] = made;
    std::printf("%s: %td training and %td test images of %s\n", data.name.c_str(), data.train.size(), data.test.size(),
                rcim::to_text(data.train.shape).c_str());
    std::printf("%s on %s\n%s\n", s.net.c_str(), chip.c_str(), without(net.describe(), " on " + chip).c_str());
    std::fflush(stdout);

    nlohmann::json result = to_json(s);
    rcim::progress progress;
    rcim::fit_options options{.epochs = s.epochs, .batch = s.batch, .pool = &pool, .callbacks = {&progress}};
    std::unique_ptr<rcim::json_lines> log;
    if (!s.log.empty()) {
        log = std::make_unique<rcim::json_lines>(s.log, result);
        options.callbacks.push_back(log.get());
    }
    rcim::event_ledger events;
    options.events = s.costs.empty() && s.html.empty() ? nullptr : &events;
    options.checkpoint.file = s.checkpoint;
    const rcim::training_record record = rcim::fit(net, data, options);
    if (!record.resumed.empty()) {
        std::printf("went on from %s\n", record.resumed.c_str());
    }

    result["epochs"] = nlohmann::json::array();
    for (const rcim::epoch_record& e : record.epochs) {
        result["epochs"].push_back(rcim::to_json(e));
    }
    result["test_accuracy"] = record.test_accuracy;
    if (!record.stopped.empty()) {
        result["stopped"] = record.stopped;
    }
    print_table(record);
    const std::string rates = rcim::text(100.0 * s.p_stuck_hrs, " % stuck at HRS, ", 100.0 * s.p_stuck_lrs, " % at LRS");
    const std::string title = rcim::text(s.net, " on ", data.name, ", ", s.encoding, ", ", s.update, ", ", rates);
    plot::run_report report;
    if (!s.html.empty()) {
        report = report_of(s, made, data, record, events, title);
    }
    if (!s.costs.empty()) {
        const rcim::cost_table table = rcim::cost_table_named(s.costs);
        const rcim::cost_report costs = rcim::price(events, table);
        const rcim::lifetime_report lifetime = rcim::lifetime(events, table.cells, static_cast<double>(data.train.size()));
        std::printf("\n%s\n%s", rcim::to_text(costs).c_str(), rcim::to_text(lifetime).c_str());
        result["cost"] = rcim::to_json(costs);
        result["lifetime"] = rcim::to_json(lifetime);
        result["events"] = rcim::to_json(events);
        report.costs = costs;
        report.lifetime = lifetime;
    }
    if (!s.json.empty()) {
        rcim::write_file(s.json, result.dump(2) + "\n");
    }
    std::printf("\nfinal test accuracy %.2f %%\n", 100.0 * record.test_accuracy);
    if (!s.html.empty()) {
        plot::write_html_report(s.html, report);
        std::printf("the report is in %s\n", s.html.c_str());
    }
    if (s.plot.empty()) {
        std::printf("no picture: gnuplot is not here (apt-get install gnuplot-nox)\n");
        return;
    }
    plot::figure figure = plot::learning_curves(record, title);
    plot::draw(figure, s.plot);
    figure.title = rcim::text(s.net, " on ", data.name);
    figure.right_label.clear();
    figure.curves.pop_back();
    std::printf("%s\nthe curves are in %s\n", plot::draw_text(figure).c_str(), s.plot.c_str());
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
