#!/usr/bin/env python3
"""The covering array of the differential test: which designs are compared.

A design is one level of each axis below, plus the kind of layer that holds its weights. The array begins with designs that hold every
pair of levels which compositions allow, and goes on until every allowed triple is held. Greedy, in the way of AETG (D. M. Cohen et al.,
IEEE TSE 23(7), 1997): of some candidates the one that covers most; deterministic.

    covering_array.py           adds what is missing, after a change of the axes or rules below, to pairs_*.cpp and triples_*.cpp beside this file
    covering_array.py --check   says what these files cover, and fails unless that is every allowed pair and triple
"""

import argparse
import itertools
import pathlib
import random
import re
import sys
import textwrap

# Levels are names of levels.hpp, in the namespace of their axis. The first is the null model or what restricts least.
AXES = {
    "layers": ["dense", "conv2d"],
    "cell": ["multilevel", "ideal", "padded", "beyond_ohm", "programmed", "drifts"],
    "faults": ["none", "lasting", "arrive", "wear"],
    "noise": ["none", "of_reads", "of_states", "by_columns", "pytorx"],
    "wire": ["ideal", "exact", "estimated"],
    "dac": ["bit_serial", "ideal", "two_passes", "of_magnitudes"],
    "adc": ["ideal", "whole", "full_scale", "cuts", "fitted"],
    "words": ["differential_8", "offset_8", "differential_16", "sign_magnitude_6", "symmetric_7", "direct"],
    "rounding": ["stochastic", "nearest", "carried"],
    "layout": ["plain", "masked", "pruned", "circulant", "masked_circulant"],
    "protect": ["none", "arithmetic", "compensated"],
    "geometry": ["as_large_as_needed", "given", "fixed"],
    "dataflow": ["digital", "transposed", "fewer_rows", "sampled", "fewer_columns"],
    "update": ["plain", "clipped", "gated", "zeroed", "by_lines", "mastered"],
}
NAMES = list(AXES)
SIZES = [len(levels) for levels in AXES.values()]


def one(axis, *levels):
    return NAMES.index(axis), frozenset(AXES[axis].index(level) for level in levels)


def other(axis, *levels):
    return NAMES.index(axis), frozenset(range(len(AXES[axis]))) - one(axis, *levels)[1]


# What the library refuses, as compositions of sets of levels (design/design.hpp; tests/must_fail/cross_*.cpp).
FORBIDDEN = [dict(parts) for parts in [
    # Weights without codes have no cells of their own.
    (one("words", "direct"), other("cell", "ideal")),
    (one("words", "direct"), other("faults", "none")),
    (one("words", "direct"), other("noise", "none")),
    (one("words", "direct"), other("wire", "ideal")),
    (one("words", "direct"), one("adc", "whole", "fitted")),
    (one("words", "direct"), one("dataflow", "transposed", "sampled"), one("adc", "ideal")),
    (one("words", "direct"), other("layout", "plain")),
    (one("words", "direct"), other("protect", "none")),
    (one("words", "direct"), other("rounding", "stochastic")),  # there is none
    (one("words", "direct", "offset_8"), one("update", "gated")),
    (one("words", "offset_8"), one("layout", "pruned")),
    # Converters that lose nothing of whole sums.
    (one("adc", "whole"), one("dac", "ideal")),
    (one("adc", "whole"), other("cell", "multilevel", "ideal", "padded")),
    (one("adc", "whole"), other("noise", "none")),
    (one("adc", "whole"), other("wire", "ideal")),
    # Arithmetic codes.
    (one("protect", "arithmetic"), other("cell", "multilevel", "padded")),
    (one("protect", "arithmetic"), other("dac", "bit_serial")),
    (one("protect", "arithmetic"), other("adc", "ideal", "whole")),
    (one("protect", "arithmetic"), other("noise", "none")),
    (one("protect", "arithmetic"), other("wire", "ideal")),
    (one("protect", "arithmetic"), one("update", "gated")),
    (one("protect", "arithmetic"), other("layout", "plain", "pruned")),
    (one("protect", "arithmetic"), one("cell", "padded"), one("words", "differential_16")),  # more than 24 bits
    # Compensation of stuck cells, and circulants.
    (one("protect", "compensated"), one("faults", "arrive", "wear")),
    (one("protect", "compensated"), one("layout", "circulant", "masked_circulant"), one("dataflow", "transposed")),
    (one("layout", "circulant", "masked_circulant"), one("dataflow", "fewer_rows", "sampled", "fewer_columns")),
]]


def allowed(part):
    """Whether an assignment {axis: level} can be completed to a design."""
    open_rules = []
    for rule in FORBIDDEN:
        rest = {axis: levels for axis, levels in rule.items() if axis not in part}
        if all(part[axis] in rule[axis] for axis in rule if axis in part):
            if not rest:
                return False
            open_rules.append(rest)
    for rule in open_rules:
        if len(rule) == 1:
            (axis, levels), = rule.items()
            free = [n for n in range(SIZES[axis]) if all(len(r) > 1 or axis not in r or n not in r[axis] for r in open_rules)]
            return any(allowed({**part, axis: n}) for n in free)
    if not open_rules:
        return True
    # What is left asks for two or more free axes each: any of them away from its levels.
    axis = next(iter(open_rules[0]))
    return any(allowed({**part, axis: n}) for n in range(SIZES[axis]))


_known = {}


def possible(part):
    key = frozenset(part.items())
    if key not in _known:
        _known[key] = allowed(part)
    return _known[key]


