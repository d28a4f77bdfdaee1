/// @file
/// Networks that were trained digitally, put on crossbars with all that PytorX models (He et al., DAC 2019): stuck cells with and without digital
/// compensation, wires with and without noise injection adaption and re-calibrated gains, noise at three bandwidths, and all at once.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/mapping/symmetric.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/injected.hpp>
#include <rcim/noise/pytorx_noise.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/noise/thermal.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/train/calibrate.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/profile_shift.hpp>
#include <rcim/train/schedule.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/wire/nodal.hpp>

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "harness.hpp"
#include "images.hpp"
#include "study.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

/// A network, how it is trained digitally, and how it is tuned for noise injection.
struct subject {
    std::string name;
    int depth; ///< of a residual network; 0: LeNet-5
    int fraction_bits; ///< in digital training, where weights lie within +- 2^(7 - fraction_bits)
    double learning_rate;
    int epochs;
    double tuning_rate;
    int tuning_epochs;
};
const std::vector<subject> subjects{
    {"lenet5", 0, 8, 0.02, 5, 0.01, 2},
    {"resnet8", 8, 9, 0.05, 8, 0.02, 1},
    {"resnet20", 20, 9, 0.05, 8, 0.02, 1},
    {"resnet32", 32, 9, 0.05, 5, 0.02, 1},
};

/// Signed 8-bit weights as pairs of 7-bit cells whose currents are subtracted before the converter, 8-bit inputs in one cycle; conductances and
/// voltages are those of PytorX's run.sh. On the chip the largest weight of a layer takes the largest conductance, as there.
auto chip_with(const subject& net, bool fitted, double rate) {
    return design<>{}
        .with(multilevel_cell<7>{.on_off_ratio = 1e4, .g_on = 333e-6})
        .with(bit_sliced<7, symmetric<sign_magnitude>>{.fraction_bits = net.fraction_bits, .fitted = fitted})
        .with(multibit_dac<8, unsigned_inputs>{.read_voltage = 1.65})
        .with(digital_master<sgd>{.inner = {.learning_rate = static_cast<float>(rate), .momentum = 0.9f}});
}
auto chip_of(const subject& net, int size, double rate) {
    return chip_with(net, true, rate).with(geometry<dynamic, dynamic>{size, size}).with(uniform_adc<8, calibrated>{.range = {.share = 0.9999}});
}

constexpr stuck_at stuck_cells{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f};
/// Per segment; 2.67 of run.sh, or 28 of mnist.py.
nodal wires_of(double ohm) { return {.word_line_ohm = ohm, .bit_line_ohm = ohm}; }
auto quiet(double hertz) {
    return chain<thermal, shot, telegraph>(thermal{.bandwidth_hz = hertz}, shot{.bandwidth_hz = hertz}, telegraph{.dwell_images = 1000, .clamp = true});
}

template <class Design>
network build(const subject& net, const Design& chip, map_shape input, std::uint64_t seed) {
    return net.depth == 0 ? lenet5(chip, seed, input) : resnet(chip, seed, net.depth, input);
}

/// What is on the chip.
struct effects {
    bool stuck = false, compensated = false, wired = false;
    double noise_hertz = 0.0; ///< 0: none
    bool as_pytorx = false;    ///< noise in the form of PytorX
    bool as_published = false; ///< likewise, and with voltages as its code takes them
    double wire_ohm = 1.0 / 0.375;
};

network on_chip(const subject& net, int size, const effects& e, map_shape input, std::uint64_t seed) {
    const auto plain = chip_of(net, size, 0.0);
    if (e.stuck && e.compensated && e.wired && e.noise_hertz > 0.0) {
        return build(net,
                     plain.with(stuck_cells).with(stuck_compensation{}).with(wires_of(e.wire_ohm)).with(columnwise<decltype(quiet(0.0))>{quiet(e.noise_hertz)}),
                     input, seed);
    }
    if (e.stuck) {
        const auto faulty = plain.with(stuck_cells);
        return e.compensated ? build(net, faulty.with(stuck_compensation{}), input, seed) : build(net, faulty, input, seed);
    }
    if (e.wired) {
        return build(net, plain.with(wires_of(e.wire_ohm)), input, seed);
    }
    if (e.as_pytorx || e.as_published) {
        // Their voltage is too small by sqrt(positions / batch) / size; taken as if there were as many positions as images in a batch.
        return build(net,
                     plain.with(pytorx_noise{.bandwidth_hz = e.noise_hertz, .clamp = true, .as_published = e.as_published,
                                             .volts_factor = e.as_published ? 1.0 / size : 1.0}),
                     input, seed);
    }
    return e.noise_hertz > 0.0 ? build(net, plain.with(quiet(e.noise_hertz)), input, seed) : build(net, plain, input, seed);
}

