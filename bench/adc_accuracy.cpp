/// @file
/// Accuracy against the resolution of the converters: networks trained through the ADCs of every tile, slice and input bit, or trained
/// with ideal ones and only evaluated through them, or tuned for one more epoch.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/data/cifar.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/calibrate.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/json_lines.hpp>
#include <rcim/train/schedule.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/sgd.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "gnuplot.hpp" // of the examples
#include "harness.hpp"
#include "study.hpp"
#include "statistics.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

struct options {
    std::vector<std::string> nets{"lenet5", "vgg8"}, ranges{"full_scale", "calibrated"};
    std::vector<std::string> encodings, modes;
    std::vector<int> bits;
    std::string data, cifar, plot;
    std::string results = "bench/results/adc_accuracy.jsonl";
    int seeds = 1, max_steps = 0, images = 0;
    bool only_report = false;
};

/// A network with what is asked of it by default.
struct subject {
    std::string name;
    double learning_rate, tuning_rate;
    int epochs;
    std::vector<std::string> encodings, modes;
    std::vector<int> bits;
};
const std::vector<subject> subjects{
    {"lenet5", 0.02, 0.004, 3, {"differential", "offset"}, {"evaluated", "tuned", "trained"}, {3, 4, 5, 6, 7, 8, 9}},
    {"vgg8", 0.02, 0.004, 3, {"differential"}, {"evaluated", "tuned"}, {4, 6, 8}},
};

/// 8-bit weights on cells of two bits, 8-bit inputs bit by bit, arrays of 128 x 128. The exact copy of the weights is digital, so that
/// what is measured is the reads.
template <class Encoding>
auto chip_of(double rate) {
    return design<>{}
        .with(multilevel_cell<2>{})
        .with(bit_sliced<8, Encoding>{.fraction_bits = 8})
        .with(geometry<128, 128>{})
        .with(bit_serial_dac<8>{})
        .with(digital_master<sgd>{.inner = {.learning_rate = static_cast<float>(rate), .momentum = 0.9f}});
}

template <class Design>
network build(const std::string& net, const Design& chip, map_shape input, std::uint64_t seed) {
    return net == "lenet5" ? lenet5(chip, seed, input) : vgg8(chip, seed, input);
}

/// bits 0: ideal converters.
template <class Encoding>
network build(const std::string& net, const std::string& range, int bits, double rate, map_shape input, std::uint64_t seed) {
    const auto chip = chip_of<Encoding>(rate);
    if (bits == 0) {
        return build(net, chip, input, seed);
    }
    return range == "calibrated" ? build(net, chip.with(uniform_adc<dynamic, calibrated>{.bits = bits}), input, seed)
                                 : build(net, chip.with(uniform_adc<dynamic>{.bits = bits}), input, seed);
}

class study {
public:
    study(const subject& net, const options& o, const dataset& data, thread_pool& pool, std::uint64_t seed)
        : net_(net), options_(o), data_(data), table_(data.mean, data.deviation), pool_(pool), seed_(seed) {}

    [[nodiscard]] json key(const std::string& encoding, const std::string& range, const std::string& mode, int bits) const {
        return {{"net", net_.name},
                {"data", data_.name},
                {"train_images", data_.train.size()},
                {"test_images", data_.test.size()},
                {"weight_bits", 8},
                {"cell_bits", 2},
                {"input_bits", 8},
                {"rows", 128},
                {"encoding", encoding},
                {"range", bits == 0 ? "ideal" : range},
                {"mode", bits == 0 ? "trained" : mode},
                {"adc_bits", bits},
                {"epochs", net_.epochs},
                {"learning_rate", net_.learning_rate},
                {"tuning_rate", mode == "tuned" && bits > 0 ? net_.tuning_rate : 0.0},
                {"max_steps_per_epoch", options_.max_steps},
                {"seed", seed_}};
    }

