/// @file
/// How fast the reads of a crossbar are simulated: one layer of 1152 inputs and 256 results on tiles of 128 rows, with 8-bit weights
/// and 1024 vectors of 8-bit inputs driven bit by bit, beside OpenBLAS sgemm of the same shape in the same rounds; reads with noise beside
/// themselves without it.

#include <rcim/compat/simd.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/kernel/analog_reads.hpp>
#include <rcim/kernel/column_reads.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/conv2d.hpp>

#include "harness.hpp"

#ifdef RCIM_BENCH_OPENBLAS
#include <cblas.h>
#endif

#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace rcim;
using namespace rcim::kernel;
using namespace rcim_bench;

constexpr index_t lines = 1152, results = 256, vectors = 1024, rows = 128;

/// A thing that reads all vectors once on the threads of a pool. Further plans join the table as further subjects.
struct subject {
    std::string name;
    double column_reads = 0.0; ///< of one pass over all vectors
    double main_issues = 0.0;  ///< instructions of the kernel that bounds it; 0: not said
    std::string main_instruction{};
    std::function<void(thread_pool&)> pass;
    double folded = 0.0; ///< share of the columns
    std::function<void(thread_pool&)> without_noise{}; ///< the same pass; none: the reference is sgemm
};

aligned_vector<std::int16_t> input_codes(std::uint64_t seed) {
    const random_source source(seed, purpose::test);
    aligned_vector<std::int16_t> x(static_cast<std::size_t>(lines * vectors));
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = static_cast<std::int16_t>(source.below(i, 256));
    }
    return x;
}

enum class encoding { offset, differential, subtracted };

constexpr const char* name_of(encoding e) {
    return e == encoding::offset ? "offset" : e == encoding::differential ? "differential" : "subtracted";
}

/// A converter by its name: bits over the full scale, "unit8": 2^8 steps of one, "lossless", "ideal".
adc_transfer converter(const std::string& name, double low, double high) {
    if (name == "ideal") {
        return {};
    }
    if (name == "lossless") {
        return adc_transfer::uniform(low, high, static_cast<std::int32_t>(high - low) + 1);
    }
    if (name.starts_with("unit")) {
        const int levels = 1 << std::stoi(name.substr(4));
        const double from = low < 0.0 ? -static_cast<double>(levels / 2) : 0.0;
        return adc_transfer::uniform(from, from + levels - 1, levels);
    }
    return adc_transfer::uniform(low, high, 1 << std::stoi(name));
}

/// 8-bit words on cells of so many bits, on tiles of 128 rows.
read_layout layout_of(encoding e, int cell_bits) {
    return {.lines = {.results = results, .driven = lines, .group = rows, .result_step = lines, .driven_step = 1},
            .slices = 8 / cell_bits,
            .cell_bits = cell_bits,
            .arrays = e == encoding::offset ? 1 : 2,
            .subtracted = e == encoding::subtracted,
            .minus_constant = e == encoding::offset ? 128 : 0};
}

/// Words of both arrays, uniform over all codes. A sign apart leaves seven bits for the magnitude; the cells are as many as for eight.
std::array<std::vector<std::int32_t>, 2> words_of(encoding e, std::uint64_t seed) {
    std::array<std::vector<std::int32_t>, 2> words;
    const random_source source(seed + 1, purpose::test);
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(lines * results); ++i) {
        const auto code = static_cast<std::int32_t>(source.below(2 * i, 256));
        words[0].push_back(e == encoding::subtracted ? std::max(code - 128, 0) : code);
        words[1].push_back(e == encoding::subtracted ? std::max(128 - code, 0) : static_cast<std::int32_t>(source.below(2 * i + 1, 256)));
    }
    return words;
}

/// 8-bit inputs bit by bit, or all bits in one cycle.
std::vector<drive_cycle> cycles_of(bool one_cycle) {
    std::vector<drive_cycle> cycles;
    for (int b = 0; b < (one_cycle ? 1 : 8); ++b) {
        cycles.push_back({.shift = b, .mask = one_cycle ? 255 : 1, .weight = 1 << b});
    }
    return cycles;
}

