"""Runs asynchronous strategies as their papers write them, in NumPy and float64, and compares the parameters after every version.

Usage: asynchronous.py FOLDER ALLOWED, where run.npz holds targets [clients, parameters], rates, samples, the initial parameters, and for
each strategy: who answered in which version and from which one it had started, arrivals_NAME [updates, 3] as (version, client, origin),
and what the C# core had after every version: path_NAME [versions, parameters].

FedAsync: Xie et al. 2019, algorithm 1, with the weights of section 5.2. FedBuff: Nguyen et al. 2022, algorithm 1. FedRec: the mean over
every client's last model, weighed by samples (MetisFL).
"""
import sys

import numpy as np

run = np.load(sys.argv[1] + "/run.npz")
allowed = float(sys.argv[2])
targets, rates, samples, initial = run["targets"], run["rates"], run["samples"], run["initial"].astype(np.float64)
alpha, server_rate, poly_a, hinge_a, hinge_b = run["hyperparameters"]


def train(client, x):
    return x + rates[client] * (targets[client] - x)


weights = {
    "constant": lambda tau: 1.0,
    "hinge": lambda tau: 1.0 if tau <= hinge_b else 1 / (hinge_a * (tau - hinge_b) + 1),
    "polynomial": lambda tau: (tau + 1.0) ** -poly_a,
}


def fedasync(s):
    def step(history, updates, memory):
        x = history[-1]
        ((client, origin),) = updates
        a = alpha * s(len(history) - 1 - origin)
        return (1 - a) * x + a * train(client, history[origin])

    return step


def fedbuff(history, updates, memory):
    deltas = [weights["polynomial"](len(history) - 1 - origin) * (history[origin] - train(client, history[origin])) for client, origin in updates]
    return history[-1] - server_rate * np.mean(deltas, axis=0)


def fedrec(history, updates, memory):
    ((client, origin),) = updates
    memory[client] = train(client, history[origin])
    return sum(samples[c] * m for c, m in memory.items()) / sum(samples[c] for c in memory)


strategies = {"constant": fedasync(weights["constant"]), "hinge": fedasync(weights["hinge"]), "polynomial": fedasync(weights["polynomial"]), "fedbuff": fedbuff, "fedrec": fedrec}
for name, step in strategies.items():
    path, arrivals = run["path_" + name], run["arrivals_" + name].astype(int)
    history, memory, worst, stale = [initial], {}, 0.0, 0
    for version, found in enumerate(path):
        updates = [(client, origin) for at, client, origin in arrivals if at == version]
        stale = max(stale, max(version - origin for _, origin in updates))
        history.append(step(history, updates, memory))
        worst = max(worst, np.abs(found - history[-1]).max())
    print(f"{name}: {worst:.3g} over {len(path)} versions, staleness up to {stale}, moved {np.abs(history[-1] - initial).max():.3g}")
    assert worst <= allowed, f"{name} differs by {worst}; {allowed} is allowed"
