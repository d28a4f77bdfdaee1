#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/converters.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/crossbar/found_cells.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/kernel/analog_reads.hpp>
#include <rcim/kernel/column_reads.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Reads of one layer in one direction, through the converters of every tile, slice and cycle: by the coded kernel where sums are whole
/// numbers, else by the analog one. Dac: of what is driven.
/// Forward: with the noise and the wires of the design; errors go back without.
template <class Design, class Dac, bool Forward = false>
class converted_reads {
    using noise_type = typename Design::noise_type;

public:
    static constexpr bool still = !Forward || (noise_type::folds && Design::wire_type::folds);
    static constexpr bool coded = still && whole_sums<Design, Dac>;
    using kernel_type = std::conditional_t<coded, kernel::column_reads, kernel::analog_reads>;
    using number = std::conditional_t<IntegerDac<Dac>, std::int16_t, float>;

    template <class Array>
    converted_reads(const Array& array, const Dac& dac) : layout_(layout_of(array)), reads_(kernel_of(array, dac)) {}

    [[nodiscard]] const kernel::read_layout& layout() const { return layout_; }

    /// Takes the cells as reads of these images find them now, and the converters where their ranges are new; nothing if nothing has changed.
    template <class Array>
    void refresh(const Array& array, thread_pool& pool, const reading& which = {}) {
        const std::uint64_t state = state_at(array, which.image);
        if (revision_ == array.revision() && state_ == state && which.row_volts.empty()) {
            return;
        }
        revision_ = array.revision();
        state_ = state;
        const auto size = static_cast<std::size_t>(array.outputs() * array.row_stride());
        // Converters stay as they are, unless a calibration has given them other ranges.
        if (ranges_ != array.fitted_ranges()) {
            ranges_ = array.fitted_ranges();
            const converter_bank bank = bank_of_array(array);
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
            if constexpr (still) {
                reads_.program(cells, &pool);
            } else {
                found_.find(array, planes_, which, pool);
                reads_.program(cells, &pool, found_.planes());
            }
            if constexpr (Forward) {
                reads_.set_gains(array.gains());
            }
        }
    }

    /// What is driven: line d of position p of a block takes the 16 numbers at data + block x stride + window[p] + line[d].
    struct source {
        const number* data;
        index_t stride;
        index_t blocks;
        std::span<const std::int32_t> window;
        const std::int32_t* line;
        std::uint64_t image = 0; ///< number of the first sample
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
            [[maybe_unused]] kernel::draw_address where[chunk];
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
                float* const within = with_passed ? passed.data() : nullptr;
                if constexpr (still) {
                    reads_.read(positions, sums.data(), within, work);
                } else {
                    for (index_t n = 0; n < count; ++n) {
                        where[n] = {static_cast<std::uint32_t>(from.image + static_cast<std::uint64_t>((first + n) / plane * samples_per_block)),
                                    static_cast<std::uint32_t>((first + n) % plane)};
                    }
                    reads_.read(positions, sums.data(), within, work, std::span(where, static_cast<std::size_t>(count)));
                }
                for (index_t n = 0; n < count; ++n) {
                    finish((first + n) / plane, (first + n) % plane, sums.data() + n * size, with_passed ? passed.data() + n * size : nullptr);
                }
            }
        });
    }

    /// The same of samples that are images of these numbers, with the cells as these images find them, and calls finish(block, position, from, to,
    /// sums, passed), whose lanes from `from` to `to` count. All threads take part.
    template <class Array, class Finish>
    void read_images(const Array& array, const source& all, index_t samples, const reading& which, bool with_passed, thread_pool& pool,
                     Finish&& finish) {
        constexpr index_t lane = samples_per_block;
        for (index_t begin = 0; begin < samples;) {
            const std::uint64_t image = which.image + static_cast<std::uint64_t>(begin);
            const index_t end = begin + images_alike(array, image, samples - begin);
            refresh(array, pool, {.image = image, .row_volts = which.row_volts});
            source part = all;
            const index_t first = begin / lane;
            part.data += first * all.stride;
            part.blocks = (end + lane - 1) / lane - first;
            part.image = which.image + static_cast<std::uint64_t>(first * lane);
            read(part, with_passed, false, pool, [&](index_t block, index_t position, const double* sums, const float* passed) {
                const index_t start = (first + block) * lane;
                finish(first + block, position, std::max<index_t>(0, begin - start), end == samples ? lane : std::min(lane, end - start), sums,
                       passed);
            });
            begin = end;
        }
    }

private:
    template <class Array>
    static kernel::read_layout layout_of(const Array& array) {
        if constexpr (!Forward) {
            return transposed_layout(array);
        } else if constexpr (still) {
            return forward_layout(array);
        } else {
            return found_cells<Design>::layout(array);
        }
    }
    template <class Array>
    static kernel_type kernel_of(const Array& array, const Dac& dac) {
        if constexpr (still) {
            return kernel_type(layout_of(array), cycles_of(dac));
        } else {
            return kernel_type(layout_of(array), cycles_of(dac), found_cells<Design>::terms(array),
                               random_source(array.seed(), purpose::column_noise, array.place()));
        }
    }
    template <class Array>
    static converter_bank bank_of_array(const Array& array) {
        if constexpr (Forward) {
            return forward_bank(array);
        } else {
            return transposed_bank(array);
        }
    }
    /// How many images from this one on, of so many, find the cells in the same state.
    template <class Array>
    [[nodiscard]] static index_t images_alike(const Array& array, std::uint64_t image, index_t images) {
        if constexpr (!still && holds_states<noise_type>()) {
            const auto dwell = static_cast<std::uint64_t>(array.chip().noise.images_per_state());
            return std::min(images, static_cast<index_t>(dwell - image % dwell));
        } else {
            return images;
        }
    }

    template <class Array>
    static std::uint64_t state_at(const Array& array, std::uint64_t image) {
        if constexpr (!still && holds_states<noise_type>()) {
            return image / static_cast<std::uint64_t>(array.chip().noise.images_per_state());
        } else {
            return 0;
        }
    }
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
    std::conditional_t<still, std::monostate, found_cells<Design>> found_;
    std::uint64_t state_ = 0;
};

/// Forward reads of a design.
template <class Design>
using forward_reads = converted_reads<Design, typename Design::dac_type, true>;

} // namespace rcim::inline RCIM_ABI
