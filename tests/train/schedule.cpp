#include <rcim/train/schedule.hpp>

#include <doctest/doctest.h>

using namespace rcim;

TEST_CASE("schedules: values") {
    CHECK(constant_rate{}({3, 5, 2, 4}) == 1.0f);

    constexpr step_decay decay{.every = 2, .factor = 0.5f};
    CHECK(decay({0, 6, 0, 4}) == 1.0f);
    CHECK(decay({1, 6, 3, 4}) == 1.0f);
    CHECK(decay({2, 6, 0, 4}) == 0.5f);
    CHECK(decay({5, 6, 0, 4}) == 0.25f);
    CHECK_THROWS_WITH_AS((step_decay{.every = 0}({0, 1, 0, 1})), "step_decay: every: expected at least 1 epoch, found 0", error);

    CHECK(cosine{}({0, 4, 0, 10}) == 1.0f);
    CHECK(cosine{}({2, 4, 0, 10}) == doctest::Approx(0.5));
    CHECK(cosine{}({1, 4, 0, 10}) == doctest::Approx(0.8535534));
    CHECK(cosine{.floor = 0.2f}({2, 4, 0, 10}) == doctest::Approx(0.6));
    CHECK(cosine{}({4, 4, 0, 10}) == doctest::Approx(0.0));
    CHECK(cosine{}({9, 4, 0, 10}) == doctest::Approx(0.0));

    constexpr warm_up<> ramp{.epochs = 1.5f};
    CHECK(ramp({0, 4, 0, 10}) == doctest::Approx(1.0 / 15.0));
    CHECK(ramp({0, 4, 9, 10}) == doctest::Approx(10.0 / 15.0));
    CHECK(ramp({1, 4, 3, 10}) == doctest::Approx(14.0 / 15.0));
    CHECK(ramp({1, 4, 4, 10}) == 1.0f);
    CHECK(ramp({3, 4, 0, 10}) == 1.0f);
    CHECK(warm_up<>{.epochs = 0.0f}({0, 4, 0, 10}) == 1.0f);
    const warm_up<step_decay> both{.epochs = 1.0f, .inner = {.every = 1, .factor = 0.5f}};
    CHECK(both({0, 4, 4, 10}) == doctest::Approx(0.5));
    CHECK(both({2, 4, 0, 10}) == 0.25f);

    const rate_schedule any = [](const schedule_point& at) { return static_cast<float>(at.progress()); };
    CHECK(any({2, 4, 1, 4}) == 2.25f);
}
