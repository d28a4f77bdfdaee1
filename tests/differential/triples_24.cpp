// Written by covering_array.py: designs 256 to 264.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::drifts, faults::wear, noise::none, wire::estimated, dac::of_magnitudes, adc::fitted,
        words::symmetric_7, rounding::nearest, layout::pruned, protect::none, geometry::given, dataflow::digital,
        update::zeroed>(
        all, 256, "dense.drifts.wear.none.estimated.of_magnitudes.fitted.symmetric_7.nearest.pruned.none.given.digital.zeroed");
    add<layers::dense, cell::padded, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::offset_8,
        rounding::nearest, layout::plain, protect::arithmetic, geometry::as_large_as_needed, dataflow::fewer_columns,
        update::mastered>(
        all, 257, "dense.padded.none.none.ideal.bit_serial.whole.offset_8.nearest.plain.arithmetic.as_large_as_needed.fewer_columns.mastered");
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::of_states, wire::estimated, dac::of_magnitudes, adc::fitted,
        words::offset_8, rounding::stochastic, layout::plain, protect::compensated, geometry::given, dataflow::sampled,
        update::plain>(
        all, 258, "conv2d.beyond_ohm.lasting.of_states.estimated.of_magnitudes.fitted.offset_8.stochastic.plain.compensated.given.sampled.plain");
    add<layers::conv2d, cell::padded, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::whole,
        words::sign_magnitude_6, rounding::stochastic, layout::masked_circulant, protect::compensated, geometry::given,
        dataflow::digital, update::plain>(
        all, 259, "conv2d.padded.none.none.ideal.of_magnitudes.whole.sign_magnitude_6.stochastic.masked_circulant.compensated.given.digital.plain");
    add<layers::conv2d, cell::padded, faults::arrive, noise::of_reads, wire::exact, dac::bit_serial, adc::ideal,
        words::symmetric_7, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::sampled,
        update::by_lines>(
        all, 260, "conv2d.padded.arrive.of_reads.exact.bit_serial.ideal.symmetric_7.carried.pruned.none.fixed.sampled.by_lines");
    add<layers::dense, cell::padded, faults::wear, noise::of_states, wire::estimated, dac::ideal, adc::ideal,
        words::differential_16, rounding::stochastic, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::zeroed>(
        all, 261, "dense.padded.wear.of_states.estimated.ideal.ideal.differential_16.stochastic.masked.none.as_large_as_needed.fewer_rows.zeroed");
    add<layers::dense, cell::drifts, faults::wear, noise::pytorx, wire::exact, dac::bit_serial, adc::fitted,
        words::differential_8, rounding::carried, layout::circulant, protect::none, geometry::fixed, dataflow::digital,
        update::plain>(
        all, 262, "dense.drifts.wear.pytorx.exact.bit_serial.fitted.differential_8.carried.circulant.none.fixed.digital.plain");
    add<layers::dense, cell::ideal, faults::arrive, noise::of_states, wire::ideal, dac::bit_serial, adc::ideal,
        words::symmetric_7, rounding::stochastic, layout::masked_circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::gated>(
        all, 263, "dense.ideal.arrive.of_states.ideal.bit_serial.ideal.symmetric_7.stochastic.masked_circulant.none.fixed.transposed.gated");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::ideal, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::fewer_rows, update::zeroed>(
        all, 264, "dense.ideal.none.none.ideal.of_magnitudes.ideal.direct.stochastic.plain.none.fixed.fewer_rows.zeroed");
});

} // namespace
} // namespace rcim_differential
