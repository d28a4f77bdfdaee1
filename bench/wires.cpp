/// @file
/// What resistive wires cost: transfer matrices of whole arrays, exact and in closed form, beside a sparse Cholesky solver (Eigen's
/// SimplicialLLT) on the same network in the same rounds, and beside a loop of multiply-adds. And how far the closed form is off.

#include <rcim/compat/simd.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/mapping/symmetric.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/thermal.hpp>
#include <rcim/wire/first_order.hpp>
#include <rcim/wire/nodal.hpp>

#include "harness.hpp"

#ifdef RCIM_BENCH_EIGEN
#include <Eigen/Sparse>
#include <Eigen/SparseCholesky>
#endif

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rcim;
using namespace rcim_bench;

constexpr double lowest = 1.0 / 300e3, highest = 1.0 / 3e3; ///< siemens

struct array {
    index_t rows, cols;
    std::vector<double> conductance;

    [[nodiscard]] matrix_view<const double> view() const { return {conductance.data(), rows, cols}; }
};
/// Conductances uniform from 1 / (300 kohm) to 1 / (3 kohm).
array array_of(index_t rows, index_t cols, std::uint64_t seed) {
    const random_source source(seed, purpose::test);
    array a{rows, cols, std::vector<double>(static_cast<std::size_t>(rows * cols))};
    for (std::size_t i = 0; i < a.conductance.size(); ++i) {
        a.conductance[i] = lowest + (highest - lowest) * static_cast<double>(source.uniform(i));
    }
    return a;
}

template <class W>
std::vector<double> transfer_of(const W& wire, const array& a) {
    std::vector<double> t(a.conductance.size());
    wire.transfer(a.view(), t);
    return t;
}
template <class W>
W of_ohm(double ohm) {
    return {.word_line_ohm = ohm, .bit_line_ohm = ohm, .driver_ohm = ohm, .sense_ohm = ohm};
}

std::function<double()> rate_of(std::function<void()> body) {
    return [=] { return calls_per_second(body); };
}

/// Multiply-adds of doubles that never leave the registers, per second, on all threads of the pool.
double multiply_add_rate(thread_pool& pool) {
    static std::atomic<double> sink{0.0};
    constexpr int chains = 12, repeats = 200000;
    return calls_per_second([&] {
               pool.run(pool.size(), [](index_t, index_t) {
                   double_register sum[chains];
                   for (int i = 0; i < chains; ++i) {
                       sum[i] = double_register::broadcast(1.0 + i);
                   }
                   const double_register factor = double_register::broadcast(0.999), term = double_register::broadcast(0.001);
                   for (int r = 0; r < repeats; ++r) {
                       for (double_register& s : sum) {
                           double_register next = term;
                           next.add_product(s, factor);
                           s = next;
                       }
                   }
                   double numbers[double_register::width];
                   for (const double_register& s : sum) {
                       s.store_unaligned(numbers);
                       sink.store(numbers[0], std::memory_order_relaxed);
                   }
               });
           }) *
           pool.size() * chains * repeats * double_register::width;
}

