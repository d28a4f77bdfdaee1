#include <rcim/core/error.hpp>
#include <rcim/core/random.hpp>
#include <rcim/cost/lifetime.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "ledgers.hpp"

using namespace rcim;

namespace lifetime_tests {

/// x with P(X <= x) = share, of a standard normal, by bisection.
double normal_quantile(double share) {
    double low = -40.0;
    double high = 40.0;
    for (int i = 0; i < 200; ++i) {
        const double middle = 0.5 * (low + high);
        (0.5 * std::erfc(-middle / std::sqrt(2.0)) < share ? low : high) = middle;
    }
    return low;
}

/// Lines that are written as a whole.
event_ledger worn(std::uint64_t images, line_wear weights, line_wear activations = {}) {
    event_ledger ledger;
    ledger.images = images;
    ledger.steps = 1;
    ledger.at(0).footprint.name = "conv";
    ledger.at(0)[stage::weights].cell_writes = weights.total() * weights.cells_per_line * weights.crossbars;
    ledger.at(0)[stage::activations].cell_writes = activations.total() * activations.cells_per_line * activations.crossbars;
    ledger.at(0).weight_lines = std::move(weights);
    ledger.at(0).activation_lines = std::move(activations);
    return ledger;
}

TEST_CASE("endurance: median, mean and shares of a lognormal") {
    const endurance cells{.mean_writes = 1e6, .sigma = 0.5};
    CHECK(cells.median_writes() == doctest::Approx(1e6 * std::exp(-0.125)));
    CHECK(cells.failed_share(cells.median_writes()) == doctest::Approx(0.5));
    CHECK(cells.failed_share(cells.median_writes() * std::exp(0.5)) == doctest::Approx(0.841344746));
    CHECK(cells.failed_share(0.0) == 0.0);
    const endurance exact{.mean_writes = 100, .sigma = 0.0};
    CHECK(exact.failed_share(99.9) == 0.0);
    CHECK(exact.failed_share(100.0) == 1.0);
}

TEST_CASE("lifetime: lines worn alike, against the closed form, levelled or not") {
    const endurance cells{.mean_writes = 1e6, .sigma = 0.5};
    // 100 lines of 16 cells in 4 crossbars, 5 writes each for 50 images
    const lifetime_report report =
        lifetime(worn(50, {.cells_per_line = 16, .crossbars = 4, .writes = std::vector<std::uint32_t>(100, 5)}), cells, 1000);
    REQUIRE(report.classes.size() == 1);
    const wear_class& one = report.classes[0];
    CHECK(one.name == "conv weights");
    CHECK(one.cells == 6400);
    CHECK(one.mean_writes == 0.1);
    CHECK(one.most_writes == 0.1);
    const double one_percent = cells.median_writes() / 0.1 * std::exp(0.5 * normal_quantile(0.01));
    const double first = cells.median_writes() / 0.1 * std::exp(0.5 * normal_quantile(1.0 - std::pow(0.5, 1.0 / 6400)));
    for (const images_until_failure& images : {one.as_written, one.levelled, report.as_written, report.levelled}) {
        CHECK(images.one_percent == doctest::Approx(one_percent).epsilon(1e-9));
        CHECK(images.first == doctest::Approx(first).epsilon(1e-9));
    }
    CHECK(report.limiting == "conv weights");
    CHECK(report.epochs(5000.0) == 5.0);
    // a single cell: the median
    const lifetime_report cell = lifetime(worn(1, {.cells_per_line = 1, .writes = {1}}), cells);
    CHECK(cell.as_written.first == doctest::Approx(cells.median_writes()).epsilon(1e-9));
}

TEST_CASE("lifetime: without spread the line that is written most decides, levelled the mean") {
    const endurance exact{.mean_writes = 1200, .sigma = 0.0};
    const lifetime_report report = lifetime(worn(1, {.cells_per_line = 2, .writes = {1, 2, 9}}), exact);
    CHECK(report.as_written.first == doctest::Approx(1200.0 / 9));
    CHECK(report.as_written.one_percent == doctest::Approx(1200.0 / 9));
    CHECK(report.levelled.first == doctest::Approx(1200.0 / 4));
    // one line of a thousand is not 1 % of cells: the others come first
    std::vector<std::uint32_t> writes(1000, 1);
    writes[7] = 50;
    const lifetime_report hot = lifetime(worn(1, {.cells_per_line = 2, .writes = writes}), exact);
    CHECK(hot.as_written.first == doctest::Approx(1200.0 / 50));
    CHECK(hot.as_written.one_percent == doctest::Approx(1200.0));
    // and if they are not written at all, that never happens
    std::fill(writes.begin(), writes.end(), 0);
    writes[7] = 50;
    CHECK(lifetime(worn(1, {.cells_per_line = 2, .writes = writes}), exact).as_written.one_percent ==
          std::numeric_limits<double>::infinity());
}

TEST_CASE("lifetime: the class that fails first, levelled or not, and all of them together") {
    const endurance cells{.mean_writes = 1e6, .sigma = 0.3};
    const lifetime_report report =
        lifetime(worn(10, {.cells_per_line = 8, .writes = {400, 0, 0, 0}}, {.cells_per_line = 8, .writes = {200, 200, 200, 200}}), cells);
    REQUIRE(report.classes.size() == 2);
    CHECK(report.limiting == "conv weights");
    CHECK(report.limiting_levelled == "conv activations");
    CHECK(report.as_written.first < report.classes[0].as_written.first);
    CHECK(report.as_written.first > 0.8 * report.classes[0].as_written.first);
    CHECK(report.classes[0].levelled.first > report.classes[0].as_written.first);
    CHECK(report.classes[1].levelled.first == doctest::Approx(report.classes[1].as_written.first));
}

TEST_CASE("lifetime: where half of the cells of a line are written, levelled ones last twice as long, and as written the line counts") {
    const endurance cells{.mean_writes = 1e6, .sigma = 0.5};
    event_ledger ledger = worn(10, {.cells_per_line = 8, .writes = {40, 40}});
    const lifetime_report whole = lifetime(ledger, cells);
    ledger.at(0)[stage::weights].cell_writes /= 2;
    const lifetime_report half = lifetime(ledger, cells);
    CHECK(half.as_written.first == whole.as_written.first);
    CHECK(half.levelled.first == doctest::Approx(2 * whole.levelled.first));
    CHECK(half.classes[0].mean_writes == whole.classes[0].mean_writes / 2);
}

TEST_CASE("lifetime: half the writes last twice as long") {
    const endurance cells{};
    const lifetime_report all = lifetime(worn(10, {.cells_per_line = 8, .writes = {40, 30, 20, 2}}), cells);
    const lifetime_report half = lifetime(worn(10, {.cells_per_line = 8, .writes = {20, 15, 10, 1}}), cells);
    CHECK(half.as_written.first == doctest::Approx(2 * all.as_written.first));
    CHECK(half.as_written.one_percent == doctest::Approx(2 * all.as_written.one_percent));
    CHECK(half.levelled.first == doctest::Approx(2 * all.levelled.first));
}

TEST_CASE("lifetime: a thousand chips drawn cell by cell") {
    // 40 lines of 25 cells, line l written 1 + l times per image. Chips: the median of the first failure, and the share of all cells that
    // have failed at the time of the 1 %.
    const endurance cells{.mean_writes = 1e4, .sigma = 0.4};
    line_wear wear{.cells_per_line = 25};
    for (std::uint32_t line = 0; line < 40; ++line) {
        wear.writes.push_back(1 + line);
    }
    const lifetime_report report = lifetime(worn(1, wear), cells);
    constexpr int chips = 1000;
    int before_median = 0;
    int failed_at_one_percent = 0;
    for (std::uint32_t chip = 0; chip < chips; ++chip) {
        const random_source source(2026, purpose::test, chip);
        double first = std::numeric_limits<double>::infinity();
        for (std::uint32_t cell = 0; cell < 1000; ++cell) {
            const double takes = cells.median_writes() * std::exp(cells.sigma * source.normal(cell));
            const double images = takes / (1.0 + cell / 25);
            first = std::min(first, images);
            failed_at_one_percent += images <= report.as_written.one_percent ? 1 : 0;
        }
        before_median += first <= report.as_written.first ? 1 : 0;
    }
    // 5 standard deviations: sqrt(1000 / 4) chips, and at most sqrt(1e6 x 0.01) cells
    CHECK(std::abs(before_median - chips / 2) <= 5 * std::sqrt(chips / 4.0));
    CHECK(std::abs(failed_at_one_percent - 10000) <= 5 * 100);
}

TEST_CASE("lifetime: nothing written never fails, and what it refuses") {
    const lifetime_report report = lifetime(worn(3, {.cells_per_line = 8, .writes = {0, 0}}), {});
    CHECK(report.classes.empty());
    CHECK(report.limiting.empty());
    CHECK(report.as_written.first == std::numeric_limits<double>::infinity());
    CHECK(report.levelled.one_percent == std::numeric_limits<double>::infinity());
    CHECK_THROWS_WITH_AS(static_cast<void>(lifetime(event_ledger{}, {})),
                         "lifetime: event_ledger: expected the events of at least one image, found 0 images", error);
    CHECK_THROWS_AS(static_cast<void>(lifetime(rcim_test::one_layer(), {.mean_writes = 0.0})), error);
    CHECK_THROWS_AS(static_cast<void>(lifetime(rcim_test::one_layer(), {.sigma = -0.1})), error);
    CHECK_THROWS_AS(static_cast<void>(report.epochs(1.0)), error);
}

TEST_CASE("images_until_fall: between measurements, from the best so far") {
    const std::vector<accuracy_point> curve{{0, 10}, {100, 80}, {200, 90}, {300, 88}, {400, 78}, {500, 10}};
    CHECK(images_until_fall(curve) == doctest::Approx(330.0));
    CHECK(images_until_fall(curve, 2.0) == doctest::Approx(300.0));
    CHECK(images_until_fall(curve, 80.0) == doctest::Approx(500.0));
    CHECK(images_until_fall(curve, 81.0) == std::numeric_limits<double>::infinity());
    CHECK(images_until_fall({}) == std::numeric_limits<double>::infinity());
}

} // namespace lifetime_tests
