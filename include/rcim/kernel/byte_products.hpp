#pragma once

/// @file
/// Products of bytes in tiles of 16 results x 64 lines by 64 lines x 16 samples, exact in 32 bits: by AMX, by VNNI, or in pairs of
/// 16-bit numbers with whatever there is.
///
/// A tile of levels is [16 results][64 lines], signed or unsigned; a tile of drives is [16 quads of lines][16 samples][4 lines],
/// unsigned. Both are 1 KiB, and tiles of further lines follow each other.

#include <rcim/compat/integer_lanes.hpp>
#include <rcim/core/config.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#ifdef __SSE2__
#include <immintrin.h>
#endif
#if RCIM_ISA_AMX && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace rcim::inline RCIM_ABI::kernel {

inline constexpr index_t tile_lines = 64;
inline constexpr index_t tile_results = 16;
inline constexpr index_t tile_bytes = tile_results * tile_lines;
inline constexpr index_t tile_sums = tile_results * samples_per_block;

/// Two rows of tiles of levels, and two columns of tiles of drives; `tiles` of each. With one row the second is not read.
struct tile_operands {
    const std::uint8_t* levels[2] = {};
    const std::uint8_t* drives[2] = {};
    index_t tiles = 0;
};

#if RCIM_ISA_AMX && defined(__linux__)
/// One instruction for a tile. A thread needs a session while it multiplies.
struct amx_products {
    static constexpr bool delayed = true; ///< sums are better read while the next product is under way

    /// Whether the system lets this process use the tiles; asks once.
    [[nodiscard]] static bool permitted() {
        static const bool yes = [] {
            constexpr long request_permission = 0x1023;
            constexpr long tile_data = 18;
            return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
        }();
        return yes;
    }

    // Static: the intrinsic says that it reads the first word only, so stores of the others to a local one may be left out.
    alignas(64) static constexpr std::array<std::uint8_t, 64> tiles_of_16_rows = [] {
        std::array<std::uint8_t, 64> config{1};
        for (std::size_t tile = 0; tile < 8; ++tile) {
            config[16 + 2 * tile] = 64; // bytes of a row
            config[48 + tile] = 16;     // rows
        }
        return config;
    }();

    class session {
    public:
        session() { _tile_loadconfig(tiles_of_16_rows.data()); }
        session(const session&) = delete;
        session& operator=(const session&) = delete;
        ~session() { _tile_release(); }
    };

    /// sums: [rows][2 columns][16 results][16 samples].
    template <int Rows, bool Signed>
    static void multiply(const tile_operands& of, std::int32_t* sums) {
        multiply<Rows, Signed>(of, sums, [] {});
    }
    template <int Rows, bool Signed, class Meanwhile>
    static void multiply(const tile_operands& of, std::int32_t* sums, Meanwhile&& meanwhile) {
        multiply<Rows, Signed>({&of, 1}, sums, meanwhile);
    }

    /// The same, added up over all operands, and meanwhile what needs no tiles. Before the stores of the sums: loads wait for stores of tiles before them.
    template <int Rows, bool Signed, class Meanwhile>
    static void multiply(std::span<const tile_operands> operands, std::int32_t* sums, Meanwhile&& meanwhile) {
        // The intrinsics do not say that they read memory.
        __asm__ volatile("" ::: "memory");
        _tile_zero(0);
        _tile_zero(1);
        if constexpr (Rows == 2) {
            _tile_zero(2);
            _tile_zero(3);
        }
        for (const tile_operands& of : operands) {
            for (index_t t = 0; t < of.tiles; ++t) {
                _tile_loadd(4, of.levels[0] + t * tile_bytes, 64);
                _tile_loadd(6, of.drives[0] + t * tile_bytes, 64);
                add<0, Signed>();
                _tile_loadd(7, of.drives[1] + t * tile_bytes, 64);
                add<1, Signed>();
                if constexpr (Rows == 2) {
                    _tile_loadd(5, of.levels[1] + t * tile_bytes, 64);
                    add<2, Signed>();
                    add<3, Signed>();
                }
            }
        }
        meanwhile();
        _tile_stored(0, sums, 64);
        _tile_stored(1, sums + tile_sums, 64);
        if constexpr (Rows == 2) {
            _tile_stored(2, sums + 2 * tile_sums, 64);
            _tile_stored(3, sums + 3 * tile_sums, 64);
        }
        __asm__ volatile("" ::: "memory");
    }

private:
    /// Tile `To` += that of the levels of its row x that of the drives of its column. The intrinsics want literals.
    template <int To, bool Signed>
    static void add() {
        if constexpr (Signed) {
            if constexpr (To == 0) {
                _tile_dpbsud(0, 4, 6);
            } else if constexpr (To == 1) {
                _tile_dpbsud(1, 4, 7);
            } else if constexpr (To == 2) {
                _tile_dpbsud(2, 5, 6);
            } else {
                _tile_dpbsud(3, 5, 7);
            }
        } else {
            if constexpr (To == 0) {
                _tile_dpbuud(0, 4, 6);
            } else if constexpr (To == 1) {
                _tile_dpbuud(1, 4, 7);
            } else if constexpr (To == 2) {
                _tile_dpbuud(2, 5, 6);
            } else {
                _tile_dpbuud(3, 5, 7);
            }
        }
    }
};
#endif

