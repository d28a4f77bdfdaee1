/// @file
/// Trains one network on several processes that share out every batch, to the same bits as one process:
///
///     mpirun -n 2 train_on_ranks --net resnet20 --batch 128
///
/// Without mpirun it is a group of one.

#include <rcim/data/gzip.hpp>
#include <rcim/mpi/mpi_ranks.hpp>
#include <rcim/rcim.hpp>
#include <rcim/train/json_lines.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct settings {
    std::string data; ///< empty: procedural digits
    std::string net = "lenet5";
    double p_stuck_hrs = 0.0904;
    double p_stuck_lrs = 0.0175;
    double learning_rate = 0.02;
    int images = 12000;
    int epochs = 3;
    int batch = 128;
    int threads = 1;
    std::uint64_t seed = 7;
    std::string json;
};

/// Nothing where the program has nothing more to do, as after --help.
std::optional<settings> parse(int argc, char** argv, const rcim::rank_group& ranks) {
    settings s;
    CLI::App app(
        "Trains a CNN whose weights live in faulty ReRAM crossbars on all processes of mpirun, which share out every batch.",
        "train_on_ranks");
    app.option_defaults()->always_capture_default();
    app.add_option("--data", s.data, "folder in IDX or CIFAR-10 binary format, plain or gzip; procedural digits if not given")
        ->check(CLI::ExistingDirectory);
    app.add_option("--net", s.net)->check(CLI::IsMember({"lenet5", "vgg8", "resnet20"}));
    app.add_option("--p-stuck-hrs", s.p_stuck_hrs, "share of cells stuck at high resistance");
    app.add_option("--p-stuck-lrs", s.p_stuck_lrs, "share of cells stuck at low resistance");
    app.add_option("--learning-rate", s.learning_rate);
    app.add_option("--images", s.images, "most images to train on")->check(CLI::Range(1, 1000000));
    app.add_option("--epochs", s.epochs)->check(CLI::Range(1, 100000));
    app.add_option("--batch", s.batch, "images per step; at least 16 for each rank, best a multiple of 128")
        ->check(CLI::Range(1, 65536));
    app.add_option("--threads", s.threads, "of each rank")->check(CLI::Range(1, 1024));
    app.add_option("--seed", s.seed, "of the chip, the weights and the order of the images");
    app.add_option("--json", s.json, "rank 0 writes settings, curves and the checksum of the chip as one JSON object");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() != 0) {
            throw rcim::error(rcim::text("train_on_ranks: ", e.what(), "; see --help"));
        }
        if (ranks.rank() == 0) {
            app.exit(e);
        }
        return std::nullopt;
    }
    return s;
}

rcim::dataset load(const settings& s, rcim::thread_pool& pool) {
    if (s.data.empty()) {
        return rcim::procedural_digits({.train = s.images, .test = 2000, .seed = s.seed}, &pool);
    }
    std::vector<fs::path> train, test;
    for (const auto& entry : fs::directory_iterator(s.data)) {
        const std::string name = entry.path().filename().string();
        if (name.find(".bin") != std::string::npos) {
            (name.starts_with("data_batch_") ? train : test).push_back(entry.path());
        }
    }
    std::sort(train.begin(), train.end());
    rcim::dataset data =
        train.empty() ? rcim::load_idx(s.data, rcim::read_gzip) : rcim::load_cifar10(train, test, rcim::read_gzip);
    const auto images = std::min<std::size_t>(data.train.labels.size(), static_cast<std::size_t>(s.images));
    data.train.labels.resize(images);
    data.train.images.resize(images * static_cast<std::size_t>(data.train.shape.size()));
    return data;
}

rcim::network build(const settings& s, const rcim::image_set& images) {
    using namespace rcim;
    const auto chip =
        design<>{}
            .with(multilevel_cell<2>{})
            .with(bit_sliced<16, differential>{})
            .with(geometry<128, 128>{})
            .with(stuck_at{.p_stuck_hrs = static_cast<float>(s.p_stuck_hrs), .p_stuck_lrs = static_cast<float>(s.p_stuck_lrs)})
            .with(clipped_on_use<sgd>{.inner = {.learning_rate = static_cast<float>(s.learning_rate), .momentum = 0.9f}});
    if (s.net == "lenet5") {
        return lenet5(chip, s.seed, images.shape, images.classes);
    }
    return s.net == "vgg8" ? vgg8(chip, s.seed, images.shape, images.classes)
                           : resnet20(chip, s.seed, images.shape, images.classes);
}

void run(const settings& s, rcim::rank_group& ranks) {
    const bool speaks = ranks.rank() == 0;
    rcim::thread_pool pool(s.threads);
    const rcim::dataset data = load(s, pool);
    rcim::network net = build(s, data.train);
    if (speaks) {
        std::printf("%s, %td images of %s, batches of %d on %d ranks of %d threads\n", s.net.c_str(), data.train.size(),
                    data.name.c_str(), s.batch, ranks.size(), s.threads);
        std::fflush(stdout);
    }
    rcim::progress bar;
    rcim::fit_options options{.epochs = s.epochs, .batch = s.batch, .pool = &pool, .ranks = &ranks};
    if (speaks) {
        options.callbacks = {&bar};
    }
    const std::clock_t began = std::clock();
    const rcim::training_record record = rcim::fit(net, data, options);
    const double busy = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC; // of this rank, what waits is not busy
    const double steps = static_cast<double>((data.train.size() + s.batch - 1) / s.batch * s.epochs);
    const double megabytes =
        static_cast<double>(ranks.bytes_sent()) * 1e-6 / steps; // what the start and the evaluations take is little
    if (!speaks) {
        return;
    }
    const std::string checksum = rcim::text(std::hex, rcim::state_fingerprint(net));
    std::printf(
        "test accuracy %.2f %%, %.0f images/s, rank 0 busy for %.2f s and sending %.2f MB per step, checksum of the chip %s\n",
        100.0 * record.test_accuracy, record.epochs.back().images_per_second, busy, megabytes, checksum.c_str());
    if (!s.json.empty()) {
        nlohmann::json result{{"data", s.data},
                              {"net", s.net},
                              {"p-stuck-hrs", s.p_stuck_hrs},
                              {"p-stuck-lrs", s.p_stuck_lrs},
                              {"learning-rate", s.learning_rate},
                              {"images", data.train.size()},
                              {"batch", s.batch},
                              {"threads", s.threads},
                              {"ranks", ranks.size()},
                              {"seed", s.seed},
                              {"megabytes_per_step", megabytes},
                              {"busy_seconds", busy},
                              {"checksum", checksum},
                              {"test_accuracy", record.test_accuracy}};
        for (const rcim::epoch_record& e : record.epochs) {
            result["epochs"].push_back(rcim::to_json(e));
        }
        rcim::write_file(s.json, result.dump(2) + "\n");
    }
}

} // namespace

int main(int argc, char** argv) {
    rcim::mpi_ranks ranks(argc, argv);
    try {
        rcim::on_ranks(ranks, "train_on_ranks", [&] {
            if (const std::optional<settings> s = parse(argc, argv, ranks)) {
                run(*s, ranks);
            }
        });
    } catch (const std::exception& e) {
        std::fprintf(stderr, "rank %d: %s\n", ranks.rank(), e.what());
        return 1;
    }
}
