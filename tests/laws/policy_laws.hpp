#pragma once

#include <rcim/core/policy.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace rcim_test {

/// What every policy owes: values that pass validation, and a description that begins with its name and names each
/// field once, in order.
template <class P>
void policy_laws(const P& policy) {
    INFO(rcim::describe(policy));
    CHECK_NOTHROW(rcim::validate(policy));
    const std::string text = rcim::describe(policy);
    CHECK(text.starts_with(P::name() + "{"));
    CHECK(text.ends_with("}"));
    std::size_t at = P::name().size();
    const auto comes_next = [&](std::string_view name) {
        at = text.find("." + std::string(name) + " = ", at);
        CHECK(at != std::string::npos);
    };
    std::apply([&](const auto&... field) { (comes_next(field.name), ...); }, P::fields());
    const P copy = policy;
    CHECK(rcim::describe(copy) == text);
}

} // namespace rcim_test
