#include <laws/archetypes.hpp>
#include <laws/update_laws.hpp>
#include <rcim/update/adam.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/frozen.hpp>
#include <rcim/update/sgd.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("update laws: frozen") {
    update_laws(frozen{});
    static_assert(!learns<frozen>());
}

TEST_CASE("update laws: sgd") {
    update_laws(sgd{});
    update_laws(sgd{.learning_rate = 0.1f, .momentum = 0.9f});
    update_laws(sgd{.weight_decay = 1e-2f}, true);
    update_laws(sgd{.momentum = 0.5f, .weight_decay = 1e-2f}, true);
}

TEST_CASE("update laws: adam") {
    update_laws(adam{});
    update_laws(adam{.learning_rate = 0.1f, .beta1 = 0.0f, .beta2 = 0.0f, .epsilon = 1e-20f});
    update_laws(adam{.beta1 = 0.999f, .beta2 = 0.9f, .epsilon = 1.0f});
    update_laws(adam{.weight_decay = 1e-2f}, true);
    update_laws(clipped_on_use<digital_master<adam>>{.theta = 0.2f});
    update_laws(rare_writes<adam>{.every = 2});
}

TEST_CASE("update laws: digital_master") {
    update_laws(digital_master<sgd>{});
    update_laws(digital_master<sgd>{.inner = {.momentum = 0.9f}});
    static_assert(reads_stored<digital_master<sgd>>());
}

TEST_CASE("update laws: rules of the user's") {
    update_laws(sign_sgd{});
    update_laws(rare_writes<>{});
    update_laws(rare_writes<sign_sgd>{.every = 2});
    update_laws(rare_writes<digital_master<sgd>>{.every = 1});
}
