#!/usr/bin/env python3
"""Compiles designs of one's own into a Python module.

    python3 examples/python/rcim_build.py my_design.hpp --name my_chip

takes the variable my_chip of my_design.hpp (a value of rcim::design) and leaves my_chip.*.so beside the header; then

    import my_chip
    net = my_chip.Network.lenet5(my_chip.designs["my_chip"])
"""
import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="rcim_build.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("header", type=Path, help="a C++ header that defines the designs as variables")
    parser.add_argument("--name", help="of the module; the header's without .hpp if not given")
    parser.add_argument("--designs", help="variables of the header, with commas between (lab::my_chip is known as my_chip); "
                                          "the module's name if not given")
    parser.add_argument("--output", type=Path, help="folder of the module; the header's if not given")
    parser.add_argument("--build", type=Path, help="folder to compile in; one of the header in the temporary folder if not given, "
                                                   "so that compiling again is quicker")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that the module is for (default: this one, %(default)s)")
    parser.add_argument("--compiler", default=os.environ.get("CXX", "g++"), help="g++ 12, clang++ 14 or newer (default: %(default)s)")
    parser.add_argument("--flags", default="-O3 -DNDEBUG", help="of the compiler (default: %(default)s)")
    parser.add_argument("--portable", action="store_true", help="for any machine of this kind, not for this processor")
    parser.add_argument("--verbose", action="store_true", help="show what CMake and the compiler say")
    wish = parser.parse_args(arguments)
    if not wish.header.is_file():
        parser.error(f"header: expected a file, found none at {wish.header}")
    wish.header = wish.header.resolve()
    wish.name = wish.name or wish.header.stem
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", wish.name):
        parser.error(f"--name: expected the name of a Python module, found {wish.name!r}")
    wish.designs = wish.designs or wish.name
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_:]*(,[A-Za-z_][A-Za-z0-9_:]*)*", wish.designs):
        parser.error(f"--designs: expected names of variables with commas between, found {wish.designs!r}")
    wish.output = (wish.output or wish.header.parent).resolve()
    if wish.build is None:
        mark = hashlib.sha256(f"{wish.header} {wish.name}".encode()).hexdigest()[:12]
        wish.build = Path(tempfile.gettempdir()) / f"rcim_build-{os.getuid()}-{wish.name}-{mark}"
    return wish


def run(what, command, verbose):
    """Runs a command and says how long it takes; shows the first errors of one that fails."""
    started = time.monotonic()
    done = threading.Event()

    def tell():
        while not done.wait(1.0):
            if sys.stderr.isatty():
                print(f"\r{what} ... {time.monotonic() - started:.0f} s", end="", file=sys.stderr, flush=True)

    teller = threading.Thread(target=tell, daemon=True)
    if not sys.stderr.isatty():
        print(f"{what} ...", file=sys.stderr, flush=True)
    teller.start()
    try:
        result = subprocess.run(command, stdout=None if verbose else subprocess.PIPE, stderr=None if verbose else subprocess.STDOUT, text=True)
    finally:
        done.set()
        teller.join()
    taken = time.monotonic() - started
    print(f"\r{what}: {'done' if result.returncode == 0 else 'FAILED'} in {taken:.1f} s", file=sys.stderr, flush=True)
    if result.returncode != 0:
        lines = (result.stdout or "").splitlines()
        errors = [line for line in lines if re.search(r"(^|[: ])error:|CMake Error|^  The module needs", line)]
        print("\n".join(errors[:12] or lines[-20:]), file=sys.stderr)
        sys.exit(1)


def main(arguments=None):
    wish = parse(arguments)
    if subprocess.run([wish.python, "-c", "import numpy"], capture_output=True).returncode != 0:
        sys.exit(f"rcim_build: {wish.python} has no NumPy; name an interpreter that has with --python, such as /usr/bin/python3 "
                 "after apt-get install python3-numpy")
    configure = ["cmake", "-S", str(HERE / "own_module"), "-B", str(wish.build),
                 f"-DCMAKE_CXX_COMPILER={wish.compiler}", "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_CXX_FLAGS_RELEASE={wish.flags}",
                 f"-DRCIM_NATIVE={'OFF' if wish.portable else 'ON'}", f"-DRCIM_PYTHON={wish.python}",
                 f"-DMODULE={wish.name}", f"-DHEADER={wish.header}", f"-DDESIGNS={wish.designs.replace(',', ';')}", f"-DOUTPUT={wish.output}"]
    wish.output.mkdir(parents=True, exist_ok=True)
    run("configure", configure, wish.verbose)
    run(f"compile {wish.name}", ["cmake", "--build", str(wish.build), "--target", wish.name], wish.verbose)
    show = (f"import sys; sys.path.insert(0, {str(wish.output)!r}); import {wish.name} as m; print(m.__file__); "
            "[print(f'  {name}: {design}') for name, design in m.designs.items()]")
    sys.exit(subprocess.run([wish.python, "-c", show]).returncode)


if __name__ == "__main__":
    main()
