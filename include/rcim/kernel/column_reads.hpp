#pragma once

/// @file
/// Reads of crossbars in whole numbers: in every cycle word lines carry a few bits of the inputs, the cells of each column add the
/// products with their levels up, each sum passes a converter, and the digital side adds the words up.
///
/// Sums, words and their sums are exact, so every kernel and any number of threads gives the same bits as `reference_columns` (with a
/// leak, sums are floats, and the last bit of a sum may decide about a word). Columns whose converters change no sum that their
/// cells can make are not read at all: they become part of one product of whole numbers.

#include <rcim/core/aligned.hpp>
#include <rcim/core/bounds.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/byte_products.hpp>
#include <rcim/kernel/column_rules.hpp>
#include <rcim/kernel/column_tables.hpp>
#include <rcim/kernel/digital_words.hpp>
#include <rcim/kernel/half_words.hpp>
#include <rcim/kernel/packed_drives.hpp>
#include <rcim/kernel/whole_product.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// How sums are taken: by tiles of AMX, byte permutes of AVX-512 or dot products of VNNI, byte shuffles of AVX2, pairs of 16 bits.
enum class column_kernel { automatic, amx, permute, dot, shuffle, portable };

inline constexpr std::array<std::pair<std::string_view, column_kernel>, 6> column_kernels{
    {{"automatic", column_kernel::automatic},
     {"amx", column_kernel::amx},
     {"permute", column_kernel::permute},
     {"dot", column_kernel::dot},
     {"shuffle", column_kernel::shuffle},
     {"portable", column_kernel::portable}}};

struct column_options {
    column_kernel kernel = column_kernel::automatic;
    bool fold = true;               ///< whether columns that converters do not change leave the reads
    std::int32_t largest_level = 0; ///< that a cell can have, at most 255; 0: that of the cell bits
};

/// All reads of one matrix.
class column_reads {
public:
    /// Throws where sums, levels or drives are beyond what is exact here, and where the kernel asked for cannot do the work.
    column_reads(const read_layout& layout, std::vector<drive_cycle> cycles, const column_options& options = {})
        : layout_(layout), cycles_(std::move(cycles)), options_(options), numbers_(cycles_),
          largest_level_(options.largest_level > 0 ? options.largest_level : layout.top()), planes_(layout.planes()),
          groups_(layout.lines.groups()), results_(layout.lines.results),
          blocks_((layout.lines.results + tile_results - 1) / tile_results),
          group_(std::min(layout.lines.group, layout.lines.driven)), group_tiles_((group_ + tile_lines - 1) / tile_lines),
          folded_product_(layout.lines.results, layout.lines.driven) {
        check();
        kernel_ = options.kernel;
        if (kernel_ == column_kernel::automatic) {
            for (const column_kernel k : {column_kernel::portable, column_kernel::shuffle, column_kernel::dot,
                                          column_kernel::permute, column_kernel::amx}) {
                kernel_ = can(k) ? k : kernel_;
            }
        }
        if (!can(kernel_)) {
            fail("column_reads", "kernel", "one of this build and machine, for such levels and drives", name_of(kernel_));
        }
        for (const drive_cycle& c : cycles_) {
            weights_.push_back(c.weight);
        }
        weights_.resize(cycles_.size() + 1, 0); // kernels take two cycles at once
        const std::int32_t most = static_cast<std::int32_t>(group_) * largest_level_ * largest_drive_;
        range_ = {.least = layout.subtracted ? -most : 0, .largest = most};
    }

    /// Takes the converters, which what they point to has to outlive; before `program`. O(distinct converters x their levels).
    void set_converters(std::span<const adc_transfer> converters, converter_index index) {
        converters_ = column_converters(layout_, converters, index);
        std::int32_t largest_word = 0;
        for (const adc_transfer& t : converters_.all()) {
            largest_word = std::max(largest_word, t.words.empty() ? t.levels - 1 : std::int32_t{*std::max_element(t.words.begin(), t.words.end())});
        }
        require_held("column_reads", "sum of words of converters",
                     bound_of_sum({magnitude_of(groups_), word_magnitude(std::max(largest_word, 0)), static_cast<std::uint64_t>(magnitude_)}),
                     whole_in_double, "fewer lines, or fewer bits of words, inputs or converters");
        maps_.clear();
        map_of_.clear();
        std::map<std::tuple<double, double, double, double, double, std::int32_t, const void*, const void*>, std::size_t> known;
        for (const adc_transfer& t : converters_.all()) {
            const auto [at, fresh] = known.try_emplace(
                {t.low, t.high, t.gain, t.offset, t.step, t.levels, t.thresholds.data(), t.words.data()}, maps_.size());
            if (fresh) {
                maps_.push_back(map_words(t, range_, leaks()));
            }
            map_of_.push_back(at->second);
        }
        choose_way();
        programmed_ = false;
    }

    /// Takes the words of one or two arrays, plus[r x result_step + d x driven_step], and decides which columns are folded.
    /// minus is null with one array, the pool may be. Throws if a level is larger than a cell holds. O(words x slices).
    void program(const std::int32_t* plus, const std::int32_t* minus, thread_pool* pool = nullptr) {
        if (map_of_.empty()) {
            fail("column_reads", "program", "converters before words", "none");
        }
        const std::size_t columns = index(groups_ * planes_ * results_);
        const bool can_fold =
            options_.fold && std::any_of(maps_.begin(), maps_.end(), [](const word_map& m) { return m.unit; });
        folded_.assign(columns, 0);
        folded_product_.clear(can_fold);
        forms_.assign(index(groups_ * blocks_ * planes_ * tile_results), neutral_form());
        equal_.assign(index(groups_ * blocks_ * planes_), 1);
        active_.assign(index(groups_ * blocks_ * planes_), 0);
        if (uses_tables()) {
            tables_.assign(columns * index(group_tables() * table_bytes), 0);
            bases_.assign(columns, 0);
        } else {
            levels_.assign(index(groups_ * blocks_ * planes_ * group_tiles_ * tile_bytes), 0);
        }
        low_.assign(index(results_), {});
        std::atomic<index_t> folded{0};
        std::atomic<bool> too_large{false};
        const auto program_blocks = [&](index_t begin, index_t end) {
            staging work(group_tiles_ * tile_lines);
            for (index_t b = begin; b < end; ++b) {
                program_block(b, plus, minus, work);
            }
            folded += work.folded;
            too_large = too_large || work.too_large;
        };
        pool != nullptr ? pool->run(blocks_, program_blocks) : program_blocks(0, blocks_);
        if (too_large) {
            fail("column_reads", "levels", text("0 to ", largest_level_), "a larger one");
        }
        folded_count_ = folded;
        if (can_fold && folded_count_ == 0) {
            folded_product_.clear(false);
        }
        folded_product_.pack(pool);
        programmed_ = true;
    }

