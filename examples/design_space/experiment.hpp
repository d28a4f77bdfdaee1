#pragma once

#include <rcim/data/dataset.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/sweep/sweep.hpp>

#include <memory>
#include <string>
#include <vector>

/// What all points share.
struct experiment {
    rcim::dataset data;
};

/// Trains for the "epochs" of the point and prices the training: "test_accuracy", "loss", "energy_uj" and "time_us" for each image trained, "area_mm2".
rcim::named_values train(rcim::network& net, const experiment& on, const rcim::sweep_point& point);

/// The first images of a folder in IDX format, plain or gzip, or as many procedural digits if it is empty. Throws `rcim::error` on files that are
/// not sound.
std::shared_ptr<const experiment> load(const std::string& folder, int images, int test_images);

// One source file each, so that they compile side by side.
std::vector<rcim::sweep_design> designs_with_ideal_reads_1(std::shared_ptr<const experiment> on);
std::vector<rcim::sweep_design> designs_with_ideal_reads_2(std::shared_ptr<const experiment> on);
std::vector<rcim::sweep_design> designs_with_converters(std::shared_ptr<const experiment> on);
