#include <rcim/cell/measured_errors.hpp>
#include <rcim/cell/pulse_presets.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#endif

using namespace rcim;

namespace measured_errors_tests {

TEST_CASE("nvmexplorer: deviations in steps of one level; means where they are asked for") {
    const auto even = nvmexplorer_error(multilevel_cell<2>{});
    CHECK(static_cast<double>(even.sigma[1]) == doctest::Approx(3.0 * 0.03351085));
    CHECK(level_ladder(even, 4).position(1) == 1.0f);
    const auto means = nvmexplorer_error(nvmexplorer_means(multilevel_cell<3>{.on_off_ratio = 10.0}));
    const level_ladder ladder(means, 8);
    CHECK(static_cast<double>(ladder.position(1)) == doctest::Approx(7.0 * 0.07826194).epsilon(1e-6));
    CHECK(ladder.nearest(0.3f) == 1);
    CHECK(ladder.nearest(0.2f) == 0);
    CHECK(ladder.dark() == doctest::Approx(7.0 / 9.0));
    for (int level = 0; level < 8; ++level) {
        CHECK(ladder.nearest(ladder.position(level)) == level);
    }
    CHECK_NOTHROW(validate(means));
}

TEST_CASE("fits by conductance: Milo 2021 and Wan 2022") {
    CHECK(milo_2021.sigma(50.0) == doctest::Approx(4.326971));
    CHECK(milo_2021.sigma(225.0) == doctest::Approx(2.733246));
    CHECK(milo_2021.sigma(1000.0) == 0.0);
    CHECK(wan_2022.sigma(0.0) == doctest::Approx(1.053));
    CHECK(wan_2022.sigma(20.0) == doctest::Approx(1.053 + 4.748 - 4.668 + 1.2288));
    const auto cell = error_of(milo_2021, multilevel_cell<2>{});
    CHECK(static_cast<double>(cell.sigma[0]) == doctest::Approx(4.326971 / (175.0 / 3.0)));
    CHECK(static_cast<double>(cell.sigma[3]) == doctest::Approx(2.733246 / (175.0 / 3.0)));
}

#if __has_include(<nlohmann/json.hpp>)

/// A file of $RCIM_DATA/devices, or null and a message.
nlohmann::json device_data(const char* name) {
    const char* root = std::getenv("RCIM_DATA");
    std::ifstream file(std::string(root ? root : "") + "/devices/" + name);
    if (!root || !file) {
        MESSAGE("devices/", std::string(name), " is not here: set RCIM_DATA to the folder that holds it");
        return nullptr;
    }
    return nlohmann::json::parse(file);
}

template <int Bits>
void compare_levels(const nlohmann::json& levels) {
    const auto own = nvmexplorer_levels<Bits>();
    const auto& theirs = levels.at(std::to_string(Bits) + "bpc");
    REQUIRE(theirs.size() == own.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
        CHECK(theirs[i][0].get<double>() == own[i].mean);
        CHECK(theirs[i][1].get<double>() == own[i].sigma);
    }
}

void compare_preset(const nlohmann::json& all, const char* name, const soft_bounds_preset& own) {
    CAPTURE(name);
    const auto& p = all.at(name);
    const std::vector<std::pair<const char*, double>> fields{
        {"dw_min", own.dw_min},           {"w_max", own.w_max},           {"w_min", own.w_min},
        {"dw_min_dtod", own.dw_min_dtod}, {"w_max_dtod", own.w_max_dtod}, {"w_min_dtod", own.w_min_dtod},
        {"dw_min_std", own.dw_min_std},   {"up_down_dtod", own.up_down_dtod}, {"write_noise_std", own.write_noise_std}};
    for (const auto& one : fields) {
        CAPTURE(one.first);
        CHECK(p.at(one.first).get<double>() == one.second);
    }
    CHECK(p.value("dw_min_dtod_log_normal", false) == own.dw_min_dtod_log_normal);
    CHECK(p.at("up_down").get<double>() == 0.0);
    CHECK(p.at("model") == "SoftBoundsReference");
}

TEST_CASE("the numbers are those of the files, where these are here") {
    if (const auto levels = device_data("mlc_rram_levels.json"); !levels.is_null()) {
        compare_levels<1>(levels.at("levels"));
        compare_levels<2>(levels.at("levels"));
        compare_levels<3>(levels.at("levels"));
    }
    if (const auto fits = device_data("reram_fits.json"); !fits.is_null()) {
        const auto& milo = fits.at("RRAM_Milo_IRPS2021");
        CHECK(milo.at("G_range_uS")[0].get<double>() == milo_2021.low);
        CHECK(milo.at("G_range_uS")[1].get<double>() == milo_2021.high);
        CHECK(milo.at("A").get<double>() == milo_2021.coefficients[1]);
        CHECK(milo.at("B").get<double>() == milo_2021.coefficients[0]);
        const auto& wan = fits.at("RRAM_Wan_Nature2022");
        CHECK(wan.at("G_max_uS").get<double>() == wan_2022.high);
        CHECK(wan.at("A").get<double>() == wan_2022.coefficients[3]);
        CHECK(wan.at("B").get<double>() == wan_2022.coefficients[2]);
        CHECK(wan.at("C").get<double>() == wan_2022.coefficients[1]);
        CHECK(wan.at("D").get<double>() == wan_2022.coefficients[0]);
    }
    if (const auto presets = device_data("reram_presets.json"); !presets.is_null()) {
        const auto& es = presets.at("ReRamES");
        const std::vector<std::pair<const char*, double>> fields{
            {"dw_min", reram_es.dw_min},           {"up_down", reram_es.up_down},           {"w_max", reram_es.w_max},
            {"w_min", reram_es.w_min},             {"a", reram_es.a},                       {"b", reram_es.b},
            {"gamma_up", reram_es.gamma_up},       {"gamma_down", reram_es.gamma_down},     {"A_up", reram_es.A_up},
            {"A_down", reram_es.A_down},           {"dw_min_dtod", reram_es.dw_min_dtod},   {"up_down_dtod", reram_es.up_down_dtod},
            {"w_max_dtod", reram_es.w_max_dtod},   {"w_min_dtod", reram_es.w_min_dtod},     {"dw_min_std", reram_es.dw_min_std},
            {"write_noise_std", reram_es.write_noise_std}};
        for (const auto& one : fields) {
            CAPTURE(one.first);
            CHECK(es.at(one.first).get<double>() == one.second);
        }
        CHECK(es.at("model") == "ExpStep");
        compare_preset(presets, "ReRamSB", reram_sb);
        compare_preset(presets, "ReRamArrayOM", reram_array_om);
        compare_preset(presets, "ReRamArrayHfO2", reram_array_hfo2);
    }
}
#endif

} // namespace measured_errors_tests
