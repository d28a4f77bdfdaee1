#!/usr/bin/env python3
"""Writes the seeds of the corpus, corpus/TARGET/seed_*: the smallest sound files of every kind that a reader takes.

    python3 tests/fuzz/make_seeds.py

What libFuzzer has found beside them (names of hexadecimal digits) and inputs that once failed (names that say what they show) stay as they are.
Needs nothing but Python; the same bytes every time.
"""

import gzip
import io
import json
import pathlib
import struct
import zipfile
import zlib

corpus = pathlib.Path(__file__).parent / "corpus"


def seed(target, name, content):
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"seed_{name}").write_bytes(content if isinstance(content, bytes) else content.encode())


# IDX and CIFAR-10


def idx(extents, elements):
    return bytes([0, 0, 8, len(extents)]) + struct.pack(f">{len(extents)}I", *extents) + bytes(elements)


seed("idx", "images", idx([2, 3, 2], range(0, 240, 20)))
seed("idx", "labels", idx([5], [0, 9, 3, 1, 7]))
seed("cifar", "two_records", b"".join(bytes([label]) + bytes([17 * label]) * 3072 for label in (3, 9)))

# gzip


def deflated(content, level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


word = b"crossbar " * 4
seed("gzip", "plain", b"no gzip")
seed("gzip", "one_member", gzip.compress(word, mtime=0))
seed("gzip", "two_members", gzip.compress(word, mtime=0) + gzip.compress(b"", mtime=0))
seed("gzip", "zeros", gzip.compress(bytes(1 << 16), mtime=0))
seed("gzip", "body_of_zeros", deflated(bytes(1 << 16)))
seed("gzip", "body_stored", deflated(word, 0))

# NPY, NPZ and faults


def npy(type_, shape, content, fortran=False, version=1):
    header = f"{{'descr': '{type_}', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    start = 10 if version == 1 else 12
    header += " " * (-(start + len(header) + 1) % 64) + "\n"
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header.encode() + content


floats = npy("<f4", "(2, 3)", struct.pack("<6f", 1.5, -2, 3, 4, 5, 1e30))
seed("npy", "floats", floats)
seed("npy", "doubles_fortran", npy("<f8", "(2, 3)", struct.pack("<6d", 1, 2, 3, 4, 5, 6), True, 2))
seed("npy", "big_endian", npy(">i2", "(3,)", struct.pack(">3h", -1, 0, 300)))
seed("npy", "mask", npy("|b1", "(2, 2)", bytes([0, 1, 1, 0]), False, 3))
seed("npy", "scalar", npy("<i8", "()", struct.pack("<q", -5)))
seed("npy", "nothing", npy("|u1", "(0, 3)", b""))


def npz(entries, method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, method)
    return out.getvalue()


mask = npy("|b1", "(2, 2)", bytes([0, 1, 1, 0]))
seed("npz", "stored", npz([("a.npy", floats), ("b.npy", mask)], zipfile.ZIP_STORED))
seed("npz", "deflated", npz([("a.npy", floats), ("b.npy", mask)], zipfile.ZIP_DEFLATED))
seed("npz", "zeros", npz([("z.npy", npy("|u1", "(4096,)", bytes(4096)))], zipfile.ZIP_DEFLATED))
seed("npz", "nothing", npz([], zipfile.ZIP_STORED))

faults = struct.pack("<12i", -1, 0, 3, -1, -1, 0, 1, 2, -1, -1, -1, 3)
seed("fault_array", "levels", npy("<i4", "(2, 2, 3)", faults))
seed("fault_array", "mask", mask)
seed("fault_array", "whole_floats", npy("<f4", "(2, 2)", struct.pack("<4f", -1, 0, 15, -1)))


def fault_map(levels, places):
    return struct.pack("<H", len(levels)) + levels + places


seed("fault_map", "two_crossbars", fault_map(npy("<i4", "(2, 2, 3)", faults), npy("<u4", "(2, 4)", struct.pack("<8I", 0, 0, 0, 0, 1, 0, 2, 1))))
seed("fault_map", "no_crossbar", fault_map(npy("<i4", "(0, 0, 0)", b""), npy("<u4", "(0, 4)", b"")))

# safetensors


def safetensors(header, content):
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content


def tensor(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


seed("safetensors", "floats", safetensors({"__metadata__": {"format": "pt"}, "w": tensor("F32", [2, 2], 0, 16), "b": tensor("F32", [1], 16, 20)},
                                          struct.pack("<5f", 1, -2, 3, 4, 0.5)))
seed("safetensors", "halves", safetensors({"h": tensor("F16", [2], 0, 4), "g": tensor("BF16", [], 4, 6), "d": tensor("F64", [1], 6, 14)}, bytes(range(14))))
seed("safetensors", "others", safetensors({"n": tensor("I64", [1], 0, 8), "e": tensor("F32", [0, 7], 8, 8)}, bytes(8)))
seed("safetensors", "nothing", safetensors({}, b""))

# Rows and ledgers

row = {"sweep": "s", "seed": 18446744073709551615, "design": "d\n", "labels": {"cell": "two bits"}, "settings": {"rate": 0.1},
       "results": {"accuracy": 0.875, "none": None}, "seconds": 0.25, "isa": "avx2", "compiler": "g++", "version": "0.1.0"}
failed = {key: value for key, value in row.items() if key != "results"} | {"error": "no \"net\""}
line = json.dumps(row, separators=(",", ":")) + "\n"
seed("sweep_rows", "two", line + json.dumps(failed, separators=(",", ":")) + "\n")
seed("sweep_rows", "cut_off", line + line[:60])
seed("sweep_rows", "without_end", line + line[:-1])
seed("sweep_rows", "nothing", "")

counts = ["array_reads", "row_activations", "conversions", "shift_adds", "serial_reads", "row_writes", "cell_writes", "pulses",
          "serial_writes", "rows_skipped", "cells_skipped", "buffer_words", "bus_words", "digital_words"]
footprint = ["inputs", "outputs", "positions", "crossbar_rows", "crossbar_cols", "weight_crossbars", "weight_cells", "activation_crossbars",
             "activation_cells", "digital_words", "buffer_words", "input_cycles", "error_cycles", "error_passes", "adc_bits"]
events = {name: n for n, name in enumerate(counts)}
layer = {"name": "conv", "footprint": {name: n for n, name in enumerate(footprint)},
         "stages": {stage: events for stage in ("forward", "errors", "activations", "gradients", "weights")},
         "weight_lines": {"cells_per_line": 8, "crossbars": 2, "lines_by_writes": [[0, 3], [5, 1]]},
         "activation_lines": {"cells_per_line": 0, "crossbars": 1, "lines_by_writes": []}, "significance": list(range(34))}
seed("ledger", "one_layer", json.dumps({"images": 7, "steps": 1, "layers": [layer]}, separators=(",", ":")))
seed("ledger", "no_layer", json.dumps({"images": 0, "steps": 0, "layers": []}, separators=(",", ":")))
seed("ledger", "counts", json.dumps(events, separators=(",", ":")))

# ONNX, without its library: a message is a list of (field, value), a number, a float, bytes or a message


def varint(number):
    number &= (1 << 64) - 1
    out = b""
    while number >= 128:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def message(*fields):
    out = b""
    for field, value in fields:
        if isinstance(value, int):
            out += varint(field << 3) + varint(value)
        elif isinstance(value, float):
            out += varint(field << 3 | 5) + struct.pack("<f", value)
        else:
            content = value.encode() if isinstance(value, str) else value
            out += varint(field << 3 | 2) + varint(len(content)) + content
    return out


def onnx_tensor(name, shape, values):
    whole = all(isinstance(v, int) for v in values)
    data = struct.pack(f"<{len(values)}q", *values) if whole else struct.pack(f"<{len(values)}f", *values)
    return message(*[(1, extent) for extent in shape], (2, 7 if whole else 1), (8, name), (9, data))


def attribute(name, value):
    if isinstance(value, list):
        return message((1, name), *[(8, v) for v in value], (20, 7))
    return message((1, name), (3, value), (20, 2)) if isinstance(value, int) else message((1, name), (2, value), (20, 1))


def node(op, inputs, output, **attributes):
    return message(*[(1, name) for name in inputs], (2, output), (4, op), *[(5, attribute(*a)) for a in attributes.items()])


def value(name, shape):
    dims = [(1, message((1, extent)) if extent > 0 else message((2, "N"))) for extent in shape]
    return message((1, name), (2, message((1, message((1, 1), (2, message(*dims)))))))


def model(shape, initialisers, nodes, opset=13):
    graph = message(*[(1, n) for n in nodes], (2, "g"), *[(5, i) for i in initialisers], (11, value("x", shape)), (12, value("y", [])))
    return message((1, 7), (7, graph), (8, message((1, ""), (2, opset))))


ones = [1.0] * 16
small = [onnx_tensor("w", [2, 1, 2, 2], ones[:8]), onnx_tensor("b", [2], [0.5, -0.5])]
seed("onnx", "convolution", model([0, 1, 4, 4], small, [node("Conv", "xwb", "a", strides=[2, 2], pads=[0, 0, 1, 1]), node("Relu", "a", "y")]))
seed("onnx", "dense", model([0, 3], [onnx_tensor("w", [2, 3], ones[:6]), onnx_tensor("b", [2], [0.5, 1.0])],
                            [node("Gemm", "xwb", "a", alpha=0.5, transB=1), node("Softmax", "a", "y", axis=-1)]))
seed("onnx", "residual", model([0, 2, 3, 3], [onnx_tensor("w", [2, 2, 1, 1], ones[:4])], [node("Conv", "xw", "a"), node("Add", "ax", "b"), node("Relu", "b", "y")]))
seed("onnx", "pooling", model([0, 1, 4, 4], [onnx_tensor("s", [2], [0, -1])],
                              [node("MaxPool", "x", "a", kernel_shape=[2, 2], strides=[2, 2]), node("AveragePool", "a", "b", kernel_shape=[2, 2]), node("Reshape", "bs", "y")]))
seed("onnx", "norm", model([0, 1, 2, 2], [onnx_tensor(n, [1], [1.0]) for n in "sbmv"],
                           [node("BatchNormalization", "xsbmv", "a", epsilon=0.001), node("GlobalAveragePool", "a", "c"), node("Flatten", "c", "y")]))
seed("onnx", "folded", model([0, 2], [onnx_tensor("w", [2, 2], ones[:4]), onnx_tensor("c", [1], [2.0])],
                             [node("Transpose", "w", "t", perm=[1, 0]), node("MatMul", "xt", "a"), node("Mul", "ac", "y")]))
seed("onnx", "open_input", model([0, 0, 0, 0], small, [node("Conv", "xwb", "y")]))
seed("onnx", "tensor", onnx_tensor("t", [2, 2], ones[:4]))
seed("onnx", "tensor_of_halves", message((1, 2), (2, 10), (5, varint(15360) + varint(16384))))

# Any bytes are a graph
seed("onnx_graph", "zeros", bytes(16))
seed("onnx_graph", "numbers", bytes(range(64)))

# State files, after their header


def state_array(name, element, extents, content):
    return struct.pack("<Q", len(name)) + name.encode() + bytes([element, len(extents)]) + struct.pack(f"<{len(extents)}Q", *extents) + content


def state(labels, arrays):
    words = b"".join(struct.pack("<Q", len(w)) + w.encode() for w in labels)
    return struct.pack("<Q", len(labels) // 2) + words + struct.pack("<Q", len(arrays)) + b"".join(arrays)


matrix = state_array("o/matrix", 5, [2, 2], struct.pack("<4f", 1, 2, 3, 4))
counts = [state_array("o/images", 3, [1], struct.pack("<Q", 640)), state_array("o/steps", 3, [1], struct.pack("<Q", 10))]
lists = [state_array("o/list", 6, [2], struct.pack("<2d", 0.5, 4)), state_array("o/words", 0, [5], b"cells")]
seed("state_file", "empty", state([], []))
seed("state_file", "whole", state(["run", "a test"], [matrix, *lists, *counts]))
seed("state_file", "without_lists", state([], [matrix, *counts]))
seed("state_file", "one_layer_begun", state([], [matrix, *counts, state_array("o/places", 0, [1], bytes(1)),
                                                 state_array("o/0/forward", 3, [14], bytes(14 * 8))]))
