/// @file
/// xtensor arrays in and out of crossbars: a matrix is programmed by an expression and read by `dot`, what the cells hold comes back as tensors, and a
/// filter bank is convolved. Prints how far reads are from the exact product over the bits of the converters, for several shares of stuck cells.

#include <rcim/plot/figure.hpp>
#include <rcim/rcim.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#if __has_include(<xtensor/core/xmath.hpp>) // since 0.26
#include <xtensor/core/xmath.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>
#endif

#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace rcim;
using matrix = xt::xtensor<float, 2>;

struct settings {
    index_t outputs = 48;
    index_t inputs = 256;
    index_t vectors = 64;
    std::uint64_t seed = 1;
    std::string json;
    std::string plot;
};

/// 8-bit weights on pairs of 2-bit cells in arrays of 128 x 128, read with 8-bit inputs, the positive ones first. Bits and rates are members: one type for all.
auto chip_with(int adc_bits, float p_stuck) {
    return design<>{}
        .with(multilevel_cell<2>{.on_off_ratio = 100.0})
        .with(bit_sliced<8, differential>{.fitted = true})
        .with(geometry<128, 128>{})
        .with(stuck_at{.p_stuck_hrs = 0.8f * p_stuck, .p_stuck_lrs = 0.2f * p_stuck})
        .with(multibit_dac<8, two_passes>{})
        .with(uniform_adc<>{.bits = adc_bits});
}

/// Normal numbers, addressed by the seed like all draws of the library.
matrix normal_matrix(index_t rows, index_t cols, std::uint64_t seed, std::uint32_t number) {
    auto m = matrix::from_shape({static_cast<std::size_t>(rows), static_cast<std::size_t>(cols)});
    const random_source source(seed, purpose::weight_initialisation, number);
    for (std::size_t i = 0; i < m.size(); ++i) {
        m.data()[i] = static_cast<float>(source.normal(i));
    }
    return m;
}

/// Root mean square of a - b, in shares of that of b.
double distance(const matrix& a, const matrix& b) {
    double off = 0.0;
    double all = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        off += std::pow(static_cast<double>(a.data()[i] - b.data()[i]), 2.0);
        all += std::pow(static_cast<double>(b.data()[i]), 2.0);
    }
    return std::sqrt(off / all);
}

/// A map of the stuck cells of the first outputs and inputs: a digit says how many of a weight's eight cells are stuck.
template <class Tensor>
void print_fault_map(const Tensor& w, index_t outputs, index_t inputs) {
    const xt::xtensor<std::uint32_t, 3> keep = w.keep_masks(); // {arrays, outputs, inputs}
    std::printf("stuck cells of each weight, outputs down and inputs across:\n");
    for (std::size_t o = 0; o < static_cast<std::size_t>(outputs); ++o) {
        std::string line = "  ";
        for (std::size_t i = 0; i < static_cast<std::size_t>(inputs); ++i) {
            int stuck = 0;
            for (std::size_t a = 0; a < keep.shape(0); ++a) {
                for (unsigned slice = 0; slice < 4; ++slice) {
                    stuck += (keep(a, o, i) >> (2 * slice) & 3u) == 0 ? 1 : 0;
                }
            }
            line += stuck == 0 ? '.' : static_cast<char>('0' + stuck);
        }
        std::printf("%s\n", line.c_str());
    }
}

