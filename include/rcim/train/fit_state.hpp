#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/kernel/checked_sums.hpp>
#include <rcim/train/divergence.hpp>
#include <rcim/train/record.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace rcim::inline RCIM_ABI::detail {

/// What a training keeps from one step to the next beside its network: where it stands, the sums of the epoch that runs, the record so far.
struct fit_state {
    int epoch = 0;        ///< counts from 0
    index_t step = 0;     ///< done in this epoch
    index_t images = 0;   ///< done in this epoch
    index_t seen = 0;     ///< of these, images whose loss is in the sums
    double right = 0.0;   ///< images of these that were classified rightly
    double seconds = 0.0; ///< of this epoch, before the training went on
    epoch_record sums{};  ///< as far as they are known before the epoch ends
    update_report report{};
    kernel::sum_counts checked{};
    divergence_state divergence{};
    training_record record{};

    void begin_epoch() {
        step = images = seen = 0;
        right = seconds = 0.0;
        sums = {};
        report = {};
        checked = {};
    }

    void visit(archive& a) {
        a.visit_count("epoch", epoch);
        a.visit_count("step", step);
        a.visit_count("images", images);
        a.visit_count("seen", seen);
        a.visit("right", right);
        a.visit("seconds", seconds);
        show(a, "sums", sums);
        std::apply([&](const auto&... m) { (a.visit(m.first, report.*m.second), ...); }, update_report::members());
        a.visit("checked", checked.checked);
        a.visit("corrected", checked.corrected);
        a.visit("uncorrectable", checked.uncorrectable);
        std::vector<std::uint8_t> epochs(record.epochs.size());
        a.visit_list("epochs", epochs);
        record.epochs.resize(std::min(record.epochs.size(), epochs.size()));
        for (std::size_t i = 0; i < epochs.size(); ++i) { // one by one: a file that holds fewer ends here
            record.epochs.resize(std::max(record.epochs.size(), i + 1));
            show(a, std::to_string(i), record.epochs[i]);
        }
        a.visit("test_accuracy", record.test_accuracy);
        divergence.visit(a);
        std::vector<std::uint8_t> texts(record.divergences.size());
        a.visit_list("divergences", texts);
        record.divergences.resize(texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            a.visit_text(text("divergence ", i), record.divergences[i]);
        }
    }

private:
    static void show(archive& a, std::string_view name, epoch_record& epoch) {
        const archive::scope scope(a, name);
        epoch.visit(a);
    }
};

} // namespace rcim::inline RCIM_ABI::detail
