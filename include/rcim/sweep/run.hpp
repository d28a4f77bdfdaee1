#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/sweep/sweep.hpp>
#include <rcim/sweep/workers.hpp>

#include <unistd.h>

#include <cstddef>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

struct sweep_options {
    int threads = 1;              ///< points at a time, >= 1; each runs in one thread
    bool retry_failed = false;    ///< points that failed before are run again
    bool stop_at_failure = false; ///< the first failed point ends the sweep by an `error`, after its row was handed on
    std::function<void(const sweep_row&)>
        finished{};                   ///< gets each new row at once, one at a time; what it throws ends the sweep
    std::ostream* progress = nullptr; ///< null: silence
    bool terminal = false;            ///< whether progress is one line that changes
};

/// Where people look: standard error, a line that changes if it is a terminal.
[[nodiscard]] inline sweep_options with_progress(sweep_options options) {
    options.progress = &std::cerr;
    options.terminal = ::isatty(STDERR_FILENO) == 1;
    return options;
}

/// What of a sweep is done and what is to be done.
struct sweep_state {
    std::vector<sweep_row> rows{};      ///< of points known before, by number of the point; those not done have no design
    std::vector<std::size_t> missing{}; ///< numbers of the points to run, in order

    /// Rows of points that are done, in the order of points.
    [[nodiscard]] std::vector<sweep_row> done() const {
        std::vector<sweep_row> result;
        for (const sweep_row& row : rows) {
            if (!row.point.design.empty()) {
                result.push_back(row);
            }
        }
        return result;
    }
};

/// Finds the points of a sweep among rows of earlier runs; of several rows of one point the last counts. Throws `error` like `check`.
[[nodiscard]] inline sweep_state state_of(const sweep& s, std::span<const sweep_row> known, bool retry_failed = false) {
    check(s);
    std::map<std::string, const sweep_row*> by_key;
    for (const sweep_row& row : known) {
        if (row.point.sweep == s.name) {
            by_key[row.point.key()] = &row;
        }
    }
    sweep_state state;
    state.rows.resize(size_of(s));
    for (std::size_t i = 0; i < state.rows.size(); ++i) {
        const auto found = by_key.find(point_of(s, i).key());
        if (found == by_key.end() || (retry_failed && found->second->failed())) {
            state.missing.push_back(i);
        } else {
            state.rows[i] = *found->second;
        }
    }
    return state;
}

/// Runs the points that are missing from `known`, in `options.threads` threads, and gives the rows of all points, in the order of points; rows
/// do not depend on the number of threads, apart from their seconds. A point that throws leaves a failed row.
[[nodiscard]] inline std::vector<sweep_row> run_sweep(const sweep& s, const sweep_options& options = {},
                                                      std::span<const sweep_row> known = {}) {
    sweep_state state = state_of(s, known, options.retry_failed);
    sweep_progress progress(options.progress, options.terminal, state.rows.size(), state.rows.size() - state.missing.size());
    std::mutex mutex;
    work_off(tickets_up_to(state.missing.size()), options.threads, [&](std::size_t ticket) {
        const std::size_t index = state.missing[ticket];
        sweep_row row = run_point(s, index);
        const std::lock_guard lock(mutex);
        if (options.finished) {
            options.finished(row);
        }
        if (row.failed()) {
            progress.note("failed: " + row.point.name() + ": " + row.error);
        }
        progress.add(row.point.name());
        if (row.failed() && options.stop_at_failure) {
            fail("sweep " + s.name, row.point.name(), "results", row.error);
        }
        state.rows[index] = std::move(row);
    });
    return state.done();
}

} // namespace rcim::inline RCIM_ABI
