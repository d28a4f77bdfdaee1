/// @file
/// Writes a report of a small run with hostile names to the path given.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/cost/tables.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/plot/run_report.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/sgd.hpp>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    using namespace rcim;
    if (argc != 2) {
        std::fprintf(stderr, "usage: test_browser FILE\n");
        return 2;
    }
    try {
        const auto chip = design<>{}
                              .with(multilevel_cell<2>{})
                              .with(bit_sliced<8, differential>{})
                              .with(geometry<128, 128>{})
                              .with(stuck_at{.p_stuck_hrs = 0.05f, .p_stuck_lrs = 0.01f})
                              .with(sgd{.learning_rate = 0.05f});
        network net = lenet5(chip, 7);
        event_ledger events;
        const training_record record =
            fit(net, procedural_digits({.train = 128, .test = 64}), {.epochs = 2, .batch = 32, .events = &events});
        const std::string hostile =
            "LeNet-5 <script>document.title = 'taken'</script> & \"quotes\" _x_ {y} \xFF </style><img src=x onerror=alert(1)>";
        plot::run_report report = plot::report_of(net, record, hostile, &events, 4);
        report.summary = hostile;
        report.design = describe(chip);
        report.axes = plot::axes_of(chip);
        report.notes = {plot::note_on_plan(chip), hostile};
        report.costs = price(events, isaac_costs());
        report.lifetime = lifetime(events, isaac_costs().cells, 128.0);
        report.accuracies.rows = {{"data", "accuracy"}, {hostile, "1"}};
        report.others = {{to_picture(plot::weight_histogram(net[6], hostile)), hostile}};
        report.settings = {{"seed", "7"}, {hostile, hostile}};
        plot::write_html_report(argv[1], report);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 1;
    }
}
