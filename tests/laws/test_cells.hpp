#pragma once

#include <rcim/core/random.hpp>
#include <rcim/crossbar/cells.hpp>
#include <rcim/mapping/concept.hpp>

#include <cstdint>

namespace rcim_test {

using rcim::index_t;

/// The format of weights of some width in an encoding, over cells of some width; weights are whole codes.
template <class E>
[[nodiscard]] constexpr rcim::code_format format_of(int weight_bits, int cell_bits) {
    return {.lsb = 1.0f,
            .cell_bits = cell_bits,
            .slices = (weight_bits + cell_bits - 1) / cell_bits,
            .minus_constant = E::minus_constant(weight_bits),
            .pair = E::arrays == 2,
            .range = E::range(weight_bits)};
}

/// Calls body(Word{}) with the word that holds the padded bits.
template <class Body>
void with_word(const rcim::code_format& format, Body&& body) {
    const int bits = format.cell_bits * format.slices;
    if (bits <= 8) {
        body(std::uint8_t{});
    } else if (bits <= 16) {
        body(std::uint16_t{});
    } else {
        body(std::uint32_t{});
    }
}

/// Draws one after the other.
struct stream {
    rcim::random_source source;
    std::uint64_t next = 0;

    explicit stream(std::uint64_t seed) : source(seed, rcim::purpose::test) {}

    [[nodiscard]] std::int32_t between(std::int32_t low, std::int32_t high) {
        return low + static_cast<std::int32_t>(source.below(next++, static_cast<std::uint32_t>(high - low) + 1));
    }
    [[nodiscard]] bool happens(double probability) { return static_cast<double>(source.uniform(next++)) < probability; }
};

/// Packed words and single cells side by side, through the same faults and writes; `differences` counts where they disagree.
template <class Word>
class both_cells {
public:
    both_cells(const rcim::code_format& format, index_t count) : format_(format), count_(count), packed(format, count), single(format, count) {}

    /// Sticks each cell of one array with a probability, at its lowest, its highest or any level.
    void stick(int array, double probability, stream& draws) {
        const std::int32_t top = (1 << format_.cell_bits) - 1;
        for (index_t w = 0; w < count_; ++w) {
            for (int s = 0; s < format_.slices; ++s) {
                if (draws.happens(probability)) {
                    const std::int32_t kind = draws.between(0, 2);
                    const std::int32_t level = kind == 0 ? 0 : kind == 1 ? top : draws.between(0, top);
                    packed.stick(array, w, s, level);
                    single.stick(array, w, s, level);
                }
            }
        }
    }

    std::int32_t program(int array, index_t w, std::int32_t target) {
        const std::int32_t held = packed.program(array, w, target);
        differences += held == single.program(array, w, target) ? 0 : 1;
        return held;
    }

    [[nodiscard]] rcim::stored_word<> word(index_t w) const {
        return {packed.code(0, w), format_.pair ? packed.code(1, w) : format_.minus_constant};
    }

    /// What a cell of one array holds is what was said of it: stuck cells their level, no bits beyond the last cell.
    [[nodiscard]] bool consistent(index_t w) const {
        bool fits = true;
        for (int a = 0; a < packed.arrays(); ++a) {
            const auto code = static_cast<std::uint32_t>(packed.code(a, w));
            const auto all = static_cast<std::uint32_t>(format_.top_word());
            fits = fits && single.code(a, w) == packed.code(a, w) && single.keep(a, w) == packed.keep(a, w) &&
                   single.level(a, w) == packed.level(a, w) && (code & ~all) == 0 &&
                   (code & ~packed.keep(a, w)) == packed.level(a, w);
        }
        return fits;
    }

    [[nodiscard]] bool healthy(int array, index_t w) const {
        return packed.keep(array, w) == static_cast<std::uint32_t>(format_.top_word());
    }

private:
    rcim::code_format format_;
    index_t count_;

public:
    rcim::packed_cells<Word> packed;
    rcim::single_cells single;
    int differences = 0;
};

} // namespace rcim_test
