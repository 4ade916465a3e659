"""Writes arrays of every supported type, order, dimension and npy version, and some that are not supported.

Usage: write_arrays.py FOLDER. read_arrays.py compares what comes back.
"""
import sys

import numpy as np

folder = sys.argv[1]
random = np.random.RandomState(1)
types = ["<f4", "<f8", "<i8", "<i4", "|u1"]
shapes = [(), (0,), (7,), (5, 3), (1, 4), (4, 1), (2, 3, 4)]
arrays = {}
for t in types:
    for s in shapes:
        bits = random.randint(0, 256, size=int(np.prod(s)) * np.dtype(t).itemsize, dtype=np.uint8)
        values = np.frombuffer(bits.tobytes(), dtype=t).reshape(s)
        name = "_".join([np.dtype(t).name, *map(str, s)])
        arrays[name + "_c"] = values
        arrays[name + "_f"] = np.asfortranarray(values)

np.savez(folder + "/stored.npz", **arrays)
np.savez_compressed(folder + "/deflated.npz", **arrays)
for version in (1, 2, 3):
    with open(f"{folder}/version{version}.npy", "wb") as file:
        np.lib.format.write_array(file, arrays["float32_5_3_f"], version=(version, 0))

unsupported = {
    "big_endian": np.zeros(2, ">f4"),
    "half": np.zeros(2, "<f2"),
    "complex": np.zeros(2, "<c8"),
    "text": np.array(["a"]),
    "boolean": np.zeros(2, "?"),
    "structured": np.zeros(2, [("a", "<f4"), ("b", "<i4")]),
}
np.savez(folder + "/unsupported.npz", **unsupported)
