/// @file
/// How fast LeNet-5, VGG-8 and ResNet-20 train, ideal and on a faulty chip (or through converters, and through smaller ones of pruned columns), beside OpenBLAS sgemm and a loop of pure
/// multiply-adds in the same rounds. What is timed is a training step as `fit` does it: shuffle, loading of the batch, forward,
/// loss, backward, update; no evaluation.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/compat/simd.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/lossless.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/cifar.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/pruned.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include "harness.hpp"

#ifdef RCIM_BENCH_OPENBLAS
#include <cblas.h>
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace rcim;
using namespace rcim_bench;

/// Counts the crossbar weights that it is shown.
class weight_counter : public archive {
public:
    index_t weights = 0;

protected:
    void on_array(const array&) override {}
    void on_derived(const array& a) override {
        if (a.name.ends_with("effective_weight")) {
            weights += a.shape[0] * a.shape[1];
        }
    }
};

/// Operations of training on one image: forward, gradient by the weights, and gradient by the input of all layers with weights but
/// the first; a multiply-add counts two. Every weight of a layer is used once at each position of the layer's output, which holds
/// for dense layers, convolutions and residual blocks whose stride is in their first convolution. The usual count, in which zeros of
/// the padding are multiplied as in an unfolded product; the kernels leave them out, which is a sixth of a 3 x 3 convolution on 8 x 8.
[[maybe_unused]] double operations_per_image(network& net) {
    double operations = 0.0;
    map_shape shape = net.input_shape();
    for (std::size_t i = 0; i < net.size(); ++i) {
        shape = net[i].output_shape(shape);
        weight_counter counter;
        net[i].visit(counter);
        const double products = static_cast<double>(counter.weights * shape.plane());
        operations += 2.0 * (operations == 0.0 ? 2.0 : 3.0) * products;
    }
    return operations;
}

