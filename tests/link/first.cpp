#include <rcim/rcim.hpp>

#include <cstdio>

const void* address_in_second();
unsigned version_in_second();

const void* address_in_first() { return reinterpret_cast<const void*>(&rcim::require_rate); }

int main() {
    // One entity of every inline function, and one version, in both units.
    const bool same = address_in_first() == address_in_second() && version_in_second() == RCIM_VERSION_MAJOR * 100u + RCIM_VERSION_MINOR;
    std::puts(same ? "one program" : "the two units disagree");
    return same ? 0 : 1;
}
