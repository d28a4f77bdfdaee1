#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/core/random.hpp>
#include <rcim/wire/concept.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace rcim_test {

/// A crossbar with numbers drawn for it: conductances of 0 to 100 uS, one cell in eight without any.
struct drawn_crossbar {
    rcim::index_t rows, cols;
    std::uint64_t seed;

    [[nodiscard]] std::vector<double> numbers(rcim::index_t size, std::uint32_t place, double low, double high) const {
        const rcim::random_source draws(seed, rcim::purpose::test, place);
        std::vector<double> values(static_cast<std::size_t>(size));
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = low + (high - low) * static_cast<double>(draws.uniform(i));
        }
        return values;
    }
    [[nodiscard]] std::vector<double> conductances() const {
        std::vector<double> g = numbers(rows * cols, 1, 0.0, 1e-4);
        for (std::size_t i = 3; i < g.size(); i += 8) {
            g[i] = 0.0;
        }
        return g;
    }
    [[nodiscard]] std::vector<double> voltages(std::uint32_t place) const { return numbers(rows, 10 + place, 0.0, 1.0); }
    [[nodiscard]] std::vector<double> injections() const { return numbers(rows * cols, 2, -1e-6, 1e-6); }
};

/// Odd and rising, the slope at 0 V is the conductance; ten times the chord at 1 V.
struct sinh_law {
    double volts = 0.22;
    [[nodiscard]] double current(double conductance, double v) const { return conductance * volts * std::sinh(v / volts); }
    [[nodiscard]] double slope(double conductance, double v) const { return conductance * std::cosh(v / volts); }
};
static_assert(rcim::IvLaw<sinh_law>);

/// What one read gives.
struct wire_answer {
    std::vector<double> current, cell_voltage;
};
template <rcim::WireModel W, rcim::IvLaw Law = rcim::ohmic>
wire_answer wire_read(const W& wire, const drawn_crossbar& bar, const std::vector<double>& g, const std::vector<double>& v,
                      const std::vector<double>& injected = {}, const Law& law = {}) {
    // What was there before is overwritten.
    wire_answer answer{std::vector<double>(static_cast<std::size_t>(bar.cols), 7.0),
                       std::vector<double>(static_cast<std::size_t>(bar.rows * bar.cols), 7.0)};
    wire.currents({.conductance = {g.data(), bar.rows, bar.cols},
                   .voltage = v,
                   .injected = injected,
                   .current = answer.current,
                   .cell_voltage = answer.cell_voltage},
                  law);
    return answer;
}

inline double largest_of(const std::vector<double>& x) {
    double largest = 0.0;
    for (const double a : x) {
        largest = std::max(largest, std::abs(a));
    }
    return largest;
}
/// The largest difference.
inline double apart(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(a[i] - b[i]));
    }
    return largest;
}

