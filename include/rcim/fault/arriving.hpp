#pragma once

#include <rcim/fault/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The faults of another model, not there from the start: each arrives at the beginning of an epoch that is drawn for its cell,
/// uniformly from the first to the last. What a cell held is then overridden.
template <FaultModel Inner>
struct arriving {
    using policy_kind = fault_kind;
    static constexpr bool none = Inner::none;
    static_assert(!fault_requires::wears<Inner>, "rcim: role Faults: arriving: worn cells stick when they are worn, not at an epoch");

    int first_epoch = 1; ///< >= 0; epoch 0 is the start of training
    int last_epoch = 1;  ///< >= first_epoch
    Inner inner{};

    [[nodiscard]] constexpr int stuck_level(const random_source& source, const cell_site& site, int levels) const {
        return inner.stuck_level(source.fork(0), site, levels);
    }
    [[nodiscard]] constexpr int arrival_epoch(const random_source& source, const cell_site& site, int) const {
        return first_epoch + static_cast<int>(source.fork(1).below(site.index, static_cast<std::uint32_t>(last_epoch - first_epoch + 1)));
    }

    void validate() const {
        if (last_epoch < first_epoch) {
            fail(name(), "last_epoch", text("at least ", first_epoch), text(last_epoch));
        }
    }

    static std::string name() { return "arriving<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"first_epoch", &arriving::first_epoch, 0.0, 1e9}, field{"last_epoch", &arriving::last_epoch, 0.0, 1e9},
                          field{"inner", &arriving::inner}};
    }
};

} // namespace rcim::inline RCIM_ABI
