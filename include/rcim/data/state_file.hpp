#pragma once

/// @file
/// State in a file: labels in words, and arrays as their owners show them to an archive. Little-endian; rows without their padding, so that
/// a file does not depend on the instruction set it was written with.
///
///     0  8  "RCIMSTAT"
///     8  4  version of this format, 1
///     12 4  0
///     16 8  bytes of the whole file
///     24 8  `fingerprint` of all bytes that follow
///     32    labels: their number (8 bytes), then of each its name and its text
///           arrays: their number (8 bytes), then of each its name, element (1 byte), rank (1 byte), extents (8 bytes each) and rows
///
/// Names and texts: their length (8 bytes) and their bytes.

#include <rcim/core/archive.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/fingerprint.hpp>
#include <rcim/data/file.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

static_assert(std::endian::native == std::endian::little, "rcim: state files are written and read on little-endian machines");

namespace detail {

inline constexpr std::string_view state_magic = "RCIMSTAT";
inline constexpr std::uint32_t state_format = 1;
inline constexpr std::size_t state_header = 32;
inline constexpr std::array<std::string_view, 7> element_names{"u8",  "u16", "u32", "u64",
                                                               "i32", "f32", "f64"}; ///< archive::element's

} // namespace detail

/// Collects state, and makes the bytes of a file of it. Memory: those bytes.
class state_writer {
public:
    /// In words, for identity and for people. Before the first array.
    void label(std::string_view name, std::string_view words) {
        put_text(name);
        put_text(words);
        ++labels_;
    }
    /// All that `owner.visit(archive&)` shows, under a scope.
    template <class Owner>
    void add(std::string_view scope, Owner& owner) {
        if (arrays_ == 0) {
            end_of_labels_ = bytes_.size();
        }
        taker taking(*this);
        const archive::scope named(taking, scope);
        owner.visit(taking);
    }
    /// The file. Once, at the end.
    [[nodiscard]] std::vector<std::uint8_t> take() {
        if (arrays_ == 0) {
            end_of_labels_ = bytes_.size();
        }
        std::vector<std::uint8_t> file(detail::state_header + bytes_.size() + 16);
        std::uint8_t* to = file.data();
        const auto put = [&](const void* from, std::size_t size) {
            if (size > 0) {
                std::memcpy(to, from, size);
            }
            to += size;
        };
        const auto put_number = [&](auto number) { put(&number, sizeof number); };
        put(detail::state_magic.data(), detail::state_magic.size());
        put_number(detail::state_format);
        put_number(std::uint32_t{0});
        put_number(std::uint64_t{file.size()});
        put_number(std::uint64_t{0}); // the fingerprint, below
        put_number(labels_);
        put(bytes_.data(), end_of_labels_);
        put_number(arrays_);
        put(bytes_.data() + end_of_labels_, bytes_.size() - end_of_labels_);
        fingerprint sum;
        sum.add(std::as_bytes(std::span(file)).subspan(detail::state_header));
        const std::uint64_t value = sum.value();
        std::memcpy(file.data() + 24, &value, sizeof value);
        bytes_ = {};
        return file;
    }

private:
    struct taker final : archive {
        explicit taker(state_writer& to_) : to(to_) {}
        void on_array(const array& a) override {
            to.put_text(a.name);
            to.bytes_.push_back(static_cast<std::uint8_t>(a.type));
            to.bytes_.push_back(static_cast<std::uint8_t>(a.shape.size()));
            for (const index_t extent : a.shape) {
                to.put(std::as_bytes(std::span(&extent, 1)));
            }
            a.each_row([this](std::span<const std::byte> row) { to.put(row); });
            ++to.arrays_;
        }
        state_writer& to;
    };

    void put(std::span<const std::byte> from) {
        const auto* const first = reinterpret_cast<const std::uint8_t*>(from.data());
        bytes_.insert(bytes_.end(), first, first + from.size());
    }
    void put_text(std::string_view words) {
        const std::uint64_t length = words.size();
        put(std::as_bytes(std::span(&length, 1)));
        put(std::as_bytes(std::span(words)));
    }

    std::vector<std::uint8_t> bytes_; ///< labels, then arrays
    std::size_t end_of_labels_ = 0;
    std::uint64_t labels_ = 0, arrays_ = 0;
};

/// What a state file holds, and the way back into its owners. Throws `error` where bytes are not a whole, sound file of a format it knows.
class state_reader {
public:
    /// name: of the file, for messages.
    state_reader(std::string name, std::vector<std::uint8_t> bytes) : name_(std::move(name)), bytes_(std::move(bytes)) {
        if (bytes_.size() < detail::state_header || std::memcmp(bytes_.data(), detail::state_magic.data(), 8) != 0) {
            fail("state file", name_, "one that begins with RCIMSTAT", bytes_.empty() ? "an empty file" : "other bytes");
        }
        cursor_ = 8;
        if (const auto format = number<std::uint32_t>(); format != detail::state_format) {
            fail("state file", name_, text("format ", detail::state_format, ", which this version of rcim writes and reads"),
                 text("format ", format));
        }
        static_cast<void>(number<std::uint32_t>());
        if (const auto size = number<std::uint64_t>(); size != bytes_.size()) {
            fail("state file", text(name_, ", its length"), text(size, " bytes, as it says itself"),
                 text(bytes_.size(), "; it is cut short or mixed up"));
        }
        fingerprint sum;
        sum.add(std::as_bytes(std::span(bytes_)).subspan(detail::state_header));
        if (number<std::uint64_t>() != sum.value()) {
            fail("state file", text(name_, ", its checksum"), "that of its bytes", "another; it is damaged");
        }
        for (auto n = number<std::uint64_t>(); n > 0; --n) {
            const std::string_view label = words();
            labels_.emplace_back(label, words());
        }
        for (auto n = number<std::uint64_t>(); n > 0; --n) {
            arrays_.push_back(next_array());
        }
        if (cursor_ != bytes_.size()) {
            fail("state file", name_, "its end after the last array", text(bytes_.size() - cursor_, " more bytes"));
        }
    }
    state_reader(const state_reader&) = delete;
    state_reader& operator=(const state_reader&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    /// The whole file.
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }
    /// Nothing if there is none of this name.
    [[nodiscard]] std::optional<std::string_view> label(std::string_view of) const {
        const auto found = std::find_if(labels_.begin(), labels_.end(), [&](const auto& l) { return l.first == of; });
        return found == labels_.end() ? std::nullopt : std::optional(found->second);
    }

