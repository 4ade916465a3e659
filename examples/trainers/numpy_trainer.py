"""An external trainer in NumPy: softmax regression by mini-batch gradient descent, with FedProx's term and SCAFFOLD's correction.

Started as `numpy_trainer.py train FOLDER`, or with validate or predict in the place of train; docs/external-trainer.md says what is in the
folder and what is to be written there.
"""
import json
import os
import sys

import numpy as np

entry_point, folder = sys.argv[1:3]
if entry_point not in ("train", "validate", "predict"):
    sys.exit(f"there is no entry point {entry_point}")
with open(os.path.join(folder, "job.json")) as file:
    job = json.load(file)
if job["version"] != 1 or job["model"] != "softmax" or job.get("optimizer", "sgd") != "sgd":
    sys.exit(f"this trainer knows version 1, softmax and sgd, not {job['version']}, {job['model']} and {job.get('optimizer')}")

data = np.load(os.path.join(folder, "data.npz"))
start = np.load(os.path.join(folder, "parameters.npz"))


def probabilities(x, w, b):
    z = x @ w + b
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


if entry_point == "predict":
    np.savez(os.path.join(folder, "predictions.npz"), y=probabilities(data["x"], start["W"], start["b"]).argmax(axis=1).astype(np.int64))
    sys.exit()
if entry_point == "validate":
    y, p = data["y"], probabilities(data["x"], start["W"], start["b"])
    confusion = np.zeros((job["classes"], job["classes"]), dtype=np.int64)
    np.add.at(confusion, (y, p.argmax(axis=1)), 1)
    with open(os.path.join(folder, "metrics.json"), "w") as file:
        json.dump({"loss": float(-np.log(np.maximum(p[np.arange(len(y)), y], 1e-30)).mean()), "confusion": confusion.tolist()}, file)
    sys.exit()

corrected = os.path.exists(os.path.join(folder, "correction.npz"))
correction = np.load(os.path.join(folder, "correction.npz")) if corrected else None
x, y = data["x"], data["y"]
w, b = start["W"].copy(), start["b"].copy()
rate, mu, batch = np.float32(job["learning_rate"]), np.float32(job["mu"]), min(job["batch_size"], len(y))
per_epoch = -(-len(y) // batch)
steps = job["steps"] or job["epochs"] * per_epoch
shuffles = np.random.default_rng([job["seed"], job["round"], *job["site"].encode()])

loss, correct, seen = 0.0, 0, 0
for step in range(steps):
    if step % per_epoch == 0:
        order = shuffles.permutation(len(y))
        loss, correct, seen = 0.0, 0, 0
    rows = order[step % per_epoch * batch :][:batch]
    p = probabilities(x[rows], w, b)
    loss -= float(np.log(np.maximum(p[np.arange(len(rows)), y[rows]], 1e-30)).sum())
    correct += int((p.argmax(axis=1) == y[rows]).sum())
    seen += len(rows)
    p[np.arange(len(rows)), y[rows]] -= 1
    p /= len(rows)
    dw, db = x[rows].T @ p + mu * (w - start["W"]), p.sum(axis=0) + mu * (b - start["b"])
    if corrected:
        dw, db = dw + correction["W"], db + correction["b"]
    w -= rate * dw
    b -= rate * db

np.savez(os.path.join(folder, "trained.npz"), W=w.astype(np.float32), b=b.astype(np.float32))
with open(os.path.join(folder, "metrics.json"), "w") as file:
    json.dump({"loss": loss / seen, "accuracy": correct / seen, "steps": steps}, file)
