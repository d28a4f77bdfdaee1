/// @file
/// A training with checkpoints, for scripts that stop it by force.
///
///     trainee [--checkpoint FILE] [--every SECONDS] [--threads N]   trains; prints the fingerprints of the network, the events and the record
///     trainee --soak N --checkpoint FILE                            stops and goes on N times in one process; memory must stay flat

#include <rcim/core/fingerprint.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/train/fit.hpp>

#include <train/worn_net.hpp>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

using namespace rcim;

namespace {

struct settings {
    std::string checkpoint{};
    double every = 0.0;
    int threads = 1;
    int soak = 0;
};

struct stopper final : callback {
    explicit stopper(int after_) : after(after_) {}
    void on_step(const training_state&, const step_record&) override {
        if (--after == 0) {
            stop = "interrupted";
        }
    }
    int after;
};

/// The fingerprints in words, or nothing where the training was interrupted.
std::string train(const settings& s, const dataset& data, int epochs, int stop_after) {
    network net = rcim_test::worn_net();
    thread_pool pool(s.threads);
    event_ledger events;
    stopper stop(stop_after);
    training_record record = fit(net, data,
                                 {.epochs = epochs,
                                  .batch = 16,
                                  .pool = &pool,
                                  .events = &events,
                                  .callbacks = {&stop},
                                  .checkpoint = {.file = s.checkpoint, .every_seconds = s.every}});
    if (!record.resumed.empty() && s.soak == 0) {
        std::cerr << "went on from " << record.resumed << "\n";
    }
    if (!record.stopped.empty()) {
        return {};
    }
    fingerprint epochs_of;
    for (epoch_record& epoch : record.epochs) {
        epoch.seconds = epoch.images_per_second = 0.0;
        epoch.each([&](std::string_view, auto number) { epochs_of.add(number); });
    }
    return text("network ", state_fingerprint(net), " events ", state_fingerprint(events), " epochs ", epochs_of.value());
}

/// Resident memory of this process, in kB.
long resident() {
    std::ifstream file("/proc/self/statm");
    long all = 0, pages = 0;
    file >> all >> pages;
    return pages * ::sysconf(_SC_PAGESIZE) / 1024;
}

int soak(const settings& s) {
    const dataset data = procedural_digits({.train = 64, .test = 16});
    const int epochs = (s.soak + 3) / 4 + 1; // of four steps, one in each run
    settings straight = s;
    straight.checkpoint.clear();
    const std::string expected = train(straight, data, epochs, -1);
    const int warm = std::max(1, s.soak / 10);
    long before = 0;
    for (int n = 0; n < s.soak; ++n) {
        static_cast<void>(train(s, data, epochs, 1));
        if (n + 1 == warm) {
            before = resident();
        }
    }
    const long after = resident();
    const bool same = train(s, data, epochs, -1) == expected;
    std::cout << s.soak << " resumes: " << before << " kB after the first " << warm << ", " << after << " kB after all; "
              << (same ? "the bits of a straight run" : "OTHER BITS than a straight run") << "\n";
    // What a record of more epochs takes is in it, and the allocator's rounding.
    return same && after - before < 2048 + s.soak ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        settings s;
        for (int i = 1; i + 1 < argc; i += 2) {
            const std::string option = argv[i];
            const char* const value = argv[i + 1];
            if (option == "--checkpoint") {
                s.checkpoint = value;
            } else if (option == "--every") {
                s.every = std::atof(value);
            } else if (option == "--threads") {
                s.threads = std::atoi(value);
            } else if (option == "--soak") {
                s.soak = std::atoi(value);
            } else {
                fail("trainee", "option", "--checkpoint, --every, --threads or --soak", option);
            }
        }
        if (s.soak > 0) {
            return soak(s);
        }
        std::cout << train(s, procedural_digits({.train = 400, .test = 50}), 4, -1) << std::endl;
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << std::endl;
        return 1;
    }
}
