#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/converters.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/crossbar/found_cells.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/kernel/analog_reads.hpp>
#include <rcim/kernel/batch_share.hpp>
#include <rcim/kernel/column_reads.hpp>
#include <rcim/mapping/column_masked.hpp>

#include <algorithm>
#include <cmath>
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
/// Forward: with the noise and the wires of the design; errors go back without. Where columns are masked, each group of rows is a part that is
/// read by itself: forward its results take their factors and are added up, and errors, which have taken theirs, go back to its rows.
template <class Design, class Dac, bool Forward = false>
class converted_reads {
    using noise_type = typename Design::noise_type;
    static constexpr bool cut = masks_columns<typename Design::map_type>();
    static constexpr bool masked = Forward && cut;

public:
    static constexpr bool still = !Forward || (noise_type::folds && Design::wire_type::folds);
    static constexpr bool coded = still && whole_sums<Design, Dac>;
    using kernel_type = std::conditional_t<coded, kernel::column_reads, kernel::analog_reads>;
    using number = std::conditional_t<IntegerDac<Dac>, std::int16_t, float>;

    template <class Array>
    converted_reads(const Array& array, const Dac& dac) : layout_(layout_of(array)), part_rows_(array.tiles().read_rows) {
        for (index_t part = 0; part < (cut ? array.tiles().groups() : 1); ++part) {
            kernel::read_layout lines = layout_;
            if (cut) {
                (Forward ? lines.lines.driven : lines.lines.results) = array.tiles().rows_in_group(part);
            }
            parts_.push_back(kernel_of(array, dac, lines, static_cast<std::uint32_t>(part)));
        }
    }