    /// What a thread works with; grows on first use.
    struct scratch {
        whole_product::numbers numbers;
        aligned_vector<std::uint8_t> drives;
        aligned_vector<std::uint8_t> opened;
        aligned_vector<std::uint8_t> lifted;
        aligned_vector<std::int32_t> sums;
        aligned_vector<std::int32_t> words;
        aligned_vector<double> general;
        aligned_vector<double> whole;
        aligned_vector<double> rest;
        aligned_vector<double> saturated;
        aligned_vector<std::int32_t> cut; ///< the same in whole numbers
        aligned_vector<float> leak;
    };

    /// Results of all positions: y [position][result][16 samples], and unless passed is null the shares of conversions that did not
    /// saturate, of the same shape, conversions counting by |weight of the cycle x worth of the plane|. Threads read disjoint
    /// positions, each with its own scratch.
    void read(const read_positions<std::int16_t>& at, double* y, float* passed, scratch& work) const {
        if (!programmed_) {
            fail("column_reads", "read", "words after converters", "none");
        }
        switch (kernel_) {
#if RCIM_ISA_AMX && defined(__linux__)
        case column_kernel::amx:
#if RCIM_HALF_WORDS
            if (!halves_.empty() && !(passed != nullptr && saturates_)) {
                return read_halves(at, y, passed, work);
            }
#endif
            return layout_.subtracted ? read_tiles<amx_products, true>(at, y, passed, work)
                                      : read_tiles<amx_products, false>(at, y, passed, work);
#endif
#ifdef __AVX512VBMI__
        case column_kernel::permute:
            return read_tables<permute_tables>(at, y, passed, work);
#endif
#ifdef __AVX512VNNI__
        case column_kernel::dot:
            return read_tiles<dot_products, true>(at, y, passed, work);
#endif
#ifdef __AVX2__
        case column_kernel::shuffle:
            return read_tables<shuffle_tables>(at, y, passed, work);
#endif
        default:
            return layout_.subtracted ? read_tiles<pair_products, true>(at, y, passed, work)
                                      : read_tiles<pair_products, false>(at, y, passed, work);
        }
    }

    [[nodiscard]] const read_layout& layout() const {
        return layout_;
    }
    [[nodiscard]] column_kernel kernel() const {
        return kernel_;
    }
    [[nodiscard]] const column_converters& converters() const {
        return converters_;
    }
    /// Groups x planes x results.
    [[nodiscard]] index_t columns() const {
        return groups_ * planes_ * results_;
    }
    [[nodiscard]] index_t folded_columns() const {
        return folded_count_;
    }

    /// Whether tiles hold the sums of two cycles in one number.
    [[nodiscard]] bool pairs_sums() const {
        return !halves_.empty();
    }

    [[nodiscard]] static std::string_view name_of(column_kernel kernel) {
        return std::find_if(column_kernels.begin(), column_kernels.end(), [&](const auto& k) { return k.second == kernel; })
            ->first;
    }

private:
#if defined(__AVX512VNNI__)
    using product_beside_tables = dot_products;
#else
    using product_beside_tables = pair_products;
#endif
    static constexpr index_t tile_positions = 4;                    ///< of a chunk
    static constexpr index_t half_positions = 16;                   ///< with sums in halves: levels are lifted once for a chunk
    static constexpr index_t chunk_positions = 2 * table_positions; ///< with tables

    static std::size_t index(index_t n) {
        return static_cast<std::size_t>(n);
    }

    void check() {
        const sum_layout& lines = layout_.lines;
        const bool shape = lines.results >= 1 && lines.driven >= 1 && lines.group >= 1 && lines.driven <= whole_product::most_lines &&
                           layout_.slices >= 1 && layout_.cell_bits >= 1 && (layout_.arrays == 1 || layout_.arrays == 2) &&
                           layout_.slices * layout_.cell_bits <= 31;
        if (!shape || (layout_.subtracted && layout_.arrays != 2)) {
            fail("column_reads", "layout", "1 or 2 arrays of results x 1 to 2^16 lines in at most 31 bits",
                 text(lines.results, " x ", lines.driven, ", groups of ", lines.group, ", ", layout_.slices, " slices of ",
                      layout_.cell_bits, " bits"));
        }
        const std::int32_t most = layout_.subtracted ? 127 : 255;
        if (layout_.cell_bits > 8 || largest_level_ < layout_.top() || largest_level_ > most) {
            fail("column_reads", "levels of a cell", text("at most ", most), text(largest_level_));
        }
        if (cycles_.empty()) {
            fail("column_reads", "cycles", "at least one", "none");
        }
        for (const drive_cycle& c : cycles_) {
            if (c.mask < 1 || c.mask > 255 || c.shift < 0 || c.shift > 15 || std::abs(c.weight) > 1 << 15) {
                fail("column_reads", "cycle", "a mask of 1 to 255, a shift of 0 to 15, a weight of at most 2^15",
                     text("mask ", c.mask, ", shift ", c.shift, ", weight ", c.weight));
            }
            largest_drive_ = std::max(largest_drive_, c.mask);
            magnitude_ += std::abs(static_cast<double>(c.weight));
        }
        const auto of_line = bound_of_sum({magnitude_of(largest_level_), magnitude_of(largest_drive_)});
        require_held("column_reads", "sum of a column", bound_of_sum({magnitude_of(group_), of_line}), whole_in_float,
                     "smaller crossbars, or fewer bits of cells or of a cycle");
        // Folded columns: one array at a time, of inputs as many neighbouring numbers as the cycles make.
        require_held("column_reads", "sum of words x inputs",
                     bound_of_sum({magnitude_of(lines.driven), word_magnitude(largest_level_), numbers_.count()}), whole_in_double,
                     "fewer lines, or fewer bits of words or inputs");
    }
    static std::uint64_t magnitude_of(std::int64_t n) {
        return static_cast<std::uint64_t>(n);
    }
    /// Of a word with this number in every slice.
    [[nodiscard]] std::uint64_t word_magnitude(std::int32_t in_slice) const {
        std::uint64_t sum = 0;
        for (int slice = 0; slice < layout_.slices; ++slice) {
            sum += magnitude_of(in_slice) << (slice * layout_.cell_bits);
        }
        return sum;
    }

    /// Whether this build, this machine and these levels and drives allow a kernel.
    [[nodiscard]] bool can(column_kernel kernel) const {
        [[maybe_unused]] const auto tables = [&](index_t lines) {
            return largest_drive_ == 1 && lines * largest_level_ <= 255 && (group_ + lines) * largest_level_ <= 0x7fff;
        };
        switch (kernel) {
#if RCIM_ISA_AMX && defined(__linux__)
        case column_kernel::amx:
            return amx_products::permitted();
#endif
#ifdef __AVX512VBMI__
        case column_kernel::permute:
            return tables(permute_tables::lines);
#endif
#ifdef __AVX512VNNI__
        case column_kernel::dot:
            return largest_level_ <= 127;
#endif
#ifdef __AVX2__
        case column_kernel::shuffle:
            return tables(shuffle_tables::lines);
#endif
        case column_kernel::portable:
            return true;
        default:
            return false;
        }
    }

