#pragma once

/// @file
/// The images of studies: small grey ones for LeNet-5 and colour ones for the deeper networks.

#include <rcim/data/cifar.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>

#include <algorithm>
#include <filesystem>
#include <string>

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

/// With pixels as they are, from 0 to 1, for DACs that know no sign.
inline rcim::dataset without_sign(rcim::dataset data) {
    data.mean.assign(data.mean.size(), 0.0f);
    data.deviation.assign(data.deviation.size(), 1.0f);
    return data;
}

} // namespace rcim_bench
