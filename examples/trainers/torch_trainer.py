"""An external trainer in PyTorch: the softmax model as a linear layer, trained by torch.optim.SGD.

Started as `torch_trainer.py train FOLDER`, or with validate or predict in the place of train; docs/external-trainer.md says what is in the
folder and what is to be written there.
"""
import json
import os
import sys

import numpy as np
import torch

entry_point, folder = sys.argv[1:3]
if entry_point not in ("train", "validate", "predict"):
    sys.exit(f"there is no entry point {entry_point}")
with open(os.path.join(folder, "job.json")) as file:
    job = json.load(file)
if job["version"] != 1 or job["model"] != "softmax" or job.get("optimizer", "sgd") not in ("sgd", "momentum"):
    sys.exit(f"this trainer knows version 1, softmax, and sgd with or without momentum, not {job['version']}, {job['model']} and {job.get('optimizer')}")
if os.path.exists(os.path.join(folder, "correction.npz")):
    sys.exit("this trainer does not know SCAFFOLD's correction")

torch.set_num_threads(1)
data = np.load(os.path.join(folder, "data.npz"))
start = np.load(os.path.join(folder, "parameters.npz"))
x = torch.from_numpy(data["x"])
model = torch.nn.Linear(job["features"], job["classes"])
with torch.no_grad():
    model.weight.copy_(torch.from_numpy(start["W"].T.copy()))
    model.bias.copy_(torch.from_numpy(start["b"]))
if entry_point == "predict":
    with torch.no_grad():
        np.savez(os.path.join(folder, "predictions.npz"), y=model(x).argmax(dim=1).numpy())
    sys.exit()

y = torch.from_numpy(data["y"])
if entry_point == "validate":
    with torch.no_grad():
        z = model(x)
        confusion = torch.bincount(y * job["classes"] + z.argmax(dim=1), minlength=job["classes"] ** 2).reshape(job["classes"], -1)
        loss = torch.nn.functional.cross_entropy(z, y).item()
    with open(os.path.join(folder, "metrics.json"), "w") as file:
        json.dump({"loss": loss, "confusion": confusion.tolist()}, file)
    sys.exit()

torch.manual_seed((job["seed"] * 1_000_003 + job["round"]) % 2**63)
origin = [parameter.detach().clone() for parameter in model.parameters()]
momentum = job["momentum"] if job["optimizer"] == "momentum" else 0
optimizer = torch.optim.SGD(model.parameters(), lr=job["learning_rate"], momentum=momentum, weight_decay=job["weight_decay"])

batch = min(job["batch_size"], len(y))
per_epoch = -(-len(y) // batch)
steps = job["steps"] or job["epochs"] * per_epoch
loss_sum, correct, seen = 0.0, 0, 0
for step in range(steps):
    if step % per_epoch == 0:
        order = torch.randperm(len(y))
        loss_sum, correct, seen = 0.0, 0, 0
    rows = order[step % per_epoch * batch :][:batch]
    z = model(x[rows])
    loss = torch.nn.functional.cross_entropy(z, y[rows])
    loss_sum += loss.item() * len(rows)
    correct += int((z.argmax(dim=1) == y[rows]).sum())
    seen += len(rows)
    if job["mu"] > 0:
        loss = loss + job["mu"] / 2 * sum(((p - o) ** 2).sum() for p, o in zip(model.parameters(), origin))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

np.savez(os.path.join(folder, "trained.npz"), W=model.weight.detach().numpy().T.copy(), b=model.bias.detach().numpy())
with open(os.path.join(folder, "metrics.json"), "w") as file:
    json.dump({"loss": loss_sum / seen, "accuracy": correct / seen, "steps": steps}, file)
