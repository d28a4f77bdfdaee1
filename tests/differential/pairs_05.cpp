// Written by covering_array.py: designs 37 to 45.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::ideal, faults::wear, noise::of_states, wire::ideal, dac::bit_serial, adc::fitted,
        words::sign_magnitude_6, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::sampled,
        update::mastered>(
        all, 37, "dense.ideal.wear.of_states.ideal.bit_serial.fitted.sign_magnitude_6.stochastic.plain.none.given.sampled.mastered");
    add<layers::dense, cell::multilevel, faults::arrive, noise::by_columns, wire::ideal, dac::bit_serial, adc::fitted,
        words::differential_8, rounding::carried, layout::circulant, protect::none, geometry::fixed, dataflow::digital,
        update::clipped>(
        all, 38, "dense.multilevel.arrive.by_columns.ideal.bit_serial.fitted.differential_8.carried.circulant.none.fixed.digital.clipped");
    add<layers::dense, cell::multilevel, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::offset_8,
        rounding::stochastic, layout::plain, protect::arithmetic, geometry::fixed, dataflow::fewer_rows, update::zeroed>(
        all, 39, "dense.multilevel.wear.none.ideal.bit_serial.whole.offset_8.stochastic.plain.arithmetic.fixed.fewer_rows.zeroed");
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::of_reads, wire::exact, dac::bit_serial, adc::ideal,
        words::differential_16, rounding::stochastic, layout::masked_circulant, protect::compensated,
        geometry::as_large_as_needed, dataflow::digital, update::clipped>(
        all, 40, "conv2d.beyond_ohm.none.of_reads.exact.bit_serial.ideal.differential_16.stochastic.masked_circulant.compensated.as_large_as_needed.digital.clipped");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::ideal, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::sampled,
        update::by_lines>(
        all, 41, "conv2d.ideal.none.none.ideal.ideal.cuts.direct.stochastic.plain.none.as_large_as_needed.sampled.by_lines");
    add<layers::dense, cell::padded, faults::lasting, noise::of_reads, wire::estimated, dac::two_passes, adc::ideal,
        words::offset_8, rounding::nearest, layout::circulant, protect::compensated, geometry::as_large_as_needed,
        dataflow::digital, update::zeroed>(
        all, 42, "dense.padded.lasting.of_reads.estimated.two_passes.ideal.offset_8.nearest.circulant.compensated.as_large_as_needed.digital.zeroed");
    add<layers::dense, cell::multilevel, faults::wear, noise::pytorx, wire::estimated, dac::two_passes, adc::cuts,
        words::sign_magnitude_6, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::zeroed>(
        all, 43, "dense.multilevel.wear.pytorx.estimated.two_passes.cuts.sign_magnitude_6.nearest.pruned.none.as_large_as_needed.transposed.zeroed");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::transposed,
        update::mastered>(
        all, 44, "dense.ideal.none.none.ideal.of_magnitudes.cuts.direct.stochastic.plain.none.as_large_as_needed.transposed.mastered");
    add<layers::conv2d, cell::programmed, faults::none, noise::none, wire::exact, dac::of_magnitudes, adc::full_scale,
        words::differential_8, rounding::nearest, layout::plain, protect::none, geometry::fixed,
        dataflow::fewer_columns, update::zeroed>(
        all, 45, "conv2d.programmed.none.none.exact.of_magnitudes.full_scale.differential_8.nearest.plain.none.fixed.fewer_columns.zeroed");
});

} // namespace
} // namespace rcim_differential
