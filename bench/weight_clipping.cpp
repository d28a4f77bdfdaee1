/// @file
/// What stuck cells do to training, and what weight clipping does about it: {network} x {encoding} x {method} x {faults} x {seed}.

#include <rcim/data/cifar.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/json_lines.hpp>
#include <rcim/train/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "harness.hpp"
#include "study.hpp"
#include "weight_clipping/faults.hpp"
#include "weight_clipping/methods.hpp"
#include "weight_clipping/tables.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

struct options {
    std::vector<std::string> nets{"lenet5"}, encodings, methods, densities, ratios; ///< empty: as in net_settings
    std::string data, cifar, plot, plot_growth, only;
    std::string results = "bench/results/weight_clipping.jsonl";
    std::optional<double> theta, learning_rate, weight_decay;
    std::optional<int> epochs;
    double momentum = 0.9;
    int fraction_bits = conditions{}.fraction_bits;
    int batch = 64, seeds = 3, max_steps = 0;
    bool report_only = false;
};

/// Images to train on, to test on, and a second test set where there is one.
struct study_data {
    dataset main;
    std::optional<image_set> first1000;
};

study_data load_cifar_part(const std::string& folder) {
    const auto file = [&](const char* name) {
        const std::filesystem::path plain = std::filesystem::path(folder) / (std::string(name) + ".bin");
        return std::filesystem::exists(plain) ? plain : std::filesystem::path(plain.string() + ".gz");
    };
    return {load_cifar10({file("data_batch_1"), file("data_batch_2"), file("data_batch_3")}, {file("data_batch_5")}, read_gzip),
            read_cifar10_batch(file("test_first1000"), read_gzip)};
}

struct job {
    const net_settings* net;
    const method* what;
    conditions how;
    int epochs;
    std::shared_ptr<const study_data> data;
    json key; ///< all that decides the result

    [[nodiscard]] std::string name() const {
        return text(net->name, ' ', what->encoding, ' ', what->label(), ", ", name_of(how.rate), " %, seed ", how.seed);
    }
    /// In images of LeNet-5.
    [[nodiscard]] double cost(const options& o) const {
        const auto images = static_cast<double>(data->main.train.size());
        return net->cost * epochs * (o.max_steps > 0 ? std::min(images, 1.0 * o.max_steps * o.batch) : images);
    }
};

/// Largest weight and norm of the gradient within the epochs: after the first steps, where a stuck cell starts the growth of the
/// others, and then every 50. Five digits are kept, so that rows stay short.
class trace : public callback {
public:
    void on_step(const training_state& at, const step_record& step) override {
        const index_t done = at.epoch * at.steps_per_epoch + at.step;
        if (done != 1 && done != 2 && done != 5 && done != 10 && done != 20 && done % 50 != 0) {
            return;
        }
        columns["step"].push_back(done);
        columns["loss"].push_back(rounded(step.loss));
        columns["gradient_norm"].push_back(rounded(step.gradient_norm));
        columns["max_abs_weight"].push_back(rounded(static_cast<double>(at.net.max_abs_weight())));
    }

    json columns = json::object();

private:
    static json rounded(double value) {
        char digits[32];
        std::snprintf(digits, sizeof digits, "%.5g", value);
        return std::isfinite(value) ? json(std::strtod(digits, nullptr)) : json(nullptr);
    }
};

/// Ends a training that is lost: its loss, that starts at 2.3, has been beyond a thousand on average for hundreds of steps. What no
/// unlucky start explains is not worth hours.
class hopeless : public callback {
public:
    void on_start(const training_state&) override { mean_ = 0.0; }
    void on_step(const training_state& at, const step_record& step) override {
        constexpr double memory = 200.0;
        mean_ += (std::min(step.loss, 1e9) - mean_) / memory;
        if (at.epoch * at.steps_per_epoch + at.step >= 300 && mean_ > 1e3) {
            stop = text("the mean loss of the last steps is ", mean_);
        }
    }

private:
    double mean_ = 0.0;
};

json train(const job& j, const options& o) {
    network net = j.what->build(j.how);
    const dataset& data = j.data->main;
    trace growth;
    hopeless lost;
    const training_record record = fit(net, data,
                                       {.epochs = j.epochs,
                                        .batch = o.batch,
                                        .schedule = cosine{},
                                        .max_steps_per_epoch = o.max_steps,
                                        .callbacks = {&growth, &lost}});
    json row;
    row["test_accuracy"] = record.test_accuracy;
    if (j.data->first1000) {
        row["test_accuracy_first1000"] = evaluate(net, *j.data->first1000, pixel_table(data.mean, data.deviation)).accuracy;
    }
    row["stopped"] = record.stopped;
    for (const epoch_record& e : record.epochs) {
        row["curve"].push_back(to_json(e));
    }
    row["trace"] = growth.columns;
    return row;
}

