#pragma once

#include <rcim/compat/xtensor.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/crossbar/converted_reads.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/crossbar/reference_read.hpp>
#include <rcim/kernel/convolution.hpp>
#include <rcim/kernel/matrix_product.hpp>

#include <array>
#include <numeric>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// How a filter bank moves over its input. An aggregate, because three plain arguments would find xt::convolve instead.
struct convolve_options {
    index_t stride = 1;
    index_t padding = 0; ///< zeros on each side
};

/// A matrix {outputs, inputs} or a filter bank {outputs, channels, height, width} that lives in crossbars, for programs that
/// speak xtensor. Assigning programs the cells; products read them by the design's plan; what the cells hold is given as tensors.
///
///     crossbar_tensor w(chip, {10, 84}, /*seed=*/7);
///     w = 0.1f * xt::random::randn<float>({10, 84});
///     xt::xtensor<float, 2> y = dot(w, x);        // x is {84, n}
template <class Design, plan Plan = plan_of<Design>>
class crossbar_tensor {
    static_assert(!circulates<typename Design::map_type>(),
                  "rcim: role Map: block_circulant stores the matrices of layers (conv2d, dense), and crossbar_tensor holds one as it is");

public:
    /// All weights zero. shape has two or four positive extents. `place` is the tensor's number on the chip of this seed; `pool`
    /// is the caller's, null for one thread.
    crossbar_tensor(const Design& chip, std::vector<index_t> shape, std::uint64_t seed, std::uint32_t place = 0, thread_pool* pool = nullptr)
        : shape_(checked(std::move(shape))), array_(chip, product(1), shape_[0], seed, place), pool_(pool) {}

    [[nodiscard]] const std::vector<index_t>& shape() const { return shape_; }
    [[nodiscard]] crossbar_array<Design, Plan>& array() { return array_; }
    [[nodiscard]] const crossbar_array<Design, Plan>& array() const { return array_; }

    /// Programs the cells with an expression of the same shape.
    template <class E>
    crossbar_tensor& operator=(const xt::xexpression<E>& values) {
        require_shape("crossbar_tensor: assigned expression", values.derived_cast());
        compat::with_row_major(values, [&](const float* from) { array_.program({from, array_.outputs(), array_.inputs()}); });
        return *this;
    }

    /// Adds increments of the same shape to what is stored, as an update step with this number does. Increments of zero change
    /// no cell.
    template <class E>
    update_report add(const xt::xexpression<E>& increments, std::uint32_t step = 0) {
        require_shape("crossbar_tensor: increments", increments.derived_cast());
        aligned_vector<float> padded(static_cast<std::size_t>(array_.outputs() * array_.row_stride()), 0.0f);
        compat::with_row_major(increments, [&](const float* from) {
            for (index_t o = 0; o < array_.outputs(); ++o) {
                std::copy_n(from + o * array_.inputs(), array_.inputs(), padded.data() + o * array_.row_stride());
            }
        });
        update_report report;
        array_.add(padded, {.rate = 1.0f, .step = step}, pool(), report);
        return report;
    }

    /// Effective weights as a view of the array's own memory, {outputs, inputs}; valid until the next write.
    [[nodiscard]] auto effective_weights() const {
        const matrix_view<const float> w = array_.weights();
        const std::array<std::size_t, 2> extents{static_cast<std::size_t>(w.rows), static_cast<std::size_t>(w.cols)};
        const std::array<std::ptrdiff_t, 2> strides{w.stride, 1};
        // The adaptor wants as many elements as the shape has, although rows are padded.
        return xt::adapt(w.data, extents[0] * extents[1], xt::no_ownership(), extents, strides);
    }

    /// Words of each array, {arrays, outputs, inputs}.
    [[nodiscard]] xt::xtensor<std::int32_t, 3> codes() const {
        return words<std::int32_t>([&](int a, index_t o, index_t i) {
            const stored_word<> word = array_.stored(o, i);
            return a == 0 ? word.plus : word.minus;
        });
    }
    /// Bits of each word that can be written, {arrays, outputs, inputs}.
    [[nodiscard]] xt::xtensor<std::uint32_t, 3> keep_masks() const {
        return words<std::uint32_t>([&](int a, index_t o, index_t i) { return array_.keep(a, o, i); });
    }
    /// Bits that stuck cells hold, {arrays, outputs, inputs}.
    [[nodiscard]] xt::xtensor<std::uint32_t, 3> stuck_levels() const {
        return words<std::uint32_t>([&](int a, index_t o, index_t i) { return array_.stuck_level(a, o, i); });
    }
    /// Conductance of each cell in siemens, {arrays, outputs, inputs, slices}; slice 0 is the lowest.
    [[nodiscard]] xt::xtensor<double, 4> conductances() const {
        const int count = array_.format().slices;
        const auto slices = static_cast<std::size_t>(count);
        auto result = xt::xtensor<double, 4>::from_shape({arrays(), extent(array_.outputs()), extent(array_.inputs()), slices});
        auto out = result.begin();
        for (int a = 0; a < static_cast<int>(arrays()); ++a) {
            for (index_t o = 0; o < array_.outputs(); ++o) {
                for (index_t i = 0; i < array_.inputs(); ++i) {
                    for (int s = 0; s < count; ++s) {
                        *out++ = array_.conductance(a, o, i, s);
                    }
                }
            }
        }
        return result;
    }

