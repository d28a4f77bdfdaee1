// Written by covering_array.py: designs 274 to 282.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::multilevel, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::ideal,
        words::differential_16, rounding::stochastic, layout::pruned, protect::arithmetic, geometry::given,
        dataflow::digital, update::plain>(
        all, 274, "conv2d.multilevel.wear.none.ideal.bit_serial.ideal.differential_16.stochastic.pruned.arithmetic.given.digital.plain");
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::pytorx, wire::exact, dac::of_magnitudes, adc::cuts,
        words::differential_8, rounding::stochastic, layout::circulant, protect::compensated, geometry::fixed,
        dataflow::digital, update::by_lines>(
        all, 275, "conv2d.beyond_ohm.none.pytorx.exact.of_magnitudes.cuts.differential_8.stochastic.circulant.compensated.fixed.digital.by_lines");
    add<layers::dense, cell::ideal, faults::lasting, noise::of_states, wire::estimated, dac::ideal, adc::ideal, words::offset_8,
        rounding::nearest, layout::plain, protect::compensated, geometry::fixed, dataflow::fewer_columns,
        update::by_lines>(
        all, 276, "dense.ideal.lasting.of_states.estimated.ideal.ideal.offset_8.nearest.plain.compensated.fixed.fewer_columns.by_lines");
    add<layers::dense, cell::beyond_ohm, faults::lasting, noise::of_states, wire::ideal, dac::bit_serial, adc::full_scale,
        words::differential_8, rounding::stochastic, layout::masked, protect::compensated, geometry::given,
        dataflow::fewer_rows, update::clipped>(
        all, 277, "dense.beyond_ohm.lasting.of_states.ideal.bit_serial.full_scale.differential_8.stochastic.masked.compensated.given.fewer_rows.clipped");
    add<layers::dense, cell::multilevel, faults::arrive, noise::pytorx, wire::exact, dac::of_magnitudes, adc::full_scale,
        words::sign_magnitude_6, rounding::carried, layout::plain, protect::none, geometry::given, dataflow::fewer_rows,
        update::gated>(
        all, 278, "dense.multilevel.arrive.pytorx.exact.of_magnitudes.full_scale.sign_magnitude_6.carried.plain.none.given.fewer_rows.gated");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::ideal, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_columns, update::by_lines>(
        all, 279, "conv2d.ideal.none.none.ideal.bit_serial.ideal.direct.stochastic.plain.none.given.fewer_columns.by_lines");
    add<layers::dense, cell::padded, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_8, rounding::stochastic, layout::plain, protect::arithmetic, geometry::fixed,
        dataflow::fewer_rows, update::by_lines>(
        all, 280, "dense.padded.arrive.none.ideal.bit_serial.whole.differential_8.stochastic.plain.arithmetic.fixed.fewer_rows.by_lines");
    add<layers::dense, cell::ideal, faults::wear, noise::none, wire::estimated, dac::two_passes, adc::ideal,
        words::differential_8, rounding::nearest, layout::plain, protect::none, geometry::given, dataflow::digital,
        update::mastered>(
        all, 281, "dense.ideal.wear.none.estimated.two_passes.ideal.differential_8.nearest.plain.none.given.digital.mastered");
    add<layers::dense, cell::programmed, faults::none, noise::of_states, wire::ideal, dac::ideal, adc::fitted,
        words::differential_16, rounding::carried, layout::plain, protect::none, geometry::given, dataflow::sampled,
        update::clipped>(
        all, 282, "dense.programmed.none.of_states.ideal.ideal.fitted.differential_16.carried.plain.none.given.sampled.clipped");
});

} // namespace
} // namespace rcim_differential
