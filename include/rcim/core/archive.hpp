#pragma once

#include <rcim/core/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Every owner of state shows it to an archive, one array at a time, through one `visit(archive&)`. The archive decides what
/// that means: a checkpoint writes or reads the bytes, an exporter makes a file of each array, a fingerprint sums them up.
class archive {
public:
    enum class element { u8, u16, u32, u64, i32, f32, f64 };

    /// Storage in row-major order. Rows of the last extent may be padded: `row_stride` elements from one to the next.
    struct array {
        std::string name; ///< scopes joined by '/'
        element type;
        void* data;
        std::size_t bytes; ///< padding included
        std::vector<index_t> shape;
        index_t row_stride;

        /// Calls visit(bytes) for each row in order, without its padding; not at all if the array is empty.
        template <class Visit>
        void each_row(Visit&& visit) const {
            std::size_t rows = bytes == 0 || shape.back() == 0 ? 0 : 1;
            for (std::size_t i = 0; i + 1 < shape.size(); ++i) {
                rows *= static_cast<std::size_t>(shape[i]);
            }
            const std::size_t size = size_of(type);
            for (std::size_t r = 0; r < rows; ++r) {
                visit(std::span(static_cast<std::byte*>(data) + r * static_cast<std::size_t>(row_stride) * size,
                                static_cast<std::size_t>(shape.back()) * size));
            }
        }
    };

    /// In bytes.
    [[nodiscard]] static constexpr std::size_t size_of(element type) {
        switch (type) {
        case element::u8: return 1;
        case element::u16: return 2;
        case element::u64:
        case element::f64: return 8;
        default: return 4;
        }
    }

    virtual ~archive() = default;

    /// Shows state. An empty shape means one extent; row_stride 0 means no padding.
    template <class T>
    void visit(std::string_view name, std::span<T> values, std::vector<index_t> shape = {}, index_t row_stride = 0) {
        on_array(describe(name, values, std::move(shape), row_stride));
    }
    /// Shows what follows from the state and is of use outside, such as effective weights. Only exporters look at it.
    template <class T>
    void derived(std::string_view name, std::span<T> values, std::vector<index_t> shape = {}, index_t row_stride = 0) {
        on_derived(describe(name, values, std::move(shape), row_stride));
    }
    template <class T>
        requires std::is_arithmetic_v<T>
    void visit(std::string_view name, T& value) {
        visit(name, std::span<T>(&value, 1));
    }

    /// Shows a list whose length is state too, as rows of so many columns: who puts state back gives it its length first. Empty lists are
    /// not shown.
    template <class List>
    void visit_list(std::string_view name, List& values, index_t columns = 1) {
        if (const auto bytes = stored_bytes(scope_ + std::string(name))) {
            values.resize(*bytes / sizeof(values[0]));
        }
        if (!values.empty()) {
            const auto length = static_cast<index_t>(values.size());
            visit(name, std::span(values), columns == 1 ? std::vector{length} : std::vector{length / columns, columns});
        }
    }

    /// Shows words as a list of bytes.
    void visit_text(std::string_view name, std::string& words) {
        std::vector<std::uint8_t> bytes(words.begin(), words.end());
        visit_list(name, bytes);
        words.assign(bytes.begin(), bytes.end());
    }
    /// Shows a count that is held in another type.
    template <class Count>
    void visit_count(std::string_view name, Count& count) {
        auto number = static_cast<std::uint64_t>(count);
        visit(name, number);
        count = static_cast<Count>(number);
    }

    /// Arrays visited while this lives are named "name/...".
    class scope {
    public:
        scope(archive& owner, std::string_view name) : owner_(owner), length_(owner.scope_.size()) {
            owner_.scope_.append(name).push_back('/');
        }
        scope(const scope&) = delete;
        scope& operator=(const scope&) = delete;
        ~scope() { owner_.scope_.resize(length_); }

    private:
        archive& owner_;
        std::size_t length_;
    };

protected:
    virtual void on_array(const array& a) = 0;
    virtual void on_derived(const array&) {}
    /// Of the list that is to be put back next, 0 if it is another array's turn; none while state is only looked at.
    [[nodiscard]] virtual std::optional<std::size_t> stored_bytes(const std::string&) const { return std::nullopt; }

private:
    template <class T>
    array describe(std::string_view name, std::span<T> values, std::vector<index_t> shape, index_t row_stride) const {
        if (shape.empty()) {
            shape = {static_cast<index_t>(values.size())};
        }
        const index_t stride = row_stride == 0 ? shape.back() : row_stride;
        return {scope_ + std::string(name), element_of<T>(), values.data(), values.size_bytes(), std::move(shape), stride};
    }

    template <class T>
    static constexpr element element_of() {
        if constexpr (std::is_same_v<T, float>) {
            return element::f32;
        } else if constexpr (std::is_same_v<T, double>) {
            return element::f64;
        } else if constexpr (std::is_same_v<T, std::uint8_t>) {
            return element::u8;
        } else if constexpr (std::is_same_v<T, std::uint16_t>) {
            return element::u16;
        } else if constexpr (std::is_same_v<T, std::uint32_t>) {
            return element::u32;
        } else if constexpr (std::is_same_v<T, std::uint64_t>) {
            return element::u64;
        } else {
            static_assert(std::is_same_v<T, std::int32_t>, "rcim: archive: element type without a name");
            return element::i32;
        }
    }

    std::string scope_;
};

} // namespace rcim::inline RCIM_ABI
