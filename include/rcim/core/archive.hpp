#pragma once

#include <rcim/core/config.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Every owner of state shows it to an archive, one array at a time, through one `visit(archive&)`. The archive decides what
/// that means: a checkpoint writes or reads the bytes, an exporter makes a file of each array, a reducer sends it.
class archive {
public:
    enum class element { u8, u16, u32, u64, i32, f32, f64 };

    /// Contiguous storage in row-major order.
    struct array {
        std::string name; ///< scopes joined by '/'
        element type;
        void* data;
        std::vector<index_t> shape;
        std::size_t bytes;
    };

    virtual ~archive() = default;

    template <class T>
    void visit(std::string_view name, std::span<T> values, std::vector<index_t> shape = {}) {
        if (shape.empty()) {
            shape = {static_cast<index_t>(values.size())};
        }
        on_array({scope_ + std::string(name), element_of<T>(), values.data(), std::move(shape), values.size_bytes()});
    }
    template <class T>
        requires std::is_arithmetic_v<T>
    void visit(std::string_view name, T& value) {
        visit(name, std::span<T>(&value, 1));
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

private:
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
