#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/nn/layer.hpp>

namespace rcim::inline RCIM_ABI {

/// Looks at what every layer of a network has just made of a pass, those inside of blocks before the blocks.
class pass_watch {
public:
    pass_watch() = default;
    pass_watch(const pass_watch&) = delete;
    pass_watch& operator=(const pass_watch&) = delete;
    virtual ~pass_watch() = default;

    virtual void forward(layer& one, const batch_tensor& y) = 0;
    /// dx is null where it is not computed.
    virtual void backward(layer& one, const batch_tensor* dx) = 0;
};

} // namespace rcim::inline RCIM_ABI
