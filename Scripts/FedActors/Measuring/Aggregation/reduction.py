"""Reduces updates with NumPy. Each line of input names a reduction and a time in seconds; the answer is its mean time in milliseconds."""
import sys
import time

import numpy as np

BLOCK = 65536
updates, parameters = int(sys.argv[1]), int(sys.argv[2])
rows = np.random.default_rng(1).standard_normal((updates, parameters), dtype=np.float32)
weights = np.arange(1, updates + 1, dtype=np.float32)


def plain_sum():
    total = np.zeros(parameters, np.float32)
    for start in range(0, parameters, BLOCK):
        block = total[start:start + BLOCK]
        for row in rows:
            block += row[start:start + BLOCK]
    total /= updates


def weighted_mean():
    total, product = np.zeros(parameters, np.float32), np.empty(min(BLOCK, parameters), np.float32)
    for start in range(0, parameters, BLOCK):
        block = total[start:start + BLOCK]
        room = product[:len(block)]
        for row, weight in zip(rows, weights):
            np.multiply(row[start:start + BLOCK], weight, out=room)
            block += room
    total /= weights.sum()


def trimmed_mean():
    some = rows[:20]
    cut = len(some) // 5
    np.partition(some, (cut, len(some) - cut - 1), axis=0)[cut:len(some) - cut].mean(axis=0)


def multi_krum():
    # One row of the distance matrix, so that a repetition stays short, times what every pair once takes of such rows.
    some = rows[:100]
    for other in some:
        np.linalg.norm(some[0] - other) ** 2
    return (len(some) - 1) / 2


def multi_krum_whole():
    # Every pair once; some seconds, to be asked for by name.
    some = rows[:100]
    for i, one in enumerate(some):
        for other in some[i + 1:]:
            np.linalg.norm(one - other) ** 2


reductions = {f.__name__: f for f in (plain_sum, weighted_mean, trimmed_mean, multi_krum, multi_krum_whole)}
print("ready", flush=True)
for line in sys.stdin:
    name, seconds = line.split()
    started, done, scale = time.perf_counter(), 0, 1
    while done == 0 or time.perf_counter() - started < float(seconds):
        scale = reductions[name]() or 1
        done += 1
    print((time.perf_counter() - started) / done * scale * 1000, flush=True)
