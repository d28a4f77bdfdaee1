// Written by covering_array.py: designs 142 to 150.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::programmed, faults::none, noise::by_columns, wire::ideal, dac::two_passes, adc::fitted,
        words::symmetric_7, rounding::nearest, layout::circulant, protect::compensated, geometry::given,
        dataflow::digital, update::by_lines>(
        all, 142, "dense.programmed.none.by_columns.ideal.two_passes.fitted.symmetric_7.nearest.circulant.compensated.given.digital.by_lines");
    add<layers::conv2d, cell::drifts, faults::none, noise::none, wire::exact, dac::bit_serial, adc::fitted,
        words::sign_magnitude_6, rounding::stochastic, layout::masked_circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::plain>(
        all, 143, "conv2d.drifts.none.none.exact.bit_serial.fitted.sign_magnitude_6.stochastic.masked_circulant.none.fixed.transposed.plain");
    add<layers::dense, cell::drifts, faults::wear, noise::by_columns, wire::ideal, dac::two_passes, adc::cuts,
        words::symmetric_7, rounding::carried, layout::masked_circulant, protect::none, geometry::given,
        dataflow::transposed, update::zeroed>(
        all, 144, "dense.drifts.wear.by_columns.ideal.two_passes.cuts.symmetric_7.carried.masked_circulant.none.given.transposed.zeroed");
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::by_columns, wire::estimated, dac::bit_serial, adc::cuts,
        words::sign_magnitude_6, rounding::stochastic, layout::circulant, protect::none, geometry::given,
        dataflow::digital, update::gated>(
        all, 145, "conv2d.beyond_ohm.wear.by_columns.estimated.bit_serial.cuts.sign_magnitude_6.stochastic.circulant.none.given.digital.gated");
    add<layers::dense, cell::ideal, faults::arrive, noise::none, wire::ideal, dac::two_passes, adc::whole,
        words::sign_magnitude_6, rounding::carried, layout::plain, protect::none, geometry::given, dataflow::fewer_rows,
        update::gated>(
        all, 146, "dense.ideal.arrive.none.ideal.two_passes.whole.sign_magnitude_6.carried.plain.none.given.fewer_rows.gated");
    add<layers::dense, cell::multilevel, faults::wear, noise::none, wire::exact, dac::ideal, adc::fitted,
        words::differential_16, rounding::carried, layout::masked, protect::none, geometry::given, dataflow::transposed,
        update::clipped>(
        all, 147, "dense.multilevel.wear.none.exact.ideal.fitted.differential_16.carried.masked.none.given.transposed.clipped");
    add<layers::dense, cell::multilevel, faults::none, noise::of_reads, wire::ideal, dac::of_magnitudes, adc::full_scale,
        words::differential_16, rounding::nearest, layout::pruned, protect::compensated, geometry::fixed,
        dataflow::digital, update::zeroed>(
        all, 148, "dense.multilevel.none.of_reads.ideal.of_magnitudes.full_scale.differential_16.nearest.pruned.compensated.fixed.digital.zeroed");
    add<layers::dense, cell::ideal, faults::none, noise::by_columns, wire::estimated, dac::of_magnitudes, adc::full_scale,
        words::sign_magnitude_6, rounding::nearest, layout::masked_circulant, protect::none,
        geometry::as_large_as_needed, dataflow::digital, update::mastered>(
        all, 149, "dense.ideal.none.by_columns.estimated.of_magnitudes.full_scale.sign_magnitude_6.nearest.masked_circulant.none.as_large_as_needed.digital.mastered");
    add<layers::conv2d, cell::padded, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::ideal, words::symmetric_7,
        rounding::carried, layout::plain, protect::arithmetic, geometry::as_large_as_needed, dataflow::fewer_columns,
        update::zeroed>(
        all, 150, "conv2d.padded.arrive.none.ideal.bit_serial.ideal.symmetric_7.carried.plain.arithmetic.as_large_as_needed.fewer_columns.zeroed");
});

} // namespace
} // namespace rcim_differential
