/// @file
/// Column-proportional pruning (TinyADC): accuracy over the rate at which the columns of crossbars are pruned, by ADMM, at once, by whole filters and
/// without structure; bits that converters then need, and what that is worth in power, area and throughput under every law of converters, converters
/// alone and with fewer crossbars. G. Yuan et al., DATE 2021, of which the abstract was at hand: the rates and the training are a reconstruction.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/lossless.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/cost/isaac_chip.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/cost/report_json.hpp>
#include <rcim/cost/tables.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/largest_of_layer.hpp>
#include <rcim/mapping/pruned.hpp>
#include <rcim/nn/keep_filters.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/schedule.hpp>
#include <rcim/update/admm.hpp>
#include <rcim/update/digital_master.hpp>

#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "harness.hpp"
#include "images.hpp"
#include "study.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

constexpr index_t rows_of_crossbar = 128;
constexpr int cell_bits = 2;
using encoded = bit_sliced<8, differential>;

struct subject {
    std::string name;
    float learning_rate;
    float tuning_rate;
    int epochs;        ///< of the network before it is pruned
    int tuning_epochs; ///< after, half of them with ADMM where that prunes
};
const std::vector<subject> subjects{{"lenet5", 0.02f, 0.01f, 3, 4}, {"vgg8", 0.02f, 0.01f, 5, 4}};

/// How weights are pruned. Filters: to a share of the weights, by a thinner network.
enum class pruning { none, at_once, admm, filters, unstructured };
struct way {
    std::string name;
    pruning kind = pruning::none;
    bool halved = false; ///< a network of half the weights, by filters, is pruned further
};
const std::vector<way> ways{{"one-shot", pruning::at_once},
                            {"admm", pruning::admm},
                            {"filters", pruning::filters},
                            {"unstructured", pruning::unstructured},
                            {"half the filters' weights, admm", pruning::admm, true}};

/// 8-bit weights in pairs of 2-bit cells, 8-bit inputs bit by bit.
template <class Map, class Rule>
auto chip_with(const Map& map, const Rule& rule) {
    return design<>{}
        .with(multilevel_cell<cell_bits>{})
        .with(map)
        .with(geometry<rows_of_crossbar, 128>{})
        .with(bit_serial_dac<8>{})
        .with(digital_master<Rule>{rule});
}

/// share: of the weights that layers between two others keep, by fewer filters in each.
template <class Design>
network build(const subject& net, const Design& chip, const map_shape& input, std::uint64_t seed, double share) {
    if (net.name == "lenet5") {
        return lenet5(chip, seed, input);
    }
    const auto width = [&](double filters) {
        return std::max<index_t>(1, static_cast<index_t>(filters * std::sqrt(share) + 0.5));
    };
    return vgg8(chip, seed, input, 10, {.filters = {width(32), width(64), width(128)}, .hidden = width(256)});
}

/// Bits of the converters for columns of so many weights that are not zero.
int bits_for(index_t nonzeros) {
    return lossless_bits(nonzeros, cell_bits, 1);
}

class study {
public:
    study(const subject& net, int max_steps, double stuck, const dataset& data, thread_pool& pool, std::uint64_t seed)
        : net_(net), max_steps_(max_steps), data_(data), table_(data.mean, data.deviation), pool_(pool),
          seed_(seed), faults_{.p_stuck_hrs = static_cast<float>(0.01 * stuck * 0.0904 / 0.1079),
                               .p_stuck_lrs = static_cast<float>(0.01 * stuck * 0.0175 / 0.1079)},
          stuck_(stuck) {}

    [[nodiscard]] json key(const std::string& method, int rate) const {
        return {{"net", net_.name},
                {"data", data_.name},
                {"train_images", data_.train.size()},
                {"test_images", data_.test.size()},
                {"method", method},
                {"rate", rate},
                {"rows", rows_of_crossbar},
                {"stuck", stuck_},
                {"epochs", net_.epochs},
                {"tuning_epochs", net_.tuning_epochs},
                {"learning_rate", net_.learning_rate},
                {"tuning_rate", net_.tuning_rate},
                {"max_steps_per_epoch", max_steps_},
                {"seed", seed_}};
    }

