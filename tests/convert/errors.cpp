#include <rcim/convert/uniform_adc.hpp>

#include <statistics.hpp>

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace rcim;

namespace errors_tests {

struct sample {
    std::vector<double> gain, offset;
};

/// The converters of 4 tiles, 2 arrays, 8 slices, 200 results.
sample converters(const uniform_adc<8>& adc, std::uint64_t seed, std::uint32_t place = 1) {
    sample all;
    for (index_t tile = 0; tile < 4; ++tile) {
        for (int array = 0; array < 2; ++array) {
            for (int slice = 0; slice < 8; ++slice) {
                for (index_t result = 0; result < 200; ++result) {
                    const adc_transfer one = adc.transfer({.full_scale = {0.0, 255.0}, .array = array, .slice = slice, .result = result,
                                                           .tile = tile, .place = place, .seed = seed});
                    all.gain.push_back(one.gain);
                    all.offset.push_back(one.offset);
                }
            }
        }
    }
    return all;
}

TEST_CASE("uniform_adc: gain and offset errors have the moments and the distribution asked for") {
    const sample all = converters({.gain_sigma = 0.05f, .offset_sigma = 1.5f}, 11);
    CHECK(rcim_test::is_normal(all.gain, 1.0, 0.05));
    CHECK(rcim_test::is_normal(all.offset, 0.0, 1.5)); // a step is 1
    // Gain and offset are independent.
    std::vector<double> product;
    for (std::size_t i = 0; i < all.gain.size(); ++i) {
        product.push_back((all.gain[i] - 1.0) * all.offset[i]);
    }
    CHECK(rcim_test::mean_is(product, 0.0));
    // And of those of neighbours, of other arrays, layers and chips.
    const sample layer = converters({.gain_sigma = 0.05f}, 11, 2), chip = converters({.gain_sigma = 0.05f}, 12);
    rcim_test::uniform_pairs neighbours, arrays, layers, chips;
    const auto place = [](double gain) { return rcim_test::normal_cdf((gain - 1.0) / 0.05); };
    for (std::size_t i = 0; i < all.gain.size(); ++i) {
        if (i % 2 == 0) {
            neighbours.add(place(all.gain[i]), place(all.gain[i + 1]));
        }
        if (i / 1600 % 2 == 0) {
            arrays.add(place(all.gain[i]), place(all.gain[i + 1600]));
        }
        layers.add(place(all.gain[i]), place(layer.gain[i]));
        chips.add(place(all.gain[i]), place(chip.gain[i]));
    }
    CHECK(neighbours.independent());
    CHECK(arrays.independent());
    CHECK(layers.independent());
    CHECK(chips.independent());
}

TEST_CASE("uniform_adc: each converter has its own errors, for ever") {
    const uniform_adc<8> adc{.gain_sigma = 0.05f, .offset_sigma = 1.5f};
    const sample all = converters(adc, 11);
    CHECK(std::set<double>(all.gain.begin(), all.gain.end()).size() == all.gain.size());
    CHECK(std::set<double>(all.offset.begin(), all.offset.end()).size() == all.offset.size());
    CHECK(converters(adc, 11).gain == all.gain);
    CHECK(converters(adc, 12).gain != all.gain);
    CHECK(converters(adc, 11, 2).gain != all.gain);
    CHECK(adc.index() == converter_index::per_tile);
    CHECK(uniform_adc<8>{}.index() == converter_index::common);
    // Twice the deviation is twice the error of each.
    const sample twice = converters({.gain_sigma = 0.1f, .offset_sigma = 3.0f}, 11);
    for (std::size_t i = 0; i < 50; ++i) {
        CHECK(twice.gain[i] - 1.0 == doctest::Approx(2.0 * (all.gain[i] - 1.0)).epsilon(1e-6));
        CHECK(twice.offset[i] == doctest::Approx(2.0 * all.offset[i]).epsilon(1e-6));
    }
}

} // namespace errors_tests
