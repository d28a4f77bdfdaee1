#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A number for anything, by which ranks, and runs that go on, tell whether they hold the same, and files whether they are whole: FNV-1a
/// (G. Fowler, L. C. Noll, K.-P. Vo) over words of eight bytes, with a finishing mix of its own. Every step can be undone, so one wrong
/// word always shows. About 1 GB/s; no protection against malice.
class fingerprint {
public:
    void add(std::span<const std::byte> bytes) {
        for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data(), 8);
            mix(word);
        }
        std::uint64_t word = bytes.size();
        for (const std::byte b : bytes) {
            word = word << 8 | std::to_integer<std::uint64_t>(b);
        }
        mix(word);
    }
    template <class T>
    requires std::is_arithmetic_v<T>
    void add(T value) { add(std::as_bytes(std::span<const T>(&value, 1))); }
    template <class T>
    void add(const std::vector<T>& values) {
        add(std::as_bytes(std::span<const T>(values)));
    }
    void add(std::string_view words) { add(std::as_bytes(std::span(words))); }

    [[nodiscard]] std::uint64_t value() const { return state_ ^ state_ >> 32; }

private:
    void mix(std::uint64_t word) {
        state_ = (state_ ^ word) * 0x100000001b3ull;
        state_ ^= state_ >> 29;
    }

    std::uint64_t state_ = 0xcbf29ce484222325ull;
};

/// The fingerprint of all state that decides what an owner of state computes; of padding nothing. O(its bytes).
template <class Owner>
[[nodiscard]] std::uint64_t state_fingerprint(Owner& owner) {
    struct reader final : archive {
        void on_array(const array& a) override {
            sum.add(a.name);
            a.each_row([this](std::span<std::byte> row) { sum.add(row); });
        }
        fingerprint sum;
    } reading;
    owner.visit(reading);
    return reading.sum.value();
}

} // namespace rcim::inline RCIM_ABI
