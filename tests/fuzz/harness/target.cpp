#include "target.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

// Of AddressSanitizer in both compilers; g++ comes without the header that says so.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, std::size_t),
                                                         void (*)(const volatile void*));
extern "C" std::size_t __sanitizer_get_allocated_size(const volatile void*);

namespace {

fuzz::bytes input;

/// Counts what AddressSanitizer hands out. One thread: readers start none.
struct {
    bool on = false;
    std::ptrdiff_t used = 0; ///< since the count was turned on; what was there before may be freed meanwhile
    std::ptrdiff_t most = 0;
} count;

/// Without the heap, which is why one may have come here.
[[noreturn]] void stop(const char* what, long long found, long long most) {
    count.on = false;
    char line[512];
    const int length = std::snprintf(line, sizeof line, "\nfuzz: %s (%lld of %lld bytes), input of %zu bytes\n", what, found,
                                     most, input.size());
    [[maybe_unused]] const auto put = ::write(STDERR_FILENO, line, static_cast<std::size_t>(std::clamp(length, 0, 511)));
    std::abort();
}

void on_allocation(const volatile void*, std::size_t size) {
    if (count.on) {
        count.used += static_cast<std::ptrdiff_t>(size);
        if (count.used > count.most) {
            stop("more memory than fuzz::memory allows", count.used, count.most);
        }
    }
}

void on_release(const volatile void* place) {
    if (count.on && place != nullptr) {
        count.used -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(place));
    }
}

struct scratch {
    std::filesystem::path path;

    scratch() {
        std::error_code code;
        const std::filesystem::path in_memory = "/dev/shm";
        const bool there = std::filesystem::is_directory(in_memory, code) && ::access(in_memory.c_str(), W_OK) == 0;
        std::string name = ((there ? in_memory : std::filesystem::temp_directory_path()) / "rcim-fuzz-XXXXXX").string();
        fuzz::require(::mkdtemp(name.data()) != nullptr, "no folder for files");
        path = name;
    }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;
    ~scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

} // namespace

void fuzz::require(bool holds, const char* what) {
    if (!holds) {
        count.on = false;
        std::fprintf(stderr, "\nfuzz: %s, input of %zu bytes\n", what, input.size());
        std::abort();
    }
}

void fuzz::check_refusal(const rcim::error& refusal) {
    const std::string_view words = refusal.what();
    require(words.find(": expected ") != std::string_view::npos && words.find(", found ") != std::string_view::npos,
            "an error that does not say what was expected and what was found");
}

std::vector<std::uint8_t> fuzz::given(const std::filesystem::path&) {
    return {input.begin(), input.end()};
}

const std::filesystem::path& fuzz::folder() {
    static const scratch one;
    return one.path;
}

void fuzz::put(const std::filesystem::path& path, bytes content) {
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    require(file != nullptr, "no file to write");
    const bool written = content.empty() || std::fwrite(content.data(), 1, content.size(), file) == content.size();
    require(std::fclose(file) == 0 && written, "a file that takes no bytes");
}

/// Called by libFuzzer, or by replay.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    [[maybe_unused]] static const int hooked = __sanitizer_install_malloc_and_free_hooks(on_allocation, on_release);
    input = {data, size};
    count.used = 0;
    count.most = static_cast<std::ptrdiff_t>(fuzz::memory.constant + fuzz::memory.per_byte * size);
    count.on = true;
    fuzz::accepts([] { fuzz::read(input); });
    count.on = false;
    return 0;
}
