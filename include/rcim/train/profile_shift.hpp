#pragma once

/// @file
/// Noise injection adaption (He et al., "Noise injection adaption: end-to-end ReRAM crossbar non-ideal effect adaption for neural network
/// mapping", DAC 2019), and beside it the plain re-calibration of gains:
///
///     const auto shift = profile_shift(on_the_chip, data.train, table);  // a network with wires
///     inject(to_be_trained, shift);                                      // one with .with(injected{}) and ideal wires
///     fit(to_be_trained, data, ...);
///     map_weights(to_be_trained, on_the_chip);
///     recalibrate(on_the_chip, profile_shift(on_the_chip, data.train, table));

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/shift.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/train/calibrate.hpp>

#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// By how much wires, and states that cells are in, shift the sums of every layer for these images, with every layer read as if there
/// were neither of them; layers in order, empty where a layer has no such reads. Noise that is drawn for every read is not counted. Throws `error`
/// where the images do not suit the network.
[[nodiscard]] inline std::vector<shift_profile> profile_shift(network& net, const image_set& set, const pixel_table& table,
                                                              const calibrate_options& options = {}) {
    std::vector<shift_profile> profiles;
    detail::look_at_sums("profile_shift", net, set, table, options, [](pass_context& context) { context.profiling = true; });
    net.each([&](layer& one) { profiles.push_back(one.take_shift()); });
    return profiles;
}

namespace detail {
template <class Use>
void with_each_profile(const char* where, network& net, const std::vector<shift_profile>& profiles, Use&& use) {
    std::size_t layers = 0;
    net.each([&](layer&) { ++layers; });
    if (layers != profiles.size()) {
        fail(where, "profiles", text(layers, ", one for each layer"), text(profiles.size()));
    }
    std::size_t n = 0;
    net.each([&](layer& one) { use(one, profiles[n++]); });
}
} // namespace detail

/// Gives the statistics of profiles to the layers of a network of the same layers whose design says `injected`; others ignore them. Throws `error` where
/// extents differ.
inline void inject(network& net, const std::vector<shift_profile>& profiles) {
    detail::with_each_profile("inject", net, profiles, [](layer& one, const shift_profile& profile) { one.inject(profile); });
}

/// Sets the digital gains of all layers that were profiled, one for each layer or for each output, so that results come closest in the mean square to those
/// without wires. It replaces gains that were set before.
inline void recalibrate(network& net, const std::vector<shift_profile>& profiles, shift_grain grain = shift_grain::layer) {
    detail::with_each_profile("recalibrate", net, profiles, [&](layer& one, const shift_profile& profile) { one.set_gains(profile, grain); });
}

} // namespace rcim::inline RCIM_ABI
