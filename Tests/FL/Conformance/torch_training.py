"""Trains in PyTorch what the C# core trained, and compares.

Usage: torch_training.py FOLDER, where run.npz holds what TorchTrainingTests.cs exported: examples, initial parameters by tensor,
the order of every epoch, the options, and the C# result.

PyTorch's own layers, loss and optimizers do the work, in float64, so the differences are the rounding of the float32 side alone.
"""
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
run = np.load(sys.argv[1] + "/run.npz")
kind, optimizer = bytes(run["kind"]).decode(), bytes(run["optimizer"]).decode()
batch, layers, *picture = (int(n) for n in run["shape"])
rate, momentum, beta1, beta2, epsilon, decay = (float(x) for x in run["rates"])


def tensor(name):
    return torch.tensor(run[name], dtype=torch.float64)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList()
        for i in range(1, layers + 1):
            weights, biases = tensor(f"W{i}"), tensor(f"b{i}")
            if weights.dim() == 4:
                part = nn.Conv2d(weights.shape[2], weights.shape[3], 5, dtype=torch.float64)
                part.weight = nn.Parameter(weights.permute(3, 2, 0, 1).contiguous())
            else:
                part = nn.Linear(*weights.shape, dtype=torch.float64)
                part.weight = nn.Parameter(weights.T.contiguous())
            part.bias = nn.Parameter(biases)
            self.parts.append(part)

    def forward(self, x):
        if kind == "cnn":
            x = x.reshape(-1, *picture).permute(0, 3, 1, 2)
        for part in self.parts:
            if isinstance(part, nn.Conv2d):
                x = functional.max_pool2d(functional.relu(part(x)), 2)
                continue
            if x.dim() == 4:
                x = x.permute(0, 2, 3, 1).flatten(1)
            x = part(x)
            if part is not self.parts[-1]:
                x = functional.relu(x)
        return x

    def tensors(self):
        for i, part in enumerate(self.parts, 1):
            weights = part.weight.detach()
            yield f"W{i}", (weights.permute(2, 3, 1, 0) if weights.dim() == 4 else weights.T).numpy()
            yield f"b{i}", part.bias.detach().numpy()


model = Model()
steps = {
    "sgd": lambda p: torch.optim.SGD(p, rate, weight_decay=decay),
    "momentum": lambda p: torch.optim.SGD(p, rate, momentum=momentum, weight_decay=decay),
    "adam": lambda p: torch.optim.Adam(p, rate, (beta1, beta2), epsilon, weight_decay=decay),
}[optimizer](model.parameters())
x, y = tensor("x"), torch.tensor(run["y"], dtype=torch.int64)
loss_sum = 0.0
for order in run["orders"]:
    loss_sum = 0.0
    for first in range(0, len(order), batch):
        rows = torch.tensor(order[first : first + batch], dtype=torch.int64)
        steps.zero_grad()
        loss = functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        steps.step()
        loss_sum += float(loss) * len(rows)


def check(what, difference, allowed):
    print(f"{what}: {difference:.3g}, allowed {allowed:.3g}")
    assert difference <= allowed, f"{what} differs by {difference}; {allowed} is allowed"


moved = 0.0
for name, trained in model.tensors():
    check(name, np.abs(trained - run["trained_" + name]).max(), 2e-4 * max(np.abs(trained).max(), 0.05))
    moved = max(moved, np.abs(trained - run[name]).max())
assert moved > 0.01, "nothing was trained"
check("loss", abs(loss_sum / len(y) - float(run["loss"][0])), 1e-4)
