#pragma once

/// @file
/// Products with block-circulant matrices in the frequency domain: a transform along the channels of each block turns the
/// product with a K x K block into K / 2 + 1 products of complex numbers. W. Y_i = sum over j of W_ij X_j, frequency by
/// frequency: C. Ding et al., "CirCNN", MICRO 2017 (arXiv 1708.08917).

#include <rcim/compat/simd.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/batch_share.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// The discrete Fourier transform of K real numbers, a power of two, of each of 16 samples: X[f] = sum over n of x[n] e^(-2
/// pi i n f / K), f = 0 .. K / 2. O(K log K), split into even and odd numbers; rounding errors grow as log K.
template <index_t K>
class lane_transform {
    static_assert(K >= 1 && (K & (K - 1)) == 0);
    static constexpr index_t half = K / 2;

public:
    static constexpr index_t frequencies = half + 1;

    /// The numbers lie `stride` floats apart, on cache lines.
    static void forward(const float* from, index_t stride, lanes* re, lanes* im) {
        if constexpr (K == 1) {
            re[0] = lanes::load(from);
            im[0] = lanes::broadcast(0.0f);
        } else if constexpr (K == 2) {
            const lanes a = lanes::load(from);
            const lanes b = lanes::load(from + stride);
            re[0] = a + b;
            re[1] = a - b;
            im[0] = im[1] = lanes::broadcast(0.0f);
        } else {
            using part = lane_transform<half>;
            lanes even_re[part::frequencies], even_im[part::frequencies], odd_re[part::frequencies], odd_im[part::frequencies];
            part::forward(from, 2 * stride, even_re, even_im);
            part::forward(from + stride, 2 * stride, odd_re, odd_im);
            for (index_t f = 0; f < part::frequencies; ++f) {
                const lanes c = lanes::broadcast(cosine[static_cast<std::size_t>(f)]);
                const lanes s = lanes::broadcast(sine[static_cast<std::size_t>(f)]);
                lanes turned_re = odd_re[f] * c;
                turned_re.add_product(odd_im[f], s);
                lanes turned_im = odd_im[f] * c;
                turned_im.add_product(odd_re[f], lanes::broadcast(0.0f) - s);
                re[half - f] = even_re[f] - turned_re;
                im[half - f] = turned_im - even_im[f];
                re[f] = even_re[f] + turned_re;
                im[f] = even_im[f] + turned_im;
            }
        }
    }

    /// K times the numbers whose transform it is.
    static void inverse(const lanes* re, const lanes* im, float* to, index_t stride) {
        if constexpr (K == 1) {
            re[0].store(to);
        } else if constexpr (K == 2) {
            (re[0] + re[1]).store(to);
            (re[0] - re[1]).store(to + stride);
        } else {
            using part = lane_transform<half>;
            lanes even_re[part::frequencies], even_im[part::frequencies], odd_re[part::frequencies], odd_im[part::frequencies];
            for (index_t f = 0; f < part::frequencies; ++f) {
                const lanes c = lanes::broadcast(cosine[static_cast<std::size_t>(f)]);
                const lanes s = lanes::broadcast(sine[static_cast<std::size_t>(f)]);
                const lanes difference_re = re[f] - re[half - f];
                const lanes difference_im = im[f] + im[half - f];
                even_re[f] = re[f] + re[half - f];
                even_im[f] = im[f] - im[half - f];
                odd_re[f] = difference_re * c;
                odd_re[f].add_product(difference_im, lanes::broadcast(0.0f) - s);
                odd_im[f] = difference_im * c;
                odd_im[f].add_product(difference_re, s);
            }
            part::inverse(even_re, even_im, to, 2 * stride);
            part::inverse(odd_re, odd_im, to + stride, 2 * stride);
        }
    }

private:
    /// cos and sin of 2 pi f / K for f <= K / 4, by their series in double: the same bits whatever the compiler and its library.
    static constexpr auto table(bool sines) {
        std::array<float, static_cast<std::size_t>(K / 4 + 1)> values{};
        for (index_t f = 0; f <= K / 4; ++f) {
            const double x = 6.283185307179586 * static_cast<double>(f) / static_cast<double>(K);
            double term = sines ? x : 1.0;
            double sum = 0.0;
            for (int n = sines ? 2 : 1; n < 40; n += 2) {
                sum += term;
                term *= -x * x / static_cast<double>(n * (n + 1));
            }
            values[static_cast<std::size_t>(f)] = 4 * f == K && !sines ? 0.0f : static_cast<float>(sum);
        }
        return values;
    }
    static constexpr auto cosine = table(false);
    static constexpr auto sine = table(true);
};

