#pragma once

/// @file
/// The reader of compressed files. Needs zlib (target rcim::gzip); nothing else in the library includes this.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The bytes of a regular file, unpacked if it is gzip (one member or several) and as they are otherwise. Throws `error` where
/// it cannot be read, is truncated or corrupt (the checksum is verified), or has bytes after its last member. Memory follows
/// what is unpacked, at most 1032 times the file, which is the largest ratio of deflate.
[[nodiscard]] inline std::vector<std::uint8_t> read_gzip(const std::filesystem::path& path) {
    constexpr std::size_t largest_ratio = 1032;
    std::vector<std::uint8_t> packed = detail::read_whole("read_gzip", path);
    if (!detail::is_gzip(packed)) {
        return packed;
    }
    const auto broken = [&](const std::string& found) { fail("read_gzip", path.string(), "an intact gzip file", found); };

    struct inflater {
        z_stream stream{};
        ~inflater() { inflateEnd(&stream); }
    } unpacker;
    z_stream& stream = unpacker.stream;
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) {
        fail("read_gzip", "zlib", "a decompressor", stream.msg != nullptr ? stream.msg : "out of memory");
    }
    // The last four bytes claim the size modulo 2^32: a first guess, believed only as far as this file could reach.
    std::size_t claim = 0;
    for (std::size_t i = 0; i < 4 && packed.size() >= 18; ++i) {
        claim |= std::size_t{packed[packed.size() - 4 + i]} << (8 * i);
    }
    const std::size_t most = packed.size() * largest_ratio + 1;
    std::vector<std::uint8_t> bytes(std::min(claim + 1, most));

    constexpr std::size_t step = std::numeric_limits<uInt>::max();
    std::size_t taken = 0;
    std::size_t used = 0;
    for (;;) {
        if (used == bytes.size()) {
            bytes.resize(std::min(2 * bytes.size(), most)); // never full: no stream gives more
        }
        const auto offered = static_cast<uInt>(std::min(step, packed.size() - taken));
        const auto room = static_cast<uInt>(std::min(step, bytes.size() - used));
        stream.next_in = packed.data() + taken;
        stream.avail_in = offered;
        stream.next_out = bytes.data() + used;
        stream.avail_out = room;
        const int result = inflate(&stream, Z_NO_FLUSH);
        taken += offered - stream.avail_in;
        used += room - stream.avail_out;
        if (result == Z_STREAM_END) {
            if (taken == packed.size()) {
                bytes.resize(used);
                return bytes;
            }
            if (!detail::is_gzip(std::span(packed).subspan(taken))) {
                broken(text(packed.size() - taken, " bytes after its end"));
            }
            inflateReset(&stream);
        } else if (result == Z_BUF_ERROR || (result == Z_OK && taken == packed.size() && stream.avail_out != 0)) {
            broken(text("its end missing after ", packed.size(), " bytes"));
        } else if (result != Z_OK) {
            broken(stream.msg != nullptr ? stream.msg : text("zlib error ", result));
        }
    }
}

} // namespace rcim::inline RCIM_ABI
