// Written by covering_array.py: designs 288 to 296.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::programmed, faults::none, noise::of_reads, wire::estimated, dac::bit_serial, adc::ideal, words::differential_16, rounding::stochastic, layout::circulant, protect::none, geometry::given, dataflow::transposed, update::mastered>(all, 288, "dense.programmed.none.of_reads.estimated.bit_serial.ideal.differential_16.stochastic.circulant.none.given.transposed.mastered");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::full_scale, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::sampled, update::mastered>(all, 289, "dense.ideal.none.none.ideal.of_magnitudes.full_scale.direct.stochastic.plain.none.fixed.sampled.mastered");
    add<layers::dense, cell::padded, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::sign_magnitude_6, rounding::carried, layout::plain, protect::arithmetic, geometry::as_large_as_needed, dataflow::transposed, update::zeroed>(all, 290, "dense.padded.arrive.none.ideal.bit_serial.whole.sign_magnitude_6.carried.plain.arithmetic.as_large_as_needed.transposed.zeroed");
    add<layers::dense, cell::drifts, faults::none, noise::of_states, wire::estimated, dac::ideal, adc::full_scale, words::symmetric_7, rounding::stochastic, layout::masked, protect::compensated, geometry::fixed, dataflow::transposed, update::by_lines>(all, 291, "dense.drifts.none.of_states.estimated.ideal.full_scale.symmetric_7.stochastic.masked.compensated.fixed.transposed.by_lines");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::cuts, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::transposed, update::zeroed>(all, 292, "conv2d.ideal.none.none.ideal.bit_serial.cuts.direct.stochastic.plain.none.given.transposed.zeroed");
    add<layers::conv2d, cell::ideal, faults::wear, noise::by_columns, wire::exact, dac::ideal, adc::fitted, words::sign_magnitude_6, rounding::carried, layout::masked, protect::none, geometry::as_large_as_needed, dataflow::fewer_columns, update::clipped>(all, 293, "conv2d.ideal.wear.by_columns.exact.ideal.fitted.sign_magnitude_6.carried.masked.none.as_large_as_needed.fewer_columns.clipped");
    add<layers::dense, cell::multilevel, faults::wear, noise::by_columns, wire::estimated, dac::bit_serial, adc::ideal, words::offset_8, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_columns, update::zeroed>(all, 294, "dense.multilevel.wear.by_columns.estimated.bit_serial.ideal.offset_8.nearest.masked.none.fixed.fewer_columns.zeroed");
    add<layers::conv2d, cell::programmed, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::cuts, words::differential_8, rounding::carried, layout::masked_circulant, protect::none, geometry::given, dataflow::digital, update::by_lines>(all, 295, "conv2d.programmed.none.none.ideal.bit_serial.cuts.differential_8.carried.masked_circulant.none.given.digital.by_lines");
    add<layers::conv2d, cell::padded, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::differential_16, rounding::carried, layout::circulant, protect::compensated, geometry::fixed, dataflow::digital, update::gated>(all, 296, "conv2d.padded.lasting.none.ideal.bit_serial.whole.differential_16.carried.circulant.compensated.fixed.digital.gated");
});

} // namespace
} // namespace rcim_differential