/// Extents of a layer [outputs][channels x taps] that takes maps of `in_plane` positions to maps of `out_plane`.
struct circulant_extents {
    index_t outputs = 1;
    index_t channels = 1;
    index_t taps = 1;
    index_t in_plane = 1;
    index_t out_plane = 1;
    friend constexpr bool operator==(const circulant_extents&, const circulant_extents&) = default;
};

/// Products of a layer whose matrix is W[iK + r][jK + x, tap] = w[i, j, tap][(r - x) mod K], with blocks of 16 samples: at
/// each frequency 0 < f < K / 2 one product of real numbers, [[Re, -Im], [Im, Re]], by `Kernel` (kernel::convolution or
/// kernel::dense), which has twice as many channels and outputs as there are blocks; at 0 and K / 2 one of as many. So (2 K -
/// 2) / K^2 of the multiplications, and two transforms. Threads change no bit.
template <index_t K, class Kernel>
class circulant_product {
    static_assert(K >= 2);
    static constexpr index_t lane = samples_per_block;
    static constexpr index_t frequencies = lane_transform<K>::frequencies;

public:
    /// make(channels, outputs, stride): the kernel that does such products, with weights [outputs][stride].
    template <class Make>
    circulant_product(const circulant_extents& extents, Make&& make)
        : extents_(extents), rows_((extents.outputs + K - 1) / K), cols_((extents.channels + K - 1) / K),
          real_stride_(stride_of(cols_ * extents.taps)), pair_stride_(stride_of(2 * cols_ * extents.taps)),
          real_(make(cols_, rows_, real_stride_)), pair_(make(2 * cols_, 2 * rows_, pair_stride_)) {}

    /// Takes the vectors w [block row][stride] as [j K + t, tap]. O(w log K).
    void take(const float* w, index_t stride, thread_pool& pool) {
        resize(weight_);
        each_vector(pool, [&](const index_t* row, const index_t* col, index_t count) {
            alignas(64) float numbers[K * lane] = {};
            for (index_t n = 0; n < count; ++n) {
                const float* const from =
                    w + row[n] * stride + col[n] / extents_.taps * K * extents_.taps + col[n] % extents_.taps;
                for (index_t t = 0; t < K; ++t) {
                    numbers[t * lane + n] = from[t * extents_.taps];
                }
            }
            lanes re[frequencies], im[frequencies];
            lane_transform<K>::forward(numbers, lane, re, im);
            for (index_t f = 0; f < frequencies; ++f) {
                alignas(64) float c[lane], s[lane];
                (re[f] * lanes::broadcast(1.0f / static_cast<float>(K))).store(c); // exact
                (im[f] * lanes::broadcast(1.0f / static_cast<float>(K))).store(s);
                float* const to = weight_.data() + weights_before(f);
                for (index_t n = 0; n < count; ++n) {
                    if (real(f)) {
                        to[row[n] * real_stride_ + col[n]] = c[n];
                    } else {
                        float* const top = to + row[n] * pair_stride_ + col[n];
                        float* const bottom = top + rows_ * pair_stride_;
                        top[0] = bottom[cols_ * extents_.taps] = c[n];
                        top[cols_ * extents_.taps] = -s[n];
                        bottom[0] = s[n];
                    }
                }
            }
        });
    }

    /// y = W x + bias; bias: outputs or null.
    void forward(const float* bias, const float* x, float* y, index_t blocks, thread_pool& pool) {
        transform(x, extents_.channels, cols_, extents_.in_plane, blocks, x_, pool);
        y_.resize(maps_size(rows_, extents_.out_plane, blocks));
        for (index_t f = 0; f < frequencies; ++f) {
            kernel_of(f).forward(weight_.data() + weights_before(f), nullptr, at(x_, f, cols_, extents_.in_plane, blocks),
                                 at(y_, f, rows_, extents_.out_plane, blocks), blocks, pool);
        }
        transform_back(y_, extents_.outputs, rows_, extents_.out_plane, blocks, bias, y, pool);
    }

