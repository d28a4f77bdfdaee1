#include <laws/archetypes.hpp>
#include <laws/dataflow_laws.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("dataflow laws: digital_gradients") { dataflow_laws(digital_gradients{}); }
TEST_CASE("dataflow laws: a dataflow of the user's") { dataflow_laws(host_gradients{}); }
