#pragma once

/// @file
/// Named tensors in the safetensors format (github.com/huggingface/safetensors, format 0.x): the length of a JSON header as eight bytes, the
/// header, and the numbers, all little-endian. Needs nlohmann_json (target rcim::json); the umbrella header does not include this.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/half_float.hpp>
#include <rcim/data/file.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A dense tensor of floats under a name.
struct named_tensor {
    std::string name;
    std::vector<index_t> shape; ///< none for a scalar
    std::vector<float> data;    ///< row-major
};

/// What a safetensors file holds.
struct tensor_file {
    std::vector<named_tensor> tensors;           ///< those of floats, in the order of their names
    std::vector<std::string> others;             ///< names of tensors of other types, such as counters, which are not read
    std::map<std::string, std::string> metadata; ///< free text
};

namespace detail {

/// "[2, 3]"
[[nodiscard]] inline std::string extents_text(std::span<const index_t> shape) {
    std::string result = "[";
    for (std::size_t d = 0; d < shape.size(); ++d) {
        result += text(d == 0 ? "" : ", ", shape[d]);
    }
    return result + "]";
}

/// Bits of one element of a type of the format, or 0.
[[nodiscard]] inline std::uint64_t safetensors_bits(std::string_view type) {
    constexpr std::array<std::pair<std::string_view, std::uint64_t>, 15> known{{{"BOOL", 8},
                                                                                {"U8", 8},
                                                                                {"I8", 8},
                                                                                {"F8_E5M2", 8},
                                                                                {"F8_E4M3", 8},
                                                                                {"I16", 16},
                                                                                {"U16", 16},
                                                                                {"F16", 16},
                                                                                {"BF16", 16},
                                                                                {"I32", 32},
                                                                                {"U32", 32},
                                                                                {"F32", 32},
                                                                                {"F64", 64},
                                                                                {"I64", 64},
                                                                                {"U64", 64}}};
    const auto at = std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.first == type; });
    return at == known.end() ? 0 : at->second;
}

/// Parses JSON of which no object has a key twice.
[[nodiscard]] inline nlohmann::json parse_json_once(std::string_view header, const std::string& where) {
    using event = nlohmann::json::parse_event_t;
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int depth, event what, nlohmann::json& value) {
        if (depth > 8) {
            fail("load_safetensors", where + ": header", "objects at most 8 deep", "more");
        }
        if (what == event::object_start) {
            keys.emplace_back();
        } else if (what == event::object_end) {
            keys.pop_back();
        } else if (what == event::key && !keys.back().insert(value.get<std::string>()).second) {
            fail("load_safetensors", where + ": header", "each name once", "'" + value.get<std::string>() + "' twice");
        }
        return true;
    };
    try {
        return nlohmann::json::parse(header.begin(), header.end(), watch);
    } catch (const nlohmann::json::exception& e) {
        fail("load_safetensors", where + ": header", "JSON", e.what());
    }
}

template <class Bits>
[[nodiscard]] Bits safetensors_word(std::span<const std::uint8_t> bytes, std::size_t n) {
    Bits result = 0;
    for (std::size_t i = sizeof(Bits); i-- > 0;) {
        result = static_cast<Bits>(result << 8 | bytes[n * sizeof(Bits) + i]);
    }
    return result;
}

[[nodiscard]] inline std::vector<float> safetensors_numbers(std::string_view type, std::span<const std::uint8_t> bytes) {
    std::vector<float> result;
    const auto read = [&](auto bits, auto value_of) {
        using Bits = decltype(bits);
        result.reserve(bytes.size() / sizeof(Bits));
        for (std::size_t n = 0; n < bytes.size() / sizeof(Bits); ++n) {
            result.push_back(value_of(safetensors_word<Bits>(bytes, n)));
        }
    };
    if (type == "F32") {
        read(std::uint32_t{}, [](std::uint32_t b) { return std::bit_cast<float>(b); });
    } else if (type == "F64") {
        read(std::uint64_t{}, [](std::uint64_t b) { return static_cast<float>(std::bit_cast<double>(b)); });
    } else if (type == "F16") {
        read(std::uint16_t{}, [](std::uint16_t b) { return float_of_half(b); });
    } else {
        read(std::uint16_t{}, [](std::uint16_t b) { return float_of_bfloat16(b); });
    }
    return result;
}

} // namespace detail

