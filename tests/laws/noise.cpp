#include <laws/archetypes.hpp>
#include <laws/noise_laws.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/injected.hpp>
#include <rcim/noise/lumped.hpp>
#include <rcim/noise/no_noise.hpp>
#include <rcim/noise/pytorx_noise.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/noise/thermal.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("noise laws: no_noise") { CHECK(noise_laws(no_noise{}) == 0); }

TEST_CASE("noise laws: a noise of the user's") {
    CHECK(noise_laws(relative_noise{.sigma = 0.05}) == 6);
    CHECK(noise_laws(relative_noise{.sigma = 0.0}) == 0);
}

TEST_CASE("noise laws: what is drawn for every read") {
    CHECK(noise_laws(thermal{}) == 1);
    CHECK(noise_laws(thermal{.temperature_k = 0.0}) == 0);
    CHECK(noise_laws(shot{}) == 1);
    CHECK(noise_laws(shot{.bandwidth_hz = 0.0}) == 0);
    CHECK(noise_laws(lumped{}) == 0);
    CHECK(noise_laws(lumped{.relative = 0.1}) == 6);
    CHECK(noise_laws(lumped{.absolute_s = 1e-7}) == 7);
}

TEST_CASE("noise laws: states of cells") {
    CHECK(noise_laws(telegraph{}) > 300);
    CHECK(noise_laws(telegraph{.probability = 1.0, .dwell_images = 1}) == 1200);
    CHECK(noise_laws(telegraph{.probability = 0.0}) == 0);
    CHECK(noise_laws(telegraph{.dwell_images = 7, .clamp = true, .largest_change = 0.9}) > 300);
    CHECK(noise_laws(telegraph{.a = 0.0, .b = 0.0}) == 0);
    CHECK(noise_laws(pytorx_noise{}) > 1000);
    CHECK(noise_laws(pytorx_noise{.clamp = true, .images_per_forward = 64}) > 1000);
    CHECK(noise_laws(pytorx_noise{.as_published = true, .volts_factor = 5e-4}) > 300);
    CHECK(noise_laws(pytorx_noise{.bandwidth_hz = 0.0, .level_step_s = 0.0, .telegraph = false}) == 0);
}

TEST_CASE("noise laws: statistics of an array disturb no cell") {
    CHECK(noise_laws(injected{}) == 0);
    CHECK(noise_laws(injected{.grain = shift_grain::column, .scale = 2.0, .mean = false}) == 0);
}

TEST_CASE("noise laws: chains") {
    CHECK(noise_laws(chain<no_noise>{}) == 0);
    CHECK(noise_laws(chain<no_noise, no_noise>{}) == 0);
    CHECK(noise_laws(chain<thermal, shot>{}) == 2);
    CHECK(noise_laws(chain<thermal, no_noise, relative_noise>{}) == 1 + 6);
    CHECK(noise_laws(chain<telegraph, telegraph>{telegraph{.dwell_images = 12}, telegraph{.dwell_images = 8}}) > 700);
    CHECK(noise_laws(chain<thermal, shot, lumped, telegraph, pytorx_noise, injected>{}) > 1000);
    CHECK(noise_laws(chain<chain<telegraph, thermal>, shot>{}) > 300);
}

TEST_CASE("noise laws: columnwise") {
    CHECK(noise_laws(columnwise<no_noise>{}) == 0);
    CHECK(noise_laws(columnwise<thermal>{}) == 1);
    CHECK(noise_laws(columnwise<chain<thermal, shot, telegraph>>{}) > 300);
    CHECK(noise_laws(chain<columnwise<lumped>, telegraph>{}) > 300);
    CHECK(noise_laws(columnwise<pytorx_noise>{.inner = {.telegraph = false}}) > 300);
    CHECK(noise_laws(columnwise<relative_noise>{.inner = {.sigma = 0.1}}) == 6);
}
