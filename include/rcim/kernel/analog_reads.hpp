#pragma once

/// @file
/// Reads of the analog plan: cells are real numbers, and every sum of a group of driven lines in a plane and a cycle passes its
/// converter.
///
/// A sum is one chain of float multiply-adds over the lines in ascending order, from zero, so that tiles, threads and instruction
/// sets with FMA give the same bits. Converters work in float (float_transfer.hpp). What they say is added up exactly where one step is
/// worth the same in all of them, else in double, by group and then plane. The judge is reference_analog.hpp.
///
/// Cost: a tile of 8 results x 3 positions x 16 samples stays in 24 registers; cells come from a packed panel, drives from the first
/// cache for groups of up to 200 lines. A conversion costs about as much as 15 lines, by a table with thresholds evenly spread as 110. On
/// its way to the converter a tile goes through the first cache, which keeps noise, tables and counts out of the code of the sums.
///
/// Noise (column_noise.hpp) is added to a tile before it is converted: one draw for each sum. A draw takes 31 vector operations for 16
/// sums, its normal number 17, the rest 2 to 7; together about as much as 55 lines. A variance by cells and drives is one more sum over
/// the lines, or two if there are terms of both kinds and lines carry more than bits.

#include <rcim/compat/integer_lanes.hpp>
#include <rcim/compat/simd.hpp>
#include <rcim/convert/drive_cycle.hpp>
#include <rcim/convert/transfer.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/column_noise.hpp>
#include <rcim/kernel/converter_number.hpp>
#include <rcim/kernel/draws.hpp>
#include <rcim/kernel/float_transfer.hpp>
#include <rcim/kernel/normal.hpp>
#include <rcim/kernel/read_layout.hpp>
#include <rcim/kernel/read_positions.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

class analog_reads {
public:
    /// cycles: what lines carry of whole numbers; none: inputs are real and lines carry them as they are.
    analog_reads(const read_layout& layout, std::vector<drive_cycle> cycles, const noise_terms& noise = {},
                 const random_source& draws = {0, purpose::column_noise})
        : layout_(layout), cycles_(std::move(cycles)), real_(cycles_.empty()),
          leak_(layout.subtracted ? 0.0f : static_cast<float>(layout.leak)), noise_(noise), draws_(draws) {
        const sum_layout& lines = layout.lines;
        if (lines.results < 0 || lines.driven < 0 || lines.group < 1 || layout.planes() < 1) {
            fail("analog_reads", "layout", "groups of at least 1 line and at least 1 plane",
                 text("groups of ", lines.group, ", planes ", layout.planes()));
        }
        if (!real_ && std::min(lines.group, lines.driven) > 0x10000) {
            fail("analog_reads", "group", "at most 65536 driven lines", text(lines.group)); // sums of drives are exact
        }
        if (real_) {
            cycles_.emplace_back();
        }
        const bool bits = noise_takes_bits(cycles_, real_);
        linear_ = noise.linear || (noise.square && bits);
        square_ = noise.square && !bits;
        blocks_of_noise_ = noise_blocks(layout_, cycles_.size());
        if (noise.draws() && blocks_of_noise_.size() > 0x1p32) {
            fail("analog_reads", "noise", "at most 2^32 sums of 4 results", text(blocks_of_noise_.size()));
        }
        if (noise.mean || noise.draws()) {
            mean_.resize(index(lines.groups() * layout.planes() * lines.results));
            constant_noise_.resize(mean_.size());
        }
        const std::size_t panel = index(blocks() * tile_results * layout.planes() * lines.driven);
        panel_.resize(panel);
        linear_panel_.resize(linear_ ? panel : 0);
        square_panel_.resize(square_ ? panel : 0);
        for (const drive_cycle& c : cycles_) {
            sum_of_weights_ += c.weight;
            size_of_weights_ += std::abs(c.weight);
        }
        for (int p = 0; p < layout.planes(); ++p) {
            size_of_planes_ += std::abs(layout.worth(p));
        }
        for (index_t g = 0; g < lines.groups(); ++g) {
            for (int p = 0; p < layout.planes(); ++p) {
                for (const drive_cycle& c : cycles_) {
                    all_shares_ += share(p, c);
                }
            }
        }
        const adc_transfer ideal;
        set_converters(std::span(&ideal, 1), converter_index::common);
    }

    [[nodiscard]] const read_layout& layout() const { return layout_; }

