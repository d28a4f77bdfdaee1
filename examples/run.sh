#!/usr/bin/env bash
# Installs what is missing, builds examples/train_faulty_cnn and runs it. See --help.
set -euo pipefail

usage() {
    cat <<'TEXT'
bash examples/run.sh [--help] [OPTION]...

Trains LeNet-5 whose weights live in faulty ReRAM crossbars, by default on procedural digits that need no download, on a bare
Debian 12 as root or with sudo (missing packages are installed with apt). Ends with a table and a picture
(build/train_faulty_cnn.png unless --plot names another).

Options are passed on to the program, among them:

  --data DIR             train on a dataset in IDX or CIFAR-10 binary format, plain or gzip
  --net NAME             lenet5, vgg8 or resnet20
  --encoding NAME        offset, differential or sign_magnitude
  --cell-bits N          bits per cell
  --weight-bits N        bits per weight
  --p-stuck-hrs P        share of cells stuck at high resistance
  --p-stuck-lrs P        share of cells stuck at low resistance
  --update NAME          sgd, clipped_on_use, clipped_on_write, gated_on_use or zeroed_on_use
  --theta X              threshold of the clip
  --epochs N  --batch N  --seed N  --threads N
  --costs TABLE          print energy, time, area and lifetime by a table of constants: isaac, pipelayer, nvsim, ...
  --checkpoint FILE      keep the training in this file every minute, and go on from it if it is there
  --json FILE            write the settings and the curves as one JSON object
  --plot FILE            draw the curves (.png or .svg)
  --html FILE            write a report of the run as one page that opens without a network

`build/example/examples/train_faulty_cnn --help` lists all of them with their defaults.
TEXT
}

for option in "$@"; do
    case $option in
    -h | --help)
        usage
        exit 0
        ;;
    esac
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/example
bash "$root/cmake/install_packages.sh" g++ cmake ninja-build libxtensor-dev libxsimd-dev zlib1g-dev nlohmann-json3-dev libcli11-dev \
    gnuplot-nox

mkdir -p "$build"
echo "==> configure"
if ! (cd "$root" && cmake --preset gcc-release -B "$build" -DRCIM_BUILD_TESTS=OFF -DRCIM_BUILD_BENCH=OFF) >"$build/configure.log" 2>&1; then
    cat "$build/configure.log"
    exit 1
fi
echo "==> build train_faulty_cnn"
started=$SECONDS
cmake --build "$build" --target train_faulty_cnn
echo "==> built in $((SECONDS - started)) s; run"

plot=(--plot "$root/build/train_faulty_cnn.png")
for option in "$@"; do
    case $option in
    --plot | --plot=*) plot=() ;;
    esac
done
exec "$build/examples/train_faulty_cnn" ${plot[@]+"${plot[@]}"} "$@"