/// Where lines and positions lie in the input codes.
struct addresses {
    std::vector<std::int32_t> line, window;
    std::vector<draw_address> draws;
};
std::shared_ptr<addresses> addresses_of_inputs() {
    auto at = std::make_shared<addresses>();
    for (index_t d = 0; d < lines; ++d) {
        at->line.push_back(static_cast<std::int32_t>(d * samples_per_block));
    }
    for (index_t p = 0; p < vectors / samples_per_block; ++p) {
        at->window.push_back(static_cast<std::int32_t>(p * lines * samples_per_block));
        at->draws.push_back({static_cast<std::uint32_t>(p * samples_per_block), 0});
    }
    return at;
}

/// One pass over all positions on the threads of a pool.
template <class Reads>
std::function<void(thread_pool&)> pass_of(std::shared_ptr<Reads> reads, const aligned_vector<std::int16_t>& x) {
    const auto at = addresses_of_inputs();
    const auto y = std::make_shared<aligned_vector<double>>(static_cast<std::size_t>(results * vectors));
    const auto work = std::make_shared<std::vector<typename Reads::scratch>>(64);
    return [=, &x](thread_pool& pool) {
        std::atomic<std::size_t> next{0};
        pool.run(static_cast<index_t>(at->window.size()) / 4, [&](index_t begin, index_t end) {
            const auto first = static_cast<std::size_t>(begin * 4), count = static_cast<std::size_t>((end - begin) * 4);
            const read_positions<std::int16_t> part{x.data(), at->line.data(), std::span(at->window).subspan(first, count)};
            double* const to = y->data() + begin * 4 * results * samples_per_block;
            if constexpr (std::is_same_v<Reads, analog_reads>) {
                reads->read(part, to, nullptr, (*work)[next++], std::span<const draw_address>(at->draws).subspan(first, count));
            } else {
                reads->read(part, to, nullptr, (*work)[next++]);
            }
        });
    };
}

/// The analog plan: the same cells as real numbers.
subject analog(encoding e, int cell_bits, const std::string& adc, bool one_cycle, const aligned_vector<std::int16_t>& x, std::uint64_t seed,
               const noise_terms& noise = {}) {
    const read_layout layout = layout_of(e, cell_bits);
    const auto words = words_of(e, seed);
    std::vector<std::vector<float>> planes;
    std::vector<const float*> cells;
    for (int p = 0; p < layout.arrays * layout.slices; ++p) {
        planes.emplace_back();
        for (const std::int32_t word : words[static_cast<std::size_t>(p / layout.slices)]) {
            planes.back().push_back(static_cast<float>((word >> (p % layout.slices * cell_bits)) & layout.top()));
        }
    }
    for (const auto& plane : planes) {
        cells.push_back(plane.data());
    }
    const double high = static_cast<double>(rows) * layout.top() * (one_cycle ? 255.0 : 1.0);
    const adc_transfer t = converter(adc, layout.subtracted ? -high : 0.0, high);
    const auto reads = std::make_shared<analog_reads>(layout, cycles_of(one_cycle), noise, random_source(seed, purpose::column_noise));
    reads->set_converters({&t, 1}, converter_index::common);
    const std::vector<float> constant(static_cast<std::size_t>(layout.lines.groups() * layout.planes() * results), 0.5f);
    const std::vector<float> square(planes.front().size(), 0.01f);
    const std::vector<const float*> squares(cells.size(), square.data());
    reads->program(cells, nullptr, {.mean = {}, .constant = constant, .linear = {}, .square = squares});
    subject s;
    s.name = text(name_of(e), " ", cell_bits, "-bit cells, adc ", adc, one_cycle ? ", inputs in one cycle" : "", ", analog");
    s.column_reads = static_cast<double>(layout.lines.groups() * layout.planes() * results * vectors) * (one_cycle ? 1.0 : 8.0);
    s.pass = pass_of(reads, x);
    return s;
}

/// The analog plan with noise, beside itself without.
subject analog_with_noise(encoding e, bool one_cycle, const aligned_vector<std::int16_t>& x, std::uint64_t seed, const std::string& name,
                          const noise_terms& noise) {
    const int cell_bits = one_cycle ? 8 : 2;
    subject s = analog(e, cell_bits, "8", one_cycle, x, seed, noise);
    s.name += ", " + name;
    s.without_noise = analog(e, cell_bits, "8", one_cycle, x, seed).pass;
    return s;
}

