/// @file
/// What designs cost a compiler: seconds and peak memory of a translation unit with one design and with several, hence of one more, by level of
/// optimisation and compiler; and of the 96 variants of examples/design_space, as they are built.

#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "harness.hpp"

namespace {

namespace fs = std::filesystem;
using namespace rcim_bench;

/// What a run of the compiler took.
struct compile_cost {
    double cpu = 0.0;     ///< seconds of the compiler and what it starts, user and system
    double seconds = 0.0; ///< that passed
    double mib = 0.0;     ///< largest resident set of one of its processes
};

/// Throws with the compiler's words where it fails.
compile_cost compile(const std::string& compiler, std::vector<std::string> arguments, const fs::path& log) {
    arguments.insert(arguments.begin(), compiler);
    std::vector<char*> raw;
    for (std::string& argument : arguments) {
        raw.push_back(argument.data());
    }
    raw.push_back(nullptr);
    const auto started = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child < 0) {
        rcim::fail("bench_compile", compiler, "a process", "none");
    }
    if (child == 0) {
        const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
        ::dup2(file, 1);
        ::dup2(file, 2);
        ::execvp(raw[0], raw.data());
        ::_exit(127);
    }
    int status = 0;
    rusage used{};
    ::wait4(child, &status, 0, &used);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        const auto words = rcim::read_plain(log);
        rcim::fail("bench_compile", compiler, "a compiler that ends well",
                   std::string(words.begin(), words.end()).substr(0, 2000));
    }
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
    return {seconds(used.ru_utime) + seconds(used.ru_stime),
            std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count(),
            static_cast<double>(used.ru_maxrss) / 1024.0};
}

/// A translation unit with so many designs of a list of the example, from the first on, each with its network.
std::string source_of(const std::string& list, int count) {
    std::string all = "#include \"design_space/designs.hpp\"\n"
                      "template <std::size_t I> rcim::named_values one(const rcim::sweep_point& p) {\n"
                      "    return train_design{nullptr}(" +
                      list + ".design<I>(), p);\n}\n";
    for (int i = 0; i < count; ++i) {
        all += "template rcim::named_values one<" + std::to_string(i) + ">(const rcim::sweep_point&);\n";
    }
    return all;
}

bool here(const std::string& compiler) {
    return std::system((compiler + " --version >/dev/null 2>&1").c_str()) == 0;
}

