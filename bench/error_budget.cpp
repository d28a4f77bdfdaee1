/// @file
/// Which effect of a chip costs how much accuracy: a network that was trained digitally, on the chip with none of its effects, with each alone,
/// with each left out, and with all. Draws are addressed, so that every chip has the same faults, devices and noise.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/mapping/symmetric.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/noise/thermal.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/train/calibrate.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/schedule.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/wire/nodal.hpp>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness.hpp"
#include "images.hpp"
#include "study.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

/// The effects that are switched: axes of a design with policies that are not ideal.
constexpr std::array<const char*, 6> effect_names{"cells", "stuck cells", "noise", "wires", "DAC", "ADC"};

/// The cell at the core of wrappers: exact.
template <class Cell>
constexpr auto exact(const Cell& cell) {
    if constexpr (requires { cell.inner; }) {
        return exact(cell.inner);
    } else {
        return cell;
    }
}

/// The design with those of its effects whose bits are set.
template <unsigned Mask, class Design>
constexpr auto keep(const Design& chip) {
    const auto cells = [&] {
        if constexpr ((Mask & 1) == 0) {
            return chip.template without<cell_kind>().with(exact(chip.cell));
        } else {
            return chip;
        }
    }();
    const auto dropped = []<unsigned Bit, class Kind>(const auto& design) {
        if constexpr ((Mask >> Bit & 1) == 0) {
            return design.template without<Kind>();
        } else {
            return design;
        }
    };
    const auto faults = dropped.template operator()<1, fault_kind>(cells);
    const auto noise = dropped.template operator()<2, noise_kind>(faults);
    const auto wires = dropped.template operator()<3, wire_kind>(noise);
    const auto dac = dropped.template operator()<4, dac_kind>(wires);
    return dropped.template operator()<5, adc_kind>(dac);
}
/// The effects that a design has at all.
template <class Design>
consteval unsigned effects_of() {
    unsigned mask = 0;
    const auto has = [&]<unsigned Bit>(bool there) { mask |= there ? 1u << Bit : 0u; };
    has.template operator()<0>(!exact_cell<typename Design::cell_type>());
    has.template operator()<1>(!Design::faults_type::none);
    has.template operator()<2>(!Design::noise_type::folds);
    has.template operator()<3>(!Design::wire_type::folds);
    has.template operator()<4>(!std::is_same_v<typename Design::dac_type, ideal_dac>);
    has.template operator()<5>(!Design::adc_type::folds);
    return mask;
}

using builder = std::function<network(const std::string& net, map_shape input, std::uint64_t seed)>;

template <class Design>
builder builder_of(const Design& chip) {
    return [chip](const std::string& net, map_shape input, std::uint64_t seed) {
        return net == "lenet5" ? lenet5(chip, seed, input) : resnet(chip, seed, std::stoi(net.substr(6)), input);
    };
}

/// A chip with any of its effects.
struct subject {
    std::string name;
    unsigned effects; ///< that it has
    builder digital;  ///< learns
    std::vector<std::pair<unsigned, builder>> chips;
};

/// None, all, each alone and each left out.
template <class Design>
subject subject_of(const std::string& name, const Design& chip) {
    constexpr unsigned all = effects_of<Design>();
    subject s{.name = name, .effects = all, .digital = {}, .chips = {}};
    auto ideal = keep<0>(chip);
    ideal.map.fitted = false; // to the first weights, which are small
    s.digital = builder_of(ideal.with(digital_master<sgd>{.inner = {.learning_rate = 0.02f, .momentum = 0.9f}}));
    const auto add = [&]<unsigned Mask>() {
        const auto same = [](const auto& one) { return one.first == Mask; };
        if (std::none_of(s.chips.begin(), s.chips.end(), same)) {
            s.chips.emplace_back(Mask, builder_of(keep<Mask>(chip)));
        }
    };
    add.template operator()<0>();
    add.template operator()<all>();
    [&]<std::size_t... Bit>(std::index_sequence<Bit...>) {
        ((add.template operator()<all & 1u << Bit>(), add.template operator()<all & ~(1u << Bit)>()), ...);
    }(std::make_index_sequence<effect_names.size()>());
    return s;
}

