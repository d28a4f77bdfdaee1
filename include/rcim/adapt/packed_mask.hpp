#pragma once

#include <rcim/nn/adaptable.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// One factor for each group of rows and output from one for each block of the mask; 1 in crossbars that a task writes.
[[nodiscard]] inline std::vector<float> factors_of_groups(const tiling& tiles, std::span<const float> blocks,
                                                          std::span<const std::uint8_t> written) {
    std::vector<float> factors(static_cast<std::size_t>(tiles.groups() * tiles.outputs), 1.0f);
    for (index_t g = 0; g < tiles.groups(); ++g) {
        for (index_t o = 0; o < tiles.outputs; ++o) {
            if (written[static_cast<std::size_t>(tiles.tile_of(g * tiles.read_rows, o))] == 0) {
                factors[static_cast<std::size_t>(g * tiles.outputs + o)] =
                    blocks[static_cast<std::size_t>(tiles.block_of_group(g) * tiles.outputs + o)];
            }
        }
    }
    return factors;
}

/// Factors as their codes, packed into bits: what mask memory holds.
class packed_mask {
public:
    packed_mask() = default;
    /// Throws `error` on a factor that the set does not know.
    packed_mask(std::span<const float> factors, const factor_set& known)
        : bits_(known.bits), count_(factors.size()),
          words_((factors.size() * static_cast<std::size_t>(known.bits) + 63) / 64, 0) {
        for (std::size_t i = 0; i < factors.size(); ++i) {
            if (!(known.nearest(factors[i]) == factors[i])) {
                fail("packed_mask", text("factor ", i), text("one of ", known.name), text(factors[i]));
            }
            const std::uint64_t code = known.code(factors[i]);
            const std::size_t at = i * static_cast<std::size_t>(bits_);
            words_[at / 64] |= code << (at % 64);
            if (at % 64 + static_cast<std::size_t>(bits_) > 64) {
                words_[at / 64 + 1] |= code >> (64 - at % 64);
            }
        }
    }

    [[nodiscard]] std::vector<float> factors(const factor_set& known) const {
        std::vector<float> result(count_);
        for (std::size_t i = 0; i < count_; ++i) {
            const std::size_t at = i * static_cast<std::size_t>(bits_);
            std::uint64_t code = words_[at / 64] >> (at % 64);
            if (at % 64 + static_cast<std::size_t>(bits_) > 64) {
                code |= words_[at / 64 + 1] << (64 - at % 64);
            }
            result[i] = known.factor(static_cast<std::uint32_t>(code & ((std::uint64_t{1} << bits_) - 1)));
        }
        return result;
    }
    /// Bits in use.
    [[nodiscard]] std::uint64_t bits() const { return static_cast<std::uint64_t>(count_) * static_cast<std::uint64_t>(bits_); }

private:
    int bits_ = 0;
    std::size_t count_ = 0;
    std::vector<std::uint64_t> words_;
};

} // namespace rcim::inline RCIM_ABI
