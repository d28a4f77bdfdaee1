#pragma once

/// @file
/// What every bench shares: options, interleaved measuring, a table and a record in JSON.

#include "build_info.hpp"

#include <rcim/core/build.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace rcim_bench {

/// The instruction sets this program was compiled for, of those that kernels test.
inline std::string isa() { return rcim::isa_name(); }

inline double median(std::vector<double> values) {
    if (values.empty()) {
        return std::nan("");
    }
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

/// A median and the quartiles around it.
struct spread {
    double low, middle, high;
};

inline spread spread_of(std::vector<double> values) {
    if (values.empty()) {
        return {std::nan(""), std::nan(""), std::nan("")};
    }
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) { return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)]; };
    return {at(0.25), median(values), at(0.75)};
}

/// One thing that is measured again and again: each call takes at least some 50 ms and gives a rate.
struct contender {
    std::string name;
    std::function<double()> rate;
    std::vector<double> rates{};
};

/// Calls A B C, A B C, ...: what slows the machine for a while slows all of them. Ratios are taken within a round.
inline void interleave(std::vector<contender>& contenders, int rounds) {
    for (contender& c : contenders) {
        c.rates.clear();
        c.rate(); // caches, pages and clocks
    }
    for (int r = 0; r < rounds; ++r) {
        for (contender& c : contenders) {
            c.rates.push_back(c.rate());
        }
    }
}

/// The ratio of two contenders in each round.
inline std::vector<double> ratios(const contender& a, const contender& b) {
    std::vector<double> result;
    for (std::size_t i = 0; i < a.rates.size(); ++i) {
        result.push_back(a.rates[i] / b.rates[i]);
    }
    return result;
}

/// Calls of the body per second, over at least `seconds`.
template <class Body>
double calls_per_second(Body&& body, double seconds = 0.05) {
    const auto start = std::chrono::steady_clock::now();
    for (double calls = 1;; ++calls) {
        body();
        const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (passed >= seconds) {
            return calls / passed;
        }
    }
}

/// One line of the table and one object of the record.
struct row {
    std::string name;
    int threads = 1;
    double value = 0.0;
    std::string unit;
    double ratio = std::nan("");  ///< to the reference; NaN: none
    std::string reference{};      ///< what the ratio is to
    std::string note{};           ///< for people only
};

/// The options of one bench and what it found.
class report {
public:
    report(std::string bench, const std::string& about) : bench_(std::move(bench)), app_(about, "bench_" + bench_) {
        app_.option_defaults()->always_capture_default();
        app_.add_flag("--short", short_, "a run of at most 2 minutes");
        app_.add_flag("--smoke", smoke_, "a run of at most 10 seconds that shows only that it works");
        app_.add_option("--json", json_, "write the rows as a JSON array");
        app_.add_option("--seed", seed_);
        app_.add_option("--threads", threads_, "most threads to use")->check(CLI::Range(1, 1024));
    }

    /// To add options before `parse`.
    [[nodiscard]] CLI::App& app() { return app_; }

    void parse(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& e) {
            std::exit(app_.exit(e));
        }
        std::printf("%s: %s; %s; %s; commit %s\n", bench_.c_str(), isa().c_str(), build_compiler(), build_flags(), build_commit());
        std::fflush(stdout);
    }

    [[nodiscard]] bool smoke() const { return smoke_; }
    [[nodiscard]] bool brief() const { return short_ || smoke_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] int threads() const { return threads_; }

    void add(row r) { rows_.push_back(std::move(r)); }

    /// Prints the table and writes the record.
    void finish() const {
        print();
        write();
    }

    void print() const {
        std::size_t width = 4;
        for (const row& r : rows_) {
            width = std::max(width, r.name.size());
        }
        const int w = static_cast<int>(width);
        std::printf("\n%-*s  threads %12s  %-20s %8s  %s\n", w, "case", "value", "unit", "ratio", "reference");
        for (const row& r : rows_) {
            char ratio[32] = "";
            if (!std::isnan(r.ratio)) {
                std::snprintf(ratio, sizeof ratio, "%.3f", r.ratio);
            }
            std::printf("%-*s  %7d %12.6g  %-20s %8s  %s%s%s\n", w, r.name.c_str(), r.threads, r.value, r.unit.c_str(), ratio,
                        r.reference.c_str(), r.note.empty() ? "" : "  ", r.note.c_str());
        }
    }

    /// Writes the rows where --json says, if it does.
    void write() const {
        if (json_.empty()) {
            return;
        }
        nlohmann::json array = nlohmann::json::array();
        for (const row& r : rows_) {
            array.push_back({{"bench", bench_},
                             {"case", r.name},
                             {"threads", r.threads},
                             {"value", r.value},
                             {"unit", r.unit},
                             {"ratio", r.ratio},
                             {"reference", r.reference},
                             {"isa", isa()},
                             {"compiler", build_compiler()},
                             {"flags", build_flags()},
                             {"commit", build_commit()}});
        }
        rcim::write_file(json_, array.dump(2) + "\n");
    }

private:
    std::string bench_;
    CLI::App app_;
    bool short_ = false;
    bool smoke_ = false;
    std::string json_;
    std::uint64_t seed_ = 1;
    int threads_ = 2;
    std::vector<row> rows_;
};

/// What `main` returns: 0, or 1 after the words of whatever was thrown.
inline int guarded(void (*run)(int, char**), int argc, char** argv) {
    try {
        run(argc, argv);
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}

} // namespace rcim_bench