    json dense() {
        network net = make(chip_with(encoded{.fitted = true}, sgd{}).with(lossless_adc{}), 1.0);
        map_weights(base(), net);
        return result_of(net, rows_of_crossbar, 1.0);
    }

    json pruned_by(const way& how, int rate) {
        const index_t nonzeros = rows_of_crossbar / rate;
        const double halved = how.halved ? 0.5 : 1.0;
        const sgd tuning{.learning_rate = net_.tuning_rate, .momentum = 0.9f};
        const encoded weights{.fitted = true};
        if (how.kind == pruning::filters) {
            network net = make(chip_with(weights, tuning).with(lossless_adc{}), 1.0 / rate);
            keep_filters(base(), net);
            train(net, net_.tuning_epochs);
            return result_of(net, rows_of_crossbar, 1.0);
        }
        if (how.kind == pruning::unstructured) {
            using map = pruned<largest_of_layer, encoded>;
            network net = make(chip_with(map{.map = weights, .keep = {.share = 1.0 / rate}}, tuning).with(lossless_adc{}), 1.0);
            map_weights(base(), net);
            train(net, net_.tuning_epochs);
            return result_of(net, rows_of_crossbar, 1.0 / rate);
        }
        // Towards columns of so many weights, with all weights there, if it is by ADMM.
        network full = make(chip_with(weights, admm<>{.keep = {.nonzeros = nonzeros},
                                                      .pull = 2e-3f,
                                                      .growth = 1.5f,
                                                      .largest_pull = 0.05f,
                                                      .every = 40,
                                                      .inner = tuning}),
                            halved);
        if (how.halved) {
            keep_filters(base(), full);
        } else {
            map_weights(base(), full);
        }
        const int before = how.kind == pruning::admm ? net_.tuning_epochs / 2 : 0;
        train(full, before);
        // Pruned for good, and trained on.
        const column_pruned<dynamic, encoded> columns{.map = weights, .keep = {.nonzeros = nonzeros}};
        const auto chip = chip_with(columns, tuning);
        const double drawn = evaluate(full, data_.test, table_, {.pool = &pool_}).accuracy;
        network net = make(chip.with(lossless_adc{}), halved);
        map_weights(full, net);
        const double projected = evaluate(net, data_.test, table_, {.pool = &pool_}).accuracy;
        train(net, net_.tuning_epochs - before);
        json result = result_of(net, nonzeros, static_cast<double>(nonzeros) / rows_of_crossbar);
        result["pruning"]["before"] = drawn;
        result["pruning"]["projected"] = projected;
        // Through the converters of as many bits as that takes, of one bit less, and with stuck cells.
        const auto through = [&](const auto& made) {
            network read = make(made, halved);
            map_weights(net, read);
            const column_census columns_of = read.columns();
            const evaluation seen = evaluate(read, data_.test, table_, {.pool = &pool_});
            return json{{"accuracy", seen.accuracy},
                        {"loss", seen.loss},
                        {"overfull", static_cast<double>(columns_of.overfull) / static_cast<double>(columns_of.columns)}};
        };
        const auto with_bits = [&](int bits) { return uniform_adc<dynamic, unit_lsb>{.bits = bits}; };
        result["pruning"]["all_bits"] = through(chip.with(with_bits(bits_for(rows_of_crossbar))));
        result["pruning"]["through"] = through(chip.with(with_bits(bits_for(nonzeros))));
        result["pruning"]["one_bit_less"] = through(chip.with(with_bits(bits_for(nonzeros) - 1)));
        if (stuck_ > 0.0) {
            const auto faulty = chip.with(faults_);
            result["pruning"]["stuck"] = through(faulty.with(with_bits(bits_for(nonzeros))));
            result["pruning"]["stuck_one_bit_more"] = through(faulty.with(with_bits(bits_for(nonzeros) + 1)));
            result["pruning"]["stuck_all_bits"] = through(faulty.with(with_bits(bits_for(rows_of_crossbar))));
        }
        return result;
    }

private:
    template <class Design>
    network make(const Design& chip, double share) const {
        return build(net_, chip, data_.train.shape, seed_, share);
    }
    void train(network& net, int epochs) {
        progress shown;
        if (epochs > 0) {
            fit(net, data_,
                {.epochs = epochs,
                 .pool = &pool_,
                 .schedule = cosine{},
                 .evaluate = false,
                 .max_steps_per_epoch = max_steps_,
                 .callbacks = {&shown}});
        }
    }
    json result_of(network& net, index_t nonzeros, double share) {
        event_ledger events;
        const double accuracy = evaluate(net, data_.test, table_, {.pool = &pool_}).accuracy;
        static_cast<void>(evaluate(net, first(data_, 1, std::min<index_t>(64, data_.test.size())).test, table_,
                                   {.pool = &pool_, .events = &events}));
        return {{"test_accuracy", accuracy},
                {"ledger", to_json(events)},
                {"pruning", {{"bits", bits_for(nonzeros)}, {"share", share}}}};
    }
    network& base() {
        if (!base_) {
            std::printf("training %s, seed %d\n", net_.name.c_str(), static_cast<int>(seed_));
            std::fflush(stdout);
            base_.emplace(make(chip_with(encoded{.fitted = true},
                                         sgd{.learning_rate = net_.learning_rate, .momentum = 0.9f, .weight_decay = 1e-4f}),
                               1.0));
            train(*base_, net_.epochs);
        }
        return *base_;
    }

