#pragma once

#include <rcim/core/build.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/ranks.hpp>
#include <rcim/core/snapshot.hpp>
#include <rcim/data/file.hpp>
#include <rcim/data/state_file.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/train/callback.hpp>
#include <rcim/train/fit_state.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Where a training keeps all that decides how it goes on: cells, faults, wear, the memory of update rules, masks, events, callbacks and its
/// place in the order of the images. `fit` goes on from the file if there is one, to the same bits as if it had never stopped: a run that
/// was killed is started again by the same command.
///
/// A file is written beside and renamed, and the one before it is kept as FILE.previous. A file that is damaged is passed over for that one,
/// and `training_record::resumed` says so.
struct checkpoint {
    std::filesystem::path file{}; ///< empty: nothing is kept
    double every_seconds = 60.0;  ///< between steps, >= 0; in any case after each epoch, and where a callback ends the training
    index_t every_steps = 0;      ///< besides, after each so many steps of an epoch; 0: by time alone
};

namespace detail {

inline std::filesystem::path previous_of(std::filesystem::path file) {
    return file += ".previous";
}

/// Replaces a file as `write_file` does, and keeps what it held as the previous one. At every moment one of the two is whole under its name.
inline void replace_checkpoint(const std::filesystem::path& file, std::span<const std::uint8_t> bytes) {
    namespace fs = std::filesystem;
    std::error_code code;
    if (fs::exists(file, code)) {
        const fs::path previous = previous_of(file);
        fs::path link = previous;
        link += ".tmp";
        if (fs::remove(link, code); !code) { // one that a killed run left
            fs::create_hard_link(file, link, code);
            if (code) { // a file system without links
                fs::copy_file(file, link, fs::copy_options::overwrite_existing, code);
            }
        }
        if (!code) {
            fs::rename(link, previous, code);
        }
        if (code) {
            const std::string reason = system_reason(code.value());
            fs::remove(link, code);
            fail("checkpoint", previous.string(), "a name that can be taken", reason);
        }
    }
    write_file(file, bytes);
}

/// The newest whole checkpoint, and what is to be said about it.
struct found_checkpoint {
    std::unique_ptr<state_reader> file{}; ///< null where there is none
    std::string passed_over{};            ///< why the newest was not taken
};

inline found_checkpoint find_checkpoint(const std::filesystem::path& file) {
    namespace fs = std::filesystem;
    const fs::path previous = previous_of(file);
    const bool newest_there = fs::exists(file), previous_there = fs::exists(previous);
    if (!newest_there && previous_there) {
        fail("checkpoint", file.string(), "the file",
             text("only ", previous.string(), "; rename that one to go on from it, or remove it to begin anew"));
    }
    if (!newest_there) {
        return {};
    }
    const auto sound = [](const fs::path& path) {
        return std::make_unique<state_reader>(path.string(), read_plain(path));
    };
    try {
        return {.file = sound(file)};
    } catch (const error& newest) {
        if (!previous_there) {
            throw;
        }
        try {
            return {.file = sound(previous), .passed_over = newest.what()};
        } catch (const error& other) {
            throw error(text(newest.what(), "; and ", other.what()));
        }
    }
}

/// Throws `error` at the first line in which what a file is of differs from what it ought to be of.
inline void require_same_run(const std::string& file, const std::string& expected, std::string_view found) {
    std::istringstream ours(expected), theirs{std::string(found)};
    std::string a, b;
    while (expected != found) {
        a = std::getline(ours, a) ? a : std::string("nothing more");
        b = std::getline(theirs, b) ? b : std::string("nothing more");
        if (a != b || (!ours && !theirs)) {
            fail("checkpoint", text(file, ", what it is of"), a, text(printable(b, 1000), "; remove it to begin anew, or name another file"));
        }
    }
}

/// Writes the checkpoints of one training and finds the one that it goes on from. On ranks the first one does; its members are collective then.
class checkpoint_keeper {
public:
    /// run: what must be the same for a training to go on, a line for each.
    checkpoint_keeper(const checkpoint& options, std::string run, rank_group* ranks)
        : options_(options), run_(std::move(run)), ranks_(ranks), last_(clock::now()) {
        if (!(options.every_seconds >= 0.0) || options.every_steps < 0) {
            fail("fit", "checkpoint", "every_seconds and every_steps of at least 0",
                 text(options.every_seconds, ", ", options.every_steps));
        }
    }

