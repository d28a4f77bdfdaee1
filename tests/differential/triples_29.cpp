// Written by covering_array.py: designs 300 to 308.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::multilevel, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::symmetric_7, rounding::nearest, layout::pruned, protect::arithmetic, geometry::given,
        dataflow::fewer_columns, update::by_lines>(
        all, 300, "conv2d.multilevel.wear.none.ideal.bit_serial.whole.symmetric_7.nearest.pruned.arithmetic.given.fewer_columns.by_lines");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_16, rounding::nearest, layout::pruned, protect::arithmetic, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::mastered>(
        all, 301, "conv2d.multilevel.arrive.none.ideal.bit_serial.whole.differential_16.nearest.pruned.arithmetic.as_large_as_needed.fewer_rows.mastered");
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::by_columns, wire::exact, dac::ideal, adc::cuts,
        words::differential_16, rounding::carried, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::sampled, update::by_lines>(
        all, 302, "dense.beyond_ohm.arrive.by_columns.exact.ideal.cuts.differential_16.carried.masked.none.as_large_as_needed.sampled.by_lines");
    add<layers::conv2d, cell::ideal, faults::arrive, noise::by_columns, wire::exact, dac::of_magnitudes, adc::ideal,
        words::symmetric_7, rounding::stochastic, layout::circulant, protect::none, geometry::given,
        dataflow::transposed, update::plain>(
        all, 303, "conv2d.ideal.arrive.by_columns.exact.of_magnitudes.ideal.symmetric_7.stochastic.circulant.none.given.transposed.plain");
    add<layers::conv2d, cell::drifts, faults::none, noise::none, wire::exact, dac::of_magnitudes, adc::cuts, words::offset_8,
        rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows, update::zeroed>(
        all, 304, "conv2d.drifts.none.none.exact.of_magnitudes.cuts.offset_8.nearest.masked.none.fixed.fewer_rows.zeroed");
    add<layers::conv2d, cell::padded, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::offset_8,
        rounding::carried, layout::plain, protect::arithmetic, geometry::fixed, dataflow::digital, update::zeroed>(
        all, 305, "conv2d.padded.lasting.none.ideal.bit_serial.whole.offset_8.carried.plain.arithmetic.fixed.digital.zeroed");
    add<layers::dense, cell::drifts, faults::wear, noise::pytorx, wire::exact, dac::bit_serial, adc::ideal,
        words::sign_magnitude_6, rounding::stochastic, layout::masked, protect::none, geometry::fixed,
        dataflow::sampled, update::mastered>(
        all, 306, "dense.drifts.wear.pytorx.exact.bit_serial.ideal.sign_magnitude_6.stochastic.masked.none.fixed.sampled.mastered");
    add<layers::conv2d, cell::padded, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_8, rounding::stochastic, layout::masked, protect::compensated, geometry::fixed,
        dataflow::fewer_columns, update::plain>(
        all, 307, "conv2d.padded.none.none.ideal.bit_serial.whole.differential_8.stochastic.masked.compensated.fixed.fewer_columns.plain");
    add<layers::dense, cell::ideal, faults::lasting, noise::none, wire::estimated, dac::bit_serial, adc::fitted,
        words::sign_magnitude_6, rounding::stochastic, layout::circulant, protect::compensated, geometry::given,
        dataflow::digital, update::by_lines>(
        all, 308, "dense.ideal.lasting.none.estimated.bit_serial.fitted.sign_magnitude_6.stochastic.circulant.compensated.given.digital.by_lines");
});

} // namespace
} // namespace rcim_differential
