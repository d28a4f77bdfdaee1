#include <rcim/plot/html.hpp>
#include <rcim/plot/text.hpp>

#include <doctest/doctest.h>

#include <string>

#include "hostile.hpp"

using namespace rcim;

TEST_CASE("printable text is valid UTF-8 without control characters") {
    CHECK(plot::printable("plain, \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") == "plain, \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
    CHECK(plot::printable(std::string("a\nb\tc\0d\x7F", 8)) == "a b c d ");
    CHECK(plot::printable("\xC2\x85") == " "); // C1
    const std::string replacement = "\xEF\xBF\xBD";
    CHECK(plot::printable("\xFF") == replacement);
    CHECK(plot::printable("\xC3") == replacement);                                                       // cut short
    CHECK(plot::printable("\xC0\xAF") == replacement + replacement);                                     // longer than need be
    CHECK(plot::printable("\xED\xA0\x80") == replacement + replacement + replacement);                   // a surrogate
    CHECK(plot::printable("\xF4\x90\x80\x80") == replacement + replacement + replacement + replacement); // beyond the last
    CHECK(plot::printable("\xE2\x82"
                          "a") == replacement + replacement + "a");
}

TEST_CASE("lines break at spaces, and words that are too long are cut") {
    using lines = std::vector<std::string>;
    CHECK(plot::lines_of("", 5) == lines{""});
    CHECK(plot::lines_of("one two three", 7) == lines{"one two", "three"});
    CHECK(plot::lines_of("one two three", 3) == lines{"one", "two", "thr", "ee"});
    CHECK(plot::lines_of("\xC3\xA9\xC3\xA9\xC3\xA9", 2) == lines{"\xC3\xA9\xC3\xA9", "\xC3\xA9"});
    for (const std::string& line : plot::lines_of(hostile, 9)) {
        CHECK(plot::characters(line) <= 9);
    }
}

TEST_CASE("text in quotes of gnuplot") {
    CHECK(plot::in_quotes("it's") == "'it''s'");
    CHECK(plot::in_quotes("a\nb\\") == "'a b\\'");
    CHECK(plot::in_quoted_lines("one two", 3) == "'one'.\"\\n\".'two'");
}

TEST_CASE("text in HTML") {
    CHECK(plot::escaped("<a href=\"x\">'&\n\xFF") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp; \xEF\xBF\xBD");
    CHECK(plot::to_html(plot::html_table{{{"a", "<b>"}, {"c&", "1"}}}) ==
          "<div class=\"scroll\"><table class=\"numbers\">\n<thead><tr><th scope=\"col\">a</th><th "
          "scope=\"col\">&lt;b&gt;</th></tr></thead>\n<tbody>\n"
          "<tr><th scope=\"row\">c&amp;</th><td>1</td></tr>\n</tbody></table></div>\n");
}

TEST_CASE("SVG for a page: ids get a prefix in tags alone, names of parts go") {
    const std::string svg = "<?xml version=\"1.0\"?>\n<svg width=\"9\" xmlns=\"http://www.w3.org/2000/svg\" "
                            "xmlns:xlink=\"http://www.w3.org/1999/xlink\"><title>T</title>"
                            "<desc>D</desc><g id='a'><use xlink:href='#a' id=\"b\" fill=\"url(#a)\"/><text> id='a' url(#a) "
                            "href='#a'</text></g></svg>\n";
    CHECK(plot::detail::inline_svg(svg, "p1-", "x \"y\"") ==
          "<svg width=\"9\" role=\"img\" aria-label=\"x &quot;y&quot;\" ><g id='p1-a'><use xlink:href='#p1-a' id=\"p1-b\" "
          "fill=\"url(#p1-a)\"/>"
          "<text> id='a' url(#a) href='#a'</text></g></svg>\n");
    CHECK_THROWS_AS(static_cast<void>(plot::detail::inline_svg("nothing", "p", "")), error);
}
