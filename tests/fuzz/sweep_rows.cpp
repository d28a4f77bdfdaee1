#include <rcim/sweep/row_file.hpp>

#include "harness/target.hpp"

// A value of JSON takes up to 16 bytes and the bookkeeping of its vectors for every byte of it. The file is read twice.
const fuzz::memory_bound fuzz::memory{.constant = 64 << 10, .per_byte = 256};

namespace {

std::string lines_of(const std::vector<rcim::sweep_row>& rows) {
    std::string all;
    for (const rcim::sweep_row& row : rows) {
        all += to_json(row).dump() + "\n";
    }
    return all;
}

} // namespace

void fuzz::read(bytes input) {
    const std::filesystem::path path = folder() / "rows.jsonl";
    put(path, input);
    std::string known;
    const bool loaded = accepts([&] { known = lines_of(rcim::load_sweep_rows(path)); });
    const bool opened = accepts([&] {
        rcim::sweep_row_file file(path);
        // Rows are what their lines say, and a cut-off row is left out both ways.
        require(loaded && lines_of(file.rows()) == known, "rows that depend on how the file is opened");
        std::size_t line = 0;
        for (const rcim::sweep_row& row : file.rows()) {
            const std::string once = to_json(row).dump();
            require(to_json(rcim::sweep_row_of(once, "line")).dump() == once, "a row that is not what was written");
            static_cast<void>(row.point.key());
            static_cast<void>(row.point.name());
            ++line;
        }
        if (line > 0) {
            file.append(rcim::sweep_row(file.rows().front()));
        }
    });
    if (!opened) {
        require(rcim::detail::read_whole("fuzz", path) == std::vector<std::uint8_t>(input.begin(), input.end()),
                "a file that is refused and has changed");
        return;
    }
    const rcim::sweep_row_file again(path);
    require(again.repaired() == 0, "a file that is put right twice");
    const std::string now = lines_of(again.rows());
    require(now.starts_with(known) && lines_of(rcim::load_sweep_rows(path)) == now, "rows that are lost when one is added");
}