#ifdef RCIM_BENCH_EIGEN
/// The transfer matrix by sparse Cholesky of the 2 R C nodes: a factorisation and a solve for each row. Largest relative difference to
/// `expected`.
double sparse_transfer(const array& a, const nodal& wire, const std::vector<double>* expected) {
    const index_t rows = a.rows, cols = a.cols;
    const auto word = [&](index_t r, index_t c) { return static_cast<int>(r * cols + c); };
    const auto bit = [&](index_t r, index_t c) { return static_cast<int>((rows + r) * cols + c); };
    std::vector<Eigen::Triplet<double>> entries;
    Eigen::VectorXd diagonal = Eigen::VectorXd::Zero(2 * rows * cols);
    const auto join = [&](int x, int y, double siemens) {
        entries.emplace_back(std::max(x, y), std::min(x, y), -siemens);
        diagonal[x] += siemens;
        diagonal[y] += siemens;
    };
    for (index_t r = 0; r < rows; ++r) {
        for (index_t c = 0; c < cols; ++c) {
            join(word(r, c), bit(r, c), a.view()(r, c));
            if (c + 1 < cols) {
                join(word(r, c), word(r, c + 1), 1.0 / wire.word_line_ohm);
            }
            if (r + 1 < rows) {
                join(bit(r, c), bit(r + 1, c), 1.0 / wire.bit_line_ohm);
            }
        }
        diagonal[word(r, 0)] += 1.0 / wire.driver_ohm;
    }
    for (index_t c = 0; c < cols; ++c) {
        diagonal[bit(rows - 1, c)] += 1.0 / wire.sense_ohm;
    }
    for (index_t k = 0; k < diagonal.size(); ++k) {
        entries.emplace_back(static_cast<int>(k), static_cast<int>(k), diagonal[k]);
    }
    Eigen::SparseMatrix<double> matrix(2 * rows * cols, 2 * rows * cols);
    matrix.setFromTriplets(entries.begin(), entries.end());
    const Eigen::SimplicialLLT<Eigen::SparseMatrix<double>, Eigen::Lower> solver(matrix);
    double worst = 0.0;
    Eigen::VectorXd source = Eigen::VectorXd::Zero(2 * rows * cols);
    for (index_t r = 0; r < rows; ++r) {
        source[word(r, 0)] = 1.0 / wire.driver_ohm;
        const Eigen::VectorXd volts = solver.solve(source);
        source[word(r, 0)] = 0.0;
        for (index_t c = 0; c < cols; ++c) {
            const double current = volts[bit(rows - 1, c)] / wire.sense_ohm;
            const auto cell = static_cast<std::size_t>(r * cols + c);
            worst = std::max(worst, expected == nullptr ? current : std::abs(current / (*expected)[cell] - 1.0));
        }
    }
    return worst;
}
#endif

/// Adds one row with quartiles of what a contender takes, in ms.
row time_row(const std::string& name, const contender& c) {
    std::vector<double> times;
    for (const double rate : c.rates) {
        times.push_back(1e3 / rate);
    }
    const spread around = spread_of(times);
    char words[64];
    std::snprintf(words, sizeof words, "(quartiles %.4g to %.4g)", around.low, around.high);
    return {name, 1, around.middle, "ms", std::nan(""), "", words};
}

