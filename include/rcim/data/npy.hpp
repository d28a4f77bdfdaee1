#pragma once

/// @file
/// Arrays in NumPy's NPY format: weights, codes and masks for other tools, and back.
/// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".

#include <rcim/compat/xtensor_npy.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The element types that are written and read.
template <class T>
concept NpyElement = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::uint8_t> ||
    std::same_as<T, std::uint16_t> || std::same_as<T, std::uint32_t> || std::same_as<T, std::uint64_t> || std::same_as<T, std::int8_t> ||
    std::same_as<T, std::int16_t> || std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t>;

/// A dense array in row-major order, whatever its order in the file.
template <NpyElement T>
struct npy_array {
    std::vector<index_t> shape; ///< none for a scalar
    std::vector<T> data;
    std::string type; ///< of the elements in the file, as NumPy names it: "|b1", "<i4", ...
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

namespace detail {

/// The bytes of an NPY file, sound in itself.
struct npy_content {
    npy_header header;
    std::span<const std::uint8_t> data;
    std::size_t elements = 0;
};

/// Takes an NPY file apart. Throws `error` unless it is NPY 1.0, 2.0 or 3.0.
inline npy_content split_npy(std::span<const std::uint8_t> bytes, const std::string& where) {
    // Not xtensor's loader: it believes the header, and misreads the length of headers of 128 bytes and more.
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
    return {npy_header_parser(where, header).parse(), bytes.subspan(start + length), 0};
}

/// Calls read(index in the file) for every element in row-major order.
template <class Read>
void in_row_major_order(const npy_content& content, Read&& read) {
    const std::vector<index_t>& shape = content.header.shape;
    if (!content.header.fortran_order || shape.size() < 2) {
        for (std::size_t n = 0; n < content.elements; ++n) {
            read(n);
        }
        return;
    }
    std::vector<std::size_t> step(shape.size(), 1); // in the file, where the first extent runs fastest
    for (std::size_t d = 1; d < shape.size(); ++d) {
        step[d] = step[d - 1] * static_cast<std::size_t>(shape[d - 1]);
    }
    std::vector<index_t> at(shape.size(), 0);
    std::size_t from = 0;
    for (std::size_t n = 0; n < content.elements; ++n) {
        read(from);
        for (std::size_t d = shape.size(); d-- > 0;) {
            from += step[d];
            if (++at[d] < shape[d]) {
                break;
            }
            from -= step[d] * static_cast<std::size_t>(shape[d]);
            at[d] = 0;
        }
    }
}

/// Throws unless the data are those of the header's shape with elements of so many bytes.
inline void require_npy_size(npy_content& content, std::size_t element, const std::string& where) {
    std::uint64_t elements = 0;
    if (!npy_elements(content.header.shape, elements) || elements != content.data.size() / element || content.data.size() % element != 0) {
        fail("load_npy", where + ": data", text("the bytes of ", npy_shape_text(content.header.shape), " ", content.header.type),
             text(content.data.size(), " bytes"));
    }
    content.elements = static_cast<std::size_t>(elements);
}

/// A number of the file as a T. Throws where a T cannot hold it; floats are rounded.
template <NpyElement T, class Stored>
T npy_number(Stored value, std::size_t n, const std::string& where) {
    const auto refuse = [&] { fail("load_npy", text(where, ": element ", n), text("a number that ", npy_type<T>(), " can hold"), text(+value)); };
    if constexpr (std::is_floating_point_v<T>) {
        const T result = static_cast<T>(value);
        if constexpr (sizeof(Stored) > sizeof(T) && std::is_floating_point_v<Stored>) {
            if (std::isfinite(value) && !std::isfinite(result)) {
                refuse();
            }
        }
        return result;
    } else if constexpr (std::is_floating_point_v<Stored>) {
        // 2^63 and such are exact in floats, where the largest T may not be.
        const double limit = std::ldexp(1.0, std::numeric_limits<T>::digits);
        const auto wide = static_cast<double>(value);
        if (!(wide == std::trunc(wide)) || !(wide < limit) || !(wide >= (std::is_signed_v<T> ? -limit : 0.0))) {
            refuse();
        }
        return static_cast<T>(value);
    } else {
        if (!std::in_range<T>(value)) {
            refuse();
        }
        return static_cast<T>(value);
    }
}

template <NpyElement T, class Stored>
npy_array<T> converted_npy(npy_content& content, bool swapped, const std::string& where) {
    require_npy_size(content, sizeof(Stored), where);
    npy_array<T> result{content.header.shape, {}, content.header.type};
    result.data.reserve(content.elements);
    in_row_major_order(content, [&](std::size_t n) {
        std::array<std::uint8_t, sizeof(Stored)> bytes;
        std::memcpy(bytes.data(), content.data.data() + n * sizeof(Stored), sizeof(Stored));
        if (swapped) {
            std::reverse(bytes.begin(), bytes.end());
        }
        if constexpr (std::is_same_v<Stored, bool>) {
            result.data.push_back(static_cast<T>(bytes[0] != 0));
        } else {
            result.data.push_back(npy_number<T>(std::bit_cast<Stored>(bytes), n, where));
        }
    });
    return result;
}

} // namespace detail

/// The array that the bytes of an NPY file hold, with elements T, whichever of the two orders it is stored in. `where` names the bytes in
/// errors. Throws `error` unless they are NPY 1.0, 2.0 or 3.0, hold exactly this type in this machine's byte order, and are neither
/// fewer nor more than the shape says. Nothing is allocated on the word of a header.
template <NpyElement T>
[[nodiscard]] npy_array<T> parse_npy(std::span<const std::uint8_t> bytes, const std::string& where) {
    detail::npy_content content = detail::split_npy(bytes, where);
    if (content.header.type != detail::npy_type<T>()) {
        fail("load_npy", where + ": type", detail::npy_type<T>(), content.header.type);
    }
    return detail::converted_npy<T, T>(content, false, where);
}

/// The same of any type of numbers or bool, in either byte order, as numbers T. Throws `error` also where a T cannot hold one of them, such
/// as 0.5 as an integer; false and true are 0 and 1, doubles are rounded to floats.
template <NpyElement T>
[[nodiscard]] npy_array<T> parse_npy_as(std::span<const std::uint8_t> bytes, const std::string& where) {
    detail::npy_content content = detail::split_npy(bytes, where);
    const std::string& type = content.header.type;
    const bool known_order = type.size() == 3 && (type[0] == '<' || type[0] == '>' || (type[0] == '|' && type[2] == '1'));
    const bool swapped = known_order && type[0] != '|' && (type[0] == '<') != (std::endian::native == std::endian::little);
    const std::string kind = known_order ? type.substr(1) : std::string();
    const auto as = [&]<class Stored>(Stored) { return detail::converted_npy<T, Stored>(content, swapped, where); };
    if (kind == "b1") return as(bool{});
    if (kind == "i1") return as(std::int8_t{});
    if (kind == "i2") return as(std::int16_t{});
    if (kind == "i4") return as(std::int32_t{});
    if (kind == "i8") return as(std::int64_t{});
    if (kind == "u1") return as(std::uint8_t{});
    if (kind == "u2") return as(std::uint16_t{});
    if (kind == "u4") return as(std::uint32_t{});
    if (kind == "u8") return as(std::uint64_t{});
    if (kind == "f4") return as(float{});
    if (kind == "f8") return as(double{});
    fail("load_npy", where + ": type", "bool, or whole or floating-point numbers of 1 to 8 bytes (not f2)", type);
}

/// The bytes of the NPY file of an array, row-major, in this machine's byte order. Throws `error`, in which `where` names the array,
/// unless the extents are not negative and their product is data.size().
template <NpyElement T>
[[nodiscard]] std::string npy_bytes(std::span<const T> data, std::span<const index_t> shape, const std::string& where) {
    for (const index_t extent : shape) {
        if (extent < 0) {
            fail("save_npy", where + ": shape", "extents of 0 or more", detail::npy_shape_text(shape));
        }
    }
    std::uint64_t elements = 0;
    if (!detail::npy_elements(shape, elements) || elements != data.size()) {
        fail("save_npy", where, text("the data of shape ", detail::npy_shape_text(shape)), text(data.size(), " elements"));
    }
    const std::vector<std::size_t> extents(shape.begin(), shape.end());
    return xt::dump_npy(xt::adapt(data.data(), data.size(), xt::no_ownership(), extents));
}

/// Writes an array; replaces a file only as a whole, as `write_file` does. Throws `error` as `npy_bytes` does.
template <NpyElement T>
void save_npy(const std::filesystem::path& path, std::span<const T> data, std::span<const index_t> shape) {
    write_file(path, npy_bytes(data, shape, path.string()));
}

/// Reads an array of elements T from a file; see parse_npy.
template <NpyElement T>
[[nodiscard]] npy_array<T> load_npy(const std::filesystem::path& path) {
    return parse_npy<T>(read_plain(path), path.string());
}

/// Reads an array of any numbers or bool as numbers T; see parse_npy_as.
template <NpyElement T>
[[nodiscard]] npy_array<T> load_npy_as(const std::filesystem::path& path) {
    return parse_npy_as<T>(read_plain(path), path.string());
}

} // namespace rcim::inline RCIM_ABI
