/// @file
/// Every picture of docs/pictures.md from one small run: LeNet-5 learns procedural digits on a chip with clusters of stuck cells, broken lines and
/// cells that wear out; what a float network has learned is put onto faulty chips and behind converters; one crossbar is read through its wires.

#include <rcim/plot/crossbar_maps.hpp>
#include <rcim/plot/crossbar_read_maps.hpp>
#include <rcim/plot/energy.hpp>
#include <rcim/plot/pareto.hpp>
#include <rcim/plot/run_report.hpp>
#include <rcim/plot/training.hpp>
#include <rcim/rcim.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace rcim;

struct settings {
    std::string out = "docs/pictures";
    std::uint64_t seed = 7;
    int threads = 0;
    std::string html;
    bool smoke = false;
};

class album {
public:
    explicit album(std::filesystem::path folder) : folder_(std::move(folder)) { std::filesystem::create_directories(folder_); }

    template <class P>
    void add(const P& drawn, const std::string& name) {
        const auto path = folder_ / (name + ".png");
        plot::draw(drawn, path);
        std::printf("%s, %ju bytes\n", path.c_str(), static_cast<std::uintmax_t>(std::filesystem::file_size(path)));
    }

private:
    std::filesystem::path folder_;
};

/// A chip that is faulty from the start, and wears out.
auto dying_chip() {
    return design<>{}
        .with(multilevel_cell<2>{.on_off_ratio = 100.0f})
        .with(bit_sliced<8, differential>{.fraction_bits = 6})
        .with(geometry<128, 128>{})
        .with(chain<clustered, broken_lines, wear_out>{clustered{.p_stuck_hrs = 0.03f, .p_stuck_lrs = 0.01f, .shape = 0.5f},
                                                       broken_lines{.p_word_line = 0.004f, .p_bit_line = 0.004f},
                                                       wear_out{.mean = 2000.0}})
        .with(clipped_on_use<sgd>{.inner = {.learning_rate = 0.05f, .momentum = 0.9f}});
}

void draw_run(album& out, const dataset& data, const settings& s, thread_pool& pool) {
    const auto chip = dying_chip();
    network net = lenet5(chip, s.seed);
    event_ledger events;
    progress shown;
    const training_record record =
        fit(net, data, {.epochs = s.smoke ? 1 : 6, .batch = 32, .pool = &pool, .events = &events, .callbacks = {&shown}});
    const cost_report cost = price(events, isaac_costs());
    auto& fully_connected = dynamic_cast<dense<decltype(dying_chip())>&>(net[6]);
    const std::vector<plot::layer_crossbars> layers = plot::crossbars_of(net);

    out.add(plot::learning_curves(record, "LeNet-5 on procedural digits, a chip that wears out"), "learning_curves");
    out.add(plot::fault_cells(layers[2], {.array = 0}, 4), "fault_map");
    out.add(plot::fault_cells(layers[2], {.array = 0, .row_tile = 0, .col_tile = 0}, 4), "fault_map_crossbar");
    out.add(plot::written_lines(net, events)[2], "line_writes");
    out.add(plot::written_cells(fully_connected.array(), {.array = 0, .row_tile = 0, .col_tile = 1}), "cell_writes");
    out.add(plot::conductances(fully_connected.array(), {.array = 0, .row_tile = 0, .col_tile = 1}), "conductances");
    out.add(plot::panels(std::vector{to_picture(plot::weight_histogram(net[6], "weights of layer 6")),
                                     to_picture(plot::level_histogram(fully_connected.array(), "levels of its cells"))}),
            "histograms");
    out.add(plot::energy_by_stage(cost), "energy_by_stage");
    out.add(plot::energy_by_layer(cost), "energy_by_layer");

    if (s.html.empty()) {
        return;
    }
    plot::run_report report = plot::report_of(net, record, "LeNet-5 on a chip that wears out", &events, 4);
    report.design = describe(chip);
    report.axes = plot::axes_of(chip);
    report.notes = {plot::note_on_plan(chip)};
    report.costs = cost;
    report.lifetime = lifetime(events, isaac_costs().cells, static_cast<double>(data.train.size()));
    report.settings = {{"data", data.name}, {"seed", text(s.seed)}};
    plot::write_html_report(s.html, report);
    std::printf("%s\n", s.html.c_str());
}

/// What a float network has learned, on faulty chips: the mean over seeds, and the range.
template <class Encoding>
plot::curve mapped_over_faults(network& trained, const dataset& data, const settings& s, thread_pool& pool) {
    const std::vector<double> percent{0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0};
    std::vector<std::vector<double>> accuracies;
    for (const double p : percent) {
        accuracies.emplace_back();
        for (std::uint64_t seed = 1; seed <= (s.smoke ? 1u : 5u); ++seed) {
            const auto stuck = static_cast<float>(p / 100.0);
            const auto chip = design<>{}
                                  .with(multilevel_cell<2>{})
                                  .with(bit_sliced<8, Encoding>{.fitted = true})
                                  .with(geometry<128, 128>{})
                                  .with(stuck_at{.p_stuck_hrs = 0.9f * stuck, .p_stuck_lrs = 0.1f * stuck});
            network mapped = lenet5(chip, seed);
            map_weights(trained, mapped);
            accuracies.back().push_back(100.0 * evaluate(mapped, data, {.pool = &pool}).accuracy);
        }
        std::fprintf(stderr, "%s, %g %% stuck: %.1f %%\n", Encoding::name().c_str(), p, accuracies.back().back());
    }
    plot::curve c = plot::curve_of(Encoding::name(), percent, accuracies);
    c.band = true;
    return c;
}

