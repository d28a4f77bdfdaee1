/// @file
/// Block-circulant layers (ReBoc): accuracy over the size of blocks, and what the mapping makes of cells, crossbars, utilisation, cycles, words of buffers,
/// energy and time, mechanism by mechanism, against the plain mapping on an ISAAC-like chip: with every layer there once, and with as many crossbars.
/// Y. Wang et al., DATE 2020, of which the abstract was at hand: the mechanisms are a reconstruction.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/cost/isaac_chip.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/cost/tables.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/block_circulant.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/schedule.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/sgd.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "harness.hpp"
#include "images.hpp"
#include "study.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

constexpr index_t extent = 128;
constexpr double cells_of_crossbar = static_cast<double>(extent * extent);
constexpr std::uint64_t isaac_crossbars = 168 * 12 * 8;
using encoded = bit_sliced<8, differential>;

struct subject {
    std::string name;
    float learning_rate;
    int epochs;
};
const std::vector<subject> subjects{{"lenet5", 0.02f, 3}, {"vgg8", 0.02f, 5}};
const std::vector<int> all_blocks{1, 4, 8, 16, 64}; ///< 1: the plain mapping

/// What of the mapping is on.
struct mechanisms {
    std::string name;
    index_t copies = 1;
    bool horizontal = true;
    bool reuse = true;
    bool share = true;
};

/// 8-bit weights in pairs of 2-bit cells, 8-bit inputs bit by bit, converters that lose nothing.
template <class Map>
auto chip_with(const Map& map, float rate) {
    return design<>{}
        .with(multilevel_cell<2>{})
        .with(map)
        .with(geometry<extent, extent>{})
        .with(bit_serial_dac<8>{})
        .with(lossless_adc{})
        .with(digital_master<sgd>{.inner = {.learning_rate = rate, .momentum = 0.9f, .weight_decay = 1e-4f}});
}

/// use(chip) with the chip of blocks of this size.
template <class Use>
auto with_blocks(int block, const mechanisms& how, float rate, Use&& use) {
    const encoded weights{.fitted = true};
    const auto circulant = [&]<index_t K>(std::integral_constant<index_t, K>) {
        return use(chip_with(block_circulant<K, encoded>{.map = weights,
                                                         .copies = how.copies,
                                                         .horizontal_slices = how.horizontal,
                                                         .reuse_slices = how.reuse,
                                                         .share_tiles = how.share},
                             rate));
    };
    switch (block) {
    case 4:
        return circulant(std::integral_constant<index_t, 4>{});
    case 8:
        return circulant(std::integral_constant<index_t, 8>{});
    case 16:
        return circulant(std::integral_constant<index_t, 16>{});
    case 64:
        return circulant(std::integral_constant<index_t, 64>{});
    default:
        return use(chip_with(weights, rate));
    }
}

template <class Design>
network build(const subject& net, const Design& chip, const map_shape& input, std::uint64_t seed) {
    return net.name == "lenet5" ? lenet5(chip, seed, input) : vgg8(chip, seed, input);
}

/// What one image takes, layer by layer.
event_ledger events_of(const subject& net, int block, const mechanisms& how, const dataset& data) {
    event_ledger events;
    network made =
        with_blocks(block, how, net.learning_rate, [&](const auto& chip) { return build(net, chip, data.train.shape, 1); });
    static_cast<void>(evaluate(made, first(data, 1, 1), {.events = &events}));
    return events;
}

/// A layer, or the part of one that is on the chip at a time: what it takes for one image, and its crossbars.
struct stage_of {
    double ns;
    std::uint64_t crossbars;
    std::uint64_t replicas = 1;
    [[nodiscard]] double each() const { return ns / static_cast<double>(replicas); }
};

std::vector<stage_of> stages_of(const event_ledger& events, const cost_table& table) {
    std::vector<stage_of> stages;
    for (const layer_events& one : events.layers()) {
        const layer_footprint& layer = one.footprint;
        if (layer.weight_crossbars > 0) {
            const double cycle = table.read_ns(static_cast<double>(layer.crossbar_cols), layer.adc_bits);
            stages.push_back({static_cast<double>(one[stage::forward].serial_reads) * cycle, layer.weight_crossbars});
        }
    }
    return stages;
}

/// Time of the slowest stage for one image when stages are copied, the slowest first, until no crossbar is left: stages work on different images at
/// the same time. All of them are there once, however few crossbars there are.
double slowest_with(std::vector<stage_of> stages, std::uint64_t crossbars) {
    for (const stage_of& one : stages) {
        crossbars -= std::min(crossbars, one.crossbars);
    }
    for (;;) {
        stage_of& slowest = *std::max_element(stages.begin(), stages.end(),
                                              [](const stage_of& a, const stage_of& b) { return a.each() < b.each(); });
        if (slowest.crossbars > crossbars) {
            return slowest.each();
        }
        crossbars -= slowest.crossbars;
        ++slowest.replicas;
    }
}

