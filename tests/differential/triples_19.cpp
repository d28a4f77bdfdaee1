// Written by covering_array.py: designs 212 to 220.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::multilevel, faults::none, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::ideal,
        words::differential_8, rounding::nearest, layout::masked, protect::none, geometry::given,
        dataflow::fewer_columns, update::mastered>(
        all, 212, "dense.multilevel.none.pytorx.estimated.of_magnitudes.ideal.differential_8.nearest.masked.none.given.fewer_columns.mastered");
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::none, wire::estimated, dac::ideal, adc::cuts, words::symmetric_7,
        rounding::nearest, layout::pruned, protect::none, geometry::fixed, dataflow::digital, update::by_lines>(
        all, 213, "conv2d.beyond_ohm.wear.none.estimated.ideal.cuts.symmetric_7.nearest.pruned.none.fixed.digital.by_lines");
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::none, wire::ideal, dac::of_magnitudes, adc::whole,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::transposed, update::gated>(
        all, 214, "conv2d.multilevel.lasting.none.ideal.of_magnitudes.whole.symmetric_7.stochastic.masked.compensated.as_large_as_needed.transposed.gated");
    add<layers::dense, cell::padded, faults::lasting, noise::pytorx, wire::exact, dac::bit_serial, adc::fitted,
        words::differential_8, rounding::carried, layout::masked_circulant, protect::compensated,
        geometry::as_large_as_needed, dataflow::digital, update::zeroed>(
        all, 215, "dense.padded.lasting.pytorx.exact.bit_serial.fitted.differential_8.carried.masked_circulant.compensated.as_large_as_needed.digital.zeroed");
    add<layers::dense, cell::drifts, faults::wear, noise::none, wire::ideal, dac::two_passes, adc::full_scale,
        words::differential_8, rounding::carried, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::gated>(
        all, 216, "dense.drifts.wear.none.ideal.two_passes.full_scale.differential_8.carried.circulant.none.as_large_as_needed.digital.gated");
    add<layers::conv2d, cell::programmed, faults::arrive, noise::pytorx, wire::exact, dac::ideal, adc::full_scale,
        words::offset_8, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows,
        update::zeroed>(
        all, 217, "conv2d.programmed.arrive.pytorx.exact.ideal.full_scale.offset_8.nearest.masked.none.fixed.fewer_rows.zeroed");
    add<layers::dense, cell::ideal, faults::none, noise::of_states, wire::exact, dac::two_passes, adc::full_scale,
        words::differential_8, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::sampled,
        update::plain>(
        all, 218, "dense.ideal.none.of_states.exact.two_passes.full_scale.differential_8.carried.pruned.none.fixed.sampled.plain");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::sampled, update::plain>(
        all, 219, "dense.ideal.none.none.ideal.bit_serial.cuts.direct.stochastic.plain.none.fixed.sampled.plain");
    add<layers::dense, cell::padded, faults::arrive, noise::by_columns, wire::estimated, dac::two_passes, adc::full_scale,
        words::differential_8, rounding::stochastic, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::zeroed>(
        all, 220, "dense.padded.arrive.by_columns.estimated.two_passes.full_scale.differential_8.stochastic.masked.none.as_large_as_needed.transposed.zeroed");
});

} // namespace
} // namespace rcim_differential