void run(int argc, char** argv) {
    settings s;
    CLI::App app("xtensor arrays in and out of crossbars.", "xtensor_crossbar");
    app.option_defaults()->always_capture_default();
    app.add_option("--outputs", s.outputs, "rows of the matrix")->check(CLI::Range(8, 4096));
    app.add_option("--inputs", s.inputs, "columns of the matrix")->check(CLI::Range(64, 4096));
    app.add_option("--vectors", s.vectors, "that are read")->check(CLI::Range(1, 4096));
    app.add_option("--seed", s.seed, "of numbers and faults");
    app.add_option("--json", s.json, "write the table as one JSON object");
    app.add_option("--plot", s.plot, "draw the table (.png or .svg)");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        std::exit(app.exit(problem));
    }
    if (!s.plot.empty()) {
        plot::require(s.plot);
    }
    const matrix values = normal_matrix(s.outputs, s.inputs, s.seed, 0);
    const matrix x = normal_matrix(s.inputs, s.vectors, s.seed, 1);

    // Without a word about cells the crossbar is a plain matrix: the yardstick.
    crossbar_tensor exact(design<>{}, {s.outputs, s.inputs}, s.seed);
    exact = 0.1f * values; // any expression programs the cells
    const matrix y = dot(exact, x);

    nlohmann::json table = nlohmann::json::array();
    plot::figure figure{
        .title = "Reads of an 8-bit matrix", .x_label = "bits of the ADC", .y_label = "distance from the product (%)"};
    std::printf("distance of reads from the product in %%, over the bits of the converters\n  stuck %%");
    for (int bits = 6; bits <= 14; ++bits) {
        std::printf("%8d", bits);
    }
    std::printf("\n");
    for (const float p_stuck : {0.0f, 0.001f, 0.01f, 0.1f}) {
        figure.curves.push_back({.title = text(100.0f * p_stuck, " % stuck"), .x = {}, .y = {}});
        std::printf("%9.1f", 100.0 * static_cast<double>(p_stuck));
        for (int bits = 6; bits <= 14; ++bits) {
            crossbar_tensor w(chip_with(bits, p_stuck), {s.outputs, s.inputs}, s.seed);
            w = 0.1f * values;
            const double off = 100.0 * distance(dot(w, x), y);
            std::printf("%8.2f", off);
            table.push_back({{"p_stuck", p_stuck}, {"adc_bits", bits}, {"distance_percent", off}});
            figure.curves.back().x.push_back(bits);
            figure.curves.back().y.push_back(off);
        }
        std::printf("\n");
    }

    crossbar_tensor w(chip_with(8, 0.02f), {s.outputs, s.inputs}, s.seed);
    w = 0.1f * values;
    print_fault_map(w, 8, 64);

    // A view of the array's own memory, usable in expressions; valid until the next write.
    const auto held = w.effective_weights();
    const float worst = xt::amax(xt::abs(held - 0.1f * values))();
    const xt::xtensor<double, 4> g = w.conductances(); // {arrays, outputs, inputs, slices}
    std::printf(
        "weights are held to %.3f at worst; a cell of the lowest slice carries %.1f uS on average, of the highest %.1f uS\n",
        static_cast<double>(worst), 1e6 * xt::mean(xt::view(g, xt::all(), xt::all(), xt::all(), 0))(),
        1e6 * xt::mean(xt::view(g, xt::all(), xt::all(), xt::all(), 3))());

    // Increments act on the stored codes, like the step of an update rule: what rounding loses is reported.
    const update_report written = w.add(-0.001f * values);
    std::printf("an update asked for %llu increments, of which rounding left %llu without effect\n",
                static_cast<unsigned long long>(written.increments), static_cast<unsigned long long>(written.lost));

    // A filter bank {outputs, channels, height, width} over images {samples, channels, height, width}: Sobel's filters on a slope.
    crossbar_tensor filters(design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, differential>{.fitted = true}),
                            {2, 1, 3, 3}, s.seed);
    filters = xt::xtensor<float, 4>{{{{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}}}, {{{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}}}};
    auto slope = xt::xtensor<float, 4>::from_shape({1, 1, 16, 16});
    for (std::size_t row = 0; row < 16; ++row) {
        for (std::size_t col = 0; col < 16; ++col) {
            slope(0, 0, row, col) = 0.5f * static_cast<float>(col) + 0.25f * static_cast<float>(row);
        }
    }
    const xt::xtensor<float, 4> edges = convolve(filters, slope);
    std::printf("Sobel's filters find slopes of %.3f across and %.3f down\n", static_cast<double>(edges(0, 0, 7, 7)) / 8,
                static_cast<double>(edges(0, 1, 7, 7)) / 8);

    if (!s.json.empty()) {
        write_file(s.json,
                   nlohmann::json{{"seed", s.seed}, {"outputs", s.outputs}, {"inputs", s.inputs}, {"table", table}}.dump(2) +
                       "\n");
    }
    if (!s.plot.empty()) {
        plot::draw(figure, s.plot);
        std::printf("the curves are in %s\n", s.plot.c_str());
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        run(argc, argv);
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "xtensor_crossbar: %s\n", problem.what());
        return 1;
    }
}
