// Differential testing: designs of a covering array with drawn members, on drawn layers, networks and data, computed in two ways that have to
// agree. Runs for a given time or a given case; a mismatch prints the line that repeats it.

#include <rcim/core/build.hpp>

#include <CLI/CLI.hpp>
#include <differential/cases.hpp>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace rcim_differential;

namespace {

/// What is compared of one design.
struct item {
    const compared_design* design;
    comparison what;

    /// "d17.threads"
    [[nodiscard]] std::string id() const {
        return text("d", design->number, ".", comparison_names[static_cast<std::size_t>(what)]);
    }
    [[nodiscard]] std::string text_of() const { return text(id(), ".", design->name); }
};

struct settings {
    double seconds = 0.0;
    std::uint64_t cases = 0;
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> only_case{};
    std::string only{};
    int first = std::numeric_limits<int>::max(); ///< designs
    int shrunk = 0;
    bool list = false;
    bool digest = false;
    bool verbose = false;
    std::string json{};
    std::vector<std::string> against{};
};

/// Parts of the text that all have to be there, separated by commas.
[[nodiscard]] bool matches(const std::string& of, const std::string& only) {
    std::istringstream parts(only);
    for (std::string part; std::getline(parts, part, ',');) {
        if (of.find(part) == std::string::npos) {
            return false;
        }
    }
    return true;
}

[[nodiscard]] std::vector<item> chosen(const catalogue& all, const settings& set) {
    std::vector<item> items;
    for (const auto& design : all) {
        if (design->number > set.first) {
            break;
        }
        for (const comparison what : {comparison::plans, comparison::threads, comparison::resume}) {
            const item one{design.get(), what};
            if ((what != comparison::plans || design->fast != plan::reference) && matches(one.text_of() + ".", set.only)) {
                items.push_back(one);
            }
        }
    }
    return items;
}

/// The mismatch of a case, an error included.
[[nodiscard]] outcome outcome_of(const item& one, std::uint64_t seed, std::uint64_t number, int shrunk) {
    try {
        return run_case(*one.design, one.what, seed, number, shrunk);
    } catch (const std::exception& e) {
        outcome result;
        result.mismatch = text("error: ", e.what());
        return result;
    }
}

struct totals {
    std::uint64_t cases = 0;
    std::uint64_t refused = 0;
    std::uint64_t compared = 0;
    std::uint64_t on_edge = 0;
    std::map<std::string, std::uint64_t> by_comparison{};
    std::set<int> designs{};
    std::vector<std::string> mismatches{};
    double seconds = 0.0;
};

/// One line that repeats the case, at the smallest size that still fails.
[[nodiscard]] std::string reproducer(const item& one, const settings& set, std::uint64_t number, std::string& why) {
    int shrunk = set.shrunk;
    for (int smaller = shrunk + 1; smaller <= 4; ++smaller) {
        if (const outcome again = outcome_of(one, set.seed, number, smaller); !again.mismatch.empty()) {
            shrunk = smaller;
            why = again.mismatch;
        }
    }
    return text("differential --seed ", set.seed, " --case ", number, " --only ", one.id(), ".",
                shrunk > 0 ? text(" --shrink ", shrunk) : "");
}

void write_json(const std::string& path, const settings& set, const totals& sum, std::size_t items) {
    std::ofstream out(path);
    out << "{\"compiler\": \"" << compiler_name() << "\", \"isa\": \"" << isa_name() << "\", \"seed\": " << set.seed
        << ", \"seconds\": " << sum.seconds << ", \"items\": " << items << ", \"designs\": " << sum.designs.size()
        << ", \"cases\": " << sum.cases;
    for (const auto& [name, count] : sum.by_comparison) {
        out << ", \"cases_" << name << "\": " << count;
    }
    out << ", \"numbers_compared\": " << sum.compared << ", \"on_edge\": " << sum.on_edge
        << ", \"draws_refused\": " << sum.refused << ", \"mismatches\": [";
    for (std::size_t i = 0; i < sum.mismatches.size(); ++i) {
        out << (i > 0 ? ", " : "") << std::quoted(sum.mismatches[i]);
    }
    out << "]}\n";
    if (!out.flush()) {
        fail("differential", "--json", "a file that can be written", path);
    }
}

/// Digests of one case as lines: item, what, whole or real, bits, size.
void add_digest(std::vector<std::string>& lines, std::uint64_t number, const item& one, const outcome& result) {
    for (const computed& c : result.results) {
        std::ostringstream line;
        line << number << ' ' << one.id() << ' ' << c.what << ' ' << (c.whole ? "whole" : "real") << ' ' << std::hex << c.bits
             << std::dec << ' ' << std::setprecision(9) << c.size;
        lines.push_back(line.str());
    }
}

[[nodiscard]] totals run(const std::vector<item>& items, const settings& set) {
    using clock = std::chrono::steady_clock;
    const auto started = clock::now();
    auto shown = started;
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    totals sum;
    const auto seconds = [&] { return std::chrono::duration<double>(clock::now() - started).count(); };
    const std::uint64_t first = set.only_case.value_or(0);
    const std::uint64_t end = set.only_case ? first + 1 : set.cases;
    for (std::uint64_t number = first; (set.seconds > 0.0 && !set.only_case) ? seconds() < set.seconds : number < end;
         ++number) {
        const item& one = items[number % items.size()];
        if (set.verbose) {
            std::cerr << number << ' ' << one.id() << std::flush;
        }
        const double before = seconds();
        const outcome result = outcome_of(one, set.seed, number, set.shrunk);
        if (set.verbose) {
            std::cerr << ' ' << seconds() - before << " s" << std::endl;
        }
        ++sum.cases;
        ++sum.by_comparison[std::string(comparison_names[static_cast<std::size_t>(one.what)])];
        sum.designs.insert(one.design->number);
        sum.refused += static_cast<std::uint64_t>(result.refused);
        sum.compared += static_cast<std::uint64_t>(result.compared);
        sum.on_edge += static_cast<std::uint64_t>(result.on_edge);
        if (set.digest) {
            std::vector<std::string> lines;
            add_digest(lines, number, one, result);
            for (const std::string& line : lines) {
                std::cout << line << '\n';
            }
        }
        if (!result.mismatch.empty()) {
            std::string why = result.mismatch;
            const std::string line = reproducer(one, set, number, why);
            sum.mismatches.push_back(text(line, "   # ", why));
            std::cerr << (terminal ? "\r\033[K" : "") << line << "   # " << why << std::endl;
        }
        if (terminal && clock::now() - shown > std::chrono::milliseconds(200)) {
            shown = clock::now();
            std::cerr << "\r\033[K" << sum.cases << " cases of " << sum.designs.size() << " designs, " << sum.mismatches.size()
                      << " mismatches, " << static_cast<long>(seconds()) << " s" << std::flush;
        }
    }
    if (terminal) {
        std::cerr << "\r\033[K";
    }
    sum.seconds = seconds();
    return sum;
}

/// What another build prints, as lines.
[[nodiscard]] std::vector<std::string> lines_of(const std::string& program, const std::string& options) {
    const std::string command = text('"', program, "\" ", options);
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
    if (!pipe) {
        fail("differential", "--against", "a program that starts", program);
    }
    std::string all;
    for (char part[4096]; const std::size_t size = std::fread(part, 1, sizeof part, pipe.get());) {
        all.append(part, size);
    }
    std::vector<std::string> lines;
    std::istringstream in(all);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// The number of the last design of another build: builds hold the array from its beginning, but not all of them as much of it.
[[nodiscard]] int designs_of(const std::string& program) {
    int last = 0;
    for (const std::string& line : lines_of(program, "--list")) {
        static_cast<void>(std::sscanf(line.c_str(), "d%d.", &last));
    }
    return last;
}

/// Mismatches between digests of two builds. Bits are the same where both have multiply-adds, or where whole numbers decide; else sizes are near.
[[nodiscard]] std::uint64_t compare_digests(const std::vector<std::string>& own, const std::vector<std::string>& other,
                                            const std::string& program) {
    if (own.empty() || other.size() != own.size()) {
        std::cerr << program << ": " << other.size() << " lines of digests, " << own.size() << " here" << std::endl;
        return 1;
    }
    const auto fuses = [](const std::string& build) { return build.find(" fma") != std::string::npos; };
    const bool exact = fuses(own[0]) && fuses(other[0]);
    std::uint64_t wrong = 0, whole = 0, bits = 0, near = 0, far = 0;
    for (std::size_t i = 1; i < own.size(); ++i) {
        const auto fields = [](const std::string& line) {
            std::istringstream in(line);
            std::vector<std::string> parts;
            for (std::string part; in >> part;) {
                parts.push_back(part);
            }
            return parts;
        };
        const auto a = fields(own[i]), b = fields(other[i]);
        if (a.size() != 6 || b.size() != 6 || a[0] != b[0] || a[1] != b[1] || a[2] != b[2]) {
            std::cerr << program << ": another case: " << own[i] << " and " << other[i] << std::endl;
            return wrong + 1;
        }
        const bool equal = a[4] == b[4];
        const double x = std::stod(a[5]), y = std::stod(b[5]);
        const bool close =
            equal || std::abs(x - y) <= 1e-2 * std::max(std::abs(x), std::abs(y)) || !(std::isfinite(x) || std::isfinite(y));
        bits += equal ? 1 : 0;
        whole += a[3] == "whole" ? 1 : 0;
        near += !equal && close ? 1 : 0;
        far += close ? 0 : 1;
        if ((exact || a[3] == "whole") && !equal) {
            if (++wrong <= 20) {
                std::cerr << program << ": case " << a[0] << " --only " << a[1] << ".: " << a[2] << ", " << a[3] << ": " << a[4]
                          << ' ' << a[5] << " and " << b[4] << ' ' << b[5] << std::endl;
            }
        }
    }
    std::cout << own[0] << " against " << other[0] << ": " << own.size() - 1 << " results, " << bits << " the same bits ("
              << whole << " of whole numbers), " << near << " within 1 %, " << far << " not; "
              << (exact ? "all bits have to agree" : "those of whole numbers have to agree") << ": " << wrong
              << " mismatches\n";
    return wrong;
}

[[nodiscard]] int compare_builds(const catalogue& all, settings set) {
    std::uint64_t wrong = 0;
    std::map<int, std::vector<std::string>> digests; // of this build, by how many designs the other holds too
    for (const std::string& program : set.against) {
        if (!std::filesystem::exists(program)) {
            std::cout << "skipped: there is no " << program << '\n';
            continue;
        }
        set.first = std::min(designs_of(program), all.back()->number);
        const std::vector<item> items = chosen(all, set);
        if (items.empty()) {
            fail("differential", "--against", "designs that are held here too", program);
        }
        const std::uint64_t cases = set.cases > 0 ? set.cases : 3 * items.size();
        std::vector<std::string>& own = digests[set.first];
        if (own.empty()) {
            own.push_back(text("# ", compiler_name(), " on ", isa_name()));
            for (std::uint64_t number = 0; number < cases; ++number) {
                const item& one = items[number % items.size()];
                add_digest(own, number, one, outcome_of(one, set.seed, number, 0));
            }
        }
        const std::string only = set.only.empty() ? "" : text(" --only \"", set.only, '"');
        const std::vector<std::string> other =
            lines_of(program, text("--digest --seed ", set.seed, " --cases ", cases, " --first ", set.first, only));
        wrong += compare_digests(own, other, program);
    }
    return wrong > 0 ? 1 : 0;
}

} // namespace

int main(int argc, char** argv) {
    settings set;
    CLI::App app("Holds plans, threads, stops and resumes, and builds against each other, over a covering array of designs "
                 "with drawn members and data.");
    app.add_option("--seconds", set.seconds, "run for so long")->check(CLI::NonNegativeNumber);
    app.add_option("--cases", set.cases, "or so many cases (default: three of everything)");
    app.add_option("--seed", set.seed, "of all cases");
    app.add_option("--case", set.only_case, "this case alone, and what it draws");
    app.add_option("--only", set.only,
                   "what has all of these parts in its name, separated by commas: d17., threads, padded, ...");
    app.add_option("--first", set.first, "the first so many designs of the array alone");
    app.add_option("--shrink", set.shrunk, "how often extents, steps and samples are halved")->check(CLI::Range(0, 6));
    app.add_flag("--list", set.list, "what there is");
    app.add_flag("--verbose", set.verbose, "names every case, and how long it took");
    app.add_flag("--digest", set.digest, "prints what cases compute, for another build to be held against");
    app.add_option("--against", set.against,
                   "other builds of this program, whose digests of the designs that both hold have to be the same");
    app.add_option("--json", set.json, "a file for the counts");
    CLI11_PARSE(app, argc, argv);
    try {
        const catalogue all = all_designs();
        const std::vector<item> items = chosen(all, set);
        if (items.empty()) {
            fail("differential", "--only", "a part of a name of --list", set.only);
        }
        if (set.list) {
            constexpr const char* plans[] = {"folded", "coded", "analog", "reference"};
            for (const item& one : items) {
                std::cout << one.text_of() << " (" << plans[static_cast<int>(one.design->fast)] << ")\n";
            }
            return 0;
        }
        if (!set.against.empty()) {
            return compare_builds(all, set);
        }
        if (set.only_case) {
            std::cerr << describe_case(*items[*set.only_case % items.size()].design, items[*set.only_case % items.size()].what,
                                       set.seed, *set.only_case, set.shrunk)
                      << std::endl;
        }
        if (set.cases == 0 && set.seconds == 0.0) {
            set.cases = 3 * items.size();
        }
        if (set.digest) {
            std::cout << "# " << compiler_name() << " on " << isa_name() << '\n';
        }
        const totals sum = run(items, set);
        if (!set.json.empty()) {
            write_json(set.json, set, sum, items.size());
        }
        if (!set.digest) {
            std::cout << sum.cases << " cases of " << sum.designs.size() << " designs in " << std::setprecision(4)
                      << sum.seconds << " s: " << sum.compared << " numbers held against each other, " << sum.on_edge
                      << " on the edge between two words of a converter, " << sum.mismatches.size() << " mismatches\n";
        }
        return sum.mismatches.empty() ? 0 : 1;
    } catch (const std::exception& e) {
        std::cerr << "differential: " << e.what() << '\n';
        return 2;
    }
}
