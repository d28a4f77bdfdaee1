# rcim_options: the warnings under which everything in this repository is compiled. Never exported. Warnings become errors in the debug
# presets only (CMAKE_COMPILE_WARNING_AS_ERROR): at -O3 -march=native g++ 12 warns from inside xtensor.
add_library(rcim_options INTERFACE)
target_compile_options(
    rcim_options
    INTERFACE
        -Wall
        -Wextra
        -Wpedantic
        $<IF:$<CXX_COMPILER_ID:GNU>,-Wshadow=local,-Wshadow> # g++'s plain -Wshadow forbids a variable the name of a type
        -Wconversion
        -Wnon-virtual-dtor
        -Woverloaded-virtual
        -Wcast-qual
        -Wimplicit-fallthrough
        $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>
        $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond>
        # False alarms of g++ 12: optimised, inlined and sanitized standard containers.
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
        # Designated initialisers name what differs from the default.
        -Wno-missing-field-initializers
)