/// The tensors of the bytes of a safetensors file; `where` names the bytes in errors. F32, F16, BF16 and F64 (rounded) are read, other types of the
/// format only named. Throws `error` unless header and data are whole and sound: names and keys once, shapes whose bytes are those
/// between their offsets, tensors that cover all data without a gap or an overlap. Memory follows the data.
[[nodiscard]] inline tensor_file parse_safetensors(std::span<const std::uint8_t> bytes, const std::string& where) {
    if (bytes.size() < 8) {
        fail("load_safetensors", where, "a safetensors file, of 8 bytes and more", text(bytes.size(), " bytes"));
    }
    const auto length = detail::safetensors_word<std::uint64_t>(bytes, 0);
    if (length > bytes.size() - 8) {
        fail("load_safetensors", where + ": header", text(length, " bytes, as the file begins with"), text(bytes.size() - 8));
    }
    const auto header_bytes = bytes.subspan(8, static_cast<std::size_t>(length));
    const auto data = bytes.subspan(8 + static_cast<std::size_t>(length));
    const nlohmann::json header =
        detail::parse_json_once({reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()}, where);
    if (!header.is_object()) {
        fail("load_safetensors", where + ": header", "a JSON object", header.type_name());
    }
    tensor_file result;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> pieces;
    for (const auto& item : header.items()) { // no structured binding: clang 14 could not take it into a lambda
        const std::string& name = item.key();
        const nlohmann::json& entry = item.value();
        const std::string tensor = text(where, ": tensor '", name, "'");
        if (name == "__metadata__") {
            if (!entry.is_object()) {
                fail("load_safetensors", where + ": __metadata__", "an object of texts", entry.type_name());
            }
            for (const auto& [key, value] : entry.items()) {
                if (!value.is_string()) {
                    fail("load_safetensors", where + ": __metadata__", "an object of texts", value.type_name());
                }
                result.metadata.emplace(key, value.get<std::string>());
            }
            continue;
        }
        const auto whole_numbers = [&](const char* key) {
            std::vector<std::uint64_t> values;
            const auto at = entry.is_object() ? entry.find(key) : entry.end();
            bool good = entry.is_object() && at != entry.end() && at->is_array();
            if (good) {
                for (const auto& value : *at) {
                    good = good && value.is_number_unsigned() && value.get<std::uint64_t>() <= std::uint64_t{1} << 62;
                    values.push_back(good ? value.get<std::uint64_t>() : 0);
                }
            }
            if (!good) {
                fail("load_safetensors", tensor, text("a list of whole numbers as ", key), "another form");
            }
            return values;
        };
        const std::vector<std::uint64_t> shape = whole_numbers("shape");
        const std::vector<std::uint64_t> offsets = whole_numbers("data_offsets");
        const auto type_at = entry.find("dtype");
        const std::string type = type_at != entry.end() && type_at->is_string() ? type_at->get<std::string>() : "none";
        const std::uint64_t bits = detail::safetensors_bits(type);
        if (bits == 0 || entry.size() != 3) {
            fail("load_safetensors", tensor, "dtype, shape and data_offsets, and a type of the format",
                 text("dtype ", type, ", ", entry.size(), " keys"));
        }
        if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
            fail("load_safetensors", tensor + ": data_offsets", text("two places in ", data.size(), " bytes of data, in order"),
                 entry["data_offsets"].dump());
        }
        std::uint64_t size = bits / 8;
        const bool empty = std::find(shape.begin(), shape.end(), 0u) != shape.end();
        bool fits = shape.size() <= 64;
        for (const std::uint64_t extent : shape) {
            fits = fits && (empty || size <= data.size() / extent);
            size = fits && !empty ? size * extent : size;
        }
        if (!fits || (empty ? 0 : size) != offsets[1] - offsets[0]) {
            fail("load_safetensors", tensor + ": data_offsets", text("the bytes of ", entry["shape"].dump(), " ", type),
                 text(offsets[1] - offsets[0], " bytes"));
        }
        pieces.emplace_back(offsets[0], offsets[1]);
        if (type == "F32" || type == "F64" || type == "F16" || type == "BF16") {
            const auto own =
                data.subspan(static_cast<std::size_t>(offsets[0]), static_cast<std::size_t>(offsets[1] - offsets[0]));
            result.tensors.push_back({name, {shape.begin(), shape.end()}, detail::safetensors_numbers(type, own)});
        } else {
            result.others.push_back(name);
        }
    }
    std::sort(pieces.begin(), pieces.end());
    std::uint64_t covered = 0;
    for (const auto& [begin, end] : pieces) {
        if (begin != covered) {
            fail("load_safetensors", where + ": data", text("a tensor that begins at byte ", covered),
                 text(begin < covered ? "an overlap" : "a gap", " at ", begin));
        }
        covered = end;
    }
    if (covered != data.size()) {
        fail("load_safetensors", where + ": data", text(covered, " bytes, which the tensors take"), text(data.size()));
    }
    return result;
}

