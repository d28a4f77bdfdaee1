#pragma once

/// @file
/// The IDX format of MNIST, Fashion-MNIST and their kin: two zero bytes, the element type (0x08: unsigned byte), the number of
/// dimensions, each extent as a big-endian 32-bit word, then the elements.
/// Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/data/file.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The content of an IDX file of images: `count` grey images, pixels [image][row][column].
struct idx_images {
    index_t count = 0;
    map_shape shape{};
    std::vector<std::uint8_t> pixels;
};

namespace detail {

/// Strips the header off `bytes` and returns the extents; throws unless everything in it and the length are as promised.
template <std::size_t Dimensions>
std::array<std::uint64_t, Dimensions> take_idx_header(std::string_view where, const std::filesystem::path& path,
                                                      std::vector<std::uint8_t>& bytes) {
    const std::string file = path.string();
    constexpr std::size_t header = 4 + 4 * Dimensions;
    if (bytes.empty()) {
        fail(where, file, "an IDX file", "an empty file");
    }
    if (bytes.size() < header) {
        fail(where, file + ": header", text(header, " bytes"), text(bytes.size(), " bytes"));
    }
    if (bytes[0] != 0 || bytes[1] != 0) {
        fail(where, file + ": magic", "two zero bytes", text(int{bytes[0]}, " and ", int{bytes[1]}));
    }
    if (bytes[2] != 8) {
        fail(where, file + ": element type", "8 (unsigned byte)", text(int{bytes[2]}));
    }
    if (bytes[3] != Dimensions) {
        fail(where, file + ": dimensions", text(Dimensions), text(int{bytes[3]}));
    }
    std::array<std::uint64_t, Dimensions> extents{};
    std::uint64_t elements = 1;
    std::string product;
    for (std::size_t d = 0; d < Dimensions; ++d) {
        for (std::size_t i = 0; i < 4; ++i) {
            extents[d] = extents[d] << 8 | bytes[4 + 4 * d + i];
        }
        if (extents[d] == 0) {
            fail(where, text(file, ": extent ", d), "at least 1", "0");
        }
        // Saturates: no file is that long.
        constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
        elements = elements > most / extents[d] ? most : elements * extents[d];
        product += text(d == 0 ? "" : " x ", extents[d]);
    }
    if (bytes.size() - header != elements) {
        fail(where, file + ": data", text(product, " bytes"), text(bytes.size() - header));
    }
    bytes.erase(bytes.begin(), bytes.begin() + header);
    return extents;
}

/// The first of these names that the folder holds.
inline std::filesystem::path find_in(std::string_view where, const std::filesystem::path& folder,
                                     std::initializer_list<std::string_view> names) {
    std::error_code code;
    if (!std::filesystem::is_directory(folder, code)) {
        fail(where, folder.string(), "a folder", "none");
    }
    std::string tried;
    for (const std::string_view name : names) {
        if (std::filesystem::path candidate = folder / name; std::filesystem::exists(candidate, code)) {
            return candidate;
        }
        tried += text(tried.empty() ? "" : " or ", name);
    }
    fail(where, folder.string(), tried, "none of them");
}

} // namespace detail

/// Reads an IDX file of three dimensions. Throws `error` unless magic, type, dimensions and extents are right and the length is
/// exact: neither truncated nor with bytes to spare.
[[nodiscard]] inline idx_images read_idx_images(const std::filesystem::path& path, byte_reader reader = read_plain) {
    std::vector<std::uint8_t> bytes = reader(path);
    const auto extents = detail::take_idx_header<3>("read_idx_images", path, bytes);
    return {static_cast<index_t>(extents[0]),
            {1, static_cast<index_t>(extents[1]), static_cast<index_t>(extents[2])},
            std::move(bytes)};
}

/// Reads an IDX file of one dimension. Throws `error` as `read_idx_images` does, and on a label that is not below `classes`.
[[nodiscard]] inline std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& path,
                                                               byte_reader reader = read_plain, int classes = 10) {
    std::vector<std::uint8_t> bytes = reader(path);
    detail::take_idx_header<1>("read_idx_labels", path, bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] >= classes) {
            fail("read_idx_labels", text(path.string(), ": label ", i), text("0 to ", classes - 1), text(int{bytes[i]}));
        }
    }
    return bytes;
}

/// Reads train-images-idx3-ubyte, train-labels-idx1-ubyte and their t10k counterparts from a folder, also where they are
/// spelled with a dot (train-images.idx3-ubyte); a plain file goes before one that ends in .gz, which asks for `read_gzip` as
/// the reader. Named after the folder, normalised by its training images. Throws `error` on a missing or unsound file and where
/// the numbers of images and labels differ.
[[nodiscard]] inline dataset load_idx(const std::filesystem::path& folder, byte_reader reader = read_plain, int classes = 10) {
    const auto find = [&](const std::string& dashed, const std::string& dotted) {
        return detail::find_in("load_idx", folder, {dashed, dotted, dashed + ".gz", dotted + ".gz"});
    };
    const auto load = [&](const std::string& part) {
        const auto image_file = find(part + "-images-idx3-ubyte", part + "-images.idx3-ubyte");
        const auto label_file = find(part + "-labels-idx1-ubyte", part + "-labels.idx1-ubyte");
        idx_images images = read_idx_images(image_file, reader);
        std::vector<std::uint8_t> labels = read_idx_labels(label_file, reader, classes);
        if (static_cast<index_t>(labels.size()) != images.count) {
            fail("load_idx", label_file.string(),
                 text(images.count, " labels, one per image of ", image_file.filename().string()), text(labels.size()));
        }
        return image_set{images.shape, classes, std::move(images.pixels), std::move(labels)};
    };
    std::filesystem::path name = folder.lexically_normal();
    dataset data{(name.has_filename() ? name : name.parent_path()).filename().string(), load("train"), load("t10k"), {}, {}};
    normalisation of_train = normalisation_of(data.train);
    data.mean = std::move(of_train.mean);
    data.deviation = std::move(of_train.deviation);
    check(data);
    return data;
}

} // namespace rcim::inline RCIM_ABI
