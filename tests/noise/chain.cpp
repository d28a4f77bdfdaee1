#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/injected.hpp>
#include <rcim/noise/lumped.hpp>
#include <rcim/noise/no_noise.hpp>
#include <rcim/noise/pytorx_noise.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/noise/thermal.hpp>

#include <doctest/doctest.h>
#include <noise/cells.hpp>
#include <statistics.hpp>

#include <cmath>
#include <vector>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("chain of noises: variances add") {
    const chain<thermal, shot, lumped, lumped, thermal> all{thermal{}, shot{}, lumped{.relative = 0.03}, lumped{.relative = 0.04},
                                                            thermal{.temperature_k = 100.0}};
    CHECK(variance_per_siemens(all) == doctest::Approx(thermal{.temperature_k = 400.0}.variance_per_siemens()).epsilon(1e-14));
    CHECK(variance_per_ampere(all) == shot{}.variance_per_ampere());
    CHECK(std::sqrt(conductance_variance(all, 1e-4)) == doctest::Approx(5e-6));
    CHECK(held(all, 1e-4, cell_at(3)) == 1e-4);
}

TEST_CASE("chain of noises: states act one after the other, each with draws of its own") {
    constexpr std::uint64_t count = 100000;
    const telegraph first{.probability = 0.5}, second{.probability = 0.5};
    const chain<telegraph, telegraph> both{first, second};
    const double g = 1e-5, once = first.disturbed(g), twice = second.disturbed(once);
    double counts[3] = {};
    for (const double x : found(both, g, count)) {
        REQUIRE((x == g || x == once || x == twice));
        counts[x == g ? 0 : x == once ? 1 : 2] += 1.0;
    }
    CHECK(binomial(counts[0], count, 0.25));
    CHECK(binomial(counts[1], count, 0.5));
    CHECK(binomial(counts[2], count, 0.25));
    // A chain in a chain, and parts that draw nothing before it.
    const chain<no_noise, chain<telegraph, thermal>, telegraph> nested{no_noise{}, chain<telegraph, thermal>{first, thermal{}}, second};
    double all = 0.0;
    for (const double x : found(nested, g, count)) {
        all += x == twice ? 1.0 : 0.0;
    }
    CHECK(binomial(all, count, 0.25));
}

TEST_CASE("chain of noises: each part keeps its own number of images") {
    CHECK(chain<telegraph, telegraph>{telegraph{.dwell_images = 12}, telegraph{.dwell_images = 18}}.images_per_state() == 6);
    CHECK(chain<telegraph, thermal, pytorx_noise>{}.images_per_state() == 8); // of 256 and 1000
    CHECK(chain<thermal, telegraph>{}.images_per_state() == 256);
    // The first of these changes after 12 images, surely; the second after 18, in half of the cells.
    const chain<pytorx_noise, telegraph> both{pytorx_noise{.telegraph = false, .images_per_forward = 12}, telegraph{.dwell_images = 18}};
    int broken = 0;
    double changed = 0.0;
    for (std::uint64_t n = 0; n < 200; ++n) {
        std::vector<double> seen;
        for (std::uint64_t image = 0; image < 36; ++image) {
            seen.push_back(both.held(1e-4, cell_at(n, image, 0.1)));
        }
        for (std::size_t image = 0; image < 36; ++image) {
            broken += seen[image] == seen[image / 6 * 6] ? 0 : 1;
        }
        broken += seen[0] != seen[12] && seen[12] != seen[24] && seen[0] != seen[24] ? 0 : 1;
        broken += seen[0] == seen[6] ? 0 : 1; // both parts are in their first state until image 12
        changed += seen[12] != seen[18] ? 1.0 : 0.0;
    }
    CHECK(broken == 0);
    CHECK(binomial(changed, 200, 0.5));
}

TEST_CASE("chain of noises: what a part objects to, the chain does") {
    const chain<thermal, telegraph> noise{};
    CHECK(objection(noise, 0.0, 1e-4).starts_with("telegraph: clamp: expected true"));
    CHECK(objection(noise, 1e-6, 1e-4) == "");
    CHECK_NOTHROW(require_levels(chain<thermal, shot>{}, 0.0, 1e-4));
    CHECK(objection(columnwise<chain<thermal, telegraph>>{}, 0.0, 1e-4).starts_with("telegraph: clamp"));
    CHECK_THROWS_WITH_AS(validate(chain<thermal, lumped>{thermal{}, lumped{.relative = -1.0}}),
                         "lumped: relative: expected a number in [0, 10], found -1", error);
    CHECK_THROWS_AS(validate(columnwise<thermal>{.inner = {.temperature_k = -1.0}}), error);
}

TEST_CASE("chain of noises: the part that injects is found") {
    const chain<thermal, chain<shot, injected>> noise{thermal{}, chain<shot, injected>{shot{}, injected{.scale = 0.25}}};
    CHECK(injecting_part(noise).scale == 0.25);
    CHECK(injecting_part(injected{.scale = 3.0}).scale == 3.0);
}

TEST_CASE("columnwise: what is inside, and a mark") {
    const columnwise<chain<thermal, shot, lumped, telegraph>> noise{.inner = {thermal{}, shot{}, lumped{.relative = 0.1}, telegraph{}}};
    CHECK(variance_per_siemens(noise) == thermal{}.variance_per_siemens());
    CHECK(variance_per_ampere(noise) == shot{}.variance_per_ampere());
    CHECK(conductance_variance(noise, 1e-4) == doctest::Approx(1e-10));
    CHECK(noise.images_per_state() == 256);
    for (std::uint64_t n = 0; n < 100; ++n) {
        CHECK(noise.held(1e-5, cell_at(n)) == noise.inner.held(1e-5, cell_at(n)));
    }
    CHECK(describe(columnwise<thermal>{}) == "columnwise<thermal>{.inner = thermal{.bandwidth_hz = 1e+07, .temperature_k = 300}}");
    CHECK(describe(chain<columnwise<shot>, injected>{}) ==
          "chain<columnwise<shot>, injected>{.models = {columnwise<shot>{.inner = shot{.bandwidth_hz = 1e+07}}, "
          "injected{.grain = layer, .scale = 1, .mean = true}}}");
}
