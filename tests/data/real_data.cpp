#if __has_include(<zlib.h>)

#include <rcim/data/cifar.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "scratch.hpp"

using namespace rcim;

namespace real_data_tests {

/// A folder of $RCIM_DATA, or an empty path and a message.
std::filesystem::path real(const char* name) {
    const char* root = std::getenv("RCIM_DATA");
    const std::filesystem::path folder = root == nullptr ? "" : std::filesystem::path(root) / name;
    if (root == nullptr || !std::filesystem::is_directory(folder)) {
        MESSAGE(std::string(name), " is not here: set RCIM_DATA to the folder that holds it");
        return {};
    }
    return folder;
}

bytes first_labels(const image_set& set) {
    return {set.labels.begin(), set.labels.begin() + 10};
}

void check_sizes(const dataset& data) {
    CHECK(data.train.shape == map_shape{1, 28, 28});
    CHECK(data.train.size() == 60000);
    CHECK(data.test.size() == 10000);
}

TEST_CASE("MNIST as published") {
    if (const auto folder = real("mnist"); !folder.empty()) {
        const dataset data = load_idx(folder, read_gzip);
        CHECK(data.name == "mnist");
        check_sizes(data);
        CHECK(first_labels(data.train) == bytes{5, 0, 4, 1, 9, 2, 1, 3, 1, 4});
        CHECK(first_labels(data.test) == bytes{7, 2, 1, 0, 4, 1, 4, 9, 5, 9});
        CHECK(data.mean[0] == doctest::Approx(0.1307).epsilon(1e-3));
        CHECK(data.deviation[0] == doctest::Approx(0.3081).epsilon(1e-3));
        CHECK(std::count(data.train.labels.begin(), data.train.labels.end(), 5) == 5421);
    }
}

TEST_CASE("Fashion-MNIST as published") {
    if (const auto folder = real("fashion-mnist"); !folder.empty()) {
        const dataset data = load_idx(folder, read_gzip);
        check_sizes(data);
        CHECK(first_labels(data.train) == bytes{9, 0, 0, 3, 0, 2, 7, 2, 5, 5});
        CHECK(first_labels(data.test) == bytes{9, 2, 1, 1, 6, 1, 4, 6, 5, 7});
        CHECK(data.mean[0] == doctest::Approx(0.2860).epsilon(1e-3));
        CHECK(data.deviation[0] == doctest::Approx(0.3530).epsilon(1e-3));
        for (int label = 0; label < 10; ++label) {
            CHECK(std::count(data.train.labels.begin(), data.train.labels.end(), label) == 6000);
        }
    }
}

TEST_CASE("CIFAR-10, the batches that are here") {
    if (const auto folder = real("cifar-10"); !folder.empty()) {
        std::vector<std::filesystem::path> files;
        for (const char* name : {"data_batch_1.bin", "data_batch_1.bin.gz"}) {
            if (std::filesystem::exists(folder / name)) {
                files = {folder / name};
            }
        }
        if (files.empty()) {
            MESSAGE("no data_batch_1.bin in ", folder.string());
            return;
        }
        const dataset data = load_cifar10(files, files, read_gzip);
        CHECK(data.train.shape == map_shape{3, 32, 32});
        CHECK(data.train.size() == 10000);
        CHECK(first_labels(data.train) == bytes{6, 9, 9, 4, 1, 1, 2, 7, 8, 3});
        CHECK(data.train.image(0)[0] == 59);
        CHECK(data.train.image(0)[1024] == 62);
        CHECK(data.train.image(0)[2048] == 63);
        // One batch is a fair sample of the five that the constants are of.
        const normalisation of_batch = normalisation_of(data.train);
        for (std::size_t c = 0; c < 3; ++c) {
            CHECK(of_batch.mean[c] == doctest::Approx(data.mean[c]).epsilon(0.01));
            CHECK(of_batch.deviation[c] == doctest::Approx(data.deviation[c]).epsilon(0.03));
        }
    }
}

#endif

} // namespace real_data_tests
