#pragma once

/// @file
/// Many arrays in one file: NumPy's NPZ, a zip archive of NPY files. Needs libzip (target rcim::zip); nothing else in the library includes
/// this.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>
#include <rcim/data/npy.hpp>

#include <zip.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

struct zip_closer {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using zip_handle = std::unique_ptr<zip_t, zip_closer>;
using zip_file_handle = std::unique_ptr<zip_file_t, zip_closer>;
using zip_source_handle = std::unique_ptr<zip_source_t, zip_closer>;

/// libzip's words for what went wrong.
struct zip_problem {
    zip_error_t code{};
    zip_problem() { zip_error_init(&code); }
    zip_problem(const zip_problem&) = delete;
    zip_problem& operator=(const zip_problem&) = delete;
    ~zip_problem() { zip_error_fini(&code); }
    [[nodiscard]] std::string words() { return zip_error_strerror(&code); }
};

} // namespace detail

/// An NPZ file that was read whole. Its arrays are named as in NumPy, without ".npy".
class npz_archive {
public:
    npz_archive(std::string where, std::map<std::string, std::vector<std::uint8_t>> arrays)
        : where_(std::move(where)), arrays_(std::move(arrays)) {}

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const auto& [name, bytes] : arrays_) {
            result.push_back(name);
        }
        return result;
    }
    [[nodiscard]] bool contains(const std::string& name) const { return arrays_.contains(name); }

    /// An array with elements T. Throws `error` where there is none of this name or of another type (see parse_npy).
    template <NpyElement T>
    [[nodiscard]] npy_array<T> array(const std::string& name) const {
        return parse_npy<T>(bytes_of(name), where_ + ": " + name);
    }
    /// An array of any numbers or bool, as numbers T (see parse_npy_as).
    template <NpyElement T>
    [[nodiscard]] npy_array<T> array_as(const std::string& name) const {
        return parse_npy_as<T>(bytes_of(name), where_ + ": " + name);
    }

private:
    [[nodiscard]] const std::vector<std::uint8_t>& bytes_of(const std::string& name) const {
        const auto at = arrays_.find(name);
        if (at == arrays_.end()) {
            std::string known;
            for (const auto& [other, bytes] : arrays_) {
                known += (known.empty() ? "'" : ", '") + other + "'";
            }
            fail("npz_archive", where_, "one of its arrays: " + (known.empty() ? std::string("it has none") : known),
                 "'" + name + "'");
        }
        return at->second;
    }

    std::string where_;
    std::map<std::string, std::vector<std::uint8_t>> arrays_;
};

/// The arrays of the bytes of an NPZ file, stored or deflated as `numpy.savez` and `numpy.savez_compressed` write it; checksums are verified.
/// `where` names the bytes in errors. Throws `error` where they are no such file. Memory follows what is unpacked, at most 1032 times the
/// file, which is the largest ratio of deflate.
[[nodiscard]] inline npz_archive parse_npz(std::span<const std::uint8_t> packed, const std::string& where) {
    constexpr std::uint64_t largest_ratio = 1032;
    constexpr std::size_t smallest = 22; // bytes of an archive of nothing
    if (packed.size() < smallest) {
        fail("load_npz", where, "an NPZ file (a zip archive)", text(packed.size(), " bytes"));
    }
    detail::zip_problem problem;
    detail::zip_source_handle source(zip_source_buffer_create(packed.data(), packed.size(), 0, &problem.code));
    if (!source) {
        fail("load_npz", where, "memory for an archive", problem.words());
    }
    const detail::zip_handle archive(zip_open_from_source(source.get(), ZIP_RDONLY | ZIP_CHECKCONS, &problem.code));
    if (!archive) {
        fail("load_npz", where, "an NPZ file (a zip archive)", problem.words());
    }
    static_cast<void>(source.release()); // the archive's from here on

    std::map<std::string, std::vector<std::uint8_t>> arrays;
    std::uint64_t left = packed.size() * largest_ratio; // of all entries together: they may claim the same bytes
    for (zip_int64_t n = 0; n < zip_get_num_entries(archive.get(), 0); ++n) {
        const auto index = static_cast<zip_uint64_t>(n);
        const char* const raw_name = zip_get_name(archive.get(), index, 0);
        std::string name = raw_name != nullptr ? raw_name : "";
        const std::string entry = text(where, ": entry '", name, "'");
        // Other methods unpack to more, and take what memory the file asks for.
        zip_stat_t claim;
        constexpr zip_uint64_t needed = ZIP_STAT_COMP_METHOD | ZIP_STAT_SIZE;
        if (zip_stat_index(archive.get(), index, 0, &claim) != 0 || (claim.valid & needed) != needed ||
            (claim.comp_method != ZIP_CM_STORE && claim.comp_method != ZIP_CM_DEFLATE)) {
            fail("load_npz", entry, "a stored or deflated entry", "another");
        }
        if (claim.size > left) {
            fail("load_npz", entry, text("entries of at most ", largest_ratio, " times the file"),
                 text("one of ", claim.size, " bytes"));
        }
        left -= claim.size;
        const detail::zip_file_handle file(zip_fopen_index(archive.get(), index, 0));
        if (!file) {
            fail("load_npz", entry, "a stored or deflated entry", zip_strerror(archive.get()));
        }
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(claim.size) + 1); // one more, so that its end is seen
        std::size_t used = 0;
        zip_int64_t got = 0;
        while (used < bytes.size() && (got = zip_fread(file.get(), bytes.data() + used, bytes.size() - used)) > 0) {
            used += static_cast<std::size_t>(got);
        }
        if (got < 0 || used != claim.size) {
            fail("load_npz", entry, text("an intact entry of ", claim.size, " bytes"),
                 got < 0 ? std::string(zip_file_strerror(file.get())) : text(used, used > claim.size ? " and more" : ""));
        }
        bytes.pop_back();
        if (!name.ends_with(".npy")) {
            fail("load_npz", entry, "the name of an array, with .npy", "another");
        }
        name.resize(name.size() - 4);
        if (!arrays.emplace(std::move(name), std::move(bytes)).second) {
            fail("load_npz", entry, "each array once", "two");
        }
    }
    return {where, std::move(arrays)};
}

