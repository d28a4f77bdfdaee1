#pragma once

/// @file
/// A log of JSON Lines: one object per line, so that a file can be followed, cut short and appended to. Needs nlohmann_json
/// (target rcim::json); the umbrella header does not include this.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>
#include <rcim/train/callback.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// The numbers of one epoch under the names of their members, without the epoch's own; what is not finite becomes null.
[[nodiscard]] inline nlohmann::json to_json(const epoch_record& epoch) {
    nlohmann::json object;
    epoch_record(epoch).each([&](std::string_view name, auto number) { object[std::string(name)] = number; });
    object.erase("epoch");
    return object;
}

/// Appends one object as one line in one write, so that lines of several writers do not mix; a last line without its end is
/// closed first. Throws `error` where the file cannot be opened or the line not be stored.
inline void append_json_line(const std::filesystem::path& path, const nlohmann::json& object) {
    detail::file_descriptor file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
    if (file.get() < 0) {
        fail("append_json_line", path.string(), "a file to append to", detail::system_reason(errno));
    }
    struct stat status {};
    char last = '\n';
    if (::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
        ::pread(file.get(), &last, 1, status.st_size - 1) != 1) {
        fail("append_json_line", path.string(), "a readable file", detail::system_reason(errno));
    }
    const std::string line = (last == '\n' ? "" : "\n") + object.dump() + "\n";
    if (!detail::write_all(file.get(), std::span(reinterpret_cast<const std::uint8_t*>(line.data()), line.size())) || !file.close()) {
        fail("append_json_line", path.string(), text("room for ", line.size(), " bytes"), detail::system_reason(errno));
    }
}

/// Appends {"epoch", "loss", "train_accuracy", ...} to a file after each epoch; `epoch` counts from 1. What `common` holds (a name,
/// settings) is put into every line. A training that was killed after a line and before the checkpoint of its epoch computes that epoch again when it
/// goes on, and leaves its line as it is; without a checkpoint it begins anew, with lines of its own.
class json_lines : public callback {
public:
    explicit json_lines(std::filesystem::path path, nlohmann::json common = nlohmann::json::object())
        : path_(std::move(path)), common_(std::move(common)) {}

    void on_start(const training_state& at) override { written_ = at.resumed ? last_epoch() : 0; }
    void on_epoch(const training_state&, const epoch_record& epoch) override {
        if (epoch.epoch < written_) {
            return;
        }
        nlohmann::json line = common_;
        line["epoch"] = epoch.epoch + 1;
        line.update(to_json(epoch));
        append_json_line(path_, line);
    }

private:
    /// That of the last line that holds what is common; 0 without such a line.
    [[nodiscard]] int last_epoch() const {
        int last = 0;
        std::error_code not_there;
        if (!std::filesystem::is_regular_file(path_, not_there)) { // a terminal, say, which would wait for words
            return 0;
        }
        std::ifstream file(path_);
        for (std::string words; std::getline(file, words);) {
            const nlohmann::json line = nlohmann::json::parse(words, nullptr, /*allow_exceptions=*/false);
            if (!line.is_object() || !line.contains("epoch") || !line["epoch"].is_number_integer()) {
                continue; // cut off, or of another writer
            }
            nlohmann::json with_common = line;
            with_common.update(common_);
            if (with_common == line) {
                last = line["epoch"].get<int>();
            }
        }
        return last;
    }

    std::filesystem::path path_;
    nlohmann::json common_;
    int written_ = 0; ///< epochs whose lines are there already
};

} // namespace rcim::inline RCIM_ABI
