#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/core/error.hpp>

#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The state of one owner in memory, to be put back later into the same owner or one that is made alike.
class snapshot {
public:
    snapshot() = default;
    /// Takes the state. O(its bytes).
    template <class Owner>
    explicit snapshot(Owner& owner) {
        taker taking(arrays_);
        owner.visit(taking);
    }
    /// Puts it back. Throws `error` if the owner shows other arrays than the one it was taken of; what came before is put back by then.
    template <class Owner>
    void restore(Owner& owner) const {
        giver giving(arrays_);
        owner.visit(giving);
        if (giving.next != arrays_.size()) {
            fail("snapshot", "arrays", text(arrays_.size()), text(giving.next));
        }
    }
    [[nodiscard]] bool empty() const { return arrays_.empty(); }

private:
    using named_bytes = std::pair<std::string, std::vector<unsigned char>>;

    struct taker final : archive {
        explicit taker(std::vector<named_bytes>& to_) : to(to_) {}
        void on_array(const array& a) override {
            const auto* const from = static_cast<const unsigned char*>(a.data);
            to.emplace_back(a.name, std::vector<unsigned char>(from, from + a.bytes));
        }
        std::vector<named_bytes>& to;
    };
    struct giver final : archive {
        explicit giver(const std::vector<named_bytes>& from_) : from(from_) {}
        void on_array(const array& a) override {
            if (next >= from.size() || from[next].first != a.name || from[next].second.size() != a.bytes) {
                fail("snapshot", a.name,
                     next < from.size() ? text(from[next].first, " of ", from[next].second.size(), " bytes")
                                        : std::string("no more arrays"),
                     text(a.bytes, " bytes"));
            }
            if (a.bytes > 0) {
                std::memcpy(a.data, from[next].second.data(), a.bytes);
            }
            ++next;
        }
        [[nodiscard]] std::optional<std::size_t> stored_bytes(const std::string& name) const override {
            return next < from.size() && from[next].first == name ? from[next].second.size() : 0;
        }
        const std::vector<named_bytes>& from;
        std::size_t next = 0;
    };

    std::vector<named_bytes> arrays_;
};

} // namespace rcim::inline RCIM_ABI
