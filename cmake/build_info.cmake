# Writes OUTPUT, the definitions of bench/build_info.hpp, if they have changed.
# -DSOURCE_DIR=... -DOUTPUT=... -DCOMPILER=... -DFLAGS=...
cmake_minimum_required(VERSION 3.25)
set(commit "")
find_program(git git)
if(git)
    execute_process(
        COMMAND ${git} -C ${SOURCE_DIR} describe --always --dirty --exclude=* OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
        ERROR_QUIET
    )
endif()
if(commit STREQUAL "")
    set(commit unknown)
endif()
file(
    CONFIGURE
    OUTPUT ${OUTPUT}
    CONTENT
        "#include \"build_info.hpp\"

namespace rcim_bench {

const char* build_compiler() { return \"@COMPILER@\"; }

const char* build_flags() { return \"@FLAGS@\"; }

const char* build_commit() { return \"@commit@\"; }

} // namespace rcim_bench
"
    @ONLY
)