void costs(report& out) {
    const std::vector<index_t> sizes = out.smoke() ? std::vector<index_t>{32, 64} : std::vector<index_t>{64, 128, 256};
    const index_t yardstick = out.smoke() ? 32 : 128; // of the sparse solver, sensitivities and a read
    const nodal wire;
    std::vector<array> arrays;
    for (const index_t n : sizes) {
        arrays.push_back(array_of(n, n, out.seed()));
    }
    const array judged = array_of(yardstick, yardstick, out.seed());
    const std::vector<double> exact = transfer_of(wire, judged);
    thread_pool one(1);

    std::vector<contender> runs;
    for (const array& a : arrays) {
        runs.push_back({"transfer", rate_of([&] { transfer_of(wire, a); })});
    }
    const std::size_t fma = runs.size();
    runs.push_back({"multiply_add", [&] { return multiply_add_rate(one); }});
    const std::size_t at_yardstick = runs.size();
    runs.push_back({"transfer", rate_of([&] { transfer_of(wire, judged); })});
    const std::size_t sensitive = runs.size();
    runs.push_back({"sensitivities", rate_of([&] {
                        double sum = 0.0;
                        wire.sensitivities(judged.view(), [&](index_t, matrix_view<const double> s) { sum += s(0, 0); });
                        if (!(sum > 0.0)) {
                            fail("bench_wires", "sensitivities", "positive numbers", text(sum));
                        }
                    })});
    const std::size_t reading = runs.size();
    const std::vector<double> volts(static_cast<std::size_t>(yardstick), 0.2);
    std::vector<double> current(static_cast<std::size_t>(yardstick));
    runs.push_back({"currents", rate_of([&] {
                        wire.currents({.conductance = judged.view(), .voltage = volts, .current = current}, ohmic{});
                    })});
    const std::size_t closed = runs.size();
    runs.push_back({"first_order", rate_of([&] { transfer_of(first_order{}, judged); })});
#ifdef RCIM_BENCH_EIGEN
    const std::size_t sparse = runs.size();
    runs.push_back({"sparse Cholesky", rate_of([&] { sparse_transfer(judged, wire, nullptr); })});
#endif
    interleave(runs, out.smoke() ? 1 : 9);

    for (std::size_t i = 0; i < arrays.size(); ++i) {
        const double n = static_cast<double>(arrays[i].rows);
        const std::string name = text("transfer ", arrays[i].rows, " x ", arrays[i].cols);
        row r = time_row(name, runs[i]);
        if (i > 0) {
            r.ratio = median(ratios(runs[i - 1], runs[i]));
            r.reference = text("times that of ", arrays[i - 1].rows, " x ", arrays[i - 1].cols);
        }
        out.add(r);
        // 2 N^4 operations are N^4 multiply-adds.
        const double work = std::pow(n, 4.0);
        out.add({name, 1, 2e-9 * work * median(runs[i].rates), "GFLOP/s (2 N^4)", work * median(ratios(runs[i], runs[fma])), "of multiply_add"});
    }
    out.add({"multiply_add", 1, 2e-9 * median(runs[fma].rates), "GFLOP/s"});
    const std::string size = text(" ", yardstick, " x ", yardstick);
    const auto against_transfer = [&](const std::string& name, std::size_t which) {
        row r = time_row(name + size, runs[which]);
        r.ratio = median(ratios(runs[at_yardstick], runs[which]));
        r.reference = "times the transfer";
        out.add(r);
    };
    against_transfer("sensitivities", sensitive);
    against_transfer("currents of one read", reading);
    against_transfer("first_order's transfer", closed);
#ifdef RCIM_BENCH_EIGEN
    against_transfer(text("sparse Cholesky, ", yardstick, " solves,"), sparse);
    out.add({"sparse Cholesky to transfer" + size, 1, sparse_transfer(judged, wire, &exact), "largest relative difference"});
#else
    std::printf("built without Eigen: no ratio to a sparse solver\n");
#endif
}

/// How far a column's current is off for inputs uniform in [0, 1), and how much of it the wires take: docs/wires.md's table.
void errors(report& out) {
    const std::vector<index_t> sizes = out.smoke() ? std::vector<index_t>{32} : std::vector<index_t>{32, 64, 128};
    for (const index_t n : sizes) {
        const array a = array_of(n, n, out.seed());
        for (const double ohm : {1.0, 1.0 / 0.375, 5.0}) {
            const std::vector<double> exact = transfer_of(of_ohm<nodal>(ohm), a);
            const std::vector<double> closed = transfer_of(of_ohm<first_order>(ohm), a);
            const random_source source(out.seed() + 1, purpose::test);
            std::vector<double> current(static_cast<std::size_t>(n)), guess = current, ideal = current;
            double square = 0.0, squares = 0.0;
            for (std::size_t i = 0; i < exact.size(); ++i) {
                const auto column = i % static_cast<std::size_t>(n);
                const double v = source.uniform(i / static_cast<std::size_t>(n));
                current[column] += exact[i] * v;
                guess[column] += closed[i] * v;
                ideal[column] += a.conductance[i] * v;
                square += (closed[i] - exact[i]) * (closed[i] - exact[i]);
                squares += exact[i] * exact[i];
            }
            double lost = 0.0, mean = 0.0, worst = 0.0;
            for (std::size_t c = 0; c < current.size(); ++c) {
                lost += (1.0 - current[c] / ideal[c]) / static_cast<double>(n);
                mean += (guess[c] / current[c] - 1.0) / static_cast<double>(n);
                worst = std::max(worst, std::abs(guess[c] / current[c] - 1.0));
            }
            char size[64];
            std::snprintf(size, sizeof size, "%d x %d, %.3g ohm", static_cast<int>(n), static_cast<int>(n), ohm);
            out.add({text("lost in wires, ", size), 1, 100.0 * lost, "% of current"});
            out.add({text("first_order off, ", size), 1, 100.0 * worst, "% of current, worst", std::nan(""), "",
                     text("(mean ", std::round(1e4 * mean) / 100.0, " %; transfer matrix, root mean square ",
                          std::round(1e4 * std::sqrt(square / squares)) / 100.0, " %)")});
        }
    }
}

