/// @file
/// 96 designs, instantiated at compile time, times the share of their cells that is stuck: a small network is trained on each point, and what the
/// training costs is priced. Ends in the Pareto front of accuracy, energy and area.

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "../sweep_command.hpp"
#include "experiment.hpp"

int main(int argc, char** argv) {
    sweep_command::options options;
    std::string folder;
    int images = 2000;
    int test_images = 1000;
    int epochs = 2;
    std::vector<double> rates{0.0, 0.01, 0.05, 0.1};
    CLI::App app("Trains a small network on each of 96 designs times the share of stuck cells, and finds the Pareto front.",
                 "design_space");
    app.option_defaults()->always_capture_default();
    sweep_command::add_options(app, options);
    app.add_option("--data", folder, "folder in IDX format, plain or gzip; procedural digits if not given")
        ->check(CLI::ExistingDirectory);
    app.add_option("--images", images, "to train on, of the first ones")->check(CLI::Range(1, 10000000));
    app.add_option("--test-images", test_images)->check(CLI::Range(1, 10000000));
    app.add_option("--epochs", epochs)->check(CLI::Range(1, 100000));
    app.add_option("--rates", rates, "shares of stuck cells, nine of ten of them at high resistance")
        ->delimiter(',')
        ->check(CLI::Range(0.0, 0.5));
    CLI11_PARSE(app, argc, argv);

    return sweep_command::guarded(options, [&] {
        const bool runs = !options.list && !options.dry_run;
        const auto on = runs ? load(folder, images, test_images) : std::make_shared<const experiment>();
        rcim::runner_registry registry;
        std::vector<rcim::sweep_value> shares(rates.begin(), rates.end());
        registry.add({.name = "design_space",
                      .about = "a small network trained on faulty chips",
                      .designs = rcim::joined(designs_with_ideal_reads_1(on), designs_with_ideal_reads_2(on),
                                              designs_with_converters(on)),
                      .settings = {{"p_stuck", shares},
                                   {"data", {folder.empty() ? "digits" : folder}},
                                   {"images", {images}},
                                   {"test_images", {test_images}},
                                   {"epochs", {epochs}}},
                      .seeds = options.seeds,
                      .objectives = {{"test_accuracy", rcim::goal::maximise}, {"energy_uj"}, {"area_mm2"}}});
        return sweep_command::run(registry, options);
    });
}