    const subject& net_;
    int max_steps_;
    const dataset& data_;
    pixel_table table_;
    thread_pool& pool_;
    std::uint64_t seed_;
    stuck_at faults_;
    double stuck_;
    std::optional<network> base_;
};

/// Power and area of an ISAAC tile whose converters have other bits, their cost by a law relative to its 8 bits.
struct tile {
    double power_mw, area_mm2;
};
tile tile_with(const adc_law& law, int bits) {
    const double power = law.energy_pj(8) > 0.0 ? law.energy_pj(bits) / law.energy_pj(8) : 1.0;
    const double area = law.area_um2(8) > 0.0 ? law.area_um2(bits) / law.area_um2(8) : 1.0;
    const double whole_mw = power_mw(isaac_tile);
    const double whole_mm2 = area_mm2(isaac_tile);
    return {whole_mw * (1.0 - isaac_adc_power_share * (1.0 - power)), whole_mm2 * (1.0 - isaac_adc_area_share * (1.0 - area))};
}

/// What converters alone give, whatever the network: every law, every rate. With `fewer` times fewer crossbars beside it.
void print_tiles(report& out, const std::vector<int>& rates) {
    std::printf("\nAn ISAAC tile with smaller converters, against one with 8 bits: times less power and area, times the "
                "throughput per W and mm2 (the "
                "same numbers); caps %.2f and %.2f. ADC: of the converters alone.\n\n| law | rate | bits | ADC power | ADC "
                "area | tile power | tile area | "
                "crossbars fewer that make it 3.5 x | 2.9 x |\n|---|---|---|---|---|---|---|---|---|\n",
                isaac_adc_power_cap, isaac_adc_area_cap);
    for (const adc_law& law : all_adc_laws()) {
        if (law.name == integrate_and_fire_law.name) {
            continue; // no converters
        }
        for (const int rate : rates) {
            const int bits = bits_for(rows_of_crossbar / rate) - 1; // as ISAAC's flipped encoding saves one of 9, so of these
            const tile whole = tile_with(law, 8);
            const tile less = tile_with(law, bits);
            const double power = whole.power_mw / less.power_mw;
            const double area = whole.area_mm2 / less.area_mm2;
            std::printf("| %s | %d | %d | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |\n", std::string(law.name).c_str(), rate,
                        bits, law.energy_pj(8) / law.energy_pj(bits), law.area_um2(8) / law.area_um2(bits), power, area,
                        3.5 / power, 2.9 / area);
            out.add({text("tile power, ", law.name, ", rate ", rate), out.threads(), power, "x"});
            out.add({text("tile area, ", law.name, ", rate ", rate), out.threads(), area, "x"});
        }
    }
}

