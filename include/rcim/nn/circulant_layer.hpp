#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/crossbar/circulant_matrix.hpp>
#include <rcim/kernel/circulant_product.hpp>
#include <rcim/kernel/convolution.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace rcim::inline RCIM_ABI {

/// The matrix of a layer that is stored as it is: the array's.
struct whole_matrix {
    template <class Map>
    whole_matrix(const Map&, index_t inputs, index_t outputs, index_t) : inputs_(inputs), outputs_(outputs) {}

    [[nodiscard]] index_t inputs() const { return inputs_; }
    [[nodiscard]] index_t outputs() const { return outputs_; }
    [[nodiscard]] index_t stored_inputs() const { return inputs_; }
    [[nodiscard]] index_t stored_outputs() const { return outputs_; }

private:
    index_t inputs_;
    index_t outputs_;
};

/// A layer whose matrix circulates: its matrix as products and people see it, made of what the array holds, and reads of the
/// stored matrix, each one rotation of the layer's inputs.
class circulant_layer {
    static constexpr index_t lane = samples_per_block;

public:
    template <class Map>
    circulant_layer(const Map& map, index_t inputs, index_t outputs, index_t taps)
        : matrix_(circulant_matrix::make(map, inputs, outputs, taps)) {}

    [[nodiscard]] const circulant_matrix& layout() const { return matrix_; }
    [[nodiscard]] index_t inputs() const { return matrix_.inputs(); }
    [[nodiscard]] index_t outputs() const { return matrix_.outputs; }
    [[nodiscard]] index_t stored_inputs() const { return matrix_.stored_inputs(); }
    [[nodiscard]] index_t stored_outputs() const { return matrix_.stored_outputs(); }

    /// Effective weights [outputs][row_stride_of(inputs)] as the array's are now.
    template <class Array>
    [[nodiscard]] matrix_view<const float> weights(const Array& array, thread_pool* pool) {
        if (revision_ != array.revision()) {
            expand(array.weights(), weight_, pool);
            revision_ = array.revision();
        }
        return {weight_.data(), outputs(), inputs(), row_stride_of(inputs())};
    }
    /// What reads through converters lack of them.
    template <class Array>
    [[nodiscard]] const float* missing_weights(const Array& array, thread_pool& pool) {
        if (missing_revision_ != array.revision()) {
            expand(array.missing_weights(), missing_, &pool);
            missing_revision_ = array.revision();
        }
        return missing_.data();
    }

    /// Where a backward pass puts the gradient by the effective weights, [outputs][row_stride_of(inputs)].
    [[nodiscard]] float* gradient() {
        gradient_.resize(static_cast<std::size_t>(outputs() * row_stride_of(inputs())));
        return gradient_.data();
    }
    /// Adds it up to that by the array's weights.
    template <class Array>
    void reduce_gradient(Array& array, thread_pool& pool) {
        matrix_.reduce(gradient(), row_stride_of(inputs()), array.gradient(), array.row_stride(), pool);
    }

    /// y, whose shape is set, from x: read(x, y, passed, shape, first position) reads the stored matrix once for each
    /// rotation. passed may be null, bias too. Positions are numbered rotation by rotation.
    template <class Read>
    void forward(const batch_tensor& x, batch_tensor& y, batch_tensor* passed, const float* bias,
                 const kernel::convolution_shape& shape, thread_pool& pool, Read&& read) {
        const kernel::convolution_shape stored = stored_shape(shape);
        results_.reshape(stored.out(), x.samples());
        if (passed != nullptr) {
            passed_.reshape(stored.out(), x.samples());
        }
        for (index_t rotation = 0; rotation < matrix_.rotations(); ++rotation) {
            read(rotated(rotation, x, shape, pool), results_, passed != nullptr ? &passed_ : nullptr, stored,
                 rotation * shape.out().plane());
            put_results(rotation, results_, y, bias, pool);
            if (passed != nullptr) {
                put_results(rotation, passed_, *passed, nullptr, pool);
            }
        }
    }

    /// dx, whose shape is set, from dy: read(dy, dx, shape) reads the stored matrix in the other direction once for each
    /// rotation. What rotations give is added in float.
    template <class Read>
    void backward(const batch_tensor& dy, batch_tensor& dx, const kernel::convolution_shape& shape, thread_pool& pool,
                  Read&& read) {
        const kernel::convolution_shape stored = stored_shape(shape);
        rotated_.reshape(stored.in, dy.samples());
        std::fill_n(dx.data(), dx.blocks() * dx.block_stride(), 0.0f);
        for (index_t rotation = 0; rotation < matrix_.rotations(); ++rotation) {
            read(gathered(rotation, dy, shape, pool), rotated_, stored);
            add_errors(rotation, rotated_, dx, shape, pool);
        }
    }

