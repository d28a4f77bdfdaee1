#pragma once

/// What a record of a bench says about its build.
namespace rcim_bench {

/// Compiler and version, e.g. "GNU 12.2.0".
const char* build_compiler();

/// The flags that change code.
const char* build_flags();

/// Abbreviated commit, with "-dirty" if tracked files differ from it; "unknown" outside a git checkout.
const char* build_commit();

} // namespace rcim_bench
