#pragma once

#include <rcim/noise/concept.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace rcim_test {

/// Cell n of the crossbar of this seed, asked for at this image.
inline rcim::held_cell cell_at(std::uint64_t n, std::uint64_t image = 0, double volts = 0.0, std::uint64_t seed = 11) {
    return {{seed, rcim::purpose::cell_state, 3}, n, image, volts, 0.0};
}

/// What reads find of `count` cells.
template <class N>
std::vector<double> found(const N& noise, double conductance, std::uint64_t count, double volts = 0.0, std::uint64_t image = 0) {
    std::vector<double> sample;
    for (std::uint64_t n = 0; n < count; ++n) {
        sample.push_back(noise.held(conductance, cell_at(n, image, volts)));
    }
    return sample;
}

struct moments {
    double mean = 0.0;
    double deviation = 0.0;
};
inline moments moments_of(const std::vector<double>& sample) {
    moments m;
    const auto n = static_cast<double>(sample.size());
    for (const double x : sample) {
        m.mean += x / n;
    }
    for (const double x : sample) {
        m.deviation += (x - m.mean) * (x - m.mean) / (n - 1.0);
    }
    m.deviation = std::sqrt(m.deviation);
    return m;
}

/// The text of the error that the model throws for these levels; empty: none.
template <class N>
std::string objection(const N& noise, double least, double largest) {
    try {
        noise.require_levels(least, largest);
    } catch (const rcim::error& what) {
        return what.what();
    }
    return "";
}

} // namespace rcim_test
