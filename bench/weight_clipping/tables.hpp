#pragma once

/// @file
/// Tables and curves of the rows. Rows that differ in more than method, faults and seed (another net, data, length or rate of
/// learning) are never put into one table.

#include <rcim/plot/figure.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "harness.hpp"
#include "study.hpp"
#include "weight_clipping/faults.hpp"
#include "weight_clipping/methods.hpp"
#include "statistics.hpp"

namespace rcim_bench {

/// Accuracies in % by seed.
using by_seed = std::map<std::uint64_t, double>;

/// One way to keep and to train weights, at all faults that it was run at: (p_stuck_hrs, p_stuck_lrs).
struct study_line {
    json key;
    std::map<std::pair<double, double>, by_seed> points{};
    std::map<std::pair<double, double>, int> stopped{}; ///< runs that ended early because the loss was not finite or far beyond its start

    [[nodiscard]] std::string name() const {
        std::string name = key.value("encoding", "") + " " + key.value("method", "");
        const std::string rounding = key.value("rounding", "none");
        name += rounding == "nearest" || rounding == "carried" ? " " + rounding : "";
        for (const auto& item : key.items()) {
            const bool usual = item.key() == "encoding" || item.key() == "method" || item.key() == "rounding" ||
                               item.key() == "cell_bits" || item.key() == "weight_bits" ||
                               (item.key() == "fraction_bits" && item.value() == conditions{}.fraction_bits);
            name += usual ? "" : " " + item.key() + " " + item.value().dump();
        }
        return name;
    }

    /// The key of the line that this one is judged by: same cells and encoding, nothing done against faults.
    [[nodiscard]] json unprotected() const {
        json result = {{"method", "none"}, {"rounding", "stochastic"}};
        for (const char* const field : {"encoding", "cell_bits", "weight_bits", "fraction_bits"}) {
            if (key.contains(field)) {
                result[field] = key[field];
            }
        }
        return result;
    }

    [[nodiscard]] const by_seed& at(const std::pair<double, double>& rate) const {
        static const by_seed none;
        const auto found = points.find(rate);
        return found == points.end() ? none : found->second;
    }
};

/// Rows that may be compared.
struct study_table {
    json key;
    std::vector<study_line> lines{};

    [[nodiscard]] const study_line* find(const json& line) const {
        for (const study_line& l : lines) {
            if (l.key == line) {
                return &l;
            }
        }
        return nullptr;
    }

