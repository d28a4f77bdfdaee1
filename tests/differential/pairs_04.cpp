// Written by covering_array.py: designs 28 to 36.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::ideal, faults::lasting, noise::none, wire::ideal, dac::two_passes, adc::whole,
        words::sign_magnitude_6, rounding::nearest, layout::circulant, protect::none, geometry::given,
        dataflow::transposed, update::plain>(
        all, 28, "conv2d.ideal.lasting.none.ideal.two_passes.whole.sign_magnitude_6.nearest.circulant.none.given.transposed.plain");
    add<layers::dense, cell::programmed, faults::arrive, noise::none, wire::estimated, dac::ideal, adc::full_scale,
        words::sign_magnitude_6, rounding::stochastic, layout::masked, protect::none, geometry::fixed,
        dataflow::sampled, update::clipped>(
        all, 29, "dense.programmed.arrive.none.estimated.ideal.full_scale.sign_magnitude_6.stochastic.masked.none.fixed.sampled.clipped");
    add<layers::conv2d, cell::drifts, faults::lasting, noise::of_states, wire::ideal, dac::of_magnitudes, adc::full_scale,
        words::differential_8, rounding::carried, layout::masked_circulant, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::zeroed>(
        all, 30, "conv2d.drifts.lasting.of_states.ideal.of_magnitudes.full_scale.differential_8.carried.masked_circulant.none.as_large_as_needed.transposed.zeroed");
    add<layers::conv2d, cell::ideal, faults::arrive, noise::of_reads, wire::ideal, dac::bit_serial, adc::cuts,
        words::differential_8, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::fewer_rows,
        update::gated>(
        all, 31, "conv2d.ideal.arrive.of_reads.ideal.bit_serial.cuts.differential_8.carried.pruned.none.fixed.fewer_rows.gated");
    add<layers::dense, cell::multilevel, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::symmetric_7, rounding::nearest, layout::pruned, protect::arithmetic, geometry::as_large_as_needed,
        dataflow::sampled, update::plain>(
        all, 32, "dense.multilevel.none.none.ideal.bit_serial.whole.symmetric_7.nearest.pruned.arithmetic.as_large_as_needed.sampled.plain");
    add<layers::dense, cell::beyond_ohm, faults::lasting, noise::by_columns, wire::estimated, dac::two_passes, adc::cuts,
        words::offset_8, rounding::carried, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::by_lines>(
        all, 33, "dense.beyond_ohm.lasting.by_columns.estimated.two_passes.cuts.offset_8.carried.masked.none.as_large_as_needed.fewer_columns.by_lines");
    add<layers::dense, cell::padded, faults::none, noise::by_columns, wire::exact, dac::of_magnitudes, adc::fitted,
        words::symmetric_7, rounding::stochastic, layout::plain, protect::compensated, geometry::given,
        dataflow::transposed, update::mastered>(
        all, 34, "dense.padded.none.by_columns.exact.of_magnitudes.fitted.symmetric_7.stochastic.plain.compensated.given.transposed.mastered");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::digital, update::clipped>(
        all, 35, "conv2d.ideal.none.none.ideal.bit_serial.full_scale.direct.stochastic.plain.none.given.digital.clipped");
    add<layers::conv2d, cell::padded, faults::lasting, noise::pytorx, wire::exact, dac::of_magnitudes, adc::ideal,
        words::differential_16, rounding::carried, layout::masked, protect::none, geometry::fixed,
        dataflow::fewer_columns, update::gated>(
        all, 36, "conv2d.padded.lasting.pytorx.exact.of_magnitudes.ideal.differential_16.carried.masked.none.fixed.fewer_columns.gated");
});

} // namespace
} // namespace rcim_differential