#ifdef __AVX512VNNI__
/// Four products for each of 16 samples an instruction. Levels are at most 127.
struct dot_products {
    static constexpr bool delayed = false;
    struct session {};

    template <int Rows, bool>
    static void multiply(const tile_operands& of, std::int32_t* sums) {
        constexpr int block = 8; // results at once: 16 sums, and loads of drives for 8 instructions each
        for (int row = 0; row < Rows; ++row) {
            for (index_t r = 0; r < tile_results; r += block) {
                __m512i sum[2][block];
                for (int i = 0; i < block; ++i) {
                    sum[0][i] = sum[1][i] = _mm512_setzero_si512();
                }
                for (index_t t = 0; t < of.tiles; ++t) {
                    const std::uint8_t* const levels = of.levels[row] + t * tile_bytes + r * tile_lines;
                    for (index_t q = 0; q < tile_lines; q += 4) {
                        const __m512i first = _mm512_load_si512(of.drives[0] + t * tile_bytes + q * samples_per_block);
                        const __m512i second = _mm512_load_si512(of.drives[1] + t * tile_bytes + q * samples_per_block);
#pragma GCC unroll 8
                        for (int i = 0; i < block; ++i) {
                            std::int32_t four;
                            std::memcpy(&four, levels + i * tile_lines + q, sizeof four);
                            const __m512i level = _mm512_set1_epi32(four);
                            sum[0][i] = _mm512_dpbusd_epi32(sum[0][i], first, level);
                            sum[1][i] = _mm512_dpbusd_epi32(sum[1][i], second, level);
                        }
                    }
                }
                for (int i = 0; i < block; ++i) {
                    for (int column = 0; column < 2; ++column) {
                        _mm512_store_si512(sums + (2 * row + column) * tile_sums + (r + i) * samples_per_block, sum[column][i]);
                    }
                }
            }
        }
    }
};
#endif

/// Bytes widened to pairs of 16-bit numbers: any instruction set.
struct pair_products {
    static constexpr bool delayed = false;
    struct session {};