    [[nodiscard]] bool leaks() const {
        return layout_.leak != 0.0 && !layout_.subtracted;
    }
    [[nodiscard]] bool uses_tables() const {
        return kernel_ == column_kernel::permute || kernel_ == column_kernel::shuffle;
    }
    [[nodiscard]] index_t lines_per_table() const {
        return kernel_ == column_kernel::permute ? 6 : 4;
    }
    [[nodiscard]] index_t group_tables() const {
        return (group_ + lines_per_table() - 1) / lines_per_table();
    }
    [[nodiscard]] index_t lines_of(index_t group) const {
        return std::min(group_, layout_.lines.driven - group * layout_.lines.group);
    }
    [[nodiscard]] index_t column(index_t g, int p, index_t r) const {
        return (g * planes_ + p) * results_ + r;
    }
    [[nodiscard]] index_t tile(index_t g, index_t b, int p) const {
        return (g * blocks_ + b) * planes_ + p;
    }
    [[nodiscard]] const word_map& map_at(index_t g, int p, index_t r) const {
        return maps_[map_of_[index(converters_.number(g, p, r))]];
    }
    [[nodiscard]] word_form neutral_form() const {
        return {.offset = way_ == word_way::one_step ? whole_shift : 0.0f};
    }

    /// By which of the ways sums become results.
    void choose_way() {
        const auto all = [&](auto&& property) { return std::all_of(maps_.begin(), maps_.end(), property); };
        saturates_ = !all([](const word_map& m) { return !m.saturates; });
        const auto plain = [](const word_map& m) { return m.two_steps.has_value() && m.two_steps->divisor == 1.0f; };
        way_ = all([](const word_map& m) { return m.one_step.has_value(); }) ? word_way::one_step
               : all(plain)                                                   ? word_way::two_steps
                                                                              : word_way::quotient;
        const bool formed = way_ != word_way::quotient || all([](const word_map& m) { return m.two_steps.has_value(); });
        clamps_ = !all([](const word_map& m) { return !m.clamps; });
        const bool narrow =
            std::all_of(cycles_.begin(), cycles_.end(), [](const drive_cycle& c) { return c.weight < 1 << 15; });
        general_ = leaks() || !narrow || !formed;
        // One sum of 32 bits over all planes and cycles, if the sums of all may be joined and it holds them.
        double worths = 0.0;
        double largest_worth = 0.0;
        for (int p = 0; p < planes_; ++p) {
            worths += std::abs(layout_.worth(p));
            largest_worth = std::max(largest_worth, std::abs(layout_.worth(p)));
        }
        double largest_word = 0.0;
        for (const word_map& m : maps_) {
            largest_word = std::max(largest_word, static_cast<double>(m.transfer.levels));
        }
        double largest_weight = 0.0;
        for (const drive_cycle& c : cycles_) {
            largest_weight = std::max(largest_weight, std::abs(static_cast<double>(c.weight)));
        }
        const double in_group = magnitude_ * worths * largest_word;
        const bool none_whole = all([](const word_map& m) { return !m.whole; });
        joint_whole_ = all([](const word_map& m) { return m.whole; });
        joint_ = !general_ && (joint_whole_ || (none_whole && converters_.shared())) &&
                 largest_weight * largest_worth < 0x1p15 && in_group < 0x1p31;
        counts_ = joint_ && !uses_tables() && magnitude_ * worths * static_cast<double>(groups_) < 0x1p31;
        joint_groups_ = joint_ ? static_cast<index_t>(std::min(0x1p31 / in_group, 0x1p20)) : 1;
        for (int p = 0; p < planes_; ++p) {
            for (std::size_t c = 0; c < weights_.size(); ++c) {
                const auto weight = static_cast<std::int32_t>(joint_ ? weights_[c] * layout_.worth(p) : weights_[c]);
                factors_.resize(index(planes_) * weights_.size());
                factors_[index(p) * weights_.size() + c] = weight & 0xffff;
            }
        }
        choose_halves();
    }

    /// Sums of two cycles in one number, if all of them can be: bits of inputs, no column folded, one converter for each plane.
    void choose_halves() {
        halves_.clear();
        const auto fields = half_fields::of(largest_level_, range_.largest);
        if (RCIM_HALF_WORDS == 0 || kernel_ != column_kernel::amx || !joint_ || clamps_ || layout_.subtracted || largest_drive_ != 1 || !fields ||
            converters_.number(0, 0, 1) != 0 || converters_.number(1, 0, 0) != 0) {
            return;
        }
        half_bias_ = 0;
        for (int p = 0; p < planes_; ++p) {
            const word_map& map = map_at(0, p, 0);
            const auto form = map.unit && options_.fold ? std::nullopt : find_half_form(map.transfer, range_, *fields);
            if (!form) {
                halves_.clear();
                return;
            }
            halves_.push_back(*form);
            for (std::size_t c = 0; c < cycles_.size(); ++c) {
                half_bias_ += static_cast<std::uint32_t>(bits_of_half_shift) * static_cast<std::uint32_t>(signed_factor(p, c));
            }
        }
        fields_ = *fields;
    }
    /// Weight of a cycle in a plane, as factors_ have it in 16 bits; zero beyond the last cycle.
    [[nodiscard]] std::int32_t signed_factor(int p, std::size_t c) const {
        return c < cycles_.size() ? static_cast<std::int16_t>(factors_[index(p) * weights_.size() + c]) : 0;
    }

    // ---- words

    struct staging {
        explicit staging(index_t lines) : words(index(2 * lines)), levels(index(lines)) {}
        std::vector<std::int32_t> words;
        std::vector<std::int32_t> levels;
        index_t folded = 0;
        bool too_large = false;
    };

    void program_block(index_t b, const std::int32_t* plus, const std::int32_t* minus, staging& work) {
        const double weights = sum_of_weights(cycles_);
        for (index_t r = b * tile_results; r < std::min(results_, (b + 1) * tile_results); ++r) {
            for (index_t g = 0; g < groups_; ++g) {
                const index_t lines = lines_of(g);
                const index_t padded = group_tiles_ * tile_lines;
                for (int a = 0; a < layout_.arrays; ++a) {
                    const std::int32_t* from = (a == 0 ? plus : minus) + r * layout_.lines.result_step +
                                               g * layout_.lines.group * layout_.lines.driven_step;
                    std::int32_t* const to = work.words.data() + a * padded;
                    for (index_t d = 0; d < lines; ++d) {
                        to[d] = from[d * layout_.lines.driven_step];
                    }
                }
                for (int p = 0; p < planes_; ++p) {
                    program_column(g, p, r, lines, work);
                    const word_map& map = map_at(g, p, r);
                    add_low(low_[index(r)], map.transfer, folded_[index(column(g, p, r))] != 0 ? 0.0 : layout_.worth(p),
                            weights);
                }
            }
        }
    }

