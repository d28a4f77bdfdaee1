#!/usr/bin/env bash
# Does what a new user would do with the program on docs/converters.md. See --help.
set -euo pipefail

usage() {
    cat <<'TEXT'
bash tests/snippets/new_user.sh [--help] [REPOSITORY]

Clones the project (from REPOSITORY, by default this one) into a temporary folder, takes the ADC and the program that trains through it from
docs/converters.md, compiles them with $CXX (g++) and runs the program. Prints the seconds of each step and the lines of the ADC.
Needs git, a compiler, and the packages of the library (libxtensor-dev, libxsimd-dev).
TEXT
}

case ${1:-} in
-h | --help)
    usage
    exit 0
    ;;
esac
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

step() {
    local name=$1 started=$EPOCHREALTIME
    shift
    "$@"
    awk -v name="$name" -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%-8s %6.1f s\n", name, b - a }'
}

step clone git clone --quiet --depth 1 "${1:-file://$here}" "$folder/rcim"
{
    printf '#include <rcim/rcim.hpp>\n\n#include <cstdio>\n\nusing namespace rcim;\n\n'
    awk '/^```cpp/ { block = "" ; inside = 1; next } /^```/ { if (inside && block ~ /int main/) { printf "%s", block } inside = 0 } inside { block = block $0 "\n" }' \
        "$folder/rcim/docs/converters.md"
} >"$folder/main.cpp"
awk '/^struct .*_adc \{/ { inside = 1 } inside && NF { lines++ } inside && /^};/ { exit } END { printf "the ADC  %4d lines\n", lines }' "$folder/main.cpp"
step compile "${CXX:-g++}" -std=c++20 -O2 -march=native -I"$folder/rcim/include" "$folder/main.cpp" -o "$folder/own_adc" -pthread
step run "$folder/own_adc"
