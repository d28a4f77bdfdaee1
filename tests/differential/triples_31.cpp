// Written by covering_array.py: designs 318 to 325.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::padded, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::ideal, words::offset_8,
        rounding::carried, layout::plain, protect::arithmetic, geometry::fixed, dataflow::fewer_columns, update::clipped>(
        all, 318, "conv2d.padded.arrive.none.ideal.bit_serial.ideal.offset_8.carried.plain.arithmetic.fixed.fewer_columns.clipped");
    add<layers::dense, cell::programmed, faults::none, noise::of_reads, wire::ideal, dac::two_passes, adc::fitted,
        words::symmetric_7, rounding::carried, layout::circulant, protect::none, geometry::fixed, dataflow::transposed,
        update::zeroed>(
        all, 319, "dense.programmed.none.of_reads.ideal.two_passes.fitted.symmetric_7.carried.circulant.none.fixed.transposed.zeroed");
    add<layers::dense, cell::multilevel, faults::none, noise::of_states, wire::estimated, dac::of_magnitudes, adc::cuts,
        words::sign_magnitude_6, rounding::carried, layout::plain, protect::compensated, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::plain>(
        all, 320, "dense.multilevel.none.of_states.estimated.of_magnitudes.cuts.sign_magnitude_6.carried.plain.compensated.as_large_as_needed.fewer_columns.plain");
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::none, wire::exact, dac::two_passes, adc::cuts,
        words::differential_8, rounding::carried, layout::plain, protect::compensated, geometry::fixed,
        dataflow::fewer_columns, update::clipped>(
        all, 321, "conv2d.beyond_ohm.none.none.exact.two_passes.cuts.differential_8.carried.plain.compensated.fixed.fewer_columns.clipped");
    add<layers::dense, cell::drifts, faults::none, noise::by_columns, wire::exact, dac::two_passes, adc::ideal,
        words::sign_magnitude_6, rounding::nearest, layout::masked_circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::gated>(
        all, 322, "dense.drifts.none.by_columns.exact.two_passes.ideal.sign_magnitude_6.nearest.masked_circulant.none.fixed.transposed.gated");
    add<layers::dense, cell::multilevel, faults::none, noise::none, wire::ideal, dac::two_passes, adc::whole,
        words::differential_16, rounding::carried, layout::masked_circulant, protect::compensated, geometry::given,
        dataflow::digital, update::zeroed>(
        all, 323, "dense.multilevel.none.none.ideal.two_passes.whole.differential_16.carried.masked_circulant.compensated.given.digital.zeroed");
    add<layers::dense, cell::multilevel, faults::none, noise::by_columns, wire::estimated, dac::two_passes, adc::fitted,
        words::differential_16, rounding::carried, layout::masked, protect::none, geometry::fixed,
        dataflow::fewer_columns, update::gated>(
        all, 324, "dense.multilevel.none.by_columns.estimated.two_passes.fitted.differential_16.carried.masked.none.fixed.fewer_columns.gated");
    add<layers::dense, cell::beyond_ohm, faults::wear, noise::by_columns, wire::exact, dac::ideal, adc::cuts,
        words::differential_16, rounding::nearest, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::zeroed>(
        all, 325, "dense.beyond_ohm.wear.by_columns.exact.ideal.cuts.differential_16.nearest.circulant.none.as_large_as_needed.digital.zeroed");
});

} // namespace
} // namespace rcim_differential
