#pragma once

/// @file
/// Arrays in NumPy's NPY format: weights, codes and masks for other tools, and back.
/// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".

#include <rcim/compat/xtensor_npy.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The element types that are written and read.
template <class T>
concept NpyElement = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::uint8_t> ||
    std::same_as<T, std::uint16_t> || std::same_as<T, std::uint32_t> || std::same_as<T, std::int32_t>;

/// A dense array in row-major order.
template <NpyElement T>
struct npy_array {
    std::vector<index_t> shape; ///< none for a scalar
    std::vector<T> data;
};

namespace detail {

/// NumPy's name of a type in this machine's byte order, such as "<f4".
template <NpyElement T>
std::string npy_type() {
    const char order = sizeof(T) == 1 ? '|' : std::endian::native == std::endian::little ? '<' : '>';
    return text(order, std::is_floating_point_v<T> ? 'f' : std::is_signed_v<T> ? 'i' : 'u', sizeof(T));
}

/// Multiplies extents into `elements`; false where the product does not fit.
inline bool npy_elements(std::span<const index_t> shape, std::uint64_t& elements) {
    elements = 1;
    bool fits = true;
    bool empty = false;
    for (const index_t extent : shape) {
        const auto factor = static_cast<std::uint64_t>(extent);
        empty = empty || factor == 0;
        if (factor != 0 && elements > std::numeric_limits<std::uint64_t>::max() / 16 / factor) {
            fits = false;
        } else if (factor != 0) {
            elements *= factor;
        }
    }
    if (empty) {
        elements = 0;
    }
    return fits;
}

/// The text of a shape as Python writes it.
inline std::string npy_shape_text(std::span<const index_t> shape) {
    std::string result = "(";
    for (std::size_t d = 0; d < shape.size(); ++d) {
        result += text(d == 0 ? "" : ", ", shape[d]);
    }
    return result + (shape.size() == 1 ? ",)" : ")");
}

/// The dictionary of an NPY header, in any order and spacing that Python's literals allow for it.
struct npy_header {
    std::string type;
    bool fortran_order = false;
    std::vector<index_t> shape;
};

class npy_header_parser {
public:
    npy_header_parser(const std::string& where, std::string_view header) : where_(where), rest_(header) {}

