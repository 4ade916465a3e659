"""Trains in PyTorch on one thread. Each line of input names a piece of work and a time in seconds; the answer is its mean time in milliseconds."""
import sys
import time

import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
torch.manual_seed(1)
examples, batch = int(sys.argv[1]), int(sys.argv[2])


class Task:
    """One epoch over random examples, in a fresh order of rows, by plain gradient descent."""

    def __init__(self, model, features, count, shape=None):
        self.model, self.shape = model, shape or (features,)
        self.x, self.y = torch.randn(count, features), torch.randint(0, 10, (count,))
        self.step = torch.optim.SGD(model.parameters(), lr=0.01)

    def __call__(self):
        for rows in torch.randperm(len(self.y)).split(batch):
            self.step.zero_grad()
            functional.cross_entropy(self.model(self.x[rows].reshape(-1, *self.shape)), self.y[rows]).backward()
            self.step.step()
        return len(self.y) // batch


softmax = Task(nn.Linear(512, 10), 512, examples)
mlp = Task(nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)), 784, examples)
cnn = Task(
    nn.Sequential(
        nn.Conv2d(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 10),
    ),
    784, examples, (1, 28, 28),
)
work = {
    "softmax_step": lambda: softmax(),
    "mlp_epoch": lambda: mlp() and 1,
    "cnn_epoch": lambda: cnn() and 1,
}
print("ready", flush=True)
for line in sys.stdin:
    name, seconds = line.split()
    started, done = time.perf_counter(), 0
    while done == 0 or time.perf_counter() - started < float(seconds):
        done += work[name]()
    print((time.perf_counter() - started) / done * 1000, flush=True)
