// Written by covering_array.py: designs 234 to 242.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::cuts, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::digital, update::mastered>(all, 234, "conv2d.ideal.none.none.ideal.two_passes.cuts.direct.stochastic.plain.none.as_large_as_needed.digital.mastered");
    add<layers::dense, cell::ideal, faults::wear, noise::pytorx, wire::ideal, dac::bit_serial, adc::fitted, words::differential_16, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::digital, update::gated>(all, 235, "dense.ideal.wear.pytorx.ideal.bit_serial.fitted.differential_16.carried.pruned.none.fixed.digital.gated");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::full_scale, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::transposed, update::by_lines>(all, 236, "conv2d.ideal.none.none.ideal.two_passes.full_scale.direct.stochastic.plain.none.fixed.transposed.by_lines");
    add<layers::dense, cell::programmed, faults::wear, noise::none, wire::estimated, dac::two_passes, adc::cuts, words::sign_magnitude_6, rounding::stochastic, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows, update::plain>(all, 237, "dense.programmed.wear.none.estimated.two_passes.cuts.sign_magnitude_6.stochastic.masked.none.fixed.fewer_rows.plain");
    add<layers::dense, cell::beyond_ohm, faults::none, noise::pytorx, wire::exact, dac::bit_serial, adc::full_scale, words::offset_8, rounding::carried, layout::plain, protect::compensated, geometry::given, dataflow::sampled, update::zeroed>(all, 238, "dense.beyond_ohm.none.pytorx.exact.bit_serial.full_scale.offset_8.carried.plain.compensated.given.sampled.zeroed");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::offset_8, rounding::stochastic, layout::masked_circulant, protect::none, geometry::given, dataflow::transposed, update::clipped>(all, 239, "conv2d.multilevel.arrive.none.ideal.bit_serial.whole.offset_8.stochastic.masked_circulant.none.given.transposed.clipped");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::ideal, adc::ideal, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::fewer_columns, update::clipped>(all, 240, "dense.ideal.none.none.ideal.ideal.ideal.direct.stochastic.plain.none.fixed.fewer_columns.clipped");
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::of_reads, wire::ideal, dac::of_magnitudes, adc::ideal, words::symmetric_7, rounding::stochastic, layout::masked, protect::compensated, geometry::given, dataflow::digital, update::clipped>(all, 241, "conv2d.multilevel.lasting.of_reads.ideal.of_magnitudes.ideal.symmetric_7.stochastic.masked.compensated.given.digital.clipped");
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::by_columns, wire::exact, dac::two_passes, adc::fitted, words::differential_16, rounding::stochastic, layout::pruned, protect::none, geometry::given, dataflow::fewer_columns, update::plain>(all, 242, "dense.beyond_ohm.arrive.by_columns.exact.two_passes.fitted.differential_16.stochastic.pruned.none.given.fewer_columns.plain");
});

} // namespace
} // namespace rcim_differential
