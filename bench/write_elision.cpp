/// @file
/// What leaving out insignificant writes saves: networks trained on a chip that writes activations and weights into its cells, everything,
/// what changes, or what matters; accuracy, energy, time and lifetime of each from one run, under several tables of costs. A reconstruction of the
/// study of Wang et al., IEEE TC 72(11), 2023, of which the abstract was at hand; with threshold training (Xia et al.) beside it.

#include <rcim/cost/report.hpp>
#include <rcim/cost/report_json.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness.hpp"
#include "images.hpp"
#include "study.hpp"
#include "write_elision/comparison.hpp"
#include "write_elision/designs.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

const std::string dense = "everything";
const std::string changes = "changed cells";
// By which the claim is judged: cells that change, in the highest slice of activations and in the weights.
const std::string chosen = "1 of 4 slices, changed cells, no waiting";
// And with fewer rows, which saves time.
const std::string sampled = "1 of 4 slices, sampled 1 in 1.5, changed cells";

/// In the order in which they run.
std::vector<writing_method> methods() {
    std::vector<writing_method> all{
        {.name = dense},
        {.name = "1 of 4 slices, changed cells", .kind = writing::changes_in_rows, .slices = 3, .codes = 1.0f},
        {.name = sampled, .kind = writing::changes_in_rows, .thinning = 1.5f, .slices = 3, .codes = 1.0f},
        {.name = chosen, .kind = writing::changes_in_rows, .slices = 3},
        {.name = changes, .kind = writing::changes},
        {.name = "threshold training", .kind = writing::thresholds},
        {.name = "1 of 4 slices, sampled 1 in 1.5", .kind = writing::rows, .thinning = 1.5f, .slices = 3, .codes = 1.0f},
        {.name = "rows above 5 % of the sum", .kind = writing::rows, .share = 0.05f, .codes = 1.0f},
        {.name = "1 of 4 slices, sampled 1 in 3, changed cells", .kind = writing::changes_in_rows, .thinning = 3.0f, .slices = 3, .codes = 1.0f},
        {.name = "rows that are not zero", .kind = writing::rows},
        {.name = "rows above 1 % of the sum", .kind = writing::rows, .share = 0.01f, .codes = 1.0f},
        {.name = "rows above 20 % of the sum", .kind = writing::rows, .share = 0.2f, .codes = 1.0f},
        {.name = "weights wait for 1 code", .kind = writing::rows, .codes = 1.0f},
        {.name = "weights wait for 4 codes", .kind = writing::rows, .codes = 4.0f},
        {.name = "weights wait for 16 codes", .kind = writing::rows, .codes = 16.0f}};
    for (const float thinning : {1.5f, 2.0f, 3.0f, 4.0f, 6.0f, 12.0f}) {
        all.push_back({.name = text("sampled rows 1 in ", thinning), .kind = writing::rows, .thinning = thinning, .codes = 1.0f});
    }
    for (const int slices : {1, 2, 3}) {
        all.push_back({.name = text(4 - slices, " of 4 slices"), .kind = writing::rows, .slices = slices, .codes = 1.0f});
    }
    return all;
}
/// Those of the deeper networks, which take minutes each.
constexpr std::size_t main_methods = 8;

/// A chip whose weight cells take few writes.
std::vector<writing_method> wearing(double endurance) {
    return {{.name = "wearing, everything", .endurance = endurance},
            {.name = "wearing, sampled rows 1 in 3", .kind = writing::rows, .thinning = 3.0f, .codes = 16.0f, .endurance = endurance}};
}

/// How rows are spread in significance, epoch by epoch.
class significance_of_epochs : public callback {
public:
    explicit significance_of_epochs(const event_ledger& events) : events_(events) {}
    void on_epoch(const training_state&, const epoch_record&) override {
        json epoch = json::array();
        before_.resize(events_.layers().size());
        for (std::size_t l = 0; l < events_.layers().size(); ++l) {
            const auto& now = events_.layers()[l].significance;
            std::vector<std::uint64_t> bins(now.size());
            for (std::size_t b = 0; b < bins.size(); ++b) {
                bins[b] = now[b] - before_[l][b];
            }
            before_[l] = now;
            epoch.push_back(bins);
        }
        epochs.push_back(std::move(epoch));
    }
    json epochs = json::array();

private:
    const event_ledger& events_;
    std::vector<std::array<std::uint64_t, layer_events::significance_bins>> before_;
};