    /// What is driven in a rotation: channels of x in the order of the stored ones. Valid until the next call of a member.
    [[nodiscard]] const batch_tensor& rotated(index_t rotation, const batch_tensor& x, const kernel::convolution_shape& shape,
                                              thread_pool& pool) {
        rotated_.reshape(stored_shape(shape).in, x.samples());
        const index_t channels = matrix_.stored_channels();
        const index_t plane = shape.in.plane() * lane;
        pool.run(x.blocks() * channels, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t channel = matrix_.driven_channel(rotation, job % channels);
                copy_or_clear(channel < matrix_.channels ? x.block(job / channels) + channel * plane : nullptr, plane,
                              rotated_.data() + job * plane);
            }
        });
        return rotated_;
    }

    /// The layer's shape with the channels and outputs of the stored matrix.
    [[nodiscard]] kernel::convolution_shape stored_shape(kernel::convolution_shape shape) const {
        shape.in.channels = matrix_.stored_channels();
        shape.out_channels = matrix_.stored_outputs();
        return shape;
    }

private:
    void expand(matrix_view<const float> stored, aligned_vector<float>& to, thread_pool* pool) const {
        to.resize(static_cast<std::size_t>(outputs() * row_stride_of(inputs())));
        matrix_.expand(stored, to.data(), row_stride_of(inputs()), pool);
    }

    static void copy_or_clear(const float* from, index_t count, float* to) {
        if (from != nullptr) {
            std::copy_n(from, count, to);
        } else {
            std::fill_n(to, count, 0.0f);
        }
    }

    /// Results of a rotation to the outputs that they are.
    void put_results(index_t rotation, const batch_tensor& from, batch_tensor& to, const float* bias, thread_pool& pool) const {
        const index_t stored = matrix_.stored_outputs();
        const index_t plane = from.shape().plane() * lane;
        pool.run(from.blocks() * stored, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t output = matrix_.output_read(rotation, job % stored);
                if (output < matrix_.outputs) {
                    float* const out = to.block(job / stored) + output * plane;
                    const float offset = bias != nullptr ? bias[output] : 0.0f;
                    for (index_t i = 0; i < plane; ++i) {
                        out[i] = from.data()[job * plane + i] + offset;
                    }
                }
            }
        });
    }

    /// Errors of the outputs that a rotation reads.
    [[nodiscard]] const batch_tensor& gathered(index_t rotation, const batch_tensor& dy, const kernel::convolution_shape& shape,
                                               thread_pool& pool) {
        results_.reshape(stored_shape(shape).out(), dy.samples());
        const index_t stored = matrix_.stored_outputs();
        const index_t plane = shape.out().plane() * lane;
        pool.run(dy.blocks() * stored, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t output = matrix_.output_read(rotation, job % stored);
                copy_or_clear(output < matrix_.outputs ? dy.block(job / stored) + output * plane : nullptr, plane,
                              results_.data() + job * plane);
            }
        });
        return results_;
    }

    /// Errors of a rotation's inputs to the channels that they are.
    void add_errors(index_t rotation, const batch_tensor& from, batch_tensor& dx, const kernel::convolution_shape& shape,
                    thread_pool& pool) const {
        const index_t channels = matrix_.stored_channels();
        const index_t plane = shape.in.plane() * lane;
        pool.run(from.blocks() * channels, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t channel = matrix_.driven_channel(rotation, job % channels);
                if (channel < matrix_.channels) {
                    float* const to = dx.block(job / channels) + channel * plane;
                    for (index_t i = 0; i < plane; ++i) {
                        to[i] += from.data()[job * plane + i];
                    }
                }
            }
        });
    }

    circulant_matrix matrix_;
    aligned_vector<float> weight_;
    aligned_vector<float> missing_;
    aligned_vector<float> gradient_;
    std::uint64_t revision_ = 0; ///< an array has been decoded at least once
    std::uint64_t missing_revision_ = 0;
    batch_tensor rotated_; ///< [stored channel]
    batch_tensor results_; ///< [stored output]
    batch_tensor passed_;
};

/// Whether products of layers with this mapping can be made in the frequency domain.
template <class Map>
[[nodiscard]] consteval bool transforms_products() {
    if constexpr (circulates<Map>()) {
        return circulant_matrix::transformable(
            std::remove_cvref_t<decltype(circulant_part(std::declval<const Map&>()))>::block);
    } else {
        return false;
    }
}

/// Products of a layer in the frequency domain, by the weights of an array as they are; of other mappings nothing.
template <class Map, class Kernel, bool Transforms = transforms_products<Map>()>
class frequency_products {};

template <class Map, class Kernel>
class frequency_products<Map, Kernel, true> {
    static constexpr index_t block = std::remove_cvref_t<decltype(circulant_part(std::declval<const Map&>()))>::block;

public:
    /// make(channels, outputs, stride): the kernel for maps of this shape.
    template <class Array, class Make>
    kernel::circulant_product<block, Kernel>& of(const Array& array, const kernel::convolution_shape& shape, thread_pool& pool,
                                                 Make&& make) {
        if (!product_ || shape_ != shape) {
            product_.emplace(kernel::circulant_extents{shape.out_channels, shape.in.channels, shape.taps(), shape.in.plane(),
                                                       shape.out().plane()},
                             make);
            shape_ = shape;
            revision_ = 0;
        }
        if (revision_ != array.revision()) {
            product_->take(array.weights().data, array.row_stride(), pool);
            revision_ = array.revision();
        }
        return *product_;
    }

private:
    std::optional<kernel::circulant_product<block, Kernel>> product_;
    kernel::convolution_shape shape_;
    std::uint64_t revision_ = 0;
};

} // namespace rcim::inline RCIM_ABI
