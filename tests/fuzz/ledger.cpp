#include <rcim/cost/report_json.hpp>

#include <algorithm>

#include "harness/target.hpp"

// A value of JSON takes up to 16 bytes and the bookkeeping of its vectors for every byte of it; texts and maps as much again.
// Lines with as many writes are one number in the file, so their number has a bound of its own.
const fuzz::memory_bound fuzz::memory{.constant = 128 << 10, .per_byte = 512};

namespace {

/// Whether what was written of a ledger is what the file had. Lines are sorted by their writes, and the file may have more than
/// a ledger has.
bool is_part(const nlohmann::json& written, const nlohmann::json& read) {
    if (written.is_object()) {
        return std::ranges::all_of(written.items(), [&](const auto& item) {
            return item.key() == "lines_by_writes" || is_part(item.value(), read.at(item.key()));
        });
    }
    if (written.is_array()) {
        return std::ranges::equal(written, read, is_part);
    }
    return written.dump() == read.dump(); // -1 equals 2^64 - 1 as numbers
}

} // namespace

void fuzz::read(bytes input) {
    constexpr std::uint64_t most_lines = 4096;
    const auto json = nlohmann::json::parse(input.begin(), input.end(), nullptr, false);
    if (json.is_discarded()) {
        return;
    }
    accepts([&] { static_cast<void>(rcim::event_counts_from_json(json)); });
    const rcim::event_ledger ledger = rcim::ledger_from_json(json, most_lines);
    const nlohmann::json once = to_json(ledger);
    require(is_part(once, json), "a ledger other than the file's");
    require(to_json(rcim::ledger_from_json(once, most_lines)) == once, "a ledger that is not what was written");
    for (const rcim::layer_events& layer : ledger.layers()) {
        require(layer.weight_lines.most() <= layer.weight_lines.total(), "more writes of one line than of all");
    }
}