    double accuracy(const std::string& encoding, const std::string& range, const std::string& mode, int bits) {
        network& base = trained_with_ideal(encoding);
        if (bits == 0) {
            return accuracy_of(base);
        }
        const double rate = mode == "tuned" ? net_.tuning_rate : net_.learning_rate;
        network net = make(encoding, range, bits, rate);
        if (mode != "trained") {
            map_weights(base, net);
        }
        calibrate(net, data_.train, table_, {.images = 256, .pool = &pool_});
        if (mode != "evaluated") {
            train(net, mode == "tuned" ? 1 : net_.epochs);
            if (range == "calibrated") {
                calibrate(net, data_.train, table_, {.images = 256, .pool = &pool_});
            }
        }
        return accuracy_of(net);
    }

private:
    network make(const std::string& encoding, const std::string& range, int bits, double rate) const {
        return encoding == "offset" ? build<offset>(net_.name, range, bits, rate, data_.train.shape, seed_)
                                    : build<differential>(net_.name, range, bits, rate, data_.train.shape, seed_);
    }
    void train(network& net, int epochs) {
        progress shown;
        fit(net, data_, {.epochs = epochs, .pool = &pool_, .schedule = cosine{}, .evaluate = false,
                         .max_steps_per_epoch = options_.max_steps, .callbacks = {&shown}});
    }
    double accuracy_of(network& net) { return evaluate(net, data_.test, table_, {.pool = &pool_}).accuracy; }

    network& trained_with_ideal(const std::string& encoding) {
        auto& base = base_[encoding];
        if (!base) {
            base.emplace(make(encoding, "", 0, net_.learning_rate));
            train(*base, net_.epochs);
        }
        return *base;
    }

    const subject& net_;
    const options& options_;
    const dataset& data_;
    pixel_table table_;
    thread_pool& pool_;
    std::uint64_t seed_;
    std::map<std::string, std::optional<network>> base_;
};

