#include <laws/archetypes.hpp>
#include <laws/noise_laws.hpp>
#include <rcim/noise/no_noise.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("noise laws: no_noise") { CHECK(noise_laws(no_noise{}) == 0); }

TEST_CASE("noise laws: a noise of the user's") {
    CHECK(noise_laws(relative_noise{.sigma = 0.05}) > 500);
    CHECK(noise_laws(relative_noise{.sigma = 0.0}) == 0);
}
