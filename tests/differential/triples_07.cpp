// Written by covering_array.py: designs 107 to 115.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::beyond_ohm, faults::arrive, noise::of_reads, wire::estimated, dac::of_magnitudes, adc::full_scale,
        words::symmetric_7, rounding::carried, layout::masked, protect::none, geometry::given, dataflow::fewer_rows,
        update::by_lines>(
        all, 107, "conv2d.beyond_ohm.arrive.of_reads.estimated.of_magnitudes.full_scale.symmetric_7.carried.masked.none.given.fewer_rows.by_lines");
    add<layers::dense, cell::padded, faults::wear, noise::pytorx, wire::estimated, dac::bit_serial, adc::full_scale,
        words::differential_16, rounding::stochastic, layout::masked, protect::none, geometry::given,
        dataflow::fewer_rows, update::mastered>(
        all, 108, "dense.padded.wear.pytorx.estimated.bit_serial.full_scale.differential_16.stochastic.masked.none.given.fewer_rows.mastered");
    add<layers::conv2d, cell::drifts, faults::wear, noise::by_columns, wire::ideal, dac::ideal, adc::fitted, words::offset_8,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::sampled,
        update::clipped>(
        all, 109, "conv2d.drifts.wear.by_columns.ideal.ideal.fitted.offset_8.stochastic.plain.none.as_large_as_needed.sampled.clipped");
    add<layers::conv2d, cell::programmed, faults::lasting, noise::of_states, wire::estimated, dac::ideal, adc::fitted,
        words::sign_magnitude_6, rounding::stochastic, layout::masked_circulant, protect::compensated, geometry::given,
        dataflow::digital, update::gated>(
        all, 110, "conv2d.programmed.lasting.of_states.estimated.ideal.fitted.sign_magnitude_6.stochastic.masked_circulant.compensated.given.digital.gated");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::none, wire::ideal, dac::two_passes, adc::fitted,
        words::differential_8, rounding::carried, layout::pruned, protect::none, geometry::given,
        dataflow::fewer_columns, update::by_lines>(
        all, 111, "conv2d.drifts.arrive.none.ideal.two_passes.fitted.differential_8.carried.pruned.none.given.fewer_columns.by_lines");
    add<layers::dense, cell::drifts, faults::none, noise::pytorx, wire::exact, dac::bit_serial, adc::fitted,
        words::differential_16, rounding::stochastic, layout::circulant, protect::compensated,
        geometry::as_large_as_needed, dataflow::digital, update::zeroed>(
        all, 112, "dense.drifts.none.pytorx.exact.bit_serial.fitted.differential_16.stochastic.circulant.compensated.as_large_as_needed.digital.zeroed");
    add<layers::dense, cell::drifts, faults::lasting, noise::none, wire::estimated, dac::bit_serial, adc::ideal,
        words::offset_8, rounding::carried, layout::masked, protect::compensated, geometry::given, dataflow::sampled,
        update::mastered>(
        all, 113, "dense.drifts.lasting.none.estimated.bit_serial.ideal.offset_8.carried.masked.compensated.given.sampled.mastered");
    add<layers::dense, cell::multilevel, faults::lasting, noise::of_states, wire::exact, dac::of_magnitudes, adc::ideal,
        words::sign_magnitude_6, rounding::carried, layout::plain, protect::compensated, geometry::as_large_as_needed,
        dataflow::sampled, update::clipped>(
        all, 114, "dense.multilevel.lasting.of_states.exact.of_magnitudes.ideal.sign_magnitude_6.carried.plain.compensated.as_large_as_needed.sampled.clipped");
    add<layers::conv2d, cell::padded, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_8, rounding::nearest, layout::plain, protect::arithmetic, geometry::given,
        dataflow::transposed, update::plain>(
        all, 115, "conv2d.padded.arrive.none.ideal.bit_serial.whole.differential_8.nearest.plain.arithmetic.given.transposed.plain");
});

} // namespace
} // namespace rcim_differential
