#include "experiment.hpp"

#include <rcim/core/events.hpp>
#include <rcim/cost/isaac.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/train/fit.hpp>

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
