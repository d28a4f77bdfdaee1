#pragma once

/// @file
/// Policies as a user writes them: one for each role, small and none of them null. Nothing here is known to the library.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/write.hpp>
#include <rcim/convert/concept.hpp>
#include <rcim/fault/concept.hpp>
#include <rcim/mapping/concept.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/noise/concept.hpp>
#include <rcim/protect/concept.hpp>
#include <rcim/update/concept.hpp>
#include <rcim/update/dataflow.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/wire/concept.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

namespace rcim_test {

using rcim::index_t;

/// Four levels whose conductances are squares: their steps are not equal, so nothing folds.
struct square_law_cell {
    using policy_kind = rcim::cell_kind;
    static constexpr int bits = 2;
    static constexpr bool folds = false;

    double g_on = 1e-4; ///< siemens, > 0

    [[nodiscard]] constexpr double conductance(int level, int levels) const {
        const double x = static_cast<double>(level + 1) / levels;
        return g_on * x * x;
    }

    static std::string name() { return "square_law_cell"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"g_on", &square_law_cell::g_on, 1e-15, 1.0}}; }
};

/// A wrapper: a write of the inner cell gets a cell no further than to the middle between where it was and where it would be.
template <class Inner = rcim::multilevel_cell<2>>
struct halfway_cell {
    using policy_kind = rcim::cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = Inner::folds;

    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return inner.conductance(level, levels); }
    [[nodiscard]] rcim::written_cell program(const rcim::cell_write& write, const rcim::cell_draws& draws) const {
        rcim::written_cell result = rcim::program_cell(inner, write, draws.inner());
        result.position = 0.5f * (result.position + write.held);
        return result;
    }

    static std::string name() { return "halfway_cell<" + Inner::name() + ">"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"inner", &halfway_cell::inner}}; }
};

/// Every n-th cell of a tile is stuck, in the middle of its levels.
struct every_nth_stuck {
    using policy_kind = rcim::fault_kind;
    static constexpr bool none = false;

    int n = 7; ///< >= 1

    [[nodiscard]] constexpr int stuck_level(const rcim::random_source&, const rcim::cell_site& site, int levels) const {
        return site.index % static_cast<std::uint64_t>(n) == 3 ? levels / 2 : rcim::healthy;
    }

    static std::string name() { return "every_nth_stuck"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"n", &every_nth_stuck::n, 1.0, 1e9}}; }
};

/// Gaussian noise of a fixed share of the conductance, anew in every read.
struct relative_noise {
    using policy_kind = rcim::noise_kind;
    static constexpr bool folds = false;

    double sigma = 0.01; ///< share of the conductance, >= 0

    [[nodiscard]] double conductance_variance(double conductance) const { return sigma * conductance * (sigma * conductance); }

    static std::string name() { return "relative_noise"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"sigma", &relative_noise::sigma, 0.0, 1.0}}; }
};

/// Rows far from the foot of a column count for less.
struct fading_wires {
    using policy_kind = rcim::wire_kind;
    static constexpr bool folds = false;

    double loss = 1e-3; ///< per row, >= 0

    template <rcim::IvLaw Law>
    void currents(const rcim::crossbar_read& read, const Law& law) const {
        const auto& g = read.conductance;
        std::fill(read.current.begin(), read.current.end(), 0.0);
        for (index_t r = 0; r < g.rows; ++r) {
            const double share = share_of(r, g.rows);
            const double v = share * read.voltage[static_cast<std::size_t>(r)];
            for (index_t c = 0; c < g.cols; ++c) {
                const auto cell = static_cast<std::size_t>(r * g.cols + c);
                const double injected = read.injected.empty() ? 0.0 : read.injected[cell];
                read.current[static_cast<std::size_t>(c)] += law.current(g(r, c), v) + share * injected;
                if (!read.cell_voltage.empty()) {
                    read.cell_voltage[cell] = v;
                }
            }
        }
    }
    void transfer(rcim::matrix_view<const double> g, std::span<double> out) const {
        for (index_t r = 0; r < g.rows; ++r) {
            for (index_t c = 0; c < g.cols; ++c) {
                out[static_cast<std::size_t>(r * g.cols + c)] = g(r, c) * share_of(r, g.rows);
            }
        }
    }
    [[nodiscard]] double share_of(index_t row, index_t rows) const { return 1.0 / (1.0 + loss * static_cast<double>(rows - 1 - row)); }

