#pragma once

/// @file
/// How long cells last: from the writes that lines took in a run and the endurance of cells, in images trained at that rate.
///
/// Counts are per word line. Where whole lines are written they are exact for each of its cells; where only some cells of a line are written,
/// those that change or those of some slices, they bound the writes of a cell from above, so lifetimes as written are bounds from below.
/// Levelled lifetimes go by the number of cells that were written. The replicas that a chip's layout adds are worn like the
/// weights they copy and not counted.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/cost/endurance.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Cells that are written equally often.
struct worn_alike {
    double writes_per_image = 0.0;
    double cells = 0.0;
};

/// Expected number of cells that have failed after so many images.
[[nodiscard]] inline double failed_cells(std::span<const worn_alike> groups, const endurance& cells, double images) {
    double sum = 0.0;
    for (const worn_alike& group : groups) {
        sum += group.cells * cells.failed_share(group.writes_per_image * images);
    }
    return sum;
}

/// Minus the logarithm of the probability that none has. ln 2 is the median of the first failure, exactly, as cells are independent; where
/// failures are rare it is their expected number.
[[nodiscard]] inline double first_failure_hazard(std::span<const worn_alike> groups, const endurance& cells, double images) {
    double sum = 0.0;
    for (const worn_alike& group : groups) {
        if (group.cells > 0.0) { // none times infinity is no number
            sum -= group.cells * std::log1p(-cells.failed_share(group.writes_per_image * images));
        }
    }
    return sum;
}

namespace detail {

/// The images at which a function that rises with them reaches a goal, infinite if it never does; to 1e-12 of the number.
template <class Function>
double images_until(std::span<const worn_alike> groups, const endurance& cells, double goal, Function rising) {
    double fastest = 0.0;
    double slowest = std::numeric_limits<double>::infinity();
    for (const worn_alike& group : groups) {
        if (group.writes_per_image > 0.0 && group.cells > 0.0) {
            fastest = std::max(fastest, group.writes_per_image);
            slowest = std::min(slowest, group.writes_per_image);
        }
    }
    if (fastest == 0.0) {
        return std::numeric_limits<double>::infinity();
    }
    // Beyond 40 standard deviations a share is 0 or 1 in double precision.
    double low = std::log(cells.median_writes() / fastest) - 40.0 * cells.sigma - 1.0;
    double high = std::log(cells.median_writes() / slowest) + 40.0 * cells.sigma + 1.0;
    if (!(rising(std::exp(high)) >= goal)) {
        return std::numeric_limits<double>::infinity();
    }
    for (int i = 0; i < 200 && high - low > 1e-12; ++i) {
        const double middle = 0.5 * (low + high);
        (rising(std::exp(middle)) >= goal ? high : low) = middle;
    }
    return std::exp(high);
}

} // namespace detail

/// Images until cells fail; infinite for never.
struct images_until_failure {
    double first = 0.0;       ///< the median of the first failure
    double one_percent = 0.0; ///< 1 % of the cells are expected to have failed
};

[[nodiscard]] inline images_until_failure images_until_cells_fail(std::span<const worn_alike> groups, const endurance& cells) {
    double all = 0.0;
    for (const worn_alike& group : groups) {
        all += group.cells;
    }
    return {.first = detail::images_until(groups, cells, 0.6931471805599453,
                                          [&](double images) { return first_failure_hazard(groups, cells, images); }),
            .one_percent =
                detail::images_until(groups, cells, 0.01 * all, [&](double images) { return failed_cells(groups, cells, images); })};
}

/// Cells of one kind in one layer.
struct wear_class {
    std::string name{}; ///< of the layer, and "weights" or "activations"
    double lines = 0.0;
    double cells = 0.0;
    double mean_writes = 0.0;          ///< of a cell, per image
    double most_writes = 0.0;          ///< of the cells of the line that is written most, per image
    images_until_failure as_written{}; ///< lines are written as often as they were
    images_until_failure levelled{};   ///< the same writes, spread evenly over the cells of the class
};

struct lifetime_report {
    endurance cells{};
    double images_per_epoch = 0.0;     ///< 0: not said
    std::vector<wear_class> classes{}; ///< those that were written
    images_until_failure as_written{}; ///< of all classes together
    images_until_failure levelled{};   ///< each levelled by itself
    std::string limiting{};            ///< the class whose first cell fails first; empty if nothing is written
    std::string limiting_levelled{};

    /// The epochs that so many images are; throws `error` if no one said how many make one.
    [[nodiscard]] double epochs(double images) const {
        if (!(images_per_epoch > 0.0)) {
            fail("lifetime_report", "images_per_epoch", "a number above 0", text(images_per_epoch));
        }
        return images / images_per_epoch;
    }
};

