// expect: rcim: role Cell: pulsed replaces how a cell is programmed; it goes inside: programming_error<pulsed<...>>
#include <rcim/cell/programming_error.hpp>
#include <rcim/cell/pulsed.hpp>
#include <rcim/design/design.hpp>

using cell = rcim::multilevel_cell<2>;
#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::programming_error<rcim::pulsed<cell>>{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::pulsed<rcim::programming_error<cell>>{});
#endif
