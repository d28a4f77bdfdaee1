# Compiles the C++ blocks of a Markdown page, or with -DFENCE=c its C blocks, one after the other as one source file.
# -DPAGE=... -DSOURCE=... (written here) -DUMBRELLA=... and what include_flags.cmake takes; for C -DC_COMPILER=... -DC_INCLUDE_DIRS=...
cmake_minimum_required(VERSION 3.25)
if(FENCE STREQUAL "c")
    set(COMPILER "${C_COMPILER}")
    set(INCLUDE_DIRS "${C_INCLUDE_DIRS}")
    set(language -std=c11)
else()
    set(FENCE cpp)
    set(language -std=c++20 -include "${UMBRELLA}")
endif()
include(${CMAKE_CURRENT_LIST_DIR}/../include_flags.cmake)
string(LENGTH "\n```${FENCE}\n" opening)

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
if(NOT source MATCHES "#include [<\"]rcim")
    message(FATAL_ERROR "The blocks of ${PAGE} include nothing of rcim.")
endif()
file(WRITE "${SOURCE}" "${source}")

execute_process(
    COMMAND "${COMPILER}" ${language} -fsyntax-only ${include_flags} "${SOURCE}"
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
)
if(NOT status EQUAL 0)
    message("${output}")
    message(FATAL_ERROR "The ${FENCE} blocks of ${PAGE} do not compile.")
endif()
message(STATUS "${blocks} blocks compile")
