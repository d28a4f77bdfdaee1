#pragma once

#include <rcim/core/ranks.hpp>

// The C interface alone: the C++ bindings have left the standard.
#ifndef OMPI_SKIP_MPICXX
#define OMPI_SKIP_MPICXX 1
#endif
#ifndef MPICH_SKIP_MPICXX
#define MPICH_SKIP_MPICXX 1
#endif
#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <span>
#include <thread>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The ranks of an MPI communicator. Construct it first in `main`, and do the rest in `on_ranks`, so that a rank that fails tells the others:
///
///     int main(int argc, char** argv) {
///         rcim::mpi_ranks ranks(argc, argv);
///         rcim::on_ranks(ranks, "main", [&] { ... fit(net, data, {.ranks = &ranks}); });
///     }
///
/// A process that ends without that (a signal, std::exit) is noticed by mpirun, which ends the others. One thread at a time calls members, the
/// one that made it.
class mpi_ranks final : public rank_group {
public:
    /// All processes that mpirun has started; one if there is no mpirun. Starts MPI where the program has not, and then ends it as well.
    mpi_ranks(int& argc, char**& argv) {
        int started = 0;
        MPI_Initialized(&started);
        if (started == 0) {
            int provided = 0;
            MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
            owns_mpi_ = true;
        }
        join(MPI_COMM_WORLD);
    }
    /// Those of a communicator, which is duplicated, so that messages of the program do not meet these. MPI has been started. Collective.
    explicit mpi_ranks(MPI_Comm ranks) { join(ranks); }

    ~mpi_ranks() override {
        if (std::uncaught_exceptions() > exceptions_ && size_ > 1 && !stopped()) {
            std::fprintf(stderr, "mpi_ranks: rank %d ends by an exception that the others do not know of: ending all\n", rank_);
            MPI_Abort(ranks_, 1);
        }
        MPI_Comm_free(&ranks_);
        if (owns_mpi_) {
            MPI_Finalize();
        }
    }

    [[nodiscard]] int rank() const noexcept override { return rank_; }
    [[nodiscard]] int size() const noexcept override { return size_; }

protected:
    void transfer(std::span<const outgoing> out, std::span<const incoming> in) override {
        requests_.clear();
        for (const incoming& m : in) {
            in_pieces(m.bytes, [&](std::span<std::byte> piece) {
                MPI_Irecv(piece.data(), static_cast<int>(piece.size()), MPI_BYTE, m.from, 0, ranks_, &requests_.emplace_back());
            });
        }
        for (const outgoing& m : out) {
            in_pieces(m.bytes, [&](std::span<const std::byte> piece) {
                MPI_Isend(piece.data(), static_cast<int>(piece.size()), MPI_BYTE, m.to, 0, ranks_, &requests_.emplace_back());
            });
        }
        // Not MPI_Waitall, which spins: where ranks share processors, that keeps the one that is waited for from its work.
        const auto begin = std::chrono::steady_clock::now();
        for (int done = 0; done == 0;) {
            MPI_Testall(static_cast<int>(requests_.size()), requests_.data(), &done, MPI_STATUSES_IGNORE);
            if (done == 0 && std::chrono::steady_clock::now() - begin > std::chrono::microseconds(200)) {
                std::this_thread::sleep_for(std::chrono::microseconds(20));
            }
        }
    }

private:
    void join(MPI_Comm ranks) {
        MPI_Comm_dup(ranks, &ranks_);
        MPI_Comm_rank(ranks_, &rank_);
        MPI_Comm_size(ranks_, &size_);
    }

    /// Counts of MPI are ints.
    template <class Bytes, class Each>
    static void in_pieces(Bytes bytes, Each&& each) {
        constexpr std::size_t most = std::size_t{1} << 30;
        for (; !bytes.empty(); bytes = bytes.subspan(std::min(most, bytes.size()))) {
            each(bytes.first(std::min(most, bytes.size())));
        }
    }

    MPI_Comm ranks_{};
    int rank_ = 0;
    int size_ = 1;
    int exceptions_ = std::uncaught_exceptions();
    bool owns_mpi_ = false;
    std::vector<MPI_Request> requests_;
};

} // namespace rcim::inline RCIM_ABI
