# Sets include_flags from -DINCLUDE_DIRS=..., without what the compiler looks into anyway, -DIMPLICIT_DIRS=...
set(include_flags "")
list(REMOVE_DUPLICATES INCLUDE_DIRS)
foreach(dir IN LISTS INCLUDE_DIRS)
    if(dir AND NOT dir IN_LIST IMPLICIT_DIRS)
        list(APPEND include_flags -isystem "${dir}")
    endif()
endforeach()