/// Stages in the order of the network, in groups of at most so many crossbars; layers that are larger are divided by their outputs.
std::vector<std::vector<stage_of>> groups_of(const std::vector<stage_of>& stages, std::uint64_t crossbars) {
    std::vector<std::vector<stage_of>> groups(1);
    std::uint64_t left = crossbars;
    for (stage_of one : stages) {
        while (one.crossbars > 0) {
            // A layer is divided only where it does not fit on an empty chip.
            if (left < std::min(one.crossbars, crossbars)) {
                groups.emplace_back();
                left = crossbars;
            }
            const std::uint64_t here = std::min(one.crossbars, left);
            groups.back().push_back({one.ns, here});
            one.crossbars -= here;
            left -= here;
        }
    }
    return groups;
}

/// One image of a batch on a chip of so many crossbars.
struct chip_cost {
    std::size_t groups; ///< of layers that are on it at the same time; more than one: all are programmed anew for each batch
    double ns;
    double pj;
};
chip_cost on_chip(const event_ledger& events, const cost_table& table, std::uint64_t crossbars, double batch) {
    const auto groups = groups_of(stages_of(events, table), crossbars);
    const bool programmed = groups.size() > 1;
    chip_cost cost{groups.size(), 0.0, 0.0};
    for (const auto& group : groups) {
        cost.ns +=
            slowest_with(group, crossbars) + (programmed ? static_cast<double>(extent) * table.row_write_ns / batch : 0.0);
    }
    const cost_report alone = price(events, table, {.positions_per_replica = std::uint64_t{1} << 40});
    cost.pj = 1e12 * alone.joules() - alone.standing_pj +
              table.static_mw_per_crossbar * static_cast<double>(crossbars) * cost.ns; // mW x ns
    if (programmed) {
        for (const layer_events& one : events.layers()) {
            const double rows = static_cast<double>(one.footprint.weight_crossbars) * static_cast<double>(extent);
            cost.pj +=
                (static_cast<double>(one.footprint.weight_cells) * table.cell_write_pj + rows * table.row_write_pj) / batch;
        }
    }
    return cost;
}

struct totals {
    std::uint64_t cells = 0, crossbars = 0, cycles = 0, conversions = 0, words = 0;
};
totals totals_of(const event_ledger& events) {
    totals sum;
    for (const layer_events& one : events.layers()) {
        sum.cells += one.footprint.weight_cells;
        sum.crossbars += one.footprint.weight_crossbars;
        sum.cycles += one[stage::forward].serial_reads;
        sum.conversions += one[stage::forward].conversions;
        sum.words += one[stage::forward].buffer_words;
    }
    return sum;
}

/// Multiply-adds of the dense network for one image, twice: operations in the usual count.
double operations_of(const event_ledger& dense) {
    double operations = 0.0;
    for (const layer_events& one : dense.layers()) {
        operations += 2.0 * static_cast<double>(one.footprint.inputs * one.footprint.outputs * one.footprint.positions);
    }
    return operations;
}

