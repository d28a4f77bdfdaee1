// Written by covering_array.py: designs 207 to 215.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::programmed, faults::wear, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::full_scale, words::symmetric_7, rounding::carried, layout::circulant, protect::none, geometry::given, dataflow::transposed, update::gated>(all, 207, "dense.programmed.wear.pytorx.estimated.of_magnitudes.full_scale.symmetric_7.carried.circulant.none.given.transposed.gated");
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::by_columns, wire::ideal, dac::ideal, adc::ideal, words::sign_magnitude_6, rounding::nearest, layout::circulant, protect::none, geometry::as_large_as_needed, dataflow::transposed, update::clipped>(all, 208, "conv2d.beyond_ohm.wear.by_columns.ideal.ideal.ideal.sign_magnitude_6.nearest.circulant.none.as_large_as_needed.transposed.clipped");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::ideal, adc::full_scale, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_rows, update::plain>(all, 209, "dense.ideal.none.none.ideal.ideal.full_scale.direct.stochastic.plain.none.given.fewer_rows.plain");
    add<layers::dense, cell::multilevel, faults::lasting, noise::by_columns, wire::exact, dac::ideal, adc::fitted, words::sign_magnitude_6, rounding::carried, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows, update::plain>(all, 210, "dense.multilevel.lasting.by_columns.exact.ideal.fitted.sign_magnitude_6.carried.plain.none.as_large_as_needed.fewer_rows.plain");
    add<layers::dense, cell::multilevel, faults::none, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::ideal, words::differential_8, rounding::nearest, layout::masked, protect::none, geometry::given, dataflow::fewer_columns, update::mastered>(all, 211, "dense.multilevel.none.pytorx.estimated.of_magnitudes.ideal.differential_8.nearest.masked.none.given.fewer_columns.mastered");
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::none, wire::estimated, dac::ideal, adc::cuts, words::symmetric_7, rounding::nearest, layout::pruned, protect::none, geometry::fixed, dataflow::digital, update::by_lines>(all, 212, "conv2d.beyond_ohm.wear.none.estimated.ideal.cuts.symmetric_7.nearest.pruned.none.fixed.digital.by_lines");
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::none, wire::ideal, dac::of_magnitudes, adc::whole, words::symmetric_7, rounding::stochastic, layout::masked, protect::compensated, geometry::as_large_as_needed, dataflow::transposed, update::gated>(all, 213, "conv2d.multilevel.lasting.none.ideal.of_magnitudes.whole.symmetric_7.stochastic.masked.compensated.as_large_as_needed.transposed.gated");
    add<layers::dense, cell::padded, faults::lasting, noise::pytorx, wire::exact, dac::bit_serial, adc::fitted, words::differential_8, rounding::carried, layout::masked_circulant, protect::compensated, geometry::as_large_as_needed, dataflow::digital, update::zeroed>(all, 214, "dense.padded.lasting.pytorx.exact.bit_serial.fitted.differential_8.carried.masked_circulant.compensated.as_large_as_needed.digital.zeroed");
    add<layers::dense, cell::drifts, faults::wear, noise::none, wire::ideal, dac::two_passes, adc::full_scale, words::differential_8, rounding::carried, layout::circulant, protect::none, geometry::as_large_as_needed, dataflow::digital, update::gated>(all, 215, "dense.drifts.wear.none.ideal.two_passes.full_scale.differential_8.carried.circulant.none.as_large_as_needed.digital.gated");
});

} // namespace
} // namespace rcim_differential
