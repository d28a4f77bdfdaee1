// Written by covering_array.py: designs 283 to 290.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::ideal, faults::wear, noise::by_columns, wire::exact, dac::ideal, adc::full_scale,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows,
        update::by_lines>(
        all, 283, "dense.ideal.wear.by_columns.exact.ideal.full_scale.symmetric_7.stochastic.masked.none.fixed.fewer_rows.by_lines");
    add<layers::dense, cell::beyond_ohm, faults::wear, noise::of_reads, wire::exact, dac::two_passes, adc::full_scale,
        words::sign_magnitude_6, rounding::nearest, layout::pruned, protect::none, geometry::fixed, dataflow::sampled,
        update::clipped>(
        all, 284, "dense.beyond_ohm.wear.of_reads.exact.two_passes.full_scale.sign_magnitude_6.nearest.pruned.none.fixed.sampled.clipped");
    add<layers::dense, cell::multilevel, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::ideal,
        words::sign_magnitude_6, rounding::carried, layout::pruned, protect::arithmetic, geometry::fixed,
        dataflow::fewer_rows, update::plain>(
        all, 285, "dense.multilevel.lasting.none.ideal.bit_serial.ideal.sign_magnitude_6.carried.pruned.arithmetic.fixed.fewer_rows.plain");
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::by_columns, wire::estimated, dac::bit_serial, adc::fitted,
        words::differential_8, rounding::nearest, layout::masked_circulant, protect::compensated,
        geometry::as_large_as_needed, dataflow::digital, update::mastered>(
        all, 286, "conv2d.beyond_ohm.lasting.by_columns.estimated.bit_serial.fitted.differential_8.nearest.masked_circulant.compensated.as_large_as_needed.digital.mastered");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::of_reads, wire::ideal, dac::two_passes, adc::cuts,
        words::symmetric_7, rounding::stochastic, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::clipped>(
        all, 287, "conv2d.drifts.arrive.of_reads.ideal.two_passes.cuts.symmetric_7.stochastic.circulant.none.as_large_as_needed.digital.clipped");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::ideal, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::digital,
        update::plain>(
        all, 288, "dense.ideal.none.none.ideal.two_passes.ideal.direct.stochastic.plain.none.as_large_as_needed.digital.plain");
    add<layers::dense, cell::programmed, faults::none, noise::of_reads, wire::estimated, dac::bit_serial, adc::ideal,
        words::differential_16, rounding::stochastic, layout::circulant, protect::none, geometry::given,
        dataflow::transposed, update::mastered>(
        all, 289, "dense.programmed.none.of_reads.estimated.bit_serial.ideal.differential_16.stochastic.circulant.none.given.transposed.mastered");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::sampled, update::mastered>(
        all, 290, "dense.ideal.none.none.ideal.of_magnitudes.full_scale.direct.stochastic.plain.none.fixed.sampled.mastered");
});

} // namespace
} // namespace rcim_differential