    [[nodiscard]] const kernel::read_layout& layout() const { return layout_; }
    [[nodiscard]] std::size_t parts() const { return parts_.size(); }

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
            for (std::size_t part = 0; part < parts_.size(); ++part) {
                const std::vector<adc_transfer> own = cut ? transfers_of(bank, part) : bank.transfers;
                parts_[part].set_converters(own, bank.index);
            }
        }
        if constexpr (coded) {
            words_[0].resize(size);
            words_[1].resize(layout_.arrays == 2 ? size : 0);
            array.read_words(words_[0].data(), words_[1].data(), pool);
            for (std::size_t part = 0; part < parts_.size(); ++part) {
                const index_t first = first_row(part);
                parts_[part].program(words_[0].data() + first, layout_.arrays == 2 ? words_[1].data() + first : nullptr, &pool);
            }
        } else {
            planes_.resize(static_cast<std::size_t>(layout_.arrays * layout_.slices));
            for (auto& plane : planes_) {
                plane.resize(size);
            }
            array.read_positions(planes_, pool);
            if constexpr (!still) {
                found_.find(array, planes_, which, pool);
            }
            for (std::size_t part = 0; part < parts_.size(); ++part) {
                std::vector<const float*> cells;
                for (const auto& plane : planes_) {
                    cells.push_back(plane.data() + first_row(part));
                }
                if constexpr (still) {
                    parts_[part].program(cells, &pool);
                } else {
                    parts_[part].program(cells, &pool, masked ? found_.planes(first_row(part), static_cast<index_t>(part), layout_) : found_.planes());
                }
                if constexpr (Forward) {
                    parts_[part].set_gains(array.gains());
                }
            }
        }
        if constexpr (masked) {
            const auto factors = array.factors().all();
            factors_.assign(factors.begin(), factors.end());
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
        index_t position = 0;    ///< number of the first position
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
    /// one thread alone finishes a block, in the order of its positions. part: which rows errors go back to.
    template <class Finish>
    void read(const source& from, bool with_passed, bool by_block, thread_pool& pool, Finish&& finish, std::size_t part = 0) const {
        constexpr index_t chunk = 4; // sums of a chunk stay in the cache
        const auto plane = static_cast<index_t>(from.window.size());
        const index_t all = from.blocks * plane;
        const index_t size = parts_[part].layout().lines.results * samples_per_block;
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
                float* const within = with_passed ? passed.data() : nullptr;
                for (index_t n = 0; n < count; ++n) {
                    where[n] = {static_cast<std::uint32_t>(from.image + static_cast<std::uint64_t>((first + n) / plane * samples_per_block)),
                                static_cast<std::uint32_t>(from.position + (first + n) % plane)};
                }
                const auto read_part = [&](std::size_t n, double* to, float* to_within) {
                    const kernel::read_positions<number> positions{from.data + block * from.stride, from.line + (Forward ? first_row(n) : 0),
                                                                   {window, static_cast<std::size_t>(count)}};
                    if constexpr (still) {
                        parts_[n].read(positions, to, to_within, work);
                    } else {
                        parts_[n].read(positions, to, to_within, work, std::span(where, static_cast<std::size_t>(count)));
                    }
                };
                if constexpr (masked) {
                    read_masked(read_part, count, sums.data(), within);
                } else {
                    read_part(part, sums.data(), within);
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
    void read_images(const Array& array, const source& all, index_t samples, const kernel::image_numbers& images, const reading& which, bool with_passed,
                     thread_pool& pool, Finish&& finish) {
        constexpr index_t lane = samples_per_block;
        for (index_t begin = 0; begin < samples;) {
            const std::uint64_t image = images.of(begin);
            const index_t end = begin + images_alike(array, image, still ? samples - begin : images.consecutive(begin, samples));
            refresh(array, pool, {.image = image, .row_volts = which.row_volts});
            source part = all;
            const index_t first = begin / lane;
            part.data += first * all.stride;
            part.blocks = (end + lane - 1) / lane - first;
            part.image = images.of(first * lane);
            part.position = which.position;
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
    static kernel_type kernel_of([[maybe_unused]] const Array& array, const Dac& dac, const kernel::read_layout& lines,
                                 [[maybe_unused]] std::uint32_t part) {
        if constexpr (still) {
            return kernel_type(lines, cycles_of(dac));
        } else {
            const random_source draws(array.seed(), purpose::column_noise, array.place());
            return kernel_type(lines, cycles_of(dac), found_cells<Design>::terms(array), masked ? draws.fork(part) : draws);
        }
    }
    /// The converters of one part: of all, those behind its groups of lines or its results.
    [[nodiscard]] std::vector<adc_transfer> transfers_of(const converter_bank& bank, std::size_t part) const {
        const auto planes = static_cast<std::size_t>(layout_.planes());
        const auto results = static_cast<std::size_t>(layout_.lines.results);
        const bool by_tile = bank.index == converter_index::per_tile;
        if (Forward || !(by_tile || bank.index == converter_index::per_column)) {
            const std::size_t each = Forward && by_tile ? planes * results : bank.transfers.size();
            const auto from = bank.transfers.begin() + static_cast<std::ptrdiff_t>(Forward && by_tile ? part * each : 0);
            return {from, from + static_cast<std::ptrdiff_t>(each)};
        }
        std::vector<adc_transfer> own;
        const auto first = static_cast<std::size_t>(first_row(part));
        const auto count = static_cast<std::size_t>(parts_[part].layout().lines.results);
        for (std::size_t at = first; at < bank.transfers.size(); at += results) {
            own.insert(own.end(), bank.transfers.begin() + static_cast<std::ptrdiff_t>(at),
                       bank.transfers.begin() + static_cast<std::ptrdiff_t>(at + count));
        }
        return own;
    }
    /// Number of the first row of a part.
    [[nodiscard]] index_t first_row(std::size_t part) const { return static_cast<index_t>(part) * part_rows_; }

    /// The sums of all groups, each times the factor of its column, in the order of the groups; shares likewise, by the factors' size.
    template <class ReadPart>
    void read_masked(ReadPart&& read_part, index_t count, double* sums, float* within) const {
        const index_t results = layout_.lines.results;
        const index_t size = results * samples_per_block;
        scratch_array<double> part_sums(count * size);
        scratch_array<float> part_within(within != nullptr ? count * size : 1);
        scratch_array<double> shares(within != nullptr ? count * size : 1);
        std::vector<double> all(static_cast<std::size_t>(results), 0.0);
        std::fill_n(sums, count * size, 0.0);
        std::fill_n(shares.data(), within != nullptr ? count * size : 1, 0.0);
        for (std::size_t part = 0; part < parts_.size(); ++part) {
            const float* const factor = factors_.data() + part * static_cast<std::size_t>(results);
            if (std::all_of(factor, factor + results, [](float f) { return f == 0.0f; })) {
                continue;
            }
            read_part(part, part_sums.data(), within != nullptr ? part_within.data() : nullptr);
            for (index_t n = 0; n < count; ++n) {
                for (index_t r = 0; r < results; ++r) {
                    const auto by = static_cast<double>(factor[r]);
                    const index_t at = n * size + r * samples_per_block;
                    for (index_t l = 0; l < samples_per_block; ++l) {
                        sums[at + l] += by * part_sums.data()[at + l];
                    }
                    if (within != nullptr) {
                        for (index_t l = 0; l < samples_per_block; ++l) {
                            shares.data()[at + l] += std::abs(by) * static_cast<double>(part_within.data()[at + l]);
                        }
                        all[static_cast<std::size_t>(r)] += n == 0 ? std::abs(by) : 0.0;
                    }
                }
            }
        }
        for (index_t at = 0; within != nullptr && at < count * size; ++at) {
            const double of = all[static_cast<std::size_t>(at % size / samples_per_block)];
            within[at] = of > 0.0 ? static_cast<float>(shares.data()[at] / of) : 1.0f;
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
    index_t part_rows_;
    std::vector<kernel_type> parts_; ///< one, or with masks one for each group of rows
    std::vector<float> factors_;     ///< with masks: [group][result]
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