    void program_column(index_t g, int p, index_t r, index_t lines, staging& work) {
        const index_t padded = group_tiles_ * tile_lines;
        const std::int32_t* const words = work.words.data() + layout_.array_of(p) * padded;
        std::int32_t* const levels = work.levels.data();
        const int shift = layout_.slice_of(p) * layout_.cell_bits;
        const std::int32_t mask = layout_.slice_of(p) + 1 == layout_.slices ? -1 : layout_.top();
        std::int32_t largest = 0;
        std::int32_t least = 0;
        for (index_t d = 0; d < lines; ++d) {
            levels[d] = (words[d] >> shift) & mask;
            largest = std::max(largest, levels[d]);
            least = std::min(least, levels[d]);
        }
        if (layout_.subtracted) {
            for (index_t d = 0; d < lines; ++d) {
                const std::int32_t other = (words[padded + d] >> shift) & mask;
                largest = std::max(largest, other);
                least = std::min(least, other);
                levels[d] -= other;
            }
        }
        if (largest > largest_level_ || least < 0) {
            work.too_large = true;
            return;
        }
        std::int32_t low = 0;
        std::int32_t high = 0;
        for (index_t d = 0; d < lines; ++d) {
            high += std::max(levels[d], 0);
            low += std::min(levels[d], 0);
        }
        const word_map& map = map_at(g, p, r);
        const adc_transfer& t = map.transfer;
        if (options_.fold && map.unit && (t.ideal() || (low * largest_drive_ >= t.low && high * largest_drive_ <= t.high))) {
            const auto worth = static_cast<std::int32_t>(layout_.worth(p));
            std::int32_t* const to = folded_product_.words(r) + g * layout_.lines.group;
            for (index_t d = 0; d < lines; ++d) {
                to[d] += worth * levels[d];
            }
            folded_[index(column(g, p, r))] = 1;
            equal_[index(tile(g, r / tile_results, p))] = 0;
            ++work.folded;
            return;
        }
        const index_t at = tile(g, r / tile_results, p);
        active_[index(at)] = 1;
        if (!general_) {
            word_form& form = forms_[index(at * tile_results + r % tile_results)];
            form = way_ == word_way::one_step ? *map.one_step : *map.two_steps;
            if (&map != &map_at(g, p, r / tile_results * tile_results)) {
                equal_[index(at)] = 0;
            }
        }
        if (uses_tables()) {
            bases_[index(column(g, p, r))] = static_cast<std::int16_t>(low);
            std::fill(levels + lines, levels + padded, 0);
            store_tables(levels, lines, tables_.data() + column(g, p, r) * group_tables() * table_bytes);
            return;
        }
        for (index_t t0 = 0; t0 < lines; t0 += tile_lines) {
            std::uint8_t* const to =
                levels_.data() + (at * group_tiles_ + t0 / tile_lines) * tile_bytes + r % tile_results * tile_lines;
            for (index_t d = 0; d < std::min(tile_lines, lines - t0); ++d) {
                to[d] = static_cast<std::uint8_t>(levels[t0 + d]);
            }
        }
    }

    void store_tables([[maybe_unused]] const std::int32_t* levels, [[maybe_unused]] index_t lines,
                      [[maybe_unused]] std::uint8_t* to) const {
        [[maybe_unused]] const auto store = [&]<class Tables>() {
            for (index_t d = 0; d < lines; d += Tables::lines, to += table_bytes) {
                std::int32_t some[Tables::lines] = {};
                std::copy(levels + d, levels + std::min<index_t>(lines, d + Tables::lines), some);
                Tables::store(some, to);
            }
        };
#ifdef __AVX512VBMI__
        if (kernel_ == column_kernel::permute) {
            store.template operator()<permute_tables>();
        }
#endif
#ifdef __AVX2__
        if (kernel_ == column_kernel::shuffle) {
            store.template operator()<shuffle_tables>();
        }
#endif
    }

    // ---- sums become results

    /// One chunk of positions on its way.
    struct chunk {
        read_positions<std::int16_t> at;
        index_t positions;
        index_t padded_results;
        bool general; ///< every converter its own way
        bool count;   ///< saturated conversions
        scratch& work;
    };

    template <class Products>
    [[nodiscard]] chunk begin_chunk(const read_positions<std::int16_t>& at, index_t first, index_t positions, bool count,
                                    scratch& work) const {
        chunk now{{at.x, at.line, at.window.subspan(index(first), index(positions))},
                  positions,
                  blocks_ * tile_results,
                  general_ || (count && !counts_),
                  count,
                  work};
        const std::size_t sums = index(positions * now.padded_results * samples_per_block);
        work.whole.resize(sums);
        if (folded_count_ > 0) {
            folded_product_.pack_numbers(now.at, numbers_, work.numbers);
            folded_product_.multiply<Products>(work.numbers, positions, layout_.minus_constant, work.whole.data());
        } else {
            take_constant(now);
        }
        work.rest.assign(sums, 0.0);
        if (joint_ && !now.general) {
            work.words.assign(sums, 0);
        }
        if (count) {
            work.saturated.assign(sums, 0.0);
            work.cut.assign(now.general ? 0 : sums, 0);
        }
        return now;
    }

    /// All results begin with - minus_constant x the sum of the numbers that the cycles make of the inputs.
    void take_constant(chunk& now) const {
        if (layout_.minus_constant == 0) {
            std::fill(now.work.whole.begin(), now.work.whole.end(), 0.0);
            return;
        }
        constexpr index_t at_once = 1 << 14; // sums of so many numbers of 16 bits fit 32
        const bool equal = numbers_.of_inputs(now.at, layout_.lines.driven).equal;
        const index_t size = now.padded_results * samples_per_block;
        for (index_t p = 0; p < now.positions; ++p) {
            double* const to = now.work.whole.data() + p * size;
            std::fill_n(to, samples_per_block, 0.0);
            for (index_t first = 0; first < layout_.lines.driven; first += at_once) {
                lanes_of_int32 sum{};
                for (index_t d = first; d < std::min(first + at_once, layout_.lines.driven); ++d) {
                    lanes_of_int32 number;
                    numbers_.numbers(number, now.at.x + now.at.window[index(p)] + now.at.line[d], equal);
                    sum += number;
                }
                for (index_t l = 0; l < samples_per_block; ++l) {
                    to[l] -= static_cast<double>(layout_.minus_constant) * static_cast<double>(sum[l]);
                }
            }
            for (index_t at = samples_per_block; at < size; at += samples_per_block) {
                std::copy_n(to, samples_per_block, to + at);
            }
        }
    }

    /// Sums of 32 bits to doubles. bias: what they are too large by, modulo 2^32.
    void flush_joint(chunk& now, std::uint32_t bias = 0) const {
        double* const to = (joint_whole_ ? now.work.whole : now.work.rest).data();
        std::int32_t* const from = now.work.words.data();
        for (index_t n = 0; n < now.positions * now.padded_results * samples_per_block; ++n) {
            to[n] += static_cast<double>(static_cast<std::int32_t>(static_cast<std::uint32_t>(from[n]) - bias));
            from[n] = 0;
        }
    }

