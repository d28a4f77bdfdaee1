#include <laws/archetypes.hpp>
#include <laws/dataflow_laws.hpp>
#include <rcim/update/elided_columns.hpp>
#include <rcim/update/elided_rows.hpp>
#include <rcim/update/elided_share.hpp>
#include <rcim/update/elided_slices.hpp>
#include <rcim/update/sampled_rows.hpp>
#include <rcim/update/transposed_errors.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("dataflow laws: digital_gradients") { dataflow_laws(digital_gradients{}); }
TEST_CASE("dataflow laws: a dataflow of the user's") { dataflow_laws(host_gradients{}); }
TEST_CASE("dataflow laws: activation_arrays") {
    dataflow_laws(activation_arrays<0>{});
    dataflow_laws(activation_arrays<16, 4>{}, 1e-3);
    dataflow_laws(activation_arrays<12, 3>{.samples = 16, .packed = true}, 1e-2);
}
TEST_CASE("dataflow laws: rules that leave nothing out at thresholds of zero") {
    dataflow_laws(elided_rows<outer_product, activation_arrays<0>>{});
    dataflow_laws(elided_rows<largest_activation, activation_arrays<0>>{});
    dataflow_laws(elided_rows<largest_error, activation_arrays<0>>{});
    dataflow_laws(elided_share<outer_product, activation_arrays<0>>{});
    dataflow_laws(elided_rows<outer_product, activation_arrays<0>>{.whole_crossbars = true});
    dataflow_laws(elided_columns<activation_arrays<0>>{});
    dataflow_laws(sampled_rows<outer_product, activation_arrays<0>>{});
    dataflow_laws(elided_slices<>{}, 1e-3);
    dataflow_laws(elided_slices<activation_arrays<16, 2>>{.slices = 1, .stochastic = false}, 1e-2);
    dataflow_laws(elided_columns<elided_rows<outer_product, elided_rows<largest_error, activation_arrays<16, 2>>>>{.inner = {.whole_crossbars = true}}, 1e-3);
    dataflow_laws(elided_rows<outer_product, activation_arrays<16, 4, host_gradients>>{}, 1e-3);
}
TEST_CASE("elision laws: thresholds above zero") {
    elision_laws(elided_rows<>{.relative = 0.05f});
    elision_laws(elided_rows<largest_error>{.absolute = 1e-4f});
    elision_laws(elided_rows<largest_activation>{.absolute = 0.5f});
    elision_laws(elided_share<>{.share = 0.3f});
    elision_laws(elided_rows<>{.relative = 0.4f, .whole_crossbars = true});
    elision_laws(sampled_rows<>{.thinning = 3.0f});
    elision_laws(sampled_rows<largest_error, elided_share<>>{.thinning = 1.5f, .inner = {.share = 0.05f}});
    elision_laws(elided_columns<elided_share<>>{.absolute = 0.1f, .relative = 0.1f, .inner = {.share = 0.2f}});
}
