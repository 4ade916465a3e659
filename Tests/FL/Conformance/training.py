"""Trains what the C# core trained, written out in NumPy, and compares.

Usage: training.py FOLDER, where run.npz holds what NumPyTrainingTests.cs exported: raw and standardised examples, initial
parameters, the permutation of every epoch, the options, and the C# results after every round.

Everything here runs in float64, so the differences are the rounding of the float32 side alone.
"""
import sys

import numpy as np

run = np.load(sys.argv[1] + "/run.npz")
features, classes, rounds, epochs, batch = (int(n) for n in run["shape"])
rate, mu = (float(x) for x in run["rates"])
sites = "ABCD"


def split(parameters):
    return parameters[: features * classes].reshape(features, classes), parameters[features * classes :]


def logits(parameters, x):
    w, b = split(parameters)
    return x @ w + b


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradient(parameters, x, y):
    d = softmax(logits(parameters, x))
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    return np.concatenate([(x.T @ d).ravel(), d.sum(axis=0)])


def train(start, x, y, permutations):
    parameters = start.copy()
    for order in permutations:
        for first in range(0, len(order), batch):
            rows = order[first : first + batch]
            step = gradient(parameters, x[rows], y[rows]) + mu * (parameters - start)
            parameters = parameters - rate * step
    return parameters


def check(what, difference, allowed):
    print(f"{what}: {difference:.3g}, allowed {allowed:.3g}")
    assert difference <= allowed, f"{what} differ by {difference}; {allowed} is allowed"


# Standardisation: statistics of all training rows, then one rounding to float32, which must agree to the bit.
raw = np.concatenate([run[f"raw_{s}"] for s in sites]).astype(np.float64)
check("means", np.abs(run["means"] - raw.mean(axis=0)).max(), 1e-12 * np.abs(raw).max())
check("scales", np.abs(run["scales"] - raw.std(axis=0)).max(), 1e-12 * np.abs(raw).max())
for s in sites:
    standardised = ((run[f"raw_{s}"].astype(np.float64) - run["means"]) / run["scales"]).astype(np.float32)
    assert np.array_equal(standardised, run[f"x_{s}"]), f"site {s} is standardised otherwise"

# Training and averaging. A float32 parameter is rounded once in each of the steps (about 105 a round), by at most half a unit of
# 2^-24 of its size, and its gradient by a few more units times the learning rate; SGD on a convex loss does not amplify them.
# Were every rounding as bad as can be and all of one sign, 315 steps would make 157 units for the parameters alone; as they are
# not, sqrt(315) / 2 = 9 is expected. 32 units of the largest parameter leave room for the gradients and catch any real mistake:
# a wrong last batch, order, weight or term changes the third digit.
data = {s: (run[f"x_{s}"].astype(np.float64), run[f"y_{s}"].astype(int)) for s in sites}
parameters = run["initial"].astype(np.float64)
for r in range(1, rounds + 1):
    updates = [train(parameters, *data[s], [run[f"order_{s}_{r}_{e}"] for e in range(epochs)]) for s in sites]
    weights = np.array([len(data[s][1]) for s in sites], dtype=np.float64)
    parameters = sum(w * u for w, u in zip(weights, updates)) / weights.sum()
    check(f"parameters after round {r}", np.abs(parameters - run[f"global_{r}"]).max(), 32 * 2**-24 * np.abs(parameters).max())

# Evaluation of the C# parameters: counts exactly, the loss to float32's accuracy.
x, y = run["x_evaluation"].astype(np.float64), run["y_evaluation"].astype(int)
z = logits(run[f"global_{rounds}"].astype(np.float64), x)
predicted = z.argmax(axis=1)
confusion = np.zeros((classes, classes), dtype=int)
np.add.at(confusion, (y, predicted), 1)
assert np.array_equal(confusion, run["confusion"]), "the confusion matrices differ"
assert np.array_equal(np.diag(confusion) / confusion.sum(axis=1), run["per_class"]), "the accuracies per class differ"
accuracy, loss = run["metrics"]
assert accuracy == (predicted == y).mean(), "the accuracies differ"
check("loss", abs(loss - -np.log(softmax(z)[np.arange(len(y)), y]).mean()), 1e-6 * loss)
