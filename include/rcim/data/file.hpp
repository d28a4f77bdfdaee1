#pragma once

/// @file
/// Whole files in and out: every failure is an `error` that names the file and the system's reason. POSIX.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Turns a path into the bytes of its content: `read_plain`, or `read_gzip` of <rcim/data/gzip.hpp>. A reader throws `error`
/// and never returns a part of a file.
using byte_reader = std::vector<std::uint8_t> (*)(const std::filesystem::path&);

namespace detail {

/// The system's words for an errno, independent of the locale.
[[nodiscard]] inline std::string system_reason(int code) {
    return std::generic_category().message(code);
}

/// Owns a file descriptor.
class file_descriptor {
public:
    explicit file_descriptor(int number) noexcept : number_(number) {}
    file_descriptor(const file_descriptor&) = delete;
    file_descriptor& operator=(const file_descriptor&) = delete;
    ~file_descriptor() { close(); }

    [[nodiscard]] int get() const noexcept { return number_; }
    /// False, with errno set, where the system could not close: written data may be lost.
    bool close() noexcept {
        const int number = std::exchange(number_, -1);
        return number < 0 || ::close(number) == 0;
    }

private:
    int number_;
};

/// All bytes of a regular file, whatever they are.
[[nodiscard]] inline std::vector<std::uint8_t> read_whole(std::string_view where, const std::filesystem::path& path) {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    const file_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) {
        fail(where, path.string(), "a readable file", system_reason(errno));
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        fail(where, path.string(), "a readable file", system_reason(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        fail(where, path.string(), "a regular file", S_ISDIR(status.st_mode) ? "a directory" : "a device, pipe or socket");
    }
    // One byte more than the file says it has, so that the end is seen without growing.
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size) + 1);
    std::size_t used = 0;
    for (;;) {
        const ssize_t got = ::read(file.get(), bytes.data() + used, bytes.size() - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            fail(where, path.string(), "a readable file", system_reason(errno));
        }
        used += static_cast<std::size_t>(got);
        if (got == 0) {
            bytes.resize(used);
            return bytes;
        }
        if (used == bytes.size()) {
            bytes.resize(2 * bytes.size());
        }
    }
}

[[nodiscard]] inline bool is_gzip(std::span<const std::uint8_t> bytes) noexcept {
    return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/// Writes all bytes; false with errno set on failure.
[[nodiscard]] inline bool write_all(int descriptor, std::span<const std::uint8_t> bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
        if (put < 0 && errno != EINTR) {
            return false;
        }
        bytes = bytes.subspan(put < 0 ? 0 : static_cast<std::size_t>(put));
    }
    return true;
}

} // namespace detail

/// The bytes of a regular file. Throws `error` where it is missing, a directory or unreadable, and where it is compressed: that
/// is for `read_gzip`.
[[nodiscard]] inline std::vector<std::uint8_t> read_plain(const std::filesystem::path& path) {
    std::vector<std::uint8_t> bytes = detail::read_whole("read_plain", path);
    if (detail::is_gzip(bytes)) {
        fail("read_plain", path.string(), "plain bytes", "gzip; pass read_gzip of <rcim/data/gzip.hpp> as the reader");
    }
    return bytes;
}

/// Creates or replaces a file as a whole: the bytes go to a new file beside it, which takes its name only after everything is
/// known to be stored. On failure (full disk, read-only folder, ...) throws `error`, leaves what stood there untouched and
/// nothing beside it. A symbolic link keeps pointing where it did; what exists must be a regular file.
inline void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
    namespace fs = std::filesystem;
    std::error_code code;
    fs::path target = path;
    const fs::file_status status = fs::status(path, code);
    if (fs::exists(status)) {
        if (!fs::is_regular_file(status)) {
            fail("write_file", path.string(), "a regular file or a new name",
                 fs::is_directory(status) ? "a directory" : "a device");
        }
        target = fs::canonical(path, code);
        if (code) {
            fail("write_file", path.string(), "a file to replace", detail::system_reason(code.value()));
        }
    }
    static std::atomic<unsigned> counter{0};
    fs::path temporary = target;
    temporary += text(".", ::getpid(), "-", counter++, ".tmp");

    detail::file_descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.get() < 0) {
        fail("write_file", path.string(), "a folder to write in", detail::system_reason(errno));
    }
    const char* step = nullptr;
    if (!detail::write_all(file.get(), bytes)) {
        step = "room for all bytes";
    } else if (::fsync(file.get()) != 0) {
        step = "a disk that stores the bytes";
    } else if (!file.close()) {
        step = "a file that can be closed";
    } else if (std::rename(temporary.c_str(), target.c_str()) != 0) {
        step = "a name that can be taken";
    }
    if (step != nullptr) {
        const int reason = errno;
        ::unlink(temporary.c_str());
        fail("write_file", path.string(), text(step, " (", bytes.size(), " bytes)"), detail::system_reason(reason));
    }
}

/// Removes what writers of this file that were killed have left beside it. Writers on other machines are taken for killed too.
inline void remove_leftovers(const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    const std::string begin = path.filename().string() + ".", end = ".tmp";
    std::error_code code;
    std::vector<fs::path> left;
    for (fs::directory_iterator entry(path.has_parent_path() ? path.parent_path() : fs::path("."), code), none; !code && entry != none;
         entry.increment(code)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(begin) && name.ends_with(end)) {
            const long writer = std::strtol(name.c_str() + begin.size(), nullptr, 10);
            if (writer > 0 && ::kill(static_cast<::pid_t>(writer), 0) != 0 && errno == ESRCH) {
                left.push_back(entry->path());
            }
        }
    }
    for (const fs::path& one : left) {
        fs::remove(one, code);
    }
}

inline void write_file(const std::filesystem::path& path, std::string_view characters) {
    write_file(path, std::span(reinterpret_cast<const std::uint8_t*>(characters.data()), characters.size()));
}

} // namespace rcim::inline RCIM_ABI
