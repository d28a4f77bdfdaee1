#include "rcim_c.h"

#include <rcim/cell/iv_law.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/crossbar/crossbar_tensor.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/wire/first_order.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using rcim::index_t;
using rcim::text;

/// Faults of single cells over those that are drawn.
struct listed_faults {
    using policy_kind = rcim::fault_kind;
    static constexpr bool none = false;
    using cell = std::array<index_t, 5>; ///< array, row and column of tiles, row, column

    std::shared_ptr<const std::map<cell, int>> list{};
    rcim::stuck_at drawn{};

    [[nodiscard]] int stuck_level(const rcim::random_source& source, const rcim::cell_site& site, int levels) const {
        if (list) {
            if (const auto at = list->find({site.array, site.row_tile, site.col_tile, site.row, site.col}); at != list->end()) {
                return at->second;
            }
        }
        return drawn.stuck_level(source, site, levels);
    }

    static std::string name() { return "listed_faults"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"drawn", &listed_faults::drawn}}; }
};
static_assert(rcim::FaultModel<listed_faults>);

auto chip_of(const rcim_options& o, std::shared_ptr<const std::map<listed_faults::cell, int>> list) {
    return rcim::design<>{}
        .with(rcim::multilevel_cell<2>{.on_off_ratio = o.on_off_ratio, .g_on = o.g_on})
        .with(rcim::bit_sliced<8, rcim::differential>{.fitted = true})
        .with(rcim::geometry<rcim::dynamic, rcim::dynamic>{.rows = o.rows, .cols = o.cols})
        .with(listed_faults{
            .list = std::move(list),
            .drawn = {.p_stuck_hrs = static_cast<float>(o.p_stuck_hrs), .p_stuck_lrs = static_cast<float>(o.p_stuck_lrs)}})
        .with(rcim::first_order{
            .word_line_ohm = o.wire_ohm, .bit_line_ohm = o.wire_ohm, .driver_ohm = o.driver_ohm, .sense_ohm = o.driver_ohm})
        .with(rcim::multibit_dac<8, rcim::two_passes>{})
        .with(rcim::uniform_adc<>{.bits = static_cast<int>(std::min(o.adc_bits, 1000u))});
}
using tensor = rcim::crossbar_tensor<decltype(chip_of({}, {}))>;

/// Without memory of its own, so that there is a text even when there is none left.
thread_local char last_error[1024] = "";

/// Runs the work and turns what it throws into a status: no exception crosses the border.
template <class Work>
rcim_status guarded(Work&& work) noexcept {
    const auto refused = [](rcim_status status, const char* what) {
        std::snprintf(last_error, sizeof last_error, "%s", what);
        return status;
    };
    try {
        work();
        return RCIM_OK;
    } catch (const rcim::error& e) {
        return refused(RCIM_BAD_ARGUMENT, e.what());
    } catch (const std::bad_alloc&) {
        return refused(RCIM_NO_MEMORY, "no memory");
    } catch (const std::length_error&) { // of a container: more than any memory
        return refused(RCIM_NO_MEMORY, "no memory");
    } catch (const std::exception& e) {
        return refused(RCIM_INTERNAL, e.what());
    } catch (...) {
        return refused(RCIM_INTERNAL, "an unknown exception");
    }
}

void require(const char* where, const char* what, const void* pointer) {
    if (pointer == nullptr) {
        rcim::fail(where, what, "an address", "null");
    }
}

std::size_t size_of(index_t n) {
    return static_cast<std::size_t>(n);
}

rcim_options defaults() {
    return {.size = sizeof(rcim_options),
            .rows = 128,
            .cols = 128,
            .adc_bits = 8,
            .seed = 1,
            .g_on = 1e-4,
            .on_off_ratio = 1000.0,
            .p_stuck_hrs = 0.0,
            .p_stuck_lrs = 0.0,
            .wire_ohm = 1.0,
            .driver_ohm = 4.0};
}

/// The members that the caller knows; defaults of the others.
rcim_options options_of(const rcim_options* given) {
    rcim_options all = defaults();
    if (given != nullptr) {
        if (given->size < sizeof(rcim_options) /* of ABI 1 */ || given->size > sizeof all) {
            rcim::fail("rcim_open", "options.size", text(sizeof all), text(given->size));
        }
        std::memcpy(&all, given, given->size);
    }
    return all;
}

} // namespace

struct rcim_crossbar {
    rcim_options options;
    std::map<listed_faults::cell, int> faults{};
    std::vector<float> weights{}; ///< as programmed last; empty: nothing yet
    std::unique_ptr<tensor> cells{};

    [[nodiscard]] const rcim::tiling& tiles() const { return cells->array().tiles(); }

