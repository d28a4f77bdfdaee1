#pragma once

/// @file
/// A design behind one type, since Python knows no templates: what it is, its numbers, and the layers and networks made of it.

#include <rcim/design/design.hpp>
#include <rcim/nn/nets.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fields.hpp"
#include "replaceable.hpp"

namespace rcim_python {

using rcim::index_t;

/// A network of the papers by name.
struct net_request {
    std::string name; ///< lenet5, vgg8 or resnet
    rcim::map_shape input{};
    index_t classes = 10;
    index_t depth = 20;     ///< of resnet
    bool batch_norm = true; ///< of vgg8
    std::uint64_t seed = 0;
};

/// Immutable. Whatever takes a map of faults makes cells that are stuck as it says, or, if there is none, as the design draws them.
class any_design {
public:
    virtual ~any_design() = default;

    [[nodiscard]] virtual std::string describe() const = 0;
    [[nodiscard]] virtual std::vector<std::pair<std::string, number>> numbers() const = 0;
    /// Throws `rcim::error` on a name that the design has not, and on numbers out of range.
    [[nodiscard]] virtual std::shared_ptr<const any_design> replaced(const std::map<std::string, number>& by) const = 0;

    [[nodiscard]] virtual rcim::network make(const net_request& net, const rcim::shared_fault_map& map) const = 0;
    virtual void add_conv2d(rcim::network& net, const rcim::conv2d_options& options, std::uint32_t place,
                            const rcim::shared_fault_map& map) const = 0;
    virtual void add_dense(rcim::network& net, const rcim::dense_options& options, std::uint32_t place,
                           const rcim::shared_fault_map& map) const = 0;
    virtual void add_batch_norm(rcim::network& net) const = 0;
};

/// The design on a chip with these faults, if there is a map of them.
template <class Chip>
[[nodiscard]] auto on_chip(const Chip& chip, const rcim::shared_fault_map& map) {
    if constexpr (Chip::map_type::coded) {
        using faults = replaceable<typename Chip::faults_type>;
        return chip.template without<rcim::fault_kind>().with(faults{.inner = chip.faults, .chip = map});
    } else {
        if (map.map) {
            rcim::fail("set_faults", "design", "one with cells: .with(bit_sliced<WeightBits, Encoding>{})", describe(chip));
        }
        return chip;
    }
}

template <class Chip>
class design_of final : public any_design {
public:
    explicit design_of(Chip chip) : chip_(std::move(chip)) { validate(chip_); }

    std::string describe() const override { return rcim::describe(chip_); }

    std::vector<std::pair<std::string, number>> numbers() const override {
        std::vector<std::pair<std::string, number>> all;
        each_number(chip_, [&](const std::string& name, auto value) { all.emplace_back(name, number_of(value)); });
        return all;
    }

    std::shared_ptr<const any_design> replaced(const std::map<std::string, number>& by) const override {
        Chip other = chip_;
        std::size_t found = 0;
        std::string names;
        each_number(other, [&](const std::string& name, auto& member) {
            names += (names.empty() ? "" : ", ") + name;
            if (const auto at = by.find(name); at != by.end()) {
                assign(member, name, at->second);
                ++found;
            }
        });
        if (found != by.size()) {
            const auto numbers_here = numbers();
            for (const auto& [name, value] : by) {
                bool known = false;
                for (const auto& [own, unused] : numbers_here) {
                    known = known || own == name;
                }
                if (!known) {
                    rcim::fail("replace", name, "one of " + names, "no such member");
                }
            }
        }
        return std::make_shared<design_of>(std::move(other));
    }

    rcim::network make(const net_request& net, const rcim::shared_fault_map& map) const override {
        const auto chip = with(map);
        if (net.name == "lenet5") {
            return rcim::lenet5(chip, net.seed, net.input, net.classes);
        }
        if (net.name == "vgg8") {
            return rcim::vgg8(chip, net.seed, net.input, net.classes, {.batch_norm = net.batch_norm});
        }
        return rcim::resnet(chip, net.seed, net.depth, net.input, net.classes);
    }
    void add_conv2d(rcim::network& net, const rcim::conv2d_options& options, std::uint32_t place,
                    const rcim::shared_fault_map& map) const override {
        net.emplace<rcim::conv2d<faulty>>(with(map), options, net.seed(), place);
    }
    void add_dense(rcim::network& net, const rcim::dense_options& options, std::uint32_t place,
                   const rcim::shared_fault_map& map) const override {
        net.emplace<rcim::dense<faulty>>(with(map), options, net.seed(), place);
    }
    void add_batch_norm(rcim::network& net) const override {
        net.emplace<rcim::batch_norm<faulty>>(with({}), net.output_shape().channels);
    }

private:
    [[nodiscard]] auto with(const rcim::shared_fault_map& map) const { return on_chip(chip_, map); }
    using faulty = decltype(on_chip(std::declval<const Chip&>(), std::declval<const rcim::shared_fault_map&>()));

    Chip chip_;
};

} // namespace rcim_python