    /// w x, with x {inputs} or {inputs, n}.
    template <class E>
    friend auto dot(const crossbar_tensor& w, const xt::xexpression<E>& x) {
        constexpr std::size_t rank = compat::rank_or<E, 2>();
        static_assert(rank == 1 || rank == 2, "rcim: dot: the right-hand side has one or two dimensions");
        const auto& shape = x.derived_cast().shape();
        if (shape.size() != rank || static_cast<index_t>(shape[0]) != w.array_.inputs()) {
            fail("dot", "shape of the right-hand side", text("{", w.array_.inputs(), rank == 2 ? ", n}" : "}"), list(shape));
        }
        const auto cols = rank == 2 ? static_cast<index_t>(shape[rank - 1]) : 1;
        std::array<std::size_t, rank> extents{};
        extents[0] = extent(w.array_.outputs());
        if constexpr (rank == 2) {
            extents[1] = extent(cols);
        }
        auto y = xt::xtensor<float, rank>::from_shape(extents);
        compat::with_row_major(x, [&](const float* from) {
            w.multiply({from, w.array_.inputs(), cols}, {y.data(), w.array_.outputs(), cols});
        });
        return y;
    }

    /// The filter bank over x {samples, channels, height, width}: {samples, outputs, out height, out width}.
    template <class E>
    friend xt::xtensor<float, 4> convolve(const crossbar_tensor& w, const xt::xexpression<E>& x, const convolve_options& options = {}) {
        static_assert(by_product, "rcim: convolve: needs a design of the folded plan without a DAC of integers; use conv2d for others");
        if (w.shape_.size() != 4) {
            fail("convolve", "filter bank", "four extents", text(w.shape_.size()));
        }
        const auto& extents = x.derived_cast().shape();
        if (extents.size() != 4 || static_cast<index_t>(extents[1]) != w.shape_[1]) {
            fail("convolve", "shape of the input", text("{samples, ", w.shape_[1], ", height, width}"), list(extents));
        }
        const auto samples = static_cast<index_t>(extents[0]);
        const map_shape in{w.shape_[1], static_cast<index_t>(extents[2]), static_cast<index_t>(extents[3])};
        const kernel::convolution op({.in = in, .out_channels = w.shape_[0], .kernel_height = w.shape_[2],
                                      .kernel_width = w.shape_[3], .stride = options.stride, .padding = options.padding},
                                     w.array_.row_stride());
        const map_shape out = op.shape().out();
        batch_tensor from(in, samples);
        batch_tensor to(out, samples);
        compat::with_row_major(x, [&](const float* values) {
            for (index_t n = 0; n < samples; ++n) {
                for (index_t f = 0; f < in.size(); ++f) {
                    from.at(n, f) = values[n * in.size() + f];
                }
            }
        });
        op.forward(w.array_.weights().data, nullptr, from.data(), to.data(), from.blocks(), w.pool());
        auto y = xt::xtensor<float, 4>::from_shape({extent(samples), extent(out.channels), extent(out.height), extent(out.width)});
        for (index_t n = 0; n < samples; ++n) {
            for (index_t f = 0; f < out.size(); ++f) {
                y.data()[n * out.size() + f] = to.at(n, f);
            }
        }
        return y;
    }

private:
    /// Whether a read is one product with the effective weights.
    static constexpr bool by_product = Plan == plan::folded && !IntegerDac<typename Design::dac_type>;

    static std::vector<index_t> checked(std::vector<index_t> shape) {
        const bool positive = std::all_of(shape.begin(), shape.end(), [](index_t n) { return n > 0; });
        if ((shape.size() != 2 && shape.size() != 4) || !positive) {
            fail("crossbar_tensor", "shape", "two or four positive extents", list(shape));
        }
        return shape;
    }
    template <class Shape>
    static std::string list(const Shape& shape) {
        std::string result;
        for (const auto n : shape) {
            result += text(result.empty() ? "" : ", ", n);
        }
        return "{" + result + "}";
    }
    static std::size_t extent(index_t n) { return static_cast<std::size_t>(n); }
    [[nodiscard]] std::size_t arrays() const { return array_.format().pair ? 2 : 1; }
    [[nodiscard]] index_t product(std::size_t first) const {
        return std::accumulate(shape_.begin() + static_cast<std::ptrdiff_t>(first), shape_.end(), index_t{1}, std::multiplies<>());
    }

    template <class E>
    void require_shape(std::string_view where, const E& e) const {
        if (!std::equal(shape_.begin(), shape_.end(), e.shape().begin(), e.shape().end(),
                        [](index_t a, auto b) { return a == static_cast<index_t>(b); })) {
            fail(where, "shape", list(shape_), list(e.shape()));
        }
    }