/// One row of the table.
struct scenario {
    std::string name;
    effects on{};
    bool adapted = false;       ///< trained with injected noise
    bool gains = false;         ///< re-calibrated
    shift_grain grain = shift_grain::layer; ///< of statistics and gains
};
std::vector<scenario> scenarios() {
    const effects wired{.wired = true};
    const effects resistive{.wired = true, .wire_ohm = 28.0};
    const effects all{.stuck = true, .compensated = true, .wired = true, .noise_hertz = 1e7};
    return {
        {.name = "8-bit converters alone"},
        {.name = "stuck cells", .on = {.stuck = true}},
        {.name = "stuck cells, compensated", .on = {.stuck = true, .compensated = true}},
        {.name = "wires", .on = wired},
        {.name = "wires, gain per layer", .on = wired, .gains = true},
        {.name = "wires, gain per output", .on = wired, .gains = true, .grain = shift_grain::column},
        {.name = "wires, NIA per layer", .on = wired, .adapted = true},
        {.name = "wires, NIA and gain per layer", .on = wired, .adapted = true, .gains = true},
        {.name = "wires, NIA per column", .on = wired, .adapted = true, .grain = shift_grain::column},
        {.name = "wires, NIA per column and gain per output", .on = wired, .adapted = true, .gains = true, .grain = shift_grain::column},
        {.name = "wires of 28 ohm", .on = resistive},
        {.name = "wires of 28 ohm, gain per output", .on = resistive, .gains = true, .grain = shift_grain::column},
        {.name = "wires of 28 ohm, NIA per column", .on = resistive, .adapted = true, .grain = shift_grain::column},
        {.name = "wires of 28 ohm, NIA per column and gain per output", .on = resistive, .adapted = true, .gains = true, .grain = shift_grain::column},
        {.name = "noise, 10 MHz", .on = {.noise_hertz = 1e7}},
        {.name = "noise, 100 MHz", .on = {.noise_hertz = 1e8}},
        {.name = "noise, 1 GHz", .on = {.noise_hertz = 1e9}},
        {.name = "PytorX's noise, 10 MHz", .on = {.noise_hertz = 1e7, .as_pytorx = true}},
        {.name = "PytorX's noise, 100 MHz", .on = {.noise_hertz = 1e8, .as_pytorx = true}},
        {.name = "PytorX's noise, 1 GHz", .on = {.noise_hertz = 1e9, .as_pytorx = true}},
        {.name = "PytorX's noise as published, 10 MHz", .on = {.noise_hertz = 1e7, .as_published = true}},
        {.name = "PytorX's noise as published, 100 MHz", .on = {.noise_hertz = 1e8, .as_published = true}},
        {.name = "PytorX's noise as published, 1 GHz", .on = {.noise_hertz = 1e9, .as_published = true}},
        {.name = "all at 10 MHz, compensated", .on = all},
        {.name = "all, and gain per output", .on = all, .gains = true, .grain = shift_grain::column},
        {.name = "all, NIA per column and gain per output", .on = all, .adapted = true, .gains = true, .grain = shift_grain::column},
    };
}

/// A network of one seed, and all that is made of it.
class study {
public:
    study(const subject& net, const dataset& data, thread_pool& pool, std::uint64_t seed, int max_steps)
        : net_(net), data_(data), table_(data.mean, data.deviation), pool_(pool), seed_(seed), max_steps_(max_steps) {}