/// The tiles of 64 x 64 that hold a ResNet-20 for CIFAR-10 (0.27 M weights), two arrays each, the largest first.
std::vector<array> resnet20_arrays(std::uint64_t seed) {
    std::vector<std::pair<index_t, index_t>> layers{{27, 16}};
    for (int block = 0; block < 3; ++block) {
        const index_t width = index_t{16} << block;
        for (int conv = 0; conv < 6; ++conv) {
            layers.emplace_back(9 * (conv == 0 && block > 0 ? width / 2 : width), width);
        }
    }
    layers.emplace_back(64, 10);
    std::vector<array> arrays;
    for (const auto& [rows, cols] : layers) {
        for (index_t r = 0; r < rows; r += 64) {
            for (index_t c = 0; c < cols; c += 64) {
                for (int pair = 0; pair < 2; ++pair) {
                    arrays.push_back(array_of(std::min<index_t>(64, rows - r), std::min<index_t>(64, cols - c), seed + arrays.size()));
                }
            }
        }
    }
    std::stable_sort(arrays.begin(), arrays.end(),
                     [](const array& a, const array& b) { return a.conductance.size() > b.conductance.size(); });
    return arrays;
}

void network(report& out) {
    const std::vector<array> arrays = resnet20_arrays(out.seed());
    const nodal wire;
    const auto solve = [&](thread_pool& pool) {
        // Dealt out by turns, so that each thread has its share of large ones.
        pool.run(pool.size(), [&](index_t begin, index_t end) {
            for (index_t rank = begin; rank < end; ++rank) {
                for (auto i = static_cast<std::size_t>(rank); i < arrays.size(); i += static_cast<std::size_t>(pool.size())) {
                    transfer_of(wire, arrays[i]);
                }
            }
        });
    };
    thread_pool one(1), several(out.threads());
    std::vector<contender> runs{{"one", rate_of([&] { solve(one); })},
                                {"several", rate_of([&] { solve(several); })},
                                {"multiply_add", [&] { return multiply_add_rate(one); }},
                                {"multiply_adds", [&] { return multiply_add_rate(several); }}};
    interleave(runs, out.smoke() ? 1 : 9);
    const std::string name = text("ResNet-20, ", arrays.size(), " arrays");
    out.add(time_row(name, runs[0]));
    row r = time_row(name, runs[1]);
    r.threads = out.threads();
    out.add(r);
    const double gain = median(ratios(runs[1], runs[0]));
    const double pure = median(ratios(runs[3], runs[2]));
    out.add({"gain of " + name, out.threads(), gain, "x one thread", gain / pure, text("gain of multiply_add, ", pure)});
}

