#include <rcim/core/random.hpp>
#include <rcim/kernel/changed_cells.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

namespace kernel = rcim::kernel;

namespace changed_cells_tests {

/// Cells of the words with a bit set, one after the other.
template <class Word>
std::int64_t one_by_one(const Word* words, int size, int cell_bits, int slices) {
    std::int64_t count = 0;
    for (int i = 0; i < size; ++i) {
        for (int s = 0; s < slices; ++s) {
            const std::uint32_t cell = static_cast<std::uint32_t>(words[i]) >> (s * cell_bits) & ((std::uint32_t{1} << cell_bits) - 1);
            count += cell != 0 ? 1 : 0;
        }
    }
    return count;
}

/// Words of any content, from hardly a bit set to all of them, in the first `size` places; every number of bits of a cell that fits.
template <class Word>
void check_counts() {
    constexpr int bits = 8 * static_cast<int>(sizeof(Word));
    for (int cell_bits = 1; cell_bits <= (bits < 24 ? bits : 24); ++cell_bits) {
        const int slices = (bits < 24 ? bits : 24) / cell_bits;
        const std::uint32_t lowest = kernel::lowest_bits(cell_bits, slices);
        const auto top = static_cast<Word>((std::uint64_t{1} << (cell_bits * slices)) - 1);
        for (const int size : {0, 1, 2, 7, 63, 64}) {
            for (std::uint32_t density = 0; density < 4; ++density) {
                CAPTURE(cell_bits);
                CAPTURE(size);
                const rcim::random_source draws(17, rcim::purpose::test, density, static_cast<std::uint32_t>(64 * cell_bits + size));
                Word words[kernel::cell_group] = {};
                for (int i = 0; i < size; ++i) {
                    std::uint32_t word = draws.word(static_cast<std::uint64_t>(4 * i));
                    for (std::uint32_t d = 0; d < density; ++d) {
                        word &= draws.word(static_cast<std::uint64_t>(4 * i) + d + 1);
                    }
                    words[i] = static_cast<Word>(word & top);
                }
                const std::int64_t expected = one_by_one(words, size, cell_bits, slices);
                const std::int64_t counted = kernel::count_cells(words, cell_bits, lowest);
                CHECK(counted == expected);
            }
        }
    }
}

TEST_CASE("changed cells: the kernel counts what counting one by one does") {
    check_counts<std::uint8_t>();
    check_counts<std::uint16_t>();
    check_counts<std::uint32_t>();
}

TEST_CASE("changed cells: slices that are off do not count") {
    std::uint16_t words[kernel::cell_group] = {};
    words[3] = 0b11'00'11'01;
    words[63] = 0b01'10'00'00;
    CHECK(kernel::count_cells(words, 2, kernel::lowest_bits(2, 2)) == 2);
}

} // namespace changed_cells_tests