    /// All ideal, all with equally spaced words, or all with tables. Copied, tables too. O(converters + conversions of a position).
    void set_converters(std::span<const adc_transfer> converters, converter_index index_by) {
        if (converters.size() != converters_of(index_by, layout_)) {
            fail("analog_reads", "converters", text(converters_of(index_by, layout_)), text(converters.size()));
        }
        index_by_ = index_by;
        converters_.clear();
        tables_.clear();
        std::int32_t top = 0;
        equal_steps_ = true;
        const adc_transfer* last = nullptr; // neighbours mostly share a table
        for (const adc_transfer& t : converters) {
            converter c{.transfer = float_transfer(t), .step = t.ideal() ? 1.0 : t.step};
            const bool alike = converters_.empty() || c.transfer.kind == converters_.front().transfer.kind;
            if (!alike || (!t.ideal() && !(t.high > t.low))) {
                fail("analog_reads", "converters", "one kind, and low < high", text("kinds alike: ", alike, ", ", t.low, " to ", t.high));
            }
            equal_steps_ = equal_steps_ && (t.ideal() || (t.step == converters.front().step && t.low == converters.front().low));
            if (c.transfer.kind == transfer_kind::table) {
                top = std::max<std::int32_t>(top, t.words.back());
                if (last != nullptr && last->words.data() == t.words.data() && last->thresholds.data() == t.thresholds.data() &&
                    last->words.size() == t.words.size() && last->low == t.low && last->high == t.high) {
                    c.table = converters_.back().table;
                } else {
                    c.table = add_table(t);
                }
                last = &t;
            } else if (!t.ideal()) {
                top = std::max(top, t.levels - 1);
            }
            converters_.push_back(c);
        }
        constant_.assign(index(layout_.lines.results), 0.0);
        if (converters_.empty()) {
            return;
        }
        kind_ = converters_.front().transfer.kind;
        for (index_t r = 0; kind_ != transfer_kind::ideal && r < layout_.lines.results; ++r) {
            for (index_t g = 0; g < layout_.lines.groups(); ++g) {
                for (int p = 0; p < layout_.planes(); ++p) {
                    constant_[index(r)] += layout_.worth(p) * (converters[number(g, p, r)].low * sum_of_weights_);
                }
            }
        }
        constexpr double exact = 0x1p24;
        const double of_plane = static_cast<double>(top) * size_of_weights_;
        const double of_result = of_plane * size_of_planes_ * static_cast<double>(layout_.lines.groups());
        adding_ = kind_ == transfer_kind::ideal           ? adding::to_double
                  : equal_steps_ && of_result <= exact ? adding::to_float
                  : of_plane <= exact                  ? adding::to_double
                                                       : adding::double_to_double;
    }

    [[nodiscard]] const noise_terms& noise() const { return noise_; }

    /// Factors of what converters say, before the digital side takes its constant away: none, one for all or one for each result.
    void set_gains(std::span<const double> gains) {
        if (gains.size() > 1 && static_cast<index_t>(gains.size()) != layout_.lines.results) {
            fail("analog_reads", "gains", text("0, 1 or ", layout_.lines.results), text(gains.size()));
        }
        gains_.assign(gains.begin(), gains.end());
    }