/// Costs of reading one image against the dense network, ISAAC's table with every law of converters.
void print_costs(const std::string& net, const std::map<std::string, std::map<int, json>>& rows, report& out) {
    const auto dense = rows.find("dense");
    if (dense == rows.end()) {
        return;
    }
    std::printf("\n%s under ISAAC's constants and every law: against the dense network (9 bits), times less energy per image, "
                "times less area, times the images "
                "per s and mm2, and per J\n\n| law | method | rate | bits | crossbars | energy, uJ | area, mm2 | energy | area "
                "| per s and mm2 | per J |\n"
                "|---|---|---|---|---|---|---|---|---|---|---|\n",
                net.c_str());
    for (const adc_law& law : all_adc_laws()) {
        if (law.name == integrate_and_fire_law.name) {
            continue;
        }
        cost_table table = isaac_costs();
        table.adc = law;
        const auto price_of = [&](const json& row) { return price(ledger_from_json(row["ledger"]), table); };
        const cost_report whole = price_of(dense->second.begin()->second);
        for (const auto& [method, by_rate] : rows) {
            for (const auto& [rate, row] : by_rate) {
                const event_ledger events = ledger_from_json(row["ledger"]);
                const cost_report cost = price_of(row);
                std::uint64_t crossbars = 0;
                for (const layer_events& one : events.layers()) {
                    crossbars += one.footprint.weight_crossbars;
                }
                const double images = static_cast<double>(cost.images);
                const double energy = whole.joules() / cost.joules();
                const double area = whole.mm2() / cost.mm2();
                const double speed = whole.seconds / cost.seconds;
                std::printf("| %s | %s | %d | %d | %d | %.4g | %.4g | %.2f | %.2f | %.2f | %.2f |\n",
                            std::string(law.name).c_str(), method.c_str(), rate, row["pruning"]["bits"].get<int>(),
                            static_cast<int>(crossbars), 1e6 * cost.joules() / images, cost.mm2(), energy, area, speed * area,
                            energy);
                out.add(
                    {text(net, ", ", method, ", rate ", rate, ", ", law.name, ": energy"), out.threads(), energy, "x less"});
                out.add({text(net, ", ", method, ", rate ", rate, ", ", law.name, ": area"), out.threads(), area, "x less"});
            }
        }
    }
}

void print_converters(const std::string& net, const std::map<std::string, std::map<int, json>>& rows) {
    std::printf(
        "\n%s: test accuracy in %%, before pruning, just pruned and as trained, and programmed and read through its "
        "converters, of all 9 bits "
        "and of as many as columns need\n\n| method | rate | bits | before pruning | just pruned | trained | 9 bits | so many "
        "bits | one less | "
        "stuck: so many | overfull columns | one more | 9 bits |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
        net.c_str());
    for (const auto& [method, by_rate] : rows) {
        for (const auto& [rate, row] : by_rate) {
            const json& p = row["pruning"];
            if (!p.contains("through")) {
                continue;
            }
            const auto accuracy = [&](const char* name) {
                return p.contains(name) ? text(std::round(1e4 * p[name]["accuracy"].get<double>()) / 100.0) : "";
            };
            std::printf("| %s | %d | %d | %.2f | %.2f | %.2f | %s | %s (loss %s) | %s | %s | %s | %s | %s |\n", method.c_str(),
                        rate, p["bits"].get<int>(), 100.0 * p["before"].get<double>(), 100.0 * p["projected"].get<double>(),
                        100.0 * row["test_accuracy"].get<double>(), accuracy("all_bits").c_str(), accuracy("through").c_str(),
                        p["all_bits"]["loss"] == p["through"]["loss"] ? "equal" : "differs", accuracy("one_bit_less").c_str(),
                        accuracy("stuck").c_str(),
                        p.contains("stuck") ? text(100.0 * p["stuck"]["overfull"].get<double>(), " %").c_str() : "",
                        accuracy("stuck_one_bit_more").c_str(), accuracy("stuck_all_bits").c_str());
        }
    }
}

