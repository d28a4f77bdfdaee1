#include "harness/target.hpp"

#include <rcim/import/safetensors.hpp>

#include <cstring>
#include <set>

// A header of JSON takes up to 16 bytes and the bookkeeping of its vectors for every "[" of it; then data as floats, written and read again.
const fuzz::memory_bound fuzz::memory{.constant = 64 << 10, .per_byte = 256};

void fuzz::read(bytes input) {
    const rcim::tensor_file file = rcim::parse_safetensors(input, "file");
    std::set<std::string> names(file.others.begin(), file.others.end());
    for (const rcim::named_tensor& one : file.tensors) {
        require(one.name != "__metadata__" && names.insert(one.name).second, "a name twice");
    }
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
