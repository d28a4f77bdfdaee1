// Written by covering_array.py: designs 216 to 224.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::programmed, faults::arrive, noise::pytorx, wire::exact, dac::ideal, adc::full_scale, words::offset_8, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows, update::zeroed>(all, 216, "conv2d.programmed.arrive.pytorx.exact.ideal.full_scale.offset_8.nearest.masked.none.fixed.fewer_rows.zeroed");
    add<layers::dense, cell::ideal, faults::none, noise::of_states, wire::exact, dac::two_passes, adc::full_scale, words::differential_8, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::sampled, update::plain>(all, 217, "dense.ideal.none.of_states.exact.two_passes.full_scale.differential_8.carried.pruned.none.fixed.sampled.plain");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::cuts, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::sampled, update::plain>(all, 218, "dense.ideal.none.none.ideal.bit_serial.cuts.direct.stochastic.plain.none.fixed.sampled.plain");
    add<layers::dense, cell::padded, faults::arrive, noise::by_columns, wire::estimated, dac::two_passes, adc::full_scale, words::differential_8, rounding::stochastic, layout::masked, protect::none, geometry::as_large_as_needed, dataflow::transposed, update::zeroed>(all, 219, "dense.padded.arrive.by_columns.estimated.two_passes.full_scale.differential_8.stochastic.masked.none.as_large_as_needed.transposed.zeroed");
    add<layers::dense, cell::padded, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::sign_magnitude_6, rounding::nearest, layout::pruned, protect::arithmetic, geometry::given, dataflow::fewer_columns, update::zeroed>(all, 220, "dense.padded.lasting.none.ideal.bit_serial.whole.sign_magnitude_6.nearest.pruned.arithmetic.given.fewer_columns.zeroed");
    add<layers::dense, cell::multilevel, faults::wear, noise::by_columns, wire::estimated, dac::two_passes, adc::fitted, words::symmetric_7, rounding::carried, layout::masked, protect::none, geometry::fixed, dataflow::fewer_columns, update::mastered>(all, 221, "dense.multilevel.wear.by_columns.estimated.two_passes.fitted.symmetric_7.carried.masked.none.fixed.fewer_columns.mastered");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::ideal, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::sampled, update::zeroed>(all, 222, "conv2d.ideal.none.none.ideal.two_passes.ideal.direct.stochastic.plain.none.given.sampled.zeroed");
    add<layers::conv2d, cell::padded, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::differential_8, rounding::nearest, layout::plain, protect::arithmetic, geometry::as_large_as_needed, dataflow::sampled, update::mastered>(all, 223, "conv2d.padded.wear.none.ideal.bit_serial.whole.differential_8.nearest.plain.arithmetic.as_large_as_needed.sampled.mastered");
    add<layers::dense, cell::beyond_ohm, faults::none, noise::of_reads, wire::ideal, dac::ideal, adc::ideal, words::symmetric_7, rounding::stochastic, layout::plain, protect::compensated, geometry::given, dataflow::fewer_columns, update::gated>(all, 224, "dense.beyond_ohm.none.of_reads.ideal.ideal.ideal.symmetric_7.stochastic.plain.compensated.given.fewer_columns.gated");
});

} // namespace
} // namespace rcim_differential
