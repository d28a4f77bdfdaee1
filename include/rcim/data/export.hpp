#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/data/npy.hpp>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Writes every array it is shown as "<folder>/<name>.npy", scopes joined by '.': weights, codes, fault masks, optimiser state. Padding
/// is left out. Each file is written beside its place and renamed.
class npy_exporter final : public archive {
public:
    /// Makes the folder if need be.
    explicit npy_exporter(std::filesystem::path folder) : folder_(std::move(folder)) {
        std::error_code code;
        std::filesystem::create_directories(folder_, code);
        if (code) {
            fail("npy_exporter", folder_.string(), "a folder that can be made", code.message());
        }
    }

    [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return files_; }

protected:
    void on_array(const array& a) override {
        switch (a.type) {
        case element::u8: write<std::uint8_t>(a); break;
        case element::u16: write<std::uint16_t>(a); break;
        case element::u32: write<std::uint32_t>(a); break;
        case element::i32: write<std::int32_t>(a); break;
        case element::f32: write<float>(a); break;
        case element::f64: write<double>(a); break;
        case element::u64: fail("npy_exporter", a.name, "an element type that NPY export knows", "u64");
        }
    }
    void on_derived(const array& a) override { on_array(a); }

private:
    template <class T>
    void write(const array& a) {
        const index_t cols = a.shape.back();
        index_t rows = 1;
        for (std::size_t i = 0; i + 1 < a.shape.size(); ++i) {
            rows *= a.shape[i];
        }
        std::vector<T> packed(static_cast<std::size_t>(rows * cols));
        const T* const from = static_cast<const T*>(a.data);
        for (index_t r = 0; r < rows; ++r) {
            std::copy_n(from + r * a.row_stride, cols, packed.data() + r * cols);
        }
        std::string name = a.name;
        std::replace(name.begin(), name.end(), '/', '.');
        files_.push_back(folder_ / (name + ".npy"));
        save_npy<T>(files_.back(), packed, a.shape);
    }

    std::filesystem::path folder_;
    std::vector<std::filesystem::path> files_;
};

/// Exports everything that `owner.visit(archive&)` shows: a network, a layer or an array.
template <class Owner>
void export_npy(Owner& owner, const std::filesystem::path& folder) {
    npy_exporter exporter(folder);
    owner.visit(exporter);
}

} // namespace rcim::inline RCIM_ABI
