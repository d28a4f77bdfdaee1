// Written by covering_array.py: designs 116 to 124.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::of_reads, wire::ideal, dac::ideal, adc::cuts, words::offset_8,
        rounding::carried, layout::circulant, protect::compensated, geometry::given, dataflow::digital, update::plain>(
        all, 116, "conv2d.multilevel.lasting.of_reads.ideal.ideal.cuts.offset_8.carried.circulant.compensated.given.digital.plain");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::by_columns, wire::exact, dac::ideal, adc::cuts,
        words::differential_16, rounding::nearest, layout::pruned, protect::none, geometry::fixed,
        dataflow::fewer_columns, update::clipped>(
        all, 117, "conv2d.multilevel.arrive.by_columns.exact.ideal.cuts.differential_16.nearest.pruned.none.fixed.fewer_columns.clipped");
    add<layers::dense, cell::ideal, faults::wear, noise::of_states, wire::estimated, dac::two_passes, adc::cuts,
        words::differential_8, rounding::stochastic, layout::masked_circulant, protect::none, geometry::given,
        dataflow::transposed, update::clipped>(
        all, 118, "dense.ideal.wear.of_states.estimated.two_passes.cuts.differential_8.stochastic.masked_circulant.none.given.transposed.clipped");
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::of_states, wire::exact, dac::bit_serial, adc::full_scale,
        words::differential_8, rounding::stochastic, layout::pruned, protect::compensated, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::mastered>(
        all, 119, "conv2d.multilevel.lasting.of_states.exact.bit_serial.full_scale.differential_8.stochastic.pruned.compensated.as_large_as_needed.fewer_columns.mastered");
    add<layers::dense, cell::programmed, faults::none, noise::of_reads, wire::exact, dac::two_passes, adc::full_scale,
        words::differential_16, rounding::stochastic, layout::plain, protect::compensated, geometry::fixed,
        dataflow::sampled, update::gated>(
        all, 120, "dense.programmed.none.of_reads.exact.two_passes.full_scale.differential_16.stochastic.plain.compensated.fixed.sampled.gated");
    add<layers::conv2d, cell::programmed, faults::none, noise::by_columns, wire::ideal, dac::two_passes, adc::ideal,
        words::offset_8, rounding::carried, layout::masked_circulant, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::plain>(
        all, 121, "conv2d.programmed.none.by_columns.ideal.two_passes.ideal.offset_8.carried.masked_circulant.none.as_large_as_needed.transposed.plain");
    add<layers::conv2d, cell::ideal, faults::lasting, noise::none, wire::ideal, dac::of_magnitudes, adc::whole,
        words::symmetric_7, rounding::nearest, layout::pruned, protect::compensated, geometry::given,
        dataflow::fewer_rows, update::zeroed>(
        all, 122, "conv2d.ideal.lasting.none.ideal.of_magnitudes.whole.symmetric_7.nearest.pruned.compensated.given.fewer_rows.zeroed");
    add<layers::conv2d, cell::ideal, faults::arrive, noise::of_reads, wire::exact, dac::of_magnitudes, adc::fitted,
        words::offset_8, rounding::nearest, layout::plain, protect::none, geometry::fixed, dataflow::sampled,
        update::by_lines>(
        all, 123, "conv2d.ideal.arrive.of_reads.exact.of_magnitudes.fitted.offset_8.nearest.plain.none.fixed.sampled.by_lines");
    add<layers::dense, cell::beyond_ohm, faults::wear, noise::of_reads, wire::exact, dac::bit_serial, adc::full_scale,
        words::symmetric_7, rounding::carried, layout::plain, protect::none, geometry::fixed, dataflow::fewer_columns,
        update::clipped>(
        all, 124, "dense.beyond_ohm.wear.of_reads.exact.bit_serial.full_scale.symmetric_7.carried.plain.none.fixed.fewer_columns.clipped");
});

} // namespace
} // namespace rcim_differential
