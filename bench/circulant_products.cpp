/// @file
/// Products of block-circulant layers with the expanded matrix and in the frequency domain: a whole step each (weights made anew, forward, errors, weight
/// gradient reduced to the vectors), by size of blocks, interleaved.

#include <rcim/core/aligned.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/circulant_matrix.hpp>
#include <rcim/kernel/circulant_product.hpp>
#include <rcim/kernel/convolution.hpp>
#include <rcim/kernel/dense.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness.hpp"

namespace {

using namespace rcim;
using namespace rcim_bench;

constexpr index_t blocks = 4; // of 16 samples

aligned_vector<float> random_numbers(index_t count, std::uint64_t seed) {
    const random_source draw(seed, purpose::test);
    aligned_vector<float> numbers(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = 2.0f * draw.uniform(i) - 1.0f;
    }
    return numbers;
}
index_t stride_of(index_t inputs) {
    return (inputs + samples_per_block - 1) / samples_per_block * samples_per_block;
}

/// The numbers of one layer and both ways to its products.
template <index_t K, class Kernel>
class subject {
public:
    template <class Make>
    subject(const kernel::circulant_extents& e, Make&& make)
        : matrix_{K, 1, e.outputs, e.channels, e.taps}, stride_(stride_of(matrix_.stored_inputs())),
          full_stride_(stride_of(matrix_.inputs())), w_(random_numbers(matrix_.stored_outputs() * stride_, 1)), dw_(w_.size()),
          full_(static_cast<std::size_t>(e.outputs * full_stride_)), full_dw_(full_.size()),
          x_(random_numbers(blocks * samples_per_block * e.channels * e.in_plane, 2)), dx_(x_.size()),
          dy_(random_numbers(blocks * samples_per_block * e.outputs * e.out_plane, 3)), y_(dy_.size()),
          kernel_(make(e.channels, e.outputs, full_stride_)), product_(e, make) {}

    void expanded(thread_pool& pool) {
        matrix_.expand({w_.data(), matrix_.stored_outputs(), matrix_.stored_inputs(), stride_}, full_.data(), full_stride_,
                       &pool);
        kernel_.forward(full_.data(), nullptr, x_.data(), y_.data(), blocks, pool);
        kernel_.input_gradient(full_.data(), dy_.data(), dx_.data(), blocks, pool);
        kernel_.weight_gradient(x_.data(), dy_.data(), full_dw_.data(), blocks, pool);
        matrix_.reduce(full_dw_.data(), full_stride_, dw_.data(), stride_, pool);
    }
    void in_frequencies(thread_pool& pool) {
        product_.take(w_.data(), stride_, pool);
        product_.forward(nullptr, x_.data(), y_.data(), blocks, pool);
        product_.input_gradient(dy_.data(), dx_.data(), blocks, pool);
        product_.weight_gradient(x_.data(), dy_.data(), dw_.data(), stride_, blocks, pool);
    }

private:
    circulant_matrix matrix_;
    index_t stride_, full_stride_;
    aligned_vector<float> w_, dw_, full_, full_dw_, x_, dx_, dy_, y_;
    Kernel kernel_;
    kernel::circulant_product<K, Kernel> product_;
};

template <index_t K, class Kernel, class Make>
void add(std::vector<contender>& runs, const std::string& name, const kernel::circulant_extents& e, thread_pool& pool,
         double seconds, Make&& make) {
    const auto both = std::make_shared<subject<K, Kernel>>(e, make);
    const std::string label = rcim::text(name, ", K ", K);
    runs.push_back({label + " expanded", [=, &pool] { return calls_per_second([&] { both->expanded(pool); }, seconds); }});
    runs.push_back(
        {label + " in frequencies", [=, &pool] { return calls_per_second([&] { both->in_frequencies(pool); }, seconds); }});
}

template <index_t... K>
void add_all(std::vector<contender>& runs, thread_pool& pool, bool smoke, std::integer_sequence<index_t, K...>) {
    const double seconds = smoke ? 0.0 : 0.05;
    const index_t width = smoke ? 16 : 128;
    const auto convolution = [](index_t channels, index_t outputs, index_t stride) {
        return kernel::convolution(
            {.in = {channels, 8, 8}, .out_channels = outputs, .kernel_height = 3, .kernel_width = 3, .stride = 1, .padding = 1},
            stride);
    };
    const kernel::circulant_extents maps{.outputs = width, .channels = width, .taps = 9, .in_plane = 64, .out_plane = 64};
    (add<K, kernel::convolution>(runs, rcim::text("conv2d ", width, " -> ", width, ", 3 x 3, 8 x 8"), maps, pool, seconds,
                                 convolution),
     ...);
    const auto whole = [](index_t channels, index_t outputs, index_t stride) {
        return kernel::dense(channels, outputs, stride);
    };
    const index_t features = smoke ? 64 : 1024;
    const kernel::circulant_extents vectors{
        .outputs = features, .channels = features, .taps = 1, .in_plane = 1, .out_plane = 1};
    (add<K, kernel::dense>(runs, rcim::text("dense ", features, " -> ", features), vectors, pool, seconds, whole), ...);
}

void run(int argc, char** argv) {
    report out("circulant_products", "Steps of block-circulant layers with the expanded matrix and in the frequency domain.");
    out.parse(argc, argv);
    thread_pool pool(1);
    std::vector<contender> runs;
    add_all(runs, pool, out.smoke(), std::integer_sequence<index_t, 2, 4, 8, 16, 64>{});
    interleave(runs, out.smoke() ? 2 : out.brief() ? 11 : 31);
    for (std::size_t i = 0; i < runs.size(); i += 2) {
        for (std::size_t k = i; k < i + 2; ++k) {
            out.add({runs[k].name, 1, 1e3 / median(runs[k].rates), "ms a step"});
        }
        out.add({runs[i + 1].name, 1, median(ratios(runs[i + 1], runs[i])), "x as fast as expanded"});
    }
    out.finish();
}

} // namespace

int main(int argc, char** argv) {
    return rcim_bench::guarded(run, argc, argv);
}
