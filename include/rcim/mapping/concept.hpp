#pragma once

/// @file
/// Mappings: how weights become cells and back. A mapping stores weights directly, as real numbers, or as integer codes cut into
/// slices. What a coded mapping is made of are small policies of their own: a weight encoding and a write rounding.
///
/// Laws (tests/laws/mapping_laws.hpp), for every encoding, cell width and fault map:
/// - decode(encode(c)) = c for every programmable code c, and no other word is ever produced by healthy cells;
/// - a zero update changes no cell;
/// - an update of a healthy word by s gives clamp(c + s), in the word that `encode` gives;
/// - given what the other array then holds, the array that an update stores last comes as close to the target as its words go, where
///   its cells are healthy: a pair whose stuck cells lie in the other array meets its target exactly unless that is beyond a word.
///
/// Cost: `encode` and `add` run in the vector loop of every write and are integer arithmetic without branches or memory.

#include <rcim/core/policy.hpp>
#include <rcim/mapping/stored_word.hpp>

#include <concepts>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

namespace detail {
/// The archetype of what `add` stores through: perfect cells.
struct store_unchanged {
    template <class I>
    constexpr I operator()(int, I target) const {
        return target;
    }
};
} // namespace detail

/// Turns signed codes into the words of one or two arrays.
/// - `arrays`: 1, or 2 for a pair; `analog_subtraction`: the pair is subtracted before the converter.
/// - `range(bits)`: codes that can be programmed; `minus_constant(bits)`: the constant in place of a second array.
/// - `encode<I>(code, minus_constant)`: the words to write.
/// - `add<I>(word, step, bounds, store)`: writes word + step, clamped to bounds, through store(array, target) -> what the cells
///   of that array then hold, and gives the new word. Targets are not negative; one beyond the largest word is stored as that.
///   step = 0 stores what is there, if that lies within the bounds.
template <class E>
concept WeightEncoding = requires(std::int32_t code, stored_word<> word, code_bounds bounds, detail::store_unchanged store) {
    { E::arrays } -> std::convertible_to<int>;
    { E::analog_subtraction } -> std::convertible_to<bool>;
    { E::range(8) } -> std::same_as<code_bounds>;
    { E::minus_constant(8) } -> std::same_as<std::int32_t>;
    { E::encode(code, code) } -> std::same_as<stored_word<>>;
    { E::add(word, code, bounds, store) } -> std::same_as<stored_word<>>;
    { E::name() } -> std::convertible_to<std::string>;
};

/// Turns an exact increment, in codes, into a whole number of codes. `draw` is 32 random bits if `draws`; `residue` is remembered
/// for each weight if `remembers`.
template <class R>
concept WriteRounding = requires(float exact, std::uint32_t draw, float& residue) {
    { R::draws } -> std::convertible_to<bool>;
    { R::remembers } -> std::convertible_to<bool>;
    { R::round(exact, draw, residue) } -> std::same_as<std::int32_t>;
    { R::name() } -> std::convertible_to<std::string>;
};

namespace map_requires {
template <class M>
concept kind = PolicyOf<M, map_kind>;
template <class M>
concept coded = requires {
    { M::coded } -> std::convertible_to<bool>;
};
template <class M>
concept direct = coded<M> && !M::coded;
template <class M>
concept weight_bits = direct<M> || requires {
    { M::weight_bits } -> std::convertible_to<int>;
};
template <class M>
concept encoding = direct<M> || requires { requires WeightEncoding<typename M::encoding>; };
template <class M>
concept rounding = direct<M> || requires { requires WriteRounding<typename M::rounding>; };
template <class M>
concept format = direct<M> || requires(const M& map, int cell_bits) {
    { map.format(cell_bits) } -> std::same_as<code_format>;
};
template <class M>
concept fits_unit = requires(const M& map) {
    { map.fits_unit() } -> std::same_as<bool>;
};
} // namespace map_requires

/// Stores weights in cells.
template <class M>
concept MapModel = map_requires::kind<M> && map_requires::coded<M> && map_requires::weight_bits<M> && map_requires::encoding<M> &&
                   map_requires::rounding<M> && map_requires::format<M>;

template <class M>
struct check_map {
    static_assert(map_requires::kind<M>, "rcim: role Map: missing `using policy_kind = map_kind;`, "
                                         "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(map_requires::coded<M>, "rcim: role Map: missing `static constexpr bool coded;` (false: weights stored directly)");
    static_assert(map_requires::weight_bits<M>, "rcim: role Map: missing `static constexpr int weight_bits;`");
    static_assert(map_requires::encoding<M>, "rcim: role Map: missing `using encoding = ...;` that models WeightEncoding");
    static_assert(map_requires::rounding<M>, "rcim: role Map: missing `using rounding = ...;` that models WriteRounding");
    static_assert(map_requires::format<M>, "rcim: role Map: missing `code_format format(int cell_bits) const;`");
};

} // namespace rcim::inline RCIM_ABI
