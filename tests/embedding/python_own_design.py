"""The one command of examples/python: compiles a design into a module and uses it. python_own_design.py SOURCE FOLDER COMPILER"""
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

source, folder, compiler = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

HEADER = """#pragma once
#include <rcim/rcim.hpp>

namespace lab {

/// A fault model of one's own: every n-th column is dead.
struct dead_columns {
    using policy_kind = rcim::fault_kind;
    static constexpr bool none = false;
    int every = 8; ///< >= 1
    int stuck_level(const rcim::random_source&, const rcim::cell_site& site, int) const { return site.col % every == 0 ? 0 : rcim::healthy; }
    static std::string name() { return "dead_columns"; }
    static constexpr auto fields() { return std::tuple{rcim::field{"every", &dead_columns::every, 1.0, 1e6}}; }
};

inline constexpr auto my_chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<8, rcim::differential>{})
    .with(dead_columns{})
    .with(rcim::sgd{.learning_rate = 0.05f});

} // namespace lab
"""


def build(*options, text=HEADER):
    (folder / "my_design.hpp").write_text(text)
    command = [sys.executable, str(source / "examples/python/rcim_build.py"), str(folder / "my_design.hpp"), "--name", "my_chip", "--designs",
               "lab::my_chip", "--output", str(folder / "module"), "--build", str(folder / "build"), "--compiler", compiler, "--flags=-O0"]
    return subprocess.run(command + list(options), capture_output=True, text=True)


class own_design(unittest.TestCase):
    def test_a_design_becomes_a_module(self):
        result = build()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("dead_columns{.every = 8}", result.stdout)
        sys.path.insert(0, str(folder / "module"))
        import my_chip
        import numpy as np

        self.assertEqual(list(my_chip.designs), ["my_chip"])
        chip = my_chip.designs["my_chip"].replace({"faults.every": 4})
        net = my_chip.Network(chip, input=(12,), seed=3).dense(5)
        levels, places = net.faults()
        self.assertEqual(levels.shape, (2, 12, 20))
        self.assertTrue((levels[:, :, ::4] == 0).all())
        self.assertEqual((levels == 0).sum(), 2 * 12 * 5)
        data = my_chip.procedural_digits(train=128, test=64)
        record = my_chip.Network.lenet5(chip).fit(data, progress=False)
        self.assertTrue(np.isfinite(record["epochs"][0]["loss"]))
        with self.assertRaisesRegex(my_chip.Error, "every"):
            chip.replace({"faults.every": 0})

    def test_mistakes_are_named(self):
        result = build("--name", "2chips")
        self.assertEqual(result.returncode, 2)
        self.assertIn("2chips", result.stderr)
        result = subprocess.run([sys.executable, str(source / "examples/python/rcim_build.py"), "nowhere.hpp"], capture_output=True, text=True)
        self.assertEqual(result.returncode, 2)
        self.assertIn("nowhere.hpp", result.stderr)


if __name__ == "__main__":
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    unittest.main(argv=sys.argv[:1], verbosity=2)
