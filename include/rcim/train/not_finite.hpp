#pragma once

/// @file
/// Where numbers stop being finite. A training or an evaluation looks at its loss and at the norm of its gradient alone, which costs
/// nothing; only when one of them is infinite or NaN is the same pass made once more, under a watch that looks at what every layer makes
/// of it. Draws are addressed by seed and step, and passes change no state, so the second pass has the bits of the first.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/ranks.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/pass_watch.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::detail {

/// "layer 2 (conv2d)", with the number of `network::describe`; of a block's part "layer 1 (batch_norm) within layer 4 (residual_block)".
inline std::string name_in(network& net, layer& one) {
    const auto name = [](std::size_t number, const layer& of) {
        const std::string words = of.describe();
        return text("layer ", number, " (", words.substr(0, std::min(words.find('{'), words.find(" on "))), ")");
    };
    for (std::size_t i = 0; i < net.size(); ++i) {
        if (&net[i] == &one) {
            return name(i, one);
        }
        std::optional<std::size_t> within;
        std::size_t part = 0;
        net[i].each([&](layer& inner) {
            if (&inner == &one) {
                within = part;
            }
            ++part;
        });
        if (within) {
            return text(name(*within, one), " within ", name(i, net[i]));
        }
    }
    return one.describe();
}

/// An infinite number or NaN, of which the sign says nothing.
inline std::string text_of_strange(double number) {
    return std::isnan(number) ? "nan" : text(number);
}

/// Whether all numbers are finite: the largest pattern of bits without signs tells, in a loop that becomes vector instructions.
[[nodiscard]] inline bool all_finite(std::span<const float> values) {
    std::uint32_t largest = 0;
    for (const float value : values) {
        largest = std::max(largest, std::bit_cast<std::uint32_t>(value) & 0x7fffffffu);
    }
    return largest < 0x7f800000u;
}

/// Which parameter of a layer is infinite or NaN, if one is. O(parameters).
inline std::string parameter_not_finite(layer& one) {
    const parameter_view all = one.parameters();
    for (index_t o = 0; o < all.weights.rows; ++o) {
        if (all_finite(all.weights.row(o))) {
            continue;
        }
        for (index_t i = 0; i < all.weights.cols; ++i) {
            if (const float w = all.weights(o, i); !std::isfinite(w)) {
                return text("weight [", o, "][", i, "] is ", text_of_strange(static_cast<double>(w)));
            }
        }
    }
    for (const std::span<float> list : all.digital) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (!std::isfinite(list[i])) {
                return text("digital parameter ", i, " is ", text_of_strange(static_cast<double>(list[i])));
            }
        }
    }
    return {};
}

/// The same of a network: "weight [0][3] is inf in layer 2 (dense)"; empty where all are finite.
inline std::string parameter_not_finite(network& net) {
    std::string found;
    net.each([&](layer& one) {
        if (found.empty()) {
            if (std::string what = parameter_not_finite(one); !what.empty()) {
                found = text(what, " in ", name_in(net, one));
            }
        }
    });
    return found;
}

struct number_place {
    index_t sample;
    index_t feature;
};
/// The first sample with a number that is infinite or NaN, and the first such number of it.
[[nodiscard]] inline std::optional<number_place> number_not_finite(const batch_tensor& x) {
    const index_t features = x.shape().size();
    for (index_t b = 0; b < x.blocks(); ++b) {
        std::optional<number_place> first;
        for (index_t f = 0; f < features; ++f) {
            for (index_t lane = 0; lane < x.samples_in_block(b); ++lane) {
                const index_t sample = b * samples_per_block + lane;
                if (!std::isfinite(x.block(b)[f * samples_per_block + lane]) && (!first || sample < first->sample)) {
                    first = number_place{sample, f};
                }
            }
        }
        if (first) {
            return first;
        }
    }
    return {};
}

/// Remembers the first number of a pass that is not finite.
class first_not_finite final : public pass_watch {
public:
    /// image_of gives the number of the image that a sample in hand is.
    first_not_finite(network& net, thread_pool& pool, std::function<index_t(index_t)> image_of)
        : net_(net), pool_(pool), image_of_(std::move(image_of)) {}

    void forward(layer& one, const batch_tensor& y) override {
        if (look("the output of ", one, &y)) {
            if (const std::string parameter = parameter_not_finite(one); !parameter.empty()) {
                what_ += text(" (", parameter, ")");
            }
        }
    }
    void backward(layer& one, const batch_tensor* dx) override {
        look("the error that goes back from ", one, dx);
        ++looks_;
        if (what_.empty()) {
            if (const double square = one.gradient_square(pool_); !std::isfinite(square)) {
                what_ = text("the squared norm of the gradient of ", name_in(net_, one), " is ", text_of_strange(square));
                place_ = {looks_, 0};
            }
        }
    }

    /// Empty: nothing.
    [[nodiscard]] const std::string& what() const { return what_; }
    /// The same where ranks hold samples of one batch: what comes first of all, and in the first image. Collective.
    [[nodiscard]] std::string what(rank_group& group) const {
        const std::vector<place> places = group.all_gather("place of what is not finite", place_);
        const std::vector<std::string> texts = group.all_gather("what is not finite", what_);
        return texts[static_cast<std::size_t>(std::min_element(places.begin(), places.end()) - places.begin())];
    }

private:
    using place = std::array<std::uint64_t, 2>; ///< looks before, which are the same on every rank; number in the batch

    bool look(const char* kind, layer& one, const batch_tensor* values) {
        ++looks_;
        if (!what_.empty() || values == nullptr) {
            return false;
        }
        const auto at = number_not_finite(*values);
        if (at) {
            const index_t image = image_of_(at->sample);
            what_ = text(kind, name_in(net_, one), " for image ", image, " is ",
                         text_of_strange(static_cast<double>(values->at(at->sample, at->feature))));
            place_ = {looks_, static_cast<std::uint64_t>(image)};
        }
        return at.has_value();
    }

    network& net_;
    thread_pool& pool_;
    std::function<index_t(index_t)> image_of_;
    std::uint64_t looks_ = 0;
    place place_{~std::uint64_t{0}, 0};
    std::string what_;
};

} // namespace rcim::inline RCIM_ABI::detail