    static std::string name() { return "fading_wires"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"loss", &fading_wires::loss, 0.0, 1.0}}; }
};

/// Whole part first, what is behind the point second.
struct two_cycle_dac {
    using policy_kind = rcim::dac_kind;
    static constexpr bool folds = true;

    [[nodiscard]] constexpr int cycles() const { return 2; }
    [[nodiscard]] double drive(double input, int cycle) const {
        const double whole = std::trunc(input);
        return cycle == 0 ? whole : (input - whole) * 16.0;
    }
    [[nodiscard]] constexpr double weight(int cycle) const { return cycle == 0 ? 1.0 : 1.0 / 16.0; }

    static std::string name() { return "two_cycle_dac"; }
    static constexpr auto fields() { return std::tuple{}; }
};

/// Eight levels at equal steps from zero.
struct eight_level_adc {
    using policy_kind = rcim::adc_kind;
    static constexpr bool folds = false;

    double step = 4.0; ///< in units of a column's sum, > 0

    [[nodiscard]] double convert(double sum) const { return step * std::clamp(std::nearbyint(sum / step), 0.0, 7.0); }

    static std::string name() { return "eight_level_adc"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"step", &eight_level_adc::step, 1e-9, 1e9}}; }
};

/// Sixteen levels over full scale, over half of it in low slices. It says nothing about what its converters share.
struct slice_wise_adc {
    using policy_kind = rcim::adc_kind;
    static constexpr bool folds = false;

    int low_slices = 2; ///< >= 0

    [[nodiscard]] rcim::adc_transfer transfer(const rcim::adc_site& site) const {
        const double share = site.slice < low_slices ? 0.5 : 1.0;
        return rcim::adc_transfer::uniform(share * site.full_scale.low, share * site.full_scale.high, 16);
    }

    static std::string name() { return "slice_wise_adc"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"low_slices", &slice_wise_adc::low_slices, 0.0, 64.0}}; }
};

/// Offset binary around a constant of one less, so that the range is symmetric.
struct symmetric_offset {
    static constexpr int arrays = 1;
    static constexpr bool analog_subtraction = false;

    [[nodiscard]] static constexpr rcim::code_bounds range(int bits) {
        return {1 - (std::int32_t{1} << (bits - 1)), (std::int32_t{1} << (bits - 1)) - 1};
    }
    [[nodiscard]] static constexpr std::int32_t minus_constant(int bits) { return (std::int32_t{1} << (bits - 1)) - 1; }
    template <class I>
    [[nodiscard]] static constexpr rcim::stored_word<I> encode(I code, I minus_constant) {
        return {code + minus_constant, minus_constant};
    }
    template <class I, class Store>
    [[nodiscard]] static constexpr rcim::stored_word<I> add(rcim::stored_word<I> word, I step, rcim::code_bounds bounds, Store&& store) {
        const I target = std::min(std::max(word.code() + step, I{bounds.low}), I{bounds.high});
        return {store(0, target + word.minus), word.minus};
    }

    static std::string name() { return "symmetric_offset"; }
};

/// What is behind the point is cut off.
struct toward_zero {
    static constexpr bool draws = false;
    static constexpr bool remembers = false;
    [[nodiscard]] static constexpr std::int32_t round(float exact, std::uint32_t, float&) { return static_cast<std::int32_t>(exact); }
    static std::string name() { return "toward_zero"; }
};

/// A mapping of its own: nothing but the numbers of bits can be chosen.
struct q3_5 {
    using policy_kind = rcim::map_kind;
    static constexpr bool coded = true;
    static constexpr int weight_bits = 8;
    using encoding = symmetric_offset;
    using rounding = toward_zero;

