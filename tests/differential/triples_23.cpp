// Written by covering_array.py: designs 247 to 255.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::arrive, noise::of_states, wire::exact, dac::two_passes, adc::cuts,
        words::sign_magnitude_6, rounding::stochastic, layout::masked_circulant, protect::none,
        geometry::as_large_as_needed, dataflow::transposed, update::mastered>(
        all, 247, "dense.padded.arrive.of_states.exact.two_passes.cuts.sign_magnitude_6.stochastic.masked_circulant.none.as_large_as_needed.transposed.mastered");
    add<layers::dense, cell::multilevel, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::ideal,
        words::differential_16, rounding::stochastic, layout::plain, protect::arithmetic, geometry::as_large_as_needed,
        dataflow::sampled, update::clipped>(
        all, 248, "dense.multilevel.none.none.ideal.bit_serial.ideal.differential_16.stochastic.plain.arithmetic.as_large_as_needed.sampled.clipped");
    add<layers::dense, cell::programmed, faults::wear, noise::pytorx, wire::estimated, dac::bit_serial, adc::cuts,
        words::symmetric_7, rounding::nearest, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::sampled, update::by_lines>(
        all, 249, "dense.programmed.wear.pytorx.estimated.bit_serial.cuts.symmetric_7.nearest.plain.none.as_large_as_needed.sampled.by_lines");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_rows, update::by_lines>(
        all, 250, "conv2d.ideal.none.none.ideal.of_magnitudes.cuts.direct.stochastic.plain.none.given.fewer_rows.by_lines");
    add<layers::conv2d, cell::drifts, faults::lasting, noise::pytorx, wire::ideal, dac::ideal, adc::cuts,
        words::differential_16, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::zeroed>(
        all, 251, "conv2d.drifts.lasting.pytorx.ideal.ideal.cuts.differential_16.nearest.masked.none.as_large_as_needed.fewer_columns.zeroed");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::of_reads, wire::estimated, dac::bit_serial, adc::full_scale,
        words::differential_16, rounding::carried, layout::masked_circulant, protect::none, geometry::given,
        dataflow::transposed, update::plain>(
        all, 252, "conv2d.multilevel.arrive.of_reads.estimated.bit_serial.full_scale.differential_16.carried.masked_circulant.none.given.transposed.plain");
    add<layers::conv2d, cell::multilevel, faults::none, noise::of_reads, wire::estimated, dac::of_magnitudes, adc::full_scale,
        words::offset_8, rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::mastered>(
        all, 253, "conv2d.multilevel.none.of_reads.estimated.of_magnitudes.full_scale.offset_8.stochastic.plain.none.as_large_as_needed.fewer_rows.mastered");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::ideal, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::digital, update::zeroed>(
        all, 254, "dense.ideal.none.none.ideal.ideal.full_scale.direct.stochastic.plain.none.fixed.digital.zeroed");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::full_scale, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::fewer_columns,
        update::zeroed>(
        all, 255, "conv2d.ideal.none.none.ideal.of_magnitudes.full_scale.direct.stochastic.plain.none.as_large_as_needed.fewer_columns.zeroed");
});

} // namespace
} // namespace rcim_differential