void run(int argc, char** argv) {
    report bench("compile", "Seconds and memory of compilers for designs.");
    std::vector<std::string> compilers{"g++", "clang++"};
    std::vector<std::string> levels{"-O1", "-O3"};
    int more = 8;
    int rounds = 1;
    bool space = false;
    bench.app().add_option("--compilers", compilers, "those that are not here are left out")->delimiter(',');
    bench.app().add_option("--levels", levels, "of optimisation")->delimiter(',');
    bench.app()
        .add_option("--more", more, "further designs by which the cost of one more is measured")
        ->check(CLI::Range(1, 23));
    bench.app()
        .add_option("--rounds", rounds, "the least of so many runs counts: other work only adds")
        ->check(CLI::Range(1, 100));
    bench.app().add_flag("--space", space,
                         "the 96 variants of examples/design_space as well, --threads files at a time (some minutes)");
    bench.parse(argc, argv);
    std::erase_if(compilers, [](const std::string& c) { return !here(c); });
    if (bench.smoke()) { // one small unit
        compilers.resize(std::min<std::size_t>(compilers.size(), 1));
    }

    std::string name = (fs::temp_directory_path() / "rcim-compile-XXXXXX").string();
    const fs::path folder = ::mkdtemp(name.data());
    const std::vector<std::string> common{"-std=c++20", "-DNDEBUG", "-march=native", "-I" RCIM_SOURCE_DIR "/include",
                                          "-I" RCIM_SOURCE_DIR "/examples"};
    const auto measured = [&](const std::string& compiler, const std::vector<std::string>& flags, const fs::path& source) {
        std::vector<std::string> all = common;
        all.insert(all.end(), flags.begin(), flags.end());
        const fs::path output = folder / source.filename();
        all.insert(all.end(), {"-c", source.string(), "-o", output.string() + ".o"});
        compile_cost least = compile(compiler, all, output.string() + ".log");
        for (int r = 1; r < rounds; ++r) {
            const compile_cost again = compile(compiler, all, output.string() + ".log");
            least.cpu = std::min(least.cpu, again.cpu);
            least.seconds = std::min(least.seconds, again.seconds);
        }
        return least;
    };
    const auto add = [&](const std::string& what, double value, const std::string& unit) {
        bench.add({.name = what, .threads = 1, .value = value, .unit = unit});
        std::printf("%s: %.2f %s\n", what.c_str(), value, unit.c_str());
        std::fflush(stdout);
    };
    const auto write = [&](const char* file, const std::string& text) {
        rcim::write_file(folder / file, text);
        return folder / file;
    };

    for (const std::string& compiler : compilers) {
        if (bench.smoke()) {
            const compile_cost headers =
                measured(compiler, {"-fsyntax-only"}, write("smoke.cpp", "#include <rcim/sweep/variants.hpp>\n"));
            add(compiler + ", sweep/variants.hpp", headers.cpu, "CPU s");
            continue;
        }
        const compile_cost headers = measured(compiler, {"-O0"}, write("headers.cpp", source_of("ideal_reads", 0)));
        add(compiler + ", headers alone", headers.cpu, "CPU s");
        for (const std::string& level : levels) {
            for (const bool converts : {false, true}) {
                const std::string list = converts ? "through_converters" : "ideal_reads";
                const std::string what = compiler + " " + level + (converts ? ", 8-bit ADC" : ", ideal reads");
                const compile_cost one = measured(compiler, {level}, write("one.cpp", source_of(list, 1)));
                const compile_cost many = measured(compiler, {level}, write("many.cpp", source_of(list, 1 + more)));
                add(what + ", one design", one.cpu, "CPU s");
                add(what + ", one more", (many.cpu - one.cpu) / more, "CPU s");
                add(what + ", one design, memory", one.mib, "MiB");
                add(what + ", one more, memory", (many.mib - one.mib) / more, "MiB");
            }
        }
    }
    if (space && !bench.smoke()) {
        // As examples/CMakeLists.txt has it. The longest first.
        struct job {
            std::string file, level;
            compile_cost cost{};
        };
        std::vector<job> jobs{
            {"converters", "-O1"}, {"ideal_reads_1", "-O1"}, {"ideal_reads_2", "-O1"}, {"main", "-O0"}, {"experiment", "-O1"}};
        std::atomic<std::size_t> next{0};
        const auto started = std::chrono::steady_clock::now();
        const auto work = [&] {
            for (std::size_t i; (i = next++) < jobs.size();) {
                jobs[i].cost = measured("g++", {jobs[i].level},
                                        fs::path(RCIM_SOURCE_DIR "/examples/design_space") / (jobs[i].file + ".cpp"));
            }
        };
        std::vector<std::thread> team;
        for (int t = 1; t < bench.threads(); ++t) {
            team.emplace_back(work);
        }
        work();
        for (std::thread& t : team) {
            t.join();
        }
        const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        double cpu = 0.0;
        std::vector<double> memory;
        for (const job& j : jobs) {
            add("design_space/" + j.file + ".cpp, g++ " + j.level, j.cost.cpu, "CPU s");
            add("design_space/" + j.file + ".cpp, memory", j.cost.mib, "MiB");
            cpu += j.cost.cpu;
            memory.push_back(j.cost.mib);
        }
        std::sort(memory.rbegin(), memory.rend());
        add("96 variants", cpu, "CPU s");
        add("96 variants, for each", cpu / 96.0, "CPU s");
        add(rcim::text("96 variants, ", bench.threads(), " files at a time"), passed, "s");
        double peak = 0.0;
        for (std::size_t i = 0; i < std::min<std::size_t>(memory.size(), static_cast<std::size_t>(bench.threads())); ++i) {
            peak += memory[i];
        }
        add("96 variants, memory at most", peak, "MiB");
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    bench.finish();
}

} // namespace

int main(int argc, char** argv) {
    return rcim_bench::guarded(run, argc, argv);
}
