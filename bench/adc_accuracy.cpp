/// @file
/// Accuracy against the resolution of the converters: networks trained through the ADCs of every tile, slice and input bit, or trained
/// with ideal ones and only evaluated through them, or tuned for one more epoch.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/train/calibrate.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/schedule.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/sgd.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "harness.hpp"
#include "images.hpp"
#include "study.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

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
    study(const subject& net, int max_steps, const dataset& data, thread_pool& pool, std::uint64_t seed)
        : net_(net), max_steps_(max_steps), data_(data), table_(data.mean, data.deviation), pool_(pool), seed_(seed) {}

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
                {"max_steps_per_epoch", max_steps_},
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
                         .max_steps_per_epoch = max_steps_, .callbacks = {&shown}});
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
    int max_steps_;
    const dataset& data_;
    pixel_table table_;
    thread_pool& pool_;
    std::uint64_t seed_;
    std::map<std::string, std::optional<network>> base_;
};

void run(int argc, char** argv) {
    report out("adc_accuracy", "Accuracy of networks trained through, or only evaluated through, converters of a few bits.");
    std::vector<std::string> nets{"lenet5", "vgg8"}, ranges{"full_scale", "calibrated"}, wanted_encodings, wanted_modes;
    std::vector<int> wanted_bits;
    study_options o("bench/results/adc_accuracy.jsonl");
    CLI::App& app = out.app();
    auto* const own_nets = app.add_option("--net", nets)->delimiter(',')->check(CLI::IsMember({"lenet5", "vgg8"}));
    app.add_option("--bits", wanted_bits, "of the converters")->delimiter(',')->check(CLI::Range(2, 14));
    app.add_option("--encodings", wanted_encodings)->delimiter(',')->check(CLI::IsMember({"differential", "offset"}));
    app.add_option("--modes", wanted_modes)->delimiter(',')->check(CLI::IsMember({"evaluated", "trained", "tuned"}));
    app.add_option("--ranges", ranges)->delimiter(',')->check(CLI::IsMember({"full_scale", "calibrated"}));
    o.add_to(app, "accuracy over bits, one panel per net and encoding");
    out.parse(argc, argv);
    const plot::detail::scratch_folder scratch;
    o.settle(out.smoke(), scratch.path, 128);
    if (out.smoke()) {
        wanted_bits = {6};
        if (own_nets->count() == 0) {
            nets = {"lenet5"};
        }
    }
    thread_pool pool(out.threads());
    study_rows rows(o.results, o.only_report);
    std::vector<plot::figure> figures;
    for (const subject& net : subjects) {
        if (std::find(nets.begin(), nets.end(), net.name) == nets.end()) {
            continue;
        }
        const dataset data = load_images(net.name != "lenet5", o.images);
        const auto& encodings = wanted_encodings.empty() ? net.encodings : wanted_encodings;
        const auto& modes = wanted_modes.empty() ? net.modes : wanted_modes;
        const auto& bits = wanted_bits.empty() ? net.bits : wanted_bits;
        std::map<std::string, mean_table> tables;
        for (int k = 0; k < o.seeds; ++k) {
            study all(net, o.max_steps, data, pool, out.seed() + static_cast<std::uint64_t>(k));
            const auto measure = [&](const std::string& encoding, const std::string& range, const std::string& mode, int resolution) {
                const std::string way = resolution == 0 ? "ideal" : mode + ", " + range;
                const auto row = rows.row(all.key(encoding, range, mode, resolution), text(net.name, ", ", encoding, ", ", way, ", ", resolution, " bits"),
                                          [&] { return json{{"test_accuracy", all.accuracy(encoding, range, mode, resolution)}}; });
                if (row) {
                    tables[encoding].add(way, text(resolution), 100.0 * (*row)["test_accuracy"].get<double>());
                }
            };
            for (const std::string& encoding : encodings) {
                measure(encoding, "", "trained", 0);
                for (const std::string& mode : modes) {
                    for (const std::string& range : ranges) {
                        for (const int resolution : bits) {
                            measure(encoding, range, mode, resolution);
                        }
                    }
                }
            }
        }
        for (const auto& [encoding, table] : tables) {
            table.print(text(net.name, " on ", data.name, ", ", encoding, "; test accuracy in %, mean over ", o.seeds, " seeds, by bits of the ADC; 0: ideal"),
                        "way");
            plot::figure figure{.title = text(net.name, " on ", data.name, ", ", encoding), .x_label = "bits of the ADC", .y_label = "test accuracy (%)",
                                .y_range = "[0:100]"};
            for (const std::string& way : table.rows()) {
                plot::curve curve{.title = way, .x = {}, .y = {}};
                for (const int resolution : bits) {
                    if (const sample s = table.at(way, way == "ideal" ? "0" : text(resolution)); s.count > 0) {
                        curve.x.push_back(resolution);
                        curve.y.push_back(s.mean);
                        out.add({text(net.name, ' ', encoding, ' ', way, ", ", resolution, " bits"), out.threads(), s.mean, "% test accuracy"});
                    }
                }
                figure.curves.push_back(std::move(curve));
            }
            figures.push_back(std::move(figure));
        }
    }
    out.write();
    if (!o.picture.empty()) {
        plot::draw(figures, o.picture);
    }
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
