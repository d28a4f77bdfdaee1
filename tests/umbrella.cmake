# Precompiles the umbrella. -DUMBRELLA=... -DOUTPUT=... and what include_flags.cmake takes.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/include_flags.cmake)
execute_process(COMMAND "${COMPILER}" -std=c++20 ${include_flags} -x c++-header "${UMBRELLA}" -o "${OUTPUT}" RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "The umbrella does not compile.")
endif()
