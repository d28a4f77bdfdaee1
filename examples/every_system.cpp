/// @file
/// All at once: two chips on which every published system that the library reproduces is at work, in one training loop. On both, cells are stuck and
/// weights clipped, insignificant writes are left out, wires resist and reads are noisy, as PytorX has it, and gains are re-calibrated after profiling; every
/// event is counted and priced. On the first, weights are pruned to a few in each column, for smaller converters (TinyADC), and it then learns a second task
/// by shifts of its columns (XMA) and a third by some re-programmed crossbars (XMA2). On the other, layers are block-circulant (ReBoc), and tasks are learned by
/// masks on columns (XBM).

#include <rcim/cost/report_json.hpp>
#include <rcim/rcim.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace rcim;

struct settings {
    int images = 1500;
    int epochs = 4;
    int batch = 32;
    std::uint64_t seed = 1;
    int threads = 0;
    std::string table = "isaac";
    std::string json;
};

/// What both chips have in common: 8-bit weights on pairs of 2-bit cells, of which some are stuck, wires and noise, converters, and clipped updates that wait
/// until they matter.
template <class Map>
auto chip_with(const Map& map) {
    return design<>{}
        .with(multilevel_cell<2>{.on_off_ratio = 1000.0f})
        .with(map)
        .with(stuck_at{.p_stuck_hrs = 0.01f, .p_stuck_lrs = 0.002f})
        .with(geometry<64, 64>{})
        .with(first_order{.word_line_ohm = 1.0, .bit_line_ohm = 1.0})
        .with(columnwise<chain<thermal, shot>>{})
        .with(multibit_dac<8>{})
        .with(uniform_adc<9>{})
        .with(clipped_on_use<accumulated_rows<sgd>>{.inner = {.codes = 0.5f, .inner = {.learning_rate = 0.05f, .momentum = 0.9f}}});
}

/// 16 of the 64 weights of a column are kept, and columns can be shifted. Activations lie in arrays, of which the least significant rows are not written.
auto pruned_and_masked() {
    using weights = column_pruned<16, bit_sliced<8, differential>>;
    return chip_with(column_masked<weights, shifting<2>>{.map = {.map = {.fitted = true}}, .rows = 64})
        .with(elided_rows<outer_product, activation_arrays<>>{.relative = 0.02f});
}

/// Blocks of 4 x 4, each vector twice, and columns that can be gated.
auto circulant_and_gated() {
    using weights = block_circulant<4, bit_sliced<8, differential>>;
    return chip_with(column_masked<weights, gating>{.map = {.map = {.fitted = true}, .copies = 2}, .rows = 64});
}

