#pragma once

namespace rcim_differential {

/// Added to what every converter that is made from now on sees, in steps between its levels: a result that it changes hangs on a sum that lies on
/// the edge between two words, where rounding decides.
inline double nudge = 0.0;

} // namespace rcim_differential
