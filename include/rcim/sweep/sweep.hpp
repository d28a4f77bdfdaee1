#pragma once

/// @file
/// Designs, each with a function that runs it, times a grid of settings, times seeds.

#include <rcim/core/build.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/design/design.hpp>
#include <rcim/sweep/grid.hpp>
#include <rcim/sweep/named_values.hpp>
#include <rcim/sweep/objective.hpp>
#include <rcim/sweep/row.hpp>
#include <rcim/sweep/variants.hpp>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A design whose type is forgotten: its text, its choices and what runs it. `run` is called by several threads at once.
struct sweep_design {
    std::string text{};
    named_values labels{};
    std::function<named_values(const sweep_point&)> run{};
};

/// A design with the function run(chip, point) -> named_values.
template <class Design, class Run>
[[nodiscard]] sweep_design bind_design(const Design& chip, named_values labels, const Run& run) {
    return {describe(chip), std::move(labels),
            [chip, run](const sweep_point& point) -> named_values { return run(chip, point); }};
}

namespace detail {
template <std::size_t Begin, class List, class Run, std::size_t... I>
void bind_range(std::vector<sweep_design>& to, const List& list, const Run& run, std::index_sequence<I...>) {
    (to.push_back(bind_design(list.template design<Begin + I>(), list.labels(Begin + I), run)), ...);
}
} // namespace detail

/// The designs of part `Part` of `Parts` of a list (`variants`), in order: run is instantiated once for each. With one part for each
/// translation unit a long list compiles side by side.
template <std::size_t Part = 0, std::size_t Parts = 1, class Base, class... Axes, class Run>
[[nodiscard]] std::vector<sweep_design> bind_designs(const design_variants<Base, Axes...>& list, const Run& run) {
    static_assert(Part < Parts, "rcim: bind_designs: a part below the number of parts");
    constexpr std::size_t all = design_variants<Base, Axes...>::size;
    constexpr std::size_t begin = all * Part / Parts;
    std::vector<sweep_design> designs;
    detail::bind_range<begin>(designs, list, run, std::make_index_sequence<all*(Part + 1) / Parts - begin>{});
    return designs;
}

/// Appends lists to one another.
template <class... Lists>
[[nodiscard]] std::vector<sweep_design> joined(Lists... lists) {
    std::vector<sweep_design> all;
    (all.insert(all.end(), std::make_move_iterator(lists.begin()), std::make_move_iterator(lists.end())), ...);
    return all;
}

/// A runner: what a command line can list and run. The result of a point may depend on nothing but the point.
struct sweep {
    std::string name{};
    std::string about{}; ///< one line for people
    std::vector<sweep_design> designs{};
    grid settings{};
    std::vector<std::uint64_t> seeds{1};
    std::vector<objective> objectives{}; ///< results that a Pareto front is of
};

/// How many points a sweep has.
[[nodiscard]] inline std::size_t size_of(const sweep& s) {
    return s.designs.size() * s.settings.size() * s.seeds.size();
}

/// The point with this number, below size_of: seeds change fastest, then settings, then designs.
[[nodiscard]] inline sweep_point point_of(const sweep& s, std::size_t index) {
    const std::size_t seed = index % s.seeds.size();
    const std::size_t setting = index / s.seeds.size() % s.settings.size();
    const sweep_design& chip = s.designs[index / s.seeds.size() / s.settings.size()];
    return {s.name, chip.text, chip.labels, s.settings.at(setting), s.seeds[seed]};
}

/// Throws `error` on a sweep without a name, without points, with a design that nothing runs, or with two points that cannot be told apart.
inline void check(const sweep& s) {
    if (s.name.empty()) {
        fail("sweep", "name", "a name", "none");
    }
    if (size_of(s) == 0) {
        fail("sweep", s.name, "at least one design and one seed",
             text(s.designs.size(), " designs and ", s.seeds.size(), " seeds"));
    }
    std::set<std::string> keys;
    for (const sweep_design& chip : s.designs) {
        if (!chip.run) {
            fail("sweep", s.name + ", " + chip.text, "a function that runs it", "none");
        }
        if (!keys.insert(sweep_point{{}, chip.text, chip.labels, {}, 0}.key()).second) {
            fail("sweep", s.name, "designs that differ in their text or their labels", chip.text + " twice");
        }
    }
    if (std::set<std::uint64_t>(s.seeds.begin(), s.seeds.end()).size() != s.seeds.size()) {
        fail("sweep", s.name, "seeds that differ", "one twice");
    }
}

/// Runs one point in the caller's thread. What is thrown becomes the text of a failed row.
[[nodiscard]] inline sweep_row run_point(const sweep& s, std::size_t index) {
    sweep_row row{.point = point_of(s, index), .isa = isa_name(), .compiler = compiler_name(), .version = version_name()};
    const auto started = std::chrono::steady_clock::now();
    const auto refuse = [&](std::string why) { row.error = why.empty() ? "an exception without a text" : std::move(why); };
    try {
        row.results = s.designs[index / s.seeds.size() / s.settings.size()].run(row.point);
    } catch (const std::exception& thrown) {
        refuse(thrown.what());
    } catch (...) {
        refuse("");
    }
    row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return row;
}

} // namespace rcim::inline RCIM_ABI
