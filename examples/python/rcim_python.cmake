# rcim_add_python_module(<name> <header> [DESIGNS <design>...]): a Python module whose dict `designs` holds the designs of a header. Designs are
# variables, lab::my_chip say, known to Python by the last part of their names; without DESIGNS there is one, named like the module.
#
# Needs rcim::rcim (find_package, add_subdirectory or FetchContent) and Debian's pybind11-dev, python3-dev and python3-numpy, or their like.
# RCIM_PYTHON names the interpreter. Sets RCIM_PYTHON_READY, or RCIM_PYTHON_MISSING to what is not there.
set(RCIM_PYTHON "" CACHE FILEPATH "The Python that modules are for; empty: /usr/bin/python3 if it has NumPy, else the python3 of the PATH")
set(rcim_python_dir ${CMAKE_CURRENT_LIST_DIR})
set(RCIM_PYTHON_READY FALSE)
set(RCIM_PYTHON_MISSING "")

# Debian's packages serve Debian's interpreter, which another one in the PATH may hide.
set(rcim_pythons ${RCIM_PYTHON})
if(NOT rcim_pythons)
    set(rcim_pythons /usr/bin/python3)
    find_program(RCIM_PYTHON_IN_PATH python3)
    mark_as_advanced(RCIM_PYTHON_IN_PATH)
    if(RCIM_PYTHON_IN_PATH)
        list(APPEND rcim_pythons ${RCIM_PYTHON_IN_PATH})
    endif()
endif()
foreach(rcim_one IN LISTS rcim_pythons)
    execute_process(COMMAND ${rcim_one} -c "import numpy" RESULT_VARIABLE rcim_status OUTPUT_QUIET ERROR_QUIET)
    if(rcim_status EQUAL 0)
        set(Python_EXECUTABLE ${rcim_one})
        break()
    endif()
endforeach()
if(NOT rcim_status EQUAL 0)
    list(JOIN rcim_pythons " or " rcim_pythons)
    set(RCIM_PYTHON_MISSING "NumPy for ${rcim_pythons} (python3-numpy)")
    return()
endif()
find_package(Python 3.8 QUIET COMPONENTS Interpreter Development.Module)
if(NOT Python_FOUND)
    set(RCIM_PYTHON_MISSING "the headers of ${Python_EXECUTABLE} (python3-dev)")
    return()
endif()
find_package(pybind11 2.10 QUIET CONFIG)
if(NOT pybind11_FOUND)
    set(RCIM_PYTHON_MISSING "pybind11 2.10 or newer (pybind11-dev)")
    return()
endif()
set(RCIM_PYTHON_READY TRUE)

function(rcim_add_python_module name header)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "DESIGNS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "rcim_add_python_module(${name}): unknown: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
        message(FATAL_ERROR "rcim_add_python_module: expected the name of a Python module, found '${name}'")
    endif()
    cmake_path(ABSOLUTE_PATH header BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    if(NOT EXISTS ${header})
        message(FATAL_ERROR "rcim_add_python_module(${name}): no file ${header}")
    endif()
    if(NOT arg_DESIGNS)
        set(arg_DESIGNS ${name})
    endif()
    set(designs "")
    foreach(design IN LISTS arg_DESIGNS)
        string(REGEX REPLACE "^.*::" "" short ${design})
        string(APPEND designs "    rcim_python::add_design(module, \"${short}\", ${design});\n")
    endforeach()
    set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}_module.cpp)
    file(
        CONFIGURE
        OUTPUT ${source}
        CONTENT
            "#include \"@header@\"\n
#include <rcim_python/module.hpp>\n
PYBIND11_MODULE(@name@, module) {
    rcim_python::bind(module);
@designs@}
"
        @ONLY
    )
    pybind11_add_module(${name} MODULE NO_EXTRAS ${source}) # no extras: optimising at link time again takes longer than the rest
    target_include_directories(${name} PRIVATE ${rcim_python_dir})
    target_link_libraries(${name} PRIVATE rcim::rcim)
    set_target_properties(${name} PROPERTIES RCIM_PYTHON ${Python_EXECUTABLE}) # for whoever runs it
endfunction()
