#pragma once

namespace rcim_differential {

/// By how much every converter that is made from now on is off: a result that this changes hangs on a number that lies on the edge between two
/// words, or at the end of a range, where rounding decides.
struct nudge {
    double offset = 0.0; ///< in parts of full scale
    double minus =
        1.0; ///< the same, of the second array of a pair, as a factor: where both are subtracted, equal offsets take each other away
    double gain = 0.0; ///< relative; moves both ends of a range outwards or inwards

    [[nodiscard]] bool none() const { return offset == 0.0 && gain == 0.0; }
};
inline nudge nudged_by;

} // namespace rcim_differential
