/// @file
/// A sweep over MPI ranks whose points wait: slow_sweep --results FILE [--milliseconds N] [--threads N] [--throws] [--other]. Prints how long the
/// sweep took. --other: rank 1 has points that rank 0 has not.

#include <rcim/sweep/mpi_sweep.hpp>
#include <rcim/sweep/row_file.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "../sweep/small_sweep.hpp"

int main(int argc, char** argv) {
    std::string results;
    int milliseconds = 1;
    int threads = 1;
    bool throws = false;
    bool other = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--throws") {
            throws = true;
        } else if (name == "--other") {
            other = true;
        } else if (i + 1 < argc) {
            const std::string value = argv[++i];
            results = name == "--results" ? value : results;
            milliseconds = name == "--milliseconds" ? std::stoi(value) : milliseconds;
            threads = name == "--threads" ? std::stoi(value) : threads;
        }
    }
    int level = 0;
    int rank = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    try {
        rcim::sweep s = small_sweep::make(throws);
        for (rcim::sweep_design& chip : s.designs) {
            chip.run = [run = chip.run, milliseconds](const rcim::sweep_point& point) {
                std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
                return run(point);
            };
        }
        if (other && rank == 1) {
            s.seeds = {1, 3};
        }
        std::optional<rcim::sweep_row_file> file;
        if (rank == 0) {
            file.emplace(results);
            take_rank_rows(*file);
        }
        const std::vector<rcim::sweep_row> known = file ? file->rows() : std::vector<rcim::sweep_row>{};
        rcim::meet(MPI_COMM_WORLD);
        const auto started = std::chrono::steady_clock::now();
        run_sweep_on_ranks(MPI_COMM_WORLD, s,
                           {.threads = threads,
                            .finished =
                                [&](const rcim::sweep_row& row) {
                                    if (!file) {
                                        file.emplace(rcim::rank_file(results, rank));
                                    }
                                    file->append(row);
                                }},
                           known);
        const auto took = std::chrono::steady_clock::now() - started;
        if (rank != 0) {
            file.reset();
        }
        rcim::meet(MPI_COMM_WORLD);
        if (rank == 0) {
            take_rank_rows(*file);
            std::printf("milliseconds %lld\n",
                        static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
        }
    } catch (const std::exception& thrown) {
        std::fprintf(stderr, "rank %d: %s\n", rank, thrown.what());
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    MPI_Finalize();
}