    [[nodiscard]] std::string title() const {
        return text(key.value("net", ""), " on ", key.value("data", ""), ", ", key.value("epochs", 0),
                    " epochs, learning rate ", key.value("learning_rate", 0.0),
                    key.value("weight_decay", 0.0) > 0.0 ? text(", weight decay ", key["weight_decay"].get<double>()) : "",
                    key.contains("max_steps_per_epoch") ? text(", ", key["max_steps_per_epoch"].get<int>(), " steps per epoch")
                                                        : "");
    }
};

inline std::vector<study_table> tables_of(const std::vector<json>& rows) {
    static const std::set<std::string> common{"net",          "data",     "train_images",       "test_images",
                                              "epochs",       "batch",    "learning_rate",      "momentum",
                                              "weight_decay", "schedule", "max_steps_per_epoch"};
    static const std::set<std::string> point{"p_stuck_hrs", "p_stuck_lrs", "seed"};
    std::set<std::string> not_line = common;
    not_line.insert(point.begin(), point.end());

    std::vector<study_table> tables;
    const auto entry = [](auto& list, const json& key) -> auto& {
        for (auto& one : list) {
            if (one.key == key) {
                return one;
            }
        }
        list.push_back({.key = key});
        return list.back();
    };
    for (const json& row : rows) {
        if (!row.contains("method") || !row.contains("p_stuck_hrs")) {
            continue;
        }
        const json line = key_without(row, not_line);
        std::set<std::string> not_common = point;
        for (const auto& item : line.items()) {
            not_common.insert(item.key());
        }
        study_line& to = entry(entry(tables, key_without(row, not_common)).lines, line);
        const std::pair rate{row.value("p_stuck_hrs", 0.0), row.value("p_stuck_lrs", 0.0)};
        to.points[rate][row.value("seed", std::uint64_t{0})] = 100.0 * row["test_accuracy"].get<double>();
        to.stopped[rate] += row.value("stopped", "").empty() ? 0 : 1;
    }
    const auto rank = [](const study_line& l) {
        const std::string encoding = l.key.value("encoding", "");
        return std::tuple(encoding == "ideal"    ? 0
                          : encoding == "offset" ? 1
                                                 : 2,
                          l.key.value("method", "") != "none", l.name());
    };
    for (study_table& t : tables) {
        std::sort(t.lines.begin(), t.lines.end(), [&](const study_line& a, const study_line& b) { return rank(a) < rank(b); });
    }
    std::sort(tables.begin(), tables.end(), [](const study_table& a, const study_table& b) { return a.title() < b.title(); });
    return tables;
}

inline sample sample_of(const by_seed& values) {
    std::vector<double> numbers;
    for (const auto& [seed, value] : values) {
        numbers.push_back(value);
    }
    return sample_of(numbers);
}

/// a - b for each seed that both have.
inline sample paired(const by_seed& a, const by_seed& b) {
    std::vector<double> differences;
    for (const auto& [seed, value] : a) {
        if (const auto found = b.find(seed); found != b.end()) {
            differences.push_back(value - found->second);
        }
    }
    return sample_of(differences);
}

/// The fault settings of a table that differ in density alone, sparse to dense, from none on.
struct density_scale {
    std::string ratio; ///< ", HRS:LRS = 9:1"; empty if there is no whole one
    std::vector<std::pair<double, double>> rates{};
    std::vector<std::string> names{}; ///< total density in %; HRS/LRS for a setting of another ratio
};

/// One scale for each whole ratio; settings of other ratios join the largest.
inline std::vector<density_scale> scales_of(const study_table& table) {
    std::set<std::pair<double, double>> all;
    for (const study_line& l : table.lines) {
        for (const auto& point : l.points) {
            all.insert(point.first);
        }
    }
    std::map<int, std::vector<std::pair<double, double>>, std::greater<>> by_ratio;
    std::vector<std::pair<double, double>> odd;
    for (const auto& rate : all) {
        const double quotient = rate.second > 0.0 ? rate.first / rate.second : 0.0;
        if (quotient >= 0.5 && std::abs(quotient - std::round(quotient)) < 1e-6 * quotient) {
            by_ratio[static_cast<int>(std::round(quotient))].push_back(rate);
        } else if (rate.first + rate.second > 0.0) {
            odd.push_back(rate);
        }
    }
    if (by_ratio.empty()) {
        by_ratio[0] = {};
    }
    by_ratio.begin()->second.insert(by_ratio.begin()->second.end(), odd.begin(), odd.end());
    std::vector<density_scale> scales;
    for (auto& [ratio, rates] : by_ratio) {
        density_scale scale{.ratio = ratio > 0 ? text(", HRS:LRS = ", ratio, ":1") : std::string()};
        rates.emplace_back(0.0, 0.0);
        std::sort(rates.begin(), rates.end(),
                  [](const auto& a, const auto& b) { return a.first + a.second < b.first + b.second; });
        for (const auto& rate : rates) {
            const bool whole = std::find(odd.begin(), odd.end(), rate) == odd.end();
            scale.rates.push_back(rate);
            scale.names.push_back(whole ? text(100.0 * (rate.first + rate.second)) : name_of({rate.first, rate.second}));
        }
        scales.push_back(std::move(scale));
    }
    return scales;
}

/// Means in Markdown, one table per ratio.
inline void print_means(const study_table& table) {
    for (const density_scale& scale : scales_of(table)) {
        std::printf(
            "\n%s; test accuracy in %%, mean +- standard deviation over seeds, by share of stuck cells in %%%s\n\n| design |",
            table.title().c_str(), scale.ratio.c_str());
        for (const std::string& name : scale.names) {
            std::printf(" %s |", name.c_str());
        }
        std::printf("\n| --- |");
        for (std::size_t i = 0; i < scale.names.size(); ++i) {
            std::printf(" --- |");
        }
        std::printf("\n");
        for (const study_line& l : table.lines) {
            std::printf("| %s |", l.name().c_str());
            for (const auto& rate : scale.rates) {
                const sample s = sample_of(l.at(rate));
                if (s.count > 1) {
                    std::printf(" %.2f +- %.2f |", s.mean, s.deviation);
                } else if (s.count == 1) {
                    std::printf(" %.2f |", s.mean);
                } else {
                    std::printf("  |");
                }
            }
            std::printf("\n");
        }
    }
}

/// Everything about each point: seeds, mean, deviation, what the size of the test set leaves open, and both paired differences.
inline void print_differences(const study_table& table) {
    const double images = table.key.value("test_images", 0.0);
    const auto difference = [](const sample& d) {
        char words[64] = "";
        if (d.count > 1) {
            std::snprintf(words, sizeof words, "%+.2f [%+.2f, %+.2f]", d.mean, d.confidence().low, d.confidence().high);
        } else if (d.count == 1) {
            std::snprintf(words, sizeof words, "%+.2f", d.mean);
        }
        return std::string(words);
    };
    std::printf("\n%s\n"
                "Differences in points, of runs with the same seed, with the 95 %% interval of Student's t over the seeds: to "
                "the same encoding\n"
                "without faults and without protection, and to no protection at the same faults. 'one run': 95 %% binomial "
                "interval of one\n"
                "accuracy of this size on %.0f test images. 'cut': runs that ended early because the loss was not finite or beyond hope.\n\n",
                table.title().c_str(), images);
    std::size_t width = 6;
    for (const study_line& l : table.lines) {
        width = std::max(width, l.name().size());
    }
    const int w = static_cast<int>(width);
    std::printf("%-*s %10s %3s %3s %15s  %14s  %-24s  %-24s\n", w, "design", "HRS/LRS %", "n", "cut", "accuracy %", "one run",
                "minus fault-free", "minus none");
    for (const study_line& l : table.lines) {
        const json base = l.unprotected();
        const study_line* const plain = table.find(base);
        for (const auto& [rate, values] : l.points) {
            const sample s = sample_of(values);
            const interval one = binomial_interval(s.mean / 100.0, images);
            char accuracy[32], interval_words[32];
            std::snprintf(accuracy, sizeof accuracy, "%.2f", s.mean);
            if (s.count > 1) {
                std::snprintf(accuracy, sizeof accuracy, "%.2f +- %.2f", s.mean, s.deviation);
            }
            std::snprintf(interval_words, sizeof interval_words, "%.2f..%.2f", 100.0 * one.low, 100.0 * one.high);
            const bool faulty = rate.first + rate.second > 0.0;
            const sample to_sound =
                plain != nullptr && (faulty || plain != &l) ? paired(values, plain->at({0.0, 0.0})) : sample{};
            const sample to_plain = plain != nullptr && plain != &l ? paired(values, plain->at(rate)) : sample{};
            std::printf("%-*s %10s %3zu %3d %15s  %14s  %-24s  %-24s\n", w, l.name().c_str(),
                        name_of({rate.first, rate.second}).c_str(), s.count, l.stopped.at(rate), accuracy, interval_words,
                        difference(to_sound).c_str(), difference(to_plain).c_str());
        }
    }
}

/// Accuracy over density, one figure per net and ratio. Lines that were run at one setting alone are points and left out.
inline std::vector<plot::figure> figures_of(const std::vector<study_table>& tables) {
    std::vector<plot::figure> figures;
    for (const study_table& table : tables) {
        for (const density_scale& scale : scales_of(table)) {
            plot::figure figure{.title = text(table.title(), scale.ratio),
                                .x_label = "stuck cells (%)",
                                .y_label = "test accuracy (%)",
                                .y_range = "[0:100]"};
            figure.x_names = scale.names;
            for (const study_line& l : table.lines) {
                plot::curve curve{.title = l.name(), .x = {}, .y = {}};
                for (std::size_t i = 0; i < scale.rates.size(); ++i) {
                    if (const sample s = sample_of(l.at(scale.rates[i])); s.count > 0) {
                        curve.x.push_back(static_cast<double>(i));
                        curve.y.push_back(s.mean);
                        curve.spread.push_back(s.count > 1 ? s.deviation : 0.0);
                    }
                }
                if (curve.x.size() > 1) {
                    figure.curves.push_back(std::move(curve));
                }
            }
            if (!figure.curves.empty()) {
                figures.push_back(std::move(figure));
            }
        }
    }
    return figures;
}

/// Norm of the gradient and largest weight over the steps of training, with and without the clip: the feedback by which stuck cells
/// end a training, and its end. The first seed of each net, differential encoding, no faults and two densities.
inline std::vector<plot::figure> growth_figures_of(const std::vector<json>& rows) {
    const std::vector<std::pair<double, double>> shown{{0.0, 0.0}, {0.009, 0.001}, {0.045, 0.005}};
    std::vector<plot::figure> figures;
    for (const net_settings& net : all_nets()) {
        for (const auto& [field, label] : {std::pair("gradient_norm", "norm of the gradient"), std::pair("max_abs_weight", "largest |weight|")}) {
            plot::figure figure{.title = net.name + ", differential", .x_label = "step", .y_label = label, .log_x = true, .log_y = true};
            for (const std::string method : {"none", "clipped_on_use"}) {
                for (const auto& rate : shown) {
                    const auto row = std::find_if(rows.begin(), rows.end(), [&](const json& r) {
                        return r.value("net", "") == net.name && r.value("encoding", "") == "differential" && r.value("method", "") == method &&
                               r.value("rounding", "") == "stochastic" && std::pair(r.value("p_stuck_hrs", 0.0), r.value("p_stuck_lrs", 0.0)) == rate &&
                               r.contains("trace");
                    });
                    if (row == rows.end()) {
                        continue;
                    }
                    plot::curve curve{.title = method + ", " + name_of({rate.first, rate.second}) + " %", .x = {}, .y = {}};
                    const json& trace = (*row)["trace"];
                    for (std::size_t i = 0; i < trace["step"].size(); ++i) {
                        if (const json& y = trace[field][i]; y.is_number() && y.get<double>() > 0.0) {
                            curve.x.push_back(trace["step"][i].get<double>());
                            curve.y.push_back(y.get<double>());
                        }
                    }
                    figure.curves.push_back(std::move(curve));
                }
            }
            if (figure.curves.size() > 1) {
                figures.push_back(std::move(figure));
            }
        }
    }
    return figures;
}

} // namespace rcim_bench
