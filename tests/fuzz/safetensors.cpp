#include <rcim/import/safetensors.hpp>

#include <cstring>
#include <set>

#include "harness/target.hpp"

// A header of JSON takes up to 16 bytes and the bookkeeping of its vectors for every "[" of it; then data as floats, written
// and read again.
const fuzz::memory_bound fuzz::memory{.constant = 64 << 10, .per_byte = 256};

namespace {

/// Bytes after the header.
std::size_t data_after(fuzz::bytes file) {
    return file.size() - 8 - static_cast<std::size_t>(rcim::detail::safetensors_word<std::uint64_t>(file, 0));
}

} // namespace

void fuzz::read(bytes input) {
    const rcim::tensor_file file = rcim::parse_safetensors(input, "file");
    const auto header = nlohmann::json::parse(input.begin() + 8, input.end() - static_cast<std::ptrdiff_t>(data_after(input)));
    std::set<std::string> names(file.others.begin(), file.others.end());
    for (const rcim::named_tensor& one : file.tensors) {
        require(one.name != "__metadata__" && names.insert(one.name).second, "a name twice");
    }
    const std::size_t words = header.contains("__metadata__") ? 1 : 0;
    require(header.size() == words + names.size() && (words == 0 || header["__metadata__"] == nlohmann::json(file.metadata)),
            "names or texts that are not those of the header");
    const std::filesystem::path path = folder() / "again.safetensors";
    save_safetensors(path, file.tensors, file.metadata); // throws unless the data have the shapes
    const rcim::tensor_file again = rcim::load_safetensors(path);
    require(again.metadata == file.metadata && again.others.empty() && again.tensors.size() == file.tensors.size(),
            "a file that is not what was written");
    for (std::size_t n = 0; n < file.tensors.size(); ++n) {
        const rcim::named_tensor& before = file.tensors[n];
        const rcim::named_tensor& after = again.tensors[n];
        require(after.name == before.name && after.shape == before.shape && after.data.size() == before.data.size() &&
                    (after.data.empty() || std::memcmp(after.data.data(), before.data.data(), 4 * after.data.size()) == 0),
                "a tensor that is not what was written");
    }
}