    [[nodiscard]] json key(const std::string& effect, int size) const {
        return {{"net", net_.name},
                {"data", data_.name},
                {"train_images", data_.train.size()},
                {"test_images", data_.test.size()},
                {"effect", effect},
                {"array", size},
                {"fraction_bits", net_.fraction_bits},
                {"epochs", net_.epochs},
                {"learning_rate", net_.learning_rate},
                {"tuning_epochs", net_.tuning_epochs},
                {"tuning_rate", net_.tuning_rate},
                {"max_steps_per_epoch", max_steps_},
                {"seed", seed_}};
    }

    json without_crossbars() { return {{"test_accuracy", evaluate(base(), data_.test, table_, {.pool = &pool_}).accuracy}}; }

    json run(const scenario& s, int size) {
        network net = on_chip(net_, size, s.on, data_.train.shape, seed_);
        map_weights(s.adapted ? adapted(size, s.grain, s.on.wire_ohm) : base(), net);
        calibrate(net, data_.train, table_, {.pool = &pool_});
        json row;
        if (s.on.compensated) {
            const compensation_count count = net.compensation();
            row["compensation"] = {{"stuck_cells", count.stuck}, {"multiply_adds", count.multiply_adds}, {"share", count.share()}};
        }
        if (s.on.wired) {
            const auto shift = profile_shift(net, data_.train, table_, {.pool = &pool_});
            row["shift"] = summary(shift);
            if (s.gains) {
                recalibrate(net, shift, s.grain);
            }
        }
        row["test_accuracy"] = evaluate(net, data_.test, table_, {.pool = &pool_}).accuracy;
        return row;
    }

private:
    /// By layer: slope of results, and the deviation of sums by that of ideal ones.
    static json summary(const std::vector<shift_profile>& profiles) {
        json layers = json::array();
        for (const shift_profile& p : profiles) {
            if (!p.empty()) {
                const shift_moments sums = p.of_sums();
                layers.push_back({{"slope", p.of_results().slope()},
                                  {"mean", sums.mean()},
                                  {"deviation", sums.deviation()},
                                  {"ideal_rms", std::sqrt(sums.ideal_ideal / sums.count)}});
            }
        }
        return layers;
    }

    void train(network& net, int epochs) {
        progress shown;
        fit(net, data_, {.epochs = epochs, .pool = &pool_, .schedule = cosine{}, .evaluate = false,
                         .max_steps_per_epoch = max_steps_, .callbacks = {&shown}});
    }

    network& base() {
        if (!base_) {
            base_.emplace(build(net_, chip_with(net_, false, net_.learning_rate), data_.train.shape, seed_));
            train(*base_, net_.epochs);
        }
        return *base_;
    }

    /// Trained once with the statistics of one chip's wires.
    network& adapted(int size, shift_grain grain, double wire_ohm) {
        auto& net = adapted_[{size, grain, wire_ohm}];
        if (!net) {
            network chip = on_chip(net_, size, {.wired = true, .wire_ohm = wire_ohm}, data_.train.shape, seed_);
            map_weights(base(), chip);
            net.emplace(build(net_, chip_of(net_, size, net_.tuning_rate).with(injected{.grain = grain}), data_.train.shape, seed_));
            map_weights(base(), *net);
            calibrate(*net, data_.train, table_, {.pool = &pool_});
            rcim::inject(*net, profile_shift(chip, data_.train, table_, {.pool = &pool_}));
            train(*net, net_.tuning_epochs);
        }
        return *net;
    }

    const subject& net_;
    const dataset& data_;
    pixel_table table_;
    thread_pool& pool_;
    std::uint64_t seed_;
    int max_steps_;
    std::optional<network> base_;
    std::map<std::tuple<int, shift_grain, double>, std::optional<network>> adapted_;
};