void print_mapping(const subject& net, const dataset& data, const std::vector<int>& blocks, report& out) {
    const event_ledger plain = events_of(net, 1, {}, data);
    const totals whole = totals_of(plain);
    const cost_table table = isaac_costs();
    const chip_model once{.positions_per_replica = std::uint64_t{1} << 40};
    const cost_report plain_cost = price(plain, table, once);
    std::printf("\n%s: one image, %dx%d crossbars, ISAAC's constants. Speeds against the plain mapping by the slowest layer, "
                "as layers work on different images at the "
                "same time: every layer there once; with as many crossbars as the plain mapping takes; with the %d of an ISAAC "
                "chip; the surplus goes into copies of "
                "the slowest layers\n\n"
                "| K | mapping | cells | crossbars | utilisation | cycles | conversions | buffer words | energy, uJ | energy, "
                "times less | area, mm2 | speed: layers once | equal "
                "crossbars | a whole chip | GOP/s/W |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
                net.name.c_str(), static_cast<int>(extent), static_cast<int>(extent), static_cast<int>(isaac_crossbars));
    const auto line = [&](int block, const mechanisms& how) {
        const event_ledger events = events_of(net, block, how, data);
        const totals t = totals_of(events);
        const cost_report cost = price(events, table, once);
        const auto faster = [&](std::uint64_t crossbars) {
            return slowest_with(stages_of(plain, table), crossbars) / slowest_with(stages_of(events, table), crossbars);
        };
        const double alone = faster(0);
        const double equal = faster(whole.crossbars);
        const double chip = faster(isaac_crossbars);
        const double less = plain_cost.joules() / cost.joules();
        const double efficiency = 1e-9 * operations_of(plain) / cost.joules();
        std::printf(
            "| %d | %s | %llu | %llu | %.1f %% | %llu | %llu | %llu | %.4g | %.2f | %.3g | %.3g | %.3g | %.3g | %.4g |\n",
            block, how.name.c_str(), static_cast<unsigned long long>(t.cells), static_cast<unsigned long long>(t.crossbars),
            100.0 * static_cast<double>(t.cells) / (static_cast<double>(t.crossbars) * cells_of_crossbar),
            static_cast<unsigned long long>(t.cycles), static_cast<unsigned long long>(t.conversions),
            static_cast<unsigned long long>(t.words), 1e6 * cost.joules(), less, cost.mm2(), alone, equal, chip, efficiency);
        const std::string label = text(net.name, ", K ", block, ", ", how.name);
        out.add({label + ": energy", out.threads(), less, "x less than plain"});
        out.add({label + ": speed at equal crossbars", out.threads(), equal, "x plain"});
        out.add({label + ": utilisation", out.threads(),
                 100.0 * static_cast<double>(t.cells) / (static_cast<double>(t.crossbars) * cells_of_crossbar), "%"});
    };
    line(1, {.name = "plain"});
    for (const int block : blocks) {
        if (block == 1) {
            continue;
        }
        line(block, {.name = "nothing: K rows to a crossbar", .horizontal = false, .reuse = false, .share = false});
        line(block, {.name = "+ horizontal slices", .reuse = false, .share = false});
        line(block, {.name = "+ inputs rotated in a register", .share = false});
        line(block, {.name = "+ inputs shared by crossbars"});
        line(block, {.name = "+ 2 copies", .copies = 2});
        if (block > 4) {
            line(block, {.name = "+ 4 copies", .copies = 4});
        }
        line(block, {.name = text("+ ", block, " copies"), .copies = block});
    }
}

std::vector<mechanisms> choices_of_copies(int block) {
    std::vector<mechanisms> choices;
    for (index_t copies = 1; copies <= block; copies *= 2) {
        choices.push_back({.name = text(copies, copies == 1 ? " copy" : " copies"), .copies = copies});
    }
    return choices;
}

/// Chips from a quarter of the crossbars that the plain mapping takes to one of ISAAC: where the network does not fit, its layers are programmed one
/// group after the other, for each batch of images.
void print_chips(const subject& net, const dataset& data, const std::vector<int>& blocks, report& out) {
    constexpr double batch = 64.0;
    const event_ledger plain = events_of(net, 1, {}, data);
    const std::uint64_t whole = totals_of(plain).crossbars;
    std::printf(
        "\n%s on chips of other sizes, batches of %.0f images: times faster and times less energy than the plain mapping on "
        "the same chip, "
        "with the number of copies that has the smallest product of time and energy there. Programmed: groups of layers that "
        "are written for each batch\n\n"
        "| table | crossbars | K | copies | plain programmed | programmed | faster | less energy "
        "|\n|---|---|---|---|---|---|---|---|\n",
        net.name.c_str(), batch);
    for (const cost_table& table : {isaac_costs(), pipelayer_costs()}) {
        for (const std::uint64_t crossbars : {whole / 4, whole / 2, whole, 4 * whole, isaac_crossbars}) {
            const chip_cost before = on_chip(plain, table, std::max<std::uint64_t>(1, crossbars), batch);
            for (const int block : blocks) {
                if (block == 1) {
                    continue;
                }
                chip_cost best{0, 0.0, 0.0};
                std::string best_name;
                for (const mechanisms& how : choices_of_copies(block)) {
                    const chip_cost cost =
                        on_chip(events_of(net, block, how, data), table, std::max<std::uint64_t>(1, crossbars), batch);
                    if (best.groups == 0 || cost.ns * cost.pj < best.ns * best.pj) {
                        best = cost;
                        best_name = how.name;
                    }
                }
                const auto programmed = [](const chip_cost& cost) {
                    return cost.groups > 1 ? text(cost.groups) : std::string("once");
                };
                std::printf("| %s | %llu | %d | %s | %s | %s | %.2f | %.2f |\n", table.name.c_str(),
                            static_cast<unsigned long long>(crossbars), block, best_name.c_str(), programmed(before).c_str(),
                            programmed(best).c_str(), before.ns / best.ns, before.pj / best.pj);
                const std::string label = text(net.name, ", ", table.name, ", ", crossbars, " crossbars, K ", block);
                out.add({label + ": speed", out.threads(), before.ns / best.ns, "x plain"});
                out.add({label + ": energy", out.threads(), before.pj / best.pj, "x less than plain"});
            }
        }
    }
}

