# Configures, builds and runs the consumer project one way; see CMakeLists.txt beside this.
cmake_minimum_required(VERSION 3.25)
function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "Failed (${status}): ${command}")
    endif()
endfunction()

file(REMOVE_RECURSE "${BINARY}")
set(prefix_path "${PREFIX_PATH}")
if(WAY STREQUAL "find_package")
    run(${CMAKE_COMMAND} --install "${RCIM_BUILD}" --prefix "${BINARY}/prefix")
    list(PREPEND prefix_path "${BINARY}/prefix")
endif()

if(WAY STREQUAL "FetchContent_URL")
    # As a release is packed; what else lies in the folder, builds say, stays out.
    set(archive "${BINARY}/rcim.tar.gz")
    file(MAKE_DIRECTORY "${BINARY}")
    execute_process(
        COMMAND ${CMAKE_COMMAND} -E tar czf "${archive}" CMakeLists.txt cmake include WORKING_DIRECTORY "${RCIM_SOURCE}" RESULT_VARIABLE status
    )
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "Failed (${status}): packing ${archive}")
    endif()
    file(SHA256 "${archive}" hash)
endif()

set(configure
    ${CMAKE_COMMAND}
    -S
    "${SOURCE}"
    -G
    "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}"
    -DCMAKE_BUILD_TYPE=Debug
    -DWAY=${WAY}
    "-DRCIM_SOURCE=${RCIM_SOURCE}"
    "-DRCIM_VERSION=${RCIM_VERSION}"
    "-DARCHIVE=${archive}"
    "-DARCHIVE_HASH=${hash}"
)
string(REPLACE ";" "\\;" prefix_path "${prefix_path}")
list(APPEND configure "-DCMAKE_PREFIX_PATH=${prefix_path}")

run(${configure} -B "${BINARY}/build")
run(${CMAKE_COMMAND} --build "${BINARY}/build")
run("${BINARY}/build/consumer")

if(WAY STREQUAL "find_package")
    # What is not there is refused in words.
    execute_process(
        COMMAND ${configure} -B "${BINARY}/refused" -DCOMPONENT=teleport RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE message
    )
    if(status EQUAL 0 OR NOT message MATCHES "no[ \n]+component[ \n]+teleport")
        message(FATAL_ERROR "find_package(rcim COMPONENTS teleport) must be refused by name; status ${status}: ${message}")
    endif()
endif()