struct options : study_options {
    options() : study_options("bench/results/write_elision.jsonl") {}
    std::vector<std::string> nets, wanted;
    std::string histogram, wear_plot;
    bool only_main = false;
    int epochs = 0, wear_epochs = 12;
    double endurance = 3000.0;
};

json key_of(const elision_net& net, const writing_method& how, const dataset& data, int epochs, const options& o, std::uint64_t seed) {
    return {{"net", net.name},       {"data", data.name},         {"train_images", data.train.size()},  {"test_images", data.test.size()},
            {"method", how.name},    {"share", how.share},        {"thinning", how.thinning},           {"codes", how.codes},
            {"slices", how.slices},
            {"theta", how.theta},    {"endurance", how.endurance}, {"learning_rate", net.learning_rate}, {"momentum", 0.9},
            {"schedule", "cosine"},  {"batch", 64},               {"epochs", epochs},                   {"max_steps_per_epoch", o.max_steps},
            {"seed", seed}};
}

json train(const elision_net& net, const writing_method& how, const dataset& data, int epochs, const options& o, std::uint64_t seed) {
    network chip = build(net, how, data.train.shape, seed);
    event_ledger events;
    significance_of_epochs spread(events);
    const training_record record = fit(chip, data, {.epochs = epochs, .schedule = cosine{}, .events = &events,
                                                    .max_steps_per_epoch = o.max_steps, .callbacks = {&spread}});
    json curve = {{"test_accuracy", json::array()}, {"stuck_cells", json::array()}};
    for (const epoch_record& e : record.epochs) {
        curve["test_accuracy"].push_back(e.test_accuracy);
        curve["stuck_cells"].push_back(e.stuck_cells);
    }
    json row = {{"test_accuracy", record.test_accuracy}, {"stopped", record.stopped}, {"curve", curve}, {"ledger", to_json(events)}};
    if (how.kind == writing::rows) {
        row["significance"] = spread.epochs;
    }
    return row;
}

dataset images_for(const elision_net& net, const options& o) {
    if (net.grey || o.images.colour.empty()) {
        return load_images(false, o.images);
    }
    // A thousand test images are too few to tell half a point; a batch that nothing is trained on is ten thousand.
    const std::filesystem::path folder = o.images.colour;
    const dataset data = load_cifar10({folder / "data_batch_1.bin.gz", folder / "data_batch_2.bin.gz", folder / "data_batch_3.bin.gz"},
                                      {folder / "data_batch_5.bin.gz"}, read_gzip);
    return first(data, o.images.train > 0 ? std::min<index_t>(o.images.train, data.train.size()) : data.train.size(),
                 o.images.test > 0 ? std::min<index_t>(o.images.test, data.test.size()) : data.test.size());
}

/// All that is known of one net: rows by method, of several seeds.
struct results {
    const elision_net* net;
    std::string data;
    std::map<std::string, std::vector<json>> rows;

    [[nodiscard]] const std::vector<json>* of(const std::string& method) const {
        const auto found = rows.find(method);
        return found == rows.end() ? nullptr : &found->second;
    }
    [[nodiscard]] sample accuracy(const std::string& method) const {
        std::vector<double> values;
        for (const json& row : rows.at(method)) {
            values.push_back(100.0 * row["test_accuracy"].get<double>());
        }
        return sample_of(values);
    }
    /// Of the first seed: what is written hardly depends on it.
    [[nodiscard]] event_ledger ledger(const std::string& method) const { return ledger_from_json(rows.at(method).front()["ledger"]); }
};

double share_of(std::uint64_t part, std::uint64_t whole) { return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole); }

