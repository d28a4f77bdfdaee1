#include <nn/converted.hpp>

#include <nn/gradient_check.hpp>
#include <rcim/core/random.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace rcim_test {

using namespace rcim;

namespace {

/// The largest difference of two batches in the samples that exist, relative to the largest number of the second; 0 if equal bit by bit.
double difference(const batch_tensor& a, const batch_tensor& b) {
    double largest = 1e-30;
    double worst = 0.0;
    for (index_t n = 0; n < b.samples(); ++n) {
        for (index_t f = 0; f < b.shape().size(); ++f) {
            const auto x = static_cast<double>(a.at(n, f));
            const auto y = static_cast<double>(b.at(n, f));
            largest = std::max(largest, std::abs(y));
            worst = std::max(worst, x == y ? 0.0 : std::isnan(x - y) ? std::numeric_limits<double>::infinity() : std::abs(x - y));
        }
    }
    return worst / largest;
}

} // namespace

void compare_layers(layer_pair& pair, const map_shape& input, index_t outputs, index_t inputs, std::uint64_t seed, double tolerance,
                    case_count& count) {
    const random_source draw(seed, purpose::weight_initialisation, 1);
    // Beyond the format too, so that words saturate.
    std::vector<float> w(static_cast<std::size_t>(outputs * inputs));
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = (2.2f * draw.uniform(i) - 1.1f) * pair.largest_weight();
    }
    pair.program({w.data(), outputs, inputs});
    static thread_pool pool(2);
    const pass_context context{pool, true, 1, 0};
    const auto samples = static_cast<index_t>(1 + seed % 19);
    const batch_tensor x = random_batch(input, samples, seed);
    batch_tensor y, expected;
    pair.fast().forward(x, y, context);
    pair.judge().forward(x, expected, context);
    batch_tensor dy = random_batch(y.shape(), samples, seed + 1);
    for (index_t n = samples; n < dy.blocks() * samples_per_block; ++n) {
        for (index_t f = 0; f < dy.shape().size(); ++f) {
            dy.at(n, f) = 0.0f;
        }
    }
    batch_tensor dx, expected_dx;
    pair.fast().backward(x, y, dy, &dx, context);
    pair.judge().backward(x, expected, dy, &expected_dx, context);
    const double worst = std::max(difference(y, expected), difference(dx, expected_dx));
    ++count.cases;
    count.wrong += worst > tolerance ? 1 : 0;
    if (worst > tolerance && (tolerance == 0.0 || count.wrong == 1)) {
        MESSAGE(pair.describe() << ", seed " << seed << ": " << difference(y, expected) << " in y, " << difference(dx, expected_dx) << " in dx");
    }
}

} // namespace rcim_test
