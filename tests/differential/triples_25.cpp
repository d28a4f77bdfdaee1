// Written by covering_array.py: designs 265 to 273.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::drifts, faults::arrive, noise::by_columns, wire::ideal, dac::ideal, adc::fitted,
        words::symmetric_7, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::mastered>(
        all, 265, "conv2d.drifts.arrive.by_columns.ideal.ideal.fitted.symmetric_7.nearest.masked.none.as_large_as_needed.fewer_rows.mastered");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::digital, update::by_lines>(
        all, 266, "dense.ideal.none.none.ideal.of_magnitudes.cuts.direct.stochastic.plain.none.given.digital.by_lines");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::pytorx, wire::estimated, dac::ideal, adc::ideal,
        words::differential_8, rounding::nearest, layout::plain, protect::none, geometry::given, dataflow::fewer_rows,
        update::gated>(
        all, 267, "conv2d.drifts.arrive.pytorx.estimated.ideal.ideal.differential_8.nearest.plain.none.given.fewer_rows.gated");
    add<layers::conv2d, cell::programmed, faults::lasting, noise::by_columns, wire::ideal, dac::ideal, adc::cuts,
        words::differential_8, rounding::stochastic, layout::plain, protect::none, geometry::fixed,
        dataflow::fewer_columns, update::gated>(
        all, 268, "conv2d.programmed.lasting.by_columns.ideal.ideal.cuts.differential_8.stochastic.plain.none.fixed.fewer_columns.gated");
    add<layers::dense, cell::multilevel, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_16, rounding::stochastic, layout::pruned, protect::arithmetic, geometry::fixed,
        dataflow::transposed, update::by_lines>(
        all, 269, "dense.multilevel.none.none.ideal.bit_serial.whole.differential_16.stochastic.pruned.arithmetic.fixed.transposed.by_lines");
    add<layers::conv2d, cell::programmed, faults::none, noise::none, wire::estimated, dac::bit_serial, adc::full_scale,
        words::sign_magnitude_6, rounding::stochastic, layout::masked, protect::compensated,
        geometry::as_large_as_needed, dataflow::digital, update::mastered>(
        all, 270, "conv2d.programmed.none.none.estimated.bit_serial.full_scale.sign_magnitude_6.stochastic.masked.compensated.as_large_as_needed.digital.mastered");
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::ideal,
        words::differential_16, rounding::nearest, layout::masked_circulant, protect::none,
        geometry::as_large_as_needed, dataflow::transposed, update::zeroed>(
        all, 271, "conv2d.beyond_ohm.lasting.pytorx.estimated.of_magnitudes.ideal.differential_16.nearest.masked_circulant.none.as_large_as_needed.transposed.zeroed");
    add<layers::conv2d, cell::ideal, faults::none, noise::of_states, wire::exact, dac::of_magnitudes, adc::fitted,
        words::differential_8, rounding::stochastic, layout::circulant, protect::none, geometry::given,
        dataflow::digital, update::mastered>(
        all, 272, "conv2d.ideal.none.of_states.exact.of_magnitudes.fitted.differential_8.stochastic.circulant.none.given.digital.mastered");
    add<layers::conv2d, cell::padded, faults::lasting, noise::pytorx, wire::ideal, dac::of_magnitudes, adc::full_scale,
        words::offset_8, rounding::stochastic, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::clipped>(
        all, 273, "conv2d.padded.lasting.pytorx.ideal.of_magnitudes.full_scale.offset_8.stochastic.masked.none.as_large_as_needed.fewer_columns.clipped");
});

} // namespace
} // namespace rcim_differential