    /// Looks at the cells and at the numbers of their noise anew: steps of one level at
    /// cells[array x slices + slice][r x result_step + d x driven_step]. O(cells).
    void program(std::span<const float* const> cells, thread_pool* pool = nullptr, const noise_planes& noise = {}) {
        const std::size_t count = index(layout_.slices) * index(layout_.arrays);
        const auto need = [](const char* what, bool there, std::size_t expected, std::size_t given) {
            if (there && given != expected) {
                fail("analog_reads", what, text(expected), text(given));
            }
        };
        need("planes of cells", true, count, cells.size());
        need("planes of linear noise", noise_.linear, count, noise.linear.size());
        need("planes of square noise", noise_.square, count, noise.square.size());
        const std::size_t sums = index(layout_.lines.groups() * layout_.planes() * layout_.lines.results);
        need("means of noise", noise_.mean, sums, noise.mean.size());
        need("constants of noise", noise_.constant, sums, noise.constant.size());
        if (noise_.mean) {
            mean_.assign(noise.mean.begin(), noise.mean.end());
        }
        if (noise_.constant) {
            constant_noise_.assign(noise.constant.begin(), noise.constant.end());
        }
        if (of_constant_deviation()) {
            std::transform(constant_noise_.begin(), constant_noise_.end(), constant_noise_.begin(), [](float v) { return std::sqrt(v); });
        }
        const index_t planes = layout_.planes();
        const auto pack = [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t group = job / planes / blocks();
                const index_t block = job / planes % blocks();
                const int plane = static_cast<int>(job % planes);
                const auto of_noise = [&](std::span<const float* const> variances) { return sensed_noise(layout_, variances, plane); };
                pack_panel(panel_.data(), group, block, plane, sensed_cells(layout_, cells, plane));
                if (noise_.linear && noise_.square && !square_) {
                    const auto linear = of_noise(noise.linear);
                    const auto square = of_noise(noise.square);
                    pack_panel(linear_panel_.data(), group, block, plane, [=](index_t at) { return linear(at) + square(at); });
                } else if (linear_) {
                    pack_panel(linear_panel_.data(), group, block, plane, of_noise(noise_.linear ? noise.linear : noise.square));
                }
                if (square_) {
                    pack_panel(square_panel_.data(), group, block, plane, of_noise(noise.square));
                }
            }
        };
        const index_t jobs = layout_.lines.groups() * blocks() * planes;
        if (pool != nullptr) {
            pool->run(jobs, pack);
        } else {
            pack(0, jobs);
        }
    }

    /// What a thread works with.
    struct scratch {
        aligned_vector<float> drives;       ///< [cycle][line][position][16]
        aligned_vector<float> group_drives; ///< [cycle][position][16]: sums over the lines of a group
        aligned_vector<double> all_drives;  ///< [position][16]: over cycles by weight, and groups
        aligned_vector<float> sums;         ///< [result of the tile][position][16]
        aligned_vector<double> words;       ///< the same: over cycles by weight
        aligned_vector<float> totals;       ///< [result][position][16]
        aligned_vector<float> saturated;    ///< the same: shares of conversions
        aligned_vector<float> sizes;        ///< |drives|, for noise
        aligned_vector<float> squares;      ///< drives^2
        aligned_vector<float> linear;       ///< as sums: of the variance
        aligned_vector<float> square;
        aligned_vector<std::uint32_t> draws; ///< [position][four results][word][16]
    };

    /// y [position][result][16] = sum over groups and planes of worth x what converters say of all cycles, less minus_constant x the
    /// drives. passed, if not null, of the same shape: the share of conversions within their range, by |worth x weight of the cycle|.
    /// where: whose draws each position takes; nothing if none are drawn. Positions are independent: calls for some of them, with a
    /// scratch each, give the same bits.
    template <class Number>
        requires(std::is_same_v<Number, std::int16_t> || std::is_same_v<Number, float>)
    void read(const read_positions<Number>& x, double* y, float* passed, scratch& work, std::span<const draw_address> where = {}) const {
        if (real_ != std::is_same_v<Number, float>) {
            fail("analog_reads", "inputs", real_ ? "float without cycles" : "int16 with cycles", real_ ? "int16" : "float");
        }
        if (noise_.draws() && where.size() != x.window.size()) {
            fail("analog_reads", "addresses of draws", text(x.window.size()), text(where.size()));
        }
        grow(work, passed != nullptr);
        for (index_t first = 0; first < x.size();) {
            const index_t left = x.size() - first;
            if (left >= tile_positions) {
                read_positions_of_tile<tile_positions>(x, first, y, passed, work, where);
                first += tile_positions;
            } else if (left == 2) {
                read_positions_of_tile<std::min(2, tile_positions)>(x, first, y, passed, work, where);
                first += 2;
            } else {
                read_positions_of_tile<1>(x, first, y, passed, work, where);
                first += 1;
            }
        }
    }

