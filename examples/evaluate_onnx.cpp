/// @file
/// Puts a trained ONNX model on a faulty chip and says what it costs in accuracy: 8-bit weights over 2-bit cells, inputs of 8 bits bit by bit,
/// an ADC behind every column of every crossbar.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/data/cifar.hpp>
#include <rcim/data/fault_files.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/imported_array.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/import/onnx.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/train/evaluate.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace rcim;
namespace fs = std::filesystem;

struct settings {
    std::string model, data, encoding = "differential", pixels = "raw", faults, json;
    index_t rows = 64, cols = 64, images = 0;
    double stuck = 5.0, hrs_share = 0.84;
    int adc_bits = 8, threads = 0;
    std::uint64_t seed = 1;
    bool compensate = false;
};

/// The options under their names, for the JSON.
nlohmann::json to_json(const settings& s) {
    return {{"model", s.model},       {"data", s.data},
            {"encoding", s.encoding}, {"pixels", s.pixels},
            {"faults", s.faults},     {"rows", s.rows},
            {"cols", s.cols},         {"images", s.images},
            {"stuck", s.stuck},       {"hrs-share", s.hrs_share},
            {"adc", s.adc_bits},      {"threads", s.threads},
            {"seed", s.seed},         {"compensate", s.compensate}};
}

settings parse(int argc, char** argv) {
    settings s;
    CLI::App app("Accuracy of a trained ONNX model: in float, on a chip, and on the chip with faults.", "evaluate_onnx");
    app.option_defaults()->always_capture_default();
    app.add_option("model", s.model, "ONNX file")->required()->check(CLI::ExistingFile);
    app.add_option("--data", s.data, "folder with test images: IDX (t10k-*) or CIFAR-10 binary (test*), plain or gzip")
        ->required()
        ->check(CLI::ExistingDirectory);
    app.add_option("--images", s.images, "the first of them; 0: all")->check(CLI::Range(0, 1 << 30));
    app.add_option("--pixels", s.pixels,
                   "what the model takes: 0 to 255 (raw), 0 to 1 (unit), mean 0 and deviation 1 of each channel (normalised)")
        ->check(CLI::IsMember({"raw", "unit", "normalised"}));
    app.add_option("--rows", s.rows, "of a crossbar")->check(CLI::Range(1, 4096));
    app.add_option("--cols", s.cols, "of a crossbar")->check(CLI::Range(1, 4096));
    app.add_option("--encoding", s.encoding, "of weights in cells")->check(CLI::IsMember({"differential", "offset"}));
    app.add_option("--adc", s.adc_bits, "bits of the converters, over full scale")->check(CLI::Range(2, 14));
    app.add_option("--stuck", s.stuck, "stuck cells in %")->check(CLI::Range(0.0, 100.0));
    app.add_option("--hrs-share", s.hrs_share, "share of them at high resistance")->check(CLI::Range(0.0, 1.0));
    app.add_option("--faults", s.faults,
                   "NumPy file of a measured array in place of --stuck: -1 for a cell that works, else its level, 0 to 3")
        ->check(CLI::ExistingFile);
    app.add_flag("--compensate", s.compensate, "also with digital compensation of the stuck cells");
    app.add_option("--seed", s.seed, "of the chip");
    app.add_option("--threads", s.threads, "0: one per processor; the result does not depend on it")
        ->check(CLI::Range(0, 1024));
    app.add_option("--json", s.json, "write settings and results as one JSON object");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        std::exit(app.exit(e));
    }
    if (s.threads == 0) {
        s.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    }
    return s;
}

/// The test images of a folder.
image_set load_test(const fs::path& folder) {
    for (const char* images : {"t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz"}) {
        if (fs::exists(folder / images)) {
            idx_images read = read_idx_images(folder / images, read_gzip);
            const std::string labels = std::string(images).replace(5, 11, "labels-idx1");
            return {read.shape, 10, std::move(read.pixels), read_idx_labels(folder / labels, read_gzip)};
        }
    }
    image_set all;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("test") && name.find(".bin") != std::string::npos) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    if (files.empty()) {
        fail("evaluate_onnx", folder.string(), "t10k-images-idx3-ubyte or test*.bin, plain or .gz", "neither");
    }
    for (const fs::path& file : files) {
        image_set one = read_cifar10_batch(file, read_gzip);
        all.shape = one.shape;
        all.classes = one.classes;
        all.images.insert(all.images.end(), one.images.begin(), one.images.end());
        all.labels.insert(all.labels.end(), one.labels.begin(), one.labels.end());
    }
    return all;
}

