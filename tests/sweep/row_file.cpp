#if __has_include(<nlohmann/json.hpp>)
#include <rcim/sweep/row_file.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "../data/scratch.hpp"
#include "small_sweep.hpp"

using namespace rcim;

namespace row_file_tests {

std::string content_of(const std::filesystem::path& path) {
    const auto all = read_plain(path);
    return {all.begin(), all.end()};
}

std::vector<std::string> keys_of(const std::vector<sweep_row>& rows) {
    std::vector<std::string> keys;
    for (const sweep_row& row : rows) {
        keys.push_back(row.point.key());
    }
    return keys;
}

TEST_CASE("a row comes back from its line as it was") {
    sweep_row row{.point = {.sweep = "s \"x\"",
                            .design = "d\n",
                            .labels = {{"b", "1"}, {"a", "2"}},
                            .settings = {{"p", 0.1}, {"w", "v"}},
                            .seed = 18446744073709551615u},
                  .results = {{"third", 1.0 / 3.0}, {"tiny", 5e-324}, {"word", "\xc3\xa4"}},
                  .seconds = 0.25,
                  .isa = "avx2 fma",
                  .compiler = "g++ 12.2.0",
                  .version = "0.1.0"};
    const std::string line = to_json(row).dump();
    const sweep_row back = sweep_row_of(line, "here");
    CHECK(back.point.key() == row.point.key());
    CHECK(back.results == row.results);
    CHECK(back.seconds == row.seconds);
    CHECK(back.isa == row.isa);
    CHECK(back.compiler == row.compiler);
    CHECK(back.version == row.version);
    row.results = {{"none", std::nan("")}};
    CHECK(std::isnan(sweep_row_of(to_json(row).dump(), "here").results.number("none")));
    row.error = "broken";
    CHECK(sweep_row_of(to_json(row).dump(), "here").error == "broken");
}

TEST_CASE("resume: a file cut off anywhere loses at most its last row") {
    const scratch here;
    const sweep s = small_sweep::make(true);
    const auto whole_path = here / "whole.jsonl";
    std::vector<sweep_row> expected;
    {
        sweep_row_file file(whole_path);
        expected = run_sweep(s, file);
    }
    REQUIRE(expected.size() == 48);
    const std::string whole = content_of(whole_path);
    small_sweep::calls() = 0;
    {
        sweep_row_file file(whole_path);
        CHECK(keys_of(run_sweep(s, file)) == keys_of(expected));
    }
    CHECK(small_sweep::calls() == 0);
    CHECK(content_of(whole_path) == whole);

    // Every length around the end of a line in the middle, and every 997th of all.
    const std::size_t middle = whole.find('\n', whole.size() / 2);
    std::vector<std::size_t> lengths{0, 1, 9, whole.size() - 1, whole.size()};
    for (std::size_t length = middle - 12; length < middle + 14; ++length) {
        lengths.push_back(length);
    }
    for (std::size_t length = 500; length < whole.size(); length += 997) {
        lengths.push_back(length);
    }
    for (const std::size_t length : lengths) {
        const auto path = here / "cut.jsonl";
        write_file(path, whole.substr(0, length));
        const auto complete =
            static_cast<int>(std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
        const std::size_t begun = length == 0 ? 0 : whole.rfind('\n', length - 1) + 1; // npos + 1 is 0
        const bool lacks_end = length < whole.size() && whole[length] == '\n' && length > begun;
        small_sweep::calls() = 0;
        sweep_row_file file(path);
        CHECK(file.rows().size() == static_cast<std::size_t>(complete + (lacks_end ? 1 : 0)));
        CHECK(file.repaired() == (lacks_end ? 0 : length - begun));
        const auto rows = run_sweep(s, file);
        CHECK(small_sweep::calls() == 48 - complete - (lacks_end ? 1 : 0));
        CHECK(keys_of(rows) == keys_of(expected));
        CHECK(load_sweep_rows(path).size() == 48);
        std::filesystem::remove(path);
    }
}

TEST_CASE("a file of rows is added to by one process at a time") {
    const scratch here;
    const auto path = here / "rows.jsonl";
    const sweep_row_file first(path);
    CHECK(error_of([&] { sweep_row_file second(path); }) ==
          "sweep_row_file: " + path.string() +
              ": expected a file that no other run adds to, found one that is held by another process");
}

TEST_CASE("what is no file of rows is refused and left as it is") {
    const scratch here;
    const auto path = here / "other";
    const std::string good = to_json(sweep_row{.point = {.sweep = "s", .design = "d"}}).dump() + "\n";
    const auto refused = [&](const std::string& text_of_file) {
        write_file(path, text_of_file);
        const std::string why = error_of([&] { sweep_row_file file(path); });
        CHECK(content_of(path) == text_of_file);
        return why.substr(why.find("other") + 5);
    };
    CHECK(refused("# Notes\n") == ", line 1: expected a row as one JSON object, found no JSON");
    CHECK(refused("notes without an end") == ", line 1: expected the beginning of a row, found something else");
    CHECK(refused(good + "[1]\n") == ", line 2: expected a row as one JSON object, found array");
    CHECK(refused(good + "{}\n") == ", line 2: expected a string \"sweep\", found none");
    CHECK(refused(good + good + "{\"sweep\":\"s\",\"seed\":-1}\n") ==
          ", line 3: expected a whole number \"seed\", found number");
    std::string wrong = good;
    wrong.replace(wrong.find("\"labels\":{}"), 11, "\"labels\":[]");
    CHECK(refused(wrong) == ", line 1: expected an object \"labels\", found array");
    CHECK(refused(good + "{\"epoch\":") == ", line 2: expected the beginning of a row, found something else");
    std::string many = "\"labels\":{";
    for (int n = 0; n < 20000; ++n) {
        many += (n == 0 ? "\"a" : ",\"a") + std::to_string(n) + "\":0";
    }
    wrong = good;
    wrong.replace(wrong.find("\"labels\":{}"), 11, many + "}");
    CHECK(refused(wrong) == ", line 1: expected at most 16384 names, found more");
    CHECK(error_of([&] { sweep_row_file file(here / "no/such/folder"); }).find("expected a file to append to") !=
          std::string::npos);
    CHECK(error_of([&] { sweep_row_file file("/dev/full"); }).find("expected a regular file") != std::string::npos);
}

TEST_CASE("rows that ranks left beside a file are taken into it once") {
    const scratch here;
    const auto path = here / "rows.jsonl";
    const sweep s = small_sweep::make();
    const auto rows = run_sweep(s);
    {
        sweep_row_file own(path);
        own.append(rows[0]);
        sweep_row_file one(rank_file(path, 1));
        one.append(rows[1]);
        one.append(rows[0]); // had been taken before its file could be removed
        sweep_row_file twelve(rank_file(path, 12));
        twelve.append(rows[2]);
        CHECK(error_of([&] { take_rank_rows(own); }).find("held by another process") != std::string::npos);
    }
    write_file(here / "rows.jsonl.rank", "not a rank's");
    const std::string cut = to_json(rows[3]).dump();
    write_file(rank_file(path, 3), to_json(rows[4]).dump() + "\n" + cut.substr(0, cut.size() / 2));
    sweep_row_file own(path);
    take_rank_rows(own);
    CHECK(own.rows().size() == 4);
    CHECK(state_of(s, own.rows()).missing.size() == 44);
    CHECK(here.count() == 2);
}
#endif

} // namespace row_file_tests