    npy_header parse() {
        npy_header result;
        bool has_type = false;
        bool has_order = false;
        bool has_shape = false;
        expect('{');
        while (!accept('}')) {
            const std::string key = quoted();
            expect(':');
            bool* seen = nullptr;
            if (key == "descr") {
                seen = &has_type;
                result.type = quoted();
            } else if (key == "fortran_order") {
                seen = &has_order;
                result.fortran_order = boolean();
            } else if (key == "shape") {
                seen = &has_shape;
                result.shape = tuple();
            } else {
                bad("the keys descr, fortran_order and shape", "'" + key + "'");
            }
            if (*seen) {
                bad("each key once", "'" + key + "' twice");
            }
            *seen = true;
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip_space();
        if (!rest_.empty()) {
            bad("nothing after the dictionary", found());
        }
        if (!has_type || !has_order || !has_shape) {
            bad("the keys descr, fortran_order and shape", text("no ", !has_type    ? "descr"
                                                                       : !has_order ? "fortran_order"
                                                                                    : "shape"));
        }
        return result;
    }

private:
    [[noreturn]] void bad(const std::string& expected, const std::string& found) const {
        fail("load_npy", where_ + ": header", expected, found);
    }

    void skip_space() {
        const std::size_t next = rest_.find_first_not_of(" \n");
        rest_.remove_prefix(next == std::string_view::npos ? rest_.size() : next);
    }

    [[nodiscard]] std::string found() const {
        if (rest_.empty()) {
            return "the end";
        }
        const auto code = static_cast<unsigned char>(rest_.front());
        return code > 0x20 && code < 0x7f ? text("'", rest_.front(), "'") : text("byte ", int{code});
    }

    bool accept(char wanted) {
        skip_space();
        if (rest_.empty() || rest_.front() != wanted) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    void expect(char wanted) {
        if (!accept(wanted)) {
            bad(text("'", wanted, "'"), found());
        }
    }

    std::string quoted() {
        const char quote = accept('"') ? '"' : '\'';
        if (quote == '\'') {
            expect('\'');
        }
        std::string result;
        while (!rest_.empty() && rest_.front() != quote) {
            const auto code = static_cast<unsigned char>(rest_.front());
            // Escapes, control characters and long names belong to no type or key that can be read here.
            if (rest_.front() == '\\' || code < 0x20 || code > 0x7e || result.size() == 32) {
                bad("a short name in quotes", result.size() == 32 ? "a longer one" : found());
            }
            result += rest_.front();
            rest_.remove_prefix(1);
        }
        expect(quote);
        return result;
    }

    bool boolean() {
        skip_space();
        for (const std::string_view word : {std::string_view("False"), std::string_view("True")}) {
            if (rest_.substr(0, word.size()) == word) {
                rest_.remove_prefix(word.size());
                return word == "True";
            }
        }
        bad("True or False", found());
    }

    index_t extent() {
        skip_space();
        std::uint64_t value = 0;
        std::size_t digits = 0;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            value = value * 10 + static_cast<std::uint64_t>(rest_.front() - '0');
            if (value > static_cast<std::uint64_t>(std::numeric_limits<index_t>::max()) / 16) {
                bad("an extent that fits in memory", text(value, " and more"));
            }
            ++digits;
            rest_.remove_prefix(1);
        }
        if (digits == 0) {
            bad("an extent", found());
        }
        return static_cast<index_t>(value);
    }

    std::vector<index_t> tuple() {
        constexpr std::size_t most_dimensions = 64;
        std::vector<index_t> shape;
        expect('(');
        while (!accept(')')) {
            if (shape.size() == most_dimensions) {
                bad(text("at most ", most_dimensions, " dimensions"), "more");
            }
            shape.push_back(extent());
            if (!accept(',')) {
                if (shape.size() == 1) {
                    bad("',' after a single extent", found());
                }
                expect(')');
                break;
            }
        }
        return shape;
    }

    const std::string& where_;
    std::string_view rest_;
};

} // namespace detail

/// Writes an array of this shape, row-major, in this machine's byte order; replaces a file only as a whole, as `write_file`
/// does. Throws `error` unless the extents are not negative and their product is data.size().
template <NpyElement T>
void save_npy(const std::filesystem::path& path, std::span<const T> data, std::span<const index_t> shape) {
    for (const index_t extent : shape) {
        if (extent < 0) {
            fail("save_npy", path.string() + ": shape", "extents of 0 or more", detail::npy_shape_text(shape));
        }
    }
    std::uint64_t elements = 0;
    if (!detail::npy_elements(shape, elements) || elements != data.size()) {
        fail("save_npy", path.string(), text("the data of shape ", detail::npy_shape_text(shape)),
             text(data.size(), " elements"));
    }
    const std::vector<std::size_t> extents(shape.begin(), shape.end());
    write_file(path, xt::dump_npy(xt::adapt(data.data(), data.size(), xt::no_ownership(), extents)));
}

/// Reads an array of elements T. Throws `error` unless the file is NPY 1.0, 2.0 or 3.0, holds exactly this type in this
/// machine's byte order, row-major, and is neither shorter nor longer than its shape says. Nothing is allocated on the word of
/// a header.
template <NpyElement T>
[[nodiscard]] npy_array<T> load_npy(const std::filesystem::path& path) {
    // Not xtensor's loader: it believes the header, and misreads the length of headers of 128 bytes and more.
    const std::string where = path.string();
    const std::vector<std::uint8_t> bytes = read_plain(path);
    constexpr std::string_view magic = "\x93NUMPY";
    if (bytes.size() < 10 || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0) {
        fail("load_npy", where, "an NPY file", bytes.empty() ? "an empty file" : "other bytes");
    }
    const int version = bytes[6];
    if (version < 1 || version > 3 || bytes[7] != 0) {
        fail("load_npy", where + ": version", "1.0, 2.0 or 3.0", text(version, ".", int{bytes[7]}));
    }
    const std::size_t start = version == 1 ? 10 : 12;
    if (bytes.size() < start) {
        fail("load_npy", where + ": header", text(start, " bytes and more"), text(bytes.size()));
    }
    std::size_t length = 0;
    for (std::size_t i = start; i-- > 8;) {
        length = length << 8 | bytes[i];
    }
    if (length > bytes.size() - start) {
        fail("load_npy", where + ": header", text(length, " bytes"), text(bytes.size() - start));
    }
    const std::string_view header(reinterpret_cast<const char*>(bytes.data()) + start, length);
    const detail::npy_header parsed = detail::npy_header_parser(where, header).parse();
    if (parsed.type != detail::npy_type<T>()) {
        fail("load_npy", where + ": type", detail::npy_type<T>(), parsed.type);
    }
    if (parsed.fortran_order) {
        fail("load_npy", where + ": order", "row-major (fortran_order False)", "column-major");
    }
    const auto content = std::span(bytes).subspan(start + length);
    std::uint64_t elements = 0;
    if (!detail::npy_elements(parsed.shape, elements) || elements != content.size() / sizeof(T) ||
        content.size() % sizeof(T) != 0) {
        fail("load_npy", where + ": data", text("the bytes of ", detail::npy_shape_text(parsed.shape), " ", parsed.type),
             text(content.size(), " bytes"));
    }
    npy_array<T> result{parsed.shape, std::vector<T>(static_cast<std::size_t>(elements))};
    if (!content.empty()) {
        std::memcpy(result.data.data(), content.data(), content.size());
    }
    return result;
}

} // namespace rcim::inline RCIM_ABI
