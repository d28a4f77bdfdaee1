/// @file
/// One chip, many tasks: a backbone that was trained on CIFAR-10 and programmed once, adapted to four other tasks by masks on columns (XBM), shifts of columns
/// (XMA), some re-programmed crossbars and shifts (XMA2), by masks in cells (Piggyback, KSM), and by training everything. Accuracy, mask memory,
/// cells that are written, energy and time, and what a switch back to the old task costs and keeps. Equations of XBM, XMA and XMA2 are reconstructions.

#include <rcim/adapt/task_book.hpp>
#include <rcim/convert/lossless.hpp>
#include <rcim/data/as_rgb.hpp>
#include <rcim/data/shapes.hpp>
#include <rcim/data/textures.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/sgd.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adaptation/backbone.hpp"
#include "adaptation/ways.hpp"
#include "harness.hpp"
#include "images.hpp"
#include "study.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

struct subject {
    std::string name;
    int depth; ///< of a residual network; 0: VGG-8
    float learning_rate;
    int epochs; ///< on the backbone's task
};
const std::vector<subject> subjects{{"resnet20", 20, 0.05f, 6}, {"vgg8", 0, 0.02f, 6}};

struct settings {
    image_options images{.train = 10000};
    std::string mnist;
    std::string backbones; ///< folder of trained ones; empty: they are trained anew
    int epochs = 3;
    int max_steps = 0;
    bool in_place = false;
    float rate = 5e-3f; ///< of batch normalisation
};

/// The tasks, in order: folders that are not given are replaced by digits of other pens. "backbone" is the old task itself, on a chip that may have got faults.
std::vector<dataset> tasks_of(const settings& s, const std::vector<std::string>& names, const dataset& old_task) {
    const auto count = [&](int wanted, index_t there) { return wanted > 0 ? std::min<index_t>(wanted, there) : there; };
    const index_t train = s.images.train > 0 ? s.images.train : 10000;
    const index_t test = s.images.test > 0 ? s.images.test : 2000;
    std::vector<dataset> tasks;
    for (const std::string& name : names) {
        dataset task;
        if (name == "backbone") {
            task = first(old_task, std::min(train, old_task.train.size()), old_task.test.size());
        } else if (name == "textures") {
            task = procedural_textures({.train = train, .test = test});
        } else if (name == "shapes") {
            task = procedural_shapes({.train = train, .test = test});
        } else {
            const std::string& folder = name == "mnist" ? s.mnist : name == "fashion-mnist" ? s.images.grey : name;
            const dataset grey = folder.empty()
                                     ? procedural_digits({.train = train, .test = test, .seed = name == "mnist" ? 1u : 2u})
                                     : load_idx(folder, read_gzip);
            task = as_rgb(first(grey, count(s.images.train, grey.train.size()),
                                count(s.images.test > 0 ? s.images.test : 2000, grey.test.size())));
        }
        task.name = name;
        tasks.push_back(std::move(task));
    }
    return tasks;
}

/// One backbone of one seed, and what is made of it.
class study {
public:
    study(const subject& net, const settings& s, const dataset& old_task, thread_pool& pool, std::uint64_t seed)
        : net_(net), s_(s), old_(old_task), pool_(pool), seed_(seed) {}

    [[nodiscard]] json key(const way& w, const std::string& task, const flaws& wrong) const {
        const bool drawn = task == "textures" || task == "shapes" || task == "backbone" ||
                           (task == "mnist" && s_.mnist.empty()) || (task == "fashion-mnist" && s_.images.grey.empty());
        return {{"source", drawn ? "drawn" : "files"},
                {"backbone_source", s_.images.colour.empty() ? "drawn" : "cifar-10"},
                {"net", net_.name},
                {"method", w.name},
                {"task", task},
                {"stuck", wrong.stuck},
                {"programming_error", wrong.error},
                {"in_place", s_.in_place},
                {"backbone_images", old_.train.size()},
                {"backbone_epochs", net_.epochs},
                {"backbone_rate", net_.learning_rate},
                {"train_images", s_.images.train},
                {"test_images", s_.images.test},
                {"epochs", s_.epochs},
                {"rates", {s_.rate, mask_rate, factor_rate, weight_rate}},
                {"max_steps_per_epoch", s_.max_steps},
                {"seed", seed_}};
    }