void print_writes(const results& r) {
    const event_ledger all = r.ledger(dense);
    const auto cells = [](const event_ledger& e, stage s) { return e.total(s).cell_writes; };
    std::printf("\n%s on %s, %d epochs; writes in %% of those of a chip that writes everything\n\n", r.net->name.c_str(), r.data.c_str(),
                r.rows.at(dense).front()["epochs"].get<int>());
    std::printf("| method | test accuracy %% | seeds | rows of activations | their cells | rows of weights | their cells |\n|---|---|---|---|---|---|---|\n");
    for (const writing_method& m : methods()) {
        if (!r.of(m.name)) {
            continue;
        }
        const event_ledger own = r.ledger(m.name);
        const sample accuracy = r.accuracy(m.name);
        std::printf("| %s | %.2f%s | %d | %.1f | %.1f | %.1f | %.1f |\n", m.name.c_str(), accuracy.mean,
                    accuracy.count > 1 ? text(" +- ", std::round(100.0 * accuracy.deviation) / 100.0).c_str() : "", static_cast<int>(accuracy.count),
                    100.0 * share_of(own.total(stage::activations).row_writes, all.total(stage::activations).row_writes),
                    100.0 * share_of(cells(own, stage::activations), cells(all, stage::activations)),
                    100.0 * share_of(own.total(stage::weights).row_writes, all.total(stage::weights).row_writes),
                    100.0 * share_of(cells(own, stage::weights), cells(all, stage::weights)));
    }
}

void print_gain(const std::string& name, const gain& g) {
    std::printf("| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.1f |\n", name.c_str(), g.energy, g.speed, g.first, g.levelled, g.one_percent,
                g.chip_wide, 100.0 * g.write_share);
}
constexpr const char* gain_head = "energy | speed | lifetime: first cell | levelled | 1 %% of cells | over the chip | writes in the other's energy %% |\n"
                                  "|---|---|---|---|---|---|---|---|\n";

/// All tables; those whose law of converters ends below the 11 bits that 128 rows of 4-bit cells take, with the law of ISAAC's converter.
std::vector<cost_table> tables_for_eleven_bits() {
    std::vector<cost_table> tables = all_cost_tables();
    for (cost_table& table : tables) {
        try {
            static_cast<void>(table.adc.energy_pj(11));
        } catch (const error&) {
            table.name += text(" with ", saberi_law.name, " converters");
            table.adc = saberi_law;
        }
    }
    return tables;
}

/// Under every table: each net, and the geometric mean.
void print_claim(const std::vector<results>& all, const std::string& method, const std::string& other, report& out) {
    std::printf("\n%s against %s: how many times better\n\n| table, net | ", method.c_str(), other.c_str());
    std::printf(gain_head);
    for (const cost_table& table : tables_for_eleven_bits()) {
        std::vector<gain> gains;
        for (const results& r : all) {
            if (r.of(method) && r.of(other)) {
                gains.push_back(compare(r.ledger(method), r.ledger(other), table, pipelayer_chip()));
                print_gain(text(table.name, ", ", r.net->name), gains.back());
            }
        }
        if (gains.size() > 1) {
            const auto mean = [&](double gain::*member) {
                std::vector<double> values;
                for (const gain& g : gains) {
                    values.push_back(g.*member);
                }
                return geometric_mean(values);
            };
            const gain middle{.energy = mean(&gain::energy), .speed = mean(&gain::speed), .first = mean(&gain::first),
                              .levelled = mean(&gain::levelled), .one_percent = mean(&gain::one_percent), .chip_wide = mean(&gain::chip_wide),
                              .write_share = mean(&gain::write_share)};
            print_gain(text("**", table.name, ", geometric mean of ", gains.size(), "**"), middle);
            const std::string name = text(method, " against ", other, ", ", table.name);
            out.add({name + ", energy", 1, middle.energy, "times"});
            out.add({name + ", speed", 1, middle.speed, "times"});
            out.add({name + ", lifetime to the first cell", 1, middle.first, "times"});
        }
    }
}

void print_balance(const std::vector<results>& all) {
    std::printf("\nSpeed of %s against %s over the positions that one replica of a layer's weights reads (pipelayer)\n\n| net |", sampled.c_str(), dense.c_str());
    const std::vector<std::uint64_t> balances{16, 32, 64, 128, 256, 1024};
    for (const std::uint64_t b : balances) {
        std::printf(" %d |", static_cast<int>(b));
    }
    std::printf("\n|---|");
    for (std::size_t i = 0; i < balances.size(); ++i) {
        std::printf("---|");
    }
    std::printf("\n");
    for (const results& r : all) {
        if (!r.of(sampled)) {
            continue;
        }
        std::printf("| %s |", r.net->name.c_str());
        for (const std::uint64_t b : balances) {
            std::printf(" %.2f |", compare(r.ledger(sampled), r.ledger(dense), pipelayer_costs(), pipelayer_chip(b)).speed);
        }
        std::printf("\n");
    }
}

