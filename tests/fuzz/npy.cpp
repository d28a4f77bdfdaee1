#include <rcim/data/npy.hpp>

#include <array>
#include <cstring>

#include "harness/target.hpp"

// An array of bytes as doubles, written and read again, and the text of headers.
const fuzz::memory_bound fuzz::memory{.constant = 32 << 10, .per_byte = 64};

namespace {

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

template <class T>
void check_array(const rcim::npy_array<T>& array) {
    // Division by what is left, as the product of such extents as 2^60 and 0 need not fit.
    std::size_t left = array.data.size();
    bool empty = false;
    for (const rcim::index_t extent : array.shape) {
        fuzz::require(extent >= 0, "a negative extent");
        empty = empty || extent == 0;
        left = extent > 0 && left % static_cast<std::size_t>(extent) == 0 ? left / static_cast<std::size_t>(extent) : left + 1;
    }
    fuzz::require(empty ? array.data.empty() : left == 1, "data that do not have the shape");
    const std::string written = rcim::npy_bytes<T>(array.data, array.shape, "array");
    const fuzz::bytes again{reinterpret_cast<const std::uint8_t*>(written.data()), written.size()};
    const rcim::npy_array<T> back = rcim::parse_npy<T>(again, "again");
    fuzz::require(back.shape == array.shape && same_bits(back.data, array.data), "an array that is not what was written");
    fuzz::require(back.type == rcim::detail::npy_type<T>(), "another type than was written");
}

template <class T>
bool reads(fuzz::bytes input) {
    return fuzz::accepts([&] { check_array(rcim::parse_npy_as<T>(input, "file")); });
}

} // namespace

void fuzz::read(bytes input) {
    accepts([&] {
        const auto exact = rcim::parse_npy<std::int16_t>(input, "file");
        check_array(exact);
        require(rcim::parse_npy_as<std::int16_t>(input, "file").data == exact.data, "one type read in two ways");
    });
    const bool any = reads<double>(input);
    const bool floats = reads<float>(input);
    const bool wide = reads<std::int64_t>(input);
    const bool narrow = reads<std::uint8_t>(input);
    require(any || (!floats && !wide && !narrow), "numbers that no double takes");
    require(wide || !narrow, "a byte that 64 bits do not hold");
}