    /// What a column's words add up to, over all cycles, goes to its result.
    template <class Number>
    void flush_column(chunk& now, index_t position, index_t g, int p, index_t r, const Number* words) const {
        const word_map& map = map_at(g, p, r);
        const index_t at = (position * now.padded_results + r) * samples_per_block;
        double* const whole = now.work.whole.data() + at;
        double* const rest = now.work.rest.data() + at;
        for (index_t l = 0; l < samples_per_block; ++l) {
            column_sum sum{whole[l], rest[l]};
            add_column(sum, converters_, map.transfer, layout_.worth(p), static_cast<double>(words[l]));
            whole[l] = sum.whole;
            rest[l] = sum.rest;
        }
    }

    void finish_chunk(chunk& now, double* y, float* passed) const {
        if (joint_ && !now.general) {
            flush_joint(now);
        }
        const double conversions = weight_of_conversions(layout_, cycles_);
        for (index_t p = 0; p < now.positions; ++p) {
            for (index_t r = 0; r < results_; ++r) {
                const index_t from = (p * now.padded_results + r) * samples_per_block;
                const index_t to = (p * results_ + r) * samples_per_block;
                const column_sum low = low_[index(r)];
                for (index_t l = 0; l < samples_per_block; ++l) {
                    y[to + l] =
                        column_value(converters_, {now.work.whole[index(from + l)], now.work.rest[index(from + l)]}, low);
                }
                if (passed != nullptr) {
                    for (index_t l = 0; l < samples_per_block; ++l) {
                        const double saturated = !now.count    ? 0.0
                                                 : now.general ? now.work.saturated[index(from + l)]
                                                               : static_cast<double>(now.work.cut[index(from + l)]);
                        passed[to + l] = static_cast<float>((conversions - saturated) / conversions);
                    }
                }
            }
        }
    }

    /// Calls body(first position, positions).
    template <class Body>
    static void for_chunks(const read_positions<std::int16_t>& at, index_t size, Body&& body) {
        const auto positions = static_cast<index_t>(at.window.size());
        for (index_t first = 0; first < positions; first += size) {
            body(first, std::min(size, positions - first));
        }
    }

    /// leak [position][cycle][16]: what cells at HRS add to the sums of a group.
    void pack_leak(chunk& now, index_t g) const {
        std::vector<float>::size_type n = 0;
        now.work.leak.assign(index(now.positions) * weights_.size() * index(samples_per_block), 0.0f);
        for (index_t p = 0; p < now.positions; ++p) {
            for (std::size_t c = 0; c < weights_.size(); ++c, n += index(samples_per_block)) {
                if (c == cycles_.size()) {
                    continue;
                }
                std::int32_t drives[samples_per_block] = {};
                for (index_t d = 0; d < lines_of(g); ++d) {
                    const std::int16_t* const x = now.at.x + now.at.window[index(p)] + now.at.line[g * layout_.lines.group + d];
                    for (index_t l = 0; l < samples_per_block; ++l) {
                        drives[l] += cycles_[c].drive(x[l]);
                    }
                }
                for (std::size_t l = 0; l < index(samples_per_block); ++l) {
                    now.work.leak[n + l] = static_cast<float>(layout_.leak * static_cast<double>(drives[l]));
                }
            }
        }
    }
    [[nodiscard]] const float* leak_of(const chunk& now, index_t position, index_t cycle) const {
        return leaks() ? now.work.leak.data() + (position * static_cast<index_t>(weights_.size()) + cycle) * samples_per_block
                       : nullptr;
    }
    [[nodiscard]] double* saturated_of(const chunk& now, index_t position, index_t r) const {
        return now.count ? now.work.saturated.data() + (position * now.padded_results + r) * samples_per_block : nullptr;
    }

    // ---- by tiles

    using tile_words = void (*)(std::int32_t* const (&)[2], const std::int32_t*, const std::int32_t (&)[2][2],
                                const word_form* const (&)[2]);

    /// call<Way, Clamps>() for the way of the words here.
    template <class Call>
    decltype(auto) in_their_way(Call&& call) const {
        const auto clamped = [&]<word_way Way>() -> decltype(auto) {
            return clamps_ ? call.template operator()<Way, true>() : call.template operator()<Way, false>();
        };
        switch (way_) {
        case word_way::one_step: return clamped.template operator()<word_way::one_step>();
        case word_way::two_steps: return clamped.template operator()<word_way::two_steps>();
        default: return clamped.template operator()<word_way::quotient>();
        }
    }
    [[nodiscard]] tile_words words_of(bool two_planes, bool equal) const {
        return in_their_way([&]<word_way Way, bool Clamps>() -> tile_words {
            const auto of = [&]<int Planes, bool Same>() -> tile_words {
                return equal ? add_tile_words<Planes, Same, true, Way, Clamps> : add_tile_words<Planes, Same, false, Way, Clamps>;
            };
            if (joint_) {
                return two_planes ? of.template operator()<2, true>() : of.template operator()<1, true>();
            }
            return two_planes ? of.template operator()<2, false>() : of.template operator()<1, false>();
        });
    }

    /// One product of up to two planes with two cycles.
    struct tile_job {
        index_t position = 0;
        index_t group = 0;
        index_t block = 0;
        int plane[2] = {};
        int planes = 0; ///< 0: none
        int cycle = 0;
    };

    template <class Products, bool Signed>
    void read_tiles(const read_positions<std::int16_t>& at, double* y, float* passed, scratch& work) const {
        [[maybe_unused]] const typename Products::session session{};
        const int pairs = static_cast<int>((cycles_.size() + 1) / 2);
        const index_t of_cycle = group_tiles_ * tile_bytes;
        work.sums.resize(index(4 * tile_sums));
        work.general.resize(index(2 * tile_sums));
        for_chunks(at, tile_positions, [&](index_t first, index_t positions) {
            chunk now = begin_chunk<Products>(at, first, positions, passed != nullptr && saturates_, work);
            if (!joint_ || now.general) {
                work.words.assign(index(2 * tile_sums), 0);
            }
            work.drives.resize(index(positions * 2 * pairs * of_cycle));
            for (index_t g = 0; g < groups_; ++g) {
                if (!any_active(g)) {
                    continue;
                }
                pack_tiles(now, g, 2 * pairs);
                if (leaks()) {
                    pack_leak(now, g);
                }
                tile_job before;
                for (index_t p = 0; p < positions; ++p) {
                    for (index_t b = 0; b < blocks_; ++b) {
                        tile_job job{.position = p, .group = g, .block = b};
                        for (int plane = next_active(g, b, 0); plane < planes_; plane = next_active(g, b, plane + 1)) {
                            job.plane[0] = plane;
                            plane = next_active(g, b, plane + 1);
                            job.plane[1] = plane;
                            job.planes = plane < planes_ ? 2 : 1;
                            tile_operands of{.tiles = group_tiles_};
                            of.levels[0] = levels_.data() + tile(g, b, job.plane[0]) * of_cycle;
                            of.levels[1] = job.planes == 2 ? levels_.data() + tile(g, b, job.plane[1]) * of_cycle : nullptr;
                            for (int c = 0; c < pairs; ++c) {
                                job.cycle = 2 * c;
                                of.drives[0] = work.drives.data() + (p * 2 * pairs + 2 * c) * of_cycle;
                                of.drives[1] = of.drives[0] + of_cycle;
                                const auto multiply = [&](auto&&... meanwhile) {
                                    if (job.planes == 2) {
                                        Products::template multiply<2, Signed>(of, work.sums.data(), meanwhile...);
                                    } else {
                                        Products::template multiply<1, Signed>(of, work.sums.data(), meanwhile...);
                                    }
                                };
                                if constexpr (Products::delayed) {
                                    multiply([&] { take(now, before, work.sums.data()); });
                                    before = job;
                                } else {
                                    multiply();
                                    take(now, job, work.sums.data());
                                }
                            }
                        }
                    }
                }
                take(now, before, work.sums.data());
                if (joint_ && !now.general && (g + 1) % joint_groups_ == 0) {
                    flush_joint(now);
                }
            }
            finish_chunk(now, y + first * results_ * samples_per_block,
                         passed != nullptr ? passed + first * results_ * samples_per_block : nullptr);
        });
    }

