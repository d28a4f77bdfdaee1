// expect: rcim: role Map: missing
// expect: `using encoding = ...;` that models WeightEncoding
#include <rcim/design/design.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/rounding.hpp>

#include <string>
#include <tuple>

// An encoding that cannot add.
struct write_once {
    static constexpr int arrays = 2;
    static constexpr bool analog_subtraction = false;
    static constexpr rcim::code_bounds range(int bits) { return rcim::differential::range(bits); }
    static constexpr std::int32_t minus_constant(int) { return 0; }
    template <class I>
    static constexpr rcim::stored_word<I> encode(I code, I minus_constant) {
        return rcim::differential::encode(code, minus_constant);
    }
    static std::string name() { return "write_once"; }
};

struct my_map {
    using policy_kind = rcim::map_kind;
    static constexpr bool coded = true;
    static constexpr int weight_bits = 4;
#ifdef TWIN
    using encoding = rcim::differential;
#else
    using encoding = write_once;
#endif
    using rounding = rcim::nearest;
    rcim::code_format format(int) const {
        return {.lsb = 0.125f, .cell_bits = 4, .slices = 1, .pair = true, .range = encoding::range(weight_bits)};
    }
    static std::string name() { return "my_map"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_map{});
