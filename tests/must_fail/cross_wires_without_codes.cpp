// expect: roles Wire and Map
// expect: bit_sliced
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/wire/nodal.hpp>

using namespace rcim;

#ifdef TWIN
constexpr auto chip = design<>{}.with(nodal{}).with(bit_sliced<8, differential>{});
#else
constexpr auto chip = design<>{}.with(nodal{});
#endif

int main() {
    const crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, 4, 4, 1, 0);
    return array.inputs() == 4 ? 0 : 1;
}
