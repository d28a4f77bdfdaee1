#include <laws/archetypes.hpp>
#include <laws/update_laws.hpp>
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/row_write.hpp>
#include <rcim/update/threshold_training.hpp>
#include <rcim/update/whole_write.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("update laws: threshold_training") {
    for (const float theta : {0.0f, 0.01f, 0.5f, 1.0f}) {
        update_laws(threshold_training<>{.theta = theta});
        update_laws(threshold_training<sign_sgd>{.theta = theta});
    }
    update_laws(threshold_training<digital_master<>>{.inner = {.inner = {.momentum = 0.9f}}});
}

TEST_CASE("update laws: accumulated_rows") {
    for (const bool whole : {false, true}) {
        for (const float codes : {0.0f, 0.1f, 5.0f, 1e9f}) {
            update_laws(accumulated_rows<>{.codes = codes, .relative = 0.2f, .whole_crossbars = whole});
            update_laws(accumulated_rows<sign_sgd>{.codes = codes, .whole_crossbars = whole});
        }
    }
    update_laws(digital_master<accumulated_rows<>>{.inner = {.codes = 2.0f, .inner = {.momentum = 0.9f}}});
    update_laws(clipped_on_use<accumulated_rows<threshold_training<>>>{.theta = 0.3f, .inner = {.relative = 0.3f}});
}

TEST_CASE("update laws: write grains") {
    update_laws(row_write<rare_writes<>>{});
    update_laws(whole_write<accumulated_rows<>>{.inner = {.codes = 3.0f}});
}
