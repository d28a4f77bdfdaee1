#pragma once

#include <rcim/core/config.hpp>

#include <new>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Allocates on cache lines, which is also the widest vector register.
template <class T>
struct cache_line_allocator {
    using value_type = T;
    static constexpr std::align_val_t alignment{64};

    cache_line_allocator() = default;
    template <class U>
    cache_line_allocator(const cache_line_allocator<U>&) noexcept {}

    [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), alignment)); }
    void deallocate(T* data, std::size_t) noexcept { ::operator delete(data, alignment); }

    template <class U>
    friend bool operator==(const cache_line_allocator&, const cache_line_allocator<U>&) noexcept {
        return true;
    }
};

/// A std::vector whose data starts on a cache line.
template <class T>
using aligned_vector = std::vector<T, cache_line_allocator<T>>;

/// Numbers without a value yet, on a cache line: for kernels that write before they read.
template <class T>
    requires std::is_trivial_v<T>
class scratch_array {
public:
    explicit scratch_array(index_t size) : size_(static_cast<std::size_t>(size)), data_(cache_line_allocator<T>().allocate(size_)) {}
    scratch_array(const scratch_array&) = delete;
    scratch_array& operator=(const scratch_array&) = delete;
    ~scratch_array() { cache_line_allocator<T>().deallocate(data_, size_); }

    [[nodiscard]] T* data() noexcept { return data_; }

private:
    std::size_t size_;
    T* data_;
};

} // namespace rcim::inline RCIM_ABI
