/// @file
/// Where libFuzzer is missing: reads every file in the folders that are named, and files that are, once.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    namespace fs = std::filesystem;
    std::vector<fs::path> files;
    try {
        for (const fs::path path : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
            if (fs::is_directory(path)) {
                std::copy_if(fs::recursive_directory_iterator(path), {}, std::back_inserter(files),
                             [](const fs::path& one) { return fs::is_regular_file(one); });
            } else {
                files.push_back(path);
            }
        }
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "replay: %s\n", problem.what());
        return 2;
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& path : files) {
        // Said before, so that the last line names the file that ends the run.
        std::printf("%s\n", path.c_str());
        std::fflush(stdout);
        std::ifstream file(path, std::ios::binary);
        const std::vector<char> content(std::istreambuf_iterator<char>(file), {});
        if (!file) {
            std::fprintf(stderr, "replay: %s cannot be read\n", path.c_str());
            return 2;
        }
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
    }
    std::printf("%zu inputs\n", files.size());
    return files.empty() ? 2 : 0; // nothing replayed is nothing tested
}