def tuples(strength):
    """All that a design may hold: sorted tuples of (axis, level)."""
    result = set()
    for axes in itertools.combinations(range(len(NAMES)), strength):
        for levels in itertools.product(*(range(SIZES[a]) for a in axes)):
            if possible(dict(zip(axes, levels))):
                result.add(tuple(zip(axes, levels)))
    return result


def held_by(row, strength):
    return set(itertools.combinations(tuple(enumerate(row)), strength))


def cover(left, strength, draw, candidates):
    """Designs that hold all tuples in `left`."""
    while left:
        best, most = None, -1
        ordered = sorted(left) if len(left) < 2000 else list(itertools.islice(left_order(left), 2000))
        for _ in range(candidates):
            part = dict(draw.choice(ordered))
            axes = [a for a in range(len(NAMES)) if a not in part]
            draw.shuffle(axes)
            for axis in axes:
                scores = []
                fixed = sorted(part.items())
                for level in range(SIZES[axis]):
                    if possible({**part, axis: level}):
                        gain = sum(tuple(sorted((*others, (axis, level)))) in left for others in itertools.combinations(fixed, strength - 1))
                        scores.append((gain, level))
                top = max(gain for gain, _ in scores)
                part[axis] = draw.choice([level for gain, level in scores if gain == top])
            row = tuple(part[a] for a in range(len(NAMES)))
            gain = len(held_by(row, strength) & left)
            if gain > most:
                best, most = row, gain
        left -= held_by(best, strength)
        yield best


def left_order(left):
    return iter(sorted(left))


def name_of(row):
    return ".".join(AXES[axis][level] for axis, level in zip(NAMES, row))


HEADER = "// Written by covering_array.py: {what}.\n// clang-format off\n#include <differential/entry.hpp>\n\nnamespace rcim_differential {{\nnamespace {{\n\nconst design_file designs([](catalogue& all) {{\n"


def write(folder, kind, number, rows, first):
    text = HEADER.format(what=f"designs {first} to {first + len(rows) - 1}")
    for n, row in enumerate(rows):
        levels = [f"{axis}::{AXES[axis][level]}" for axis, level in zip(NAMES, row)]
        lines = textwrap.wrap(", ".join(levels), 120, subsequent_indent="        ")
        text += "    add<" + "\n".join(lines) + f">(\n        all, {first + n}, \"{name_of(row)}\");\n"
    text += "});\n\n} // namespace\n} // namespace rcim_differential\n"
    (folder / f"{kind}_{number:02}.cpp").write_text(text)


def read(folder, kind):
    rows = []
    for path in sorted(folder.glob(f"{kind}_*.cpp")):
        for line in re.findall(r"add<(.*?)>\(\s*all, \d+, ", path.read_text(), re.S):
            levels = dict(part.split("::") for part in re.split(r",\s*", line))
            rows.append(tuple(AXES[axis].index(levels[axis]) for axis in NAMES))
    return rows


def search(old_pairs, old_triples):
    """Designs that hold all pairs, and those that hold the triples which are left. Old ones that are still allowed stay in their places."""
    draw = random.Random(1)

    def completed(old, left, strength, candidates):
        kept = [row if possible(dict(enumerate(row))) else None for row in old]
        for row in filter(None, kept):
            left -= held_by(row, strength)
        new = list(cover(left, strength, draw, candidates))
        places = [n for n, row in enumerate(kept) if row is None]
        for n, row in zip(places, new):
            kept[n] = row
        return [row for row in kept if row] + new[len(places):]

    pairs = completed(old_pairs, tuples(2), 2, 200)
    left = tuples(3)
    for row in pairs:
        left -= held_by(row, 3)
    return pairs, completed(old_triples, left, 3, 20)


def generate(folder, per_file, pairs, triples):
    for path in [*folder.glob("pairs_*.cpp"), *folder.glob("triples_*.cpp")]:
        path.unlink()
    first = 1
    for kind, rows in (("pairs", pairs), ("triples", triples)):
        files = -(-len(rows) // per_file)
        for n in range(files):
            part = rows[n * len(rows) // files:(n + 1) * len(rows) // files]
            write(folder, kind, n + 1, part, first)
            first += len(part)


def check(folder):
    pairs, triples = read(folder, "pairs"), read(folder, "triples")
    unsound = [name_of(row) for row in pairs + triples if not possible(dict(enumerate(row)))]
    missing = []
    for strength, rows, what in ((2, pairs, "pairs"), (3, pairs + triples, "triples")):
        wanted = tuples(strength)
        held = set().union(*(held_by(row, strength) for row in rows)) if rows else set()
        print(f"{len(rows)} designs hold {len(wanted & held)} of {len(wanted)} allowed {what}")
        missing += sorted(wanted - held)
    for part in missing[:20]:
        print("missing:", " ".join(f"{NAMES[a]}::{AXES[NAMES[a]][n]}" for a, n in part))
    for name in unsound:
        print("not allowed:", name)
    return 1 if missing or unsound else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--anew", action="store_true", help="forget the designs that there are; without it they stay, and what is missing is added")
    parser.add_argument("--per-file", type=int, default=9, help="designs, which take about 1.7 GB to compile")
    options = parser.parse_args()
    folder = pathlib.Path(__file__).resolve().parent
    if not options.check:
        old = ([], []) if options.anew else (read(folder, "pairs"), read(folder, "triples"))
        generate(folder, options.per_file, *search(*old))
    return check(folder)


if __name__ == "__main__":
    sys.exit(main())
