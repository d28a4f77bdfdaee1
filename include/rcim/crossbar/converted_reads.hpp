#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/converters.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/kernel/analog_reads.hpp>
#include <rcim/kernel/column_reads.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Reads of one layer in one direction, through the converters of every tile, slice and cycle: by the coded kernel where sums are whole
/// numbers, else by the analog one. Dac: of what is driven.
template <class Design, class Dac>
class converted_reads {
public:
    static constexpr bool coded = whole_sums<Design, Dac>;
    using kernel_type = std::conditional_t<coded, kernel::column_reads, kernel::analog_reads>;
    using number = std::conditional_t<IntegerDac<Dac>, std::int16_t, float>;

    converted_reads(const kernel::read_layout& layout, const Dac& dac) : layout_(layout), reads_(layout, cycles_of(dac)) {}

    [[nodiscard]] const kernel::read_layout& layout() const { return layout_; }

    /// Takes the cells as they are now, and the converters where their ranges are new; nothing if neither has changed.
    template <class Array, class Converters>
    void refresh(const Array& array, Converters&& converters, thread_pool& pool) {
        if (revision_ == array.revision()) {
            return;
        }
        revision_ = array.revision();
        const auto size = static_cast<std::size_t>(array.outputs() * array.row_stride());
        // Converters stay as they are, unless a calibration has given them other ranges.
        if (ranges_ != array.fitted_ranges()) {
            ranges_ = array.fitted_ranges();
            const converter_bank bank = converters();
            reads_.set_converters(bank.transfers, bank.index);
        }
        if constexpr (coded) {
            words_[0].resize(size);
            words_[1].resize(layout_.arrays == 2 ? size : 0);
            array.read_words(words_[0].data(), words_[1].data(), pool);
            reads_.program(words_[0].data(), layout_.arrays == 2 ? words_[1].data() : nullptr, &pool);
        } else {
            planes_.resize(static_cast<std::size_t>(layout_.arrays * layout_.slices));
            std::vector<const float*> cells;
            for (auto& plane : planes_) {
                plane.resize(size);
                cells.push_back(plane.data());
            }
            array.read_positions(planes_, pool);
            reads_.program(cells, &pool);
        }
    }

    /// What is driven: line d of position p of a block takes the 16 numbers at data + block x stride + window[p] + line[d].
    struct source {
        const number* data;
        index_t stride;
        index_t blocks;
        std::span<const std::int32_t> window;
        const std::int32_t* line;
    };

    [[nodiscard]] static source source_of(const driven_batch& driven, std::span<const std::int32_t> window, const std::int32_t* line) {
        if constexpr (IntegerDac<Dac>) {
            return {driven.integers(0), driven.padded_stride(), driven.blocks(), window, line};
        } else {
            return {driven.padded(), driven.padded_stride(), driven.blocks(), window, line};
        }
    }

    /// Reads every position of every block and calls finish(block, position, sums, passed) with doubles [results][16], in steps of one level
    /// and one unit of input, and with the share of each result that was converted within range, null unless asked for. With `by_block`
    /// one thread alone finishes a block, in the order of its positions.
    template <class Finish>
    void read(const source& from, bool with_passed, bool by_block, thread_pool& pool, Finish&& finish) const {
        constexpr index_t chunk = 4; // sums of a chunk stay in the cache
        const auto plane = static_cast<index_t>(from.window.size());
        const index_t all = from.blocks * plane;
        const index_t size = layout_.lines.results * samples_per_block;
        pool.run(by_block ? from.blocks : (all + chunk - 1) / chunk, [&](index_t begin, index_t end) {
            scratch_array<double> sums(chunk * size);
            scratch_array<float> passed(with_passed ? chunk * size : 1);
            typename kernel_type::scratch work;
            std::int32_t window[chunk];
            const index_t last = by_block ? end * plane : std::min(all, end * chunk);
            for (index_t first = by_block ? begin * plane : begin * chunk; first < last; first += chunk) {
                const index_t count = std::min(chunk, last - first);
                const index_t block = first / plane;
                for (index_t n = 0; n < count; ++n) {
                    const index_t at = first + n;
                    window[n] = static_cast<std::int32_t>((at / plane - block) * from.stride) + from.window[static_cast<std::size_t>(at % plane)];
                }
                const kernel::read_positions<number> positions{from.data + block * from.stride, from.line,
                                                               {window, static_cast<std::size_t>(count)}};
                reads_.read(positions, sums.data(), with_passed ? passed.data() : nullptr, work);
                for (index_t n = 0; n < count; ++n) {
                    finish((first + n) / plane, (first + n) % plane, sums.data() + n * size, with_passed ? passed.data() + n * size : nullptr);
                }
            }
        });
    }

private:
    static std::vector<drive_cycle> cycles_of(const Dac& dac) {
        std::vector<drive_cycle> cycles;
        if constexpr (IntegerDac<Dac>) {
            for (int c = 0; c < dac.cycles(); ++c) {
                cycles.push_back(dac.cycle(c));
            }
        }
        return cycles;
    }

    kernel::read_layout layout_;
    kernel_type reads_;
    std::uint64_t revision_ = ~std::uint64_t{0};
    std::optional<std::vector<sum_range>> ranges_; ///< of the converters as they are set
    aligned_vector<std::int32_t> words_[2];
    std::vector<aligned_vector<float>> planes_;
};

} // namespace rcim::inline RCIM_ABI