/// Operations per joule that others have published, two for each multiply-add of the dense network.
struct published {
    std::string name;
    std::string source;
    double gops_per_watt;
};
const std::vector<published> others{
    {"Eyeriss, ASIC, 65 nm, 16 bit: AlexNet, convolutions",
     "abstract: 35 frames/s at 278 mW (JSSC 52(1), 2017); 666 million multiply-adds (ISSCC 2016)", 35.0 * 2.0 * 0.666 / 0.278},
    {"Eyeriss, VGG-16, convolutions", "abstract: 0.7 frames/s at 236 mW; 15.3 billion multiply-adds (ISSCC 2016)",
     0.7 * 2.0 * 15.3 / 0.236},
    {"EIE, ASIC, pruned dense layers, operations done", "abstract: 102 GOPS at 600 mW (ISCA 2016)", 102.0 / 0.6},
    {"EIE, operations of the dense layers", "abstract: corresponding to 3 TOPS (ISCA 2016)", 3000.0 / 0.6},
    {"Zynq XC7Z045, FPGA, 8 bit: at most", "abstract: up to 135 Gops/W (JLPEA 10(1), 2020, doi 10.3390/jlpea10010001)", 135.0},
    {"PipeLayer, ReRAM", "142.9 GOPS/s/W (HPCA 2017, public reading notes)", 142.9},
};

/// 8-bit weights and inputs here; the others are as they say, and count what is on their chips.
void print_published(const subject& net, const dataset& data, const std::vector<int>& blocks, report& out) {
    const double operations = operations_of(events_of(net, 1, {}, data));
    std::printf("\n%s: operations of the dense network per joule, in GOP/J (GOP/s/W), K copies, ISAAC's and PipeLayer's "
                "constants, against published "
                "figures\n\n| accelerator | GOP/s/W | source |\n|---|---|---|\n",
                net.name.c_str());
    for (const cost_table& table : {isaac_costs(), pipelayer_costs()}) {
        for (const int block : blocks) {
            const cost_report cost =
                price(events_of(net, block, {.copies = block}, data), table, {.positions_per_replica = std::uint64_t{1} << 40});
            const double efficiency = 1e-9 * operations / cost.joules();
            std::printf("| K = %d, %s | %.4g | this table |\n", block, table.name.c_str(), efficiency);
            out.add({text(net.name, ", K ", block, ", ", table.name, ": efficiency"), out.threads(), efficiency, "GOP/s/W"});
        }
    }
    for (const published& one : others) {
        std::printf("| %s | %.4g | %s |\n", one.name.c_str(), one.gops_per_watt, one.source.c_str());
    }
}

class study {
public:
    study(const subject& net, int max_steps, double stuck, const dataset& data, thread_pool& pool, std::uint64_t seed)
        : net_(net), max_steps_(max_steps), stuck_(stuck), data_(data), table_(data.mean, data.deviation), pool_(pool),
          seed_(seed) {}

    [[nodiscard]] json key(int block) const {
        return {{"net", net_.name},
                {"data", data_.name},
                {"train_images", data_.train.size()},
                {"test_images", data_.test.size()},
                {"block", block},
                {"stuck", stuck_},
                {"epochs", net_.epochs},
                {"learning_rate", net_.learning_rate},
                {"max_steps_per_epoch", max_steps_},
                {"seed", seed_}};
    }

    json run(int block) {
        network net = with_blocks(block, {}, net_.learning_rate,
                                  [&](const auto& chip) { return build(net_, chip, data_.train.shape, seed_); });
        progress shown;
        fit(net, data_,
            {.epochs = net_.epochs,
             .pool = &pool_,
             .schedule = cosine{},
             .evaluate = false,
             .max_steps_per_epoch = max_steps_,
             .callbacks = {&shown}});
        json result{{"test_accuracy", accuracy_of(net)}};
        // On a chip with stuck cells, with one copy and with as many as there are rotations, each with stuck cells of its own.
        const auto on_faulty = [&](index_t copies) {
            network faulty = with_blocks(block, {.name = {}, .copies = copies}, net_.learning_rate, [&](const auto& chip) {
                const auto share = static_cast<float>(0.01 * stuck_ / 0.1079);
                return build(net_, chip.with(stuck_at{.p_stuck_hrs = share * 0.0904f, .p_stuck_lrs = share * 0.0175f}),
                             data_.train.shape, seed_);
            });
            map_weights(net, faulty);
            return accuracy_of(faulty);
        };
        result["faulty"] = {{"stuck_once", on_faulty(1)}};
        if (block > 1) {
            result["faulty"]["stuck_copied"] = on_faulty(block);
        }
        return result;
    }

private:
    double accuracy_of(network& net) { return evaluate(net, data_.test, table_, {.pool = &pool_}).accuracy; }