    [[nodiscard]] int next_active(index_t g, index_t b, int plane) const {
        while (plane < planes_ && active_[index(tile(g, b, plane))] == 0) {
            ++plane;
        }
        return plane;
    }
    [[nodiscard]] bool any_active(index_t g) const {
        const auto begin = active_.begin() + g * blocks_ * planes_;
        return std::any_of(begin, begin + blocks_ * planes_, [](std::uint8_t a) { return a != 0; });
    }

#if RCIM_HALF_WORDS
    /// The same with the sums of two cycles in each number of a tile: the lines of the second follow those of the first, with lifted
    /// levels.
    void read_halves(const read_positions<std::int16_t>& at, double* y, float* passed, scratch& work) const {
        const amx_products::session session{};
        const int padded_cycles = static_cast<int>((cycles_.size() + 3) / 4 * 4);
        const index_t of_cycle = group_tiles_ * tile_bytes;
        work.sums.resize(index(4 * tile_sums));
        work.lifted.resize(index(blocks_ * planes_ * of_cycle));
        for_chunks(at, half_positions, [&](index_t first, index_t positions) {
            chunk now = begin_chunk<amx_products>(at, first, positions, false, work);
            work.drives.resize(index(positions * padded_cycles * of_cycle));
            std::uint32_t bias = 0;
            for (index_t g = 0; g < groups_; ++g) {
                pack_tiles(now, g, padded_cycles, 7);
                tile_job before;
                lift_levels(g, work.lifted.data());
                for (index_t p = 0; p < positions; ++p) {
                    for (index_t b = 0; b < blocks_; ++b) {
                        for (int plane = 0; plane < planes_; plane += 2) {
                            tile_job job{.position = p, .group = g, .block = b, .plane = {plane, plane + 1}};
                            job.planes = std::min(2, planes_ - plane);
                            tile_operands both[2] = {{.tiles = group_tiles_}, {.tiles = group_tiles_}};
                            both[0].levels[0] = levels_.data() + tile(g, b, plane) * of_cycle;
                            both[0].levels[1] = both[0].levels[0] + of_cycle;
                            both[1].levels[0] = work.lifted.data() + (b * planes_ + plane) * of_cycle;
                            both[1].levels[1] = both[1].levels[0] + of_cycle;
                            for (int c = 0; c < padded_cycles; c += 4) {
                                job.cycle = c;
                                both[0].drives[0] = work.drives.data() + (p * padded_cycles + c) * of_cycle;
                                both[0].drives[1] = both[0].drives[0] + 2 * of_cycle;
                                both[1].drives[0] = both[0].drives[0] + of_cycle;
                                both[1].drives[1] = both[0].drives[1] + of_cycle;
                                const auto meanwhile = [&] { take_halves(now, before); };
                                if (job.planes == 2) {
                                    amx_products::multiply<2, false>(both, work.sums.data(), meanwhile);
                                } else {
                                    amx_products::multiply<1, false>(both, work.sums.data(), meanwhile);
                                }
                                before = job;
                            }
                        }
                    }
                }
                take_halves(now, before);
                bias += half_bias_;
                if ((g + 1) % joint_groups_ == 0) {
                    flush_joint(now, std::exchange(bias, 0u));
                }
            }
            flush_joint(now, bias);
            finish_chunk(now, y + first * results_ * samples_per_block,
                         passed != nullptr ? passed + first * results_ * samples_per_block : nullptr);
        });
    }

    /// to [block][plane][tiles of lines]: the levels of one group, lifted.
    void lift_levels(index_t g, std::uint8_t* to) const {
        const std::uint8_t* const from = levels_.data() + tile(g, 0, 0) * group_tiles_ * tile_bytes;
        // Eight levels at once: lifted they still fit their bytes.
        for (index_t i = 0; i < blocks_ * planes_ * group_tiles_ * tile_bytes; i += 8) {
            std::uint64_t eight;
            std::memcpy(&eight, from + i, sizeof eight);
            eight <<= fields_.lift;
            std::memcpy(to + i, &eight, sizeof eight);
        }
    }

    void take_halves(chunk& now, const tile_job& job) const {
        if (job.planes == 0) {
            return;
        }
        std::int32_t weights[2][2] = {};
        half_form forms[2];
        for (int i = 0; i < job.planes; ++i) {
            forms[i] = halves_[index(job.plane[i])];
            for (int pair = 0; pair < 2; ++pair) {
                const std::size_t c = index(job.cycle + 2 * pair);
                weights[i][pair] = (signed_factor(job.plane[i], c) & 0xffff) | static_cast<std::int32_t>(static_cast<std::uint32_t>(signed_factor(job.plane[i], c + 1)) << 16);
            }
        }
        std::int32_t* const to = now.work.words.data() + (job.position * blocks_ + job.block) * tile_sums;
        if (job.planes == 2) {
            add_half_words<2>(to, now.work.sums.data(), weights, forms, fields_.shift());
        } else {
            add_half_words<1>(to, now.work.sums.data(), weights, forms, fields_.shift());
        }
    }
#endif