void run(int argc, char** argv) {
    report out("tinyadc",
               "Column-proportional pruning: accuracy, converter bits, power, area and throughput over the pruning rate.");
    std::vector<std::string> nets{"lenet5", "vgg8"};
    std::vector<std::string> names;
    std::vector<std::string> wanted_ways;
    for (const way& one : ways) {
        names.push_back(one.name);
    }
    std::vector<int> rates{2, 4, 8, 16, 32};
    double stuck = 1.0;
    study_options o("bench/results/tinyadc.jsonl");
    CLI::App& app = out.app();
    app.add_option("--net", nets)->delimiter(',')->check(CLI::IsMember({"lenet5", "vgg8"}));
    app.add_option("--methods", wanted_ways, "all if not given")->delimiter(';')->check(CLI::IsMember(names));
    auto* const own_rates = app.add_option("--rates", rates, "rows of a crossbar per weight that a column keeps")
                                ->delimiter(',')
                                ->check(CLI::IsMember({2, 4, 8, 16, 32}));
    app.add_option("--stuck", stuck, "stuck cells in %, HRS:LRS as 9.04:1.75, of a chip that the result is read on")
        ->check(CLI::Range(0.0, 50.0));
    o.add_to(app, "accuracy over the pruning rate, one panel per net");
    out.parse(argc, argv);
    const plot::detail::scratch_folder scratch;
    o.settle(out.smoke(), scratch.path, 64);
    if (out.smoke()) {
        nets = {"lenet5"};
        wanted_ways = {"admm"};
        rates = own_rates->count() == 0 ? std::vector{16} : rates;
    }
    thread_pool pool(out.threads());
    study_rows rows(o.results, o.only_report);
    print_tiles(out, rates);
    std::vector<plot::figure> figures;
    for (const subject& net : subjects) {
        if (std::find(nets.begin(), nets.end(), net.name) == nets.end()) {
            continue;
        }
        const dataset data = load_images(net.name != "lenet5", o.images);
        mean_table accuracy;
        std::map<std::string, std::map<int, json>> first_rows; // of the first seed
        for (int k = 0; k < o.seeds; ++k) {
            study all(net, o.max_steps, stuck, data, pool, out.seed() + static_cast<std::uint64_t>(k));
            const auto measure = [&](const std::string& method, int rate, auto&& work) {
                if (const auto row = rows.row(all.key(method, rate), text(net.name, ", ", method, ", rate ", rate), work)) {
                    accuracy.add(method, text(rate), 100.0 * (*row)["test_accuracy"].template get<double>());
                    first_rows[method].try_emplace(rate, *row);
                }
            };
            measure("dense", 1, [&] { return all.dense(); });
            for (const way& one : ways) {
                const bool thinner = one.halved || one.kind == pruning::filters; // of LeNet-5 there is one size
                if ((thinner && net.name == "lenet5") ||
                    (!wanted_ways.empty() &&
                     std::find(wanted_ways.begin(), wanted_ways.end(), one.name) == wanted_ways.end())) {
                    continue;
                }
                for (const int rate : rates) {
                    measure(one.name, rate, [&] { return all.pruned_by(one, rate); });
                }
            }
        }
        accuracy.print(text(net.name, " on ", data.name, ": test accuracy in %, mean over ", o.seeds,
                            " seeds, by rate (weights / weights kept in a column; 1: dense)"),
                       "method");
        print_converters(net.name, first_rows);
        print_costs(net.name, first_rows, out);
        plot::figure figure{
            .title = text(net.name, " on ", data.name), .x_label = "pruning rate of columns", .y_label = "test accuracy (%)"};
        for (const std::string& method : accuracy.rows()) {
            plot::curve curve{.title = method, .x = {}, .y = {}};
            for (const int rate : rates) {
                if (const sample s = accuracy.at(method, text(method == "dense" ? 1 : rate)); s.count > 0) {
                    curve.x.push_back(rate);
                    curve.y.push_back(s.mean);
                    out.add({text(net.name, ", ", method, ", rate ", rate), out.threads(), s.mean, "% test accuracy"});
                }
            }
            figure.curves.push_back(std::move(curve));
        }
        figures.push_back(std::move(figure));
    }
    out.write();
    if (!o.picture.empty()) {
        plot::draw(figures, o.picture);
    }
}

} // namespace

int main(int argc, char** argv) {
    return rcim_bench::guarded(run, argc, argv);
}