/// The forward pass of a layer of the same shape: a 3 x 3 convolution of one sample of 128 x 32 x 32 to 256, with an ADC for each slice.
template <class Encoding>
subject layer_of(const std::string& name) {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<8, Encoding>{.fraction_bits = 8})
                          .with(geometry<rows, rows>{})
                          .with(bit_serial_dac<8, unsigned_inputs>{})
                          .with(uniform_adc<8>{});
    using layer = conv2d<std::remove_const_t<decltype(chip)>>;
    const auto convolution = std::make_shared<layer>(chip, conv2d_options{.in_channels = 128, .out_channels = 256, .padding = 1}, 1, 0);
    const auto x = std::make_shared<batch_tensor>(map_shape{128, 32, 32}, 1);
    const auto y = std::make_shared<batch_tensor>();
    const random_source source(1, purpose::test);
    for (index_t f = 0; f < x->shape().size(); ++f) {
        x->at(0, f) = source.uniform(static_cast<std::uint64_t>(f));
    }
    subject s;
    s.name = text("conv2d of one sample, ", name, " 2-bit cells, adc 8");
    s.column_reads = static_cast<double>(9 * (std::is_same_v<Encoding, offset> ? 4 : 8) * results * vectors) * 8.0;
    s.pass = [=](thread_pool& pool) { convolution->forward(*x, *y, {pool}); };
    return s;
}

/// The coded plan: whole numbers, words of converters.
subject coded(encoding e, int cell_bits, const std::string& adc, bool one_cycle, column_kernel kernel, const aligned_vector<std::int16_t>& x,
              std::uint64_t seed) {
    const read_layout layout = layout_of(e, cell_bits);
    const auto words = words_of(e, seed);
    const double high = static_cast<double>(rows) * layout.top() * (one_cycle ? 255.0 : 1.0);
    const adc_transfer t = converter(adc, layout.subtracted ? -high : 0.0, high);
    const auto reads = std::make_shared<column_reads>(layout, cycles_of(one_cycle), column_options{.kernel = kernel});
    reads->set_converters({&t, 1}, converter_index::common);
    reads->program(words[0].data(), words[1].data(), nullptr);
    const double columns = static_cast<double>(reads->columns());
    subject s;
    s.name = text(name_of(e), " ", cell_bits, "-bit cells, adc ", adc, one_cycle ? ", inputs in one cycle, " : ", ", column_reads::name_of(reads->kernel()));
    s.column_reads = columns * (one_cycle ? 1.0 : 8.0) * static_cast<double>(vectors);
    s.folded = static_cast<double>(reads->folded_columns()) / columns;
    const double read = s.column_reads * (1.0 - s.folded);
    if (reads->kernel() == column_kernel::amx) {
        s.main_instruction = "tile product";
        s.main_issues = read / 256.0 * 2.0; // two of 64 rows for 16 results x 16 samples
    } else if (reads->kernel() == column_kernel::permute) {
        s.main_instruction = "byte permute";
        s.main_issues = read / 64.0 * 22.0;
    }
    s.pass = pass_of(reads, x);
    return s;
}

#ifdef RCIM_BENCH_OPENBLAS
/// Products of the same shape per second.
double sgemm_rate(int threads) {
    static const aligned_vector<float> a(static_cast<std::size_t>(vectors * lines), 0.5f),
        b(static_cast<std::size_t>(lines * results), 0.25f);
    static aligned_vector<float> c(static_cast<std::size_t>(vectors * results));
    openblas_set_num_threads(threads);
    return calls_per_second([] {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, vectors, results, lines, 1.0f, a.data(), lines, b.data(),
                    results, 0.0f, c.data(), results);
    });
}
#endif

/// Multiply-adds that never leave the registers, on all threads of the pool: what further threads can gain.
double multiply_add_rate(thread_pool& pool) {
    static std::atomic<float> sink{0.0f};
    return calls_per_second([&] {
               pool.run(pool.size(), [](index_t, index_t) {
                   std::array<lanes, 8> sum;
                   sum.fill(lanes::broadcast(1.0f));
                   const lanes factor = lanes::broadcast(0.999f), term = lanes::broadcast(0.001f);
                   for (int r = 0; r < 400000; ++r) {
                       for (lanes& s : sum) {
                           lanes next = term;
                           next.add_product(s, factor);
                           s = next;
                       }
                   }
                   for (const lanes& s : sum) {
                       sink.store(s.sum(), std::memory_order_relaxed);
                   }
               });
           }) *
           pool.size();
}

