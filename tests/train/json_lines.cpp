#if __has_include(<nlohmann/json.hpp>)
#include <rcim/train/fit.hpp>
#include <rcim/train/json_lines.hpp>

#include "toy.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using namespace rcim;

namespace json_lines_tests {

struct scratch_file {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("rcim-json-lines-" + std::to_string(::getpid()) + ".jsonl");
    scratch_file() { std::filesystem::remove(path); }
    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;
    ~scratch_file() { std::filesystem::remove(path); }

    [[nodiscard]] std::vector<nlohmann::json> lines() const {
        std::vector<nlohmann::json> result;
        std::ifstream in(path);
        for (std::string line; std::getline(in, line);) {
            result.push_back(nlohmann::json::parse(line));
        }
        return result;
    }
};

TEST_CASE("json_lines: one object per epoch, parsed back exactly") {
    const scratch_file file;
    toy::net t;
    json_lines log(file.path, {{"name", "toy \"net\""}});
    const training_record record = fit(t.network, toy::data(), {.epochs = 3, .batch = 16, .callbacks = {&log}});
    const auto lines = file.lines();
    REQUIRE(lines.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(lines[i]["epoch"] == i + 1);
        CHECK(lines[i]["name"] == "toy \"net\"");
        CHECK(lines[i]["loss"].get<double>() == record.epochs[i].loss);
        CHECK(lines[i]["train_accuracy"].get<double>() == record.epochs[i].train_accuracy);
        CHECK(lines[i]["test_accuracy"].get<double>() == record.epochs[i].test_accuracy);
        CHECK(lines[i]["max_abs_weight"].get<double>() == record.epochs[i].max_abs_weight);
        CHECK(lines[i]["gradient_norm"].get<double>() == record.epochs[i].gradient_norm);
        CHECK(lines[i]["images_per_second"].get<double>() == record.epochs[i].images_per_second);
    }
    fit(t.network, toy::data(), {.epochs = 1, .evaluate = false, .callbacks = {&log}});
    REQUIRE(file.lines().size() == 4);
    CHECK(file.lines()[3]["test_accuracy"].is_null());
}

/// Ends its training after an epoch, before the checkpoint of it.
struct killed_after : callback {
    int epoch;
    explicit killed_after(int n) : epoch(n) {}
    void on_epoch(const training_state&, const epoch_record& done) override {
        if (done.epoch + 1 == epoch) {
            throw std::runtime_error("killed");
        }
    }
};

TEST_CASE("json_lines: an epoch whose line was written before its checkpoint has one line") {
    const scratch_file file;
    scratch_file kept;
    kept.path += ".checkpoint";
    append_json_line(file.path, {{"name", "another"}, {"epoch", 9}});
    const auto train = [&](int killed, const char* name) {
        toy::net t;
        json_lines log(file.path, {{"name", name}});
        killed_after kill(killed);
        const fit_options options{.epochs = 4, .batch = 16, .callbacks = {&log, &kill}, .checkpoint = {.file = kept.path}};
        try {
            fit(t.network, toy::data(), options);
        } catch (const std::runtime_error&) {
        }
    };
    for (const int killed : {2, 2, 3, 4, 0}) {
        train(killed, "a");
    }
    std::vector<int> epochs;
    for (const auto& line : file.lines()) {
        epochs.push_back(line["epoch"].get<int>());
    }
    CHECK(epochs == std::vector{9, 1, 2, 3, 4});
    // A training from the beginning has lines of its own.
    std::filesystem::remove(kept.path);
    std::filesystem::remove(kept.path.string() + ".previous");
    train(0, "a");
    CHECK(file.lines().size() == 9);
    std::filesystem::remove(kept.path.string() + ".previous");
}

TEST_CASE("append_json_line: closes a line that was cut off") {
    const scratch_file file;
    std::ofstream(file.path) << R"({"a":1})" << '\n' << R"({"b":)";
    append_json_line(file.path, {{"c", 3}});
    std::ifstream in(file.path);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    CHECK(all == "{\"a\":1}\n{\"b\":\n{\"c\":3}\n");
}

TEST_CASE("json_lines: errors") {
    CHECK_THROWS_WITH_AS(append_json_line("/nowhere/at/all.jsonl", {}),
                         "append_json_line: /nowhere/at/all.jsonl: expected a file to append to, found No such file or directory", error);
    if (std::filesystem::exists("/dev/full")) {
        CHECK_THROWS_WITH_AS(append_json_line("/dev/full", {{"a", 1}}),
                             "append_json_line: /dev/full: expected room for 8 bytes, found No space left on device", error);
    }
    toy::net t;
    json_lines log("/nowhere/at/all.jsonl");
    CHECK_THROWS_AS(fit(t.network, toy::data(), {.callbacks = {&log}}), error);
}
#endif

} // namespace json_lines_tests