    /// drives [position][cycle][tile of lines]; cycles that are there for company are silent. raised: every other cycle's bits by so many
    /// places.
    void pack_tiles(chunk& now, index_t g, int padded_cycles, int raised = 0) const {
        const index_t of_cycle = group_tiles_ * tile_bytes;
        const index_t lines = lines_of(g);
        const std::int32_t* const line = now.at.line + g * layout_.lines.group;
        for (index_t p = 0; p < now.positions; ++p) {
            const std::int16_t* const x = now.at.x + now.at.window[index(p)];
            std::uint8_t* const to = now.work.drives.data() + p * padded_cycles * of_cycle;
            for (index_t d = 0; d < group_tiles_ * tile_lines; d += 4) {
                const std::int16_t* source[4];
                for (index_t i = 0; i < 4; ++i) {
                    source[i] = d + i < lines ? x + line[d + i] : no_input();
                }
                std::uint8_t* const bytes = to + d * samples_per_block;
                pack_four(source, cycles_, [&](std::size_t c, const pairs_of_int16& four) {
                    const pairs_of_int16 carried = c % 2 == 1 ? four << static_cast<std::int16_t>(raised) : four;
                    store_lanes(carried, bytes + static_cast<index_t>(c) * of_cycle);
                });
                for (std::size_t c = cycles_.size(); c < index(padded_cycles); ++c) {
                    store_lanes(pairs_of_int16{}, bytes + static_cast<index_t>(c) * of_cycle);
                }
            }
        }
    }

    void take(chunk& now, const tile_job& job, const std::int32_t* sums) const {
        if (job.planes == 0) {
            return;
        }
        if (now.general) {
            take_general(now, job, sums);
            return;
        }
        std::int32_t* to[2];
        std::int32_t weights[2][2] = {};
        const word_form* forms[2] = {};
        bool equal = true;
        for (int i = 0; i < job.planes; ++i) {
            const index_t at = tile(job.group, job.block, job.plane[i]);
            weights[i][0] = factors_[index(job.plane[i]) * weights_.size() + index(job.cycle)];
            weights[i][1] = factors_[index(job.plane[i]) * weights_.size() + index(job.cycle) + 1];
            forms[i] = forms_.data() + at * tile_results;
            equal = equal && equal_[index(at)] != 0;
        }
        to[0] = now.work.words.data() + (joint_ ? (job.position * blocks_ + job.block) * tile_sums : 0);
        to[1] = joint_ ? to[0] : to[0] + tile_sums;
        if (now.count) {
            count_words(now, job, sums, weights, forms, equal);
            return;
        }
        words_of(job.planes == 2, equal)(to, sums, weights, forms);
        if (!joint_ && job.cycle + 2 >= static_cast<int>(cycles_.size())) {
            flush_tiles(now, job, to[0]);
        }
    }

    /// Words of a tile, and what saturates of its conversions.
    void count_words(chunk& now, const tile_job& job, const std::int32_t* sums, const std::int32_t (&weights)[2][2],
                     const word_form* const (&forms)[2], bool equal) const {
        std::int32_t sizes[2][2] = {};
        for (int i = 0; i < job.planes; ++i) {
            for (int c = 0; c < 2; ++c) {
                sizes[i][c] = static_cast<std::int32_t>(std::abs(weights_[index(job.cycle + c)] * layout_.worth(job.plane[i])));
            }
        }
        const index_t at = (job.position * blocks_ + job.block) * tile_sums;
        const auto run = [&]<int Planes, bool Equal>() {
            in_their_way([&]<word_way Way, bool>() { add_tile_words_and_count<Planes, Equal, Way>(now.work.words.data() + at, now.work.cut.data() + at, sums, weights, sizes, forms); });
        };
        if (job.planes == 2) {
            equal ? run.template operator()<2, true>() : run.template operator()<2, false>();
        } else {
            equal ? run.template operator()<1, true>() : run.template operator()<1, false>();
        }
    }

    void take_general(chunk& now, const tile_job& job, const std::int32_t* sums) const {
        if (job.cycle == 0) {
            std::fill(now.work.general.begin(), now.work.general.end(), 0.0);
        }
        const int cycles = std::min(2, static_cast<int>(cycles_.size()) - job.cycle);
        for (int i = 0; i < job.planes; ++i) {
            for (index_t row = 0; row < tile_results; ++row) {
                const index_t r = job.block * tile_results + row;
                if (r < results_ && folded_[index(column(job.group, job.plane[i], r))] == 0) {
                    add_general(now.work.general.data() + i * tile_sums + row * samples_per_block,
                                saturated_of(now, job.position, r), sums + 2 * i * tile_sums + row * samples_per_block,
                                tile_sums, weights_.data() + job.cycle, cycles, map_at(job.group, job.plane[i], r),
                                layout_.worth(job.plane[i]), leak_of(now, job.position, job.cycle));
                }
            }
        }
        if (job.cycle + 2 >= static_cast<int>(cycles_.size())) {
            flush_tiles(now, job, now.work.general.data());
        }
    }

    /// words [planes][16 results][16 samples], set back to zero.
    template <class Number>
    void flush_tiles(chunk& now, const tile_job& job, Number* words) const {
        for (int i = 0; i < job.planes; ++i) {
            for (index_t row = 0; row < tile_results; ++row) {
                const index_t r = job.block * tile_results + row;
                if (r < results_ && folded_[index(column(job.group, job.plane[i], r))] == 0) {
                    flush_column(now, job.position, job.group, job.plane[i], r,
                                 words + i * tile_sums + row * samples_per_block);
                }
            }
        }
        std::fill(words, words + 2 * tile_sums, Number{});
    }

    // ---- by tables

    template <class Tables>
    void read_tables(const read_positions<std::int16_t>& at, double* y, float* passed, scratch& work) const {
        const index_t cycles = padded_table_cycles();
        work.sums.resize(index(table_cycles * pattern_bytes));
        work.opened.resize(index(group_tables() * Tables::opened_bytes));
        work.general.resize(index(pattern_bytes));
        for_chunks(at, chunk_positions, [&](index_t first, index_t positions) {
            chunk now = begin_chunk<product_beside_tables>(at, first, positions, passed != nullptr && saturates_, work);
            const index_t quads = (positions + table_positions - 1) / table_positions;
            work.drives.resize(index(quads * group_tables() * cycles * pattern_bytes));
            for (index_t g = 0; g < groups_; ++g) {
                if (!any_active(g)) {
                    continue;
                }
                const index_t tables = (lines_of(g) + Tables::lines - 1) / Tables::lines;
                pack_patterns(now, g, quads, Tables::lines, cycles);
                if (leaks()) {
                    pack_leak(now, g);
                }
                for (index_t r = 0; r < results_; ++r) {
                    for (int p = 0; p < planes_; ++p) {
                        if (folded_[index(column(g, p, r))] != 0) {
                            continue;
                        }
                        const std::uint8_t* const stored = tables_.data() + column(g, p, r) * group_tables() * table_bytes;
                        for (index_t t = 0; t < tables; ++t) {
                            Tables::open(stored + t * table_bytes, work.opened.data() + t * Tables::opened_bytes);
                        }
                        for (index_t quad = 0; quad < quads; ++quad) {
                            read_column<Tables>(now, g, p, r, quad, tables, cycles);
                        }
                    }
                }
                if (joint_ && !now.general && (g + 1) % joint_groups_ == 0) {
                    flush_joint(now);
                }
            }
            finish_chunk(now, y + first * results_ * samples_per_block,
                         passed != nullptr ? passed + first * results_ * samples_per_block : nullptr);
        });
    }

