/// @file
/// How fast LeNet-5 trains, ideal and on a faulty chip, beside OpenBLAS sgemm and a loop of pure multiply-adds in the same
/// rounds. What is timed is a training step as `fit` does it: shuffle, loading of the batch, forward, loss, backward, update;
/// no evaluation.

#include "harness.hpp"

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/compat/simd.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#ifdef RCIM_BENCH_OPENBLAS
#include <cblas.h>
#endif

#include <array>
#include <atomic>
#include <exception>
#include <vector>

namespace {

using namespace rcim;
using namespace rcim_bench;

/// Rows, columns and uses of one layer's weights per image.
struct layer_shape {
    index_t inputs, outputs, places;
};

/// LeNet-5 on 28 x 28 padded to 32 x 32: two convolutions of 5 x 5, each followed by pooling of 2 x 2, and three dense layers.
/// Y. LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE 86 (1998).
constexpr std::array<layer_shape, 5> lenet5_shapes() {
    constexpr index_t first = 32 - 5 + 1, second = first / 2 - 5 + 1, flat = 16 * (second / 2) * (second / 2);
    return {{{1 * 5 * 5, 6, first * first}, {6 * 5 * 5, 16, second * second}, {flat, 120, 1}, {120, 84, 1}, {84, 10, 1}}};
}

/// Forward, gradient by the weights, and gradient by the input of all layers but the first; a multiply-add counts two.
constexpr double operations_per_image() {
    index_t products = 0;
    for (const layer_shape& l : lenet5_shapes()) {
        products += 3 * l.inputs * l.outputs * l.places;
    }
    const layer_shape first = lenet5_shapes()[0];
    return 2.0 * static_cast<double>(products - first.inputs * first.outputs * first.places);
}

#ifdef RCIM_BENCH_OPENBLAS
/// GFLOP/s of a product of 1024 x 1152 by 1152 x 256.
double sgemm_rate() {
    constexpr int m = 1024, k = 1152, n = 256;
    static const aligned_vector<float> a(m * k, 0.5f), b(k * n, 0.25f);
    static aligned_vector<float> c(m * n);
    openblas_set_num_threads(1);
    return 2e-9 * m * k * n * calls_per_second([] {
               cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0f, a.data(), k, b.data(), n, 0.0f, c.data(), n);
           });
}
#endif

/// GFLOP/s of multiply-adds that never leave the registers, on all threads of the pool.
double multiply_add_rate(thread_pool& pool) {
    constexpr int repeats = 400000;
    constexpr int chains = lanes::parts == 1 ? 12 : 10 / lanes::parts; // independent, and no more than there are registers
    static std::atomic<float> sink{0.0f};
    const auto loop = [](index_t begin, index_t end) {
        for (index_t part = begin; part < end; ++part) {
            std::array<lanes, chains> sum;
            sum.fill(lanes::broadcast(1.0f));
            const lanes factor = lanes::broadcast(0.999f), term = lanes::broadcast(0.001f);
            for (int r = 0; r < repeats; ++r) {
                for (lanes& s : sum) {
                    lanes next = term;
                    next.add_product(s, factor);
                    s = next;
                }
            }
            for (const lanes& s : sum) {
                sink.store(s.sum(), std::memory_order_relaxed);
            }
        }
    };
    const double operations = 2.0 * repeats * chains * static_cast<double>(samples_per_block) * pool.size();
    return 1e-9 * operations * calls_per_second([&] { pool.run(pool.size(), loop); });
}