pixel_table table_of(const std::string& pixels, const image_set& set) {
    const auto channels = static_cast<std::size_t>(set.shape.channels);
    if (pixels == "normalised") {
        const normalisation n = normalisation_of(set);
        return {n.mean, n.deviation};
    }
    const std::vector<float> mean(channels, 0.0f);
    const std::vector<float> deviation(channels, pixels == "raw" ? 1.0f / 255.0f : 1.0f);
    return {mean, deviation};
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The share classified rightly, in pieces of which a terminal hears.
double accuracy_of(network& net, const image_set& set, const pixel_table& table, thread_pool& pool, const std::string& what) {
    constexpr index_t piece = 512;
    const auto start = std::chrono::steady_clock::now();
    const bool shown = ::isatty(STDERR_FILENO) == 1;
    double right = 0.0;
    for (index_t begin = 0; begin < set.size(); begin += piece) {
        const index_t end = std::min(begin + piece, set.size());
        const image_set part{set.shape,
                             set.classes,
                             {set.images.begin() + begin * set.shape.size(), set.images.begin() + end * set.shape.size()},
                             {set.labels.begin() + begin, set.labels.begin() + end}};
        right += evaluate(net, part, table, {.pool = &pool, .first_image = static_cast<std::uint64_t>(begin)}).accuracy *
                 static_cast<double>(part.size());
        if (shown && seconds_since(start) > 0.5) {
            std::fprintf(stderr, "\r\033[K%s: %td of %td images, %.0f s to go", what.c_str(), end, set.size(),
                         seconds_since(start) / static_cast<double>(end) * static_cast<double>(set.size() - end));
        }
    }
    if (shown) {
        std::fprintf(stderr, "\r\033[K");
    }
    return right / static_cast<double>(set.size());
}

template <class Encoding>
auto chip_of(const settings& s, bool faulty) {
    const auto rate = static_cast<float>(faulty && s.faults.empty() ? s.stuck / 100.0 : 0.0);
    const auto hrs = static_cast<float>(s.hrs_share);
    const fault_array works{1, 1, 1, {healthy}};
    return design<>{}
        .with(multilevel_cell<2>{})
        .with(bit_sliced<8, Encoding, nearest>{.fitted = true})
        .with(geometry<dynamic, dynamic>{.rows = s.rows, .cols = s.cols})
        .with(bit_serial_dac<8>{})
        .with(uniform_adc<>{.bits = s.adc_bits})
        .with(
            chain<stuck_at, imported_array>{stuck_at{.p_stuck_hrs = rate * hrs, .p_stuck_lrs = rate * (1.0f - hrs)},
                                            imported_array{faulty && !s.faults.empty() ? load_fault_array(s.faults) : works}});
}

void run(int argc, char** argv) {
    settings s = parse(argc, argv);
    const auto start = std::chrono::steady_clock::now();
    const network_outline model = read_onnx(s.model);
    image_set test = load_test(s.data);
    if (s.images > 0 && s.images < test.size()) {
        test = first(test, s.images);
    }
    thread_pool pool(s.threads);
    network digital = network_of(model, design<>{}, s.seed);
    std::printf("%s\n%s", s.model.c_str(), digital.describe().c_str());
    const pixel_table table = table_of(s.pixels, test);
    std::printf("%td images, pixels %s; %td x %td crossbars, %s, %d-bit converters\n\n", test.size(), s.pixels.c_str(), s.rows,
                s.cols, s.encoding.c_str(), s.adc_bits);

    nlohmann::json result = to_json(s);
    result["results"] = nlohmann::json::array();
    const auto report = [&](network net, const std::string& what) {
        const auto begun = std::chrono::steady_clock::now();
        const double accuracy = accuracy_of(net, test, table, pool, what);
        const cell_census cells = net.census();
        const double stuck = cells.cells > 0 ? static_cast<double>(cells.stuck) / static_cast<double>(cells.cells) : 0.0;
        const double seconds = seconds_since(begun);
        std::printf("%-32s %6.2f %%   %5.2f %% of %llu cells stuck   %.1f s\n", what.c_str(), 100.0 * accuracy, 100.0 * stuck,
                    static_cast<unsigned long long>(cells.cells), seconds);
        std::fflush(stdout);
        nlohmann::json row{
            {"chip", what}, {"accuracy", accuracy}, {"cells", cells.cells}, {"stuck", cells.stuck}, {"seconds", seconds}};
        if (const compensation_count cost = net.compensation(); cost.multiply_adds > 0) {
            std::printf("%-32s %llu digital multiply-adds per image, %.1f %% of those of the layers\n", "",
                        static_cast<unsigned long long>(cost.multiply_adds), 100.0 * cost.share());
            row["multiply_adds"] = cost.multiply_adds;
        }
        result["results"].push_back(std::move(row));
    };
    const auto on_chips = [&]<class Encoding>(Encoding) {
        report(network_of(model, chip_of<Encoding>(s, false), s.seed), "chip without faults");
        report(network_of(model, chip_of<Encoding>(s, true), s.seed), "faulty chip");
        if (s.compensate) {
            report(network_of(model, chip_of<Encoding>(s, true).with(stuck_compensation{}), s.seed),
                   "faulty chip, compensated");
        }
    };
    report(std::move(digital), "float");
    s.encoding == "offset" ? on_chips(offset{}) : on_chips(differential{});
    result["seconds"] = seconds_since(start);
    std::printf("\n%.1f s in all\n", seconds_since(start));
    if (!s.json.empty()) {
        write_file(s.json, result.dump(2) + "\n");
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