#ifdef RCIM_BENCH_OPENBLAS
/// GFLOP/s of a product of 1024 x 1152 by 1152 x 256.
double sgemm_rate() {
    constexpr int m = 1024, k = 1152, n = 256;
    static const aligned_vector<float> a(m * k, 0.5f), b(k * n, 0.25f);
    static aligned_vector<float> c(m * n);
    openblas_set_num_threads(1);
    return 2e-9 * m * k * n * calls_per_second([] {
               cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0f, a.data(), k, b.data(), n, 0.0f, c.data(),
                           n);
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

constexpr sgd rule{.learning_rate = 0.02f};

/// A chip with 16-bit weights on pairs of 2-bit cells, of which some are stuck.
auto faulty_chip(float p_stuck_hrs, float p_stuck_lrs) {
    return design<>{}
        .with(multilevel_cell<2>{})
        .with(bit_sliced<16, differential>{.fraction_bits = 12})
        .with(stuck_at{.p_stuck_hrs = p_stuck_hrs, .p_stuck_lrs = p_stuck_lrs})
        .with(clipped_on_use<sgd>{.theta = 0.25f, .inner = rule});
}

/// 8-bit weights read through converters: of eight bits over all that a full column can add up to, which lose, or of five bits for columns of
/// which eight weights in 128 are kept, which lose nothing.
auto converted_chip() {
    return design<>{}.with(multilevel_cell<2>{}).with(geometry<128, 128>{}).with(bit_serial_dac<8>{}).with(rule);
}
auto lossy_chip() {
    return converted_chip().with(bit_sliced<8, differential>{.fraction_bits = 8}).with(uniform_adc<8>{});
}
auto pruned_chip() {
    return converted_chip()
        .with(column_pruned<8, bit_sliced<8, differential>>{.map = {.fraction_bits = 8}})
        .with(uniform_adc<lossless_bits(8, 2, 1), unit_lsb>{});
}

/// One network on two chips, and the images that one measurement trains on.
struct subject {
    std::string name;
    std::array<std::string, 2> chips;
    network base, other;
    std::shared_ptr<const dataset> data;
    double seconds; ///< least time of a measurement
};

/// Images of noise in the shape of CIFAR-10: what they show does not change the time.
dataset colour_noise(index_t count, std::uint64_t seed) {
    image_set set{{3, 32, 32}, 10, {}, {}};
    const random_source source(seed, purpose::test);
    for (index_t i = 0; i < count; ++i) {
        set.labels.push_back(static_cast<std::uint8_t>(i % set.classes));
    }
    for (index_t i = 0; i < count * set.shape.size(); ++i) {
        set.images.push_back(static_cast<std::uint8_t>(source.below(static_cast<std::uint64_t>(i), 256)));
    }
    return {"noise", set, set, {0.5f, 0.5f, 0.5f}, {0.29f, 0.29f, 0.29f}};
}

std::vector<subject> subjects(const std::vector<std::string>& names, bool converters, const std::string& cifar, bool smoke,
                              std::uint64_t seed) {
    const auto wanted = [&](const char* name) {
        return std::any_of(names.begin(), names.end(), [&](const std::string& n) { return n == name || n == "all"; });
    };
    const std::array<std::string, 2> chips = converters ? std::array<std::string, 2>{"through 8 bits", "pruned, 5 bits"}
                                                        : std::array<std::string, 2>{"ideal", "faulty"};
    std::vector<subject> list;
    const auto add = [&](const char* name, auto&& build, double p_stuck_hrs, double p_stuck_lrs,
                         std::shared_ptr<const dataset> data, double seconds) {
        if (converters) {
            list.push_back({name, chips, build(lossy_chip()), build(pruned_chip()), std::move(data), seconds});
        } else {
            list.push_back({name, chips, build(design<>{}.with(rule)),
                            build(faulty_chip(static_cast<float>(p_stuck_hrs), static_cast<float>(p_stuck_lrs))),
                            std::move(data), seconds});
        }
    };
    if (wanted("lenet5")) {
        add(
            "lenet5", [&](const auto& chip) { return lenet5(chip, seed); }, 0.0904, 0.0175,
            std::make_shared<const dataset>(procedural_digits({.train = smoke ? 1024 : 4096, .test = 10, .seed = seed})), 0.1);
    }
    if (!wanted("vgg8") && !wanted("resnet20")) {
        return list;
    }
    const index_t count = smoke ? 32 : 128; // about a third of a second
    const auto colour = std::make_shared<const dataset>(
        cifar.empty() ? colour_noise(count, seed) : first(load_cifar10({cifar}, {cifar}, read_gzip), count, count));
    if (wanted("vgg8")) {
        add(
            "vgg8", [&](const auto& chip) { return vgg8(chip, seed); }, 0.009, 0.001, colour, 0.0);
    }
    if (wanted("resnet20")) {
        add(
            "resnet20", [&](const auto& chip) { return resnet20(chip, seed); }, 0.009, 0.001, colour, 0.0);
    }
    return list;
}

void run(int argc, char** argv) {
    report out("train_throughput", "Images per second of training networks on an ideal and on a faulty chip.");
    std::vector<std::string> names{"all"};
    std::string cifar;
    out.app().add_option("--net", names)->delimiter(',')->check(CLI::IsMember({"all", "lenet5", "vgg8", "resnet20"}));
    out.app()
        .add_option("--cifar", cifar,
                    "file of CIFAR-10, .bin or .bin.gz, for vgg8 and resnet20; noise of this shape if not given")
        ->check(CLI::ExistingFile);
    bool converters = false;
    out.app().add_flag(
        "--converters", converters,
        "in place of an ideal and a faulty chip one with 8-bit converters, and one with pruned columns and smaller ones");
    out.parse(argc, argv);
    const int rounds = out.smoke() ? 2 : out.brief() ? 11 : 31;
    const int threads = out.threads();
    std::vector<subject> nets = subjects(names, converters, cifar, out.smoke(), out.seed());
    thread_pool one(1), several(threads);

    const auto training = [&](network& net, const subject& s, thread_pool& pool) {
        return [&net, &s, &pool] {
            double images = 0.0, seconds = 0.0;
            do {
                const training_record record = fit(net, *s.data, {.epochs = 1, .batch = 64, .pool = &pool, .evaluate = false});
                if (!record.stopped.empty()) {
                    throw error(s.name + ": " + record.stopped);
                }
                images += static_cast<double>(s.data->train.size());
                seconds += record.epochs[0].seconds;
            } while (seconds < s.seconds);
            return images / seconds;
        };
    };
    std::vector<contender> runs{{"multiply_add", [&] { return multiply_add_rate(one); }}};
#ifdef RCIM_BENCH_OPENBLAS
    const std::size_t gemm = runs.size();
    runs.push_back({"sgemm", sgemm_rate});
#else
    std::printf("no OpenBLAS in this build: no shares of sgemm\n");
#endif
    const std::size_t single = runs.size(); // from here on the two chips of each net in turn
    for (subject& s : nets) {
        runs.push_back({s.name + " " + s.chips[0], training(s.base, s, one)});
        runs.push_back({s.name + " " + s.chips[1], training(s.other, s, one)});
    }
    const std::size_t many = runs.size();
    if (threads > 1) {
        runs.push_back({"multiply_add", [&] { return multiply_add_rate(several); }});
        for (subject& s : nets) {
            runs.push_back({s.name + " " + s.chips[0], training(s.base, s, several)});
            runs.push_back({s.name + " " + s.chips[1], training(s.other, s, several)});
        }
    }
    interleave(runs, rounds);

    const auto quartiles = [](const std::vector<double>& values) {
        const spread s = spread_of(values);
        char words[64];
        std::snprintf(words, sizeof words, "(quartiles %.3g to %.3g)", s.low, s.high);
        return std::string(words);
    };
    const auto show = [&](std::size_t fma, std::size_t begin, int count) {
        out.add({"multiply_add", count, median(runs[fma].rates), "GFLOP/s"});
#ifdef RCIM_BENCH_OPENBLAS
        if (count == 1) {
            out.add({"sgemm 1024 x 1152 x 256", 1, median(runs[gemm].rates), "GFLOP/s"});
        }
#endif
        for (std::size_t n = 0; n < nets.size(); ++n) {
            const contender& base = runs[begin + 2 * n];
            const contender& other = runs[begin + 2 * n + 1];
            for (const contender* c : {&base, &other}) {
                out.add({c->name, count, median(c->rates), "images/s"});
#ifdef RCIM_BENCH_OPENBLAS
                const std::vector<double> per = ratios(*c, runs[gemm]);
                out.add({c->name + " per sgemm", count, median(per), "images/s per GFLOP/s",
                         1e-9 * operations_per_image(nets[n].base) * median(per), "share of sgemm", quartiles(per)});
#endif
            }
            const std::vector<double> cost = ratios(other, base);
            out.add({nets[n].name + " " + nets[n].chips[1] + " / " + nets[n].chips[0], count, median(cost), "ratio",
                     median(cost), nets[n].chips[0], quartiles(cost)});
        }
    };
    show(0, single, 1);
    if (threads > 1) {
        show(many, many + 1, threads);
        const std::vector<double> pure = ratios(runs[many], runs[0]);
        out.add({"gain of multiply_add", threads, median(pure), "x one thread", std::nan(""), "", quartiles(pure)});
        for (std::size_t which = 0; which < 2 * nets.size(); ++which) {
            const std::vector<double> gain = ratios(runs[many + 1 + which], runs[single + which]);
            std::vector<double> share;
            for (std::size_t i = 0; i < gain.size(); ++i) {
                share.push_back(gain[i] / pure[i]);
            }
            out.add({"gain of " + runs[single + which].name, threads, median(gain), "x one thread", median(share),
                     "gain of multiply_add", quartiles(share)});
        }
    }
    out.finish();
}

} // namespace

int main(int argc, char** argv) {
    return rcim_bench::guarded(run, argc, argv);
}
