#include "harness/target.hpp"

#include <rcim/cost/report_json.hpp>

// A value of JSON takes up to 16 bytes and the bookkeeping of its vectors for every byte of it; texts and maps as much again. Lines with as many writes are
// one number in the file, so their number has a bound of its own.
const fuzz::memory_bound fuzz::memory{.constant = 64 << 10, .per_byte = 512};

void fuzz::read(bytes input) {
    const auto json = nlohmann::json::parse(input.begin(), input.end(), nullptr, false);
    if (json.is_discarded()) {
        return;
    }
    accepts([&] { static_cast<void>(rcim::event_counts_from_json(json)); });
    const rcim::event_ledger ledger = rcim::ledger_from_json(json);
    const nlohmann::json once = to_json(ledger);
    require(to_json(rcim::ledger_from_json(once)) == once, "a ledger that is not what was written");
    for (const rcim::layer_events& layer : ledger.layers()) {
        require(layer.weight_lines.most() <= layer.weight_lines.total(), "more writes of one line than of all");
    }
}
