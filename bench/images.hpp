#pragma once

/// @file
/// The images of studies: small grey ones for LeNet-5 and colour ones for the deeper networks.

#include <rcim/data/cifar.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>
#include <rcim/plot/gnuplot.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>


namespace rcim_bench {

struct image_options {
    std::string grey;   ///< folder in IDX format; empty: procedural digits
    std::string colour; ///< folder with data_batch_1, 2, 3 (train) and test_first1000, .bin.gz; empty: as grey
    int train = 0;      ///< images, from the first on; 0: all
    int test = 0;       ///< likewise
};

inline rcim::dataset load_images(bool colour, const image_options& o) {
    const std::filesystem::path folder = o.colour;
    rcim::dataset data = colour && !o.colour.empty()
                             ? rcim::load_cifar10({folder / "data_batch_1.bin.gz", folder / "data_batch_2.bin.gz", folder / "data_batch_3.bin.gz"},
                                                  {folder / "test_first1000.bin.gz"}, rcim::read_gzip)
                         : o.grey.empty() ? rcim::procedural_digits({.train = 10000, .test = 2000})
                                          : rcim::load_idx(o.grey, rcim::read_gzip);
    const auto count = [](int wanted, rcim::index_t there) { return wanted > 0 ? std::min<rcim::index_t>(wanted, there) : there; };
    return first(data, count(o.train, data.train.size()), count(o.test, data.test.size()));
}

/// Options by which a study of rows finds its images and its results.
struct study_options {
    image_options images;
    std::string results;
    std::string picture;
    int seeds = 1;
    int max_steps = 0;
    bool only_report = false;

    explicit study_options(std::string default_results) : results(std::move(default_results)) {}

    void add_to(CLI::App& app, const std::string& drawn) {
        app.add_option("--data", images.grey, "for lenet5: folder in IDX format; procedural digits if not given")->check(CLI::ExistingDirectory);
        app.add_option("--cifar", images.colour, "for the others: folder with data_batch_1, 2, 3 (train) and test_first1000, .bin.gz; as lenet5 if not given")
            ->check(CLI::ExistingDirectory);
        app.add_option("--images", images.train, "training images, from the first on; 0: all")->check(CLI::Range(0, 1 << 30));
        app.add_option("--test-images", images.test, "likewise")->check(CLI::Range(0, 1 << 30));
        app.add_option("--max-steps", max_steps, "end epochs after as many steps; 0: all")->check(CLI::Range(0, 1 << 30));
        own_results_ = app.add_option("--results", results, "JSON Lines that runs are added to; what is there is not run again");
        app.add_flag("--report", only_report, "tables of the rows that are there; run nothing");
        app.add_option("--plot", picture, "draw " + drawn + ", .png or .svg");
        app.add_option("--seeds", seeds, "runs with as many seeds, from --seed on")->check(CLI::Range(1, 1000));
    }
    /// After parsing: for --smoke a few images and steps, and rows that go with the folder.
    void settle(bool smoke, const std::filesystem::path& scratch, int few) {
        if (!picture.empty()) {
            rcim::plot::require(picture);
        }
        if (smoke) {
            max_steps = 1;
            images.train = images.test = few;
            results = own_results_->count() == 0 ? (scratch / "rows.jsonl").string() : results;
        }
    }

private:
    CLI::Option* own_results_ = nullptr;
};

/// With pixels as they are, from 0 to 1, for DACs that know no sign.
inline rcim::dataset without_sign(rcim::dataset data) {
    data.mean.assign(data.mean.size(), 0.0f);
    data.deviation.assign(data.deviation.size(), 1.0f);
    return data;
}

} // namespace rcim_bench
