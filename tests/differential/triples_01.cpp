// Written by covering_array.py: designs 55 to 62.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::pytorx, wire::exact, dac::ideal, adc::fitted,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::compensated, geometry::fixed,
        dataflow::sampled, update::zeroed>(
        all, 55, "conv2d.multilevel.lasting.pytorx.exact.ideal.fitted.symmetric_7.stochastic.masked.compensated.fixed.sampled.zeroed");
    add<layers::conv2d, cell::padded, faults::arrive, noise::of_states, wire::estimated, dac::two_passes, adc::fitted,
        words::differential_16, rounding::nearest, layout::masked_circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::clipped>(
        all, 56, "conv2d.padded.arrive.of_states.estimated.two_passes.fitted.differential_16.nearest.masked_circulant.none.fixed.transposed.clipped");
    add<layers::dense, cell::ideal, faults::lasting, noise::pytorx, wire::estimated, dac::ideal, adc::full_scale,
        words::differential_16, rounding::stochastic, layout::pruned, protect::compensated,
        geometry::as_large_as_needed, dataflow::fewer_rows, update::gated>(
        all, 57, "dense.ideal.lasting.pytorx.estimated.ideal.full_scale.differential_16.stochastic.pruned.compensated.as_large_as_needed.fewer_rows.gated");
    add<layers::conv2d, cell::multilevel, faults::wear, noise::none, wire::estimated, dac::of_magnitudes, adc::cuts,
        words::symmetric_7, rounding::nearest, layout::circulant, protect::none, geometry::fixed, dataflow::digital,
        update::mastered>(
        all, 58, "conv2d.multilevel.wear.none.estimated.of_magnitudes.cuts.symmetric_7.nearest.circulant.none.fixed.digital.mastered");
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::of_states, wire::exact, dac::two_passes, adc::ideal,
        words::differential_8, rounding::nearest, layout::pruned, protect::none, geometry::given, dataflow::fewer_rows,
        update::gated>(
        all, 59, "dense.beyond_ohm.arrive.of_states.exact.two_passes.ideal.differential_8.nearest.pruned.none.given.fewer_rows.gated");
    add<layers::conv2d, cell::programmed, faults::lasting, noise::by_columns, wire::exact, dac::bit_serial, adc::full_scale,
        words::sign_magnitude_6, rounding::carried, layout::masked, protect::compensated, geometry::fixed,
        dataflow::transposed, update::by_lines>(
        all, 60, "conv2d.programmed.lasting.by_columns.exact.bit_serial.full_scale.sign_magnitude_6.carried.masked.compensated.fixed.transposed.by_lines");
    add<layers::conv2d, cell::ideal, faults::none, noise::pytorx, wire::exact, dac::two_passes, adc::ideal, words::symmetric_7,
        rounding::carried, layout::pruned, protect::compensated, geometry::given, dataflow::fewer_columns,
        update::by_lines>(
        all, 61, "conv2d.ideal.none.pytorx.exact.two_passes.ideal.symmetric_7.carried.pruned.compensated.given.fewer_columns.by_lines");
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::none, wire::exact, dac::ideal, adc::fitted, words::offset_8,
        rounding::nearest, layout::circulant, protect::compensated, geometry::given, dataflow::digital, update::by_lines>(
        all, 62, "conv2d.beyond_ohm.lasting.none.exact.ideal.fitted.offset_8.nearest.circulant.compensated.given.digital.by_lines");
});

} // namespace
} // namespace rcim_differential
