#pragma once

/// @file
/// The command line of a program that offers sweeps: options, MPI, tables, pictures.

#include <rcim/plot/figure.hpp>
#include <rcim/sweep/csv.hpp>
#include <rcim/sweep/pareto.hpp>
#include <rcim/sweep/row_file.hpp>
#include <rcim/sweep/run.hpp>
#include <rcim/sweep/select.hpp>

#ifdef SWEEP_WITH_MPI
#include <rcim/sweep/mpi_sweep.hpp>
#endif

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sweep_command {

namespace plot = rcim::plot;

struct options {
    bool list = false;
    bool dry_run = false;
    bool retry = false;
    bool stop = false;
    bool mpi = false;
    int threads = 1;
    std::vector<std::string> only{};
    std::vector<std::string> where{};
    std::vector<std::uint64_t> seeds{1};
    std::vector<std::string> pareto{};
    std::string results{};
    std::string csv{};
    std::string json{};
    std::string plot{};
};

/// Adds the options that every such program has.
inline void add_options(CLI::App& app, options& o) {
    app.add_flag("--list", o.list, "print the runners, their axes and settings, and stop");
    app.add_flag("--dry-run", o.dry_run, "print the points that would be run, and stop");
    app.add_option("--only", o.only, "run only the runners with these names")->delimiter(',');
    app.add_option("--where", o.where, "run only a part: AXIS=VALUE or AXIS=VALUE,VALUE; several times for several axes");
    app.add_option("--seed", o.seeds, "one or more, of chip, weights and order of images: each point is run with each")
        ->delimiter(',');
    app.add_option("--results", o.results, "file of JSON Lines to go on with: points that it holds are not run again");
    app.add_option("--threads", o.threads, "points at a time, on every rank; the rows do not depend on it")
        ->check(CLI::Range(1, 1024));
    app.add_flag("--retry", o.retry, "run points that failed before again");
    app.add_flag("--stop", o.stop, "end at the first point that fails");
#ifdef SWEEP_WITH_MPI
    app.add_flag("--mpi", o.mpi, "share the points among MPI ranks: mpirun -n 4 PROGRAM --mpi --results FILE");
#endif
    app.add_option("--pareto", o.pareto, "columns of the Pareto front: NAME, NAME:min or NAME:max, ...")->delimiter(',');
    app.add_option("--csv", o.csv, "write all rows as comma-separated values");
    app.add_option("--json", o.json, "write all rows as one JSON array");
    app.add_option(
        "--plot", o.plot,
        "draw the front of the first two columns, a curve for each value of the first setting that varies (.png or .svg)");
}

inline void print_list(const std::vector<rcim::sweep>& runners) {
    for (const rcim::sweep& s : runners) {
        std::printf("%s: %s\n  %zu points: %zu designs x %zu settings x %zu seeds\n", s.name.c_str(), s.about.c_str(),
                    size_of(s), s.designs.size(), s.settings.size(), s.seeds.size());
        for (const auto& [axis, unused] : s.designs.front().labels) {
            std::vector<std::string> values;
            for (const rcim::sweep_design& chip : s.designs) {
                const rcim::sweep_value* const label = chip.labels.find(axis);
                if (label != nullptr && std::find(values.begin(), values.end(), label->to_text()) == values.end()) {
                    values.push_back(label->to_text());
                }
            }
            std::printf("  %-12s", axis.c_str());
            for (const std::string& value : values) {
                std::printf(" [%s]", value.c_str());
            }
            std::printf("\n");
        }
        for (const rcim::setting_axis& axis : s.settings.axes()) {
            std::printf("  %-12s", axis.name.c_str());
            for (const rcim::sweep_value& value : axis.values) {
                std::printf(" %s", value.to_text().c_str());
            }
            std::printf("\n");
        }
    }
}

/// The part of each runner that --where asks for.
inline void restrict_to(std::vector<rcim::sweep>& runners, const std::vector<std::string>& wanted) {
    for (const std::string& condition : wanted) {
        const std::size_t equal = condition.find('=');
        if (equal == std::string::npos) {
            rcim::fail("--where", condition, "AXIS=VALUE", "no =");
        }
        const std::vector<std::string> values = CLI::detail::split(condition.substr(equal + 1), ',');
        for (rcim::sweep& s : runners) {
            s = where(std::move(s), condition.substr(0, equal), values);
        }
    }
}

/// The first setting with several values among the rows.
inline std::string varying_setting(const rcim::sweep& s) {
    for (const rcim::setting_axis& axis : s.settings.axes()) {
        if (axis.values.size() > 1) {
            return axis.name;
        }
    }
    return {};
}

inline void print_front(std::span<const rcim::sweep_row> rows, const std::vector<rcim::objective>& objectives) {
    const std::vector<std::size_t> front = pareto_front(rows, objectives);
    std::printf("\nPareto front of %zu rows, %zu on it:\n", rows.size(), front.size());
    for (const rcim::objective& o : objectives) {
        std::printf("%s%14s", &o == objectives.data() ? "" : " ",
                    (o.name + (o.aim == rcim::goal::minimise ? " v" : " ^")).c_str());
    }
    std::printf("  point\n");
    for (const std::size_t i : front) {
        for (const rcim::objective& o : objectives) {
            std::printf("%s%14.6g", &o == objectives.data() ? "" : " ", *rows[i].find(o.name)->number());
        }
        std::printf("  %s\n", rows[i].point.name().c_str());
    }
}

inline void draw_fronts(const rcim::sweep& s, std::span<const rcim::sweep_row> rows,
                        const std::vector<rcim::objective>& objectives, const std::string& path) {
    if (objectives.size() < 2) {
        rcim::fail("--plot", path, "two columns of a front (--pareto)", rcim::text(objectives.size()));
    }
    const std::vector<rcim::objective> two(objectives.begin(), objectives.begin() + 2);
    const std::string setting = varying_setting(s);
    plot::figure figure{.title = s.name, .x_label = two[1].name, .y_label = two[0].name};
    std::vector<rcim::sweep_value> values;
    for (const rcim::setting_axis& axis : s.settings.axes()) {
        if (axis.name == setting) {
            values = axis.values;
        }
    }
    for (std::size_t v = 0; v < std::max<std::size_t>(values.size(), 1); ++v) {
        std::vector<rcim::sweep_row> some;
        for (const rcim::sweep_row& row : rows) {
            if (values.empty() || *row.point.settings.find(setting) == values[v]) {
                some.push_back(row);
            }
        }
        plot::curve curve{.title = values.empty() ? "front" : setting + " = " + values[v].to_text(), .x = {}, .y = {}};
        for (const std::size_t i : pareto_front(some, two)) {
            curve.x.push_back(*some[i].find(two[1].name)->number());
            curve.y.push_back(*some[i].find(two[0].name)->number());
        }
        figure.curves.push_back(std::move(curve));
    }
    plot::draw(figure, path);
    std::printf("the fronts are in %s\n", path.c_str());
}

/// What is made of the rows of one runner.
inline void report(const rcim::sweep& s, std::span<const rcim::sweep_row> rows, const options& o) {
    const auto failed = std::count_if(rows.begin(), rows.end(), [](const rcim::sweep_row& row) { return row.failed(); });
    std::printf("%s: %zu of %zu points done, %td failed\n", s.name.c_str(), rows.size(), size_of(s), failed);
    std::vector<rcim::objective> objectives;
    for (const std::string& words : o.pareto) {
        objectives.push_back(objective_of(s, words));
    }
    if (objectives.empty()) {
        objectives = s.objectives;
    }
    if (!objectives.empty()) {
        print_front(rows, objectives);
    }
    if (!o.plot.empty()) {
        draw_fronts(s, rows, objectives, o.plot);
    }
}

/// The number of this process among the ranks; 0 without MPI.
inline int own_rank([[maybe_unused]] const options& o) {
    int rank = 0;
#ifdef SWEEP_WITH_MPI
    if (o.mpi) {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    }
#endif
    return rank;
}

/// Runs one sweep as the options say. Empty on ranks other than the first.
inline std::vector<rcim::sweep_row> run(const rcim::sweep& s, const options& o) {
    const rcim::sweep_options how =
        rcim::with_progress({.threads = o.threads, .retry_failed = o.retry, .stop_at_failure = o.stop});
#ifdef SWEEP_WITH_MPI
    if (o.mpi) {
        const int rank = own_rank(o);
        std::optional<rcim::sweep_row_file> file;
        if (rank == 0) {
            file.emplace(o.results);
            take_rank_rows(*file); // of ranks that an earlier run has lost
        }
        const std::vector<rcim::sweep_row> known = file ? file->rows() : std::vector<rcim::sweep_row>{};
        rcim::sweep_options on_rank = how;
        on_rank.finished = [&](const rcim::sweep_row& row) {
            if (!file) { // the first row of this rank: by now rank 0 has taken what lay there
                file.emplace(rcim::rank_file(o.results, rank));
            }
            file->append(row);
            if (row.failed()) {
                std::fprintf(stderr, "failed: %s: %s\n", row.point.name().c_str(), row.error.c_str());
            }
        };
        run_sweep_on_ranks(MPI_COMM_WORLD, s, on_rank, known);
        if (rank != 0) {
            file.reset();
            rcim::meet(MPI_COMM_WORLD);
            return {};
        }
        rcim::meet(MPI_COMM_WORLD);
        take_rank_rows(*file);
        return state_of(s, file->rows()).done();
    }
#endif
    if (o.results.empty()) {
        return run_sweep(s, how);
    }
    rcim::sweep_row_file file(o.results);
    if (file.repaired() > 0) {
        std::printf("%s: a last line that was cut off (%zu bytes) is gone\n", o.results.c_str(), file.repaired());
    }
    return run_sweep(s, file, how);
}

/// Everything after the options are parsed. Gives what `main` returns: 0, or 2 where points failed.
inline int run(const rcim::runner_registry& registry, const options& o) {
    std::vector<rcim::sweep> runners = registry.named(o.only);
    restrict_to(runners, o.where);
    if (o.list) {
        print_list(runners);
        return 0;
    }
    if (o.mpi && o.results.empty()) {
        rcim::fail("--mpi", "--results", "a file, in a folder that all ranks share", "none");
    }
    if (!o.plot.empty()) {
        plot::require(o.plot);
    }
    if (o.dry_run) {
        std::vector<rcim::sweep_row> known;
        if (!o.results.empty() && std::filesystem::exists(o.results)) {
            known = rcim::load_sweep_rows(o.results);
        }
        for (const rcim::sweep& s : runners) {
            const rcim::sweep_state state = state_of(s, known, o.retry);
            for (const std::size_t i : state.missing) {
                std::printf("%s: %s\n", s.name.c_str(), point_of(s, i).name().c_str());
            }
            std::printf("%s: %zu points, %zu of them to run\n", s.name.c_str(), size_of(s), state.missing.size());
        }
        return 0;
    }
    std::vector<rcim::sweep_row> all;
    for (const rcim::sweep& s : runners) {
        const std::vector<rcim::sweep_row> rows = run(s, o);
        if (own_rank(o) == 0) {
            report(s, rows, o);
            all.insert(all.end(), rows.begin(), rows.end());
        }
    }
    if (own_rank(o) != 0) {
        return 0;
    }
    if (!o.csv.empty()) {
        rcim::write_file(o.csv, rcim::to_csv(all));
    }
    if (!o.json.empty()) {
        auto array = nlohmann::ordered_json::array();
        for (const rcim::sweep_row& row : all) {
            array.push_back(to_json(row));
        }
        rcim::write_file(o.json, array.dump(2) + "\n");
    }
    return std::any_of(all.begin(), all.end(), [](const rcim::sweep_row& row) { return row.failed(); }) ? 2 : 0;
}

/// `main` after parsing: runs body(), inside MPI if asked to, and turns what is thrown into words. Other ranks would wait for one that fails: then
/// all end.
template <class Body>
int guarded([[maybe_unused]] const options& o, Body&& body) {
    int status = 1;
    try {
#ifdef SWEEP_WITH_MPI
        if (int level = 0; o.mpi) {
            MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &level);
        }
#endif
        status = body();
    } catch (const std::exception& thrown) {
        std::fprintf(stderr, "%s\n", thrown.what());
#ifdef SWEEP_WITH_MPI
        if (o.mpi) {
            MPI_Abort(MPI_COMM_WORLD, 1);
        }
#endif
    }
#ifdef SWEEP_WITH_MPI
    if (o.mpi) {
        MPI_Finalize();
    }
#endif
    return status;
}

} // namespace sweep_command