    [[nodiscard]] constexpr rcim::code_format format(int cell_bits) const {
        const int bits = cell_bits == 0 ? weight_bits : cell_bits;
        return {.lsb = 0x1p-5f,
                .cell_bits = bits,
                .slices = (weight_bits + bits - 1) / bits,
                .minus_constant = encoding::minus_constant(weight_bits),
                .pair = false,
                .range = encoding::range(weight_bits)};
    }

    static std::string name() { return "q3_5"; }
    static constexpr auto fields() { return std::tuple{}; }
};

/// Sums beyond a bound are mistakes.
struct bounded_sums {
    using policy_kind = rcim::protect_kind;
    static constexpr bool folds = false;

    double bound = 1e3; ///< > 0

    [[nodiscard]] constexpr double correct(double sum, const rcim::code_format&) const { return std::clamp(sum, -bound, bound); }

    static std::string name() { return "bounded_sums"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"bound", &bounded_sums::bound, 1e-9, 1e9}}; }
};

/// Square crossbars.
struct square_tile {
    using policy_kind = rcim::geometry_kind;

    index_t side = 24; ///< >= 1

    [[nodiscard]] constexpr index_t row_count() const { return side; }
    [[nodiscard]] constexpr index_t col_count() const { return side; }

    static std::string name() { return "square_tile"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"side", &square_tile::side, 1.0, 1e9}}; }
};

/// Digital gradients under another name.
struct host_gradients {
    using policy_kind = rcim::dataflow_kind;
    static constexpr bool gradients_in_arrays = false;

    static std::string name() { return "host_gradients"; }
    static constexpr auto fields() { return std::tuple{}; }
};

/// A step of fixed size against the sign of the gradient.
struct sign_sgd {
    using policy_kind = rcim::update_kind;

    float learning_rate = 0.01f; ///< >= 0

    void delta(rcim::no_state&, const rcim::update_context& context, const rcim::update_spans& s) const {
        for (std::size_t i = 0; i < s.increment.size(); ++i) {
            const float g = s.gradient[i];
            s.increment[i] = context.rate * learning_rate * (g > 0.0f ? -1.0f : g < 0.0f ? 1.0f : 0.0f);
        }
    }

    static std::string name() { return "sign_sgd"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"learning_rate", &sign_sgd::learning_rate, 0.0, 1e9}}; }
};

/// A wrapper: increments add up in a digital float and are handed on every n-th step; of a word line only the largest step is
/// written.
template <class Inner = rcim::sgd>
struct rare_writes {
    using policy_kind = rcim::update_kind;

    int every = 3; ///< steps, >= 1
    Inner inner{};

    struct sums {
        std::vector<float> values;
        void visit(rcim::archive& a) { a.visit("sums", std::span(values)); }
    };
    [[nodiscard]] sums state(index_t size) const { return {std::vector<float>(static_cast<std::size_t>(size), 0.0f)}; }

    void delta(sums& waiting, const rcim::update_context& context, const rcim::update_spans& s) const {
        const bool write = (context.step + 1) % static_cast<std::uint32_t>(every) == 0;
        for (std::size_t i = 0; i < s.increment.size(); ++i) {
            waiting.values[i] += s.increment[i];
            s.increment[i] = write ? waiting.values[i] : 0.0f;
            waiting.values[i] = write ? 0.0f : waiting.values[i];
        }
    }
    void keep_write(sums&, const rcim::update_context&, rcim::write_row row) const {
        index_t largest = 0;
        for (index_t i = 1; i < row.steps.size(); ++i) {
            largest = std::abs(row.steps[i]) > std::abs(row.steps[largest]) ? i : largest;
        }
        for (index_t i = 0; i < row.steps.size(); ++i) {
            row.steps[i] = i == largest ? row.steps[i] : 0;
        }
    }

    static std::string name() { return "rare_writes<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{rcim::field{"every", &rare_writes::every, 1.0, 1e9}, rcim::field{"inner", &rare_writes::inner}};
    }
};

} // namespace rcim_test