std::vector<job> jobs_of(const options& o, const report& out, const std::vector<method>& methods) {
    const auto contains = [](const std::vector<std::string>& list, const std::string& name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    std::shared_ptr<const study_data> grey, cifar;
    const auto data_for = [&](const net_settings& net) {
        const bool colour = !net.grey && !o.cifar.empty();
        std::shared_ptr<const study_data>& data = colour ? cifar : grey;
        if (!data) {
            data = std::make_shared<const study_data>(
                colour ? load_cifar_part(o.cifar)
                       : study_data{o.data.empty() ? procedural_digits({.train = 10000, .test = 2000})
                                                   : load_idx(o.data, read_gzip),
                                    {}});
        }
        if (!out.smoke()) {
            return data;
        }
        const index_t train = net.grey ? 1000 : 128;
        return std::make_shared<const study_data>(study_data{first(data->main, train, train / 2), {}});
    };
    std::vector<job> jobs;
    for (int k = 0; k < o.seeds; ++k) { // seed by seed, so that a table is whole early
        for (const net_settings& net : all_nets()) {
            if (!contains(o.nets, net.name) && !contains(o.nets, "all")) {
                continue;
            }
            const auto data = data_for(net);
            std::vector<fault_rate> rates =
                rates_of(o.densities.empty() ? net.densities : o.densities, o.ratios.empty() ? net.ratios : o.ratios);
            if (out.brief() && rates.size() > 2) {
                rates = {rates.front(), rates.back()};
            }
            for (const method& m : methods) {
                if (!contains(o.encodings.empty() ? net.encodings : o.encodings, m.encoding) ||
                    !contains(o.methods.empty() ? net.methods : o.methods, m.label()) ||
                    (m.encoding + " " + m.label()).find(o.only) == std::string::npos) {
                    continue;
                }
                for (std::size_t r = 0; r < (m.faulty ? rates.size() : 1); ++r) {
                    const conditions how{.net = net.name,
                                         .input = data->main.train.shape,
                                         .fraction_bits = o.fraction_bits,
                                         .theta = o.theta.value_or(net.theta),
                                         .learning_rate = o.learning_rate.value_or(net.learning_rate),
                                         .momentum = o.momentum,
                                         .weight_decay = o.weight_decay.value_or(net.weight_decay),
                                         .rate = rates[r],
                                         .seed = out.seed() + static_cast<std::uint64_t>(k)};
                    const int epochs = o.epochs.value_or(out.brief() ? 1 : net.epochs);
                    json key{{"net", net.name},
                             {"data", data->main.name},
                             {"train_images", data->main.train.size()},
                             {"test_images", data->main.test.size()},
                             {"encoding", m.encoding},
                             {"method", m.name},
                             {"rounding", m.rounding},
                             {"p_stuck_hrs", how.rate.hrs},
                             {"p_stuck_lrs", how.rate.lrs},
                             {"learning_rate", how.learning_rate},
                             {"momentum", how.momentum},
                             {"weight_decay", how.weight_decay},
                             {"schedule", "cosine"},
                             {"epochs", epochs},
                             {"batch", o.batch},
                             {"seed", how.seed}};
                    if (m.encoding != "ideal") {
                        key.update(
                            {{"cell_bits", cell_bits}, {"weight_bits", weight_bits}, {"fraction_bits", how.fraction_bits}});
                    }
                    if (m.uses_theta) {
                        key["theta"] = how.theta;
                    }
                    if (o.max_steps > 0) {
                        key["max_steps_per_epoch"] = o.max_steps;
                    }
                    key.update(m.fields);
                    jobs.push_back({&net, &m, how, epochs, data, std::move(key)});
                }
            }
        }
    }
    return jobs;
}

/// Tables of all rows of the file, whatever this call was asked to run.
void show(const options& o, report& out) {
    const std::vector<study_table> tables = tables_of(rows_of(o.results));
    for (const study_table& table : tables) {
        print_means(table);
    }
    for (const study_table& table : tables) {
        print_differences(table);
        for (const study_line& l : table.lines) {
            const study_line* const plain = table.find(l.unprotected());
            for (const auto& [rate, values] : l.points) {
                const double mean = sample_of(values).mean;
                const double sound = plain != nullptr ? sample_of(plain->at({0.0, 0.0})).mean : std::nan("");
                out.add({table.title() + ": " + l.name() + " at " + name_of({rate.first, rate.second}), 1, mean,
                         "% test accuracy", mean / sound, "the same encoding without faults and protection"});
            }
        }
    }
    out.write();
    if (!o.plot.empty()) {
        const std::vector<plot::figure> figures = figures_of(tables);
        if (figures.empty()) {
            fail("--plot", o.results, "rows with faults", "none");
        }
        plot::draw(figures, o.plot);
    }
    if (!o.plot_growth.empty()) {
        plot::draw(growth_figures_of(rows_of(o.results)), o.plot_growth);
    }
}

void run(int argc, char** argv) {
    report out("weight_clipping", "Test accuracy of networks trained on faulty chips, with and without weight clipping.");
    options o;
    const std::vector<method> methods = all_methods();
    std::vector<std::string> labels, nets{"all"};
    for (const method& m : methods) {
        if (std::find(labels.begin(), labels.end(), m.label()) == labels.end()) {
            labels.push_back(m.label());
        }
    }
    for (const net_settings& n : all_nets()) {
        nets.push_back(n.name);
    }
    CLI::App& app = out.app();
    auto* const net = app.add_option("--net", o.nets, "networks; --smoke runs all")->delimiter(',')->check(CLI::IsMember(nets));
    app.add_option("--data", o.data, "for lenet5: folder in IDX format, plain or gzip; procedural digits if not given")
        ->check(CLI::ExistingDirectory);
    app.add_option("--cifar", o.cifar,
                   "for the other nets: folder with data_batch_1, 2, 3 (train), data_batch_5 (test) and test_first1000, "
                   ".bin or .bin.gz; as lenet5 if not given")
        ->check(CLI::ExistingDirectory);
    auto* const results =
        app.add_option("--results", o.results, "JSON Lines that runs are added to; what is there is not run again");
    app.add_flag("--report", o.report_only, "run nothing; tables of what the file holds");
    app.add_option("--plot", o.plot, "draw the accuracies of all that the file holds, .png or .svg");
    app.add_option("--plot-growth", o.plot_growth, "draw the gradient's norm and the largest weight over the steps of training");
    app.add_option("--encodings", o.encodings, "ideal, offset, differential; each net has a default")
        ->delimiter(',')
        ->check(CLI::IsMember({"ideal", "offset", "differential"}));
    app.add_option("--methods", o.methods, "such as none or \"none nearest\"; each net has a default")
        ->delimiter(',')
        ->check(CLI::IsMember(labels));
    app.add_option("--only", o.only, "only methods whose name contains this, e.g. \"offset clipped\"");
    app.add_option("--densities", o.densities, "stuck cells in %: 5 at each ratio, 9.04/1.75 as HRS/LRS; 0 is always there")
        ->delimiter(',');
    app.add_option("--ratios", o.ratios, "HRS:LRS, such as 9:1")->delimiter(',');
    app.add_option("--theta", o.theta, "threshold of the clip; each net has a default, as for the next three");
    app.add_option("--learning-rate", o.learning_rate);
    app.add_option("--weight-decay", o.weight_decay);
    app.add_option("--epochs", o.epochs)->check(CLI::Range(1, 10000));
    app.add_option("--momentum", o.momentum);
    app.add_option("--batch", o.batch)->check(CLI::Range(1, 65536));
    app.add_option("--max-steps", o.max_steps, "end epochs after as many steps, for trials; 0: all")
        ->check(CLI::Range(0, 1 << 30));
    app.add_option("--fraction-bits", o.fraction_bits, "of a 16-bit weight")->check(CLI::Range(0, 15));
    auto* const seeds =
        app.add_option("--seeds", o.seeds, "runs with as many seeds, from --seed on")->check(CLI::Range(1, 1000));
    out.parse(argc, argv);
    for (const std::string& picture : {o.plot, o.plot_growth}) {
        if (!picture.empty()) {
            plot::require(picture);
        }
    }
    if (out.brief() && seeds->count() == 0) {
        o.seeds = 1;
    }
    if (out.smoke() && net->count() == 0) {
        o.nets = {"all"};
    }
    const plot::detail::scratch_folder scratch;
    if (out.smoke() && results->count() == 0) {
        o.results = scratch.path / "rows.jsonl";
    }
    if (!o.report_only) {
        if (const auto folder = std::filesystem::path(o.results).parent_path(); !folder.empty()) {
            std::filesystem::create_directories(folder);
        }
        std::vector<study_job> jobs;
        for (const job& j : jobs_of(o, out, methods)) {
            jobs.push_back({j.name(), j.key, j.cost(o), [j, &o] { return train(j, o); }});
        }
        run_missing(jobs, o.results, out.threads());
    }
    show(o, out);
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
