#pragma once

#include <rcim/core/config.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

enum class goal { minimise, maximise };

/// A column of rows and which of its values are better.
struct objective {
    std::string name{};
    goal aim = goal::minimise;
};

} // namespace rcim::inline RCIM_ABI
