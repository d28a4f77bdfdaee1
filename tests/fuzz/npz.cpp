#include "harness/target.hpp"

#include <rcim/data/npz.hpp>

#include <cstring>

// Deflate gives at most 1032 bytes for one; they are collected in a vector that doubles, and one array is converted at a time, from bytes to
// doubles at the worst. libzip and zlib hold 64 kB pieces and windows.
const fuzz::memory_bound fuzz::memory{.constant = 512 << 10, .per_byte = 3 * 1032 + 9 * 1032};

void fuzz::read(bytes input) {
    const rcim::npz_archive archive = rcim::parse_npz(input, "file");
    rcim::npz_writer writer(true);
    for (const std::string& name : archive.names()) {
        require(archive.contains(name), "an array that is named and is not there");
        accepts([&] {
            const auto array = archive.array_as<double>(name);
            writer.add<double>(name, array.data, array.shape); // throws unless the data have the shape
        });
    }
    const std::filesystem::path path = folder() / "again.npz";
    std::vector<std::string> written;
    if (accepts([&] { writer.save(path); })) {
        const rcim::npz_archive again = rcim::load_npz(path);
        for (const std::string& name : again.names()) {
            const auto before = archive.array_as<double>(name);
            const auto after = again.array<double>(name);
            require(after.shape == before.shape && after.data.size() == before.data.size() &&
                        (after.data.empty() || std::memcmp(after.data.data(), before.data.data(), after.data.size() * sizeof(double)) == 0),
                    "an array that is not what was written");
        }
    }
    accepts([&] { static_cast<void>(archive.array<float>("none of this name")); });
}
