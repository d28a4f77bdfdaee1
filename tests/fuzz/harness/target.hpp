#pragma once

/// @file
/// What a fuzz target is: a file NAME.cpp that defines `fuzz::memory` and `fuzz::read`. The harness hands it bytes, from the
/// corpus or made up; the target reads them and holds what was read against what must then be true. To refuse is to throw
/// `rcim::error`; whatever else happens (another exception, a fault of memory or arithmetic, a leak, a hang, more memory than
/// `memory` allows) is a finding.

#include <rcim/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace fuzz {

using bytes = std::span<const std::uint8_t>;

/// Bytes in use at once, C libraries included, beyond those before the read: `constant` + `per_byte` x the bytes of the input.
struct memory_bound {
    std::size_t constant;
    std::size_t per_byte;
};

// Of the target.
extern const memory_bound memory;
void read(bytes input);

// Of the harness.

/// Ends the run with this text, as a finding, unless it holds.
void require(bool holds, const char* what);

/// Whether a call accepts what it reads. That an error says what was expected and what was found is checked.
template <class Call>
bool accepts(const Call& call);
void check_refusal(const rcim::error& refusal);

/// A `rcim::byte_reader` that hands out the input, whatever the path.
[[nodiscard]] std::vector<std::uint8_t> given(const std::filesystem::path&);

/// A folder in memory, if the system has such, for readers that open files themselves. It goes when the program ends.
[[nodiscard]] const std::filesystem::path& folder();

/// Makes or replaces a file.
void put(const std::filesystem::path& path, bytes content);

template <class Call>
bool accepts(const Call& call) {
    try {
        call();
        return true;
    } catch (const rcim::error& refusal) {
        check_refusal(refusal);
        return false;
    }
}

[[nodiscard]] inline std::string_view characters(bytes input) {
    return {reinterpret_cast<const char*>(input.data()), input.size()};
}

} // namespace fuzz