/// Accuracy and energy of inference by bits of the converters and rows of the crossbars.
plot::pareto designs(network& trained, const dataset& data, const settings& s, thread_pool& pool) {
    plot::pareto front{.title = "inference through converters, LeNet-5 on procedural digits",
                       .x_label = "energy per image (uJ)",
                       .y_label = "test accuracy (%)"};
    const pixel_table pixels(data.mean, data.deviation);
    for (const index_t rows : {32, 64, 128, 256}) {
        for (int bits = 3; bits <= (s.smoke ? 4 : 8); ++bits) {
            const auto chip = design<>{}
                                  .with(multilevel_cell<2>{})
                                  .with(bit_sliced<8, differential>{.fitted = true})
                                  .with(geometry<dynamic, dynamic>{.rows = rows, .cols = 128})
                                  .with(bit_serial_dac<8>{})
                                  .with(uniform_adc<dynamic, calibrated>{.bits = bits});
            network mapped = lenet5(chip, s.seed);
            map_weights(trained, mapped);
            calibrate(mapped, data.train, pixels, {.images = 128, .pool = &pool});
            event_ledger events;
            const double accuracy = evaluate(mapped, data.test, pixels, {.pool = &pool, .events = &events}).accuracy;
            const cost_report cost = price(events, isaac_costs());
            std::fprintf(stderr, "%td rows, %d bits: %.1f %%\n", rows, bits, 100.0 * accuracy);
            front.points.push_back(
                {cost.pj() * 1e-6 / static_cast<double>(cost.images), 100.0 * accuracy, text(rows, " rows, ", bits, " bits")});
        }
    }
    return front;
}

void draw_wires(album& out, network& trained, const settings& s) {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{.on_off_ratio = 100.0f})
                          .with(bit_sliced<8, differential>{.fitted = true})
                          .with(geometry<64, 64>{})
                          .with(nodal{})
                          .with(multibit_dac<8>{})
                          .with(uniform_adc<8>{});
    dense<std::remove_const_t<decltype(chip)>> layer(chip, {.in = 84, .out = 10}, s.seed, 4);
    layer.program(trained[10].parameters().weights);
    const std::array drive{0.2}; // volts on every word line
    const plot::solved_crossbar solved = plot::solve_crossbar(layer.array(), {.row_tile = 0, .col_tile = 0, .array = 0}, drive);
    out.add(plot::lost_voltages(solved), "lost_voltages");
    out.add(plot::cell_currents(solved), "cell_currents");
    out.add(plot::column_currents(solved), "column_currents");
}

void run(int argc, char** argv) {
    settings s;
    CLI::App app("Draws every picture of docs/pictures.md.", "pictures");
    app.option_defaults()->always_capture_default();
    app.add_option("--out", s.out, "folder for the pictures");
    app.add_option("--seed", s.seed, "of chips, weights and images");
    app.add_option("--threads", s.threads, "0: one per processor; the pictures do not depend on it")
        ->check(CLI::Range(0, 1024));
    app.add_option("--html", s.html, "write a report of the run as one page, too");
    app.add_flag("--smoke", s.smoke, "fewer images and points, to see that it works");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        std::exit(app.exit(problem));
    }
    plot::require_gnuplot();
    thread_pool pool(s.threads > 0 ? s.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
    const dataset data =
        procedural_digits({.train = s.smoke ? 500 : 6000, .test = s.smoke ? 200 : 1000, .seed = s.seed}, &pool);
    album out(s.out);
    draw_run(out, data, s, pool);

    network trained = lenet5(design<>{}.with(sgd{.learning_rate = 0.02f, .momentum = 0.9f}), s.seed);
    progress shown;
    fit(trained, data, {.epochs = s.smoke ? 1 : 4, .batch = 32, .pool = &pool, .callbacks = {&shown}});
    plot::figure faults{.title = "weights mapped onto faulty chips: mean and range of 5 chips",
                        .x_label = "stuck cells (%)",
                        .y_label = "test accuracy (%)"};
    faults.curves.push_back(mapped_over_faults<differential>(trained, data, s, pool));
    faults.curves.push_back(mapped_over_faults<offset>(trained, data, s, pool));
    out.add(faults, "accuracy_over_faults");
    out.add(designs(trained, data, s, pool), "pareto");
    draw_wires(out, trained, s);
}

} // namespace

int main(int argc, char** argv) {
    try {
        run(argc, argv);
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "pictures: %s\n", problem.what());
        return 1;
    }
}
