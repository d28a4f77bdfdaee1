# Compiles the C++ blocks of a Markdown page, or with -DFENCE=c -DSTANDARD=c11 its C blocks, one after the other as one source file.
# -DCOMPILER=... -DPAGE=... -DSOURCE=... (written here) -DINCLUDE_DIRS=... -DIMPLICIT_DIRS=... [-DPRECOMPILED=...: a folder to look in first]
# With -DHEADER=... in place of -DPAGE=... precompiles the header into SOURCE.
cmake_minimum_required(VERSION 3.25)

if(NOT DEFINED FENCE)
    set(FENCE cpp)
    set(STANDARD c++20)
endif()
string(LENGTH "\n```${FENCE}\n" opening)

set(include_flags "")
list(REMOVE_DUPLICATES INCLUDE_DIRS)
foreach(dir IN LISTS INCLUDE_DIRS)
    if(dir AND NOT dir IN_LIST IMPLICIT_DIRS)
        list(APPEND include_flags -isystem "${dir}")
    endif()
endforeach()

if(HEADER)
    cmake_path(GET SOURCE PARENT_PATH folder)
    file(MAKE_DIRECTORY "${folder}")
    execute_process(
        COMMAND "${COMPILER}" -std=c++20 ${include_flags} -x c++-header "${HEADER}" -o "${SOURCE}" RESULT_VARIABLE status
    )
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${HEADER} does not compile.")
    endif()
    return()
endif()
if(PRECOMPILED)
    list(PREPEND include_flags -I "${PRECOMPILED}")
endif()

file(READ "${PAGE}" page)
set(source "")
set(blocks 0)
while(TRUE)
    string(FIND "${page}" "\n```${FENCE}\n" at)
    if(at LESS 0)
        break()
    endif()
    math(EXPR at "${at} + ${opening}")
    string(SUBSTRING "${page}" ${at} -1 page)
    string(FIND "${page}" "\n```" end)
    string(SUBSTRING "${page}" 0 ${end} block)
    string(APPEND source "${block}\n")
    math(EXPR blocks "${blocks} + 1")
endwhile()
if(blocks EQUAL 0)
    message(FATAL_ERROR "${PAGE} has no ${FENCE} block.")
endif()
file(WRITE "${SOURCE}" "${source}")

execute_process(
    COMMAND "${COMPILER}" -std=${STANDARD} -fsyntax-only ${include_flags} "${SOURCE}"
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
)
if(NOT status EQUAL 0)
    message("${output}")
    message(FATAL_ERROR "The ${FENCE} blocks of ${PAGE} do not compile.")
endif()
message(STATUS "${blocks} blocks compile")
