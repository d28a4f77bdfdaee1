#pragma once

/// @file
/// Text as gnuplot and HTML may be given it, whatever is in it.

#include <rcim/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

namespace detail {

/// Bytes of the character of UTF-8 that starts at `at`, or 0 where none does (RFC 3629, section 4).
[[nodiscard]] inline std::size_t utf8_length(std::string_view words, std::size_t at) {
    const auto byte = [&](std::size_t i) { return at + i < words.size() ? static_cast<unsigned char>(words[at + i]) : 0u; };
    const auto follows = [&](std::size_t i) { return byte(i) >> 6 == 2u; };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return follows(1) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        const bool too_long = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) > 0x9F;
        return follows(1) && follows(2) && !too_long && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool too_long = first == 0xF0 && byte(1) < 0x90;
        const bool beyond = first == 0xF4 && byte(1) > 0x8F;
        return follows(1) && follows(2) && follows(3) && !too_long && !beyond ? 4 : 0;
    }
    return 0;
}

} // namespace detail

/// The text in valid UTF-8: control characters as spaces, bytes that are no character as U+FFFD. O(bytes).
[[nodiscard]] inline std::string printable(std::string_view words) {
    std::string result;
    for (std::size_t at = 0; at < words.size();) {
        const std::size_t length = detail::utf8_length(words, at);
        if (length == 0) {
            result += "\xEF\xBF\xBD";
            ++at;
            continue;
        }
        const auto first = static_cast<unsigned char>(words[at]);
        const bool control =
            first < 0x20 || first == 0x7F || (first == 0xC2 && static_cast<unsigned char>(words[at + 1]) < 0xA0);
        result += control ? std::string_view(" ") : words.substr(at, length);
        at += length;
    }
    return result;
}

/// Characters of printable text.
[[nodiscard]] inline std::size_t characters(std::string_view words) {
    return static_cast<std::size_t>(
        std::count_if(words.begin(), words.end(), [](char c) { return static_cast<unsigned char>(c) >> 6 != 2u; }));
}

/// Printable text in lines of at most `most` characters (> 0), broken at spaces where there are some.
[[nodiscard]] inline std::vector<std::string> lines_of(std::string_view words, std::size_t most) {
    const std::string whole = printable(words);
    std::vector<std::string> lines(1);
    std::size_t width = 0; // of the last line
    for (std::size_t at = 0; at < whole.size();) {
        const std::size_t end = std::min(whole.find(' ', at), whole.size());
        std::string_view word = std::string_view(whole).substr(at, end - at);
        if (width > 0 && width + 1 + characters(word) > most) {
            lines.emplace_back();
            width = 0;
        }
        if (width > 0) {
            lines.back() += ' ';
            ++width;
        }
        for (std::size_t i = 0; i < word.size();) { // a word longer than a line is cut
            const std::size_t length = detail::utf8_length(word, i);
            if (width == most) {
                lines.emplace_back();
                width = 0;
            }
            lines.back() += word.substr(i, length);
            ++width;
            i += length;
        }
        at = end + 1;
    }
    return lines;
}

/// The text as a constant of gnuplot. In single quotes nothing but the quote itself has a meaning: no escapes, macros or commands.
[[nodiscard]] inline std::string in_quotes(std::string_view words) {
    std::string result = "'";
    for (const char c : printable(words)) {
        result += c == '\'' ? std::string("''") : std::string(1, c);
    }
    return result + "'";
}

/// The same in lines of at most `most` characters.
[[nodiscard]] inline std::string in_quoted_lines(std::string_view words, std::size_t most) {
    std::string result;
    for (const std::string& line : lines_of(words, most)) {
        result += (result.empty() ? "" : ".\"\\n\".") + in_quotes(line);
    }
    return result;
}

} // namespace rcim::inline RCIM_ABI::plot
