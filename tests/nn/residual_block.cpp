#include <rcim/nn/batch_norm.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/nn/residual_block.hpp>
#include <rcim/update/sgd.hpp>

#include <nn/layer_checks.hpp>
#include <nn/tiny_layers.hpp>

#include <cmath>
#include <limits>
#include <memory>

using namespace rcim_test;

namespace residual_block_tests {

struct trained {
    rcim::sgd update{.learning_rate = 0.1f};
};

enum class shortcut { identity, projection, subsample };

std::unique_ptr<rcim::residual_block> make_block(shortcut kind) {
    const bool wider = kind != shortcut::identity;
    const index_t out = wider ? 4 : 2;
    const index_t stride = wider ? 2 : 1;
    rcim::sequence body;
    body.emplace<tiny_projection>(2, 3, 1, 1u);
    body.emplace<rcim::batch_norm<trained>>(trained{}, 3);
    body.emplace<rcim::relu>();
    body.emplace<tiny_projection>(3, out, stride, 2u);
    rcim::sequence side;
    if (kind == shortcut::projection) {
        side.emplace<tiny_projection>(2, 4, 2, 3u);
    } else if (kind == shortcut::subsample) {
        side.emplace<rcim::subsample>(4, 2);
    }
    return std::make_unique<rcim::residual_block>(std::move(body), std::move(side));
}

std::vector<checked_parameter> parameters_of(rcim::residual_block& block) {
    std::vector<checked_parameter> result;
    for (const std::size_t i : {0u, 3u}) {
        auto& p = dynamic_cast<tiny_projection&>(block.body()[i]);
        result.push_back(parameter_in_memory(rcim::text("body ", i), p.weight(), p.weight_gradient()));
    }
    if (auto* p = block.shortcut().empty() ? nullptr : dynamic_cast<tiny_projection*>(&block.shortcut()[0])) {
        result.push_back(parameter_in_memory("shortcut", p->weight(), p->weight_gradient()));
    }
    return result;
}

TEST_CASE("subsample: values, gradient, threads") {
    rcim::thread_pool pool(1);
    rcim::subsample subject(3, 2);
    CHECK(subject.output_shape({2, 5, 4}) == rcim::map_shape{3, 3, 2});
    const auto x = random_batch({2, 5, 4}, 17, 1);
    rcim::batch_tensor y;
    subject.forward(x, y, {pool});
    bool same = true;
    for (index_t n = 0; n < 17; ++n) {
        for (index_t row = 0; row < 3; ++row) {
            for (index_t col = 0; col < 2; ++col) {
                for (index_t c = 0; c < 2; ++c) {
                    same = same && y.at(n, (c * 3 + row) * 2 + col) == x.at(n, (c * 5 + 2 * row) * 4 + 2 * col);
                }
                same = same && y.at(n, (2 * 3 + row) * 2 + col) == 0.0f;
            }
        }
    }
    CHECK(same);
    check_gradients(subject, x);
    check_any_number_of_threads([] { return std::make_unique<rcim::subsample>(3, 2); }, {2, 5, 4});
}

TEST_CASE("subsample: errors") {
    CHECK(error_of([] { rcim::subsample(0, 1); }) == "subsample: channels: expected at least 1, found 0");
    CHECK(error_of([] { rcim::subsample(1, 0); }) == "subsample: stride: expected at least 1, found 0");
    CHECK(error_of([] {
              (void)rcim::subsample(4, 2).output_shape({8, 4, 4});
          }) == "subsample: channels: expected at most 4, found 8 in 8 x 4 x 4");
}

TEST_CASE("residual_block: gradient with every shortcut") {
    for (const auto kind : {shortcut::identity, shortcut::projection, shortcut::subsample}) {
        for (const index_t samples : {2, 17}) {
            const auto block = make_block(kind);
            check_gradients(*block, random_batch({2, 3, 4}, samples, 3), parameters_of(*block),
                            {.step = 0x1p-9f, .tolerance = 5e-3});
        }
    }
}

TEST_CASE("residual_block: any number of threads") {
    for (const auto kind : {shortcut::identity, shortcut::projection, shortcut::subsample}) {
        check_any_number_of_threads([&] { return make_block(kind); }, {2, 3, 4});
    }
}

TEST_CASE("residual_block: y = relu(body(x) + shortcut(x)), NaN gets through") {
    rcim::thread_pool pool(1);
    rcim::sequence body;
    auto& weights = body.emplace<tiny_projection>(1, 1, 1, 1u);
    weights.weight()[0] = -3.0f;
    rcim::residual_block subject(std::move(body));
    rcim::batch_tensor x({1, 1, 1}, 3), y;
    x.at(0, 0) = 1.0f;
    x.at(1, 0) = -1.0f;
    x.at(2, 0) = std::numeric_limits<float>::quiet_NaN();
    subject.forward(x, y, {pool});
    CHECK(y.at(0, 0) == 0.0f);
    CHECK(y.at(1, 0) == 2.0f);
    CHECK(std::isnan(y.at(2, 0)));
}

TEST_CASE("residual_block: as one layer of a network") {
    const auto block = make_block(shortcut::projection);
    CHECK(block->describe() == "residual_block{.body = {tiny_projection 2 to 3, batch_norm{.channels = 3}, relu, "
                               "tiny_projection 3 to 4}, .shortcut = {tiny_projection 2 to 4}}");
    CHECK(make_block(shortcut::identity)->describe().ends_with(".shortcut = {identity}}"));
    CHECK(block->learns());
    CHECK(block->max_abs_weight() > 0.0f);
    byte_archive state;
    block->visit(state);
    CHECK(state.names.front() == "body/00/weight");
    CHECK(state.names.back() == "shortcut/00/weight");
}

TEST_CASE("residual_block: errors") {
    CHECK(error_of([] { rcim::residual_block(rcim::sequence{}); }) ==
          "residual_block: body: expected at least one layer, found none");
    CHECK(error_of([] {
              (void)make_block(shortcut::identity)->output_shape({5, 2, 2});
          }) == "residual_block: body: layer 0 (tiny_projection 2 to 3): tiny_projection: channels: expected 2, found 5");
    CHECK(error_of([] {
              rcim::sequence body;
              body.emplace<tiny_projection>(2, 4, 2, 1u);
              (void)rcim::residual_block(std::move(body)).output_shape({2, 4, 4});
          }) == "residual_block: output of the shortcut: expected 4 x 2 x 2 as of the body, found 2 x 4 x 4");
}

} // namespace residual_block_tests
