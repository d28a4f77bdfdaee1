// expect: roles Noise and Map
// expect: bit_sliced
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/noise/thermal.hpp>

using namespace rcim;

#ifdef TWIN
constexpr auto chip = design<>{}.with(thermal{}).with(bit_sliced<8, differential>{});
#else
constexpr auto chip = design<>{}.with(thermal{});
#endif

int main() {
    const crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, 4, 4, 1, 0);
    return array.inputs() == 4 ? 0 : 1;
}
