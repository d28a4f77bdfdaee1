# rcim_sort_headers(): finds the public headers and sorts them by the optional package they cannot do without.
#
# Sets in the caller's scope, as absolute paths:
#   rcim_gzip_headers   include <zlib.h>, directly or through another public header
#   rcim_json_headers   include <nlohmann/...>, likewise (and not <zlib.h>)
#   rcim_mpi_headers    include <mpi.h>, likewise
#   rcim_core_headers   all others, and the umbrella rcim.hpp
# A header that asks __has_include before it includes an optional package needs none.
function(rcim_sort_headers)
    set(base ${CMAKE_CURRENT_SOURCE_DIR}/include)
    file(GLOB_RECURSE left CONFIGURE_DEPENDS RELATIVE ${base} ${base}/rcim/*.hpp)

    foreach(header IN LISTS left)
        file(STRINGS ${base}/${header} includes_of_${header} REGEX "^ *# *include <|__has_include")
    endforeach()

    set(package_gzip "<zlib[.]h>")
    set(package_json "<nlohmann/")
    set(package_mpi "<mpi[.]h>")
    foreach(component gzip json mpi)
        set(found "")
        set(grown TRUE)
        while(grown) # up the chain of includes until nothing is added
            set(grown FALSE)
            foreach(header IN LISTS left)
                if(header STREQUAL "rcim/rcim.hpp")
                    continue()
                endif()
                set(lines "${includes_of_${header}}")
                set(needs FALSE)
                if(lines MATCHES "include ${package_${component}}" AND NOT lines MATCHES "__has_include *[(]${package_${component}}")
                    set(needs TRUE)
                endif()
                foreach(other IN LISTS found)
                    string(FIND "${lines}" "include <${other}>" at)
                    string(FIND "${lines}" "has_include(<${other}>" asked)
                    if(at GREATER_EQUAL 0 AND asked LESS 0)
                        set(needs TRUE)
                    endif()
                endforeach()
                if(needs)
                    list(APPEND found ${header})
                    list(REMOVE_ITEM left ${header})
                    set(grown TRUE)
                endif()
            endforeach()
        endwhile()
        list(TRANSFORM found PREPEND ${base}/)
        set(rcim_${component}_headers ${found} PARENT_SCOPE)
    endforeach()
    list(TRANSFORM left PREPEND ${base}/)
    set(rcim_core_headers ${left} PARENT_SCOPE)
endfunction()
