#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/core/random.hpp>
#include <rcim/wire/concept.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace rcim_test {

/// Laws of `WireModel`, as its header states them.
template <rcim::WireModel W>
void wire_laws(const W& wire) {
    policy_laws(wire);
    const rcim::random_source draws(3, rcim::purpose::test);
    std::uint64_t draw = 0;
    for (const std::pair<rcim::index_t, rcim::index_t> shape : {std::pair{1, 1}, {3, 5}, {17, 4}, {64, 1}}) {
        const rcim::index_t rows = shape.first;
        const rcim::index_t cols = shape.second;
        INFO(rcim::describe(wire), " on ", rows, " x ", cols);
        const auto random = [&](rcim::index_t size) {
            std::vector<double> values(static_cast<std::size_t>(size));
            std::generate(values.begin(), values.end(), [&] { return static_cast<double>(draws.uniform(draw++)); });
            return values;
        };
        const auto read = [&](const std::vector<double>& g, const std::vector<double>& v) {
            // What was in `current` before is overwritten.
            std::vector<double> current(static_cast<std::size_t>(cols), 7.0);
            wire.currents({g.data(), rows, cols}, v, current);
            return current;
        };
        std::vector<double> g = random(rows * cols);
        std::for_each(g.begin(), g.end(), [](double& x) { x *= 1e-4; });
        const std::vector<double> a = random(rows), b = random(rows);
        const std::vector<double> dark = read(g, std::vector<double>(static_cast<std::size_t>(rows), 0.0));
        const std::vector<double> at_a = read(g, a), at_b = read(g, b);
        CHECK(std::all_of(dark.begin(), dark.end(), [](double i) { return i == 0.0; }));
        CHECK(std::all_of(at_a.begin(), at_a.end(), [](double i) { return std::isfinite(i) && i >= 0.0; }));
        CHECK(read(g, a) == at_a);
        if constexpr (W::folds) {
            std::vector<double> mix(a.size());
            for (std::size_t i = 0; i < a.size(); ++i) {
                mix[i] = 2.0 * a[i] - 3.0 * b[i];
            }
            const std::vector<double> at_mix = read(g, mix);
            for (std::size_t c = 0; c < at_mix.size(); ++c) {
                CHECK(std::abs(at_mix[c] - (2.0 * at_a[c] - 3.0 * at_b[c])) <= 1e-12 * (2.0 * at_a[c] + 3.0 * at_b[c]));
            }
        }
    }
}

} // namespace rcim_test
