// Written by covering_array.py: designs 195 to 203.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::ideal, faults::arrive, noise::of_reads, wire::exact, dac::two_passes, adc::ideal,
        words::differential_16, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::fewer_rows,
        update::mastered>(
        all, 195, "dense.ideal.arrive.of_reads.exact.two_passes.ideal.differential_16.carried.pruned.none.fixed.fewer_rows.mastered");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::whole, words::offset_8,
        rounding::stochastic, layout::plain, protect::compensated, geometry::given, dataflow::fewer_columns,
        update::clipped>(
        all, 196, "dense.ideal.none.none.ideal.of_magnitudes.whole.offset_8.stochastic.plain.compensated.given.fewer_columns.clipped");
    add<layers::dense, cell::drifts, faults::arrive, noise::pytorx, wire::estimated, dac::two_passes, adc::full_scale,
        words::differential_16, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::sampled, update::by_lines>(
        all, 197, "dense.drifts.arrive.pytorx.estimated.two_passes.full_scale.differential_16.nearest.pruned.none.as_large_as_needed.sampled.by_lines");
    add<layers::dense, cell::drifts, faults::none, noise::of_reads, wire::estimated, dac::ideal, adc::ideal, words::offset_8,
        rounding::carried, layout::plain, protect::compensated, geometry::given, dataflow::transposed, update::zeroed>(
        all, 198, "dense.drifts.none.of_reads.estimated.ideal.ideal.offset_8.carried.plain.compensated.given.transposed.zeroed");
    add<layers::dense, cell::ideal, faults::arrive, noise::pytorx, wire::estimated, dac::ideal, adc::fitted, words::symmetric_7,
        rounding::stochastic, layout::masked_circulant, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::clipped>(
        all, 199, "dense.ideal.arrive.pytorx.estimated.ideal.fitted.symmetric_7.stochastic.masked_circulant.none.as_large_as_needed.transposed.clipped");
    add<layers::dense, cell::ideal, faults::none, noise::by_columns, wire::ideal, dac::of_magnitudes, adc::cuts,
        words::offset_8, rounding::nearest, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::zeroed>(
        all, 200, "dense.ideal.none.by_columns.ideal.of_magnitudes.cuts.offset_8.nearest.circulant.none.as_large_as_needed.transposed.zeroed");
    add<layers::dense, cell::programmed, faults::lasting, noise::none, wire::exact, dac::ideal, adc::ideal,
        words::differential_16, rounding::carried, layout::masked_circulant, protect::compensated,
        geometry::as_large_as_needed, dataflow::digital, update::zeroed>(
        all, 201, "dense.programmed.lasting.none.exact.ideal.ideal.differential_16.carried.masked_circulant.compensated.as_large_as_needed.digital.zeroed");
    add<layers::dense, cell::programmed, faults::lasting, noise::of_reads, wire::exact, dac::ideal, adc::fitted,
        words::symmetric_7, rounding::stochastic, layout::pruned, protect::compensated, geometry::given,
        dataflow::fewer_columns, update::plain>(
        all, 202, "dense.programmed.lasting.of_reads.exact.ideal.fitted.symmetric_7.stochastic.pruned.compensated.given.fewer_columns.plain");
    add<layers::conv2d, cell::programmed, faults::arrive, noise::of_states, wire::exact, dac::bit_serial, adc::full_scale,
        words::offset_8, rounding::carried, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::by_lines>(
        all, 203, "conv2d.programmed.arrive.of_states.exact.bit_serial.full_scale.offset_8.carried.circulant.none.as_large_as_needed.digital.by_lines");
});

} // namespace
} // namespace rcim_differential
