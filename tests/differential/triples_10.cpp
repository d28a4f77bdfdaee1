// Written by covering_array.py: designs 133 to 141.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::multilevel, faults::none, noise::pytorx, wire::estimated, dac::bit_serial, adc::cuts,
        words::differential_16, rounding::nearest, layout::masked_circulant, protect::compensated,
        geometry::as_large_as_needed, dataflow::digital, update::gated>(
        all, 133, "dense.multilevel.none.pytorx.estimated.bit_serial.cuts.differential_16.nearest.masked_circulant.compensated.as_large_as_needed.digital.gated");
    add<layers::dense, cell::ideal, faults::none, noise::of_reads, wire::estimated, dac::bit_serial, adc::cuts,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::mastered>(
        all, 134, "dense.ideal.none.of_reads.estimated.bit_serial.cuts.symmetric_7.stochastic.masked.compensated.as_large_as_needed.fewer_columns.mastered");
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::ideal,
        words::differential_16, rounding::nearest, layout::pruned, protect::arithmetic, geometry::given,
        dataflow::fewer_rows, update::by_lines>(
        all, 135, "conv2d.multilevel.lasting.none.ideal.bit_serial.ideal.differential_16.nearest.pruned.arithmetic.given.fewer_rows.by_lines");
    add<layers::dense, cell::ideal, faults::wear, noise::none, wire::ideal, dac::of_magnitudes, adc::whole,
        words::differential_16, rounding::nearest, layout::masked, protect::none, geometry::given, dataflow::sampled,
        update::clipped>(
        all, 136, "dense.ideal.wear.none.ideal.of_magnitudes.whole.differential_16.nearest.masked.none.given.sampled.clipped");
    add<layers::conv2d, cell::padded, faults::arrive, noise::of_states, wire::exact, dac::ideal, adc::ideal, words::offset_8,
        rounding::carried, layout::masked_circulant, protect::none, geometry::fixed, dataflow::transposed,
        update::by_lines>(
        all, 137, "conv2d.padded.arrive.of_states.exact.ideal.ideal.offset_8.carried.masked_circulant.none.fixed.transposed.by_lines");
    add<layers::dense, cell::multilevel, faults::arrive, noise::pytorx, wire::estimated, dac::two_passes, adc::full_scale,
        words::offset_8, rounding::nearest, layout::plain, protect::none, geometry::fixed, dataflow::fewer_columns,
        update::plain>(
        all, 138, "dense.multilevel.arrive.pytorx.estimated.two_passes.full_scale.offset_8.nearest.plain.none.fixed.fewer_columns.plain");
    add<layers::dense, cell::beyond_ohm, faults::none, noise::none, wire::estimated, dac::two_passes, adc::ideal,
        words::sign_magnitude_6, rounding::stochastic, layout::masked, protect::compensated, geometry::fixed,
        dataflow::sampled, update::zeroed>(
        all, 139, "dense.beyond_ohm.none.none.estimated.two_passes.ideal.sign_magnitude_6.stochastic.masked.compensated.fixed.sampled.zeroed");
    add<layers::conv2d, cell::padded, faults::none, noise::pytorx, wire::ideal, dac::ideal, adc::fitted, words::differential_16,
        rounding::carried, layout::pruned, protect::compensated, geometry::given, dataflow::sampled, update::plain>(
        all, 140, "conv2d.padded.none.pytorx.ideal.ideal.fitted.differential_16.carried.pruned.compensated.given.sampled.plain");
    add<layers::conv2d, cell::drifts, faults::lasting, noise::of_states, wire::ideal, dac::ideal, adc::full_scale,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::plain>(
        all, 141, "conv2d.drifts.lasting.of_states.ideal.ideal.full_scale.symmetric_7.stochastic.masked.compensated.as_large_as_needed.fewer_rows.plain");
});

} // namespace
} // namespace rcim_differential
