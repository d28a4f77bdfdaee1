// Written by covering_array.py: designs 261 to 269.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::drifts, faults::wear, noise::pytorx, wire::exact, dac::bit_serial, adc::fitted, words::differential_8, rounding::carried, layout::circulant, protect::none, geometry::fixed, dataflow::digital, update::plain>(all, 261, "dense.drifts.wear.pytorx.exact.bit_serial.fitted.differential_8.carried.circulant.none.fixed.digital.plain");
    add<layers::dense, cell::ideal, faults::arrive, noise::of_states, wire::ideal, dac::bit_serial, adc::ideal, words::symmetric_7, rounding::stochastic, layout::masked_circulant, protect::none, geometry::fixed, dataflow::transposed, update::gated>(all, 262, "dense.ideal.arrive.of_states.ideal.bit_serial.ideal.symmetric_7.stochastic.masked_circulant.none.fixed.transposed.gated");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::fitted, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows, update::clipped>(all, 263, "dense.ideal.none.none.ideal.bit_serial.fitted.direct.stochastic.plain.none.as_large_as_needed.fewer_rows.clipped");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::by_columns, wire::ideal, dac::ideal, adc::fitted, words::symmetric_7, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows, update::mastered>(all, 264, "conv2d.drifts.arrive.by_columns.ideal.ideal.fitted.symmetric_7.nearest.masked.none.as_large_as_needed.fewer_rows.mastered");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::ideal, adc::fitted, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::transposed, update::mastered>(all, 265, "conv2d.ideal.none.none.ideal.ideal.fitted.direct.stochastic.plain.none.given.transposed.mastered");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::pytorx, wire::estimated, dac::ideal, adc::ideal, words::differential_8, rounding::nearest, layout::plain, protect::none, geometry::given, dataflow::fewer_rows, update::gated>(all, 266, "conv2d.drifts.arrive.pytorx.estimated.ideal.ideal.differential_8.nearest.plain.none.given.fewer_rows.gated");
    add<layers::conv2d, cell::programmed, faults::lasting, noise::by_columns, wire::ideal, dac::ideal, adc::cuts, words::differential_8, rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::fewer_columns, update::gated>(all, 267, "conv2d.programmed.lasting.by_columns.ideal.ideal.cuts.differential_8.stochastic.plain.none.fixed.fewer_columns.gated");
    add<layers::dense, cell::multilevel, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::differential_16, rounding::stochastic, layout::pruned, protect::arithmetic, geometry::fixed, dataflow::transposed, update::by_lines>(all, 268, "dense.multilevel.none.none.ideal.bit_serial.whole.differential_16.stochastic.pruned.arithmetic.fixed.transposed.by_lines");
    add<layers::conv2d, cell::programmed, faults::none, noise::none, wire::estimated, dac::bit_serial, adc::full_scale, words::sign_magnitude_6, rounding::stochastic, layout::masked, protect::compensated, geometry::as_large_as_needed, dataflow::digital, update::mastered>(all, 269, "conv2d.programmed.none.none.estimated.bit_serial.full_scale.sign_magnitude_6.stochastic.masked.compensated.as_large_as_needed.digital.mastered");
});

} // namespace
} // namespace rcim_differential
