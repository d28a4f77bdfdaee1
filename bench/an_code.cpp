/// @file
/// What an arithmetic code does about stuck cells, and what it costs. First sums of single tiles: the share of dot products that differ
/// from those of healthy cells, in plain storage and under the code, and what becomes of the sums that the code checks, by density of
/// stuck cells (nine at high resistance to one at low). Then the training of LeNet-5, beside the same design without the code.

#include "harness.hpp"

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/sgd.hpp>

#include <array>
#include <cmath>
#include <vector>

namespace {

using namespace rcim;
using namespace rcim_bench;

constexpr double densities[] = {0.00001, 0.0001, 0.001, 0.01, 0.05};

/// Q4.12 on pairs of 2-bit cells, crossbars of 128 x 128.
auto chip_of(double density) {
    return design<>{}
        .with(multilevel_cell<2>{})
        .with(bit_sliced<16, differential>{.fraction_bits = 12})
        .with(geometry<128, 128>{})
        .with(stuck_at{.p_stuck_hrs = static_cast<float>(0.9 * density), .p_stuck_lrs = static_cast<float>(0.1 * density)})
        // So slow that activations stay those of the first step, however wrong the gradients are: what is timed is not the collapse.
        .with(sgd{.learning_rate = 1e-5f});
}
auto coded_chip(double density) {
    return chip_of(density).with(bit_serial_dac<>{}).with(an_code<>{});
}

constexpr index_t tile_rows = 128, tile_outputs = 60;
constexpr int input_bits = 16;

/// What the words of both arrays are to be.
template <class Array>
std::vector<stored_word<>> words_of(const Array& array) {
    std::vector<stored_word<>> words;
    for (index_t o = 0; o < array.outputs(); ++o) {
        for (index_t i = 0; i < array.inputs(); ++i) {
            words.push_back(array.stored(o, i));
        }
    }
    return words;
}

/// Of all dot products: wrong in plain storage and under the code; of all checked sums: wrong in the cells, and what the code did.
struct tile_counts {
    double products = 0, wrong_plain = 0, wrong_coded = 0;
    double right_square = 0, plain_square = 0, coded_square = 0; ///< of results and of errors, in codes x units of input
    double sums = 0, wrong_sums = 0, corrected = 0, uncorrectable = 0, miscorrected = 0, missed = 0;
};

void read_tile(double density, std::uint64_t seed, int reads, tile_counts& counts) {
    const random_source draws(seed, purpose::test);
    std::vector<float> w(static_cast<std::size_t>(tile_rows * tile_outputs));
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = static_cast<float>(0.05 * draws.normal(i)); // a deviation usual in LeNet-5
    }
    const auto programmed = [&](const auto& chip) {
        crossbar_array array(chip, tile_rows, tile_outputs, seed, 0);
        array.program({w.data(), tile_outputs, tile_rows});
        return words_of(array);
    };
    const auto healthy = programmed(chip_of(0.0));
    const auto plain = programmed(chip_of(density));
    const auto coded = programmed(coded_chip(density));
    constexpr an_code<> code{};
    constexpr code_format format = protected_format<an_code<>>({.cell_bits = 2, .slices = 8}, 16);

    constexpr auto table = an_code<>::corrections(format.cell_bits, format.slices);

    for (int n = 0; n < reads; ++n) {
        // What comes out of a ReLU: half of the inputs are zero.
        std::array<std::int32_t, tile_rows> x{};
        const random_source input = draws.fork(static_cast<std::uint32_t>(n));
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = std::min(32767, static_cast<std::int32_t>(12000.0 * std::max(0.0, input.normal(i))));
        }
        for (index_t o = 0; o < tile_outputs; ++o) {
            double right = 0.0, in_plain = 0.0, in_code = 0.0;
            for (int bit = 0; bit < input_bits; ++bit) {
                for (const double sign : {1.0, -1.0}) {
                    const auto of = [&](const stored_word<>& word) { return static_cast<double>(sign > 0.0 ? word.plus : word.minus); };
                    double sum_right = 0.0, sum_plain = 0.0, sum_coded = 0.0;
                    for (std::size_t i = 0; i < x.size(); ++i) {
                        if ((x[i] >> bit & 1) != 0) {
                            const auto at = static_cast<std::size_t>(o * tile_rows) + i;
                            sum_right += of(healthy[at]);
                            sum_plain += of(plain[at]);
                            sum_coded += of(coded[at]);
                        }
                    }
                    const double corrected = code.correct(sum_coded, format);
                    const auto residue = static_cast<std::size_t>(std::fmod(sum_coded, an_code<>::multiplier));
                    const bool clean = residue == 0;
                    const bool failed = table[residue] == uncorrectable;
                    const bool wrong = sum_coded != sum_right * an_code<>::multiplier;
                    counts.sums += 1;
                    counts.wrong_sums += wrong;
                    counts.uncorrectable += failed;
                    counts.corrected += !clean && !failed && corrected == sum_right;
                    counts.miscorrected += !clean && !failed && corrected != sum_right;
                    counts.missed += clean && wrong;
                    const double place = sign * std::ldexp(1.0, bit);
                    right += place * sum_right;
                    in_plain += place * sum_plain;
                    in_code += place * corrected;
                }
            }
            counts.products += 1;
            counts.wrong_plain += in_plain != right;
            counts.wrong_coded += in_code != right;
            counts.right_square += right * right;
            counts.plain_square += (in_plain - right) * (in_plain - right);
            counts.coded_square += (in_code - right) * (in_code - right);
        }
    }
}

