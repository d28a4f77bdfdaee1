#include <rcim/core/random.hpp>
#include <rcim/wire/nodal.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace rcim;

namespace severity_tests {

/// Slope of the differential currents of an n x n pair through wires against ideal ones: weights N(0, 1) scaled to 127 codes, inputs N(0, 1) of
/// which the negative ones are zero, 8 vectors.
double slope(index_t n, double least_siemens, double segment_ohm) {
    constexpr double largest = 3.33e-4;
    const random_source source(11, purpose::test);
    const auto cells = static_cast<std::size_t>(n * n);
    std::vector<double> weight(cells);
    double top = 0.0;
    for (std::size_t i = 0; i < cells; ++i) {
        weight[i] = source.normal(i);
        top = std::max(top, std::abs(weight[i]));
    }
    std::vector<double> conductance[2];
    for (const int sign : {1, -1}) {
        auto& g = conductance[sign == 1 ? 0 : 1];
        for (const double w : weight) {
            const double code = std::max(0.0, sign * std::round(w / top * 127.0));
            g.push_back(least_siemens + code * (largest - least_siemens) / 128.0);
        }
    }
    const nodal wires{.word_line_ohm = segment_ohm, .bit_line_ohm = segment_ohm, .driver_ohm = 4.0, .sense_ohm = 4.0};
    std::vector<double> transfer[2];
    for (int a = 0; a < 2; ++a) {
        transfer[a].resize(cells);
        wires.transfer({conductance[a].data(), n, n}, transfer[a]);
    }
    double product = 0.0;
    double square = 0.0;
    for (index_t vector = 0; vector < 8; ++vector) {
        std::vector<double> ideal(static_cast<std::size_t>(n), 0.0);
        std::vector<double> found = ideal;
        for (index_t r = 0; r < n; ++r) {
            const double v = std::max(0.0, source.normal(cells + static_cast<std::size_t>(vector * n + r)));
            for (index_t c = 0; c < n; ++c) {
                const auto at = static_cast<std::size_t>(r * n + c);
                ideal[static_cast<std::size_t>(c)] += (conductance[0][at] - conductance[1][at]) * v;
                found[static_cast<std::size_t>(c)] += (transfer[0][at] - transfer[1][at]) * v;
            }
        }
        for (std::size_t c = 0; c < ideal.size(); ++c) {
            product += ideal[c] * found[c];
            square += ideal[c] * ideal[c];
        }
    }
    return product / square;
}

TEST_CASE("nodal: severity of IR drop as measured with PytorX's circuit (He et al., DAC 2019), other random numbers") {
    // run.sh: 0.898, 0.739; mnist.py: 0.480, 0.191 at 32 and 64.
    CHECK(slope(32, 3.33e-8, 1.0 / 0.375) == doctest::Approx(0.898).epsilon(0.02));
    CHECK(slope(64, 3.33e-8, 1.0 / 0.375) == doctest::Approx(0.739).epsilon(0.04));
    CHECK(slope(32, 3.33e-7, 28.0) == doctest::Approx(0.480).epsilon(0.06));
    CHECK(slope(64, 3.33e-7, 28.0) == doctest::Approx(0.191).epsilon(0.10));
}

} // namespace severity_tests
