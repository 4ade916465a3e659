"""Runs server optimizers as their papers write them, in NumPy and float64, and compares the parameters after every round.

Usage: server_optimizers.py FOLDER, where run.npz holds targets [clients, parameters], rates [clients], samples, steps, the initial
parameters, the hyperparameters, and for each optimizer what the C# core had after every round: path_NAME [rounds, parameters].

A client's training is one line, so that the server's side is all there is to get wrong: x_i = x + rate_i (target_i - x).
"""
import sys

import numpy as np

run = np.load(sys.argv[1] + "/run.npz")
targets, rates, samples, steps = run["targets"], run["rates"], run["samples"], run["steps"]
eta, momentum, beta1, beta2, tau, q, client_rate = run["hyperparameters"]
allowed = float(sys.argv[2])
p = samples / samples.sum()


def train(x):
    return x + rates[:, None] * (targets - x)


def loss(x):
    return 0.5 * np.sum((targets - x) ** 2, axis=1)


def fedavgm(x, state):
    delta = p @ (train(x) - x)
    v = momentum * state.get("v", 0) + delta
    state["v"] = v
    return x + eta * v


def adaptive(second):
    def step(x, state):
        delta = p @ (train(x) - x)
        m = beta1 * state.get("m", np.zeros_like(x)) + (1 - beta1) * delta
        v = second(state.get("v", np.full_like(x, tau**2)), delta)
        state["m"], state["v"] = m, v
        return x + eta * m / (np.sqrt(v) + tau)

    return step


def fednova(x, state):
    d = (x - train(x)) / steps[:, None]
    return x - (p @ steps) * (p @ d)


def qfedavg(x, state):
    lipschitz = 1 / client_rate
    f = loss(x)
    dw = lipschitz * (x - train(x))
    delta = f[:, None] ** q * dw
    h = q * f ** (q - 1) * np.sum(dw**2, axis=1) + lipschitz * f**q
    return x - delta.sum(axis=0) / h.sum()


optimizers = {
    "momentum": fedavgm,
    "adagrad": adaptive(lambda v, d: v + d**2),
    "adam": adaptive(lambda v, d: beta2 * v + (1 - beta2) * d**2),
    "yogi": adaptive(lambda v, d: v - (1 - beta2) * d**2 * np.sign(v - d**2)),
    "fednova": fednova,
    "qfedavg": qfedavg,
}
for name, step in optimizers.items():
    path = run["path_" + name]
    x, state, worst = run["initial"].astype(np.float64), {}, 0.0
    for found in path:
        x = step(x, state)
        worst = max(worst, np.abs(found - x).max())
    print(f"{name}: {worst:.3g} over {len(path)} rounds, moved {np.abs(x - run['initial']).max():.3g}")
    assert worst <= allowed, f"{name} differs by {worst}; {allowed} is allowed"
