#!/usr/bin/env python3
"""Trains LeNet-5 on a prebuilt design of rcim_designs, from Python: what README's first program does in C++."""
import argparse
import json
import sys

import numpy as np

import rcim_designs as rcim


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--design", default="clipped", choices=sorted(rcim.designs), help="default: %(default)s")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=NUMBER", help="such as faults.p_stuck_hrs=0.05; may be repeated")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--images", type=int, default=10000, help="to train on: procedural digits")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=0, help="0: one per processor")
    parser.add_argument("--json", metavar="FILE", help="write the record")
    wish = parser.parse_args()

    fields = {}
    for setting in wish.set:
        name, _, value = setting.partition("=")
        fields[name] = json.loads(value)
    design = rcim.designs[wish.design].replace(fields)
    print(design)

    data = rcim.procedural_digits(train=wish.images, test=2000, seed=wish.seed)
    net = rcim.Network.lenet5(design, seed=wish.seed, threads=wish.threads)
    record = net.fit(data, epochs=wish.epochs, schedule="cosine")
    print(f"test accuracy {100 * record['test_accuracy']:.2f} %, stuck cells {net.census['stuck']} of {net.census['cells']}")
    print(f"largest weight {max(np.abs(w).max() for w in net.weights()):.3f}")
    costs = net.costs("isaac")
    print(f"training costs {costs['joules']:.3g} J and {costs['seconds']:.3g} s under the constants of {costs['table']}")
    if wish.json:
        with open(wish.json, "w") as out:
            json.dump({"design": str(design), "record": record, "costs": costs}, out, indent=2)


if __name__ == "__main__":
    try:
        main()
    except (rcim.Error, ValueError) as problem:
        sys.exit(f"train.py: {problem}")
