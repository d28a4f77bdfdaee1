#include <adapt/small.hpp>
#include <doctest/doctest.h>

using namespace rcim_test;

namespace identities_tests {

const adapt_options schedule{.fit = {.epochs = 2, .batch = 32}, .selection_epochs = 0};

/// What a network on a chip becomes by a method, from a backbone of one epoch.
template <class Design, class Method>
std::vector<float> adapted(const Design& chip, const Method& method, const adapt_options& options = schedule) {
    network base = small_net(design<>{}.with(adam{.learning_rate = 2e-3f}), 3);
    fit(base, small_digits(), {.epochs = 1, .batch = 32, .evaluate = false});
    network net = small_net(chip, 3);
    map_weights(base, net);
    adapt(net, other_task(), method, options);
    return weights_of(net);
}

TEST_CASE("adaptation: a budget of all crossbars is finetuning everything, whatever the masks") {
    const auto chip = masked_chip<shifting<2>>();
    CHECK(adapted(chip, xma2(1.0)) == adapted(chip, finetune_all()));
}

TEST_CASE("adaptation: a budget of none is XMA") {
    const auto chip = masked_chip<shifting<2>>();
    const std::vector<float> by_xma = adapted(chip, xma());
    CHECK(adapted(chip, xma2(0.0)) == by_xma);
    CHECK(by_xma != adapted(chip, classifier_only()));
    // A budget too small for one crossbar, with the choice skipped.
    CHECK(adapted(chip, xma2(1e-3)) == by_xma);
}

TEST_CASE("adaptation: scales of 0 and 1 are XBM, whatever the hardware behind them") {
    const std::vector<float> by_xbm = adapted(masked_chip<gating>(), xbm());
    CHECK(adapted(masked_chip<shifting<1, 0>>(), xbm()) == by_xbm);
    CHECK(adapted(masked_chip<scaling>(), xbm()) == by_xbm);
    auto none_written = xma2(0.0, straight_through{});
    none_written.mask_rule = xbm().mask_rule;
    CHECK(adapted(masked_chip<gating>(), none_written) == by_xbm);
}

TEST_CASE("adaptation: without a step nothing changes but the classifier") {
    network net = small_net(masked_chip<gating>(), 3);
    fit(net, small_digits(), {.epochs = 1, .batch = 32, .evaluate = false});
    const std::vector<float> before = outputs_of(net, other_task());
    const adapt_options nothing{.fit = {.epochs = 0, .evaluate = false}, .selection_epochs = 0, .new_classifier = false};
    adapt(net, other_task(), xbm(), nothing);
    CHECK(outputs_of(net, other_task()) == before);
    adapt(net, other_task(), piggyback(), nothing);
    CHECK(outputs_of(net, other_task()) == before);
}

TEST_CASE("adaptation: the same bits with any number of threads") {
    const auto run = [](int threads) {
        thread_pool pool(threads);
        adapt_options options = schedule;
        options.fit.pool = &pool;
        options.selection_epochs = 1;
        return adapted(masked_chip<shifting<2>>(), xma2(0.3), options);
    };
    CHECK(run(1) == run(3));
}

} // namespace identities_tests
