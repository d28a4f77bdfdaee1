#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/core/random.hpp>
#include <rcim/crossbar/circulant_matrix.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace rcim;

namespace block_circulant_tests {

using codes = bit_sliced<8, differential, nearest>;

std::vector<float> random_numbers(index_t count, std::uint64_t seed) {
    const random_source draw(seed, purpose::test);
    std::vector<float> numbers;
    for (index_t i = 0; i < count; ++i) {
        numbers.push_back(2.0f * draw.uniform(static_cast<std::uint64_t>(i)) - 1.0f);
    }
    return numbers;
}

double square_distance(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        sum += d * d;
    }
    return sum;
}

std::vector<float> expanded(const circulant_matrix& m, const std::vector<float>& stored) {
    const index_t stride = m.inputs() + 3;
    std::vector<float> rows(static_cast<std::size_t>(m.outputs * stride), 9.0f);
    m.expand({stored.data(), m.stored_outputs(), m.stored_inputs()}, rows.data(), stride, nullptr);
    std::vector<float> w;
    for (index_t o = 0; o < m.outputs; ++o) {
        w.insert(w.end(), rows.begin() + o * stride, rows.begin() + o * stride + m.inputs());
        CHECK(rows[static_cast<std::size_t>(o * stride + m.inputs())] == 0.0f);
    }
    return w;
}

template <class Visit>
void each_shape(Visit&& visit) {
    for (const index_t block : {1, 2, 3, 4, 6}) {
        for (index_t copies = 1; copies <= block; ++copies) {
            for (const index_t outputs : {1, 5, 6, 12}) {
                for (const index_t channels : {1, 4, 7}) {
                    for (const index_t taps : {1, 4}) {
                        if (block % copies == 0) {
                            visit(circulant_matrix{block, copies, outputs, channels, taps});
                        }
                    }
                }
            }
        }
    }
}

static_assert(MapModel<block_circulant<8, codes>>);
static_assert(MapModel<column_masked<block_circulant<8, codes>>>);
static_assert(!circulates<codes>() && !circulates<direct>() && !circulates<column_masked<codes>>());
static_assert(circulates<block_circulant<8, codes>>() && circulates<column_masked<block_circulant<8, codes>>>());
static_assert(rotations_of(column_masked<block_circulant<8, codes>>{.map = {.copies = 2}}) == 4 && rotations_of(codes{}) == 1);
static_assert(most_rows(block_circulant<8, codes>{.horizontal_slices = false}) == 8 &&
              most_rows(block_circulant<8, codes>{}) > 1000000);