    json run(const way& w, const dataset& task, const flaws& wrong) {
        network net = chip_for(w, net_.depth, wrong, s_.rate, seed_);
        map_weights(base(), net);
        const double old_before = w.from_backbone ? evaluate(net, old_, {.pool = &pool_}).accuracy : 0.0;
        if (!w.from_backbone) {
            net = chip_for(w, net_.depth, wrong, s_.rate, seed_ + 1000);
        }
        task_book book(net);
        event_ledger events;
        progress shown;
        const fit_options fitting{.epochs = s_.epochs,
                                  .pool = &pool_,
                                  .schedule = cosine{},
                                  .events = &events,
                                  .max_steps_per_epoch = s_.max_steps,
                                  .callbacks = {&shown}};
        const adaptation_record record = with_method(w, [&](const auto& method) {
            return adapt(net, task, method,
                         {.fit = fitting, .in_place = s_.in_place, .new_classifier = task.name != "backbone"});
        });
        const std::string name = task.name == "backbone" ? "adapted" : task.name;
        book.keep(name, record);
        event_ledger reads;
        event_ledger one;
        static_cast<void>(
            evaluate(net, first(task, 1, std::min<index_t>(64, task.test.size())), {.pool = &pool_, .events = &reads}));
        static_cast<void>(evaluate(net, first(task, 1, 1), {.pool = &pool_, .events = &one}));
        // Back to the old task and to the new one, beside the read of one image.
        event_ledger back = one;
        const switch_report there = book.switch_to("backbone", &pool_, &back);
        const double old_after = w.from_backbone ? evaluate(net, old_, {.pool = &pool_}).accuracy : 0.0;
        const switch_report again = book.switch_to(name, &pool_, &back);
        const double new_after = evaluate(net, task, {.pool = &pool_}).accuracy;
        json result{{"accuracy_before_writes", record.accuracy_before_writes},
                    {"old_before", old_before},
                    {"old_after", old_after},
                    {"new_after_switches", new_after},
                    {"mask_bits", record.mask_bits},
                    {"digital_words", record.digital_words},
                    {"crossbars", record.crossbars},
                    {"crossbars_written", record.crossbars_written},
                    {"cells", record.cells},
                    {"cells_in_written", record.cells_in_written},
                    {"classifier_cells", record.classifier_cells},
                    {"cells_changed", cells_written(events)},
                    {"switch_cells", cells_written(back)},
                    {"switch_crossbars", there.crossbars_written + again.crossbars_written},
                    {"closed_columns", closed_of(net)},
                    {"adapting", costs_of(events)},
                    {"reading", costs_of(reads)},
                    {"images_adapting", events.images},
                    {"images_reading", reads.images}};
        if (cells_written(back) > 0) {
            result["switching"] = difference(costs_of(back), costs_of(one));
        }
        return {{"test_accuracy", record.accuracy}, {"stopped", record.training.stopped}, {"adaptation", result}};
    }

private:
    /// Of weights, in all layers.
    static std::uint64_t cells_written(const event_ledger& ledger) {
        std::uint64_t cells = 0;
        for (const layer_events& one : ledger.layers()) {
            cells += one[stage::weights].cell_writes;
        }
        return cells;
    }

    static json difference(json costs, const json& less) {
        for (const auto& table : costs.items()) {
            for (const char* const unit : {"joules", "seconds"}) {
                table.value()[unit] = table.value()[unit].get<double>() - less[table.key()][unit].get<double>();
            }
        }
        return costs;
    }

