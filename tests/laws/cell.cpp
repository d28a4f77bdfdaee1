#include <laws/archetypes.hpp>
#include <laws/cell_laws.hpp>
#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/ideal_cell.hpp>
#include <rcim/cell/measured_errors.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/cell/sinh_iv.hpp>
#include <rcim/cell/write_verified.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("cell laws: ideal_cell") { cell_laws(ideal_cell{}); }

TEST_CASE_TEMPLATE("cell laws: multilevel_cell", C, multilevel_cell<1>, multilevel_cell<2>, multilevel_cell<3>, multilevel_cell<4>,
                   multilevel_cell<5>, multilevel_cell<6>, multilevel_cell<7>, multilevel_cell<8>) {
    cell_laws(C{});
    cell_laws(C{.on_off_ratio = 10.0});
    cell_laws(C{.on_off_ratio = 1.5, .g_on = 2.5e-6});
}

TEST_CASE("cell laws: cells of the user's") {
    cell_laws(square_law_cell{});
    cell_laws(halfway_cell<multilevel_cell<2>>{});
    cell_laws(write_verified<halfway_cell<square_law_cell>>{});
}

TEST_CASE_TEMPLATE("cell laws: every wrapper, without and with error", C, multilevel_cell<1>, multilevel_cell<2>, multilevel_cell<3>, square_law_cell) {
    const C inner{};
    cell_laws(programming_error<C>{});
    cell_laws(error_of(milo_2021, inner));
    cell_laws(error_of(wan_2022, inner));
    cell_laws(uneven_levels<C>{});
    cell_laws(device_variation<C>{});
    cell_laws(device_variation<C>{.sigma = 0.3f});
    cell_laws(device_variation<C>{.sigma = 0.3f, .lognormal = true});
    cell_laws(cycle_variation<C>{.sigma = 0.1f, .relative = 0.1f});
    cell_laws(pulsed<C>{});
    cell_laws(pulsed<C>{.rate_up = 1.0f, .rate_down = 0.5f, .inverted = true});
    cell_laws(pulses_of(reram_sb, inner));
    cell_laws(pulses_of(reram_array_om, inner));
    cell_laws(pulses_of(reram_array_hfo2, inner));
    cell_laws(exponential_steps<C>{});
    cell_laws(pulses_of(reram_es, inner));
    cell_laws(exponential_steps<C>{.step = 0.05f, .amplitude_up = 0.5f, .amplitude_down = -2.0f, .slope = -2.0f});
    cell_laws(sinh_iv<C>{});
    cell_laws(sinh_iv<write_verified<device_variation<C>>>{.v0 = 0.1, .inner = {.inner = {.sigma = 0.3f}}});
    cell_laws(write_verified<C>{});
    cell_laws(write_verified<cycle_variation<C>>{.inner = {.sigma = 0.1f}});
    cell_laws(write_verified<pulsed<C>>{.inner = pulses_of(reram_array_om, inner)});
    cell_laws(drifting<C>{.mean = 0.1f, .spread = 0.1f});
    cell_laws(drifting<write_verified<device_variation<programming_error<C>>>>{.mean = 0.1f, .inner = {.inner = {.sigma = 0.1f}}});
}

TEST_CASE("cell laws: levels and errors of NVMExplorer; a cell of any number of levels") {
    cell_laws(nvmexplorer_error(multilevel_cell<1>{}));
    cell_laws(nvmexplorer_error(nvmexplorer_means(multilevel_cell<2>{})));
    cell_laws(nvmexplorer_error(nvmexplorer_means(multilevel_cell<3>{.on_off_ratio = 10.0})));
    cell_laws(cycle_variation<ideal_cell>{.sigma = 0.01f});
}