/// Beside a model of a GPU, not a measurement.
void print_gpu(const std::vector<results>& all) {
    const gpu_model gpu;
    std::printf("\nAgainst a model of a GPU (%s: %.2f TFLOPS at %.0f %% of them, %.0f W, %.0f GB/s), pipelayer; published, on average over networks: "
                "energy %.2f, speed %.2f with elision; time %.0f with weight clipping, which costs neither time nor energy here\n\n",
                gpu.name.c_str(), gpu.peak_tflops, 100.0 * gpu.utilisation, gpu.power_w, gpu.bandwidth_gb_s, published::elision_energy_over_gpu,
                published::elision_speed_over_gpu, published::clipping_speed_over_gpu);
    std::printf("| net | energy: %s | %s | speed: %s | %s |\n|---|---|---|---|---|\n", dense.c_str(), chosen.c_str(), dense.c_str(), chosen.c_str());
    std::vector<double> numbers[4];
    for (const results& r : all) {
        if (!r.of(chosen)) {
            continue;
        }
        const event_ledger a = r.ledger(dense), b = r.ledger(chosen);
        const cost_report x = price(a, pipelayer_costs(), pipelayer_chip()), y = price(b, pipelayer_costs(), pipelayer_chip());
        const gpu_cost g = train_on_gpu(a, gpu);
        const double row[4] = {energy_over_gpu(x, g), energy_over_gpu(y, g), speed_over_gpu(x, g), speed_over_gpu(y, g)};
        std::printf("| %s |", r.net->name.c_str());
        for (int i = 0; i < 4; ++i) {
            numbers[i].push_back(row[i]);
            std::printf(" %.3g |", row[i]);
        }
        std::printf("\n");
    }
    if (!numbers[0].empty()) {
        std::printf("| geometric mean |");
        for (const auto& column : numbers) {
            std::printf(" %.3g |", geometric_mean(column));
        }
        std::printf("\n");
    }
}

plot::figure tradeoff(const results& r) {
    plot::figure f{.title = text(r.net->name, " on ", r.data), .x_label = "energy saved, times (pipelayer)", .y_label = "test accuracy (%)"};
    const auto curve = [&](const std::string& title, auto&& belongs) {
        std::vector<std::pair<double, double>> points;
        for (const writing_method& m : methods()) {
            if (r.of(m.name) && belongs(m)) {
                points.emplace_back(compare(r.ledger(m.name), r.ledger(dense), pipelayer_costs(), pipelayer_chip()).energy, r.accuracy(m.name).mean);
            }
        }
        std::sort(points.begin(), points.end());
        plot::curve c{.title = title, .x = {}, .y = {}};
        for (const auto& [x, y] : points) {
            c.x.push_back(x);
            c.y.push_back(y);
        }
        if (!points.empty()) {
            f.curves.push_back(std::move(c));
        }
    };
    curve("everything and changed cells", [](const writing_method& m) { return m.kind == writing::everything || m.kind == writing::changes; });
    curve("threshold training of the weights", [](const writing_method& m) { return m.kind == writing::thresholds; });
    curve("rows above a share of the sum", [](const writing_method& m) { return m.kind == writing::rows && m.thinning == 0.0f && m.slices == 0; });
    curve("sampled rows", [](const writing_method& m) { return m.kind == writing::rows && m.thinning > 0.0f && m.slices == 0; });
    curve("slices", [](const writing_method& m) { return m.kind == writing::rows && m.thinning == 0.0f && m.slices > 0; });
    curve("1 of 4 slices, changed cells, sampled rows", [](const writing_method& m) { return m.kind == writing::changes_in_rows; });
    return f;
}

/// Rows of each layer that are less than a sixteenth as significant as the most significant one of their batch, or exactly zero.
plot::figure histogram(const results& r, const std::string& method) {
    plot::figure f{.title = text(r.net->name, " on ", r.data, ": insignificant rows"), .x_label = "layer", .y_label = "rows of activations (%)", .y_range = "[0:100]"};
    const json& epochs = r.rows.at(method).front()["significance"];
    for (std::size_t e = 0; e < epochs.size(); e += std::max<std::size_t>(1, epochs.size() - 1)) {
        plot::curve small{.title = text("below 1/16 of the largest, epoch ", e + 1), .x = {}, .y = {}};
        plot::curve zero{.title = text("exactly zero, epoch ", e + 1), .x = {}, .y = {}};
        for (std::size_t l = 0; l < epochs[e].size(); ++l) {
            const auto bins = epochs[e][l].get<std::vector<double>>();
            double total = 0.0, below = 0.0;
            for (std::size_t b = 0; b < bins.size(); ++b) {
                total += bins[b];
                below += b >= 4 ? bins[b] : 0.0;
            }
            if (total > 0.0) {
                small.x.push_back(static_cast<double>(l));
                small.y.push_back(100.0 * below / total);
                zero.x.push_back(static_cast<double>(l));
                zero.y.push_back(100.0 * bins.back() / total);
            }
        }
        f.curves.push_back(std::move(small));
        f.curves.push_back(std::move(zero));
    }
    return f;
}