/// Trains on the first of the tasks, adapts to the others, and returns to the first.
template <class Design, class Second, class Third>
nlohmann::json run_chip(const std::string& name, const Design& chip, const Second& second, const Third& third,
                        const std::vector<dataset>& tasks, const settings& s, thread_pool& pool) {
    std::printf("\n%s\n%s\n", name.c_str(), describe(chip).c_str());
    network net = lenet5(chip, s.seed);
    progress shown;
    event_ledger events;
    const pixel_table pixels(tasks[0].mean, tasks[0].deviation);
    fit(net, tasks[0],
        {.epochs = s.epochs, .batch = s.batch, .pool = &pool, .schedule = cosine{}, .events = &events, .callbacks = {&shown}});
    const double trained = evaluate(net, tasks[0], {.pool = &pool}).accuracy;
    recalibrate(net, profile_shift(net, tasks[0].train, pixels, {.images = 64, .pool = &pool}), shift_grain::column);
    const double calibrated = evaluate(net, tasks[0], {.pool = &pool}).accuracy;
    const column_census columns = net.columns();
    const cell_census cells = net.census();
    const event_counts weights = [&] {
        event_counts sum;
        for (const layer_events& one : events.layers()) {
            sum += one[stage::weights];
            sum += one[stage::activations];
        }
        return sum;
    }();
    std::printf("%.1f %% of %s, %.1f %% with gains of columns re-calibrated; %.2f %% of the cells stuck, %.2f %% of the "
                "columns beyond their converters; "
                "%.1f %% of the writes left out\n",
                100.0 * trained, tasks[0].name.c_str(), 100.0 * calibrated,
                100.0 * static_cast<double>(cells.stuck) / static_cast<double>(cells.cells),
                100.0 * static_cast<double>(columns.overfull) / static_cast<double>(columns.columns),
                100.0 * static_cast<double>(weights.cells_skipped) /
                    static_cast<double>(std::max<std::uint64_t>(1, weights.cells_skipped + weights.cell_writes)));
    const cost_report cost = price(events, cost_table_named(s.table));
    std::printf("training took %.3g J and %.3g s under the constants of %s\n", cost.joules(), cost.seconds, cost.table.c_str());

    task_book book(net, tasks[0].name);
    nlohmann::json adapted;
    const auto learn = [&](const dataset& task, const auto& method) {
        const adaptation_record record =
            adapt(net, task, method,
                  {.fit = {.epochs = s.epochs, .batch = s.batch, .pool = &pool, .schedule = cosine{}, .callbacks = {&shown}}});
        book.keep(task.name, record);
        std::printf("%s by %s: %.1f %%, %d bits of masks, %d of %d crossbars written\n", task.name.c_str(), method.name.c_str(),
                    100.0 * record.accuracy, static_cast<int>(record.mask_bits), static_cast<int>(record.crossbars_written),
                    static_cast<int>(record.crossbars));
        adapted[task.name] = {{"method", method.name}, {"accuracy", record.accuracy}, {"mask_bits", record.mask_bits}};
    };
    learn(tasks[1], second);
    learn(tasks[2], third);
    book.switch_to(tasks[0].name, &pool);
    const double again = evaluate(net, tasks[0], {.pool = &pool}).accuracy;
    std::printf("%s again: %.1f %%\n", tasks[0].name.c_str(), 100.0 * again);
    return {{"chip", describe(chip)}, {"trained", trained}, {"calibrated", calibrated},
            {"again", again},         {"adapted", adapted}, {"cost", to_json(cost)}};
}

void run(int argc, char** argv) {
    settings s;
    CLI::App app("Two chips on which every system of the library is at work, in one training loop.", "every_system");
    app.option_defaults()->always_capture_default();
    app.add_option("--images", s.images, "to train with, per task: procedural digits of three pens")
        ->check(CLI::Range(64, 1 << 20));
    app.add_option("--epochs", s.epochs, "on each task")->check(CLI::Range(1, 1000));
    app.add_option("--batch", s.batch, "images per step")->check(CLI::Range(1, 4096));
    app.add_option("--seed", s.seed, "of chip, weights and images");
    app.add_option("--threads", s.threads, "0: one per processor; the result does not depend on it")
        ->check(CLI::Range(0, 1024));
    app.add_option("--costs", s.table, "table of constants: isaac, pipelayer, pipelayer_per_row, panther, nvsim, mnsim");
    app.add_option("--json", s.json, "write the results as one JSON object");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        std::exit(app.exit(problem));
    }
    static_cast<void>(cost_table_named(s.table)); // before the work
    thread_pool pool(s.threads > 0 ? s.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
    std::vector<dataset> tasks;
    for (const char* const name : {"digits", "other digits", "third digits"}) {
        tasks.push_back(procedural_digits({.train = s.images, .test = std::min(500, s.images), .seed = s.seed * 10 + tasks.size()}));
        tasks.back().name = name;
    }
    nlohmann::json results;
    results["pruned"] = run_chip("pruned columns with shifts", pruned_and_masked(), xma(), xma2(0.25), tasks, s, pool);
    results["circulant"] =
        run_chip("circulant blocks with gates", circulant_and_gated(), xbm(), xbm(ksm_sigmoid{}), tasks, s, pool);
    if (!s.json.empty()) {
        write_file(s.json, results.dump(2) + "\n");
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        run(argc, argv);
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "every_system: %s\n", problem.what());
        return 1;
    }
}
