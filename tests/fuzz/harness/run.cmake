# Replays a corpus and goes on fuzzing; see CMakeLists.txt above this.
# -DFUZZER=... -DCORPUS=... -DDICTIONARY=... -DFOUND=... -DSECONDS=...
cmake_minimum_required(VERSION 3.25)

# What is new goes to FOUND: the corpus changes only when someone puts an input there.
file(REMOVE_RECURSE "${FOUND}/new")
file(MAKE_DIRECTORY "${FOUND}/new")
set(options -seed=1 -timeout=20 -artifact_prefix=${FOUND}/ -print_final_stats=1)
if(SECONDS GREATER 0)
    list(APPEND options -max_total_time=${SECONDS})
else()
    list(APPEND options -runs=0)
endif()
if(EXISTS "${DICTIONARY}")
    list(APPEND options -dict=${DICTIONARY})
endif()
execute_process(COMMAND "${FUZZER}" ${options} "${FOUND}/new" "${CORPUS}" RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    # libFuzzer has kept the input; those of earlier runs lie there too.
    file(GLOB kept "${FOUND}/*-*")
    foreach(input IN LISTS kept)
        message("Once more: ${FUZZER} ${input}")
    endforeach()
    message(FATAL_ERROR "When that is mended, the input goes to ${CORPUS}/ under a name that says what it shows.")
endif()
