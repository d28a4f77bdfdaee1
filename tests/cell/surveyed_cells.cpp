#include <rcim/cell/surveyed_cells.hpp>

#include <laws/cell_laws.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace surveyed_cells_tests {

/// The fields of one line of comma-separated values; quotes hold commas.
std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    return fields;
}

TEST_CASE("surveyed cells: conductances are those of the resistances, and every cell keeps the laws") {
    constexpr surveyed_cell one = surveyed("10.1109/IEDM19573.2019.8993514");
    static_assert(one.low_ohm == 5e3 && one.high_ohm == 925e3 && one.endurance == 1e6);
    constexpr auto cell = cell_of<2>(one);
    CHECK(cell.conductance(3, 4) == doctest::Approx(1.0 / 5e3));
    CHECK(cell.conductance(0, 4) == doctest::Approx(1.0 / 925e3));
    for (const surveyed_cell& each : surveyed_cells) {
        CAPTURE(std::string(each.doi));
        CHECK(each.low_ohm < each.high_ohm);
        CHECK_NOTHROW(validate(cell_of<2>(each)));
        cell_laws(cell_of<2>(each));
    }
    CHECK_THROWS_WITH_AS(static_cast<void>(surveyed("10.1/none")), doctest::Contains("10.1/none"), error);
}

TEST_CASE("surveyed cells: the rows of the file that name both resistances, where it is here") {
    const char* const root = std::getenv("RCIM_DATA");
    std::ifstream file(std::string(root ? root : "") + "/devices/RRAM_cell_survey.csv");
    if (!root || !file) {
        MESSAGE("devices/RRAM_cell_survey.csv is not here: set RCIM_DATA to the folder that holds it");
        return;
    }
    std::string line;
    REQUIRE(std::getline(file, line));
    const std::vector<std::string> head = fields_of(line);
    const auto column = [&](const char* name) {
        const auto at = std::find(head.begin(), head.end(), name);
        REQUIRE(at != head.end());
        return static_cast<std::size_t>(at - head.begin());
    };
    const std::size_t low = column("R Low [ohm]"), high = column("R High [ohm]"), endurance = column("Endurance"),
                      venue = column("Publication/Year");
    std::size_t n = 0;
    while (std::getline(file, line)) {
        const std::vector<std::string> row = fields_of(line);
        if (row.size() != head.size() || row[low].empty() || row[high].empty()) {
            continue;
        }
        REQUIRE(n < surveyed_cells.size());
        const surveyed_cell& own = surveyed_cells[n++];
        CHECK(row[0] == own.doi);
        CHECK(row[venue] == own.venue);
        CHECK(std::stod(row[low]) == own.low_ohm);
        CHECK(std::stod(row[high]) == own.high_ohm);
        CHECK((row[endurance].empty() ? 0.0 : std::stod(row[endurance])) == own.endurance);
    }
    CHECK(n == surveyed_cells.size());
}

} // namespace surveyed_cells_tests
