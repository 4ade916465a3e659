"""Compares arrays that the C# side has read and written again with those that write_arrays.py wrote.

Usage: read_arrays.py FOLDER. Types, shapes and every bit must agree, and the copies must be in C order.
"""
import sys

import numpy as np

folder = sys.argv[1]


def check(name, original, copy):
    assert original.dtype == copy.dtype and original.shape == copy.shape, f"{name}: {original.dtype}{original.shape} became {copy.dtype}{copy.shape}"
    assert original.tobytes(order="C") == copy.tobytes(order="C"), f"{name}: values have changed"
    assert copy.flags.c_contiguous, f"{name} is not in C order"


count = 0
for kind in ("stored", "deflated"):
    originals = np.load(f"{folder}/{kind}.npz")
    copies = np.load(f"{folder}/{kind}_copy.npz")
    assert originals.files == copies.files, "the names differ"
    for name in originals.files:
        check(f"{kind} {name}", originals[name], copies[name])
        count += 1

for version in (1, 2, 3):
    check(f"version {version}", np.load(f"{folder}/version{version}.npy"), np.load(f"{folder}/version{version}_copy.npy"))
    count += 1

print(count)
