#include <rcim/core/fingerprint.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/nn/adaptable.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/train/calibrate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/profile_shift.hpp>

#include <differential/cases.hpp>
#include <differential/nudge.hpp>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

namespace rcim_differential {

namespace {

[[nodiscard]] std::uint64_t address(std::uint64_t seed, std::uint64_t number) {
    std::uint64_t z = seed * 0x9E3779B97F4A7C15u + (number + 1) * 0xD1342543DE82EF95u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

[[nodiscard]] thread_pool& threads(int count) {
    static std::array<std::unique_ptr<thread_pool>, 5> pools;
    auto& pool = pools[static_cast<std::size_t>(count)];
    if (!pool) {
        pool = std::make_unique<thread_pool>(count);
    }
    return *pool;
}

[[nodiscard]] index_t halved(index_t extent, int times) {
    return std::max<index_t>(1, extent >> times);
}

/// Uniform in [-1, 1), with the same bits whatever a compiler contracts.
[[nodiscard]] float centred(draws& d) {
    return std::fma(2.0f, d.uniform(), -1.0f);
}

/// Numbers of both signs or, as behind a ReLU, none below zero and many zeros. Lanes beyond the last sample hold `beyond`.
[[nodiscard]] batch_tensor drawn_batch(draws& d, const map_shape& shape, index_t samples, bool rectified, float beyond) {
    batch_tensor x(shape, samples);
    std::fill_n(x.data(), x.blocks() * x.block_stride(), beyond);
    for (index_t n = 0; n < samples; ++n) {
        for (index_t f = 0; f < shape.size(); ++f) {
            const float value = centred(d);
            x.at(n, f) = rectified ? std::max(value, 0.0f) : value;
        }
    }
    return x;
}

[[nodiscard]] double largest_of(const batch_tensor& x) {
    double largest = 0.0;
    for (index_t n = 0; n < x.samples(); ++n) {
        for (index_t f = 0; f < x.shape().size(); ++f) {
            largest = std::max(largest, std::abs(static_cast<double>(x.at(n, f))));
        }
    }
    return largest;
}

[[nodiscard]] computed computed_batch(std::string_view what, const batch_tensor& x, bool whole) {
    fingerprint sum;
    double size = 0.0;
    for (index_t n = 0; n < x.samples(); ++n) {
        for (index_t f = 0; f < x.shape().size(); ++f) {
            sum.add(x.at(n, f) == 0.0f ? 0.0f : x.at(n, f)); // zeros are alike
            size += std::abs(static_cast<double>(x.at(n, f)));
        }
    }
    return {what, whole, sum.value(), size};
}

[[nodiscard]] computed computed_state(std::string_view what, const held_state& state, bool whole) {
    fingerprint sum;
    double size = 0.0;
    sum.add(state.bits); // conductances are quotients of real numbers, which compilers may contract
    for (const double g : state.conductances) {
        size += g;
    }
    return {what, whole, sum.value(), size};
}

/// The first difference of two layers' cells; empty if there is none.
[[nodiscard]] std::string difference(const held_state& a, const held_state& b) {
    if (a.bits.size() != b.bits.size() || a.conductances.size() != b.conductances.size()) {
        return "numbers of cells";
    }
    for (std::size_t i = 0; i < a.bits.size(); ++i) {
        if (a.bits[i] != b.bits[i]) {
            return text("word ", i, " of ", a.bits.size(), ": ", a.bits[i], " and ", b.bits[i]);
        }
    }
    for (std::size_t i = 0; i < a.conductances.size(); ++i) {
        if (!(std::abs(a.conductances[i] - b.conductances[i]) <= 1e-11 * std::abs(a.conductances[i]))) {
            return text("conductance ", i, " of ", a.conductances.size(), ": ", a.conductances[i], " and ", b.conductances[i]);
        }
    }
    return "";
}

/// How much results of two plans may differ: `absolute`, and where converters follow real numbers some lie on the edge between two words.
struct tolerance {
    double absolute = 0.0;
    bool edges = false;
};

/// Where two results differ.
struct place {
    index_t sample = 0, feature = 0;
};

[[nodiscard]] std::vector<place> differences(const batch_tensor& a, const batch_tensor& b, double allowed) {
    std::vector<place> places;
    for (index_t n = 0; n < b.samples(); ++n) {
        for (index_t f = 0; f < b.shape().size(); ++f) {
            const auto x = static_cast<double>(a.at(n, f));
            const auto y = static_cast<double>(b.at(n, f));
            if (x != y && !(std::abs(x - y) <= allowed)) {
                places.push_back({n, f});
            }
        }
    }
    return places;
}

/// Whether two samples of a random number, columns of batches with equal inputs, can be of one distribution: means, and mean squares around them,
/// within six of their standard errors.
[[nodiscard]] std::string unlike(const batch_tensor& a, const batch_tensor& b) {
    const auto count = static_cast<double>(a.samples());
    for (index_t f = 0; f < a.shape().size(); ++f) {
        std::array<double, 2> mean{}, square{}, fourth{};
        for (std::size_t which = 0; which < 2; ++which) {
            const batch_tensor& x = which == 0 ? a : b;
            for (index_t n = 0; n < x.samples(); ++n) {
                mean[which] += static_cast<double>(x.at(n, f)) / count;
            }
            for (index_t n = 0; n < x.samples(); ++n) {
                const double off = static_cast<double>(x.at(n, f)) - mean[which];
                square[which] += off * off / count;
                fourth[which] += off * off * off * off / count;
            }
        }
        const double rounding = 1e-5 * (std::abs(mean[0]) + std::abs(mean[1]) + 1e-3);
        if (std::abs(mean[0] - mean[1]) > 6.0 * std::sqrt((square[0] + square[1]) / count) + rounding) {
            return text("mean of feature ", f, " over ", a.samples(), " reads: ", mean[0], " and ", mean[1], ", deviations ",
                        std::sqrt(square[0]), " and ", std::sqrt(square[1]));
        }
        if (std::abs(square[0] - square[1]) > 6.0 * std::sqrt((fourth[0] + fourth[1]) / count) + rounding * rounding) {
            return text("deviation of feature ", f, " over ", a.samples(), " reads: ", std::sqrt(square[0]), " and ",
                        std::sqrt(square[1]));
        }
    }
    return "";
}

[[nodiscard]] std::string difference(const update_report& a, const update_report& b) {
    std::string found;
    const auto compare = [&](const char* name, auto x, auto y) {
        if (found.empty() && x != y) {
            found = text(name, ": ", x, " and ", y);
        }
    };
    std::apply([&](const auto&... m) { (compare(m.first, a.*m.second, b.*m.second), ...); }, update_report::members());
    return found;
}

/// Factors of columns, where a layer has some.
void draw_factors(layer& one, draws d) {
    if (adaptable_layer* const masked = one.adaptable(); masked != nullptr && !masked->factors().empty()) {
        const factor_set known = masked->factors_known();
        std::vector<float> factors(masked->factors().size());
        for (float& factor : factors) {
            factor = known.factor(d.below(1u << known.bits));
        }
        masked->adapt(factors, {}, &threads(1));
    }
}

/// Calls make(draws for the shape, draws for the members) until the library takes what is drawn.
template <class Make>
auto make_until_fits(std::uint64_t own, outcome& to, Make&& make) {
    constexpr int most = 200;
    for (std::uint32_t attempt = 0;; ++attempt) {
        try {
            return make(draws(own, 2 * attempt), draws(own, 2 * attempt + 1));
        } catch (const error& refused) {
            if (++to.refused == most) {
                throw error(text("no draw of ", most, " fits; the last: ", refused.what()));
            }
        }
    }
}

// Plans ------------------------------------------------------------------------------------------------------------------------------

[[nodiscard]] layer_shape drawn_shape(const compared_design& design, draws& d, int shrunk) {
    layer_shape s;
    const int smaller = shrunk + (design.slow ? 2 : 0);
    if (design.convolves) {
        s.kernel = d.between(1, 3);
        s.stride = d.between(1, 2);
        s.padding = design.slow ? 0 : d.between(0, 1);
        s.in = {halved(d.between(1, 4), smaller), s.kernel + halved(d.between(0, 4), smaller),
                s.kernel + halved(d.between(0, 4), smaller)};
        s.out = halved(d.between(1, 9), smaller);
    } else {
        s.in = {halved(d.between(1, 60), smaller), 1, 1};
        s.out = halved(d.between(1, 24), smaller);
    }
    s.bias = d.chance(0.5f);
    return s;
}

struct layer_pair {
    layer_shape shape;
    std::unique_ptr<layer_with_array> fast;
    std::unique_ptr<layer_with_array> judge;
};

/// A case of comparison::plans, one step after the other.
class plans_case {
public:
    plans_case(const compared_design& design, std::uint64_t own, int shrunk, outcome& to)
        : design_(design), own_(own), shrunk_(shrunk), to_(to), d_(own, 0xFFFFu),
          pool_(threads(static_cast<int>(d_.between(1, 4)))), pair_(make_until_fits(own, to, [&](draws shape, draws members) {
              const layer_shape s = drawn_shape(design, shape, shrunk);
              return layer_pair{s, design.make_with_array(false, members, s, own),
                                design.make_with_array(true, members, s, own)};
          })) {}

    /// The first mismatch.
    [[nodiscard]] std::string run() {
        const std::array<std::function<std::string()>, 5> parts{[&] { return cells("cells as made"); },
                                                                [&] { return programmed(); }, [&] { return prepared(); },
                                                                [&] { return noisy_reads(); }, [&] { return steps(); }};
        for (const auto& part : parts) {
            if (std::string found = part(); !found.empty()) {
                return found;
            }
        }
        return unexplained();
    }

private:
    /// Holds a result of the fast plan against the judge's. Where sums may lie on edges, differences are left for `unexplained`.
    [[nodiscard]] std::string compare(const std::string& what, const batch_tensor& got, const batch_tensor& expected,
                                      const tolerance& allowed) {
        judged_.push_back(expected);
        to_.compared += expected.samples() * expected.shape().size();
        const std::vector<place> places = differences(got, expected, allowed.absolute);
        if (places.empty()) {
            return "";
        }
        const auto [n, f] = places.front();
        const std::string found =
            text(what, ": ", places.size(), " of ", expected.samples() * expected.shape().size(), " beyond ", allowed.absolute,
                 ", the first at sample ", n, ", feature ", f, ": ", got.at(n, f), " and ", expected.at(n, f));
        if (!allowed.edges) {
            return found;
        }
        to_.on_edge += static_cast<index_t>(places.size());
        edges_.push_back({judged_.size() - 1, places, found});
        return "";
    }

    /// The first result that differs, though no sum that it hangs on lies on an edge between two words of a converter or at the end of a range: the
    /// judge gives the same with all converters, and errors before DACs round them, a little off. Errors hang on which sums of their sample were
    /// within range, on many at once: there a change of anything in the sample counts.
    [[nodiscard]] std::string unexplained() const {
        if (edges_.empty() || !nudged_by.none()) {
            return "";
        }
        std::vector<std::vector<batch_tensor>> others;
        constexpr double little = 2e-6; // of full scale: sums of floats are off by less
        for (const nudge by :
             {nudge{.offset = little}, nudge{.offset = -little}, nudge{.offset = little, .minus = -1.0},
              nudge{.offset = -little, .minus = -1.0}, nudge{.gain = 2 * little}, nudge{.gain = -2 * little}}) {
            nudged_by = by;
            outcome ignored;
            plans_case again(design_, own_, shrunk_, ignored);
            static_cast<void>(again.run());
            others.push_back(std::move(again.judged_));
            nudged_by = {};
        }
        const auto moves = [&](std::size_t which, index_t n, index_t f) {
            return std::any_of(others.begin(), others.end(), [&](const std::vector<batch_tensor>& other) {
                return other.size() > which && other[which].at(n, f) != judged_[which].at(n, f);
            });
        };
        const auto any_moves = [&](std::size_t which, index_t n) {
            bool any = false;
            for (index_t f = 0; f < judged_[which].shape().size(); ++f) {
                any = any || moves(which, n, f);
            }
            return any;
        };
        for (const edge& one : edges_) {
            for (const auto& [n, f] : one.places) {
                if (one.judged % 2 == 0 ? !moves(one.judged, n, f)
                                        : !any_moves(one.judged - 1, n) && !any_moves(one.judged, n)) {
                    return text(one.found, "; at sample ", n, ", feature ", f, " nothing is on an edge");
                }
            }
        }
        return "";
    }

    [[nodiscard]] std::string cells(std::string_view when) {
        const held_state a = pair_.fast->held(), b = pair_.judge->held();
        to_.compared += static_cast<index_t>(a.bits.size() + a.conductances.size());
        const std::string found = difference(a, b);
        return found.empty() ? "" : text(when, ": ", found);
    }

    [[nodiscard]] std::string programmed() {
        const matrix_view<const float> w = pair_.fast->get().parameters().weights;
        std::vector<float> drawn(static_cast<std::size_t>(w.rows * w.cols));
        for (float& weight : drawn) { // beyond the format too
            weight = 1.1f * centred(d_) * pair_.fast->largest_weight();
        }
        for (layer_with_array* one : {pair_.fast.get(), pair_.judge.get()}) {
            one->get().program({drawn.data(), w.rows, w.cols});
            draw_factors(one->get(), draws(own_, 0xFFFEu));
            for (std::size_t i = 0; i < one->bias().size(); ++i) {
                one->bias()[i] = 0.25f * static_cast<float>(i % 3);
            }
        }
        to_.results.push_back(computed_state("programmed", pair_.fast->held(), true));
        return cells("cells as programmed");
    }

    /// Converters are calibrated, and shifts injected, by what the fast plan sees.
    [[nodiscard]] std::string prepared() {
        if (!design_.calibrates && !design_.injects) {
            return "";
        }
        const batch_tensor x = batch();
        batch_tensor y;
        for (layer_with_array* one : {pair_.fast.get(), pair_.judge.get()}) {
            one->get().forward(x, y, {.pool = pool_, .calibrating = true});
            one->get().fit_converters();
        }
        if (design_.injects) {
            pair_.fast->get().forward(x, y, {.pool = pool_, .profiling = true});
            const shift_profile profile = pair_.fast->get().take_shift();
            pair_.fast->get().inject(profile);
            pair_.judge->get().inject(profile);
        }
        return "";
    }

    /// What is drawn for every read is drawn in another place by the reference plan: many reads of one input, in distribution.
    [[nodiscard]] std::string noisy_reads() {
        if (!design_.draws_for_reads) {
            return "";
        }
        const batch_tensor one = drawn_batch(d_, pair_.shape.in, 1, false, 0.0f);
        batch_tensor x(pair_.shape.in, design_.slow ? 48 : 160);
        for (index_t n = 0; n < x.samples(); ++n) {
            for (index_t f = 0; f < x.shape().size(); ++f) {
                x.at(n, f) = one.at(0, f);
            }
        }
        batch_tensor y, expected;
        pair_.fast->get().forward(x, y, {.pool = pool_, .seed = own_});
        pair_.judge->get().forward(x, expected, {.pool = pool_, .seed = own_});
        to_.compared += y.samples() * y.shape().size();
        const std::string found = unlike(y, expected);
        return found.empty() ? "" : "noisy reads: " + found;
    }

    [[nodiscard]] batch_tensor batch() {
        const index_t samples = halved(d_.between(1, design_.slow ? 8 : 40), shrunk_);
        return drawn_batch(d_, pair_.shape.in, samples, d_.chance(0.5f), 1000.0f);
    }

    /// Of reads forward: exact where sums are whole, otherwise to the rounding of floats.
    [[nodiscard]] tolerance of_reads(const batch_tensor& x, const batch_tensor& expected) {
        const matrix_view<const float> w = pair_.fast->get().parameters().weights;
        const double terms = static_cast<double>(w.cols) * static_cast<double>(pair_.fast->get().max_abs_weight()) *
                             std::max(1.0, largest_of(x));
        if (design_.fast == plan::folded) {
            return {2e-6 * std::max(terms, largest_of(expected)) + 1e-12}; // stuck cells can be larger than any weight
        }
        if (design_.fast == plan::coded) {
            return {design_.compensates ? 1e-6 * terms : 0.0};
        }
        return {2e-5 * largest_of(expected) + 1e-6 * terms, true};
    }
    /// Of errors: by the same product in both plans, unless they go through crossbars.
    [[nodiscard]] tolerance of_errors(const batch_tensor& expected) const {
        const bool real = design_.fast == plan::analog;
        if (!design_.transposes && !design_.corrects) {
            return {real ? 1e-6 * largest_of(expected) : 0.0, real};
        }
        return {(real || design_.fast == plan::folded ? 2e-5 : 1e-6) * largest_of(expected) + 1e-12,
                real || design_.fast == plan::folded};
    }

    [[nodiscard]] std::string steps() {
        layer& fast = pair_.fast->get();
        layer& judge = pair_.judge->get();
        event_ledger events, expected_events;
        const bool counted = d_.chance(0.5f);
        const index_t count = halved(d_.between(1, design_.slow ? 3 : 6), shrunk_);
        for (index_t step = 0; step < count; ++step) {
            const auto of_step = [&](std::string_view what) { return text(what, " of step ", step); };
            const batch_tensor x = batch();
            const pass_context context{.pool = pool_,
                                       .training = true,
                                       .seed = own_,
                                       .step = static_cast<std::uint32_t>(step),
                                       .image = static_cast<std::uint64_t>(40 * step),
                                       .events = counted ? &events : nullptr};
            const pass_context judged{.pool = threads(1),
                                      .training = true,
                                      .seed = own_,
                                      .step = context.step,
                                      .image = context.image,
                                      .events = counted ? &expected_events : nullptr};
            batch_tensor y, expected, dx, expected_dx;
            fast.forward(x, y, context);
            judge.forward(x, expected, judged);
            to_.results.push_back(computed_batch("reads", y, design_.fast == plan::coded && !design_.compensates && step == 0));
            if (!design_.draws_for_reads) {
                if (std::string found = compare(of_step("reads"), y, expected, of_reads(x, expected)); !found.empty()) {
                    return found;
                }
            }
            batch_tensor dy = drawn_batch(d_, y.shape(), x.samples(), false, 0.0f);
            std::for_each_n(dy.data(), dy.blocks() * dy.block_stride(),
                            [](float& e) { e *= static_cast<float>(1.0 + nudged_by.gain); });
            fast.backward(x, y, dy, &dx, context);
            judge.backward(x, expected, dy, &expected_dx, judged);
            to_.results.push_back(computed_batch("errors", dx, false));
            if (!design_.draws_for_reads) {
                if (std::string found = compare(of_step("errors"), dx, expected_dx, of_errors(expected_dx)); !found.empty()) {
                    return found;
                }
            }
            // From here on the same gradient for both: what it rests on may differ by rounding.
            std::copy(pair_.fast->gradient().begin(), pair_.fast->gradient().end(), pair_.judge->gradient().begin());
            update_report report, expected_report;
            const float rate = d_.chance(0.3f) ? 0.25f : 1.0f;
            const bool ages = d_.chance(0.2f), turns = d_.chance(0.2f);
            fast.update({pool_, own_, context.step, rate, report, context.events});
            judge.update({threads(1), own_, context.step, rate, expected_report, judged.events});
            std::copy(pair_.fast->bias().begin(), pair_.fast->bias().end(), pair_.judge->bias().begin());
            if (std::string found = difference(report, expected_report); !found.empty()) {
                return text(of_step("report"), ": ", found);
            }
            for (layer* one : {&fast, &judge}) {
                if (ages) {
                    one->age(100.0);
                }
                if (turns) {
                    one->begin_epoch(static_cast<int>(step) + 1);
                }
            }
            if (std::string found = cells(of_step("cells after the update")); !found.empty()) {
                return found;
            }
            // Which rows of activations are written may hang on errors, and these on where a read lies on an edge.
            if (counted && design_.fast != plan::analog && state_fingerprint(events) != state_fingerprint(expected_events)) {
                return of_step("events");
            }
            to_.results.push_back(computed_state("updated", pair_.fast->held(), false));
        }
        return "";
    }

    const compared_design& design_;
    std::uint64_t own_;
    int shrunk_;
    outcome& to_;
    draws d_;
    thread_pool& pool_;
    layer_pair pair_;
    std::vector<batch_tensor> judged_; ///< results of the judge: reads and errors in turn

    /// Results that differ, and may.
    struct edge {
        std::size_t judged = 0; ///< which of the judge's
        std::vector<place> places{};
        std::string found{};
    };
    std::vector<edge> edges_;
};

// Trainings --------------------------------------------------------------------------------------------------------------------------

/// Images of a few classes, each a pattern of its own under noise.
[[nodiscard]] dataset drawn_data(draws d, const map_shape& shape, int classes, index_t train, index_t test) {
    std::vector<std::uint8_t> patterns;
    for (index_t i = 0; i < classes * shape.size(); ++i) {
        patterns.push_back(static_cast<std::uint8_t>(d.below(200)));
    }
    const auto make = [&](index_t count) {
        image_set set{shape, classes, {}, {}};
        for (index_t n = 0; n < count; ++n) {
            const auto label = static_cast<std::uint8_t>(d.below(static_cast<std::uint32_t>(classes)));
            set.labels.push_back(label);
            for (index_t f = 0; f < shape.size(); ++f) {
                set.images.push_back(
                    static_cast<std::uint8_t>(patterns[static_cast<std::size_t>(label * shape.size() + f)] + d.below(56)));
            }
        }
        return set;
    };
    dataset data{"drawn", make(train), make(test), {}, {}};
    const normalisation scale = normalisation_of(data.train);
    data.mean = scale.mean;
    data.deviation = scale.deviation;
    return data;
}

/// What one training gave: its state and everything that it recorded, seconds left out.
struct trained {
    std::uint64_t state = 0;
    std::uint64_t events = 0;
    std::vector<std::pair<std::string, std::uint64_t>> epochs{};
    bool stopped = false;
    double size = 0.0;
};

/// Ends a training after some steps.
struct stop_after final : callback {
    explicit stop_after(index_t steps_) : left(steps_) {}
    void on_step(const training_state&, const step_record&) override {
        if (--left == 0) {
            stop = "enough";
        }
    }
    index_t left;
};

/// A file of this process, gone with its owner.
struct checkpoint_file {
    checkpoint_file() = default;
    checkpoint_file(const checkpoint_file&) = delete;
    checkpoint_file& operator=(const checkpoint_file&) = delete;
    ~checkpoint_file() {
        std::error_code ignored;
        std::filesystem::remove(name, ignored);
        std::filesystem::remove(name + ".previous", ignored);
    }
    const std::string name = (std::filesystem::temp_directory_path() / text("rcim_differential.", ::getpid())).string();
};

class training_case {
public:
    training_case(const compared_design& design, std::uint64_t own, int shrunk, outcome& to)
        : design_(design), own_(own), shrunk_(shrunk), to_(to), d_(own, 0xFFFFu) {
        // One draw after the other: compilers evaluate arguments in orders of their own.
        const index_t extent = design.slow ? 4 : d_.between(4, 6);
        const index_t channels = halved(d_.between(1, 2), shrunk_);
        const index_t train = halved(d_.between(20, design.slow ? 24 : 60), shrunk);
        const index_t test = halved(d_.between(1, 20), shrunk);
        data_ = drawn_data(d_, {channels, extent, extent}, 3, train, test);
        options_.epochs = static_cast<int>(d_.between(2, 3));
        options_.batch = d_.between(3, 40);
        options_.max_steps_per_epoch = halved(d_.between(1, design.slow ? 2 : 4), shrunk);
        options_.schedule = step_rate(d_);
        threads_ = static_cast<int>(d_.between(2, 4));
        stop_ = d_.between(1, options_.epochs * options_.max_steps_per_epoch);
        net_ = made();
    }

    [[nodiscard]] std::string run_threads() {
        const trained one = run(*net_, 1);
        results(one);
        return difference(one, run(*made(), threads_));
    }

    [[nodiscard]] std::string run_resume() {
        // All have a callback, which is part of what a training is.
        stop_after never(std::numeric_limits<index_t>::max()), stop(stop_);
        const trained straight = run(*net_, 1, {}, &never);
        results(straight);
        const checkpoint_file file;
        static_cast<void>(run(*made(), threads_, file.name, &stop));
        return difference(straight, run(*made(), 1, file.name, &never));
    }

private:
    /// Falls by halves at some epoch, so that a resumed training has to know where it is.
    [[nodiscard]] static rate_schedule step_rate(draws& d) {
        return step_decay{.every = static_cast<int>(d.between(1, 2)), .factor = 0.5f};
    }

    [[nodiscard]] std::unique_ptr<network> made() {
        return make_until_fits(own_, to_, [&](draws shape, draws members) {
            auto net = std::make_unique<network>(data_.train.shape, own_);
            const index_t hidden = halved(shape.between(1, design_.slow ? 5 : 17), shrunk_);
            const bool bias = shape.chance(0.7f);
            if (design_.convolves) {
                const index_t kernel = shape.between(1, 3);
                net->add(design_.make(members,
                                      {.in = net->output_shape(),
                                       .out = hidden,
                                       .kernel = kernel,
                                       .stride = 1,
                                       .padding = kernel / 2,
                                       .bias = bias},
                                      own_, 0));
                net->emplace<relu>();
                net->emplace<max_pool>(pool_options{.height = 2});
                const map_shape left = net->output_shape();
                net->add(design_.make(members, {.in = left, .out = 3, .kernel = left.height, .bias = bias}, own_, 1));
            } else {
                net->add(design_.make(members, {.in = net->output_shape(), .out = hidden, .bias = bias}, own_, 0));
                net->emplace<relu>();
                net->add(design_.make(members, {.in = net->output_shape(), .out = 3, .bias = bias}, own_, 1));
            }
            net->each([&](layer& one) { draw_factors(one, draws(own_, 0xFFFEu)); });
            const pixel_table table(data_.mean, data_.deviation);
            const calibrate_options looks{.images = 16, .batch = 16};
            if (design_.calibrates) {
                calibrate(*net, data_.train, table, looks);
            }
            if (design_.injects) {
                inject(*net, profile_shift(*net, data_.train, table, looks));
            }
            return net;
        });
    }

    [[nodiscard]] trained run(network& net, int threads_used, const std::string& file = {}, callback* watching = nullptr) {
        event_ledger events;
        fit_options options = options_;
        options.pool = &threads(threads_used);
        options.events = &events;
        options.checkpoint = {.file = file, .every_seconds = 1e9};
        if (watching != nullptr) {
            options.callbacks = {watching};
        }
        const training_record record = fit(net, data_, options);
        trained result{
            .state = state_fingerprint(net), .events = state_fingerprint(events), .stopped = !record.stopped.empty()};
        for (epoch_record epoch : record.epochs) {
            epoch.seconds = epoch.images_per_second = 0.0;
            epoch.each([&](std::string_view name, auto number) {
                result.epochs.emplace_back(text(name, " of epoch ", epoch.epoch),
                                           std::bit_cast<std::uint64_t>(static_cast<double>(number)));
            });
            result.size += epoch.loss;
        }
        return result;
    }

    [[nodiscard]] std::string difference(const trained& a, const trained& b) {
        to_.compared += static_cast<index_t>(a.epochs.size() + 3);
        for (std::size_t i = 0; i < std::min(a.epochs.size(), b.epochs.size()); ++i) {
            if (a.epochs[i] != b.epochs[i]) {
                return a.epochs[i].first;
            }
        }
        if (a.epochs.size() != b.epochs.size() || a.stopped != b.stopped) {
            return "where the training ended";
        }
        return a.events != b.events ? "events" : a.state != b.state ? "state of the network" : "";
    }

    void results(const trained& one) {
        fingerprint sum;
        sum.add(one.state);
        sum.add(one.events);
        for (const auto& [name, bits] : one.epochs) {
            sum.add(bits);
        }
        to_.results.push_back({"trained", false, sum.value(), one.size});
    }

    const compared_design& design_;
    std::uint64_t own_;
    int shrunk_;
    outcome& to_;
    draws d_;
    dataset data_;
    fit_options options_;
    int threads_ = 2;
    index_t stop_ = 1; ///< steps
    std::unique_ptr<network> net_;
};

} // namespace

outcome run_case(const compared_design& design, comparison what, std::uint64_t seed, std::uint64_t number, int shrunk) {
    const std::uint64_t own = address(seed, number);
    outcome result;
    if (what == comparison::plans) {
        result.mismatch = plans_case(design, own, shrunk, result).run();
    } else {
        training_case one(design, own, shrunk, result);
        result.mismatch = what == comparison::threads ? one.run_threads() : one.run_resume();
    }
    return result;
}

std::string describe_case(const compared_design& design, comparison what, std::uint64_t seed, std::uint64_t number,
                          int shrunk) {
    const std::uint64_t own = address(seed, number);
    outcome ignored;
    return make_until_fits(own, ignored, [&](draws shape, draws members) {
        if (what == comparison::plans) {
            const layer_shape s = drawn_shape(design, shape, shrunk);
            return text(design.make_with_array(false, members, s, own)->get().describe(), ", input ", to_text(s.in));
        }
        return design.describe(members);
    });
}

} // namespace rcim_differential
