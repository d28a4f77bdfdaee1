# Compiles one must-fail snippet, the twins of all, or the headers of all; see CMakeLists.txt beside this.
# -DCOMPILER=... -DHEADERS=... -DSNIPPET=..., -DTWINS=... or -DPRECOMPILED=... (written here) -DINCLUDE_DIRS=... -DIMPLICIT_DIRS=...
cmake_minimum_required(VERSION 3.25)

set(include_flags "")
list(REMOVE_DUPLICATES INCLUDE_DIRS)
foreach(dir IN LISTS INCLUDE_DIRS)
    if(dir AND NOT dir IN_LIST IMPLICIT_DIRS)
        list(APPEND include_flags -isystem "${dir}")
    endif()
endforeach()
set(ENV{LC_ALL} C)

if(PRECOMPILED OR TWINS)
    set(arguments -x c++-header "${HEADERS}" -o "${PRECOMPILED}")
    if(TWINS)
        set(arguments -fsyntax-only -DTWIN -include "${HEADERS}" "${TWINS}")
    endif()
    execute_process(
        COMMAND "${COMPILER}" -std=c++20 ${include_flags} ${arguments}
        RESULT_VARIABLE status
        OUTPUT_VARIABLE output
        ERROR_VARIABLE output
    )
    if(NOT status EQUAL 0)
        message("${output}")
        message(FATAL_ERROR "${HEADERS} or the twins must compile and do not.")
    endif()
    return()
endif()

# Brackets and semicolons in C++ and in messages are text, never lists: only quoted strings below.
file(READ "${SNIPPET}" source)

# 1. The snippet does not compile.
execute_process(
    COMMAND "${COMPILER}" -std=c++20 -fsyntax-only -Wfatal-errors ${include_flags} -include "${HEADERS}" "${SNIPPET}"
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
)
if(status EQUAL 0)
    message(FATAL_ERROR "The snippet must not compile, and it does.")
endif()

# 2. The first error line says what is expected.
string(FIND "${output}" "error:" at)
if(at LESS 0)
    message("${output}")
    message(FATAL_ERROR "The compiler failed without a line that contains 'error:'.")
endif()
string(SUBSTRING "${output}" ${at} -1 first)
string(FIND "${first}" "\n" end)
string(SUBSTRING "${first}" 0 ${end} first)

set(expectations 0)
while(TRUE)
    string(FIND "${source}" "// expect: " at)
    if(at LESS 0)
        break()
    endif()
    math(EXPR at "${at} + 11")
    string(SUBSTRING "${source}" ${at} -1 source)
    string(FIND "${source}" "\n" end)
    string(SUBSTRING "${source}" 0 ${end} expected)
    string(STRIP "${expected}" expected)
    string(FIND "${first}" "${expected}" found)
    if(expected STREQUAL "")
        message(FATAL_ERROR "Empty '// expect:' line.")
    endif()
    if(found LESS 0)
        string(SUBSTRING "${output}" 0 6000 output)
        message("${output}")
        message("first error:  ${first}")
        message("expected:     ${expected}")
        message(FATAL_ERROR "The first error line does not contain the expected text.")
    endif()
    math(EXPR expectations "${expectations} + 1")
endwhile()
if(expectations EQUAL 0)
    message(FATAL_ERROR "The snippet has no '// expect: <text>' line.")
endif()
message(STATUS "${first}")
