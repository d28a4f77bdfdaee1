#pragma once

#include <rcim/update/dataflow.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Weight gradients come from arrays: the activations of every sample are written into crossbars of their own, one word line for each
/// position at which the layer reads its weights, and the errors of that position are driven onto the line; what a column sums up is
/// dL/dW = sum over rows of activation x error. So every image is written into cells, on top of the weights.
///
/// An activation is a whole number of Bits - 1 bits of magnitude over cells of CellBits, in one unit for a batch, since a column sums over
/// samples; negative ones lie in a second array, which a layer has once it has seen one. Errors are rounded likewise, in a unit of their own.
/// The sums of columns are taken to be converted without loss. Bits = 0: real numbers in ideal cells, one for each activation.
///
/// After PipeLayer (L. Song et al., HPCA 2017), known from public reading notes: that activations are written at all is said there; the
/// layout in rows of positions is a reconstruction.
template <int Bits = 16, int CellBits = 4, DataflowModel Inner = digital_gradients>
    requires(Bits == 0 || (Bits >= 2 && Bits <= 16 && CellBits >= 1 && CellBits < Bits))
struct activation_arrays {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = true;
    static constexpr int magnitude_bits = Bits == 0 ? 0 : Bits - 1;
    static constexpr int cell_bits = CellBits;
    /// Cells side by side that hold one activation.
    static constexpr int slices = Bits == 0 ? 1 : (magnitude_bits + CellBits - 1) / CellBits;

    index_t samples = 0;             ///< whose rows the arrays of a layer hold at once, >= 0; 0: those of the largest batch seen
    bool packed = false;             ///< rows that are written go onto the next free word lines, in a ring, in place of lines of their own
    bool changed_cells_only = false; ///< of a row that is written, only cells whose level changes are; counted cell by cell, which takes time
    Inner inner{};                   ///< how errors go back

    void validate() const {
        if (packed && changed_cells_only) {
            fail(name(), "packed", "false where only changed cells are written, which are counted on lines of their own", "true");
        }
    }

    static std::string name() {
        return "activation_arrays<" + std::to_string(Bits) + ", " + std::to_string(CellBits) + ", " + Inner::name() + ">";
    }
    static constexpr auto fields() {
        return std::tuple{field{"samples", &activation_arrays::samples, 0.0, 1e9}, field{"packed", &activation_arrays::packed},
                          field{"changed_cells_only", &activation_arrays::changed_cells_only}, field{"inner", &activation_arrays::inner}};
    }
};
static_assert(DataflowModel<activation_arrays<>>);

} // namespace rcim::inline RCIM_ABI