/// Issues per second of the instruction that bounds a kernel, in a loop without anything else; 0 if this build has it not.
double issue_rate([[maybe_unused]] const std::string& instruction) {
#if RCIM_ISA_AMX && defined(__linux__)
    if (instruction == "tile product" && amx_products::permitted()) {
        const amx_products::session session;
        constexpr int repeats = 100000;
        return 4.0 * repeats * calls_per_second([] {
                   for (int r = 0; r < repeats; ++r) {
                       _tile_dpbuud(0, 4, 6);
                       _tile_dpbuud(1, 4, 7);
                       _tile_dpbuud(2, 5, 6);
                       _tile_dpbuud(3, 5, 7);
                   }
               });
    }
#endif
#ifdef __AVX512VBMI__
    if (instruction == "byte permute") {
        constexpr int repeats = 200000;
        static std::atomic<int> sink{0};
        return 8.0 * repeats * calls_per_second([] {
                   __m512i table[8];
                   for (int i = 0; i < 8; ++i) {
                       table[i] = _mm512_set1_epi8(static_cast<char>(i));
                   }
                   const __m512i pattern = _mm512_set1_epi8(5);
                   for (int r = 0; r < repeats; ++r) {
                       for (__m512i& t : table) {
                           t = permute_tables::look_up(t, pattern);
                           __asm__ volatile("" : "+v"(t));
                       }
                   }
                   for (const __m512i& t : table) {
                       sink.store(_mm_cvtsi128_si32(_mm512_castsi512_si128(t)), std::memory_order_relaxed);
                   }
               });
    }
#endif
    return 0.0;
}