TEST_CASE("block-circulant: worked example, two by two blocks of four") {
    const float w[4][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {2, 0, 1, 3}, {4, 1, 0, 2}}; // of blocks 11, 12, 21, 22
    std::vector<float> dense_w(64);
    for (std::size_t o = 0; o < 8; ++o) {
        for (std::size_t i = 0; i < 8; ++i) {
            dense_w[o * 8 + i] = w[o / 4 * 2 + i / 4][(o + 8 - i) % 4];
        }
    }
    const std::array<float, 8> x{1, 2, 3, 4, 5, 6, 7, 8};
    const std::array<float, 8> y{196, 200, 196, 184, 51, 60, 69, 62};
    const std::array<std::array<int, 8>, 4> driven{
        {{1, 4, 3, 2, 5, 8, 7, 6}, {2, 1, 4, 3, 6, 5, 8, 7}, {3, 2, 1, 4, 7, 6, 5, 8}, {4, 3, 2, 1, 8, 7, 6, 5}}};
    const std::array<std::array<float, 8>, 2> columns{{{1, 2, 3, 4, 5, 6, 7, 8}, {2, 0, 1, 3, 4, 1, 0, 2}}};
    thread_pool pool(1);
    for (const index_t copies : {1, 2, 4}) {
        CAPTURE(copies);
        const auto chip = design<>{}
                              .with(multilevel_cell<2>{})
                              .with(block_circulant<4, codes>{.map = {.fraction_bits = 0}, .copies = copies})
                              .with(geometry<8, 16>{});
        dense layer(chip, {.in = 8, .out = 8, .bias = false}, 1, 0);
        layer.program({dense_w.data(), 8, 8});
        CHECK(layer.array().outputs() == 2 * copies);
        CHECK(layer.array().inputs() == 8);
        for (index_t o = 0; o < 2 * copies; ++o) { // a copy is the vector, rotated
            for (index_t i = 0; i < 8; ++i) {
                const index_t from = i / 4 * 4 + (i + o % copies) % 4;
                CHECK(static_cast<float>(layer.array().stored(o, i).code()) ==
                      columns[static_cast<std::size_t>(o / copies)][static_cast<std::size_t>(from)]);
            }
        }
        const circulant_matrix m{4, copies, 8, 8, 1};
        CHECK(m.rotations() == 4 / copies);
        for (index_t c = 0; c < m.rotations(); ++c) {
            for (index_t i = 0; i < 8; ++i) {
                CHECK(x[static_cast<std::size_t>(m.driven_channel(c, i))] ==
                      static_cast<float>(driven[static_cast<std::size_t>(c * copies)][static_cast<std::size_t>(i)]));
            }
        }
        batch_tensor in({8, 1, 1}, 1), out;
        for (index_t i = 0; i < 8; ++i) {
            in.at(0, i) = x[static_cast<std::size_t>(i)];
        }
        layer.forward(in, out, {pool, false, 1, 0});
        for (index_t o = 0; o < 8; ++o) {
            CHECK(out.at(0, o) == y[static_cast<std::size_t>(o)]);
        }
        std::vector<double> sums(static_cast<std::size_t>(2 * copies)); // cell by cell
        for (index_t c = 0; c < m.rotations(); ++c) {
            std::vector<float> column;
            for (index_t i = 0; i < 8; ++i) {
                column.push_back(x[static_cast<std::size_t>(m.driven_channel(c, i))]);
            }
            read_reference(layer.array(), column, sums);
            for (index_t o = 0; o < 2 * copies; ++o) {
                CHECK(sums[static_cast<std::size_t>(o)] ==
                      static_cast<double>(y[static_cast<std::size_t>(m.output_read(c, o))]));
            }
        }
    }
}

TEST_CASE("block-circulant: expansion is the definition, whatever the extents") {
    each_shape([](const circulant_matrix& m) {
        const std::vector<float> stored = random_numbers(m.stored_outputs() * m.stored_inputs(), 1);
        const std::vector<float> w = expanded(m, stored);
        for (index_t o = 0; o < m.outputs; ++o) {
            for (index_t i = 0; i < m.inputs(); ++i) {
                const index_t channel = i / m.taps;
                const index_t c = o % m.block / m.copies;
                const index_t s = (c * m.copies + m.block - channel % m.block) % m.block;
                const index_t row = o / m.block * m.copies + o % m.block % m.copies;
                CHECK(w[static_cast<std::size_t>(o * m.inputs() + i)] ==
                      stored[static_cast<std::size_t>(row * m.stored_inputs() + (channel / m.block * m.block + s) * m.taps +
                                                      i % m.taps)]);
                CHECK(m.stored_output(o) == row);
            }
        }
        // Every rotation drives each channel once, and all of them read each output once.
        std::vector<int> reads(static_cast<std::size_t>(m.outputs), 0);
        for (index_t c = 0; c < m.rotations(); ++c) {
            std::vector<int> drives(static_cast<std::size_t>(m.stored_channels()), 0);
            for (index_t s = 0; s < m.stored_channels(); ++s) {
                ++drives[static_cast<std::size_t>(m.driven_channel(c, s))];
            }
            CHECK(drives == std::vector<int>(drives.size(), 1));
            for (index_t o = 0; o < m.stored_outputs(); ++o) {
                if (const index_t at = m.output_read(c, o); at < m.outputs) {
                    ++reads[static_cast<std::size_t>(at)];
                    CHECK(m.stored_output(at) == o);
                }
            }
        }
        CHECK(reads == std::vector<int>(reads.size(), 1));
    });
}