/// Sigma of programming, the same for every level.
template <class Cell>
constexpr auto missed(const Cell& cell, float sigma) {
    programming_error<Cell> result{.inner = cell};
    result.sigma.fill(sigma);
    return result;
}

/// To take the budget of a chip of your own, add it here.
std::vector<subject> subjects() {
    const auto quiet = chain<thermal, shot, telegraph>(thermal{}, shot{}, telegraph{.dwell_images = 1000, .clamp = true});
    return {
        subject_of("pytorx", design<>{}
                                 .with(missed(multilevel_cell<7>{.on_off_ratio = 1e4, .g_on = 333e-6}, 1.0f / 3.0f))
                                 .with(bit_sliced<7, symmetric<sign_magnitude>>{.fraction_bits = 8, .fitted = true})
                                 .with(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
                                 .with(columnwise<std::remove_const_t<decltype(quiet)>>{quiet})
                                 .with(nodal{})
                                 .with(geometry<64, 64>{})
                                 .with(multibit_dac<8, unsigned_inputs>{.read_voltage = 1.65})
                                 .with(uniform_adc<8, calibrated>{.range = {.share = 0.9999}})),
        subject_of("two-bit slices", design<>{}
                                         .with(missed(multilevel_cell<2>{.on_off_ratio = 100.0, .g_on = 1e-4}, 0.1f))
                                         .with(bit_sliced<8, differential>{.fraction_bits = 8, .fitted = true})
                                         .with(stuck_at{.p_stuck_hrs = 0.01f, .p_stuck_lrs = 0.01f})
                                         .with(columnwise<std::remove_const_t<decltype(quiet)>>{quiet})
                                         .with(nodal{})
                                         .with(geometry<128, 128>{})
                                         .with(bit_serial_dac<8, unsigned_inputs>{})
                                         .with(uniform_adc<8, calibrated>{.range = {.share = 0.9999}})),
    };
}

std::string words_of(unsigned mask, unsigned all) {
    if (mask == 0 || mask == all) {
        return mask == 0 ? "none" : "all";
    }
    const bool alone = (mask & (mask - 1)) == 0;
    const unsigned named = alone ? mask : all & ~mask;
    for (std::size_t bit = 0; bit < effect_names.size(); ++bit) {
        if (named == 1u << bit) {
            return text(alone ? "only " : "all but ", effect_names[bit]);
        }
    }
    return text("effects ", mask);
}

void run(int argc, char** argv) {
    report out("error_budget", "Accuracy shares of the effects of a chip: each alone, and each left out.");
    std::vector<subject> chips = subjects();
    std::vector<std::string> chip_names, wanted, nets{"lenet5"};
    for (const subject& s : chips) {
        chip_names.push_back(s.name);
    }
    study_options o("bench/results/error_budget.jsonl");
    int epochs = 5;
    CLI::App& app = out.app();
    app.add_option("--chip", wanted, "all if not given")->delimiter(',')->check(CLI::IsMember(chip_names));
    app.add_option("--net", nets)->delimiter(',')->check(CLI::IsMember({"lenet5", "resnet8", "resnet20", "resnet32"}));
    app.add_option("--epochs", epochs, "of digital training")->check(CLI::Range(1, 10000));
    o.add_to(app, "the shares, one panel per chip and net");
    out.parse(argc, argv);
    const plot::detail::scratch_folder scratch;
    o.settle(out.smoke(), scratch.path, 32);
    if (out.smoke()) {
        epochs = 1;
        wanted = wanted.empty() ? std::vector<std::string>{chip_names.front()} : wanted;
    }
    thread_pool pool(out.threads());
    study_rows rows(o.results, o.only_report);
    std::vector<plot::figure> figures;
    for (const subject& chip : chips) {
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), chip.name) == wanted.end()) {
            continue;
        }
        for (const std::string& name : nets) {
            const dataset data = without_sign(load_images(name != "lenet5", o.images));
            const pixel_table pixels(data.mean, data.deviation);
            mean_table accuracy;
            for (int k = 0; k < o.seeds; ++k) {
                const std::uint64_t seed = out.seed() + static_cast<std::uint64_t>(k);
                std::optional<network> trained;
                for (const auto& [mask, build] : chip.chips) {
                    const std::string effect = words_of(mask, chip.effects);
                    const json key{{"chip", chip.name},
                                   {"net", name},
                                   {"data", data.name},
                                   {"train_images", data.train.size()},
                                   {"test_images", data.test.size()},
                                   {"effects", effect},
                                   {"epochs", epochs},
                                   {"max_steps_per_epoch", o.max_steps},
                                   {"seed", seed}};
                    const auto row = rows.row(key, text(chip.name, ", ", name, ", ", effect), [&] {
                        if (!trained) {
                            trained.emplace(chip.digital(name, data.train.shape, seed));
                            progress shown;
                            fit(*trained, data, {.epochs = epochs, .pool = &pool, .schedule = cosine{}, .evaluate = false,
                                                 .max_steps_per_epoch = o.max_steps, .callbacks = {&shown}});
                        }
                        network net = build(name, data.train.shape, seed);
                        map_weights(*trained, net);
                        calibrate(net, data.train, pixels, {.pool = &pool});
                        return json{{"test_accuracy", evaluate(net, data.test, pixels, {.pool = &pool}).accuracy}};
                    });
                    if (row) {
                        accuracy.add(effect, "accuracy", 100.0 * (*row)["test_accuracy"].get<double>());
                    }
                }
            }
            // What an effect costs alone, and what leaving it out of all gains; its share lies between: the mean of both.
            const auto mean = [&](const std::string& row) { return accuracy.at(row, "accuracy").mean; };
            mean_table budget;
            const double lost = mean("none") - mean("all");
            for (std::size_t bit = 0; bit < effect_names.size(); ++bit) {
                if ((chip.effects >> bit & 1) != 0) {
                    const double alone = mean("none") - mean(text("only ", effect_names[bit]));
                    const double left_out = mean(text("all but ", effect_names[bit])) - mean("all");
                    budget.add(effect_names[bit], "alone", alone);
                    budget.add(effect_names[bit], "left out", left_out);
                    budget.add(effect_names[bit], "share", 0.5 * (alone + left_out));
                    out.add({text(chip.name, ", ", name, ", ", effect_names[bit], " alone"), out.threads(), alone, "points lost"});
                    out.add({text(chip.name, ", ", name, ", ", effect_names[bit], " left out"), out.threads(), left_out, "points gained"});
                }
            }
            out.add({text(chip.name, ", ", name, ", none"), out.threads(), mean("none"), "% test accuracy"});
            out.add({text(chip.name, ", ", name, ", all"), out.threads(), mean("all"), "% test accuracy"});
            budget.print(text(chip.name, ", ", name, " on ", data.name, ": points of accuracy lost to each effect alone, and gained by leaving it out; ", o.seeds,
                              " seeds. None: ", mean("none"), " %, all: ", mean("all"), " %, lost ", lost),
                         "effect");
            plot::figure figure{.title = text(chip.name, ", ", name, " on ", data.name), .x_label = "", .y_label = "points of accuracy",
                                .x_names = budget.rows()};
            for (const std::string& column : budget.columns()) {
                plot::curve curve{.title = column, .x = {}, .y = {}};
                for (std::size_t r = 0; r < budget.rows().size(); ++r) {
                    curve.x.push_back(static_cast<double>(r));
                    curve.y.push_back(budget.at(budget.rows()[r], column).mean);
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
