#include <rcim/nn/keep_filters.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/fit.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rcim;

namespace keep_filters_tests {

constexpr map_shape shape{3, 8, 8};
network wide() {
    return vgg8(design<>{}, 5, shape, 10, {.filters = {6, 8, 10}, .hidden = 12});
}
network thin() {
    return vgg8(design<>{}, 7, shape, 10, {.filters = {4, 5, 10}, .hidden = 9});
}

std::vector<float> outputs(network& net) {
    thread_pool pool(1);
    batch_tensor x(shape, 16);
    const random_source draw(3, purpose::test);
    for (index_t s = 0; s < 16; ++s) {
        for (index_t f = 0; f < shape.size(); ++f) {
            x.at(s, f) = draw.uniform(static_cast<std::uint64_t>(s * shape.size() + f));
        }
    }
    const batch_tensor& y = net.forward(x, {pool});
    std::vector<float> all;
    for (index_t s = 0; s < 16; ++s) {
        for (index_t f = 0; f < 10; ++f) {
            all.push_back(y.at(s, f));
        }
    }
    return all;
}

TEST_CASE("keep_filters: a network whose other filters give nothing goes on as it was") {
    network from = wide();
    network to = thin();
    // All but as many filters as the thin network has are empty: their maps are zero behind batch normalisation with a shift of zero.
    std::vector<layer*> targets;
    to.each([&](layer& one) { targets.push_back(&one); });
    std::size_t n = 0;
    std::uint64_t draws = 0;
    index_t kept = 0;
    const random_source draw(11, purpose::test);
    std::vector<std::uint8_t> full; // filters of the layer before that are not empty
    from.each([&](layer& one) {
        const parameter_view own = one.parameters();
        const index_t wanted = targets[n++]->parameters().weights.rows;
        if (own.weights.rows > 0) {
            kept = wanted;
            std::vector<float> w;
            full.assign(static_cast<std::size_t>(own.weights.rows), 0);
            for (index_t o = 0; o < own.weights.rows; ++o) {
                full[static_cast<std::size_t>(o)] = own.weights.rows - o <= wanted ? 1 : 0; // the last ones
                for (index_t i = 0; i < own.weights.cols; ++i) {
                    w.push_back(full[static_cast<std::size_t>(o)] != 0 ? draw.uniform(draws++) - 0.5f : 0.0f);
                }
            }
            one.program({w.data(), own.weights.rows, own.weights.cols});
        }
        for (const auto& numbers : own.digital) {
            for (std::size_t c = 0; c < numbers.size(); ++c) {
                numbers[c] = full[c] != 0 ? 0.5f + draw.uniform(draws++) : 0.0f;
            }
        }
    });
    keep_filters(from, to);
    const std::vector<float> expected = outputs(from);
    const std::vector<float> found = outputs(to);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-4));
    }
    CHECK(expected[3] != 0.0f);
}

TEST_CASE("keep_filters: networks of equal extents are copied; others are refused") {
    network from = wide();
    network same = vgg8(design<>{}, 9, shape, 10, {.filters = {6, 8, 10}, .hidden = 12});
    keep_filters(from, same);
    CHECK(outputs(same) == outputs(from));
    network wider = vgg8(design<>{}, 9, shape, 10, {.filters = {7, 8, 10}, .hidden = 12});
    CHECK_THROWS_WITH_AS(keep_filters(from, wider), doctest::Contains("at most 6 x 27"), error);
    network other = lenet5(design<>{}, 9);
    CHECK_THROWS_WITH_AS(keep_filters(from, other), doctest::Contains("layers"), error);
}

} // namespace keep_filters_tests
