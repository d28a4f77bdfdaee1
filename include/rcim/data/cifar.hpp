#pragma once

/// @file
/// The binary version of CIFAR-10: records of one label and 3 x 32 x 32 pixels (red, green, blue plane).
/// Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", technical report, University of Toronto,
/// 2009.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/data/file.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Reads one file of records. Throws `error` where it is empty, has a part of a record, or has a label above 9.
[[nodiscard]] inline image_set read_cifar10_batch(const std::filesystem::path& path, byte_reader reader = read_plain) {
    image_set set{{3, 32, 32}, 10, {}, {}};
    const auto pixels = static_cast<std::size_t>(set.shape.size());
    const std::size_t record = 1 + pixels;
    const std::vector<std::uint8_t> bytes = reader(path);
    if (bytes.empty()) {
        fail("read_cifar10_batch", path.string(), text("records of ", record, " bytes"), "an empty file");
    }
    if (bytes.size() % record != 0) {
        fail("read_cifar10_batch", path.string(), text("records of ", record, " bytes"),
             text(bytes.size(), " bytes: ", bytes.size() / record, " records and ", bytes.size() % record, " bytes"));
    }
    const std::size_t count = bytes.size() / record;
    set.labels.reserve(count);
    set.images.reserve(count * pixels);
    for (std::size_t i = 0; i < count; ++i) {
        const auto one = std::span(bytes).subspan(i * record, record);
        if (one[0] >= set.classes) {
            fail("read_cifar10_batch", text(path.string(), ": label ", i), "0 to 9", text(int{one[0]}));
        }
        set.labels.push_back(one[0]);
        set.images.insert(set.images.end(), one.begin() + 1, one.end());
    }
    return set;
}

/// Reads training and test images from the files listed, in this order: the form for a part of the dataset. The normalisation
/// is the usual one of all 50,000 training images whatever is listed, so that parts stay comparable. Throws `error` where a
/// list is empty or a file unsound.
[[nodiscard]] inline dataset load_cifar10(const std::vector<std::filesystem::path>& train_files,
                                          const std::vector<std::filesystem::path>& test_files,
                                          byte_reader reader = read_plain) {
    const auto load = [&](std::string_view part, const std::vector<std::filesystem::path>& files) {
        if (files.empty()) {
            fail("load_cifar10", part, "at least one file", "none");
        }
        image_set all = read_cifar10_batch(files.front(), reader);
        for (const std::filesystem::path& file : std::span(files).subspan(1)) {
            const image_set more = read_cifar10_batch(file, reader);
            all.images.insert(all.images.end(), more.images.begin(), more.images.end());
            all.labels.insert(all.labels.end(), more.labels.begin(), more.labels.end());
        }
        return all;
    };
    return {"cifar-10",
            load("train_files", train_files),
            load("test_files", test_files),
            {0.4914f, 0.4822f, 0.4465f},
            {0.2470f, 0.2435f, 0.2616f}};
}

/// Reads data_batch_1.bin to data_batch_5.bin and test_batch.bin of a folder, each plain or, for `read_gzip`, with .gz after
/// its name. All six must be there: the error names those that are missing. For a part, list the files.
[[nodiscard]] inline dataset load_cifar10(const std::filesystem::path& folder, byte_reader reader = read_plain) {
    std::error_code code;
    if (!std::filesystem::is_directory(folder, code)) {
        fail("load_cifar10", folder.string(), "a folder", "none");
    }
    std::vector<std::filesystem::path> files;
    std::string missing;
    for (const std::string name :
         {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"}) {
        const std::filesystem::path plain = folder / (name + ".bin");
        const std::filesystem::path packed = folder / (name + ".bin.gz");
        if (std::filesystem::exists(plain, code)) {
            files.push_back(plain);
        } else if (std::filesystem::exists(packed, code)) {
            files.push_back(packed);
        } else {
            missing += text(missing.empty() ? "" : ", ", name, ".bin");
        }
    }
    if (!missing.empty()) {
        fail("load_cifar10", folder.string(),
             "data_batch_1.bin to data_batch_5.bin and test_batch.bin, plain or .gz (or a list of files)", "no " + missing);
    }
    const std::vector<std::filesystem::path> test{files.back()};
    files.pop_back();
    return load_cifar10(files, test, reader);
}

} // namespace rcim::inline RCIM_ABI