/// Reads an NPZ file; see parse_npz.
[[nodiscard]] inline npz_archive load_npz(const std::filesystem::path& path) {
    return parse_npz(read_plain(path), path.string());
}

/// Collects arrays and writes them as one NPZ file.
class npz_writer {
public:
    explicit npz_writer(bool compressed = false) : compressed_(compressed) {}

    /// Throws `error` on a name that is there, and as `npy_bytes` does.
    template <NpyElement T>
    npz_writer& add(const std::string& name, std::span<const T> data, std::span<const index_t> shape) {
        if (name.empty() || arrays_.contains(name)) {
            fail("npz_writer", "array", "a name of its own", "'" + name + "'");
        }
        arrays_.emplace(name, npy_bytes(data, shape, name));
        return *this;
    }

    /// Replaces a file only as a whole. The same arrays give the same bytes. Throws `error` where it cannot be written.
    void save(const std::filesystem::path& path) const {
        detail::zip_problem problem;
        detail::zip_source_handle whole(zip_source_buffer_create(nullptr, 0, 0, &problem.code));
        detail::zip_handle archive(whole ? zip_open_from_source(whole.get(), ZIP_TRUNCATE, &problem.code) : nullptr);
        const auto require = [&](bool good) {
            if (!good) {
                fail("npz_writer", path.string(), "an archive in memory",
                     archive ? std::string(zip_strerror(archive.get())) : problem.words());
            }
        };
        require(archive != nullptr);
        zip_source_keep(whole.get()); // the archive has its own share; this one reads what it writes
        for (const auto& [name, bytes] : arrays_) {
            zip_source_t* const entry = zip_source_buffer(archive.get(), bytes.data(), bytes.size(), 0);
            require(entry != nullptr);
            const zip_int64_t index = zip_file_add(archive.get(), (name + ".npy").c_str(), entry, ZIP_FL_ENC_UTF_8);
            if (index < 0) {
                zip_source_free(entry);
            }
            require(index >= 0);
            const auto number = static_cast<zip_uint64_t>(index);
            require(zip_set_file_compression(archive.get(), number, compressed_ ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0) == 0);
            // The year that zip counts from, whatever the clock says.
            require(zip_file_set_dostime(archive.get(), number, 0, 1 << 5 | 1, 0) == 0);
        }
        require(arrays_.empty() || zip_close(archive.get()) == 0);
        static_cast<void>(arrays_.empty() ? archive.get() : archive.release());

        std::string bytes;
        if (arrays_.empty()) {
            bytes = std::string("PK\5\6", 4) + std::string(18, '\0'); // an archive of nothing, which libzip would not write
        } else {
            zip_stat_t size;
            require(zip_source_stat(whole.get(), &size) == 0 && zip_source_open(whole.get()) == 0);
            bytes.resize(size.size);
            const zip_int64_t got = zip_source_read(whole.get(), bytes.data(), bytes.size());
            zip_source_close(whole.get());
            require(got == static_cast<zip_int64_t>(bytes.size()));
        }
        write_file(path, bytes);
    }

private:
    bool compressed_;
    std::map<std::string, std::string> arrays_;
};

} // namespace rcim::inline RCIM_ABI
