#include <rcim/data/fault_files.hpp>

#include <algorithm>

#include "harness/target.hpp"

// Bytes as 64-bit integers and as levels.
const fuzz::memory_bound fuzz::memory{.constant = 32 << 10, .per_byte = 32};

namespace {

void check_stock(const rcim::fault_array& array) {
    const rcim::imported_array faults{array};
    faults.validate();
    const rcim::random_source source(7, rcim::purpose::fault_map);
    for (const auto& [rows, cols] : {std::pair<rcim::index_t, rcim::index_t>{1, 1}, {3, 2}, {128, 128}}) {
        const rcim::cell_site site{.row = rows - 1, .col = cols - 1, .rows = rows, .cols = cols};
        fuzz::accepts([&] {
            const int level = faults.stuck_level(source, site, 16);
            fuzz::require(level >= rcim::healthy && level < 16, "a level that the cell does not have");
        });
    }
}

} // namespace

void fuzz::read(bytes input) {
    const rcim::npy_array<std::int64_t> numbers = rcim::parse_npy_as<std::int64_t>(input, "file");
    accepts([&] { check_stock(rcim::fault_array_of(numbers, {}, "file")); });
    accepts([&] {
        const rcim::fault_array mask = rcim::fault_array_of(numbers, rcim::stuck_where_set(3), "file");
        require(mask.stuck() ==
                    static_cast<std::uint64_t>(std::ranges::count_if(numbers.data, [](std::int64_t v) { return v != 0; })),
                "other cells than the mask's");
        check_stock(mask);
    });
}