void run(int argc, char** argv) {
    report out("read", "Column reads per second of a layer of 1152 x 256, beside sgemm of the same shape.");
    std::string kernel = "all";
    std::vector<std::string> adcs, encodings, plans{"coded", "analog", "layer"};
    std::vector<int> cells;
    std::vector<std::string> names{"all"};
    for (const auto& [name, value] : column_kernels) {
        names.emplace_back(name);
    }
    out.app().add_option("--kernel", kernel, "automatic, one kernel, or all that this build has")->check(CLI::IsMember(names));
    out.app().add_option("--encoding", encodings, "offset, differential, subtracted; all if not given")->delimiter(',');
    out.app().add_option("--cell-bits", cells, "1, 2, 4; all if not given")->delimiter(',')->check(CLI::IsMember({1, 2, 4}));
    out.app()
        .add_option("--adc", adcs, "5 to 9 bits over the full scale, unit8: 2^8 unit steps, lossless, ideal; all if not given")
        ->delimiter(',');
    out.app().add_option("--plan", plans, "coded, analog: reads by these plans; layer: conv2d")->delimiter(',')->check(CLI::IsMember({"coded", "analog", "layer"}));
    out.parse(argc, argv);
    const auto wants = [&](const char* plan) { return std::find(plans.begin(), plans.end(), plan) != plans.end(); };
    const int rounds = out.smoke() ? 2 : 9;
    if (cells.empty()) {
        cells = out.brief() ? std::vector<int>{2} : std::vector<int>{1, 2, 4};
    }
    if (adcs.empty()) {
        adcs = out.smoke()   ? std::vector<std::string>{"8"}
               : out.brief() ? std::vector<std::string>{"8", "lossless"}
                             : std::vector<std::string>{"5", "6", "7", "8", "9", "unit8", "lossless", "ideal"};
    }
    const aligned_vector<std::int16_t> x = input_codes(out.seed());
    std::vector<subject> subjects;
    for (const encoding e : {encoding::offset, encoding::differential, encoding::subtracted}) {
        if (!encodings.empty() && std::find(encodings.begin(), encodings.end(), name_of(e)) == encodings.end()) {
            continue;
        }
        for (const int bits : cells) {
            for (const std::string& adc : adcs) {
                if (wants("analog") && !out.brief()) {
                    subjects.push_back(analog(e, bits, adc, false, x, out.seed()));
                }
                for (const auto& [name, value] : column_kernels) {
                    if (!wants("coded")) {
                        continue;
                    }
                    // "all" names every kernel once, so the automatic choice is among them already.
                    if (kernel == "all" ? value == column_kernel::automatic || (out.brief() && value == column_kernel::portable)
                                        : kernel != name) {
                        continue;
                    }
                    try {
                        subjects.push_back(coded(e, bits, adc, false, value, x, out.seed()));
                    } catch (const error& not_here) {
                        if (kernel != "all") {
                            throw;
                        }
                    }
                }
            }
        }
    }

    // A word in one cell, an input in one cycle: one conversion of each output and tile.
    for (const encoding e : {encoding::offset, encoding::subtracted}) {
        if (!encodings.empty() && std::find(encodings.begin(), encodings.end(), name_of(e)) == encodings.end()) {
            continue;
        }
        if (wants("analog")) {
            subjects.push_back(analog(e, 8, "8", true, x, out.seed()));
        }
        for (const bool one_cycle : {false, true}) {
            if (wants("analog") && (e == encoding::offset || !out.brief())) {
                // Noise of the amplifier and of the current; of each conductance.
                const noise_terms thermal_and_shot{.constant = true, .per_sum = 0.05f};
                const noise_terms conductance{.constant = true, .per_sum = 0.05f, .square = true};
                subjects.push_back(analog_with_noise(e, one_cycle, x, out.seed(), "thermal and shot", thermal_and_shot));
                subjects.push_back(analog_with_noise(e, one_cycle, x, out.seed(), "conductance noise", conductance));
            }
        }
        if (wants("coded") && e == encoding::offset && (kernel == "all" || kernel == "automatic")) {
            subjects.push_back(coded(e, 8, "8", true, column_kernel::automatic, x, out.seed()));
        }
    }
    if (wants("layer") && !out.smoke()) {
        subjects.push_back(layer_of<offset>("offset"));
        subjects.push_back(layer_of<differential>("differential"));
    }

    thread_pool one(1), several(out.threads());
    const bool threaded = out.threads() > 1 && !out.smoke();
    for (const subject& s : subjects) {
        std::vector<contender> runs;
        const auto add = [&](const std::string& name, std::function<double()> rate) {
            runs.push_back({name, std::move(rate)});
            return runs.size() - 1;
        };
        const std::size_t reads = add(s.name, [&] { return calls_per_second([&] { s.pass(one); }); });
        const std::size_t limit = s.main_issues > 0.0 ? add("limit", [&] { return issue_rate(s.main_instruction); }) : 0;
        // What reads are beside; nothing if there is neither.
        const auto add_reference = [&](thread_pool& pool) -> std::size_t {
            if (s.without_noise) {
                return add("without noise", [&] { return calls_per_second([&] { s.without_noise(pool); }); });
            }
#ifdef RCIM_BENCH_OPENBLAS
            return add("sgemm", [&] { return sgemm_rate(pool.size()); });
#else
            return 0;
#endif
        };
        const std::size_t reference = add_reference(one);
        const std::size_t references = threaded ? add_reference(several) : 0;
        const std::size_t many = threaded ? add(s.name, [&] { return calls_per_second([&] { s.pass(several); }); }) : 0;
        const std::size_t fma = threaded ? add("multiply_add", [&] { return multiply_add_rate(one); }) : 0;
        const std::size_t fmas = threaded ? add("multiply_add", [&] { return multiply_add_rate(several); }) : 0;
        interleave(runs, rounds);
        const auto add_row = [&](std::size_t of, std::size_t beside, int threads) {
            row r{s.name, threads, 1e-9 * s.column_reads * median(runs[of].rates), "G column reads/s"};
            if (beside != 0) {
                const std::vector<double> times = ratios(runs[beside], runs[of]);
                const spread around = spread_of(times);
                r.ratio = median(times);
                r.reference = s.without_noise ? "times without noise" : "times of sgemm";
                char words[64];
                std::snprintf(words, sizeof words, "(quartiles %.3g to %.3g)", around.low, around.high);
                r.note = words;
            }
            if (s.folded > 0.0) {
                r.note += text(" ", std::round(1000.0 * s.folded) / 10.0, " % of the columns folded");
            }
            out.add(r);
        };
        add_row(reads, reference, 1);
        if (threaded) {
            add_row(many, references, out.threads());
        }
        if (s.main_issues > 0.0) {
            const double share = median(ratios(runs[reads], runs[limit])) * s.main_issues;
            out.add({s.name, 1, 1e-9 * median(runs[reads].rates) * s.main_issues, "G issues/s", share,
                     "limit of the " + s.main_instruction});
        }
        if (threaded) {
            const double gain = median(ratios(runs[many], runs[reads]));
            out.add({"gain of " + s.name, out.threads(), gain, "x one thread", gain / median(ratios(runs[fmas], runs[fma])),
                     "gain of multiply_add"});
        }
    }
    out.finish();
}

} // namespace

int main(int argc, char** argv) {
    return rcim_bench::guarded(run, argc, argv);
}
