#pragma once

#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using bytes = std::vector<std::uint8_t>;

/// A folder that lives as long as this.
struct scratch {
    std::filesystem::path folder;

    scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "rcim-test-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;
    ~scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    /// Writes a file and returns its path.
    std::filesystem::path file(std::string_view name, const bytes& content) const {
        rcim::write_file(folder / name, content);
        return folder / name;
    }
    std::filesystem::path operator/(std::string_view name) const { return folder / name; }
    [[nodiscard]] auto count() const { return std::distance(std::filesystem::directory_iterator(folder), {}); }
};

/// The text of the error that a call ends in, or "no error".
template <class Call>
std::string error_of(Call&& call) {
    try {
        call();
    } catch (const rcim::error& problem) {
        return problem.what();
    }
    return "no error";
}

inline bytes operator+(bytes a, const bytes& b) {
    for (const std::uint8_t byte : b) {
        a.push_back(byte);
    }
    return a;
}

/// IDX with these extents, then `count` elements 0, 1, 2, ... modulo `modulus`.
inline bytes idx_file(const std::vector<std::uint32_t>& extents, std::size_t count, int modulus) {
    bytes result{0, 0, 8, static_cast<std::uint8_t>(extents.size())};
    for (const std::uint32_t extent : extents) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            result.push_back(static_cast<std::uint8_t>(extent >> shift));
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        result.push_back(static_cast<std::uint8_t>(i % static_cast<std::size_t>(modulus)));
    }
    return result;
}