    /// Puts back what the file holds, but for the callbacks; check() may refuse the state. On failure the network is as before.
    template <class Check>
    void resume(network& net, fit_state& state, event_ledger* events, Check&& check) {
        if (!on()) {
            return;
        }
        found_checkpoint found;
        if (first()) {
            remove_leftovers(options_.file);
            found = find_checkpoint(options_.file);
        }
        if (ranks_ != nullptr) {
            share(found);
        }
        if (!found.file) {
            return;
        }
        reader_ = std::move(found.file);
        require_same_run(reader_->name(), run_, reader_->label("run").value_or("nothing"));
        reader_->restore("loop", state);
        check();
        const snapshot before(net);
        try {
            reader_->restore("network", net);
            if (events != nullptr) {
                reader_->restore("events", *events);
            }
        } catch (const error&) {
            before.restore(net);
            throw;
        }
        state.record.resumed = text(reader_->name(), ", ", reader_->label("place").value_or("?"));
        if (!found.passed_over.empty()) {
            state.record.resumed += text("; the newest is passed over: ", found.passed_over);
        }
    }
    /// Puts back what callbacks showed, once they have started anew.
    void resume(const std::vector<callback*>& callbacks) {
        if (reader_) {
            for (std::size_t i = 0; i < callbacks.size(); ++i) {
                reader_->restore(text("callbacks/", i), *callbacks[i]);
            }
            reader_->expect_end();
            reader_.reset();
        }
    }

    [[nodiscard]] bool on() const { return !options_.file.empty(); }
    /// Whether one is to be written after this step, on every rank.
    [[nodiscard]] bool due(index_t step) {
        bool due = options_.every_steps > 0 && step % options_.every_steps == 0;
        due = due || std::chrono::duration<double>(clock::now() - last_).count() >= options_.every_seconds;
        return ranks_ == nullptr ? due : ranks_->all_gather("checkpoint is due", due ? 1 : 0).front() != 0;
    }

    void save(network& net, fit_state& state, event_ledger* events, const std::vector<callback*>& callbacks,
              const std::string& place) {
        if (!first()) {
            return;
        }
        state_writer writer;
        writer.label("library", text("rcim ", RCIM_VERSION_MAJOR, ".", RCIM_VERSION_MINOR, ".", RCIM_VERSION_PATCH));
        writer.label("compiler", compiler_name());
        writer.label("isa", isa_name());
        writer.label("place", place);
        writer.label("run", run_);
        writer.add("loop", state);
        writer.add("network", net);
        if (events != nullptr) {
            writer.add("events", *events);
        }
        for (std::size_t i = 0; i < callbacks.size(); ++i) {
            writer.add(text("callbacks/", i), *callbacks[i]);
        }
        replace_checkpoint(options_.file, writer.take());
        last_ = clock::now();
    }

private:
    using clock = std::chrono::steady_clock;

    /// What the first rank found, to all.
    void share(found_checkpoint& found) {
        const auto own = found.file ? found.file->bytes() : std::span<const std::uint8_t>();
        const std::string bytes = ranks_->all_gather("checkpoint", std::string(own.begin(), own.end())).front();
        const std::string name = ranks_->all_gather("name of the checkpoint", found.file ? found.file->name() : "").front();
        found.passed_over = ranks_->all_gather("newest checkpoint", found.passed_over).front();
        if (!first() && !bytes.empty()) {
            found.file = std::make_unique<state_reader>(name, std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
        }
    }

    [[nodiscard]] bool first() const { return ranks_ == nullptr || ranks_->rank() == 0; }

    checkpoint options_;
    std::string run_;
    rank_group* ranks_;
    std::unique_ptr<state_reader> reader_; ///< while callbacks are yet to be put back
    clock::time_point last_;
};

} // namespace detail

} // namespace rcim::inline RCIM_ABI
