// Written by covering_array.py: designs 239 to 246.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::beyond_ohm, faults::none, noise::pytorx, wire::exact, dac::bit_serial, adc::full_scale,
        words::offset_8, rounding::carried, layout::plain, protect::compensated, geometry::given, dataflow::sampled,
        update::zeroed>(
        all, 239, "dense.beyond_ohm.none.pytorx.exact.bit_serial.full_scale.offset_8.carried.plain.compensated.given.sampled.zeroed");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::offset_8, rounding::stochastic, layout::masked_circulant, protect::none, geometry::given,
        dataflow::transposed, update::clipped>(
        all, 240, "conv2d.multilevel.arrive.none.ideal.bit_serial.whole.offset_8.stochastic.masked_circulant.none.given.transposed.clipped");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::ideal, adc::ideal, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::fewer_columns, update::clipped>(
        all, 241, "dense.ideal.none.none.ideal.ideal.ideal.direct.stochastic.plain.none.fixed.fewer_columns.clipped");
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::of_reads, wire::ideal, dac::of_magnitudes, adc::ideal,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::compensated, geometry::given,
        dataflow::digital, update::clipped>(
        all, 242, "conv2d.multilevel.lasting.of_reads.ideal.of_magnitudes.ideal.symmetric_7.stochastic.masked.compensated.given.digital.clipped");
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::by_columns, wire::exact, dac::two_passes, adc::fitted,
        words::differential_16, rounding::stochastic, layout::pruned, protect::none, geometry::given,
        dataflow::fewer_columns, update::plain>(
        all, 243, "dense.beyond_ohm.arrive.by_columns.exact.two_passes.fitted.differential_16.stochastic.pruned.none.given.fewer_columns.plain");
    add<layers::dense, cell::padded, faults::lasting, noise::of_states, wire::ideal, dac::of_magnitudes, adc::full_scale,
        words::differential_16, rounding::nearest, layout::plain, protect::none, geometry::given, dataflow::sampled,
        update::gated>(
        all, 244, "dense.padded.lasting.of_states.ideal.of_magnitudes.full_scale.differential_16.nearest.plain.none.given.sampled.gated");
    add<layers::dense, cell::programmed, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::cuts,
        words::differential_8, rounding::nearest, layout::pruned, protect::compensated, geometry::as_large_as_needed,
        dataflow::transposed, update::gated>(
        all, 245, "dense.programmed.none.none.ideal.of_magnitudes.cuts.differential_8.nearest.pruned.compensated.as_large_as_needed.transposed.gated");
    add<layers::dense, cell::multilevel, faults::wear, noise::pytorx, wire::exact, dac::two_passes, adc::full_scale,
        words::differential_16, rounding::carried, layout::circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::by_lines>(
        all, 246, "dense.multilevel.wear.pytorx.exact.two_passes.full_scale.differential_16.carried.circulant.none.fixed.transposed.by_lines");
});

} // namespace
} // namespace rcim_differential