    template <int Rows, bool Signed>
    static void multiply(const tile_operands& of, std::int32_t* sums) {
        for (int row = 0; row < Rows; ++row) {
            for (int column = 0; column < 2; ++column) {
                for (index_t r = 0; r < tile_results; r += block) {
                    multiply_block<Signed>(of.levels[row] + r * tile_lines, of.drives[column], of.tiles,
                                           sums + (2 * row + column) * tile_sums + r * samples_per_block);
                }
            }
        }
    }

private:
    static constexpr int block = 4; ///< results at once
#if defined(__AVX512BW__)
    using vector = __m512i;
    static vector load(const std::uint8_t* from) {
        return _mm512_loadu_si512(from);
    }
    static vector set(std::int32_t four) {
        return _mm512_set1_epi32(four);
    }
    static vector even(vector v) {
        return _mm512_and_si512(v, _mm512_set1_epi16(0xff));
    }
    static vector odd(vector v) {
        return _mm512_srli_epi16(v, 8);
    }
    static vector signed_even(vector v) {
        return _mm512_srai_epi16(_mm512_slli_epi16(v, 8), 8);
    }
    static vector signed_odd(vector v) {
        return _mm512_srai_epi16(v, 8);
    }
    static vector add_products(vector sum, vector a, vector b) {
        return _mm512_add_epi32(sum, _mm512_madd_epi16(a, b));
    }
#elif defined(__AVX2__)
    using vector = __m256i;
    static vector load(const std::uint8_t* from) {
        return _mm256_loadu_si256(reinterpret_cast<const vector*>(from));
    }
    static vector set(std::int32_t four) {
        return _mm256_set1_epi32(four);
    }
    static vector even(vector v) {
        return _mm256_and_si256(v, _mm256_set1_epi16(0xff));
    }
    static vector odd(vector v) {
        return _mm256_srli_epi16(v, 8);
    }
    static vector signed_even(vector v) {
        return _mm256_srai_epi16(_mm256_slli_epi16(v, 8), 8);
    }
    static vector signed_odd(vector v) {
        return _mm256_srai_epi16(v, 8);
    }
    static vector add_products(vector sum, vector a, vector b) {
        return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
    }
#elif defined(__SSE2__)
    using vector = __m128i;
    static vector load(const std::uint8_t* from) {
        return _mm_loadu_si128(reinterpret_cast<const vector*>(from));
    }
    static vector set(std::int32_t four) {
        return _mm_set1_epi32(four);
    }
    static vector even(vector v) {
        return _mm_and_si128(v, _mm_set1_epi16(0xff));
    }
    static vector odd(vector v) {
        return _mm_srli_epi16(v, 8);
    }
    static vector signed_even(vector v) {
        return _mm_srai_epi16(_mm_slli_epi16(v, 8), 8);
    }
    static vector signed_odd(vector v) {
        return _mm_srai_epi16(v, 8);
    }
    static vector add_products(vector sum, vector a, vector b) {
        return _mm_add_epi32(sum, _mm_madd_epi16(a, b));
    }
#else
    using vector = std::int32_t __attribute__((vector_size(16)));
    static vector load(const std::uint8_t* from) {
        vector v;
        load_lanes(v, from);
        return v;
    }
    using halves = std::int16_t __attribute__((vector_size(16)));
    static vector set(std::int32_t four) {
        return vector{} + four;
    }
    static vector even(vector v) {
        return v & 0x00ff00ff;
    }
    static vector odd(vector v) {
        return (v >> 8) & 0x00ff00ff;
    }
    static vector signed_even(vector v) {
        return (vector)((halves)(even(v) << 8) >> std::int16_t{8});
    }
    static vector signed_odd(vector v) {
        return (vector)((halves)v >> std::int16_t{8});
    }
    static vector low(vector v) {
        return (v << 16) >> 16;
    }
    static vector add_products(vector sum, vector a, vector b) {
        return sum + low(a) * low(b) + (a >> 16) * (b >> 16);
    }
#endif
    static constexpr int parts = 64 / static_cast<int>(sizeof(vector));

    static constexpr int at_once = parts < 2 ? parts : 2;

    template <bool Signed>
    static void multiply_block(const std::uint8_t* levels, const std::uint8_t* drives, index_t tiles, std::int32_t* sums) {
        constexpr int bytes = static_cast<int>(sizeof(vector));
        for (int part = 0; part < parts; part += at_once) {
            vector sum[block][at_once] = {};
            for (index_t t = 0; t < tiles; ++t) {
                for (index_t q = 0; q < tile_lines; q += 4) {
                    vector first[at_once];
                    vector second[at_once];
                    for (int p = 0; p < at_once; ++p) {
                        const vector four = load(drives + t * tile_bytes + q * samples_per_block + (part + p) * bytes);
                        first[p] = even(four);
                        second[p] = odd(four);
                    }
                    for (int i = 0; i < block; ++i) {
                        std::int32_t four;
                        std::memcpy(&four, levels + t * tile_bytes + i * tile_lines + q, sizeof four);
                        const vector level = set(four);
                        const vector level_first = Signed ? signed_even(level) : even(level);
                        const vector level_second = Signed ? signed_odd(level) : odd(level);
                        for (int p = 0; p < at_once; ++p) {
                            sum[i][p] = add_products(add_products(sum[i][p], first[p], level_first), second[p], level_second);
                        }
                    }
                }
            }
            for (int i = 0; i < block; ++i) {
                for (int p = 0; p < at_once; ++p) {
                    store_lanes(sum[i][p], sums + i * samples_per_block + (part + p) * bytes / 4);
                }
            }
        }
    }
};

} // namespace rcim::inline RCIM_ABI::kernel
