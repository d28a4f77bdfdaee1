#pragma once

#include <rcim/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The numbers of the `most` largest scores, in no order; of equal ones the first. O(n) on average.
class largest_scores {
public:
    void clear() { all_.clear(); }
    void add(double score, index_t number) { all_.emplace_back(score, number); }
    [[nodiscard]] index_t size() const { return static_cast<index_t>(all_.size()); }

    /// drop(number) for the others.
    template <class Drop>
    void drop_beyond(index_t most, Drop&& drop) {
        if (most >= size()) {
            return;
        }
        const auto end = all_.begin() + most;
        std::nth_element(all_.begin(), end, all_.end(), [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
        std::for_each(end, all_.end(), [&](const auto& one) { drop(one.second); });
    }

private:
    std::vector<std::pair<double, index_t>> all_;
};

/// A share of a number of things, at least one.
[[nodiscard]] inline index_t share_of(double share, index_t count) {
    return std::max<index_t>(1, static_cast<index_t>(share * static_cast<double>(count) + 0.5));
}

} // namespace rcim::inline RCIM_ABI