    const subject& net_;
    int max_steps_;
    double stuck_;
    const dataset& data_;
    pixel_table table_;
    thread_pool& pool_;
    std::uint64_t seed_;
};

void run(int argc, char** argv) {
    report out("block_circulant",
               "Block-circulant layers against the plain mapping: accuracy, cells, utilisation, cycles, energy and time.");
    std::vector<std::string> nets{"lenet5", "vgg8"};
    std::vector<int> blocks = all_blocks;
    double stuck = 1.0;
    bool only_mapping = false;
    study_options o("bench/results/block_circulant.jsonl");
    CLI::App& app = out.app();
    app.add_option("--net", nets)->delimiter(',')->check(CLI::IsMember({"lenet5", "vgg8"}));
    auto* const own_blocks =
        app.add_option("--blocks", blocks, "sizes; 1: the plain mapping")->delimiter(',')->check(CLI::IsMember(all_blocks));
    app.add_option("--stuck", stuck, "stuck cells in %, HRS:LRS as 9.04:1.75, of a chip that the result is read on")
        ->check(CLI::Range(0.0, 50.0));
    app.add_flag("--mapping", only_mapping, "cells, cycles and costs alone, without training");
    o.add_to(app, "accuracy over the size of blocks");
    out.parse(argc, argv);
    const plot::detail::scratch_folder scratch;
    o.settle(out.smoke(), scratch.path, 64);
    if (out.smoke()) {
        nets = {"lenet5"};
        blocks = own_blocks->count() == 0 ? std::vector{1, 8} : blocks;
    }
    thread_pool pool(out.threads());
    study_rows rows(o.results, o.only_report);
    std::vector<plot::figure> figures;
    for (const subject& net : subjects) {
        if (std::find(nets.begin(), nets.end(), net.name) == nets.end()) {
            continue;
        }
        const dataset data = load_images(net.name != "lenet5", o.images);
        print_mapping(net, data, blocks, out);
        print_chips(net, data, blocks, out);
        print_published(net, data, blocks, out);
        if (only_mapping) {
            continue;
        }
        mean_table accuracy;
        for (int k = 0; k < o.seeds; ++k) {
            study all(net, o.max_steps, stuck, data, pool, out.seed() + static_cast<std::uint64_t>(k));
            for (const int block : blocks) {
                if (const auto row = rows.row(all.key(block), text(net.name, ", K ", block), [&] { return all.run(block); })) {
                    accuracy.add("healthy", text(block), 100.0 * (*row)["test_accuracy"].get<double>());
                    accuracy.add(text(stuck, " % stuck, one copy"), text(block),
                                 100.0 * (*row)["faulty"]["stuck_once"].get<double>());
                    if ((*row)["faulty"].contains("stuck_copied")) {
                        accuracy.add(text(stuck, " % stuck, K copies"), text(block),
                                     100.0 * (*row)["faulty"]["stuck_copied"].get<double>());
                    }
                }
            }
        }
        accuracy.print(text(net.name, " on ", data.name, ": test accuracy in %, mean over ", o.seeds, " seeds, by K; 1: plain"),
                       "chip");
        plot::figure figure{
            .title = text(net.name, " on ", data.name), .x_label = "size of blocks K", .y_label = "test accuracy (%)"};
        for (const std::string& kind : accuracy.rows()) {
            plot::curve curve{.title = kind, .x = {}, .y = {}};
            for (const int block : blocks) {
                if (const sample s = accuracy.at(kind, text(block)); s.count > 0) {
                    curve.x.push_back(block);
                    curve.y.push_back(s.mean);
                    out.add({text(net.name, ", K ", block, ", ", kind), out.threads(), s.mean, "% test accuracy"});
                }
            }
            figure.curves.push_back(std::move(curve));
        }
        figures.push_back(std::move(figure));
    }
    out.write();
    if (!o.picture.empty() && !figures.empty()) {
        plot::draw(figures, o.picture);
    }
}

} // namespace

int main(int argc, char** argv) {
    return rcim_bench::guarded(run, argc, argv);
}
