#include <rcim/data/cifar.hpp>

#include <algorithm>

#include "harness/target.hpp"

// The bytes as the reader has them, and once more as images and labels.
const fuzz::memory_bound fuzz::memory{.constant = 16 << 10, .per_byte = 3};

void fuzz::read(bytes input) {
    const rcim::image_set set = rcim::read_cifar10_batch("batch", given);
    check(set);
    require(set.images.size() + set.labels.size() == input.size(), "bytes that are neither images nor labels");
    for (rcim::index_t i = 0; i < set.size(); ++i) {
        const bytes record = input.subspan(static_cast<std::size_t>(i) * 3073, 3073);
        require(record[0] == set.labels[static_cast<std::size_t>(i)], "another label than the file's");
        require(std::ranges::equal(record.subspan(1), set.image(i)), "other pixels than the file's");
    }
}
