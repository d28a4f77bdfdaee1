#pragma once

#include <rcim/update/activation_arrays.hpp>
#include <rcim/update/significance.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The least significant rows of activations are left out, as many as together hold at most a share of the significance of the layer and
/// batch: a bound for what the gradient may lose that does not hang on the one largest row. The bound is found in steps of an eighth of a
/// power of two, so the share is met from below. Share 0 leaves out the rows that add exactly nothing.
///
/// A reconstruction, like `elided_rows`.
template <Significance Kind = outer_product, DataflowModel Inner = activation_arrays<>>
struct elided_share {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = Inner::gradients_in_arrays;

    float share = 0.0f; ///< [0, 1)
    Inner inner{};

    void keep_rows(const activation_rows& rows) const {
        const auto count = rows.keep.size();
        // Sums of significance by exponent and the three highest bits behind it. In double, in the order of rows: the same for any number of
        // threads.
        std::array<double, bins> sums{};
        double total = 0.0;
        for (std::size_t r = 0; r < count; ++r) {
            const float s = Kind::of(rows.activation[r], rows.error[r]);
            const double value = rows.keep[r] != 0 && s == s ? static_cast<double>(s) : 0.0;
            sums[bin_of(s)] += value;
            total += value;
        }
        const double budget = static_cast<double>(std::min(rows.elision * share, 1.0f)) * total;
        std::uint32_t first = 1; // bin 0 holds what adds nothing
        for (double lost = sums[0]; first < bins && sums[first] + lost <= budget; ++first) {
            lost += sums[first];
        }
        for (std::size_t r = 0; r < count; ++r) {
            const float s = Kind::of(rows.activation[r], rows.error[r]);
            rows.keep[r] &= static_cast<std::uint8_t>(bin_of(s) >= first && s != 0.0f);
        }
    }

    static std::string name() { return "elided_share<" + Kind::name() + ", " + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"share", &elided_share::share, 0.0, 0.999999}, field{"inner", &elided_share::inner}};
    }

private:
    /// Of all numbers that are not negative; NaN and infinity come last, so that they are kept.
    static constexpr std::uint32_t bins = (0x7FFFFFFFu >> 20) + 2;
    [[nodiscard]] static std::uint32_t bin_of(float s) {
        const std::uint32_t bits = std::bit_cast<std::uint32_t>(s) & 0x7FFFFFFFu;
        return bits == 0 ? 0 : (bits >> 20) + 1;
    }
};
static_assert(DataflowModel<elided_share<>>);

} // namespace rcim::inline RCIM_ABI