/// Laws of `WireModel`, `LinearWires` and `SensitiveWires`, as their header states them.
template <rcim::WireModel W>
void wire_laws(const W& wire) {
    policy_laws(wire);
    for (const std::pair<rcim::index_t, rcim::index_t> shape : {std::pair{1, 1}, {3, 5}, {17, 4}, {64, 1}, {1, 20}, {18, 33}}) {
        const drawn_crossbar bar{shape.first, shape.second, 3};
        INFO(rcim::describe(wire), " on ", bar.rows, " x ", bar.cols);
        const std::vector<double> g = bar.conductances(), a = bar.voltages(0), b = bar.voltages(1), in = bar.injections();
        const std::vector<double> off(a.size(), 0.0);

        const wire_answer dark = wire_read(wire, bar, g, off);
        CHECK(largest_of(dark.current) == 0.0);
        CHECK(largest_of(dark.cell_voltage) == 0.0);
        const wire_answer at_a = wire_read(wire, bar, g, a), at_b = wire_read(wire, bar, g, b);
        CHECK(std::all_of(at_a.current.begin(), at_a.current.end(), [](double i) { return std::isfinite(i) && i >= 0.0; }));
        CHECK(wire_read(wire, bar, g, a).current == at_a.current);
        std::vector<double> without(static_cast<std::size_t>(bar.cols));
        wire.currents({.conductance = {g.data(), bar.rows, bar.cols}, .voltage = a, .current = without}, rcim::ohmic{});
        CHECK(without == at_a.current); // asking for cell voltages changes nothing

        // Passive: sources give what the cells and, at least, no wire takes.
        const auto drawn = [&](const wire_answer& answer, const std::vector<double>& v, const auto& law) {
            double sources = 0.0, cells = 0.0;
            for (std::size_t i = 0; i < g.size(); ++i) {
                const double current = law.current(g[i], answer.cell_voltage[i]);
                sources += v[i / static_cast<std::size_t>(bar.cols)] * current;
                cells += answer.cell_voltage[i] * current;
            }
            CHECK(sources >= 0.0);
            CHECK(cells <= sources * (1.0 + 1e-12));
        };
        std::vector<double> alternating = a; // rows that are driven against each other
        for (std::size_t i = 0; i < alternating.size(); i += 2) {
            alternating[i] = -alternating[i];
        }
        drawn(at_a, a, rcim::ohmic{});
        drawn(wire_read(wire, bar, g, alternating), alternating, rcim::ohmic{});
        CHECK(wire_read(wire, bar, g, off, {}, sinh_law{}).current == std::vector<double>(static_cast<std::size_t>(bar.cols), 0.0));
        drawn(wire_read(wire, bar, g, a, {}, sinh_law{}), a, sinh_law{});

        if constexpr (W::folds) {
            std::vector<double> sums(static_cast<std::size_t>(bar.cols), 0.0);
            for (std::size_t i = 0; i < g.size(); ++i) {
                sums[i % sums.size()] += g[i] * a[i / sums.size()];
            }
            CHECK(apart(at_a.current, sums) <= 1e-13 * largest_of(sums));
        }
        if constexpr (W::folds || rcim::LinearWires<W>) {
            std::vector<double> mix(a.size());
            for (std::size_t i = 0; i < a.size(); ++i) {
                mix[i] = 2.0 * a[i] - 3.0 * b[i];
            }
            const wire_answer at_mix = wire_read(wire, bar, g, mix, in);
            const wire_answer alone = wire_read(wire, bar, g, off, in);
            std::vector<double> expected(at_mix.current.size());
            for (std::size_t c = 0; c < expected.size(); ++c) {
                expected[c] = 2.0 * at_a.current[c] - 3.0 * at_b.current[c] + alone.current[c];
            }
            CHECK(apart(at_mix.current, expected) <= 1e-11 * (5.0 * largest_of(at_a.current) + largest_of(alone.current)));
        }
        if constexpr (rcim::LinearWires<W>) {
            std::vector<double> transfer(g.size(), 7.0);
            wire.transfer({g.data(), bar.rows, bar.cols}, transfer);
            std::vector<double> expected(static_cast<std::size_t>(bar.cols), 0.0);
            for (std::size_t i = 0; i < g.size(); ++i) {
                expected[i % expected.size()] += transfer[i] * a[i / expected.size()];
            }
            CHECK(apart(at_a.current, expected) <= 1e-12 * largest_of(expected));
        }
        if constexpr (rcim::SensitiveWires<W>) {
            std::vector<double> expected(static_cast<std::size_t>(bar.cols), 0.0);
            std::vector<int> visited(a.size(), 0);
            wire.sensitivities(rcim::matrix_view<const double>(g.data(), bar.rows, bar.cols),
                               [&](rcim::index_t row, rcim::matrix_view<const double> s) {
                                   ++visited[static_cast<std::size_t>(row)];
                                   for (rcim::index_t c = 0; c < bar.cols; ++c) {
                                       for (rcim::index_t k = 0; k < bar.cols; ++k) {
                                           const double injected = in[static_cast<std::size_t>(row * bar.cols + c)];
                                           expected[static_cast<std::size_t>(k)] += s(c, k) * injected;
                                       }
                                   }
                               });
            CHECK(std::all_of(visited.begin(), visited.end(), [](int times) { return times == 1; }));
            CHECK(apart(wire_read(wire, bar, g, off, in).current, expected) <= 1e-11 * static_cast<double>(bar.rows) * largest_of(in));
        }
    }
}

} // namespace rcim_test
