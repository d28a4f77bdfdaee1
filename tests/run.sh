#!/usr/bin/env bash
# Installs what is missing, configures, builds and runs every test. See --help.
set -euo pipefail

usage() {
    cat <<'TEXT'
bash tests/run.sh [--help] [--quick | --whole] [--only PRESET]... [CTEST OPTION]...

Builds and runs the tests of rcim through CTest, on a bare Debian 12 as root or with sudo (missing packages are installed with
apt; nothing is installed if nothing is missing).

  gcc-test        g++, optimised, kernels in full: all rooms, the must-fail snippets, the differential test, the Python and C
                  interfaces, examples and some studies in short
  clang-debug     clang++ with AddressSanitizer and UndefinedBehaviorSanitizer, warnings are errors: the rooms that take little
                  compiling, designs of the differential test, every reader under libFuzzer, the must-fail snippets, the code of
                  the pages, the consumer project

  --whole         nothing is left out: all rooms under sanitizers, every public header on its own, all studies and designs of
                  examples, pages and the consumer project with both compilers; twice as long or more
  --quick         gcc-test only, without the studies
  --only PRESET   this preset of CMakePresets.json only (may be repeated): one of these two, gcc-release (-O3, all studies and
                  examples), clang-release, gcc-debug, clang-tsan or portable
  CTEST OPTION    passed on to every ctest, e.g. -R crossbar, -L law, --verbose

Environment: RCIM_DATA is the folder with the datasets (fashion-mnist/, cifar-10/, ...); tests that need one say so and skip
without it. Default: shared/data beside the project's folder, if that exists. RCIM_REFERENCE is the folder with numbers from other
tools (adc/, ...), of which the same holds; default: shared/reference. RCIM_JOBS: parallel jobs, default one per processor and 3 GB
of memory.

The build goes to build/<preset>, logs to build/<preset>/{configure,build,test}.log. Exit status 0 only if all passed.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
presets=()
quick=()
whole=()
options=()
none=()
while (($#)); do
    case $1 in
    -h | --help)
        usage
        exit 0
        ;;
    --quick) quick=(-LE '^study$') ;;
    --whole) whole=(-DRCIM_SHORT=OFF) ;;
    --only)
        [[ $# -ge 2 ]] || { echo "run.sh: --only needs the name of a preset" >&2; exit 2; }
        presets+=("$2")
        shift
        ;;
    --only=*) presets+=("${1#*=}") ;;
    *) options+=("$1") ;;
    esac
    shift
done
if ((${#presets[@]} == 0)); then
    presets=(gcc-test)
    ((${#quick[@]})) || presets+=(clang-debug)
fi

packages=(g++ cmake ninja-build libxtensor-dev libxsimd-dev doctest-dev zlib1g-dev nlohmann-json3-dev libcli11-dev
    gnuplot-nox libopenblas-dev libeigen3-dev libzip-dev libonnx-dev libonnx-testdata libprotobuf-dev libopenmpi-dev openmpi-bin
    python3-dev python3-numpy pybind11-dev chromium)
for preset in "${presets[@]}"; do
    case $preset in
    clang-release) packages+=(clang) ;;
    clang-debug | clang-tsan) packages+=(clang libclang-rt-14-dev) ;;
    esac
done
bash "$root/cmake/install_packages.sh" "${packages[@]}"

if [[ -z ${RCIM_DATA:-} && -d $root/../shared/data ]]; then
    RCIM_DATA=$(cd "$root/../shared/data" && pwd)
    export RCIM_DATA
fi
if [[ -z ${RCIM_REFERENCE:-} && -d $root/../shared/reference ]]; then
    RCIM_REFERENCE=$(cd "$root/../shared/reference" && pwd)
    export RCIM_REFERENCE
fi
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

jobs=${RCIM_JOBS:-}
if [[ -z $jobs ]]; then
    jobs=$(nproc)
    memory_jobs=$(awk '/^MemTotal:/ { n = int($2 / 3000000); print n < 1 ? 1 : n }' /proc/meminfo 2>/dev/null || echo 1)
    jobs=$((memory_jobs < jobs ? memory_jobs : jobs))
fi

summary=()
failed=0
note() { summary+=("$(printf '%-14s %s' "$1" "$2")"); }

# stage LOG COMMAND...: runs the command, its output into LOG; on failure shows the end of it.
stage() {
    local log=$1
    shift
    if ! "$@" >"$log" 2>&1; then
        echo "--- from ${log#"$root"/}:"
        grep -E -m 30 -A 3 '(^|[: ])error:|undefined reference|multiple definition|CMake Error' "$log" || tail -n 40 "$log"
        return 1
    fi
}

cd "$root"
for preset in "${presets[@]}"; do
    build=$root/build/$preset
    mkdir -p "$build"
    started=$SECONDS
    echo "==> $preset: configure"
    if ! stage "$build/configure.log" cmake --preset "$preset" ${whole[@]+"${whole[@]}"}; then
        note "$preset" "FAILED to configure"
        failed=1
        continue
    fi
    echo "==> $preset: build ($jobs jobs)"
    if ! stage "$build/build.log" cmake --build "$build" --parallel "$jobs" -- -k 0; then
        note "$preset" "FAILED to build"
        failed=1
        continue
    fi
    built=$((SECONDS - started))
    echo "==> $preset: built in $built s; test"
    status=0
    # Options may leave a preset without a test; without options that is an error.
    ((${#options[@]} == 0)) || none=(--no-tests=ignore)
    ctest --preset "$preset" --parallel "$jobs" ${none[@]+"${none[@]}"} ${quick[@]+"${quick[@]}"} \
        ${options[@]+"${options[@]}"} 2>&1 |
        tee "$build/test.log" || status=$?
    closing=$(grep -E 'tests passed|No tests were found' "$build/test.log" | tail -n 1 || true)
    if ((status)); then
        note "$preset" "FAILED: ${closing:-ctest ended with status $status}"
        failed=1
    else
        note "$preset" "$closing (build $built s, tests $((SECONDS - started - built)) s)"
    fi
done

echo
echo "==> summary (${SECONDS} s${RCIM_DATA:+, datasets from $RCIM_DATA})"
printf '%s\n' "${summary[@]}"
if ((failed)); then
    echo "FAILED"
    exit 1
fi
echo "all passed"
