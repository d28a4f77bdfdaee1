#pragma once

/// @file
/// One case: a design with drawn members, a drawn layer or network and drawn data, computed in two ways that have to agree.

#include <differential/compared.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rcim_differential {

enum class comparison {
    plans,   ///< the fast plan against the reference plan: cells, reads, errors, updates
    threads, ///< a training with one thread against one with two to four
    resume,  ///< a training against one that stops after some step and goes on from its checkpoint in a network made anew
};
inline constexpr std::array<std::string_view, 3> comparison_names{"plans", "threads", "resume"};

/// What a case computed, for other builds to be held against: the same bits in all builds with multiply-adds and, if `whole`, in every build;
/// `size` is the sum of its magnitudes.
struct computed {
    std::string_view what;
    bool whole = false;
    std::uint64_t bits = 0;
    double size = 0.0;
};

struct outcome {
    std::string mismatch; ///< the first difference; empty: none
    std::vector<computed> results;
    int refused = 0; ///< draws that the library refused before one fitted
    index_t on_edge =
        0; ///< results of two plans that differ as a sum lies on the edge between two words of a converter and may round to either
    index_t compared = 0; ///< numbers that were held against each other
};

/// The same arguments give the same case in every build. shrunk: how often extents, steps and samples are halved. Throws `error` where the library
/// refuses, after the design has been made, what it should compute.
[[nodiscard]] outcome run_case(const compared_design& design, comparison what, std::uint64_t seed, std::uint64_t number,
                               int shrunk = 0);

/// The members that the case draws, as one writes them.
[[nodiscard]] std::string describe_case(const compared_design& design, comparison what, std::uint64_t seed,
                                        std::uint64_t number, int shrunk = 0);

} // namespace rcim_differential
