// Written by covering_array.py: designs 344 to 352.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::drifts, faults::wear, noise::of_states, wire::ideal, dac::of_magnitudes, adc::full_scale,
        words::offset_8, rounding::stochastic, layout::masked_circulant, protect::none, geometry::given,
        dataflow::digital, update::clipped>(
        all, 344, "dense.drifts.wear.of_states.ideal.of_magnitudes.full_scale.offset_8.stochastic.masked_circulant.none.given.digital.clipped");
    add<layers::dense, cell::padded, faults::wear, noise::none, wire::estimated, dac::two_passes, adc::cuts,
        words::differential_8, rounding::carried, layout::masked, protect::none, geometry::given, dataflow::digital,
        update::gated>(
        all, 345, "dense.padded.wear.none.estimated.two_passes.cuts.differential_8.carried.masked.none.given.digital.gated");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::ideal, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows,
        update::clipped>(
        all, 346, "conv2d.ideal.none.none.ideal.ideal.full_scale.direct.stochastic.plain.none.as_large_as_needed.fewer_rows.clipped");
    add<layers::dense, cell::padded, faults::none, noise::none, wire::estimated, dac::two_passes, adc::fitted,
        words::symmetric_7, rounding::carried, layout::pruned, protect::compensated, geometry::fixed,
        dataflow::fewer_columns, update::gated>(
        all, 347, "dense.padded.none.none.estimated.two_passes.fitted.symmetric_7.carried.pruned.compensated.fixed.fewer_columns.gated");
    add<layers::dense, cell::multilevel, faults::wear, noise::by_columns, wire::exact, dac::of_magnitudes, adc::cuts,
        words::symmetric_7, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::sampled, update::by_lines>(
        all, 348, "dense.multilevel.wear.by_columns.exact.of_magnitudes.cuts.symmetric_7.nearest.masked.none.as_large_as_needed.sampled.by_lines");
    add<layers::conv2d, cell::programmed, faults::wear, noise::of_reads, wire::estimated, dac::ideal, adc::cuts,
        words::differential_16, rounding::carried, layout::masked, protect::none, geometry::fixed,
        dataflow::fewer_columns, update::mastered>(
        all, 349, "conv2d.programmed.wear.of_reads.estimated.ideal.cuts.differential_16.carried.masked.none.fixed.fewer_columns.mastered");
    add<layers::dense, cell::multilevel, faults::lasting, noise::of_states, wire::exact, dac::bit_serial, adc::ideal,
        words::symmetric_7, rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::zeroed>(
        all, 350, "dense.multilevel.lasting.of_states.exact.bit_serial.ideal.symmetric_7.stochastic.plain.none.as_large_as_needed.fewer_rows.zeroed");
    add<layers::dense, cell::multilevel, faults::none, noise::none, wire::estimated, dac::ideal, adc::full_scale,
        words::differential_8, rounding::carried, layout::masked, protect::compensated, geometry::given,
        dataflow::fewer_rows, update::by_lines>(
        all, 351, "dense.multilevel.none.none.estimated.ideal.full_scale.differential_8.carried.masked.compensated.given.fewer_rows.by_lines");
    add<layers::dense, cell::multilevel, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::sign_magnitude_6, rounding::stochastic, layout::masked_circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::clipped>(
        all, 352, "dense.multilevel.wear.none.ideal.bit_serial.whole.sign_magnitude_6.stochastic.masked_circulant.none.fixed.transposed.clipped");
});

} // namespace
} // namespace rcim_differential
