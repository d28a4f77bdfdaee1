#!/usr/bin/env bash
# Builds and runs the unit, static and law tests against unpacked newer packages. See --help.
set -euo pipefail

usage() {
    cat <<'TEXT'
bash tests/newer_packages.sh PREFIX [COMPILER] [CTEST OPTION]...

Builds the tests against the xtensor, xsimd and xtl of PREFIX instead of the system's (PREFIX holds usr/include and
usr/share/cmake, or include and share/cmake) with COMPILER (default g++), and runs the unit, static and law tests.

A prefix with the packages of a newer Debian release, without installing them:

  apt-get download libxtensor-dev libxsimd-dev xtl-dev     # on, or with the sources of, that release
  for package in *.deb; do dpkg-deb -x "$package" PREFIX; done

Known: xtensor 0.27 needs g++; clang++ 14 cannot compile it.
TEXT
}

case ${1:-} in
-h | --help) usage; exit 0 ;;
'') usage >&2; exit 2 ;;
esac
prefix=$(cd "$1" && pwd)
compiler=${2:-g++}
shift $(($# < 2 ? $# : 2))

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/newer-$(basename "$prefix")-$(basename "$compiler")
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS_RELEASE="-O1" -DCMAKE_PREFIX_PATH="$prefix/usr;$prefix" -DRCIM_BUILD_EXAMPLES=OFF -DRCIM_BUILD_BENCH=OFF \
    -DRCIM_TEST_PACKAGE=OFF

for package in xtensor xsimd; do
    found=$(sed -n "s/^${package}_DIR:PATH=//p" "$build/CMakeCache.txt")
    echo "==> $package from $found"
    if [[ $found != "$prefix"/* ]]; then
        echo "newer_packages: $package is not taken from $prefix" >&2
        exit 1
    fi
done
cmake --build "$build"
ctest --test-dir "$build" --output-on-failure -L '^(unit|static|law)$' "$@"
