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
    # libFuzzer's last lines name the input that it has kept.
    message(FATAL_ERROR "The input that failed lies in ${FOUND}/. Once more, with a debugger or without:\n"
                        "    ${FUZZER} ${FOUND}/KIND-HASH\n"
                        "When that is mended, it goes to ${CORPUS}/ under a name that says what it shows."
    )
endif()