/// Reads a safetensors file; see parse_safetensors.
[[nodiscard]] inline tensor_file load_safetensors(const std::filesystem::path& path) {
    return parse_safetensors(read_plain(path), path.string());
}

/// Writes tensors as F32, in this order; replaces a file only as a whole. Throws `error` where two have one name, a name is "__metadata__" or
/// data do not have their shape.
inline void save_safetensors(const std::filesystem::path& path, std::span<const named_tensor> tensors,
                             const std::map<std::string, std::string>& metadata = {}) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty()) {
        header["__metadata__"] = metadata;
    }
    std::uint64_t begin = 0;
    for (const named_tensor& one : tensors) {
        if (one.name == "__metadata__" || header.contains(one.name)) {
            fail("save_safetensors", path.string(), "names of their own, none of them __metadata__", "'" + one.name + "'");
        }
        std::uint64_t elements = 1;
        for (const index_t extent : one.shape) {
            if (extent < 0 || (extent != 0 && elements > (std::uint64_t{1} << 56) / static_cast<std::uint64_t>(extent))) {
                fail("save_safetensors", "tensor '" + one.name + "'", "positive extents that fit in memory",
                     detail::extents_text(one.shape));
            }
            elements *= static_cast<std::uint64_t>(extent);
        }
        if (elements != one.data.size()) {
            fail("save_safetensors", "tensor '" + one.name + "'", text("the numbers of ", detail::extents_text(one.shape)),
                 text(one.data.size()));
        }
        header[one.name] = {{"dtype", "F32"}, {"shape", one.shape}, {"data_offsets", {begin, begin + 4 * elements}}};
        begin += 4 * elements;
    }
    std::string content = header.dump();
    content.append((8 - content.size() % 8) % 8, ' '); // so that the data are aligned
    std::string bytes;
    bytes.reserve(8 + content.size() + static_cast<std::size_t>(begin));
    const auto put = [&](std::uint64_t word, int count) {
        for (int i = 0; i < count; ++i) {
            bytes.push_back(static_cast<char>(word >> (8 * i) & 0xff));
        }
    };
    put(content.size(), 8);
    bytes += content;
    for (const named_tensor& one : tensors) {
        for (const float value : one.data) {
            put(std::bit_cast<std::uint32_t>(value), 4);
        }
    }
    write_file(path, bytes);
}

} // namespace rcim::inline RCIM_ABI
