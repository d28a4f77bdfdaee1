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
#include <cmath>
#include <cstdint>
#include <limits>
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

/// Which parameter of a layer is infinite or NaN, if one is. O(parameters).
inline std::string parameter_not_finite(layer& one) {
    const parameter_view all = one.parameters();
    for (index_t o = 0; o < all.weights.rows; ++o) {
        for (index_t i = 0; i < all.weights.cols; ++i) {
            if (const float w = all.weights(o, i); !std::isfinite(w)) {
                return text("weight [", o, "][", i, "] is ", w);
            }
        }
    }
    for (const std::span<float> list : all.digital) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (!std::isfinite(list[i])) {
                return text("digital parameter ", i, " is ", list[i]);
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
    explicit first_not_finite(network& net, thread_pool& pool) : net_(net), pool_(pool) {}

    void forward(layer& one, const batch_tensor& y) override {
        if (look("the output of ", one, &y)) {
            if (const std::string what = parameter_not_finite(one); !what.empty()) {
                what_ += text(", whose ", what);
            }
        }
    }
    void backward(layer& one, const batch_tensor* dx) override {
        look("the error that goes back from ", one, dx);
        ++looks_;
        if (!found()) {
            if (const double square = one.gradient_square(pool_); !std::isfinite(square)) {
                what_ = text("the squared norm of the gradient of ", name_in(net_, one), " is ", square);
                order_ = looks_;
            }
        }
    }

    [[nodiscard]] bool found() const { return !what_.empty(); }
    [[nodiscard]] const std::string& what() const { return what_; }
    /// How many looks of the pass came before; the same on every rank.
    [[nodiscard]] std::uint64_t order() const { return order_; }
    /// The first sample in hand in which it was found; none where it is in no single one.
    [[nodiscard]] std::optional<index_t> sample() const { return sample_; }

private:
    bool look(const char* kind, layer& one, const batch_tensor* values) {
        ++looks_;
        if (found() || values == nullptr) {
            return false;
        }
        const auto at = number_not_finite(*values);
        if (at) {
            what_ = text(kind, name_in(net_, one), " is ", values->at(at->sample, at->feature));
            order_ = looks_;
            sample_ = at->sample;
        }
        return at.has_value();
    }

    network& net_;
    thread_pool& pool_;
    std::uint64_t looks_ = 0;
    std::uint64_t order_ = std::numeric_limits<std::uint64_t>::max();
    std::string what_;
    std::optional<index_t> sample_;
};

/// What a watch has found, with the number that `image_of` gives a sample; of ranks, each with its samples, the first of all.
template <class ImageOf>
std::string first_of_all(const first_not_finite& watch, ImageOf&& image_of, rank_group* group) {
    constexpr auto none = std::numeric_limits<std::uint64_t>::max();
    std::pair place(watch.order(), watch.sample() ? static_cast<std::uint64_t>(image_of(*watch.sample())) : none);
    std::string what = watch.what();
    if (group != nullptr) {
        const std::vector<std::uint64_t> orders = group->all_gather("order of what is not finite", place.first);
        const std::vector<std::uint64_t> images = group->all_gather("image that is not finite", place.second);
        const std::vector<std::string> texts = group->all_gather("what is not finite", what);
        for (std::size_t r = 0; r < orders.size(); ++r) {
            if (const std::pair other(orders[r], images[r]); r == 0 || other < place) {
                place = other;
                what = texts[r];
            }
        }
    }
    return place.second == none ? what : text(what, " for image ", place.second);
}

} // namespace rcim::inline RCIM_ABI::detail
