// Written by covering_array.py: designs 309 to 317.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::wear, noise::of_reads, wire::exact, dac::ideal, adc::full_scale,
        words::symmetric_7, rounding::nearest, layout::masked_circulant, protect::none, geometry::given,
        dataflow::transposed, update::by_lines>(
        all, 309, "dense.padded.wear.of_reads.exact.ideal.full_scale.symmetric_7.nearest.masked_circulant.none.given.transposed.by_lines");
    add<layers::dense, cell::multilevel, faults::lasting, noise::pytorx, wire::ideal, dac::bit_serial, adc::cuts,
        words::symmetric_7, rounding::nearest, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::clipped>(
        all, 310, "dense.multilevel.lasting.pytorx.ideal.bit_serial.cuts.symmetric_7.nearest.circulant.none.as_large_as_needed.digital.clipped");
    add<layers::dense, cell::programmed, faults::none, noise::of_reads, wire::ideal, dac::bit_serial, adc::cuts,
        words::differential_16, rounding::nearest, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::transposed, update::gated>(
        all, 311, "dense.programmed.none.of_reads.ideal.bit_serial.cuts.differential_16.nearest.masked.compensated.as_large_as_needed.transposed.gated");
    add<layers::dense, cell::padded, faults::lasting, noise::none, wire::ideal, dac::of_magnitudes, adc::whole,
        words::symmetric_7, rounding::nearest, layout::circulant, protect::none, geometry::given, dataflow::transposed,
        update::mastered>(
        all, 312, "dense.padded.lasting.none.ideal.of_magnitudes.whole.symmetric_7.nearest.circulant.none.given.transposed.mastered");
    add<layers::dense, cell::multilevel, faults::none, noise::of_reads, wire::estimated, dac::bit_serial, adc::cuts,
        words::sign_magnitude_6, rounding::carried, layout::pruned, protect::compensated, geometry::as_large_as_needed,
        dataflow::sampled, update::by_lines>(
        all, 313, "dense.multilevel.none.of_reads.estimated.bit_serial.cuts.sign_magnitude_6.carried.pruned.compensated.as_large_as_needed.sampled.by_lines");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::ideal, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::transposed, update::mastered>(
        all, 314, "dense.ideal.none.none.ideal.ideal.full_scale.direct.stochastic.plain.none.given.transposed.mastered");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::ideal, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows,
        update::mastered>(
        all, 315, "conv2d.ideal.none.none.ideal.bit_serial.ideal.direct.stochastic.plain.none.as_large_as_needed.fewer_rows.mastered");
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::pytorx, wire::estimated, dac::bit_serial, adc::ideal,
        words::differential_8, rounding::stochastic, layout::masked_circulant, protect::compensated, geometry::given,
        dataflow::digital, update::plain>(
        all, 316, "conv2d.multilevel.lasting.pytorx.estimated.bit_serial.ideal.differential_8.stochastic.masked_circulant.compensated.given.digital.plain");
    add<layers::dense, cell::padded, faults::wear, noise::none, wire::ideal, dac::of_magnitudes, adc::whole, words::offset_8,
        rounding::stochastic, layout::circulant, protect::none, geometry::fixed, dataflow::transposed, update::by_lines>(
        all, 317, "dense.padded.wear.none.ideal.of_magnitudes.whole.offset_8.stochastic.circulant.none.fixed.transposed.by_lines");
});

} // namespace
} // namespace rcim_differential