namespace detail {

/// Groups of lines with equal counts.
inline std::vector<worn_alike> wear_groups(const line_wear& wear, double images) {
    std::vector<std::uint32_t> writes = wear.writes;
    std::sort(writes.begin(), writes.end());
    const double cells = static_cast<double>(wear.cells_per_line) * static_cast<double>(wear.crossbars);
    std::vector<worn_alike> groups;
    for (std::size_t from = 0; from < writes.size();) {
        const auto end = std::upper_bound(writes.begin() + static_cast<std::ptrdiff_t>(from), writes.end(), writes[from]);
        const auto to = static_cast<std::size_t>(end - writes.begin());
        groups.push_back({.writes_per_image = writes[from] / images, .cells = cells * static_cast<double>(to - from)});
        from = to;
    }
    return groups;
}

} // namespace detail

/// How long the chip lasts if it goes on as in the ledger. Throws `error` for a ledger without images and an endurance out of range.
/// Complexity: lines times their logarithm, once, and for each of about 60 bisections one error function for each count that occurs.
[[nodiscard]] inline lifetime_report lifetime(const event_ledger& ledger, const endurance& cells, double images_per_epoch = 0.0) {
    cells.validate();
    if (ledger.images == 0) {
        fail("lifetime", "event_ledger", "the events of at least one image", "0 images");
    }
    const double images = static_cast<double>(ledger.images);
    lifetime_report report{.cells = cells, .images_per_epoch = images_per_epoch};
    std::vector<worn_alike> all;
    std::vector<worn_alike> all_levelled;
    const auto add = [&](const std::string& name, const line_wear& wear, const event_counts& written) {
        const std::vector<worn_alike> groups = detail::wear_groups(wear, images);
        const double of_line = static_cast<double>(wear.cells_per_line) * static_cast<double>(wear.crossbars);
        if (wear.total() == 0 || of_line == 0.0) {
            return;
        }
        wear_class one{.name = name,
                       .lines = static_cast<double>(wear.writes.size()),
                       .cells = of_line * static_cast<double>(wear.writes.size()),
                       .mean_writes = static_cast<double>(written.cell_writes) / (of_line * static_cast<double>(wear.writes.size())) / images,
                       .most_writes = static_cast<double>(wear.most()) / images};
        const worn_alike even{.writes_per_image = one.mean_writes, .cells = one.cells};
        one.as_written = images_until_cells_fail(groups, cells);
        one.levelled = images_until_cells_fail({&even, 1}, cells);
        all.insert(all.end(), groups.begin(), groups.end());
        all_levelled.push_back(even);
        report.classes.push_back(std::move(one));
    };
    for (std::size_t place = 0; place < ledger.layers().size(); ++place) {
        const layer_events& layer = ledger.layers()[place];
        const std::string name = layer.footprint.name.empty() ? text("layer ", place) : layer.footprint.name;
        add(name + " weights", layer.weight_lines, layer[stage::weights]);
        add(name + " activations", layer.activation_lines, layer[stage::activations]);
    }
    report.as_written = images_until_cells_fail(all, cells);
    report.levelled = images_until_cells_fail(all_levelled, cells);
    double soonest = std::numeric_limits<double>::infinity();
    double soonest_levelled = soonest;
    for (const wear_class& one : report.classes) {
        if (one.as_written.first < soonest) {
            soonest = one.as_written.first;
            report.limiting = one.name;
        }
        if (one.levelled.first < soonest_levelled) {
            soonest_levelled = one.levelled.first;
            report.limiting_levelled = one.name;
        }
    }
    return report;
}

/// A point of a measured curve: accuracy in percent, after so many images.
struct accuracy_point {
    double images = 0.0;
    double accuracy = 0.0;
};

/// The images at which accuracy has fallen so many points below the best so far, by lines between measurements; infinite if it has not.
/// The curve is measured, by training on cells that wear (`wear_out`), not computed from a ledger.
[[nodiscard]] inline double images_until_fall(std::span<const accuracy_point> curve, double points = 5.0) {
    double best = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < curve.size(); ++i) {
        if (curve[i].accuracy <= best - points) { // so i > 0, and the point before lies above
            const accuracy_point& a = curve[i - 1];
            const accuracy_point& b = curve[i];
            return a.images + (b.images - a.images) * (a.accuracy - (best - points)) / (a.accuracy - b.accuracy);
        }
        best = std::max(best, curve[i].accuracy);
    }
    return std::numeric_limits<double>::infinity();
}

} // namespace rcim::inline RCIM_ABI