    /// dx = W^T dy.
    void input_gradient(const float* dy, float* dx, index_t blocks, thread_pool& pool) {
        transform(dy, extents_.outputs, rows_, extents_.out_plane, blocks, y_, pool);
        x_.resize(maps_size(cols_, extents_.in_plane, blocks));
        for (index_t f = 0; f < frequencies; ++f) {
            kernel_of(f).input_gradient(weight_.data() + weights_before(f), at(y_, f, rows_, extents_.out_plane, blocks),
                                        at(x_, f, cols_, extents_.in_plane, blocks), blocks, pool);
        }
        transform_back(x_, extents_.channels, cols_, extents_.in_plane, blocks, nullptr, dx, pool);
    }

    /// The gradient by the vectors, laid out as `take` has them; zero by weights that stand nowhere. x and dy may be the part of a rank.
    void weight_gradient(const float* x, const float* dy, float* dw, index_t stride, index_t blocks, thread_pool& pool,
                         batch_share* share = nullptr) {
        transform(x, extents_.channels, cols_, extents_.in_plane, blocks, x_, pool);
        transform(dy, extents_.outputs, rows_, extents_.out_plane, blocks, y_, pool);
        resize(gradient_);
        for (index_t f = 0; f < frequencies; ++f) {
            kernel_of(f).weight_gradient(at(x_, f, cols_, extents_.in_plane, blocks),
                                         at(y_, f, rows_, extents_.out_plane, blocks), gradient_.data() + weights_before(f),
                                         blocks, pool, share);
        }
        // With Y conj(X) = (Yr Xr + Yi Xi) + i (Yi Xr - Yr Xi).
        each_vector(pool, [&](const index_t* row, const index_t* col, index_t count) {
            lanes re[frequencies], im[frequencies];
            for (index_t f = 0; f < frequencies; ++f) {
                alignas(64) float c[lane] = {}, s[lane] = {};
                const float* const from = gradient_.data() + weights_before(f);
                for (index_t n = 0; n < count; ++n) {
                    if (real(f)) {
                        c[n] = from[row[n] * real_stride_ + col[n]];
                    } else {
                        const float* const top = from + row[n] * pair_stride_ + col[n];
                        const float* const bottom = top + rows_ * pair_stride_;
                        c[n] = top[0] + bottom[cols_ * extents_.taps];
                        s[n] = bottom[0] - top[cols_ * extents_.taps];
                    }
                }
                re[f] = lanes::load(c);
                im[f] = lanes::load(s);
            }
            alignas(64) float numbers[K * lane];
            lane_transform<K>::inverse(re, im, numbers, lane);
            for (index_t n = 0; n < count; ++n) {
                float* const to = dw + row[n] * stride + col[n] / extents_.taps * K * extents_.taps + col[n] % extents_.taps;
                // Entries r - x = t mod K exist for t below the outputs and from the channels back.
                const index_t outputs = std::min(K, extents_.outputs - row[n] * K);
                const index_t channels = std::min(K, extents_.channels - col[n] / extents_.taps * K);
                for (index_t t = 0; t < K; ++t) {
                    const bool exists = t < outputs || t + channels > K;
                    to[t * extents_.taps] = exists ? numbers[t * lane + n] * (1.0f / static_cast<float>(K)) : 0.0f;
                }
            }
        });
    }

private:
    [[nodiscard]] static constexpr index_t stride_of(index_t inputs) { return (inputs + lane - 1) / lane * lane; }
    [[nodiscard]] static constexpr bool real(index_t f) { return f == 0 || f == K / 2; }
    [[nodiscard]] Kernel& kernel_of(index_t f) { return real(f) ? real_ : pair_; }

    /// Weights of the frequencies below f.
    [[nodiscard]] index_t weights_before(index_t f) const {
        return f == 0 ? 0 : rows_ * real_stride_ + (f - 1) * 2 * rows_ * pair_stride_;
    }
    void resize(aligned_vector<float>& weights) const {
        weights.resize(static_cast<std::size_t>(weights_before(K / 2) + rows_ * real_stride_), 0.0f);
    }

    /// Numbers of `vectors` blocks of maps at all frequencies: f lies at at(..., f), [block of samples][real parts, imaginary
    /// parts][position][16].
    [[nodiscard]] static std::size_t maps_size(index_t vectors, index_t plane, index_t blocks) {
        return static_cast<std::size_t>(K * vectors * plane * blocks * lane);
    }
    [[nodiscard]] static float* at(aligned_vector<float>& x, index_t f, index_t vectors, index_t plane, index_t blocks) {
        return x.data() + (f == 0 ? 0 : 2 * f - 1) * vectors * plane * blocks * lane;
    }

