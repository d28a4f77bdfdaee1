// Written by covering_array.py: designs 230 to 238.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::none, noise::by_columns, wire::estimated, dac::bit_serial, adc::fitted,
        words::symmetric_7, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows,
        update::gated>(
        all, 230, "dense.padded.none.by_columns.estimated.bit_serial.fitted.symmetric_7.nearest.masked.none.fixed.fewer_rows.gated");
    add<layers::conv2d, cell::ideal, faults::none, noise::of_reads, wire::ideal, dac::two_passes, adc::full_scale,
        words::differential_16, rounding::carried, layout::masked, protect::compensated, geometry::fixed,
        dataflow::fewer_columns, update::plain>(
        all, 231, "conv2d.ideal.none.of_reads.ideal.two_passes.full_scale.differential_16.carried.masked.compensated.fixed.fewer_columns.plain");
    add<layers::dense, cell::drifts, faults::lasting, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::ideal,
        words::sign_magnitude_6, rounding::carried, layout::circulant, protect::none, geometry::given,
        dataflow::transposed, update::mastered>(
        all, 232, "dense.drifts.lasting.pytorx.estimated.of_magnitudes.ideal.sign_magnitude_6.carried.circulant.none.given.transposed.mastered");
    add<layers::conv2d, cell::multilevel, faults::wear, noise::of_states, wire::exact, dac::ideal, adc::ideal,
        words::symmetric_7, rounding::carried, layout::masked_circulant, protect::none, geometry::given,
        dataflow::transposed, update::mastered>(
        all, 233, "conv2d.multilevel.wear.of_states.exact.ideal.ideal.symmetric_7.carried.masked_circulant.none.given.transposed.mastered");
    add<layers::conv2d, cell::drifts, faults::lasting, noise::none, wire::exact, dac::bit_serial, adc::full_scale,
        words::differential_16, rounding::nearest, layout::pruned, protect::compensated, geometry::given,
        dataflow::transposed, update::clipped>(
        all, 234, "conv2d.drifts.lasting.none.exact.bit_serial.full_scale.differential_16.nearest.pruned.compensated.given.transposed.clipped");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::digital,
        update::mastered>(
        all, 235, "conv2d.ideal.none.none.ideal.two_passes.cuts.direct.stochastic.plain.none.as_large_as_needed.digital.mastered");
    add<layers::dense, cell::ideal, faults::wear, noise::pytorx, wire::ideal, dac::bit_serial, adc::fitted,
        words::differential_16, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::digital,
        update::gated>(
        all, 236, "dense.ideal.wear.pytorx.ideal.bit_serial.fitted.differential_16.carried.pruned.none.fixed.digital.gated");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::transposed, update::by_lines>(
        all, 237, "conv2d.ideal.none.none.ideal.two_passes.full_scale.direct.stochastic.plain.none.fixed.transposed.by_lines");
    add<layers::dense, cell::programmed, faults::wear, noise::none, wire::estimated, dac::two_passes, adc::cuts,
        words::sign_magnitude_6, rounding::stochastic, layout::masked, protect::none, geometry::fixed,
        dataflow::fewer_rows, update::plain>(
        all, 238, "dense.programmed.wear.none.estimated.two_passes.cuts.sign_magnitude_6.stochastic.masked.none.fixed.fewer_rows.plain");
});

} // namespace
} // namespace rcim_differential
