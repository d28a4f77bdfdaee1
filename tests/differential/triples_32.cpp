// Written by covering_array.py: designs 326 to 334.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::ideal, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::offset_8,
        rounding::nearest, layout::masked, protect::none, geometry::given, dataflow::fewer_rows, update::plain>(
        all, 326, "dense.ideal.arrive.none.ideal.bit_serial.whole.offset_8.nearest.masked.none.given.fewer_rows.plain");
    add<layers::dense, cell::drifts, faults::none, noise::of_states, wire::ideal, dac::of_magnitudes, adc::cuts,
        words::offset_8, rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::sampled, update::zeroed>(
        all, 327, "dense.drifts.none.of_states.ideal.of_magnitudes.cuts.offset_8.stochastic.plain.none.as_large_as_needed.sampled.zeroed");
    add<layers::dense, cell::ideal, faults::lasting, noise::none, wire::ideal, dac::two_passes, adc::whole,
        words::sign_magnitude_6, rounding::stochastic, layout::masked, protect::compensated, geometry::fixed,
        dataflow::sampled, update::gated>(
        all, 328, "dense.ideal.lasting.none.ideal.two_passes.whole.sign_magnitude_6.stochastic.masked.compensated.fixed.sampled.gated");
    add<layers::dense, cell::ideal, faults::lasting, noise::pytorx, wire::ideal, dac::bit_serial, adc::full_scale,
        words::differential_16, rounding::stochastic, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::plain>(
        all, 329, "dense.ideal.lasting.pytorx.ideal.bit_serial.full_scale.differential_16.stochastic.pruned.none.as_large_as_needed.transposed.plain");
    add<layers::conv2d, cell::padded, faults::wear, noise::of_states, wire::estimated, dac::ideal, adc::fitted,
        words::symmetric_7, rounding::nearest, layout::circulant, protect::none, geometry::given, dataflow::transposed,
        update::plain>(
        all, 330, "conv2d.padded.wear.of_states.estimated.ideal.fitted.symmetric_7.nearest.circulant.none.given.transposed.plain");
    add<layers::conv2d, cell::drifts, faults::none, noise::of_reads, wire::estimated, dac::of_magnitudes, adc::fitted,
        words::sign_magnitude_6, rounding::stochastic, layout::pruned, protect::compensated,
        geometry::as_large_as_needed, dataflow::fewer_rows, update::zeroed>(
        all, 331, "conv2d.drifts.none.of_reads.estimated.of_magnitudes.fitted.sign_magnitude_6.stochastic.pruned.compensated.as_large_as_needed.fewer_rows.zeroed");
    add<layers::dense, cell::programmed, faults::none, noise::of_reads, wire::ideal, dac::bit_serial, adc::ideal,
        words::differential_16, rounding::nearest, layout::plain, protect::none, geometry::given, dataflow::transposed,
        update::plain>(
        all, 332, "dense.programmed.none.of_reads.ideal.bit_serial.ideal.differential_16.nearest.plain.none.given.transposed.plain");
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::of_states, wire::exact, dac::two_passes, adc::cuts,
        words::symmetric_7, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::transposed,
        update::mastered>(
        all, 333, "conv2d.beyond_ohm.wear.of_states.exact.two_passes.cuts.symmetric_7.stochastic.plain.none.given.transposed.mastered");
    add<layers::conv2d, cell::ideal, faults::wear, noise::of_states, wire::ideal, dac::two_passes, adc::fitted, words::offset_8,
        rounding::carried, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::digital, update::plain>(
        all, 334, "conv2d.ideal.wear.of_states.ideal.two_passes.fitted.offset_8.carried.plain.none.as_large_as_needed.digital.plain");
});

} // namespace
} // namespace rcim_differential