    /// Share of columns that are not converted.
    static double closed_of(network& net) {
        double closed = 0.0;
        double all = 0.0;
        for (adaptable_layer* const one : adaptable_layers(net)) {
            closed += static_cast<double>(std::count(one->factors().begin(), one->factors().end(), 0.0f));
            all += static_cast<double>(one->factors().size());
        }
        return all > 0.0 ? closed / all : 0.0;
    }

    network& base() {
        if (!base_) {
            base_.emplace(build(
                net_.depth, design<>{}.with(sgd{.learning_rate = net_.learning_rate, .momentum = 0.9f, .weight_decay = 5e-4f}),
                seed_));
            const std::filesystem::path kept = std::filesystem::path(s_.backbones) /
                                               text(net_.name, "_", old_.train.size(), "_", net_.epochs, "_", seed_, ".npy");
            if (!s_.backbones.empty() && std::filesystem::exists(kept)) {
                load_parameters(*base_, kept);
                return *base_;
            }
            std::printf("backbone: %s, seed %d\n", net_.name.c_str(), static_cast<int>(seed_));
            std::fflush(stdout);
            progress shown;
            const training_record record = fit(*base_, old_,
                                               {.epochs = net_.epochs,
                                                .pool = &pool_,
                                                .schedule = cosine{},
                                                .max_steps_per_epoch = s_.max_steps,
                                                .callbacks = {&shown}});
            std::printf("  %.2f %%\n", 100.0 * record.test_accuracy);
            if (!s_.backbones.empty() && s_.max_steps == 0) {
                std::filesystem::create_directories(s_.backbones);
                save_parameters(*base_, kept);
            }
        }
        return *base_;
    }

    const subject& net_;
    const settings& s_;
    const dataset& old_;
    thread_pool& pool_;
    std::uint64_t seed_;
    std::optional<network> base_;
};

/// What rows of one net say, by method.
struct summary {
    mean_table accuracy;                           ///< by method and task
    std::map<std::string, std::vector<json>> rows; ///< by method
};

double mean_of(const std::vector<json>& rows, const std::function<double(const json&)>& value) {
    double sum = 0.0;
    for (const json& row : rows) {
        sum += value(row);
    }
    return sum / static_cast<double>(rows.size());
}

void print_memory(const summary& of, report& out, const std::string& net) {
    const auto piggyback = of.rows.find("piggyback");
    if (piggyback == of.rows.end()) {
        return;
    }
    const auto bits = [](const json& row) { return row["adaptation"]["mask_bits"].get<double>(); };
    const double reference = mean_of(piggyback->second, bits);
    std::printf("\n%s: what a task takes (mean over its rows): mask memory, crossbars and cells written, and the old task "
                "before and after\n\n"
                "| method | mask, bits | of Piggyback's | crossbars written (spare: more area) | cells changed | cells a "
                "switch there and back writes | columns closed | "
                "written cost, points | old task before | after |\n"
                "|---|---|---|---|---|---|---|---|---|---|\n",
                net.c_str());
    for (const auto& name : of.accuracy.rows()) {
        const auto found = of.rows.find(name);
        if (found == of.rows.end()) {
            continue;
        }
        const std::vector<json>& rows = found->second;
        const auto mean = [&](const char* field) {
            return mean_of(rows, [&](const json& row) { return row["adaptation"][field].get<double>(); });
        };
        const double written = mean_of(rows, [](const json& row) {
            return row["adaptation"]["accuracy_before_writes"].get<double>() - row["test_accuracy"].get<double>();
        });
        std::printf("| %s | %.0f | %.2f %% | %.0f of %.0f (%.1f %%) | %.0f | %.0f | %.1f %% | %.2f | %.2f | %.2f |\n",
                    name.c_str(), mean("mask_bits"), 100.0 * mean("mask_bits") / reference, mean("crossbars_written"),
                    mean("crossbars"), 100.0 * mean("crossbars_written") / mean("crossbars"), mean("cells_changed"),
                    mean("switch_cells"), 100.0 * mean("closed_columns"), 100.0 * written, 100.0 * mean("old_before"),
                    100.0 * mean("old_after"));
        out.add(
            {text(net, ", ", name, ": mask memory"), out.threads(), 100.0 * mean("mask_bits") / reference, "% of Piggyback's"});
    }
}