    /// Puts back what `add` took, in the same order of owners. Throws `error`, naming the array, where the owner shows others than were taken:
    /// what came before is put back by then.
    template <class Owner>
    void restore(std::string_view scope, Owner& owner) {
        giver giving(*this);
        const archive::scope named(giving, scope);
        owner.visit(giving);
    }
    /// Throws `error` unless all arrays have been put back.
    void expect_end() const {
        if (next_ != arrays_.size()) {
            fail("state file", name_, text(next_, " arrays, which all owners have"), text("one more: ", detail::printable(arrays_[next_].name)));
        }
    }

private:
    struct array {
        std::string_view name;
        archive::element type{};
        std::vector<index_t> shape{};
        std::span<const std::uint8_t> data{};
    };

    struct giver final : archive {
        explicit giver(state_reader& from_) : from(from_) {}
        void on_array(const archive::array& a) override {
            const state_reader::array* const stored = from.next_ < from.arrays_.size() ? &from.arrays_[from.next_] : nullptr;
            if (stored == nullptr || stored->name != a.name || stored->type != a.type || stored->shape != a.shape) {
                fail("state file", text(from.name_, ", the array that comes next"), describe(a.name, a.type, a.shape),
                     stored != nullptr ? describe(stored->name, stored->type, stored->shape) : "none");
            }
            const std::uint8_t* data = stored->data.data();
            a.each_row([&](std::span<std::byte> row) {
                std::memcpy(row.data(), data, row.size());
                data += row.size();
            });
            ++from.next_;
        }
        [[nodiscard]] std::optional<std::size_t> stored_bytes(const std::string& of) const override {
            return from.next_ < from.arrays_.size() && from.arrays_[from.next_].name == of
                       ? from.arrays_[from.next_].data.size()
                       : 0;
        }
        static std::string describe(std::string_view name, element type, const std::vector<index_t>& shape) {
            std::string words = text(detail::printable(name), " of ", detail::element_names[static_cast<std::size_t>(type)]);
            for (std::size_t i = 0; i < shape.size(); ++i) {
                words += text(i == 0 ? " " : " x ", shape[i]);
            }
            return words;
        }
        state_reader& from;
    };

    std::span<const std::uint8_t> next_bytes(std::uint64_t count) {
        if (count > bytes_.size() - cursor_) {
            fail("state file", text(name_, " at byte ", cursor_), text(count, " more bytes"), text(bytes_.size() - cursor_));
        }
        const auto part = std::span(std::as_const(bytes_)).subspan(cursor_, static_cast<std::size_t>(count));
        cursor_ += part.size();
        return part;
    }
    template <class Number>
    Number number() {
        Number value{};
        std::memcpy(&value, next_bytes(sizeof value).data(), sizeof value);
        return value;
    }
    std::string_view words() {
        const auto part = next_bytes(number<std::uint64_t>());
        return {reinterpret_cast<const char*>(part.data()), part.size()};
    }
    array next_array() {
        array a{.name = words()};
        const auto type = number<std::uint8_t>();
        if (type >= detail::element_names.size()) {
            fail("state file", text(name_, ", element of ", detail::printable(a.name)), text("0 to ", detail::element_names.size() - 1),
                 text(int{type}));
        }
        a.type = static_cast<archive::element>(type);
        std::uint64_t size = archive::size_of(a.type);
        for (auto rank = number<std::uint8_t>(); rank > 0; --rank) {
            const auto extent = number<std::uint64_t>();
            if (extent > 0 && size > bytes_.size() / extent) {
                fail("state file", text(name_, ", extents of ", detail::printable(a.name)), "no more than the file holds",
                     text(extent, " elements of ", size, " bytes"));
            }
            size *= extent;
            a.shape.push_back(static_cast<index_t>(extent));
        }
        a.data = next_bytes(size);
        return a;
    }

    std::string name_;
    std::vector<std::uint8_t> bytes_;
    std::size_t cursor_ = 0;
    std::vector<std::pair<std::string_view, std::string_view>> labels_;
    std::vector<array> arrays_;
    std::size_t next_ = 0;
};

/// Keeps all state of an owner (a network, an array) in a file; see `write_file` for what happens where it cannot be written.
template <class Owner>
void save_state(const std::filesystem::path& path, Owner& owner) {
    state_writer writer;
    writer.add("state", owner);
    write_file(path, writer.take());
}
/// Puts it back, into the same owner or one that is made alike. Throws `error` where the file is unsound, or another owner's.
template <class Owner>
void load_state(const std::filesystem::path& path, Owner& owner) {
    state_reader reader(path.string(), read_plain(path));
    reader.restore("state", owner);
    reader.expect_end();
}

} // namespace rcim::inline RCIM_ABI
