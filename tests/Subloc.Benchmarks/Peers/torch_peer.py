"""The seed's networks in plain PyTorch: the peer that `peers` measures beside this library.

torch_peer.py THREADS reads one request a line on standard input and answers each with one line, `ok ...` or `error ...`:

    versions                    versions and settings that the speed depends on
    load PATH COUNT LENGTH      reads COUNT * LENGTH tokens, then COUNT classes, a byte each, and makes one-hot tensors
    network NAME CLASSES BATCH  builds a network and its optimizer; answers the number of trained weights
    train COUNT                 learns from COUNT proteins, over and over through those loaded; answers the seconds by the clock and of processor time
    score COUNT                 scores them

The tensors are ready before any time is taken: [N, 20, LENGTH], float32, zero on padding. No network reads a mask.
"""
import os
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional as F

RESIDUES = 20


class Cnn(nn.Sequential):
    def __init__(self, filters, hidden, length, classes):
        layers, width = [], RESIDUES
        for count in filters:
            layers += [nn.Conv1d(width, count, 3), nn.ReLU(), nn.MaxPool1d(2)]
            width, length = count, (length - 2) // 2
        layers.append(nn.Flatten())
        inputs = width * length
        for i, units in enumerate(hidden):
            layers += [nn.Linear(inputs, units), nn.ReLU()]
            if i == 0 or i < len(hidden) - 1:
                layers.append(nn.Dropout(0.3))
            inputs = units
        super().__init__(*layers, nn.Linear(inputs, classes))


class CnnLstm(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv1d(RESIDUES, 64, 3), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(64, 128, 3), nn.ReLU(), nn.MaxPool1d(2))
        self.lstm = nn.LSTM(128, 128, num_layers=2, batch_first=True)
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(128, classes))

    def forward(self, x):
        states, _ = self.lstm(self.convolutions(x).transpose(1, 2))
        return self.head(states[:, -1])


def normalized(inputs, filters, kernel, stride=1):
    """A 'same' convolution and Keras' BatchNorm."""
    return [nn.Conv1d(inputs, filters, kernel, stride, kernel // 2), nn.BatchNorm1d(filters, eps=1e-3, momentum=0.01)]


class Block(nn.Module):
    def __init__(self, inputs, width, stride, kind):
        super().__init__()
        if kind == "bottleneck":
            narrow = width // 4
            layers = [*normalized(inputs, narrow, 1), nn.ReLU(), *normalized(narrow, narrow, 3, stride), nn.ReLU(),
                      *normalized(narrow, width, 1)]
        else:
            layers = normalized(inputs, width, 3, stride)
            for _ in range(kind - 1):
                layers += [nn.ReLU(), *normalized(width, width, 3)]
        self.layers = nn.Sequential(*layers)
        same = stride == 1 and inputs == width
        self.shortcut = nn.Identity() if same else nn.Sequential(*normalized(inputs, width, 1, stride))

    def forward(self, x):
        return F.relu(self.layers(x) + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, widths, kind, classes):
        super().__init__()
        blocks, width = [], 64
        for outputs in widths:
            blocks.append(Block(width, outputs, 1 if outputs == width else 2, kind))
            width = outputs
        self.stem = nn.Sequential(*normalized(RESIDUES, 64, 7, 2), nn.ReLU(), nn.MaxPool1d(3, 2, 1))
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Sequential(nn.Linear(width, 256), nn.ReLU(), nn.Linear(256, classes))

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)).mean(2))


EIGHT = [64, 64, 128, 128, 256, 256, 512, 512]
TEN = [64, 64, 128, 128, 128, 256, 256, 256, 512, 512, 512]
NETWORKS = {
    "cnn1": lambda length, classes: Cnn([32, 64], [128], length, classes),
    "cnn2": lambda length, classes: Cnn([32, 64, 128, 256], [256, 128], length, classes),
    "cnn3": lambda length, classes: Cnn([32, 64, 128, 256], [512, 256, 128], length, classes),
    "cnn4": lambda length, classes: Cnn([64, 128, 256, 512], [512, 256, 128], length, classes),
    "cnn-lstm": lambda length, classes: CnnLstm(classes),
    "resnet1": lambda length, classes: ResNet(EIGHT, 2, classes),
    "resnet2": lambda length, classes: ResNet(EIGHT, 3, classes),
    "resnet3": lambda length, classes: ResNet(EIGHT, "bottleneck", classes),
    "resnet4": lambda length, classes: ResNet(TEN, "bottleneck", classes),
}


class Peer:
    def load(self, path, count, length):
        self.count, self.length = int(count), int(length)
        values = torch.from_numpy(numpy.fromfile(path, dtype=numpy.uint8).astype(numpy.int64))
        tokens = values[:self.count * self.length].view(self.count, self.length)
        # Token 0 is padding; the few tokens of ambiguity letters behind the residues' get no channel here.
        one_hot = F.one_hot(tokens, 32)[:, :, 1:RESIDUES + 1]
        self.channels = one_hot.transpose(1, 2).float().contiguous()
        self.labels = values[self.count * self.length:]
        return ""

    def network(self, name, classes, batch):
        torch.manual_seed(1)
        self.batch = int(batch)
        self.net = NETWORKS[name](self.length, int(classes))
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-3, eps=1e-7)
        return sum(weight.numel() for weight in self.net.parameters())

    def batches(self, count):
        """Slices of the loaded tensors, `count` proteins in all."""
        start = 0
        while count > 0:
            size = min(self.batch, count, self.count - start)
            yield self.channels[start:start + size], self.labels[start:start + size]
            count -= size
            start = (start + size) % self.count

    def train(self, count):
        self.net.train()
        start = time.perf_counter(), time.process_time()
        for channels, labels in self.batches(int(count)):
            self.optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(self.net(channels), labels).backward()
            self.optimizer.step()
        return self.since(start)

    def score(self, count):
        self.net.eval()
        start = time.perf_counter(), time.process_time()
        with torch.inference_mode():
            for channels, _ in self.batches(int(count)):
                self.net(channels).softmax(1)
        return self.since(start)

    @staticmethod
    def since(start):
        return f"{time.perf_counter() - start[0]} {time.process_time() - start[1]}"

    def versions(self):
        torch.rand(64, 64) @ torch.rand(64, 64)  # loads the matrix library, if that is done late
        with open("/proc/self/maps") as maps:
            blas = sorted({os.path.basename(os.path.realpath(line.split()[-1])) for line in maps if "blas" in line})
        settings = [f"{name}={os.environ[name]}" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "GOMP_SPINCOUNT") if name in os.environ]
        return (f"Python {sys.version.split()[0]}, torch {torch.__version__}, BLAS {' '.join(blas) or 'built in'}, "
                f"{torch.get_num_threads()} threads, {' '.join(settings)}")


def main():
    # OPENBLAS_NUM_THREADS, which keeps OpenBLAS and torch from fighting for the cores, would else bind torch too.
    torch.set_num_threads(int(sys.argv[1]))
    peer = Peer()
    for line in sys.stdin:
        name, *arguments = line.split()
        try:
            answer = f"ok {getattr(peer, name)(*arguments)}"
        except Exception as problem:
            answer = f"error {type(problem).__name__}: {problem}".replace("\n", " ")
        print(answer, flush=True)


main()
