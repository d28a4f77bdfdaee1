#include <differential/draws.hpp>

#include <array>
#include <cmath>
#include <limits>

namespace rcim_differential {

namespace {

enum class kind {
    linear,   ///< uniform from low to high
    log,      ///< its logarithm is
    whole,    ///< whole numbers from low to high
    sometimes ///< linear, and zero in four of ten
};

struct drawn_field {
    std::string_view policy; ///< up to its template arguments; empty: any
    std::string_view name;
    kind how;
    double low;
    double high;
};

constexpr drawn_field fields[] = {
    // cells
    {"multilevel_cell", "g_on", kind::log, 1e-5, 1e-3},
    {"sinh_iv", "v0", kind::log, 0.1, 10.0},
    {"", "read_voltage", kind::linear, 0.1, 0.3},
    {"device_variation", "sigma", kind::sometimes, 0.0, 0.2},
    {"", "lognormal", kind::whole, 0.0, 1.0},
    {"cycle_variation", "sigma", kind::sometimes, 0.0, 0.1},
    {"cycle_variation", "relative", kind::sometimes, 0.0, 0.1},
    {"write_verified", "tolerance", kind::linear, 0.05, 0.4},
    {"write_verified", "budget", kind::whole, 1.0, 40.0},
    {"exponential_steps", "step", kind::sometimes, 0.005, 0.2},
    {"exponential_steps", "down_share", kind::linear, 0.5, 2.0},
    {"exponential_steps", "amplitude_up", kind::linear, -1.0, 0.9},
    {"exponential_steps", "amplitude_down", kind::linear, -1.0, 0.9},
    {"exponential_steps", "steepness_up", kind::linear, 0.1, 2.0},
    {"exponential_steps", "steepness_down", kind::linear, 0.1, 2.0},
    {"exponential_steps", "slope", kind::linear, 0.1, 1.0},
    {"exponential_steps", "shift", kind::linear, -0.5, 0.5},
    {"", "margin", kind::linear, 0.05, 0.5},
    {"exponential_steps", "noise", kind::sometimes, 0.0, 0.5},
    {"exponential_steps", "step_variation", kind::sometimes, 0.0, 0.3},
    {"", "asymmetry_variation", kind::sometimes, 0.0, 0.3},
    {"", "top_variation", kind::sometimes, 0.0, 0.2},
    {"", "bottom_variation", kind::sometimes, 0.0, 0.2},
    {"", "most_pulses", kind::whole, 5.0, 60.0},
    {"drifting", "mean", kind::sometimes, 0.0, 0.1},
    {"drifting", "spread", kind::sometimes, 0.0, 0.05},
    {"drifting", "t0", kind::log, 0.1, 10.0},
    {"drifting", "seconds_per_step", kind::sometimes, 0.0, 1000.0},
    {"pulsed", "rate_up", kind::linear, 0.02, 0.5},
    {"pulsed", "rate_down", kind::linear, 0.02, 0.5},
    {"pulsed", "noise", kind::sometimes, 0.0, 0.05},
    {"pulsed", "rate_variation", kind::sometimes, 0.0, 0.3},
    {"pulsed", "inverted", kind::whole, 0.0, 1.0},
    // faults
    {"hot_spots", "p_stuck_hrs", kind::sometimes, 0.0, 0.02},
    {"hot_spots", "p_stuck_lrs", kind::sometimes, 0.0, 0.02},
    {"hot_spots", "spots", kind::linear, 1.0, 6.0},
    {"hot_spots", "radius", kind::whole, 0.0, 2.0},
    {"", "p_stuck_hrs", kind::sometimes, 0.0, 0.15},
    {"", "p_stuck_lrs", kind::sometimes, 0.0, 0.15},
    {"clustered", "shape", kind::log, 0.2, 20.0},
    {"broken_lines", "p_word_line", kind::sometimes, 0.0, 0.1},
    {"broken_lines", "p_bit_line", kind::sometimes, 0.0, 0.1},
    {"", "hrs_share", kind::linear, 0.0, 1.0},
    {"arriving", "first_epoch", kind::whole, 0.0, 1.0},
    {"arriving", "last_epoch", kind::whole, 1.0, 2.0},
    {"wear_out", "mean", kind::log, 2.0, 50.0},
    {"wear_out", "sigma", kind::sometimes, 0.0, 0.5},
    // noise
    {"", "bandwidth_hz", kind::log, 1e8, 1e12},
    {"", "temperature_k", kind::linear, 200.0, 400.0},
    {"lumped", "relative", kind::sometimes, 0.0, 0.1},
    {"lumped", "absolute_s", kind::sometimes, 0.0, 1e-6},
    {"telegraph", "a", kind::sometimes, 1e-8, 2e-7},
    {"telegraph", "b", kind::sometimes, 0.0, 0.3},
    {"telegraph", "probability", kind::linear, 0.0, 1.0},
    {"telegraph", "dwell_images", kind::whole, 1.0, 40.0},
    {"", "clamp", kind::whole, 0.0, 1.0},
    {"telegraph", "largest_change", kind::linear, 0.1, 0.9},
    {"injected", "grain", kind::whole, 0.0, 1.0},
    {"injected", "scale", kind::sometimes, 0.0, 2.0},
    {"injected", "mean", kind::whole, 0.0, 1.0},
    {"pytorx_noise", "level_step_s", kind::sometimes, 0.0, 3e-6},
    {"pytorx_noise", "telegraph", kind::whole, 0.0, 1.0},
    {"pytorx_noise", "as_published", kind::whole, 0.0, 1.0},
    {"pytorx_noise", "volts_factor", kind::log, 0.1, 10.0},
    {"pytorx_noise", "images_per_forward", kind::whole, 1.0, 40.0},
    // wires
    {"", "word_line_ohm", kind::sometimes, 0.0, 20.0},
    {"", "bit_line_ohm", kind::sometimes, 0.0, 20.0},
    {"", "driver_ohm", kind::sometimes, 0.0, 100.0},
    {"", "sense_ohm", kind::sometimes, 0.0, 100.0},
    {"", "drive", kind::whole, 0.0, 1.0},
    {"", "sense", kind::whole, 0.0, 1.0},
    // converters
    {"uniform_adc", "bits", kind::whole, 2.0, 11.0},
    {"uniform_adc", "symmetric", kind::whole, 0.0, 1.0},
    {"uniform_adc", "gain_sigma", kind::sometimes, 0.0, 0.05},
    {"uniform_adc", "offset_sigma", kind::sometimes, 0.0, 1.0},
    {"given_range", "low", kind::linear, -40.0, 0.0},
    {"given_range", "high", kind::linear, 1.0, 80.0},
    {"calibrated", "rule", kind::whole, 0.0, 1.0},
    {"calibrated", "share", kind::linear, 0.8, 1.0},
    {"calibrated", "grain", kind::whole, 0.0, 2.0},
    // mappings
    {"bit_sliced", "fraction_bits", kind::whole, 4.0, 8.0},
    {"bit_sliced", "scale", kind::log, 0.5, 2.0},
    {"bit_sliced", "fitted", kind::whole, 0.0, 1.0},
    {"column_masked", "rows", kind::whole, 1.0, 24.0},
    {"", "horizontal_slices", kind::whole, 0.0, 1.0},
    {"", "reuse_slices", kind::whole, 0.0, 1.0},
    {"", "share_tiles", kind::whole, 0.0, 1.0},
    {"largest_per_column", "nonzeros", kind::whole, 1.0, 12.0},
    {"", "share", kind::linear, 0.2, 0.9},
    {"an_code", "zeroes", kind::whole, 0.0, 1.0},
    {"geometry", "cols", kind::whole, 24.0, 64.0},
    // dataflows
    {"", "separate_arrays", kind::whole, 0.0, 1.0},
    {"activation_arrays", "samples", kind::sometimes, 1.0, 40.0},
    {"", "packed", kind::whole, 0.0, 1.0},
    {"", "changed_cells_only", kind::whole, 0.0, 1.0},
    {"", "absolute", kind::sometimes, 0.0, 0.1},
    {"", "relative", kind::sometimes, 0.0, 0.4},
    {"", "whole_crossbars", kind::whole, 0.0, 1.0},
    {"elided_slices", "slices", kind::whole, 0.0, 2.0},
    {"elided_slices", "stochastic", kind::whole, 0.0, 1.0},
    {"sampled_rows", "thinning", kind::sometimes, 0.5, 4.0},
    // update rules
    {"sgd", "learning_rate", kind::log, 0.005, 1.0},
    {"sgd", "momentum", kind::sometimes, 0.0, 0.95},
    {"adam", "learning_rate", kind::log, 0.001, 0.1},
    {"adam", "beta1", kind::linear, 0.5, 0.95},
    {"adam", "beta2", kind::linear, 0.8, 0.999},
    {"adam", "epsilon", kind::log, 1e-9, 1e-4},
    {"", "weight_decay", kind::sometimes, 0.0, 0.05},
    {"threshold_training", "theta", kind::sometimes, 0.0, 0.5},
    {"", "theta", kind::sometimes, 0.05, 2.0},
    {"accumulated_rows", "codes", kind::sometimes, 0.0, 3.0},
    {"admm", "pull", kind::sometimes, 0.0, 0.02},
    {"admm", "growth", kind::linear, 1.0, 2.0},
    {"admm", "largest_pull", kind::linear, 0.02, 0.1},
    {"admm", "every", kind::whole, 1.0, 5.0},
};

} // namespace

// Explicit multiply-adds: builds whose compilers contract others have to draw the same numbers.

double draws::number(std::string_view policy, std::string_view field) {
    const std::string_view family = policy.substr(0, policy.find('<'));
    // Those that a range does not say well.
    if (field == "on_off_ratio") {
        return chance(0.4f) ? std::numeric_limits<double>::infinity() : 3.0 * std::exp(6.0 * static_cast<double>(uniform()));
    }
    if (family == "geometry" && field == "rows") {
        constexpr int rows[] = {1, 3, 7, 8, 16, 16, 17, 32, 32, 48, 64};
        return rows[below(std::size(rows))];
    }
    if (field == "copies") {
        return static_cast<double>(1u << below(3));
    }
    if (field == "full_scale") {
        return chance(0.6f) ? 0.0 : std::ldexp(1.0, static_cast<int>(below(4)) - 1);
    }
    for (const drawn_field& f : fields) {
        if (f.name != field || (!f.policy.empty() && f.policy != family)) {
            continue;
        }
        const auto u = static_cast<double>(uniform());
        switch (f.how) {
        case kind::linear:
            return std::fma(f.high - f.low, u, f.low);
        case kind::log:
            return f.low * std::exp(std::log(f.high / f.low) * u);
        case kind::whole:
            return f.low + std::floor((f.high - f.low + 1.0) * u);
        case kind::sometimes:
            return u < 0.4 ? 0.0 : std::fma(f.high - f.low, (u - 0.4) / 0.6, f.low);
        }
    }
    fail("differential", text(policy, "::", field), "a range to draw it from in draws.cpp", "none");
}

void draws::fill(shared_fault_array& to, const std::string&, std::string_view) {
    fault_array stock{.arrays = between(1, 3), .rows = between(4, 40), .cols = between(4, 40), .levels = {}};
    const float share = 0.2f * uniform();
    for (index_t i = 0; i < stock.arrays * stock.rows * stock.cols; ++i) {
        stock.levels.push_back(chance(share) ? static_cast<std::int32_t>(below(2)) : healthy);
    }
    to.array = std::make_shared<const fault_array>(std::move(stock));
}

void draws::levels(std::span<float> to, std::string_view policy, std::string_view field) {
    if (field == "position") { // rising, from 0 to the last
        for (std::size_t i = 0; i < to.size(); ++i) {
            to[i] = static_cast<float>(i) + (i > 0 && i + 1 < to.size() ? std::fma(0.8f, uniform(), -0.4f) : 0.0f);
        }
    } else if (field == "sigma") {
        const float size = chance(0.3f) ? 0.0f : 0.1f;
        for (float& sigma : to) {
            sigma = size * uniform();
        }
    } else {
        fail("differential", text(policy, "::", field), "a way to draw its levels in draws.cpp", "none");
    }
}

std::vector<double> draws::ascending() {
    std::vector<double> result{-30.0 * static_cast<double>(uniform())};
    for (index_t n = between(1, 40); n > 0; --n) {
        result.push_back(std::fma(3.0, static_cast<double>(uniform()), result.back() + 0.01));
    }
    return result;
}

} // namespace rcim_differential
