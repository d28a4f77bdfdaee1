#pragma once

/// @file
/// The few pieces of HTML that a report is made of.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/plot/picture.hpp>
#include <rcim/plot/text.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// The text for the content of an element or a quoted attribute.
[[nodiscard]] inline std::string escaped(std::string_view words) {
    std::string result;
    for (const char c : printable(words)) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\'':
            result += "&#39;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

/// A table of text; its first row is the head, and a first column of names stands left.
struct html_table {
    std::vector<std::vector<std::string>> rows{};
    bool numbers = true; ///< columns after the first stand right
};

[[nodiscard]] inline std::string to_html(const html_table& table) {
    std::string s = text("<div class=\"scroll\"><table", table.numbers ? " class=\"numbers\"" : "", ">\n");
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        s += r == 0 ? "<thead><tr>" : "<tr>";
        for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
            const bool head = r == 0 || c == 0;
            s += text(!head    ? "<td>"
                      : r == 0 ? "<th scope=\"col\">"
                               : "<th scope=\"row\">",
                      escaped(table.rows[r][c]), head ? "</th>" : "</td>");
        }
        s += r == 0 ? "</tr></thead>\n<tbody>\n" : "</tr>\n";
    }
    return s + (table.rows.empty() ? "" : "</tbody>") + "</table></div>\n";
}

namespace detail {

/// SVG as gnuplot makes it, for a page: without its own head and names of parts, which a page would show, and with ids that start with `prefix`, since a page has
/// many pictures. Only tags are changed, never text.
[[nodiscard]] inline std::string inline_svg(const std::string& svg, const std::string& prefix, std::string_view label) {
    const std::size_t begin = svg.find("<svg");
    if (begin == std::string::npos) {
        fail("plot", "a picture for HTML", "SVG", text(svg.size(), " bytes of something else"));
    }
    std::string result;
    const auto replace = [](std::string& tag, std::string_view what, const std::string& by) {
        for (std::size_t at = 0; (at = tag.find(what, at)) != std::string::npos; at += by.size()) {
            tag.replace(at, what.size(), by);
        }
    };
    for (std::size_t at = begin; at < svg.size();) {
        const std::size_t open = svg.find('<', at);
        result += svg.substr(at, open - at);
        if (open == std::string::npos) {
            break;
        }
        std::size_t close = svg.find('>', open);
        if (close == std::string::npos) {
            break;
        }
        std::string tag = svg.substr(open, close + 1 - open);
        if (tag == "<title>" || tag == "<desc>") {
            close = svg.find('>', close + 1); // up to the end of what it closes
            at = close == std::string::npos ? svg.size() : close + 1;
            continue;
        }
        if (open == begin) {
            replace(tag, "xmlns=\"http://www.w3.org/2000/svg\"", text("role=\"img\" aria-label=\"", escaped(label), "\""));
            replace(tag, "xmlns:xlink=\"http://www.w3.org/1999/xlink\"", "");
        } else {
            replace(tag, " id='", " id='" + prefix);
            replace(tag, " id=\"", " id=\"" + prefix);
            replace(tag, "href='#", "href='#" + prefix);
            replace(tag, "url(#", "url(#" + prefix);
        }
        result += tag;
        at = close + 1;
    }
    return result;
}

} // namespace detail

/// The picture as an element of a page, with a caption. number: another for each picture of the page.
[[nodiscard]] inline std::string to_html(const picture& p, std::string_view caption, int number) {
    return text("<figure>\n", detail::inline_svg(draw_svg(p), text("p", number, "-"), caption), "<figcaption>",
                escaped(caption), "</figcaption>\n</figure>\n");
}

} // namespace rcim::inline RCIM_ABI::plot