    void check(const char* where, const rcim_place& p) const {
        const rcim::tiling& t = tiles();
        if (p.array > 1 || p.row_tile >= t.row_tiles || p.col_tile >= t.col_tiles) {
            rcim::fail(where, "place", text("array 0 or 1 and a tile below (", t.row_tiles, ", ", t.col_tiles, ")"),
                       text("array ", p.array, " and tile (", p.row_tile, ", ", p.col_tile, ")"));
        }
    }

    /// Cells that no weight uses are at level 0.
    [[nodiscard]] std::vector<double> conductances(const rcim_place& p) const {
        const auto& array = cells->array();
        const rcim::tiling& t = tiles();
        const int levels = 1 << array.format().cell_bits;
        std::vector<double> g(size_of(t.crossbar_rows * t.crossbar_cols), array.chip().cell.conductance(0, levels));
        for (index_t r = 0; r < t.rows_in(p.row_tile); ++r) {
            for (index_t c = 0; c < t.weights_in(p.col_tile) * t.slices; ++c) {
                g[size_of(r * t.crossbar_cols + c)] =
                    array.conductance(static_cast<int>(p.array), p.col_tile * t.weights_per_row + c / t.slices,
                                      p.row_tile * t.rows + r, static_cast<int>(c % t.slices));
            }
        }
        return g;
    }
};

namespace {

/// The cells of a matrix with these faults, programmed with these weights.
std::unique_ptr<tensor> make_cells(const rcim_options& options, index_t outputs, index_t inputs,
                                   const std::map<listed_faults::cell, int>& faults, const std::vector<float>& weights) {
    auto list = std::make_shared<const std::map<listed_faults::cell, int>>(faults);
    auto cells =
        std::make_unique<tensor>(chip_of(options, std::move(list)), std::vector<index_t>{outputs, inputs}, options.seed);
    if (!weights.empty()) {
        cells->array().program({weights.data(), outputs, inputs});
    }
    return cells;
}

} // namespace

