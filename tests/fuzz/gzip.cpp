#include <rcim/data/gzip.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>

#include "harness/target.hpp"

// Deflate gives at most 1032 bytes for one. The reader holds what is unpacked and, when it needs more room, the same again.
const fuzz::memory_bound fuzz::memory{.constant = 128 << 10, .per_byte = 2 * 1032 + 1032};

namespace {

std::uint32_t word(fuzz::bytes from) {
    return from[0] | std::uint32_t{from[1]} << 8 | std::uint32_t{from[2]} << 16 | std::uint32_t{from[3]} << 24;
}

/// Unpacks a stream of deflate at one go; empty unless it is whole and takes all bytes.
std::vector<std::uint8_t> inflated(fuzz::bytes packed, bool& whole) {
    std::vector<std::uint8_t> result(1032 * packed.size() + 1);
    z_stream stream{};
    fuzz::require(inflateInit2(&stream, -MAX_WBITS) == Z_OK, "no zlib");
    stream.next_in = const_cast<std::uint8_t*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = result.data();
    stream.avail_out = static_cast<uInt>(result.size());
    whole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
    result.resize(whole ? stream.total_out : 0);
    inflateEnd(&stream);
    return result;
}

std::vector<std::uint8_t> read_back(fuzz::bytes content) {
    const std::filesystem::path path = fuzz::folder() / "packed";
    fuzz::put(path, content);
    return rcim::read_gzip(path);
}

} // namespace

void fuzz::read(bytes input) {
    // As a file.
    accepts([&] {
        const std::vector<std::uint8_t> all = read_back(input);
        if (!rcim::detail::is_gzip(input)) {
            require(std::ranges::equal(all, input), "a plain file that has changed");
            return;
        }
        // What the last eight bytes say of the last member: its checksum and its size.
        const std::size_t size = word(input.last(4));
        require(size <= all.size(), "less than the last member");
        const auto last = bytes(all).last(size);
        require(crc32(0, last.data(), static_cast<uInt>(size)) == word(input.last(8)), "bytes that do not have the checksum");
    });
    // As the body of one, under the checksum that it has, which no chance would find.
    bool whole = false;
    const std::vector<std::uint8_t> unpacked = inflated(input, whole);
    std::vector<std::uint8_t> sealed{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    sealed.insert(sealed.end(), input.begin(), input.end());
    for (const auto number : {static_cast<std::uint32_t>(crc32(0, unpacked.data(), static_cast<uInt>(unpacked.size()))),
                              static_cast<std::uint32_t>(unpacked.size())}) {
        for (int shift = 0; shift < 32; shift += 8) {
            sealed.push_back(static_cast<std::uint8_t>(number >> shift));
        }
    }
    std::vector<std::uint8_t> all;
    const bool accepted = accepts([&] { all = read_back(sealed); });
    require(!whole || (accepted && all == unpacked), "a sound file that is refused or unpacked to something else");
}