TEST_CASE("block-circulant: the projection is idempotent, and nothing of the kind is nearer") {
    each_shape([](const circulant_matrix& m) {
        const std::vector<float> w = random_numbers(m.outputs * m.inputs(), 2);
        const std::vector<float> stored = m.project({w.data(), m.outputs, m.inputs()});
        const std::vector<float> nearest_w = expanded(m, stored);
        CHECK(square_distance(expanded(m, m.project({nearest_w.data(), m.outputs, m.inputs()})), nearest_w) < 1e-10);
        const double best = square_distance(w, nearest_w);
        const std::vector<float> base = random_numbers(m.block_rows() * m.stored_inputs(), 3);
        std::vector<float> other = stored;
        const std::vector<float> direction = m.copied({base.data(), m.block_rows(), m.stored_inputs()});
        for (const float step : {-0.5f, -0.01f, 0.01f, 0.5f}) {
            for (std::size_t i = 0; i < other.size(); ++i) {
                other[i] = stored[i] + step * direction[i];
            }
            CHECK(square_distance(w, expanded(m, other)) >= best - 1e-6);
        }
    });
    const circulant_matrix m{4, 1, 8, 8, 1};
    const std::vector<float> w(63);
    CHECK_THROWS_WITH_AS(static_cast<void>(m.project({w.data(), 9, 7})), doctest::Contains("8 x 8"), error);
}

TEST_CASE("block-circulant: the gradient of a weight is the correlation of errors and inputs, dw[t] = sum over r of dy[r] x[(r "
          "- t) mod K]") {
    thread_pool pool(2);
    each_shape([&](const circulant_matrix& m) {
        const std::vector<float> x = random_numbers(m.inputs(), 4);
        const std::vector<float> dy = random_numbers(m.outputs, 5);
        std::vector<float> gradient;
        for (const float error : dy) {
            for (const float input : x) {
                gradient.push_back(error * input);
            }
        }
        std::vector<float> stored(static_cast<std::size_t>(m.stored_outputs() * m.stored_inputs()), 7.0f);
        m.reduce(gradient.data(), m.inputs(), stored.data(), m.stored_inputs(), pool);
        for (index_t i = 0; i < m.block_rows(); ++i) {
            for (index_t at = 0; at < m.stored_inputs(); ++at) {
                const index_t channel = at / m.taps;
                const index_t t = channel % m.block;
                double expected = 0.0;
                for (index_t r = 0; r < m.block; ++r) {
                    const index_t from = channel / m.block * m.block + (r + m.block - t) % m.block;
                    if (i * m.block + r < m.outputs && from < m.channels) {
                        expected += static_cast<double>(dy[static_cast<std::size_t>(i * m.block + r)]) *
                                    static_cast<double>(x[static_cast<std::size_t>(from * m.taps + at % m.taps)]);
                    }
                }
                double sum = 0.0; // over the copies of the weight
                for (index_t e = 0; e < m.copies; ++e) {
                    const index_t s = channel / m.block * m.block + (t + m.block - e) % m.block;
                    sum += static_cast<double>(
                        stored[static_cast<std::size_t>((i * m.copies + e) * m.stored_inputs() + s * m.taps + at % m.taps)]);
                }
                CHECK(sum == doctest::Approx(expected).epsilon(1e-4));
            }
        }
    });
}

TEST_CASE("block-circulant: crossbars, and what they hold") {
    // 1024 x 1024, 16 bits on cells of 2, crossbars of 128 x 128: reading note on DATE 2020, a reconstruction.
    const auto tiles_of = [](const auto& map) {
        const circulant_matrix m = circulant_matrix::make(map, 1024, 1024, 1);
        return tiling::make(geometry<128, 128>{}, m.stored_inputs(), m.stored_outputs(), 8, mask_rows(map), most_rows(map))
            .tiles();
    };
    using words = bit_sliced<16, differential>;
    CHECK(tiles_of(block_circulant<1, words>{}) == 512);
    CHECK(tiles_of(block_circulant<64, words>{}) == 8);
    CHECK(tiles_of(block_circulant<128, words>{}) == 8); // half full
    CHECK(tiles_of(block_circulant<128, words>{.copies = 2}) == 8);
    CHECK(tiles_of(block_circulant<256, words>{.copies = 4}) == 8);
    CHECK(tiles_of(block_circulant<64, words>{.horizontal_slices = false}) == 16);
    CHECK(tiles_of(block_circulant<4, words>{.horizontal_slices = false}) == 256 * 16);
    CHECK_THROWS_WITH_AS(validate(block_circulant<6, words>{.copies = 4}), doctest::Contains("a divisor of 6"), error);
    CHECK_THROWS_WITH_AS(validate(block_circulant<6, words>{.copies = 0}), doctest::Contains("copies"), error);
}

} // namespace block_circulant_tests
