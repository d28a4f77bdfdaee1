#pragma once

/// @file
/// Designs behind one interface, so that each costs little to compile and what compares them is compiled once.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/nn/layer.hpp>

#include <differential/draws.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rcim_differential {

/// A layer with weights, whatever its kind: of a dense one kernel, stride and padding do not count.
struct layer_shape {
    map_shape in;
    index_t out = 1;
    index_t kernel = 1;
    index_t stride = 1;
    index_t padding = 0;
    bool bias = true;
};

/// What the cells of a layer hold, as every plan must have it: words, masks and weights bit for bit, conductances to the rounding of one
/// division (positions are floats, which that tells apart).
struct held_state {
    std::vector<std::uint64_t> bits;
    std::vector<double> conductances;
};

/// One layer with its array, of either plan.
class layer_with_array {
public:
    layer_with_array() = default;
    layer_with_array(const layer_with_array&) = delete;
    layer_with_array& operator=(const layer_with_array&) = delete;
    virtual ~layer_with_array() = default;

    virtual layer& get() = 0;
    [[nodiscard]] virtual held_state held() = 0;
    /// Gradients of the array's weights, [outputs][row stride], padding included.
    [[nodiscard]] virtual std::span<float> gradient() = 0;
    [[nodiscard]] virtual std::span<float> bias() = 0;
    /// The largest weight that a code stands for; 1 without codes.
    [[nodiscard]] virtual float largest_weight() const = 0;
};

/// One design of the covering array.
class compared_design {
public:
    compared_design(int number_, std::string name_) : number(number_), name(std::move(name_)) {}
    compared_design(const compared_design&) = delete;
    compared_design& operator=(const compared_design&) = delete;
    virtual ~compared_design() = default;

    const int number;
    const std::string name; ///< levels joined by '.'

    plan fast = plan::reference;  ///< the plan that the library picks
    bool convolves = false;       ///< a conv2d, else a dense layer
    bool draws_for_reads = false; ///< noise at the foot of columns: other draws in the reference plan, of the same distribution
    bool transposes = false;      ///< errors go back through converters
    bool corrects = false;        ///< an arithmetic code
    bool compensates = false;
    bool circulates = false;
    bool calibrates = false;
    bool injects = false;
    bool slow = false; ///< cells beyond Ohm's law or wires: small layers only

    /// A layer of the design with drawn members: equal draws give equal ones. Throws `error` where the drawn members do not fit each other or the layer.
    [[nodiscard]] virtual std::unique_ptr<layer> make(draws members, const layer_shape& shape, std::uint64_t seed,
                                                      std::uint32_t place) const = 0;
    /// The same with its array; `judge`: under the reference plan. For designs with a faster one.
    [[nodiscard]] virtual std::unique_ptr<layer_with_array> make_with_array(bool judge, draws members, const layer_shape& shape,
                                                                            std::uint64_t seed) const = 0;
    /// Its members, as one writes them.
    [[nodiscard]] virtual std::string describe(draws members) const = 0;
};

using catalogue = std::vector<std::unique_ptr<compared_design>>;

/// Every file of designs has one of these, so that no list names the files.
struct design_file {
    explicit design_file(void (*add)(catalogue&)) { all().push_back(add); }
    static std::vector<void (*)(catalogue&)>& all() {
        static std::vector<void (*)(catalogue&)> files;
        return files;
    }
};

/// All designs of the program, by their numbers.
[[nodiscard]] inline catalogue all_designs() {
    catalogue all;
    for (void (*add)(catalogue&) : design_file::all()) {
        add(all);
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a->number < b->number; });
    return all;
}

} // namespace rcim_differential
