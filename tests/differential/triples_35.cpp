// Written by covering_array.py: designs 353 to 361.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::wear, noise::none, wire::ideal, dac::two_passes, adc::whole, words::symmetric_7,
        rounding::nearest, layout::masked_circulant, protect::none, geometry::given, dataflow::digital, update::clipped>(
        all, 353, "dense.padded.wear.none.ideal.two_passes.whole.symmetric_7.nearest.masked_circulant.none.given.digital.clipped");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_columns, update::mastered>(
        all, 354, "conv2d.ideal.none.none.ideal.of_magnitudes.cuts.direct.stochastic.plain.none.given.fewer_columns.mastered");
    add<layers::dense, cell::beyond_ohm, faults::lasting, noise::pytorx, wire::ideal, dac::bit_serial, adc::ideal,
        words::sign_magnitude_6, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::mastered>(
        all, 355, "dense.beyond_ohm.lasting.pytorx.ideal.bit_serial.ideal.sign_magnitude_6.nearest.masked.none.as_large_as_needed.fewer_rows.mastered");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::sampled,
        update::clipped>(
        all, 356, "conv2d.ideal.none.none.ideal.of_magnitudes.cuts.direct.stochastic.plain.none.as_large_as_needed.sampled.clipped");
    add<layers::dense, cell::programmed, faults::none, noise::of_states, wire::ideal, dac::of_magnitudes, adc::full_scale,
        words::sign_magnitude_6, rounding::stochastic, layout::plain, protect::compensated, geometry::fixed,
        dataflow::fewer_columns, update::gated>(
        all, 357, "dense.programmed.none.of_states.ideal.of_magnitudes.full_scale.sign_magnitude_6.stochastic.plain.compensated.fixed.fewer_columns.gated");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::transposed, update::clipped>(
        all, 358, "dense.ideal.none.none.ideal.bit_serial.full_scale.direct.stochastic.plain.none.fixed.transposed.clipped");
    add<layers::conv2d, cell::programmed, faults::wear, noise::pytorx, wire::exact, dac::of_magnitudes, adc::ideal,
        words::differential_16, rounding::carried, layout::pruned, protect::none, geometry::given, dataflow::sampled,
        update::mastered>(
        all, 359, "conv2d.programmed.wear.pytorx.exact.of_magnitudes.ideal.differential_16.carried.pruned.none.given.sampled.mastered");
    add<layers::dense, cell::multilevel, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::offset_8, rounding::nearest, layout::plain, protect::arithmetic, geometry::as_large_as_needed,
        dataflow::sampled, update::by_lines>(
        all, 360, "dense.multilevel.lasting.none.ideal.bit_serial.whole.offset_8.nearest.plain.arithmetic.as_large_as_needed.sampled.by_lines");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::transposed,
        update::plain>(
        all, 361, "conv2d.ideal.none.none.ideal.of_magnitudes.full_scale.direct.stochastic.plain.none.as_large_as_needed.transposed.plain");
});

} // namespace
} // namespace rcim_differential
