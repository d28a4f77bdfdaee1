// Written by covering_array.py: designs 335 to 343.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::drifts, faults::none, noise::of_reads, wire::estimated, dac::of_magnitudes, adc::cuts,
        words::offset_8, rounding::stochastic, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::by_lines>(
        all, 335, "conv2d.drifts.none.of_reads.estimated.of_magnitudes.cuts.offset_8.stochastic.circulant.none.as_large_as_needed.transposed.by_lines");
    add<layers::dense, cell::beyond_ohm, faults::none, noise::by_columns, wire::exact, dac::two_passes, adc::ideal,
        words::differential_16, rounding::carried, layout::pruned, protect::none, geometry::given, dataflow::fewer_rows,
        update::clipped>(
        all, 336, "dense.beyond_ohm.none.by_columns.exact.two_passes.ideal.differential_16.carried.pruned.none.given.fewer_rows.clipped");
    add<layers::dense, cell::multilevel, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::ideal,
        words::differential_16, rounding::nearest, layout::plain, protect::arithmetic, geometry::fixed,
        dataflow::sampled, update::zeroed>(
        all, 337, "dense.multilevel.lasting.none.ideal.bit_serial.ideal.differential_16.nearest.plain.arithmetic.fixed.sampled.zeroed");
    add<layers::conv2d, cell::programmed, faults::arrive, noise::none, wire::estimated, dac::ideal, adc::full_scale,
        words::sign_magnitude_6, rounding::stochastic, layout::pruned, protect::none, geometry::fixed,
        dataflow::fewer_rows, update::by_lines>(
        all, 338, "conv2d.programmed.arrive.none.estimated.ideal.full_scale.sign_magnitude_6.stochastic.pruned.none.fixed.fewer_rows.by_lines");
    add<layers::dense, cell::padded, faults::none, noise::of_reads, wire::exact, dac::ideal, adc::ideal, words::differential_16,
        rounding::carried, layout::masked, protect::none, geometry::as_large_as_needed, dataflow::transposed,
        update::mastered>(
        all, 339, "dense.padded.none.of_reads.exact.ideal.ideal.differential_16.carried.masked.none.as_large_as_needed.transposed.mastered");
    add<layers::conv2d, cell::ideal, faults::arrive, noise::none, wire::exact, dac::two_passes, adc::ideal, words::offset_8,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows,
        update::by_lines>(
        all, 340, "conv2d.ideal.arrive.none.exact.two_passes.ideal.offset_8.stochastic.plain.none.as_large_as_needed.fewer_rows.by_lines");
    add<layers::dense, cell::programmed, faults::lasting, noise::by_columns, wire::ideal, dac::bit_serial, adc::ideal,
        words::differential_16, rounding::nearest, layout::pruned, protect::none, geometry::given, dataflow::digital,
        update::mastered>(
        all, 341, "dense.programmed.lasting.by_columns.ideal.bit_serial.ideal.differential_16.nearest.pruned.none.given.digital.mastered");
    add<layers::conv2d, cell::padded, faults::arrive, noise::by_columns, wire::exact, dac::two_passes, adc::fitted,
        words::differential_16, rounding::nearest, layout::masked_circulant, protect::none, geometry::given,
        dataflow::transposed, update::by_lines>(
        all, 342, "conv2d.padded.arrive.by_columns.exact.two_passes.fitted.differential_16.nearest.masked_circulant.none.given.transposed.by_lines");
    add<layers::conv2d, cell::ideal, faults::wear, noise::pytorx, wire::estimated, dac::bit_serial, adc::cuts,
        words::symmetric_7, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::sampled, update::by_lines>(
        all, 343, "conv2d.ideal.wear.pytorx.estimated.bit_serial.cuts.symmetric_7.nearest.pruned.none.as_large_as_needed.sampled.by_lines");
});

} // namespace
} // namespace rcim_differential