/// One convolution of 64 x 64 x 3 x 3 on 32 samples of 16 x 16, read through wires and without; programming apart.
void reads(report& out) {
    thread_pool pool(1);
    constexpr map_shape in{64, 16, 16};
    batch_tensor x(in, out.smoke() ? 16 : 32), y;
    const random_source source(out.seed(), purpose::test);
    for (index_t n = 0; n < x.samples(); ++n) {
        for (index_t f = 0; f < in.size(); ++f) {
            x.at(n, f) = source.uniform(static_cast<std::uint64_t>(n * in.size() + f));
        }
    }
    constexpr auto exact_cells = design<>{}
                                     .with(multilevel_cell<7>{.on_off_ratio = 1e4, .g_on = 333e-6})
                                     .with(bit_sliced<7, symmetric<sign_magnitude>>{.fraction_bits = 8})
                                     .with(geometry<64, 64>{})
                                     .with(multibit_dac<8, unsigned_inputs>{})
                                     .with(uniform_adc<8>{});
    constexpr auto real_cells = exact_cells.without<cell_kind>().with(programming_error<multilevel_cell<7>>{.inner = exact_cells.cell});
    const auto layer_of = [&]<class Design>(const Design& chip) {
        return std::make_unique<conv2d<Design>>(chip, conv2d_options{.in_channels = 64, .out_channels = 64, .kernel = 3, .padding = 1}, out.seed(), 0u);
    };
    const auto quiet = chain<thermal, shot>(thermal{}, shot{});
    std::vector<std::pair<std::string, std::unique_ptr<layer>>> layers;
    layers.emplace_back("analog plan, no wires", layer_of(real_cells));
    layers.emplace_back("analog plan, nodal", layer_of(real_cells.with(nodal{})));
    layers.emplace_back("analog plan, first_order", layer_of(real_cells.with(first_order{})));
    layers.emplace_back("analog plan, nodal and columnwise noise", layer_of(real_cells.with(nodal{}).with(columnwise<std::remove_const_t<decltype(quiet)>>{quiet})));
    layers.emplace_back("exact cells, no wires (coded plan)", layer_of(exact_cells));
    layers.emplace_back("exact cells, nodal", layer_of(exact_cells.with(nodal{})));
    std::vector<contender> runs;
    for (const auto& [name, one] : layers) {
        one->forward(x, y, {.pool = pool}); // programs
        runs.push_back({"read, " + name, rate_of([&, own = one.get()] { own->forward(x, y, {.pool = pool}); })});
    }
    interleave(runs, out.smoke() ? 1 : 9);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        row r = time_row(runs[i].name, runs[i]);
        r.ratio = 1.0 / median(ratios(runs[i], runs[0]));
        r.reference = "times without wires";
        out.add(r);
    }
}

/// How much of the noise of two columns is common through wires, where `columnwise` has none: thermal noise of every cell by the sensitivities.
void correlations(report& out) {
    for (const index_t n : out.smoke() ? std::vector<index_t>{16} : std::vector<index_t>{64, 128}) {
        const array a = array_of(n, n, out.seed());
        std::vector<double> covariance(static_cast<std::size_t>(n * n), 0.0);
        const auto at = [&](index_t k, index_t l) -> double& { return covariance[static_cast<std::size_t>(k * n + l)]; };
        nodal{}.sensitivities(a.view(), [&](index_t row, matrix_view<const double> s) {
            for (index_t c = 0; c < n; ++c) {
                for (index_t k = 0; k < n; ++k) {
                    for (index_t l = 0; l <= k; ++l) {
                        at(k, l) += s(c, k) * s(c, l) * a.view()(row, c);
                    }
                }
            }
        });
        double largest = 0.0, square = 0.0;
        for (index_t k = 0; k < n; ++k) {
            for (index_t l = 0; l < k; ++l) {
                const double correlation = at(k, l) / std::sqrt(at(k, k) * at(l, l));
                largest = std::max(largest, std::abs(correlation));
                square += 2.0 * correlation * correlation / static_cast<double>(n * (n - 1));
            }
        }
        const std::string size = text("thermal noise of two columns, ", n, " x ", n, ", 2.67 ohm");
        out.add({size, 1, largest, "largest correlation"});
        out.add({size, 1, std::sqrt(square), "correlation, root mean square"});
    }
}

void run(int argc, char** argv) {
    report out("wires", "Transfer matrices of crossbars with resistive wires: what they cost and how far the closed form is off.");
    out.parse(argc, argv);
    costs(out);
    network(out);
    errors(out);
    reads(out);
    correlations(out);
    out.finish();
}

} // namespace

int main(int argc, char** argv) {
    return rcim_bench::guarded(run, argc, argv);
}