void run(int argc, char** argv) {
    report out("train_throughput", "Images per second of training LeNet-5 on an ideal and on a faulty chip.");
    out.parse(argc, argv);
    const int rounds = out.smoke() ? 3 : out.brief() ? 11 : 31;
    const int threads = out.threads();

    constexpr sgd rule{.learning_rate = 0.05f};
    const auto ideal = design<>{}.with(rule);
    const auto faulty = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(bit_sliced<16, differential>{.fraction_bits = 12})
                            .with(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
                            .with(clipped_on_use<sgd>{.theta = 0.25f, .inner = rule});
    network ideal_net = lenet5(ideal, out.seed());
    network faulty_net = lenet5(faulty, out.seed());
    const dataset data = procedural_digits({.train = out.smoke() ? 1024 : 4096, .test = 10, .seed = out.seed()});
    thread_pool one(1), several(threads);

    const auto training = [&](network& net, thread_pool& pool) {
        return [&] {
            double images = 0.0, seconds = 0.0;
            while (seconds < 0.1) {
                const training_record record = fit(net, data, {.epochs = 1, .batch = 64, .pool = &pool, .evaluate = false});
                if (!record.stopped.empty()) {
                    throw error(record.stopped);
                }
                images += static_cast<double>(data.train.size());
                seconds += record.epochs[0].seconds;
            }
            return images / seconds;
        };
    };
    std::vector<contender> runs{{"multiply_add", [&] { return multiply_add_rate(one); }},
                                {"ideal", training(ideal_net, one)},
                                {"faulty", training(faulty_net, one)}};
    constexpr std::size_t fma = 0, a = 1, b = 2; // on one thread, and again from `many` on
#ifdef RCIM_BENCH_OPENBLAS
    runs.push_back({"sgemm", sgemm_rate});
    constexpr std::size_t gemm = 3;
#else
    std::printf("no OpenBLAS in this build: no shares of sgemm\n");
#endif
    const std::size_t many = runs.size();
    if (threads > 1) {
        runs.push_back({"multiply_add", [&] { return multiply_add_rate(several); }});
        runs.push_back({"ideal", training(ideal_net, several)});
        runs.push_back({"faulty", training(faulty_net, several)});
    }
    interleave(runs, rounds);

    const auto quartiles = [](const std::vector<double>& values) {
        const spread s = spread_of(values);
        char words[64];
        std::snprintf(words, sizeof words, "(quartiles %.3g to %.3g)", s.low, s.high);
        return std::string(words);
    };
    const auto show = [&](std::size_t first, int count) {
        out.add({"multiply_add", count, median(runs[first + fma].rates), "GFLOP/s"});
#ifdef RCIM_BENCH_OPENBLAS
        if (first == 0) {
            out.add({"sgemm 1024 x 1152 x 256", 1, median(runs[gemm].rates), "GFLOP/s"});
        }
#endif
        for (const std::size_t which : {a, b}) {
            const contender& c = runs[first + which];
            out.add({c.name, count, median(c.rates), "images/s"});
#ifdef RCIM_BENCH_OPENBLAS
            const std::vector<double> per = ratios(c, runs[gemm]);
            out.add({c.name + " per sgemm", count, median(per), "images/s per GFLOP/s", 1e-9 * operations_per_image() * median(per),
                     "share of sgemm", quartiles(per)});
#endif
        }
        const std::vector<double> cost = ratios(runs[first + b], runs[first + a]);
        out.add({"faulty / ideal", count, median(cost), "ratio", median(cost), "ideal", quartiles(cost)});
    };
    show(0, 1);
    if (threads > 1) {
        show(many, threads);
        const std::vector<double> pure = ratios(runs[many + fma], runs[fma]);
        out.add({"gain of multiply_add", threads, median(pure), "x one thread", std::nan(""), "", quartiles(pure)});
        for (const std::size_t which : {a, b}) {
            const std::vector<double> gain = ratios(runs[many + which], runs[which]);
            std::vector<double> share;
            for (std::size_t i = 0; i < gain.size(); ++i) {
                share.push_back(gain[i] / pure[i]);
            }
            out.add({"gain of " + runs[which].name, threads, median(gain), "x one thread", median(share), "gain of multiply_add",
                     quartiles(share)});
        }
    }
    out.finish();
}

} // namespace

int main(int argc, char** argv) {
    try {
        run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