extern "C" {

int32_t rcim_c_abi(void) {
    return RCIM_C_ABI;
}

const char* rcim_version(void) {
    static const std::string version = text(RCIM_VERSION_MAJOR, ".", RCIM_VERSION_MINOR, ".", RCIM_VERSION_PATCH);
    return version.c_str();
}

const char* rcim_last_error(void) {
    return last_error;
}

rcim_options rcim_default_options(void) {
    return defaults();
}

rcim_status rcim_open(int32_t abi, const rcim_options* options, size_t outputs, size_t inputs, rcim_crossbar** made) {
    return guarded([&] {
        require("rcim_open", "made", made);
        *made = nullptr;
        if (abi != RCIM_C_ABI) {
            rcim::fail("rcim_open", "abi", text(RCIM_C_ABI, ", that of the library"), text(abi));
        }
        constexpr std::size_t most = std::size_t{1} << 32;
        if (outputs < 1 || inputs < 1 || inputs > most / outputs) {
            rcim::fail("rcim_open", "extents", text("at least one each, together at most ", most, " weights"),
                       text(outputs, " x ", inputs));
        }
        auto crossbar = std::make_unique<rcim_crossbar>(rcim_crossbar{.options = options_of(options)});
        crossbar->cells = make_cells(crossbar->options, static_cast<index_t>(outputs), static_cast<index_t>(inputs), {}, {});
        *made = crossbar.release();
    });
}

void rcim_close(rcim_crossbar* crossbar) {
    delete crossbar;
}

rcim_status rcim_get_extents(const rcim_crossbar* crossbar, rcim_extents* extents) {
    return guarded([&] {
        require("rcim_get_extents", "crossbar", crossbar);
        require("rcim_get_extents", "extents", extents);
        const rcim::tiling& t = crossbar->tiles();
        *extents = {static_cast<std::uint64_t>(t.outputs),
                    static_cast<std::uint64_t>(t.inputs),
                    2,
                    static_cast<std::uint32_t>(t.row_tiles),
                    static_cast<std::uint32_t>(t.col_tiles),
                    static_cast<std::uint32_t>(t.crossbar_rows),
                    static_cast<std::uint32_t>(t.crossbar_cols)};
    });
}

rcim_status rcim_program(rcim_crossbar* crossbar, const float* weights, size_t stride) {
    return guarded([&] {
        require("rcim_program", "crossbar", crossbar);
        require("rcim_program", "weights", weights);
        const rcim::tiling& t = crossbar->tiles();
        if (stride < size_of(t.inputs)) {
            rcim::fail("rcim_program", "stride", text("at least ", t.inputs, ", the inputs"), text(stride));
        }
        std::vector<float> packed(size_of(t.outputs * t.inputs));
        for (std::size_t o = 0; o < size_of(t.outputs); ++o) {
            std::copy_n(weights + o * stride, t.inputs, packed.data() + o * size_of(t.inputs));
        }
        crossbar->cells->array().program({packed.data(), t.outputs, t.inputs});
        crossbar->weights = std::move(packed);
    });
}

rcim_status rcim_get_weights(const rcim_crossbar* crossbar, float* weights) {
    return guarded([&] {
        require("rcim_get_weights", "crossbar", crossbar);
        require("rcim_get_weights", "weights", weights);
        const rcim::matrix_view<const float> w = crossbar->cells->array().weights();
        for (index_t o = 0; o < w.rows; ++o) {
            std::copy_n(w.data + o * w.stride, w.cols, weights + o * w.cols);
        }
    });
}

rcim_status rcim_read(const rcim_crossbar* crossbar, const float* x, size_t vectors, float* y) {
    return guarded([&] {
        require("rcim_read", "crossbar", crossbar);
        require("rcim_read", "x", x);
        require("rcim_read", "y", y);
        const auto inputs = size_of(crossbar->tiles().inputs);
        const auto outputs = size_of(crossbar->tiles().outputs);
        for (std::size_t i = 0; i < vectors * inputs; ++i) {
            if (!std::isfinite(x[i])) {
                rcim::fail("rcim_read", text("vector ", i / inputs, ", input ", i % inputs), "a finite number", text(x[i]));
            }
        }
        if (vectors == 0) {
            return;
        }
        const std::array<std::size_t, 2> x_shape{vectors, inputs};
        const std::array<std::size_t, 2> y_shape{vectors, outputs};
        const auto from = xt::adapt(x, vectors * inputs, xt::no_ownership(), x_shape);
        auto to = xt::adapt(y, vectors * outputs, xt::no_ownership(), y_shape);
        xt::noalias(to) = xt::transpose(dot(*crossbar->cells, xt::transpose(from)));
    });
}

rcim_status rcim_get_conductances(const rcim_crossbar* crossbar, rcim_place place, double* siemens) {
    return guarded([&] {
        require("rcim_get_conductances", "crossbar", crossbar);
        require("rcim_get_conductances", "siemens", siemens);
        crossbar->check("rcim_get_conductances", place);
        const std::vector<double> g = crossbar->conductances(place);
        std::copy(g.begin(), g.end(), siemens);
    });
}

rcim_status rcim_currents(const rcim_crossbar* crossbar, rcim_place place, const double* volts, double* amperes) {
    return guarded([&] {
        require("rcim_currents", "crossbar", crossbar);
        require("rcim_currents", "volts", volts);
        require("rcim_currents", "amperes", amperes);
        crossbar->check("rcim_currents", place);
        const rcim::tiling& t = crossbar->tiles();
        for (index_t r = 0; r < t.crossbar_rows; ++r) {
            if (!std::isfinite(volts[r])) {
                rcim::fail("rcim_currents", text("volts[", r, "]"), "a finite number", text(volts[r]));
            }
        }
        const std::vector<double> g = crossbar->conductances(place);
        crossbar->cells->array().chip().wire.currents({.conductance = {g.data(), t.crossbar_rows, t.crossbar_cols},
                                                       .voltage = {volts, size_of(t.crossbar_rows)},
                                                       .current = {amperes, size_of(t.crossbar_cols)}},
                                                      rcim::ohmic{});
    });
}

rcim_status rcim_stick(rcim_crossbar* crossbar, const rcim_fault* faults, size_t count) {
    return guarded([&] {
        require("rcim_stick", "crossbar", crossbar);
        if (count > 0) {
            require("rcim_stick", "faults", faults);
        }
        const rcim::tiling& t = crossbar->tiles();
        std::map<listed_faults::cell, int> all = crossbar->faults;
        for (std::size_t n = 0; n < count; ++n) {
            const rcim_fault& f = faults[n];
            const std::string where = text("rcim_stick: fault ", n);
            crossbar->check(where.c_str(), f.place);
            if (f.row >= t.crossbar_rows || f.col >= t.crossbar_cols) {
                rcim::fail(where, "cell", text("row and column below ", t.crossbar_rows, " and ", t.crossbar_cols),
                           text(f.row, " and ", f.col));
            }
            if (f.level < -1 || f.level > 3) {
                rcim::fail(where, "level", "-1 to 3", text(f.level));
            }
            all[{f.place.array, f.place.row_tile, f.place.col_tile, f.row, f.col}] = f.level;
        }
        auto cells = make_cells(crossbar->options, t.outputs, t.inputs, all, crossbar->weights);
        crossbar->cells = std::move(cells);
        crossbar->faults = std::move(all);
    });
}

} // extern "C"