    template <class T, class Get>
    [[nodiscard]] xt::xtensor<T, 3> words(Get&& get) const {
        auto result = xt::xtensor<T, 3>::from_shape({arrays(), extent(array_.outputs()), extent(array_.inputs())});
        auto out = result.begin();
        for (int a = 0; a < static_cast<int>(arrays()); ++a) {
            for (index_t o = 0; o < array_.outputs(); ++o) {
                for (index_t i = 0; i < array_.inputs(); ++i) {
                    *out++ = get(a, o, i);
                }
            }
        }
        return result;
    }

    void multiply(matrix_view<const float> x, matrix_view<float> y) const {
        if constexpr (by_product) {
            kernel::matrix_product(array_.weights(), x, y, pool());
        } else if constexpr (Plan == plan::coded || Plan == plan::analog) {
            read_converted(x, y);
        } else {
            std::vector<float> column(extent(array_.inputs()));
            std::vector<double> result(extent(array_.outputs()));
            for (index_t n = 0; n < x.cols; ++n) {
                for (index_t i = 0; i < x.rows; ++i) {
                    column[extent(i)] = x(i, n);
                }
                read_reference(array_, column, result, {.image = static_cast<std::uint64_t>(n)});
                for (index_t o = 0; o < y.rows; ++o) {
                    y(o, n) = static_cast<float>(result[extent(o)]);
                }
            }
        }
    }

    /// Each column of x is a sample.
    void read_converted(matrix_view<const float> x, matrix_view<float> y) const {
        batch_tensor batch({x.rows, 1, 1}, x.cols);
        for (index_t n = 0; n < x.cols; ++n) {
            for (index_t i = 0; i < x.rows; ++i) {
                batch.at(n, i) = x(i, n);
            }
        }
        driven_batch driven;
        driven.drive(array_.chip().dac, batch, 0, pool());
        forward_reads<Design> reads(array_, array_.chip().dac);
        std::vector<std::int32_t> line(extent(x.rows));
        for (index_t i = 0; i < x.rows; ++i) {
            line[extent(i)] = static_cast<std::int32_t>(i * samples_per_block);
        }
        const std::int32_t window = 0;
        const double lsb = static_cast<double>(array_.format().lsb);
        reads.read_images(array_, forward_reads<Design>::source_of(driven, {&window, 1}, line.data()), x.cols, {}, {}, false, pool(),
                          [&](index_t block, index_t, index_t from, index_t to, const double* sums, const float*) {
                              const index_t last = std::min(to, batch.samples_in_block(block));
                              for (index_t o = 0; o < y.rows; ++o) {
                                  for (index_t lane = from; lane < last; ++lane) {
                                      y(o, block * samples_per_block + lane) = static_cast<float>(
                                          sums[o * samples_per_block + lane] * lsb * static_cast<double>(driven.units(block)[lane]));
                                  }
                              }
                          });
        if constexpr (compensates_stuck<typename Design::protect_type>()) {
            compensate(batch, y);
        }
    }

    /// Adds what the digital side knows that stuck cells took from the read of a batch.
    void compensate(const batch_tensor& batch, matrix_view<float> y) const {
        driven_batch driven;
        const batch_tensor* sent = &batch;
        if constexpr (IntegerDac<typename Design::dac_type>) {
            driven.round(array_.chip().dac, batch, false, 0, pool());
            sent = &driven.rounded();
        }
        std::vector<float> x(extent(array_.inputs() * y.cols));
        std::vector<float> lacking(extent(y.rows * y.cols));
        for (index_t i = 0; i < array_.inputs(); ++i) {
            for (index_t n = 0; n < y.cols; ++n) {
                x[extent(i * y.cols + n)] = sent->at(n, i);
            }
        }
        kernel::matrix_product(array_.missing_weights(), {x.data(), array_.inputs(), y.cols}, {lacking.data(), y.rows, y.cols}, pool());
        for (index_t o = 0; o < y.rows; ++o) {
            for (index_t n = 0; n < y.cols; ++n) {
                y(o, n) += lacking[extent(o * y.cols + n)];
            }
        }
    }

    [[nodiscard]] thread_pool& pool() const {
        static thread_local thread_pool alone(1);
        return pool_ ? *pool_ : alone;
    }

    std::vector<index_t> shape_;
    crossbar_array<Design, Plan> array_;
    thread_pool* pool_;
};

template <class Design>
crossbar_tensor(const Design&, std::vector<index_t>, std::uint64_t) -> crossbar_tensor<Design>;
template <class Design>
crossbar_tensor(const Design&, std::vector<index_t>, std::uint64_t, std::uint32_t) -> crossbar_tensor<Design>;
template <class Design>
crossbar_tensor(const Design&, std::vector<index_t>, std::uint64_t, std::uint32_t, thread_pool*) -> crossbar_tensor<Design>;

} // namespace rcim::inline RCIM_ABI
