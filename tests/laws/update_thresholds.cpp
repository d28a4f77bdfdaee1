#include <laws/archetypes.hpp>
#include <laws/update_laws.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <limits>

using namespace rcim;
using namespace rcim_test;

TEST_CASE_TEMPLATE("update laws: rules with a threshold", R, clipped_on_use<sgd>, zeroed_on_use<sgd>, clipped_on_write<sgd>,
                   gated_on_use<sgd>, clipped_on_use<sign_sgd>) {
    for (const float theta : {0.001f, 0.25f, 1.0f, 7.99f, 16.0f, std::numeric_limits<float>::infinity()}) {
        update_laws(R{.theta = theta});
    }
}

TEST_CASE("update laws: wrappers in wrappers") {
    update_laws(clipped_on_use<gated_on_use<sgd>>{.theta = 0.3f, .inner = {.theta = 0.4f, .inner = {.momentum = 0.5f}}});
    update_laws(zeroed_on_use<gated_on_use<sgd>>{.theta = 0.3f, .inner = {.theta = 0.4f}});
    update_laws(clipped_on_write<clipped_on_use<sgd>>{.theta = 0.1f, .inner = {.theta = 0.2f, .inner = {.weight_decay = 0.01f}}}, true);
    update_laws(clipped_on_use<digital_master<sgd>>{.theta = 0.2f});
    update_laws(digital_master<clipped_on_use<sgd>>{.inner = {.theta = 0.2f}});
    update_laws(rare_writes<clipped_on_use<sign_sgd>>{.inner = {.theta = 0.2f}});
    update_laws(clipped_on_use<rare_writes<sign_sgd>>{.theta = 0.2f});
}
