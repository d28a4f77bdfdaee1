#pragma once

#include <rcim/core/config.hpp>

#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rcim::inline RCIM_ABI {

/// What rcim throws on bad input at run time. The text says where, what, what was expected and what was found.
class error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Joins its arguments as `operator<<` prints them.
template <class... Parts>
[[nodiscard]] std::string text(const Parts&... parts) {
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

/// Throws `error` with the text "where: what: expected ..., found ...".
[[noreturn]] inline void fail(std::string_view where, std::string_view what, std::string_view expected, std::string_view found) {
    throw error(text(where, ": ", what, ": expected ", expected, ", found ", found));
}

namespace detail {

/// Names that come from files, for messages: what cannot be printed becomes '?', and what is long is cut.
[[nodiscard]] inline std::string printable(std::string_view name, std::size_t longest = 64) {
    std::string result;
    for (const char c : name.substr(0, longest)) {
        result += c >= 0x20 && c < 0x7f ? c : '?';
    }
    return name.size() > longest ? result + "..." : result;
}

} // namespace detail

/// A rate is a probability: throws unless it lies in [0, 1] (NaN does not).
inline void require_rate(std::string_view where, std::string_view name, double rate) {
    if (!(rate >= 0.0 && rate <= 1.0)) {
        fail(where, name, "a probability in [0, 1]", text(rate));
    }
}

} // namespace rcim::inline RCIM_ABI
