#pragma once

#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/update/dataflow.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Errors go back through the crossbars: they drive the columns, rows are sensed by converters of their own. Weight gradients are
/// digital. The slices of one weight lie side by side in forward reads and would mix in a transposed sum, so either each slice has a
/// pass of its own, in which a tile drives its columns of that slice, or each slice lies in an array of its own, all of whose columns
/// are driven at once. Where slices lie changes no forward read.
template <IntegerDac Dac = bit_serial_dac<8>, SiteAdc Adc = uniform_adc<8>>
struct transposed_errors {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = false;

    Dac dac{}; ///< of errors, which have either sign
    Adc adc{}; ///< its full scale is that of the columns driven at once
    bool separate_arrays = false; ///< false: one pass for each slice

    static std::string name() { return "transposed_errors<" + Dac::name() + ", " + Adc::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"dac", &transposed_errors::dac}, field{"adc", &transposed_errors::adc},
                          field{"separate_arrays", &transposed_errors::separate_arrays}};
    }
};
static_assert(TransposedDataflow<transposed_errors<>>);

} // namespace rcim::inline RCIM_ABI