void run(int argc, char** argv) {
    report out("adc_accuracy", "Accuracy of networks trained through, or only evaluated through, converters of a few bits.");
    options o;
    CLI::App& app = out.app();
    auto* const own_nets = app.add_option("--net", o.nets)->delimiter(',')->check(CLI::IsMember({"lenet5", "vgg8"}));
    app.add_option("--data", o.data, "for lenet5: folder in IDX format; procedural digits if not given")->check(CLI::ExistingDirectory);
    app.add_option("--cifar", o.cifar, "for vgg8: folder with data_batch_1, 2, 3 (train) and test_first1000, .bin.gz; as lenet5 if not given")
        ->check(CLI::ExistingDirectory);
    app.add_option("--bits", o.bits, "of the converters")->delimiter(',')->check(CLI::Range(2, 14));
    app.add_option("--encodings", o.encodings)->delimiter(',')->check(CLI::IsMember({"differential", "offset"}));
    app.add_option("--modes", o.modes)->delimiter(',')->check(CLI::IsMember({"evaluated", "trained", "tuned"}));
    app.add_option("--ranges", o.ranges)->delimiter(',')->check(CLI::IsMember({"full_scale", "calibrated"}));
    app.add_option("--images", o.images, "training images, from the first on; 0: all")->check(CLI::Range(0, 1 << 30));
    app.add_option("--max-steps", o.max_steps, "end epochs after as many steps; 0: all")->check(CLI::Range(0, 1 << 30));
    auto* const own_results = app.add_option("--results", o.results, "JSON Lines that runs are added to; what is there is not run again");
    app.add_flag("--report", o.only_report, "tables of the rows that are there; run nothing");
    app.add_option("--plot", o.plot, "draw accuracy over bits, one panel per net and encoding, .png or .svg");
    app.add_option("--seeds", o.seeds, "runs with as many seeds, from --seed on")->check(CLI::Range(1, 1000));
    out.parse(argc, argv);
    if (!o.plot.empty()) {
        plot::require(o.plot);
    }
    const plot::detail::scratch_folder scratch;
    if (out.smoke()) {
        o.max_steps = 2;
        o.images = 128;
        o.bits = {6};
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
    std::vector<json> rows = rows_of(o.results);
    std::vector<plot::figure> figures;
    for (const subject& net : subjects) {
        if (std::find(o.nets.begin(), o.nets.end(), net.name) == o.nets.end()) {
            continue;
        }
        const bool colour = net.name != "lenet5" && !o.cifar.empty();
        const std::filesystem::path folder = o.cifar;
        dataset data = colour ? load_cifar10({folder / "data_batch_1.bin.gz", folder / "data_batch_2.bin.gz", folder / "data_batch_3.bin.gz"},
                                             {folder / "test_first1000.bin.gz"}, read_gzip)
                       : o.data.empty() ? procedural_digits({.train = 10000, .test = 2000})
                                        : load_idx(o.data, read_gzip);
        if (o.images > 0) {
            data = first(data, std::min<index_t>(o.images, data.train.size()), out.smoke() ? 64 : data.test.size());
        }
        const auto& encodings = o.encodings.empty() ? net.encodings : o.encodings;
        const auto& modes = o.modes.empty() ? net.modes : o.modes;
        const auto& bits = o.bits.empty() ? net.bits : o.bits;
        using cell = std::vector<double>; // one number per seed
        std::map<std::string, std::map<int, cell>> accuracy[2];
        for (int k = 0; k < o.seeds; ++k) {
            study all(net, o, data, pool, out.seed() + static_cast<std::uint64_t>(k));
            const auto measure = [&](std::size_t e, const std::string& range, const std::string& mode, int resolution) {
                const json key = all.key(encodings[e], range, mode, resolution);
                const std::string name = resolution == 0 ? "ideal" : mode + ", " + range;
                auto& numbers = accuracy[e][name][resolution];
                const auto done = std::find_if(rows.begin(), rows.end(), [&](const json& row) { return key_without(row, {}) == key; });
                if (done != rows.end()) {
                    numbers.push_back(100.0 * (*done)["test_accuracy"].get<double>());
                } else if (!o.only_report) {
                    std::printf("%s, %s, %s, %d bits\n", net.name.c_str(), encodings[e].c_str(), name.c_str(), resolution);
                    std::fflush(stdout);
                    const auto started = std::chrono::steady_clock::now();
                    json row = key;
                    row["test_accuracy"] = all.accuracy(encodings[e], range, mode, resolution);
                    row["isa"] = isa();
                    row["compiler"] = build_compiler();
                    row["flags"] = build_flags();
                    row["commit"] = build_commit();
                    append_json_line(o.results, row);
                    numbers.push_back(100.0 * row["test_accuracy"].get<double>());
                    std::printf("  %.2f %%  (%.0f s)\n", numbers.back(),
                                std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
                    std::fflush(stdout);
                    rows.push_back(std::move(row));
                }
            };
            for (std::size_t e = 0; e < encodings.size(); ++e) {
                measure(e, "", "trained", 0);
                for (const std::string& mode : modes) {
                    for (const std::string& range : o.ranges) {
                        for (const int resolution : bits) {
                            measure(e, range, mode, resolution);
                        }
                    }
                }
            }
        }
        for (std::size_t e = 0; e < encodings.size(); ++e) {
            std::printf("\n%s on %s, %s; test accuracy in %%, mean over %d seeds, by bits of the ADC\n\n| way |", net.name.c_str(), data.name.c_str(),
                        encodings[e].c_str(), o.seeds);
            plot::figure figure{.title = text(net.name, " on ", data.name, ", ", encodings[e]), .x_label = "bits of the ADC",
                                .y_label = "test accuracy (%)", .y_range = "[0:100]"};
            std::string rule = "\n|---|";
            for (const int resolution : bits) {
                std::printf(" %d |", resolution);
                rule += "---|";
            }
            std::printf("%s", rule.c_str());
            for (const auto& [name, by_bits] : accuracy[e]) {
                std::printf("\n| %s |", name.c_str());
                plot::curve curve{.title = name, .x = {}, .y = {}};
                for (const int resolution : bits) {
                    const auto found = by_bits.find(name == "ideal" ? 0 : resolution);
                    if (found == by_bits.end() || found->second.empty()) {
                        std::printf(" |");
                        continue;
                    }
                    const sample s = sample_of(found->second);
                    std::printf(" %.2f |", s.mean);
                    curve.x.push_back(resolution);
                    curve.y.push_back(s.mean);
                    out.add({text(net.name, ' ', encodings[e], ' ', name, ", ", resolution, " bits"), out.threads(), s.mean, "% test accuracy"});
                }
                figure.curves.push_back(std::move(curve));
            }
            std::printf("\n");
            figures.push_back(std::move(figure));
        }
    }
    out.write();
    if (!o.plot.empty()) {
        plot::draw(figures, o.plot);
    }
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