private:
    static constexpr index_t lane = samples_per_block;
    // Accumulators: 24 of 32 registers, or 12 of 16.
    static constexpr int tile_results = lanes::parts == 1 ? 8 : lanes::parts == 2 ? 6 : 3;
    static constexpr int tile_positions = lanes::parts == 1 ? 3 : 1;
    static constexpr int tile_fours = 2; ///< at most, of results in a tile: draws come in fours

    /// The range is cut into equal cells. A cell knows the number of thresholds in those below it, and the few in it are searched.
    struct threshold_table {
        float cell_scale; ///< number of the cell = scale x sum + bias, cut and truncated
        float cell_bias;
        std::int32_t cells;
        std::int32_t search;     ///< steps of the search: a power of two, more than half of the most thresholds in a cell; 0 if none
        std::int32_t counts;     ///< by cell: where in the tables
        std::int32_t thresholds; ///< filled up with infinity
        std::int32_t words;      ///< by number of thresholds reached
    };
    struct converter {
        float_transfer transfer;
        double step;
        threshold_table table = {};
    };

    /// How words become a result.
    enum class adding {
        to_float,        ///< all in float, exactly
        to_double,       ///< cycles in float, then in double
        double_to_double ///< cycles in double, exactly, too
    };

    /// A tile whose sums are in scratch.
    struct tile {
        index_t group;
        index_t block;
        int plane;
        int cycle;
        double* y; ///< of the first position
        bool counts;
        bool leaks; ///< its sums lack the leakage
    };

    static std::size_t index(index_t n) { return static_cast<std::size_t>(n); }
    [[nodiscard]] index_t blocks() const { return (layout_.lines.results + tile_results - 1) / tile_results; }
    [[nodiscard]] index_t lines_of(index_t group) const {
        return std::min(layout_.lines.group, layout_.lines.driven - group * layout_.lines.group);
    }
    [[nodiscard]] std::size_t number(index_t group, int plane, index_t result) const {
        return converter_number(index_by_, layout_, group, plane, result);
    }
    /// Weight of one conversion among those of a result.
    [[nodiscard]] float share(int plane, const drive_cycle& c) const {
        return static_cast<float>(std::abs(layout_.worth(plane) * static_cast<double>(c.weight)));
    }
    /// Noise takes no more than its constants and means.
    [[nodiscard]] bool of_constant_deviation() const { return !linear_ && !square_ && !(noise_.per_sum > 0.0f); }
    /// Cells of a tile: [line][result of the tile], in the order [group][block][plane].
    [[nodiscard]] index_t panel_of(index_t group, index_t block, int plane) const {
        const index_t planes = layout_.planes();
        return (group * layout_.lines.group * blocks() * planes + (block * planes + plane) * lines_of(group)) * tile_results;
    }

    threshold_table add_table(const adc_transfer& t) {
        if (t.thresholds.size() + 1 != t.words.size()) {
            fail("analog_reads", "thresholds", text(t.words.size() - 1), text(t.thresholds.size()));
        }
        const std::size_t cells = 2 * std::bit_ceil(t.words.size());
        const double scale = static_cast<double>(cells) / (t.high - t.low);
        threshold_table table{.cell_scale = static_cast<float>(scale), .cell_bias = static_cast<float>(-t.low * scale),
                              .cells = static_cast<std::int32_t>(cells), .search = 0, .counts = 0, .thresholds = 0, .words = 0};
        std::vector<std::int32_t> counts(cells + 1, 0);
        for (const float threshold : t.thresholds) {
            // As for sums, so that what lies in a lower cell is less.
            lanes_of_int32 cell;
            cell_of(cell, lanes::broadcast(threshold), table);
            ++counts[static_cast<std::size_t>(cell[0]) + 1];
        }
        const auto most = static_cast<std::uint32_t>(*std::max_element(counts.begin(), counts.end()));
        table.search = static_cast<std::int32_t>(std::bit_floor(most));
        std::partial_sum(counts.begin(), counts.end(), counts.begin());
        const auto end = [&] { return static_cast<std::int32_t>(tables_.size()); };
        table.counts = end();
        tables_.insert(tables_.end(), counts.begin(), counts.end() - 1);
        table.thresholds = end();
        for (const float threshold : t.thresholds) {
            tables_.push_back(std::bit_cast<std::int32_t>(threshold));
        }
        const auto infinity = std::bit_cast<std::int32_t>(std::numeric_limits<float>::infinity());
        tables_.insert(tables_.end(), 2 * static_cast<std::size_t>(table.search), infinity);
        table.words = end();
        for (const std::int16_t word : t.words) {
            tables_.push_back(std::bit_cast<std::int32_t>(static_cast<float>(word)));
        }
        return table;
    }

    static void cell_of(lanes_of_int32& cell, const lanes& sum, const threshold_table& table) {
        lanes place = lanes::broadcast(table.cell_bias);
        place.add_product(sum, lanes::broadcast(table.cell_scale));
        place = lanes::min(lanes::max(place, lanes::broadcast(0.0f)), lanes::broadcast(static_cast<float>(table.cells - 1)));
        lanes_of_float number;
        std::memcpy(&number, &place, sizeof number);
        cell = __builtin_convertvector(number, lanes_of_int32);
    }

    /// value(place of a cell in its plane) -> float.
    template <class Value>
    void pack_panel(float* to, index_t group, index_t block, int plane, Value&& value) {
        const sum_layout& lines = layout_.lines;
        const index_t first = block * tile_results;
        const int rows = static_cast<int>(std::min<index_t>(tile_results, lines.results - first));
        const index_t start = first * lines.result_step + group * lines.group * lines.driven_step;
        to += panel_of(group, block, plane);
        for (index_t line = 0; line < lines_of(group); ++line, to += tile_results) {
            for (int i = 0; i < rows; ++i) {
                to[i] = value(start + i * lines.result_step + line * lines.driven_step);
            }
            for (int i = rows; i < tile_results; ++i) {
                to[i] = 0.0f;
            }
        }
    }

    void grow(scratch& work, bool counts) const {
        const auto need = [](auto& numbers, index_t size) {
            if (numbers.size() < index(size)) {
                numbers.resize(index(size));
            }
        };
        constexpr index_t of_position = tile_positions * lane;
        const auto cycles = static_cast<index_t>(cycles_.size());
        const index_t drives = cycles * std::min(layout_.lines.group, layout_.lines.driven) * of_position;
        need(work.drives, drives);
        need(work.group_drives, cycles * of_position);
        need(work.all_drives, of_position);
        need(work.sums, tile_results * of_position);
        need(work.words, tile_results * of_position);
        need(work.totals, layout_.lines.results * of_position);
        need(work.saturated, counts ? layout_.lines.results * of_position : 0);
        need(work.sizes, linear_ && real_ ? drives : 0);
        need(work.squares, square_ ? drives : 0);
        need(work.linear, linear_ ? tile_results * of_position : 0);
        need(work.square, square_ ? tile_results * of_position : 0);
        need(work.draws, noise_.draws() ? tile_fours * 4 * of_position : 0);
    }

    template <int Positions, class Number>
    void read_positions_of_tile(const read_positions<Number>& x, index_t first, double* y, float* passed, scratch& work,
                                std::span<const draw_address> where) const {
        const index_t results = layout_.lines.results;
        const index_t numbers = results * Positions * lane;
        double* const out = y + first * results * lane;
        if (adding_ == adding::to_float) {
            std::fill_n(work.totals.data(), numbers, 0.0f);
        } else {
            std::fill_n(out, numbers, 0.0);
        }
        if (passed != nullptr) {
            std::fill_n(work.saturated.data(), numbers, 0.0f);
        }
        std::fill_n(work.all_drives.data(), Positions * lane, 0.0);
        const bool noisy = noise_.mean || noise_.draws();
        for (index_t group = 0; group < layout_.lines.groups(); ++group) {
            const index_t lines = lines_of(group);
            pack_drives<Positions>(x, first, group, work);
            for (index_t block = 0; block < blocks(); ++block) {
                for (int plane = 0; plane < layout_.planes(); ++plane) {
                    const index_t panel = panel_of(group, block, plane);
                    for (int cycle = 0; cycle < static_cast<int>(cycles_.size()); ++cycle) {
                        const index_t drives = cycle * lines * Positions * lane;
                        tile t{group, block, plane, cycle, out, passed != nullptr, leak_ != 0.0f};
                        add_lines<Positions>(panel_.data() + panel, work.drives.data() + drives, lines, work.sums.data());
                        if (noisy) {
                            if (linear_) {
                                const float* const sizes = real_ ? work.sizes.data() : work.drives.data();
                                add_lines<Positions>(linear_panel_.data() + panel, sizes + drives, lines, work.linear.data());
                            }
                            if (square_) {
                                add_lines<Positions>(square_panel_.data() + panel, work.squares.data() + drives, lines, work.square.data());
                            }
                            disturb<Positions>(t, work, noise_.draws() ? where.data() + first : nullptr);
                            t.leaks = false;
                        }
                        convert<Positions>(t, work);
                    }
                }
            }
        }
        finish(out, passed != nullptr ? passed + first * results * lane : nullptr, Positions, work);
    }

    /// What the lines of a group carry, and sums of it.
    template <int Positions, class Number>
    void pack_drives(const read_positions<Number>& x, index_t first, index_t group, scratch& work) const {
        const index_t lines = lines_of(group);
        const std::int32_t* const line = x.line + group * layout_.lines.group;
        const Number* from[Positions];
        for (int j = 0; j < Positions; ++j) {
            from[j] = x.x + x.window[index(first + j)];
        }
        const bool squares = square_;
        const bool sizes = linear_ && real_;
        for (std::size_t c = 0; c < cycles_.size(); ++c) {
            const drive_cycle cycle = cycles_[c];
            lanes sum[Positions];
            const auto pack = [&](const auto& carried_by) {
                index_t to = static_cast<index_t>(c) * lines * Positions * lane;
                std::fill_n(sum, Positions, lanes::broadcast(0.0f));
                for (index_t l = 0; l < lines; ++l) {
                    for (int j = 0; j < Positions; ++j, to += lane) {
                        lanes carried;
                        carried_by(carried, from[j] + line[l]);
                        carried.store(work.drives.data() + to);
                        if (squares) {
                            (carried * carried).store(work.squares.data() + to);
                        }
                        if (sizes) {
                            lanes::abs(carried).store(work.sizes.data() + to);
                        }
                        sum[j] = sum[j] + carried;
                    }
                }
            };
            if constexpr (std::is_same_v<Number, float>) {
                pack([](lanes& carried, const float* x_of_line) { carried = lanes::load_unaligned(x_of_line); });
            } else if (cycle.part == 0) {
                pack([&](lanes& carried, const std::int16_t* x_of_line) { drive<0>(carried, cycle, x_of_line); });
            } else if (cycle.part > 0) {
                pack([&](lanes& carried, const std::int16_t* x_of_line) { drive<1>(carried, cycle, x_of_line); });
            } else {
                pack([&](lanes& carried, const std::int16_t* x_of_line) { drive<-1>(carried, cycle, x_of_line); });
            }
            for (int j = 0; j < Positions; ++j) {
                sum[j].store(work.group_drives.data() + (static_cast<index_t>(c) * Positions + j) * lane);
                double* const all = work.all_drives.data() + j * lane;
                double_lanes total = double_lanes::load_unaligned(all);
                total.add_product(double_lanes::of(sum[j]), double_lanes::broadcast(static_cast<double>(cycle.weight)));
                total.store_unaligned(all);
            }
        }
    }

    template <int Part>
    static void drive(lanes& carried, const drive_cycle& cycle, const std::int16_t* from) {
        lanes_of_int32 number;
        widen(number, from);
        if constexpr (Part != 0) {
            number = Part > 0 ? number : -number;
            number &= ~(number >> 31);
        }
        const lanes_of_float bits = __builtin_convertvector((number >> cycle.shift) & cycle.mask, lanes_of_float);
        std::memcpy(&carried, &bits, sizeof bits);
    }
    static void widen(lanes_of_int32& to, const std::int16_t* from) {
#ifdef __AVX512F__
        // g++ 12 makes the conversion of halves.
        __m256i narrow;
        std::memcpy(&narrow, from, sizeof narrow);
        const __m512i wide = _mm512_maskz_cvtepi16_epi32(0xffff, narrow);
        std::memcpy(&to, &wide, sizeof wide);
#else
        lanes_of_int16 narrow;
        load_lanes(narrow, from);
        to = __builtin_convertvector(narrow, lanes_of_int32);
#endif
    }

    /// Sums over the lines: out [result of the tile][position][16].
    template <int Positions>
    static void add_lines(const float* panel, const float* drives, index_t lines, float* out) {
        lanes sum[tile_results][Positions];
        // Loops that g++ leaves as they are would keep the sums in memory.
        const auto for_each_sum = [](auto&& body) {
            [&]<int... N>(std::integer_sequence<int, N...>) {
                (body(N / Positions, N % Positions), ...);
            }(std::make_integer_sequence<int, tile_results * Positions>());
        };
        for_each_sum([&](int i, int j) { sum[i][j] = lanes::broadcast(0.0f); });
        for (index_t l = 0; l < lines; ++l, panel += tile_results, drives += Positions * lane) {
            lanes x[Positions];
            for (int j = 0; j < Positions; ++j) {
                x[j] = lanes::load(drives + j * lane);
            }
            for (int i = 0; i < tile_results; ++i) {
                const lanes cell = lanes::broadcast(panel[i]);
                for (int j = 0; j < Positions; ++j) {
                    sum[i][j].add_product(cell, x[j]);
                }
            }
        }
        for_each_sum([&](int i, int j) { sum[i][j].store(out + (i * Positions + j) * lane); });
    }

    /// Adds the noise to the sums of a tile, and the leakage before. where: of each position.
    template <int Positions>
    void disturb(const tile& t, scratch& work, const draw_address* where) const {
        const index_t first = t.block * tile_results;
        const int rows = static_cast<int>(std::min<index_t>(tile_results, layout_.lines.results - first));
        const index_t first_four = first / 4;
        if (noise_.draws()) {
            const index_t fours = (first + rows + 3) / 4 - first_four;
            for (int j = 0; j < Positions; ++j) {
                for (index_t four = 0; four < fours; ++four) {
                    draws_of_images(draws_, blocks_of_noise_.four_of(t.group, t.plane, t.cycle, first_four + four), where[j].position,
                                    where[j].image, work.draws.data() + (j * tile_fours + four) * 4 * lane);
                }
            }
        }
        // Copies: stores of registers may change anything else.
        const float* const drives = work.group_drives.data() + t.cycle * Positions * lane;
        const index_t of_first = (t.group * layout_.planes() + t.plane) * layout_.lines.results + first;
        const float* const means = mean_.data() + of_first;
        const float* const constants = constant_noise_.data() + of_first;
        const std::uint32_t* const draws = noise_.draws() ? work.draws.data() + (first - 4 * first_four) * lane : nullptr;
        const float* const linear = linear_ ? work.linear.data() : nullptr;
        const float* const square = square_ ? work.square.data() : nullptr;
        float* const sums = work.sums.data();
        const bool leaks = t.leaks, moves = noise_.mean, draw = noise_.draws();
        const bool roots = !of_constant_deviation(), shot = noise_.per_sum > 0.0f;
        const lanes leak = lanes::broadcast(leak_), per_sum = lanes::broadcast(noise_.per_sum);
        for (int i = 0; i < rows; ++i) {
            const lanes mean = lanes::broadcast(means[i]);
            const lanes constant = lanes::broadcast(constants[i]);
            for (int j = 0; j < Positions; ++j) {
                const index_t at = (i * Positions + j) * lane;
                lanes sum = lanes::load(sums + at);
                if (leaks) {
                    sum.add_product(leak, lanes::load(drives + j * lane));
                }
                lanes noisy = moves ? sum + mean : sum;
                if (draw) {
                    lanes deviation = constant;
                    if (roots) {
                        if (linear != nullptr) {
                            deviation = deviation + lanes::load(linear + at);
                        }
                        if (square != nullptr) {
                            deviation = deviation + lanes::load(square + at);
                        }
                        if (shot) {
                            deviation.add_product(per_sum, lanes::abs(sum));
                        }
                        deviation = lanes::sqrt(deviation);
                    }
                    lanes normal;
                    normal_by_octave(normal, draws + (j * tile_fours * 4 + i) * lane);
                    noisy.add_product(deviation, normal);
                }
                noisy.store(sums + at);
            }
        }
    }

    template <int Positions>
    void convert(const tile& t, scratch& work) const {
        using enum transfer_kind;
        switch (kind_) {
        case ideal: convert_as<Positions, ideal, adding::to_double>(t, work); break;
        case nearest: convert_by<Positions, nearest>(t, work); break;
        case table: convert_by<Positions, table>(t, work); break;
        }
    }
    template <int Positions, transfer_kind Kind>
    void convert_by(const tile& t, scratch& work) const {
        switch (adding_) {
        case adding::to_float: convert_as<Positions, Kind, adding::to_float>(t, work); break;
        case adding::to_double: convert_as<Positions, Kind, adding::to_double>(t, work); break;
        case adding::double_to_double: convert_as<Positions, Kind, adding::double_to_double>(t, work); break;
        }
    }

    template <int Positions, transfer_kind Kind, adding Adding>
    void convert_as(const tile& t, scratch& work) const {
        const bool leaks = t.leaks, counts = t.counts; // copies: stores cannot change them
        const drive_cycle& cycle = cycles_[static_cast<std::size_t>(t.cycle)];
        const index_t results = layout_.lines.results;
        const index_t first = t.block * tile_results;
        const int rows = static_cast<int>(std::min<index_t>(tile_results, results - first));
        const double worth = layout_.worth(t.plane);
        const lanes of_cycle = lanes::broadcast(static_cast<float>(cycle.weight));
        const lanes of_total = lanes::broadcast(static_cast<float>(worth * static_cast<double>(cycle.weight)));
        const lanes of_saturated = lanes::broadcast(share(t.plane, cycle));
        const bool last = t.cycle + 1 == static_cast<int>(cycles_.size());
        const float* const drives = work.group_drives.data() + t.cycle * Positions * lane;
        const converter* const of_first = converters_.data() + number(t.group, t.plane, first);
        const index_t of_each = index_by_ == converter_index::common || index_by_ == converter_index::per_plane ? 0 : 1;
        for (int i = 0; i < rows; ++i) {
            const index_t result = first + i;
            const converter c = of_first[i * of_each]; // a copy: stores cannot change it
            const double_lanes factor = double_lanes::broadcast(equal_steps_ ? worth : worth * c.step);
            for (int j = 0; j < Positions; ++j) {
                const index_t in_tile = (i * Positions + j) * lane;
                const index_t in_totals = (result * Positions + j) * lane;
                lanes sum = lanes::load(work.sums.data() + in_tile);
                if (leaks) {
                    sum.add_product(lanes::broadcast(leak_), lanes::load(drives + j * lane));
                }
                lanes word = sum;
                if constexpr (Kind != transfer_kind::ideal) {
                    const lanes seen = c.transfer.seen(sum);
                    word = c.transfer.cut(seen);
                    if (counts) {
                        float* const saturated = work.saturated.data() + in_totals;
                        (lanes::load(saturated) + lanes::where_equal(seen, word, lanes::broadcast(0.0f), of_saturated)).store(saturated);
                    }
                    if constexpr (Kind == transfer_kind::nearest) {
                        word = float_transfer::nearest(word);
                    } else {
                        look_up_word(word, c.table);
                    }
                }
                if constexpr (Adding == adding::to_float) {
                    lanes total = lanes::load(work.totals.data() + in_totals);
                    total.add_product(word, of_total);
                    total.store(work.totals.data() + in_totals);
                    continue;
                }
                double_lanes words;
                if constexpr (Adding == adding::to_double) {
                    // The place of this sum is free.
                    float* const so_far = reinterpret_cast<float*>(work.words.data()) + in_tile;
                    lanes of_cycles = t.cycle == 0 ? lanes::broadcast(0.0f) : lanes::load(so_far);
                    of_cycles.add_product(word, of_cycle);
                    if (!last) {
                        of_cycles.store(so_far);
                        continue;
                    }
                    words = double_lanes::of(of_cycles);
                } else {
                    double* const so_far = work.words.data() + in_tile;
                    words = t.cycle == 0 ? double_lanes::broadcast(0.0) : double_lanes::load_unaligned(so_far);
                    words.add_product(double_lanes::of(word), double_lanes::broadcast(static_cast<double>(cycle.weight)));
                    if (!last) {
                        words.store_unaligned(so_far);
                        continue;
                    }
                }
                double* const y = t.y + (j * results + result) * lane;
                double_lanes total = double_lanes::load_unaligned(y);
                total.add_product(words, factor);
                total.store_unaligned(y);
            }
        }
    }

    /// A cut sum becomes its word: by as many thresholds as lie at or below it.
    void look_up_word(lanes& word, const threshold_table& table) const {
        const std::int32_t* const thresholds = tables_.data() + table.thresholds;
        lanes_of_float sum;
        std::memcpy(&sum, &word, sizeof sum);
        lanes_of_int32 reached;
        cell_of(reached, word, table);
        look_up(reached, tables_.data() + table.counts);
        for (std::int32_t step = table.search; step > 0; step /= 2) {
            lanes_of_int32 probe = reached + (step - 1);
            look_up(probe, thresholds);
            lanes_of_float threshold;
            std::memcpy(&threshold, &probe, sizeof threshold);
            reached += (threshold <= sum) & step;
        }
        look_up(reached, tables_.data() + table.words);
        std::memcpy(&word, &reached, sizeof word);
    }

    void finish(double* y, float* passed, int positions, const scratch& work) const {
        const index_t results = layout_.lines.results;
        const double_lanes step = double_lanes::broadcast(equal_steps_ && !converters_.empty() ? converters_.front().step : 1.0);
        const double_lanes minus = double_lanes::broadcast(-static_cast<double>(layout_.minus_constant));
        for (int j = 0; j < positions; ++j) {
            const double_lanes drives = double_lanes::load_unaligned(work.all_drives.data() + j * lane);
            for (index_t r = 0; r < results; ++r) {
                double* const out = y + (j * results + r) * lane;
                const double_lanes total = adding_ == adding::to_float
                                               ? double_lanes::of(lanes::load(work.totals.data() + (r * positions + j) * lane))
                                               : double_lanes::load_unaligned(out);
                double_lanes value = double_lanes::broadcast(constant_[index(r)]);
                value.add_product(total, step);
                if (!gains_.empty()) {
                    double_lanes scaled = double_lanes::broadcast(0.0);
                    scaled.add_product(value, double_lanes::broadcast(gains_[gains_.size() == 1 ? 0 : index(r)]));
                    value = scaled;
                }
                value.add_product(drives, minus);
                value.store_unaligned(out);
                if (passed != nullptr) {
                    const float* const saturated = work.saturated.data() + (r * positions + j) * lane;
                    float* const share_passed = passed + (j * results + r) * lane;
                    for (index_t l = 0; l < lane; ++l) {
                        share_passed[l] = all_shares_ > 0.0f ? 1.0f - saturated[l] / all_shares_ : 1.0f;
                    }
                }
            }
        }
    }

    read_layout layout_;
    std::vector<drive_cycle> cycles_;
    bool real_;
    float leak_;
    double sum_of_weights_ = 0.0;
    double size_of_weights_ = 0.0;
    double size_of_planes_ = 0.0;
    float all_shares_ = 0.0f; ///< added like those of saturated conversions, so that all of them are exactly 1
    aligned_vector<float> panel_;

    noise_terms noise_;
    random_source draws_;
    noise_blocks blocks_of_noise_;
    bool linear_ = false; ///< the variance has a sum over the lines of something x |drive|
    bool square_ = false; ///< and of something x drive^2
    aligned_vector<float> linear_panel_;
    aligned_vector<float> square_panel_;
    std::vector<float> mean_;
    std::vector<float> constant_noise_; ///< variances; if there is nothing else, their roots

    converter_index index_by_ = converter_index::common;
    std::vector<converter> converters_;
    std::vector<std::int32_t> tables_; ///< bits of floats
    std::vector<double> constant_;     ///< of each result
    std::vector<double> gains_;
    transfer_kind kind_ = transfer_kind::ideal;
    adding adding_ = adding::to_double;
    bool equal_steps_ = true;
};

} // namespace rcim::inline RCIM_ABI::kernel
