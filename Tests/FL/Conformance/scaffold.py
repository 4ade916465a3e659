"""Runs SCAFFOLD as its paper writes it (Karimireddy et al. 2020, algorithm 1, option II), in NumPy and float64, and compares the global
parameters after every round of a run of the C# roles.

Usage: scaffold.py FOLDER ALLOWED, where run.npz holds what NumPyScaffoldTests.cs exported: each site's standardised examples, the initial
parameters, who took part in which round, and the parameters after every round. Sites take full batches, so that no order matters.
"""
import sys

import numpy as np

run = np.load(sys.argv[1] + "/run.npz")
allowed = float(sys.argv[2])
features, classes, rounds, steps, sites = (int(n) for n in run["shape"])
rate, server_rate = (float(x) for x in run["rates"])


def gradient(parameters, x, y):
    w = parameters[: features * classes].reshape(features, classes)
    z = x @ w + parameters[features * classes :]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True)
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    return np.concatenate([(x.T @ d).ravel(), d.sum(axis=0)])


data = [(run[f"x_{i}"].astype(np.float64), run[f"y_{i}"].astype(int)) for i in range(sites)]
x = run["initial"].astype(np.float64)
c = np.zeros_like(x)
own = [np.zeros_like(x) for _ in range(sites)]
worst, moved, plain = 0.0, 0.0, x.copy()
for r in range(rounds):
    cohort = np.flatnonzero(run["cohorts"][r])
    dy, dc = [], []
    for i in cohort:
        y = x.copy()
        for _ in range(steps):
            y = y - rate * (gradient(y, *data[i]) - own[i] + c)
        new = own[i] - c + (x - y) / (steps * rate)
        dy.append(y - x)
        dc.append(new - own[i])
        own[i] = new
    x = x + server_rate * np.mean(dy, axis=0)
    c = c + len(cohort) / sites * np.mean(dc, axis=0)
    worst = max(worst, np.abs(run["path"][r] - x).max())
    assert worst <= allowed, f"scaffold differs by {worst} after round {r + 1}; {allowed} is allowed"

# What the control variates change must be far above what is allowed, or agreement would say nothing.
print(f"scaffold: {worst:.3g} over {rounds} rounds, control variates up to {max(np.abs(v).max() for v in own):.3g}")
