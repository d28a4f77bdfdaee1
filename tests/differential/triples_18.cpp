// Written by covering_array.py: designs 204 to 211.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::of_reads, wire::exact, dac::two_passes, adc::fitted,
        words::offset_8, rounding::carried, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::clipped>(
        all, 204, "conv2d.beyond_ohm.wear.of_reads.exact.two_passes.fitted.offset_8.carried.masked.none.as_large_as_needed.fewer_rows.clipped");
    add<layers::dense, cell::multilevel, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_8, rounding::carried, layout::pruned, protect::arithmetic, geometry::given,
        dataflow::sampled, update::zeroed>(
        all, 205, "dense.multilevel.none.none.ideal.bit_serial.whole.differential_8.carried.pruned.arithmetic.given.sampled.zeroed");
    add<layers::dense, cell::drifts, faults::wear, noise::of_reads, wire::ideal, dac::ideal, adc::cuts, words::differential_16,
        rounding::carried, layout::masked_circulant, protect::none, geometry::fixed, dataflow::digital, update::mastered>(
        all, 206, "dense.drifts.wear.of_reads.ideal.ideal.cuts.differential_16.carried.masked_circulant.none.fixed.digital.mastered");
    add<layers::dense, cell::multilevel, faults::wear, noise::none, wire::exact, dac::ideal, adc::fitted, words::differential_8,
        rounding::nearest, layout::pruned, protect::none, geometry::given, dataflow::sampled, update::gated>(
        all, 207, "dense.multilevel.wear.none.exact.ideal.fitted.differential_8.nearest.pruned.none.given.sampled.gated");
    add<layers::dense, cell::programmed, faults::wear, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::full_scale,
        words::symmetric_7, rounding::carried, layout::circulant, protect::none, geometry::given, dataflow::transposed,
        update::gated>(
        all, 208, "dense.programmed.wear.pytorx.estimated.of_magnitudes.full_scale.symmetric_7.carried.circulant.none.given.transposed.gated");
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::by_columns, wire::ideal, dac::ideal, adc::ideal,
        words::sign_magnitude_6, rounding::nearest, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::clipped>(
        all, 209, "conv2d.beyond_ohm.wear.by_columns.ideal.ideal.ideal.sign_magnitude_6.nearest.circulant.none.as_large_as_needed.transposed.clipped");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::ideal, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_rows, update::plain>(
        all, 210, "dense.ideal.none.none.ideal.ideal.full_scale.direct.stochastic.plain.none.given.fewer_rows.plain");
    add<layers::dense, cell::multilevel, faults::lasting, noise::by_columns, wire::exact, dac::ideal, adc::fitted,
        words::sign_magnitude_6, rounding::carried, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::plain>(
        all, 211, "dense.multilevel.lasting.by_columns.exact.ideal.fitted.sign_magnitude_6.carried.plain.none.as_large_as_needed.fewer_rows.plain");
});

} // namespace
} // namespace rcim_differential
