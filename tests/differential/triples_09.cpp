// Written by covering_array.py: designs 125 to 132.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::ideal, faults::arrive, noise::pytorx, wire::estimated, dac::ideal, adc::full_scale,
        words::differential_8, rounding::carried, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::zeroed>(
        all, 125, "dense.ideal.arrive.pytorx.estimated.ideal.full_scale.differential_8.carried.circulant.none.as_large_as_needed.digital.zeroed");
    add<layers::dense, cell::padded, faults::lasting, noise::by_columns, wire::estimated, dac::two_passes, adc::fitted,
        words::sign_magnitude_6, rounding::carried, layout::plain, protect::compensated, geometry::as_large_as_needed,
        dataflow::sampled, update::plain>(
        all, 126, "dense.padded.lasting.by_columns.estimated.two_passes.fitted.sign_magnitude_6.carried.plain.compensated.as_large_as_needed.sampled.plain");
    add<layers::dense, cell::drifts, faults::wear, noise::none, wire::estimated, dac::of_magnitudes, adc::full_scale,
        words::sign_magnitude_6, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::gated>(
        all, 127, "dense.drifts.wear.none.estimated.of_magnitudes.full_scale.sign_magnitude_6.nearest.masked.none.as_large_as_needed.fewer_columns.gated");
    add<layers::conv2d, cell::beyond_ohm, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::full_scale,
        words::differential_16, rounding::carried, layout::masked_circulant, protect::none,
        geometry::as_large_as_needed, dataflow::transposed, update::gated>(
        all, 128, "conv2d.beyond_ohm.arrive.none.ideal.bit_serial.full_scale.differential_16.carried.masked_circulant.none.as_large_as_needed.transposed.gated");
    add<layers::dense, cell::padded, faults::lasting, noise::of_reads, wire::ideal, dac::ideal, adc::fitted,
        words::differential_16, rounding::stochastic, layout::plain, protect::none, geometry::fixed,
        dataflow::transposed, update::zeroed>(
        all, 129, "dense.padded.lasting.of_reads.ideal.ideal.fitted.differential_16.stochastic.plain.none.fixed.transposed.zeroed");
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::none, wire::estimated, dac::ideal, adc::fitted,
        words::differential_8, rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::mastered>(
        all, 130, "conv2d.beyond_ohm.wear.none.estimated.ideal.fitted.differential_8.stochastic.plain.none.as_large_as_needed.fewer_rows.mastered");
    add<layers::conv2d, cell::ideal, faults::none, noise::pytorx, wire::exact, dac::ideal, adc::cuts, words::sign_magnitude_6,
        rounding::nearest, layout::plain, protect::compensated, geometry::fixed, dataflow::transposed, update::mastered>(
        all, 131, "conv2d.ideal.none.pytorx.exact.ideal.cuts.sign_magnitude_6.nearest.plain.compensated.fixed.transposed.mastered");
    add<layers::conv2d, cell::multilevel, faults::none, noise::none, wire::ideal, dac::two_passes, adc::whole,
        words::differential_8, rounding::stochastic, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::clipped>(
        all, 132, "conv2d.multilevel.none.none.ideal.two_passes.whole.differential_8.stochastic.circulant.none.as_large_as_needed.transposed.clipped");
});

} // namespace
} // namespace rcim_differential
