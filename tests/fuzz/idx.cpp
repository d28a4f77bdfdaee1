#include <rcim/data/idx.hpp>

#include <algorithm>
#include <utility>

#include "harness/target.hpp"

// The bytes as the reader has them, and a label for each image.
const fuzz::memory_bound fuzz::memory{.constant = 16 << 10, .per_byte = 4};

void fuzz::read(bytes input) {
    accepts([&] {
        rcim::idx_images images = rcim::read_idx_images("images", given);
        require(std::ranges::equal(images.pixels, input.subspan(16)), "pixels other than those of the file");
        rcim::image_set set{images.shape, 1, std::move(images.pixels),
                            std::vector<std::uint8_t>(static_cast<std::size_t>(images.count))};
        const rcim::normalisation n = rcim::normalisation_of(set); // throws unless extents and sizes agree
        check(rcim::dataset{"fuzz", set, set, n.mean, n.deviation});
        require(n.mean.size() == 1 && n.mean[0] >= 0.0f && n.mean[0] <= 1.0f, "a mean beyond the pixels");
    });
    for (const int classes : {1, 10, 256}) {
        accepts([&] {
            const std::vector<std::uint8_t> labels = rcim::read_idx_labels("labels", given, classes);
            require(std::ranges::equal(labels, input.subspan(8)), "labels other than those of the file");
            require(std::ranges::all_of(labels, [&](int label) { return label < classes; }), "a label beyond the classes");
        });
    }
}
