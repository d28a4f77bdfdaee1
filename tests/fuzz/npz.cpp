#include <rcim/data/npz.hpp>

#include <cstring>

#include "harness/target.hpp"

// Deflate gives at most 1032 bytes for one, and one array at a time is read as doubles, of 8 bytes for one of the file. libzip
// makes room for as many entries as two bytes say before it looks for them, 2 MB, for up to two directories that it finds; the
// rest is zlib's and what is written again.
const fuzz::memory_bound fuzz::memory{.constant = 5 << 20, .per_byte = (1 + 8) * 1032 + 64};

namespace {

constexpr std::size_t most = 4096; ///< numbers that are written again

bool same(const rcim::npy_array<double>& a, const rcim::npy_array<double>& b) {
    return a.shape == b.shape && a.data.size() == b.data.size() &&
           (a.data.empty() || std::memcmp(a.data.data(), b.data.data(), a.data.size() * sizeof(double)) == 0);
}

} // namespace

void fuzz::read(bytes input) {
    const rcim::npz_archive archive = rcim::parse_npz(input, "file");
    rcim::npz_writer writer(true);
    std::vector<std::string> names;
    std::size_t left = most;
    for (const std::string& name : archive.names()) {
        require(archive.contains(name), "an array that is named and is not there");
        accepts([&] {
            const auto array = archive.array_as<double>(name);
            if (array.data.size() <= left) {
                writer.add<double>(name, array.data, array.shape); // throws unless the data have the shape
                left -= array.data.size();
                names.push_back(name);
            }
        });
    }
    accepts([&] { static_cast<void>(archive.array<float>("none of this name")); });
    const std::filesystem::path path = folder() / "again.npz";
    if (accepts([&] { writer.save(path); })) { // libzip writes no names that it takes for no text
        const rcim::npz_archive again = rcim::load_npz(path);
        require(again.names() == names, "other names than were written");
        for (const std::string& name : names) {
            require(same(again.array<double>(name), archive.array_as<double>(name)), "an array that is not what was written");
        }
    }
}