/// A crossbar with its converters, of as many bits as lose nothing, and its share of all else.
double crossbar_mm2(const cost_table& table) {
    constexpr int extent = 128;
    const int bits = lossless_bits(extent, 2, 1);
    const double converter =
        table.name == "mnsim" ? saberi_law.area_um2(bits) : table.adc.area_um2(bits); // as costs_of prices it
    return 1e-6 * (table.crossbar_um2 + extent * (table.dac_um2 + table.sample_hold_um2) + table.adcs_per_crossbar * converter +
                   table.shift_add_um2 + table.other_um2_per_crossbar);
}

/// Energies and times of adapting (training passes and writes), of one image and of a switch there and back, against Piggyback.
void print_costs(const summary& of, report& out, const std::string& net) {
    const auto piggyback = of.rows.find("piggyback");
    if (piggyback == of.rows.end()) {
        return;
    }
    const auto cost = [](const std::vector<json>& rows, const char* part, const std::string& table, const char* unit) {
        return mean_of(rows, [&](const json& row) {
            const json& a = row["adaptation"];
            return a.contains(part) ? a[part][table][unit].get<double>() /
                                          (std::string(part) == "reading" ? a["images_reading"].get<double>() : 1.0)
                                    : 0.0;
        });
    };
    for (const cost_table& table : all_cost_tables()) {
        std::printf("\n%s under %s: in brackets times Piggyback's\n\n| method | adapting, mJ | s | reading, uJ per image | us "
                    "| switch there and back, uJ | us | or spare crossbars, mm2 |\n"
                    "|---|---|---|---|---|---|---|---|\n",
                    net.c_str(), table.name.c_str());
        for (const auto& name : of.accuracy.rows()) {
            const auto found = of.rows.find(name);
            if (found == of.rows.end()) {
                continue;
            }
            const auto both = [&](const char* part, const char* unit, double scale) {
                const double own = cost(found->second, part, table.name, unit);
                const double other = cost(piggyback->second, part, table.name, unit);
                std::printf(" %.4g (%.3f) |", scale * own, other > 0.0 ? own / other : 0.0);
                return other > 0.0 ? own / other : 0.0;
            };
            std::printf("| %s |", name.c_str());
            const double adapting = both("adapting", "joules", 1e3);
            both("adapting", "seconds", 1.0);
            both("reading", "joules", 1e6);
            both("reading", "seconds", 1e6);
            both("switching", "joules", 1e6);
            both("switching", "seconds", 1e6);
            const double spare =
                mean_of(found->second, [](const json& row) { return row["adaptation"]["crossbars_written"].get<double>(); });
            std::printf(" %.4g |\n", spare * crossbar_mm2(table));
            out.add({text(net, ", ", name, ", ", table.name, ": energy of adapting"), out.threads(), adapting,
                     "times Piggyback's"});
        }
    }
}