void run(int argc, char** argv) {
    report out("an_code", "Dot products on faulty cells with and without an AN code, and images per second of training LeNet-5 with it.");
    out.parse(argc, argv);
    const int rounds = out.smoke() ? 1 : out.brief() ? 5 : 11;
    const int tiles = out.smoke() ? 1 : out.brief() ? 4 : 16;
    const int reads = out.smoke() ? 3 : 20;

    for (const double density : densities) {
        tile_counts c;
        for (int t = 0; t < tiles; ++t) {
            read_tile(density, out.seed() + static_cast<std::uint64_t>(t), reads, c);
        }
        const std::string at = text(100.0 * density, " %: ");
        const double nothing = std::nan("");
        out.add({at + "wrong dot products, plain", 1, c.wrong_plain / c.products, "share"});
        out.add({at + "wrong dot products, coded", 1, c.wrong_coded / c.products, "share",
                 c.wrong_plain > 0 ? c.wrong_coded / c.wrong_plain : nothing, "plain"});
        out.add({at + "error, plain", 1, std::sqrt(c.plain_square / c.right_square), "rms / rms of results"});
        out.add({at + "error, coded", 1, std::sqrt(c.coded_square / c.right_square), "rms / rms of results",
                 c.plain_square > 0 ? std::sqrt(c.coded_square / c.plain_square) : nothing, "plain"});
        out.add({at + "wrong sums of one bit", 1, c.wrong_sums / c.sums, "share"});
        const auto of_wrong = [&](const char* what, double n) {
            out.add({at + what, 1, n / c.sums, "share", c.wrong_sums > 0 ? n / c.wrong_sums : nothing, "wrong sums"});
        };
        of_wrong("corrected", c.corrected);
        of_wrong("uncorrectable", c.uncorrectable);
        of_wrong("miscorrected", c.miscorrected);
        of_wrong("missed", c.missed);
    }

    const dataset data = procedural_digits({.train = out.smoke() ? 256 : 1024, .test = 10, .seed = out.seed()});
    thread_pool one(1);
    struct learner {
        std::string name;
        network net;
        epoch_record last;
    };
    std::vector<learner> learners;
    learners.push_back({"plain, 1 %", lenet5(chip_of(0.01), out.seed()), {}});
    learners.push_back({"bit-serial inputs, 1 %", lenet5(chip_of(0.01).with(bit_serial_dac<>{}), out.seed()), {}});
    for (const double density : {0.0, 0.001, 0.01, 0.05}) {
        learners.push_back({text("coded, ", 100.0 * density, " %"), lenet5(coded_chip(density), out.seed()), {}});
    }
    std::vector<contender> runs;
    for (learner& l : learners) {
        runs.push_back({l.name, [&] {
                            const training_record record = fit(l.net, data, {.epochs = 1, .batch = 64, .pool = &one, .evaluate = false});
                            if (!record.stopped.empty()) {
                                throw error(record.stopped);
                            }
                            l.last = record.epochs[0];
                            return static_cast<double>(data.train.size()) / l.last.seconds;
                        }});
    }
    interleave(runs, rounds);
    for (std::size_t n = 0; n < runs.size(); ++n) {
        out.add({"training, " + runs[n].name, 1, median(runs[n].rates), "images/s", median(ratios(runs[n], runs[0])), "plain"});
    }
    for (std::size_t n = 2; n < runs.size(); ++n) {
        const epoch_record& e = learners[n].last;
        const auto share = [&](std::uint64_t part) { return static_cast<double>(part) / static_cast<double>(e.sums_checked); };
        out.add({learners[n].name + ": sums corrected", 1, share(e.sums_corrected), "share of checked"});
        out.add({learners[n].name + ": uncorrectable", 1, share(e.sums_uncorrectable), "share of checked"});
        out.add({learners[n].name + ": cell writes", 1, static_cast<double>(e.cell_writes), "per epoch",
                 static_cast<double>(e.cell_writes) / static_cast<double>(e.plain_cell_writes), "without the code"});
    }
    const cell_census cells = learners.back().net.census();
    out.add({"cells", 1, static_cast<double>(cells.cells), "of LeNet-5",
             static_cast<double>(cells.cells) / static_cast<double>(cells.cells - cells.check_cells), "without the code"});
    out.finish();
}

} // namespace

int main(int argc, char** argv) { return rcim_bench::guarded(run, argc, argv); }
