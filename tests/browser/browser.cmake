# Writes a report, opens it in headless Chromium and looks at what became of it.
# -DCHROMIUM=... -DWRITER=... (a program that writes it to a path) -DFOLDER=... (written here)
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
set(page "${FOLDER}/report.html")
execute_process(COMMAND "${WRITER}" "${page}" COMMAND_ERROR_IS_FATAL ANY)

function(require text pattern what)
    if(NOT text MATCHES "${pattern}")
        message(SEND_ERROR "missing: ${what}")
    endif()
endfunction()
function(refuse text pattern what)
    if(text MATCHES "${pattern}")
        message(SEND_ERROR "found: ${what} (${CMAKE_MATCH_0})")
    endif()
endfunction()

# Nothing in the file is fetched: no address, no file beside it, only what it holds itself.
file(READ "${page}" source)
refuse("${source}" "[a-z]+://" "an address")
refuse("${source}" "<(script|link|iframe|object|embed|base)[ >]" "an element that loads or runs something")
refuse("${source}" "[ (](src|srcset|action|poster)=[\"']" "an attribute that loads something")
refuse("${source}" "href=[\"'][^#d]" "a reference to somewhere else") # '#id' and 'data:'
refuse("${source}" "@import|url\\([^#]" "a style that loads something")

# Nobody is asked for anything: every name but this page's resolves to nowhere.
set(chromium
    "${CHROMIUM}"
    --headless
    --no-sandbox # root has none
    --disable-gpu
    --disable-quic
    --no-first-run
    --disable-background-networking
    --disable-component-update
    --disable-sync
    "--host-resolver-rules=MAP * ~NOTFOUND"
    --enable-logging=stderr
    --v=0
    "--user-data-dir=${FOLDER}/profile"
    --window-size=1100,2400
)
execute_process(COMMAND ${chromium} --dump-dom "file://${page}" OUTPUT_VARIABLE dom ERROR_VARIABLE log RESULT_VARIABLE status TIMEOUT 120)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "chromium ended with ${status}: ${log}")
endif()
refuse("${log}" "CONSOLE[^\n]*" "a message on the console")
refuse("${log}" "net::ERR[^\n]*" "a request that failed")

require("${dom}" "<title>LeNet-5 &lt;script&gt;document.title = 'taken'&lt;/script&gt; &amp; \"quotes\" _x_ {y}" "the title as it was given")
refuse("${dom}" "<script" "a script")
refuse("${dom}" "<img" "an element out of a name")
foreach(section Learning Accuracy Design Notes Network "Stuck cells" Wear Costs Lifetime "Settings and build")
    require("${dom}" "<h2>${section}</h2>" "section ${section}")
endforeach()
# Learning curves, five maps of stuck cells, five of writes, two of energy, one histogram.
string(REGEX MATCHALL "<figure>[^<]*<svg" figures "${dom}")
list(LENGTH figures count)
if(NOT count EQUAL 14)
    message(SEND_ERROR "${count} drawn figures in place of 14")
endif()
string(REGEX MATCHALL "base64,iVBOR" maps "${dom}")
list(LENGTH maps count)
if(NOT count EQUAL 10)
    message(SEND_ERROR "${count} maps in place of 10")
endif()
string(REGEX MATCHALL " id=\"[^\"]*\"" ids "${dom}")
set(all ${ids})
list(REMOVE_DUPLICATES ids)
if(NOT "${all}" STREQUAL "${ids}")
    message(SEND_ERROR "ids that are not of one element alone")
endif()

# It can be drawn, light and dark, and the two differ.
foreach(way light:1 dark:0)
    string(REGEX MATCH "^[a-z]+" name "${way}")
    string(REGEX MATCH "[01]$" scheme "${way}")
    execute_process(
        COMMAND ${chromium} --hide-scrollbars "--blink-settings=preferredColorScheme=${scheme}" "--screenshot=${FOLDER}/${name}.png" "file://${page}"
        OUTPUT_QUIET ERROR_QUIET RESULT_VARIABLE status TIMEOUT 120
    )
    if(NOT status EQUAL 0 OR NOT EXISTS "${FOLDER}/${name}.png")
        message(FATAL_ERROR "no screenshot (${name}): ${status}")
    endif()
    file(SIZE "${FOLDER}/${name}.png" size)
    if(size LESS 50000)
        message(SEND_ERROR "an empty page (${name}): ${size} bytes")
    endif()
endforeach()
file(SHA256 "${FOLDER}/light.png" light)
file(SHA256 "${FOLDER}/dark.png" dark)
if(light STREQUAL dark)
    message(SEND_ERROR "light and dark look alike")
endif()