    /// Cycles are read eight or four at a time.
    [[nodiscard]] index_t padded_table_cycles() const {
        return (static_cast<index_t>(cycles_.size()) + 3) / 4 * 4;
    }

    /// drives: [quad of positions][table][cycle][16 samples][4 positions], a bit for each line of the table.
    void pack_patterns(chunk& now, index_t g, index_t quads, index_t lines_per_table, index_t cycles) const {
        const index_t lines = lines_of(g);
        std::uint8_t* to = now.work.drives.data();
        for (index_t quad = 0; quad < quads; ++quad) {
            for (index_t begin = 0; begin < lines; begin += lines_per_table, to += cycles * pattern_bytes) {
                std::fill(to, to + cycles * pattern_bytes, std::uint8_t{0});
                for (index_t i = 0; i < std::min(lines_per_table, lines - begin); ++i) {
                    const std::int16_t* source[4];
                    for (index_t p = 0; p < table_positions; ++p) {
                        const index_t position = quad * table_positions + p;
                        source[p] = position < now.positions ? now.at.x + now.at.window[index(position)] +
                                                                   now.at.line[g * layout_.lines.group + begin + i]
                                                             : no_input();
                    }
                    pack_four(source, cycles_, [&](std::size_t c, const pairs_of_int16& bits) {
                        pairs_of_int16 pattern;
                        load_lanes(pattern, to + static_cast<index_t>(c) * pattern_bytes);
                        pattern |= bits << static_cast<std::int16_t>(i);
                        store_lanes(pattern, to + static_cast<index_t>(c) * pattern_bytes);
                    });
                }
            }
        }
    }

    void add_table_words(std::int32_t* to, index_t step, const std::int32_t* sums, const std::int32_t* weights, int cycles,
                         const word_form& form, index_t positions) const {
        const auto add = [&]<word_way Way, bool Clamps>() {
            if (cycles == table_cycles) {
                add_words<table_cycles, Way, Clamps>(to, step, sums, pattern_bytes, weights, cycles, form, positions);
            } else {
                add_words<0, Way, Clamps>(to, step, sums, pattern_bytes, weights, cycles, form, positions);
            }
        };
        in_their_way(add);
    }

    /// One column at four positions.
    template <class Tables>
    void read_column(chunk& now, index_t g, int p, index_t r, index_t quad, index_t tables, index_t cycles) const {
        const index_t run = std::max<index_t>(1, 255 / (Tables::lines * largest_level_));
        const index_t positions = std::min(table_positions, now.positions - quad * table_positions);
        const std::uint8_t* const patterns = now.work.drives.data() + quad * tables * cycles * pattern_bytes;
        const word_map& map = map_at(g, p, r);
        std::int32_t* const sums = now.work.sums.data();
        alignas(64) std::int32_t own[pattern_bytes] = {};
        double* const general = now.work.general.data();
        if (now.general) {
            std::fill(general, general + pattern_bytes, 0.0);
        }
        const std::int16_t base = bases_[index(column(g, p, r))];
        const word_form form =
            now.general ? word_form{} : forms_[index(tile(g, r / tile_results, p) * tile_results + r % tile_results)];
        for (index_t c = 0; c < static_cast<index_t>(cycles_.size()); c += table_cycles) {
            const int some = static_cast<int>(std::min<index_t>(table_cycles, static_cast<index_t>(cycles_.size()) - c));
            if (some > table_cycles / 2) {
                table_sums<Tables, table_cycles>(now.work.opened.data(), tables, run, patterns + c * pattern_bytes, cycles,
                                                 base, sums);
            } else {
                table_sums<Tables, table_cycles / 2>(now.work.opened.data(), tables, run, patterns + c * pattern_bytes, cycles,
                                                     base, sums);
            }
            if (!now.general) {
                std::int32_t* const to =
                    joint_ ? now.work.words.data() + (quad * table_positions * now.padded_results + r) * samples_per_block
                           : own;
                const index_t step = joint_ ? now.padded_results * samples_per_block : samples_per_block;
                add_table_words(to, step, sums, factors_.data() + index(p) * weights_.size() + c, some, form, positions);
                continue;
            }
            for (index_t i = 0; i < positions; ++i) {
                const index_t position = quad * table_positions + i;
                add_general(general + i * samples_per_block, saturated_of(now, position, r), sums + i * samples_per_block,
                            pattern_bytes, weights_.data() + c, some, map, layout_.worth(p), leak_of(now, position, c));
            }
        }
        for (index_t i = 0; i < positions && (now.general || !joint_); ++i) {
            const index_t position = quad * table_positions + i;
            if (now.general) {
                flush_column(now, position, g, p, r, general + i * samples_per_block);
            } else {
                flush_column(now, position, g, p, r, own + i * samples_per_block);
            }
        }
    }

    read_layout layout_;
    std::vector<drive_cycle> cycles_;
    column_options options_;
    driven_numbers numbers_;
    std::int32_t largest_level_;
    std::int32_t largest_drive_ = 0;
    double magnitude_ = 0.0; ///< sum of the magnitudes of the weights
    int planes_;
    index_t groups_;
    index_t results_;
    index_t blocks_;      ///< of 16 results
    index_t group_;       ///< lines of the largest group
    index_t group_tiles_; ///< of 64 lines
    column_kernel kernel_ = column_kernel::automatic;
    std::vector<std::int32_t> weights_; ///< of the cycles, and one zero
    whole_range range_;

    column_converters converters_;
    std::vector<word_map> maps_;
    std::vector<std::size_t> map_of_; ///< of each converter
    bool saturates_ = false;
    word_way way_ = word_way::one_step;
    bool clamps_ = false;
    bool general_ = false;
    bool joint_ = false;
    bool counts_ = false; ///< shares of saturated conversions come with the words
    std::vector<half_form> halves_; ///< of each plane; empty: sums have numbers of their own
    half_fields fields_;
    std::uint32_t half_bias_ = 0; ///< of a group
    bool joint_whole_ = false;
    index_t joint_groups_ = 1;          ///< whose words fit 32 bits
    std::vector<std::int32_t> factors_; ///< [plane][weight], the lower 16 bits; times worth if joint

    bool programmed_ = false;
    index_t folded_count_ = 0;
    std::vector<std::uint8_t> folded_; ///< [column]
    whole_product folded_product_;
    std::vector<word_form> forms_;        ///< [tile][16]
    std::vector<std::uint8_t> equal_;     ///< [tile]: all forms are the first
    std::vector<std::uint8_t> active_;    ///< [tile]: something is left to read
    aligned_vector<std::uint8_t> levels_; ///< [tile][64 lines], by tiles
    aligned_vector<std::uint8_t> tables_; ///< [column][table], by tables
    std::vector<std::int16_t> bases_;     ///< [column], by tables
    std::vector<column_sum> low_;         ///< of results, at word 0
};

} // namespace rcim::inline RCIM_ABI::kernel
