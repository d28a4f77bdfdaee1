#include "harness/target.hpp"

#include <rcim/core/events.hpp>
#include <rcim/data/state_file.hpp>

#include <cstring>
#include <string>

// The file once more, the text of its labels in a message, and for every array, of ten bytes at least, what is known of it; growing
// vectors take that twice.
const fuzz::memory_bound fuzz::memory{.constant = 64 << 10, .per_byte = 40};

namespace {

/// What a training's checkpoint is put back into, in small: extents that are fixed, lists, words, and events.
struct owner {
    std::vector<float> matrix = std::vector<float>(8, -1.0f); ///< 2 x 2, rows of 4
    std::vector<double> list{};
    std::string words{};
    rcim::event_ledger events{};

    void visit(rcim::archive& a) {
        a.visit("matrix", std::span(matrix), {2, 2}, 4);
        a.visit_list("list", list);
        a.visit_text("words", words);
        events.visit(a);
    }
};

/// As if whoever wrote this had also written the right length and checksum, which made-up bytes never have.
std::vector<std::uint8_t> sealed(fuzz::bytes input) {
    std::vector<std::uint8_t> file(rcim::detail::state_header);
    file.insert(file.end(), input.begin(), input.end());
    const std::uint32_t format = rcim::detail::state_format;
    const std::uint64_t size = file.size();
    rcim::fingerprint sum;
    sum.add(std::as_bytes(input));
    const std::uint64_t value = sum.value();
    std::memcpy(file.data(), rcim::detail::state_magic.data(), 8);
    std::memcpy(file.data() + 8, &format, sizeof format);
    std::memcpy(file.data() + 16, &size, sizeof size);
    std::memcpy(file.data() + 24, &value, sizeof value);
    return file;
}

} // namespace

void fuzz::read(bytes input) {
    static_cast<void>(accepts([&] { static_cast<void>(rcim::state_reader("file", {input.begin(), input.end()})); }));
    owner back;
    const bool whole = accepts([&] {
        rcim::state_reader reader("file", sealed(input));
        reader.restore("o", back);
        reader.expect_end();
    });
    for (const std::size_t i : {2u, 3u, 6u, 7u}) {
        require(back.matrix[i] == -1.0f, "padding that was written");
    }
    if (whole) {
        rcim::state_writer writer;
        writer.add("o", back);
        rcim::state_reader again("again", writer.take());
        owner other;
        again.restore("o", other);
        require(rcim::state_fingerprint(other) == rcim::state_fingerprint(back), "a state that is not what was written");
    }
}
