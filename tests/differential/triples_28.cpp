// Written by covering_array.py: designs 291 to 299.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::sign_magnitude_6, rounding::carried, layout::plain, protect::arithmetic, geometry::as_large_as_needed,
        dataflow::transposed, update::zeroed>(
        all, 291, "dense.padded.arrive.none.ideal.bit_serial.whole.sign_magnitude_6.carried.plain.arithmetic.as_large_as_needed.transposed.zeroed");
    add<layers::dense, cell::drifts, faults::none, noise::of_states, wire::estimated, dac::ideal, adc::full_scale,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::compensated, geometry::fixed,
        dataflow::transposed, update::by_lines>(
        all, 292, "dense.drifts.none.of_states.estimated.ideal.full_scale.symmetric_7.stochastic.masked.compensated.fixed.transposed.by_lines");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::transposed, update::zeroed>(
        all, 293, "conv2d.ideal.none.none.ideal.bit_serial.cuts.direct.stochastic.plain.none.given.transposed.zeroed");
    add<layers::conv2d, cell::ideal, faults::wear, noise::by_columns, wire::exact, dac::ideal, adc::fitted,
        words::sign_magnitude_6, rounding::carried, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::clipped>(
        all, 294, "conv2d.ideal.wear.by_columns.exact.ideal.fitted.sign_magnitude_6.carried.masked.none.as_large_as_needed.fewer_columns.clipped");
    add<layers::dense, cell::multilevel, faults::wear, noise::by_columns, wire::estimated, dac::bit_serial, adc::ideal,
        words::offset_8, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_columns,
        update::zeroed>(
        all, 295, "dense.multilevel.wear.by_columns.estimated.bit_serial.ideal.offset_8.nearest.masked.none.fixed.fewer_columns.zeroed");
    add<layers::conv2d, cell::programmed, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::cuts,
        words::differential_8, rounding::carried, layout::masked_circulant, protect::none, geometry::given,
        dataflow::digital, update::by_lines>(
        all, 296, "conv2d.programmed.none.none.ideal.bit_serial.cuts.differential_8.carried.masked_circulant.none.given.digital.by_lines");
    add<layers::conv2d, cell::padded, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_16, rounding::carried, layout::circulant, protect::compensated, geometry::fixed,
        dataflow::digital, update::gated>(
        all, 297, "conv2d.padded.lasting.none.ideal.bit_serial.whole.differential_16.carried.circulant.compensated.fixed.digital.gated");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_columns, update::clipped>(
        all, 298, "conv2d.ideal.none.none.ideal.two_passes.cuts.direct.stochastic.plain.none.given.fewer_columns.clipped");
    add<layers::dense, cell::programmed, faults::arrive, noise::of_reads, wire::ideal, dac::of_magnitudes, adc::ideal,
        words::differential_16, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::digital,
        update::gated>(
        all, 299, "dense.programmed.arrive.of_reads.ideal.of_magnitudes.ideal.differential_16.stochastic.plain.none.given.digital.gated");
});

} // namespace
} // namespace rcim_differential
