#pragma once

/// @file
/// From levels to designs: what is compiled for each of them.

#include <differential/compared.hpp>
#include <differential/levels.hpp>

#include <bit>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim_differential {

/// The design with drawn members, which fit each other.
template <class Design>
[[nodiscard]] Design drawn(draws& d) {
    Design chip{};
    d.members(chip.cell);
    d.members(chip.faults);
    d.members(chip.noise);
    d.members(chip.wire);
    d.members(chip.dac);
    d.members(chip.adc);
    d.members(chip.map);
    d.members(chip.protect);
    if constexpr (!std::is_same_v<typename Design::geometry_type, geometry::fixed>) {
        d.members(chip.geometry);
    }
    d.members(chip.dataflow);
    d.members(chip.update);
    if constexpr (elides_columns<typename Design::dataflow_type>() &&
                  std::is_same_v<typename Design::geometry_type, geometry::given>) {
        chip.geometry.rows =
            (chip.geometry.rows + samples_per_block - 1) / samples_per_block * samples_per_block; // as that asks
    }
    if constexpr (needs_whole_sums<typename Design::adc_type>() && requires { chip.cell.on_off_ratio; }) {
        chip.cell.on_off_ratio = multilevel_cell<2>{}.on_off_ratio; // what leaks is not whole
    }
    validate(chip);
    return chip;
}

/// Options of either kind of layer.
template <class Layers>
[[nodiscard]] auto options_of(const layer_shape& s) {
    if constexpr (std::is_same_v<Layers, layers::conv2d>) {
        return conv2d_options{.in_channels = s.in.channels,
                              .out_channels = s.out,
                              .kernel = s.kernel,
                              .stride = s.stride,
                              .padding = s.padding,
                              .bias = s.bias};
    } else {
        return dense_options{.in = s.in.size(), .out = s.out, .bias = s.bias};
    }
}

template <class Layer, class Design>
class array_layer final : public layer_with_array {
public:
    template <class Options>
    array_layer(const Design& chip, const Options& options, std::uint64_t seed) : layer_(chip, options, seed, 3) {}

    layer& get() override { return layer_; }
    std::span<float> gradient() override {
        return {layer_.array().gradient(), static_cast<std::size_t>(layer_.array().outputs() * layer_.array().row_stride())};
    }
    std::span<float> bias() override { return layer_.bias_values(); }
    float largest_weight() const override {
        if constexpr (Design::map_type::coded) {
            const code_format& format = layer_.array().format();
            return static_cast<float>(format.range.high) * format.lsb;
        } else {
            return 1.0f;
        }
    }
    held_state held() override {
        held_state result;
        const auto& array = layer_.array();
        const auto add = [&](std::int32_t word) {
            result.bits.push_back(static_cast<std::uint64_t>(static_cast<std::uint32_t>(word)));
        };
        for (index_t o = 0; o < array.outputs(); ++o) {
            for (index_t i = 0; i < array.inputs(); ++i) {
                result.bits.push_back(std::bit_cast<std::uint32_t>(array.weights()(o, i)));
                if constexpr (Design::map_type::coded) {
                    const stored_word<> stored = array.stored(o, i), used = array.used(o, i);
                    for (const std::int32_t word : {stored.plus, stored.minus, used.plus, used.minus}) {
                        add(word);
                    }
                    for (int a = 0; a < (array.format().pair ? 2 : 1); ++a) {
                        result.bits.push_back(array.keep(a, o, i));
                        result.bits.push_back(array.stuck_level(a, o, i));
                        for (int s = 0; s < array.format().slices; ++s) {
                            result.conductances.push_back(array.conductance(a, o, i, s));
                            result.conductances.push_back(array.used_conductance(a, o, i, s));
                        }
                    }
                }
            }
        }
        return result;
    }

private:
    Layer layer_;
};

template <class Layers, class Design>
class design_of final : public compared_design {
    template <plan Plan>
    using layer_type = typename Layers::template type<Design, Plan>;
    static constexpr plan picked = plan_of<Design>;

public:
    design_of(int number_, std::string name_) : compared_design(number_, std::move(name_)) {
        fast = picked;
        convolves = std::is_same_v<Layers, layers::conv2d>;
        draws_for_reads = draws_per_read<typename Design::noise_type>() || injects_shift<typename Design::noise_type>();
        transposes = transposes_errors<typename Design::dataflow_type>();
        corrects = ArithmeticCode<typename Design::protect_type>;
        compensates = compensates_stuck<typename Design::protect_type>();
        circulates = rcim::circulates<typename Design::map_type>();
        calibrates = CalibratedAdc<typename Design::adc_type>;
        injects = injects_shift<typename Design::noise_type>();
        slow = !follows_ohm<typename Design::cell_type>() || !Design::wire_type::folds;
    }

    std::unique_ptr<layer> make(draws members, const layer_shape& shape, std::uint64_t seed,
                                std::uint32_t place) const override {
        return std::make_unique<layer_type<picked>>(drawn<Design>(members), options_of<Layers>(shape), seed, place);
    }
    std::unique_ptr<layer_with_array> make_with_array(bool judge, draws members, const layer_shape& shape,
                                                      std::uint64_t seed) const override {
        if constexpr (picked != plan::reference) {
            const Design chip = drawn<Design>(members);
            const auto options = options_of<Layers>(shape);
            if (!judge) {
                return std::make_unique<array_layer<layer_type<picked>, Design>>(chip, options, seed);
            }
            return std::make_unique<array_layer<layer_type<plan::reference>, Design>>(chip, options, seed);
        } else {
            fail("differential", name, "a design with a plan faster than the reference", "none");
        }
    }
    std::string describe(draws members) const override { return rcim::describe(drawn<Design>(members)); }
};

/// Adds the design of these levels.
template <class Layers, class Cell, class Faults, class Noise, class Wire, class Dac, class Adc, class Words, class Rounding,
          class Layout, class Protect, class Geometry, class Dataflow, class Update>
void add(catalogue& all, int number, const char* name) {
    using map = typename Layout::template map<typename Words::template map<Rounding>>;
    using chip = design<Cell, Faults, Noise, Wire, Dac, Adc, map, typename Protect::template type<map, Cell>, Geometry,
                        Dataflow, Update>;
    all.push_back(std::make_unique<design_of<Layers, chip>>(number, name));
}

} // namespace rcim_differential