void run(int argc, char** argv) {
    report out("adaptation", "A frozen backbone on one chip adapted to other tasks: accuracy, mask memory, writes, energy and "
                             "forgetting, by method.");
    settings s;
    std::vector<std::string> nets, methods, task_names{"mnist", "fashion-mnist", "textures", "shapes"};
    std::vector<double> stuck{0.0};
    double error = 0.0;
    std::string results = "bench/results/adaptation.jsonl", picture;
    int seeds = 1;
    bool only_report = false;
    CLI::App& app = out.app();
    std::vector<std::string> names, all_methods;
    for (const subject& n : subjects) {
        names.push_back(n.name);
    }
    for (const way& w : ways()) {
        all_methods.push_back(w.name);
    }
    app.add_option("--net", nets, "all if not given")->delimiter(',')->check(CLI::IsMember(names));
    app.add_option("--methods", methods, "all if not given")->delimiter(',')->check(CLI::IsMember(all_methods));
    std::vector<std::string> known_tasks = task_names;
    known_tasks.emplace_back("backbone");
    app.add_option(
           "--tasks", task_names,
           "these, or folders of one's own in IDX format, grey or not; all but backbone, the old task itself, if not given")
        ->delimiter(',')
        ->check(CLI::IsMember(known_tasks) | CLI::ExistingDirectory);
    app.add_option("--stuck", stuck, "stuck cells in %, HRS:LRS as 9.04:1.75")->delimiter(',')->check(CLI::Range(0.0, 50.0));
    app.add_option("--error", error, "deviation of programmed cells, in steps of one level")->check(CLI::Range(0.0, 1.0));
    app.add_option(
           "--cifar", s.images.colour,
           "of the backbone: folder with data_batch_1, 2, 3 (train) and test_first1000, .bin.gz; textures of another seed "
           "if not given")
        ->check(CLI::ExistingDirectory);
    app.add_option("--mnist", s.mnist, "folder in IDX format; procedural digits if not given")->check(CLI::ExistingDirectory);
    app.add_option("--fashion", s.images.grey, "likewise, procedural digits of another seed")->check(CLI::ExistingDirectory);
    app.add_option("--backbones", s.backbones, "folder in which trained backbones are kept; none if not given");
    auto* const own_train =
        app.add_option("--images", s.images.train, "to adapt with, per task")->check(CLI::Range(1, 1 << 30));
    auto* const own_test =
        app.add_option("--test-images", s.images.test, "per task; 2000 if not given")->check(CLI::Range(0, 1 << 30));
    app.add_option("--epochs", s.epochs, "of adapting")->check(CLI::Range(1, 1000));
    app.add_flag("--in-place", s.in_place, "write what is trained at every step");
    app.add_option("--max-steps", s.max_steps, "end epochs after as many steps; 0: all")->check(CLI::Range(0, 1 << 30));
    auto* const own_results =
        app.add_option("--results", results, "JSON Lines that runs are added to; what is there is not run again");
    app.add_flag("--report", only_report, "tables of the rows that are there; run nothing");
    app.add_option("--plot", picture, "draw accuracy over mask memory, and over stuck cells, .png or .svg");
    app.add_option("--seeds", seeds, "runs with as many seeds, from --seed on")->check(CLI::Range(1, 1000));
    out.parse(argc, argv);
    if (!picture.empty()) {
        plot::require(picture);
    }
    const plot::detail::scratch_folder scratch;
    if (out.smoke()) {
        s.images.train = own_train->count() == 0 ? 64 : s.images.train;
        s.images.test = own_test->count() == 0 ? 32 : s.images.test;
        s.max_steps = 1;
        s.epochs = 1;
        nets = nets.empty() ? std::vector<std::string>{"resnet20"} : nets;
        methods = methods.empty() ? std::vector<std::string>{"piggyback", "xbm", "xma2 10 %"} : methods;
        task_names = {"shapes"};
        results = own_results->count() == 0 ? (scratch.path / "rows.jsonl").string() : results;
    }
    thread_pool pool(out.threads());
    study_rows rows(results, only_report);
    const auto wanted = [](const std::vector<std::string>& list, const std::string& name) {
        return list.empty() || std::find(list.begin(), list.end(), name) != list.end();
    };
    std::vector<dataset> tasks;
    dataset old_task;
    old_task = !s.images.colour.empty()
                   ? load_images(true, {.grey = {}, .colour = s.images.colour})
                   : procedural_textures(
                         {.train = only_report || out.smoke() ? 64 : 10000, .test = out.smoke() ? 32 : 1000, .seed = 9});
    if (!only_report) {
        tasks = tasks_of(s, task_names, old_task);
    }
    std::vector<plot::figure> figures;
    for (const subject& net : subjects) {
        if (!wanted(nets, net.name)) {
            continue;
        }
        plot::figure over_faults{.title = text(net.name, task_names == std::vector<std::string>{"backbone"}
                                                             ? ": the backbone's own task"
                                                             : ": mean over tasks"),
                                 .x_label = "stuck cells (%)",
                                 .y_label = "test accuracy (%)"};
        std::map<std::string, plot::curve> by_method;
        for (const double p : stuck) {
            const flaws wrong{p, error};
            summary all;
            for (int k = 0; k < seeds; ++k) {
                study one(net, s, old_task, pool, out.seed() + static_cast<std::uint64_t>(k));
                for (const way& w : ways()) {
                    for (std::size_t t = 0; t < task_names.size() && wanted(methods, w.name); ++t) {
                        const auto name = text(
                            net.name, ", ", w.name, ", ", task_names[t], p > 0.0 ? text(", ", p, " % stuck") : "",
                            error > 0.0 ? text(", error ", error) : "", ", seed ", out.seed() + static_cast<std::uint64_t>(k));
                        if (const auto row =
                                rows.row(one.key(w, task_names[t], wrong), name, [&] { return one.run(w, tasks[t], wrong); })) {
                            all.accuracy.add(w.name, task_names[t], 100.0 * (*row)["test_accuracy"].get<double>());
                            all.rows[w.name].push_back(*row);
                            if (task_names[t] == "backbone" &&
                                w.columns == periphery::plain) { // as it is programmed on this chip
                                const double before = 100.0 * (*row)["adaptation"]["old_before"].get<double>();
                                if (all.accuracy.at("not adapted", "mean").count == 0) {
                                    all.accuracy.add("not adapted", task_names[t], before);
                                    all.accuracy.add("not adapted", "mean", before);
                                }
                            }
                        }
                    }
                }
            }
            const std::string title =
                text(net.name, p > 0.0 ? text(", ", p, " % of the cells stuck") : "",
                     error > 0.0 ? text(", programming error of ", error, " steps") : "", s.in_place ? ", in place" : "");
            for (const auto& [method, of_method] : all.rows) {
                for (const json& row : of_method) {
                    all.accuracy.add(method, "mean", 100.0 * row["test_accuracy"].get<double>());
                }
            }
            all.accuracy.print(text(title, "; test accuracy in %, up to ", seeds, " seeds"), "method");
            print_memory(all, out, title);
            if (p == 0.0) {
                print_costs(all, out, title);
            }
            for (const std::string& method : all.accuracy.rows()) {
                const sample mean = all.accuracy.at(method, "mean");
                out.add({text(title, ", ", method, ": mean over tasks"), out.threads(), mean.mean, "% test accuracy"});
                plot::curve& curve =
                    by_method.try_emplace(method, plot::curve{.title = method, .x = {}, .y = {}}).first->second;
                curve.x.push_back(p);
                curve.y.push_back(mean.mean);
            }
            if (p == 0.0 && all.rows.contains("piggyback")) {
                plot::figure memory{.title = text(net.name, ": accuracy and mask memory"),
                                    .x_label = "mask memory (bits)",
                                    .y_label = "test accuracy (%), mean over tasks"};
                for (const std::string& method : all.accuracy.rows()) {
                    const double bits =
                        mean_of(all.rows[method], [](const json& row) { return row["adaptation"]["mask_bits"].get<double>(); });
                    if (bits > 0.0) {
                        memory.curves.push_back({.title = method, .x = {bits}, .y = {all.accuracy.at(method, "mean").mean}});
                    }
                }
                figures.push_back(std::move(memory));
            }
        }
        for (auto& [name, curve] : by_method) {
            if (curve.x.size() > 1) {
                over_faults.curves.push_back(std::move(curve));
            }
        }
        if (!over_faults.curves.empty()) {
            figures.push_back(std::move(over_faults));
        }
    }
    out.write();
    if (!picture.empty() && !figures.empty()) {
        plot::draw(figures, picture);
    }
}

} // namespace

int main(int argc, char** argv) {
    return rcim_bench::guarded(run, argc, argv);
}