void run(int argc, char** argv) {
    report out("write_elision", "Accuracy, energy, time and lifetime of training on crossbars that leave out insignificant writes.");
    options o;
    CLI::App& app = out.app();
    std::vector<std::string> names, method_names;
    for (const elision_net& n : elision_nets()) {
        names.push_back(n.name);
    }
    for (const writing_method& m : methods()) {
        method_names.push_back(m.name);
    }
    app.add_option("--net", o.nets, "all if not given")->delimiter(',')->check(CLI::IsMember(names));
    app.add_flag("--main", o.only_main, "the main methods alone, for lenet5 too");
    app.add_option("--methods", o.wanted, "all for lenet5 and the main ones for others if not given")->delimiter(';')->check(CLI::IsMember(method_names));
    auto* const own_epochs = app.add_option("--epochs", o.epochs, "0: 5 of lenet5, 3 of the others")->check(CLI::Range(0, 100000));
    app.add_option("--endurance", o.endurance, "mean writes that a weight cell takes, on the chip that wears")->check(CLI::PositiveNumber);
    app.add_option("--wear-epochs", o.wear_epochs, "of lenet5 on the chip that wears; 0: leave it out")->check(CLI::Range(0, 100000));
    app.add_option("--histogram", o.histogram, "draw the insignificant rows of layers, .png or .svg");
    app.add_option("--wear-plot", o.wear_plot, "draw the chip that wears, .png or .svg");
    o.add_to(app, "accuracy over energy saved, one panel per net");
    out.parse(argc, argv);
    for (const std::string& picture : {o.histogram, o.wear_plot}) {
        if (!picture.empty()) {
            plot::require(picture);
        }
    }
    const plot::detail::scratch_folder scratch;
    o.settle(out.smoke(), scratch.path, 96);
    if (out.smoke()) {
        o.nets = o.nets.empty() ? std::vector<std::string>{"lenet5"} : o.nets;
        o.only_main = true;
        o.wear_epochs = 1;
    }
    if (out.brief() && own_epochs->count() == 0) {
        o.epochs = 1;
    }

    const std::vector<writing_method> all_methods = methods();
    std::vector<results> all;
    std::vector<study_job> jobs;
    std::vector<std::pair<std::size_t, std::string>> slots; // of each job: net and method
    for (const elision_net& net : elision_nets()) {
        if (!o.nets.empty() && std::find(o.nets.begin(), o.nets.end(), net.name) == o.nets.end()) {
            continue;
        }
        const auto data = std::make_shared<const dataset>(images_for(net, o));
        all.push_back({&net, data->name, {}});
        const auto add = [&](const writing_method& m, int epochs, std::uint64_t seed) {
            const double cost = net.cost * epochs * static_cast<double>(data->train.size()) *
                                (m.kind == writing::changes || m.kind == writing::changes_in_rows ? 2.0 : 1.0);
            jobs.push_back({text(net.name, ", ", m.name, ", seed ", seed), key_of(net, m, *data, epochs, o, seed), cost,
                            [&net, m, data, epochs, &o, seed] { return train(net, m, *data, epochs, o, seed); }});
            slots.emplace_back(all.size() - 1, m.name);
        };
        for (int k = 0; k < o.seeds; ++k) {
            const std::uint64_t seed = out.seed() + static_cast<std::uint64_t>(k);
            for (const writing_method& m : all_methods) {
                const auto number = static_cast<std::size_t>(&m - all_methods.data());
                if (o.wanted.empty() ? number < main_methods || (net.grey && !o.only_main)
                                     : std::find(o.wanted.begin(), o.wanted.end(), m.name) != o.wanted.end()) {
                    add(m, o.epochs > 0 ? o.epochs : net.epochs, seed);
                }
            }
        }
        if (net.grey && o.wear_epochs > 0) {
            for (const writing_method& m : wearing(o.endurance)) {
                add(m, o.wear_epochs, out.seed());
            }
        }
    }
    if (const auto folder = std::filesystem::path(o.results).parent_path(); !folder.empty()) {
        std::filesystem::create_directories(folder);
    }
    if (!o.only_report) {
        run_missing(jobs, o.results, out.threads());
    }
    const std::vector<json> rows = rows_of(o.results);
    for (std::size_t j = 0; j < jobs.size(); ++j) {
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const json& row) { return key_without(row, {}) == jobs[j].key; });
        if (found != rows.end()) {
            all[slots[j].first].rows[slots[j].second].push_back(*found);
        }
    }

    std::vector<plot::figure> tradeoffs, histograms;
    std::vector<results> complete;
    for (const results& r : all) {
        if (!r.of(dense)) {
            continue;
        }
        complete.push_back(r);
        print_writes(r);
        for (const auto& [method, own] : r.rows) {
            out.add({text(r.net->name, ", ", method), out.threads(), r.accuracy(method).mean, "% test accuracy"});
        }
        tradeoffs.push_back(tradeoff(r));
        if (r.of("rows above 5 % of the sum")) {
            histograms.push_back(histogram(r, "rows above 5 % of the sum"));
        }
    }
    if (!complete.empty()) {
        for (const std::string& method : {chosen, sampled}) {
            print_claim(complete, method, dense, out);
            print_claim(complete, method, changes, out);
        }
        print_claim(complete, "1 of 4 slices, sampled 1 in 1.5", dense, out);
        print_claim(complete, "rows above 5 % of the sum", dense, out);
        print_claim(complete, "threshold training", dense, out);
        print_balance(complete);
        print_gpu(complete);
        const results& first_net = complete.front();
        if (first_net.of(chosen)) {
            std::printf("\n%s, %s\n%s\n%s", first_net.net->name.c_str(), chosen.c_str(),
                        to_text(price(first_net.ledger(chosen), pipelayer_costs(), pipelayer_chip())).c_str(),
                        to_text(lifetime(first_net.ledger(chosen), pipelayer_costs().cells)).c_str());
        }
    }
    plot::figure worn{.title = text("LeNet-5 on cells that take ", o.endurance, " writes on average"), .x_label = "epochs", .y_label = "test accuracy (%)",
                      .y_range = "[0:100]", .right_label = "stuck cells (%)"};
    for (const results& r : all) {
        for (const writing_method& m : wearing(o.endurance)) {
            if (!r.of(m.name)) {
                continue;
            }
            const json& curve = r.rows.at(m.name).front()["curve"];
            std::printf("\n%s, %s: accuracy in %% (stuck cells in %%) after each epoch:", r.net->name.c_str(), m.name.c_str());
            plot::curve accuracy{.title = m.name, .x = {}, .y = {}}, stuck{.title = m.name + ", stuck cells", .x = {}, .y = {}, .right = true};
            std::vector<accuracy_point> points;
            const double images = r.rows.at(m.name).front()["train_images"].get<double>();
            for (std::size_t e = 0; e < curve["test_accuracy"].size(); ++e) {
                const double a = 100.0 * curve["test_accuracy"][e].get<double>(), s = 100.0 * curve["stuck_cells"][e].get<double>();
                std::printf(" %.1f (%.1f)", a, s);
                accuracy.x.push_back(static_cast<double>(e + 1));
                accuracy.y.push_back(a);
                stuck.x.push_back(static_cast<double>(e + 1));
                stuck.y.push_back(s);
                points.push_back({images * static_cast<double>(e + 1), a});
            }
            const double fall = images_until_fall(points, 5.0) / images;
            std::printf("\n  5 points below its best after %s epochs\n", std::isfinite(fall) ? text(fall).c_str() : "more than these");
            worn.curves.push_back(std::move(accuracy));
            worn.curves.push_back(std::move(stuck));
        }
    }
    out.write();
    if (!o.picture.empty()) {
        plot::draw(tradeoffs, o.picture);
    }
    if (!o.histogram.empty()) {
        plot::draw(histograms, o.histogram);
    }
    if (!o.wear_plot.empty() && !worn.curves.empty()) {
        plot::draw(worn, o.wear_plot);
    }
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