void run(int argc, char** argv) {
    report out("noise_injection", "Accuracy of networks on chips with stuck cells, wires and noise, and what compensation, noise injection adaption and "
                                  "re-calibration keep of it.");
    std::vector<std::string> nets, wanted;
    std::vector<int> sizes{32, 64, 128};
    study_options o("bench/results/noise_injection.jsonl");
    CLI::App& app = out.app();
    std::vector<std::string> names, effect_names;
    for (const subject& s : subjects) {
        names.push_back(s.name);
    }
    for (const scenario& s : scenarios()) {
        effect_names.push_back(s.name);
    }
    app.add_option("--net", nets, "all if not given")->delimiter(',')->check(CLI::IsMember(names));
    app.add_option("--arrays", sizes, "rows and columns of a crossbar")->delimiter(',')->check(CLI::Range(8, 1024));
    app.add_option("--effects", wanted, "lines of the table; all if not given")->delimiter(';')->check(CLI::IsMember(effect_names));
    o.add_to(app, "accuracy over array sizes, one panel per net");
    out.parse(argc, argv);
    const plot::detail::scratch_folder scratch;
    o.settle(out.smoke(), scratch.path, 64);
    if (out.smoke()) {
        sizes = {32};
        nets = nets.empty() ? std::vector<std::string>{"lenet5"} : nets;
    }
    thread_pool pool(out.threads());
    study_rows rows(o.results, o.only_report);
    std::vector<plot::figure> figures;
    for (const subject& net : subjects) {
        if (!nets.empty() && std::find(nets.begin(), nets.end(), net.name) == nets.end()) {
            continue;
        }
        const dataset data = without_sign(load_images(net.depth > 0, o.images));
        mean_table table;
        mean_table slopes;
        std::string cost_of_compensation;
        for (int k = 0; k < o.seeds; ++k) {
            study all(net, data, pool, out.seed() + static_cast<std::uint64_t>(k), o.max_steps);
            const auto measure = [&](const std::string& effect, int size, auto&& measured) {
                const std::string name = text(net.name, ", ", effect, size > 0 ? text(", ", size, " x ", size) : "");
                return rows.row(all.key(effect, size), name, measured);
            };
            const auto digital = measure("no crossbars", 0, [&] { return all.without_crossbars(); });
            for (const int size : sizes) {
                if (digital) {
                    table.add("no crossbars", text(size, " x ", size), 100.0 * (*digital)["test_accuracy"].get<double>());
                }
            }
            for (const int size : sizes) {
                for (const scenario& s : scenarios()) {
                    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), s.name) == wanted.end()) {
                        continue;
                    }
                    if (const auto row = measure(s.name, size, [&] { return all.run(s, size); })) {
                        if (row->contains("shift") && !s.adapted && !s.gains && s.on.noise_hertz == 0.0) {
                            for (const json& layer : (*row)["shift"]) {
                                slopes.add(s.name, text(size, " x ", size), layer["slope"].get<double>());
                            }
                        }
                        if (row->contains("compensation") && !s.on.wired) {
                            const json& cost = (*row)["compensation"];
                            cost_of_compensation = text(cost["multiply_adds"].get<std::uint64_t>(), " multiply-adds per image, ",
                                                        100.0 * cost["share"].get<double>(), " % of the network's own");
                        }
                        table.add(s.name, text(size, " x ", size), 100.0 * (*row)["test_accuracy"].get<double>());
                    }
                }
            }
        }
        table.print(text(net.name, " on ", data.name, "; test accuracy in %, mean over ", o.seeds, " seeds, by crossbar"), "on the chip");
        if (!slopes.rows().empty()) {
            slopes.print(text(net.name, ": slope of results through wires against ideal ones, mean and deviation over layers"), "wires");
        }
        if (!cost_of_compensation.empty()) {
            std::printf("\ncompensation of stuck cells: %s\n", cost_of_compensation.c_str());
        }
        plot::figure figure{.title = text(net.name, " on ", data.name), .x_label = "rows and columns of a crossbar", .y_label = "test accuracy (%)",
                            .y_range = "[0:100]", .x_names = table.columns()};
        for (const std::string& row : table.rows()) {
            plot::curve curve{.title = row, .x = {}, .y = {}};
            for (std::size_t c = 0; c < table.columns().size(); ++c) {
                if (const sample s = table.at(row, table.columns()[c]); s.count > 0) {
                    curve.x.push_back(static_cast<double>(c));
                    curve.y.push_back(s.mean);
                    out.add({text(net.name, ", ", row, ", ", table.columns()[c]), out.threads(), s.mean, "% test accuracy"});
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

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
