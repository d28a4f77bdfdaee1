#include <rcim/rcim.hpp>

const void* address_in_second();
unsigned version_in_second();

const void* address_in_second() { return reinterpret_cast<const void*>(&rcim::require_rate); }

unsigned version_in_second() { return RCIM_VERSION_MAJOR * 100u + RCIM_VERSION_MINOR; }