    /// visit(rows of blocks, columns of blocks x taps, count) for 16 vectors w, or the last ones.
    template <class Visit>
    void each_vector(thread_pool& pool, Visit&& visit) const {
        const index_t cols = cols_ * extents_.taps;
        const index_t all = rows_ * cols;
        pool.run((all + lane - 1) / lane, [&](index_t begin, index_t end) {
            for (index_t group = begin; group < end; ++group) {
                index_t row[lane], col[lane];
                const index_t count = std::min(lane, all - group * lane);
                for (index_t n = 0; n < count; ++n) {
                    row[n] = (group * lane + n) / cols;
                    col[n] = (group * lane + n) % cols;
                }
                visit(row, col, count);
            }
        });
    }

    /// The transforms of maps [block of samples][channel][position][16] along K channels each; channels that do not exist are zero.
    static void transform(const float* x, index_t channels, index_t vectors, index_t plane, index_t blocks,
                          aligned_vector<float>& to, thread_pool& pool) {
        to.resize(maps_size(vectors, plane, blocks));
        pool.run(blocks * vectors, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t block = job / vectors;
                const index_t vector = job % vectors;
                const index_t there = std::min(K, channels - vector * K);
                const float* const from = x + (block * channels + vector * K) * plane * lane;
                alignas(64) float edge[K * lane] = {};
                for (index_t s = 0; s < plane; ++s) {
                    lanes re[frequencies], im[frequencies];
                    if (there == K) {
                        lane_transform<K>::forward(from + s * lane, plane * lane, re, im);
                    } else {
                        for (index_t k = 0; k < there; ++k) {
                            std::copy_n(from + (k * plane + s) * lane, lane, edge + k * lane);
                        }
                        lane_transform<K>::forward(edge, lane, re, im);
                    }
                    for (index_t f = 0; f < frequencies; ++f) {
                        float* const base = at(to, f, vectors, plane, blocks) + s * lane;
                        const index_t maps = real(f) ? vectors : 2 * vectors;
                        re[f].store(base + (block * maps + vector) * plane * lane);
                        if (!real(f)) {
                            im[f].store(base + (block * maps + vectors + vector) * plane * lane);
                        }
                    }
                }
            }
        });
    }

    /// K times the maps whose transforms they are, plus bias if that is not null; channels that do not exist are dropped.
    static void transform_back(aligned_vector<float>& from, index_t channels, index_t vectors, index_t plane, index_t blocks,
                               const float* bias, float* x, thread_pool& pool) {
        pool.run(blocks * vectors, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t block = job / vectors;
                const index_t vector = job % vectors;
                const index_t there = std::min(K, channels - vector * K);
                float* const to = x + (block * channels + vector * K) * plane * lane;
                alignas(64) float numbers[K * lane];
                for (index_t s = 0; s < plane; ++s) {
                    lanes re[frequencies], im[frequencies];
                    for (index_t f = 0; f < frequencies; ++f) {
                        const float* const base = at(from, f, vectors, plane, blocks) + s * lane;
                        const index_t maps = real(f) ? vectors : 2 * vectors;
                        re[f] = lanes::load(base + (block * maps + vector) * plane * lane);
                        im[f] = real(f) ? lanes::broadcast(0.0f)
                                        : lanes::load(base + (block * maps + vectors + vector) * plane * lane);
                    }
                    lane_transform<K>::inverse(re, im, numbers, lane);
                    for (index_t k = 0; k < there; ++k) {
                        const lanes number = lanes::load(numbers + k * lane);
                        (bias != nullptr ? number + lanes::broadcast(bias[vector * K + k]) : number)
                            .store(to + (k * plane + s) * lane);
                    }
                }
            }
        });
    }

    circulant_extents extents_;
    index_t rows_; ///< of blocks
    index_t cols_;
    index_t real_stride_;
    index_t pair_stride_;
    Kernel real_;
    Kernel pair_;
    aligned_vector<float> weight_; ///< frequency by frequency, over K
    aligned_vector<float> gradient_;
    aligned_vector<float> x_;
    aligned_vector<float> y_;
};

} // namespace rcim::inline RCIM_ABI::kernel
