#pragma once

/// @file
/// What every layer has to satisfy besides its gradients.

#include <rcim/core/archive.hpp>
#include <rcim/nn/layer.hpp>

#include <nn/gradient_check.hpp>

#include <cstring>
#include <vector>

namespace rcim_test {

/// Collects the bytes and names of everything that is visited.
class byte_archive : public rcim::archive {
public:
    std::vector<unsigned char> bytes;
    std::vector<std::string> names;

private:
    void on_array(const array& a) override {
        names.push_back(a.name);
        const auto* const from = static_cast<const unsigned char*>(a.data);
        bytes.insert(bytes.end(), from, from + a.bytes);
    }
};

inline void append_bytes(std::vector<unsigned char>& to, const rcim::batch_tensor& x) {
    const auto size = static_cast<std::size_t>(x.blocks() * x.block_stride()) * sizeof(float);
    const std::size_t old = to.size();
    to.resize(old + size);
    if (size > 0) {
        std::memcpy(to.data() + old, x.data(), size);
    }
}

/// Everything that two training steps and an evaluation leave behind.
inline std::vector<unsigned char> trace_of(rcim::layer& subject, rcim::map_shape shape, index_t samples, int threads) {
    rcim::thread_pool pool(threads);
    std::vector<unsigned char> trace;
    rcim::batch_tensor y;
    rcim::batch_tensor dx;
    for (std::uint32_t step = 0; step < 2; ++step) {
        const rcim::batch_tensor x = random_batch(shape, samples, step);
        const rcim::pass_context context{pool, true, 5, step};
        subject.forward(x, y, context);
        subject.backward(x, y, random_gradient(y.shape(), samples, 100 + step), &dx, context);
        append_bytes(trace, y);
        append_bytes(trace, dx);
        rcim::update_report report;
        subject.update({pool, 5, step, 1.0f, report});
    }
    subject.forward(random_batch(shape, samples, 3), y, {pool, false, 5, 2});
    append_bytes(trace, y);
    byte_archive state;
    subject.visit(state);
    trace.insert(trace.end(), state.bytes.begin(), state.bytes.end());
    return trace;
}

/// 1, 2 and 3 threads give the same bits for batches around the size of a block. `make` gives a new layer.
template <class Make>
void check_any_number_of_threads(Make&& make, rcim::map_shape shape, std::vector<index_t> batches = {1, 15, 16, 17, 40}) {
    for (const index_t samples : batches) {
        CAPTURE(samples);
        const auto one = trace_of(*make(), shape, samples, 1);
        CHECK(one == trace_of(*make(), shape, samples, 2));
        CHECK(one == trace_of(*make(), shape, samples, 3));
    }
}

/// The text of the error that `act` throws.
template <class Act>
std::string error_of(Act&& act) {
    try {
        act();
    } catch (const rcim::error& e) {
        return e.what();
    }
    return "no error";
}

} // namespace rcim_test
