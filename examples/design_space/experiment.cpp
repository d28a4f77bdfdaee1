#include "experiment.hpp"

#include <rcim/core/events.hpp>
#include <rcim/cost/isaac.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>
#include <rcim/train/fit.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

rcim::named_values train(rcim::network& net, const experiment& on, const rcim::sweep_point& point) {
    rcim::event_ledger events;
    const rcim::training_record record =
        rcim::fit(net, on.data, {.epochs = static_cast<int>(point.settings.number("epochs")), .batch = 32, .events = &events});
    const rcim::cost_report cost = rcim::price(events, rcim::isaac_costs());
    const double images = static_cast<double>(cost.images);
    return {{"test_accuracy", record.test_accuracy},
            {"loss", record.epochs.back().loss},
            {"energy_uj", cost.pj() * 1e-6 / images},
            {"time_us", cost.seconds * 1e6 / images},
            {"area_mm2", cost.mm2()}};
}

std::shared_ptr<const experiment> load(const std::string& folder, int images, int test_images) {
    auto on = std::make_shared<experiment>();
    on->data = folder.empty() ? rcim::procedural_digits({.train = images, .test = test_images, .seed = 1})
                              : rcim::load_idx(folder, rcim::read_gzip);
    for (auto [set, count] : {std::pair{&on->data.train, images}, std::pair{&on->data.test, test_images}}) {
        const rcim::index_t kept = std::min<rcim::index_t>(count, set->size());
        set->images.resize(static_cast<std::size_t>(kept * set->shape.size()));
        set->labels.resize(static_cast<std::size_t>(kept));
    }
    return on;
}
