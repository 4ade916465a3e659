"""Transcribes the compression of updates in NumPy and plain Python, and compares bodies byte for byte and what is read from them.

Usage: compression.py FOLDER, where cases.npz holds what NumPyCompressionTests.cs exported: for each case the update, the body and the
update as the C# decoder read it, with the case's stages, seed, site and round in its name: "topk(0.05),int8|42|A|7".
"""
import hashlib
import struct
import sys

import numpy as np

MASK = (1 << 64) - 1
ROWS, COLUMNS = 40, 11


class Stream:
    """xoshiro256** over the SHA-256 of seed, round, purpose and client."""

    def __init__(self, seed, purpose, client, round_):
        text = struct.pack("<Qqii", seed, round_, len(purpose), len(client)) + purpose.encode() + client.encode()
        self.s = list(struct.unpack("<4Q", hashlib.sha256(text).digest()))
        self.spare = None

    def bits(self):
        s = self.s
        rotl = lambda x, k: ((x << k) | (x >> (64 - k))) & MASK
        result = rotl(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)
        return result

    def below(self, bound):
        while True:
            product = self.bits() * bound
            if product & MASK >= (1 << 64) % bound:
                return product >> 64

    def gaussian(self):
        if self.spare is not None:
            spare, self.spare = self.spare, None
            return spare
        while True:
            x, y = (2 * ((self.bits() >> 11) * 2.0**-53) - 1 for _ in range(2))
            square = x * x + y * y
            if 0 < square < 1:
                scale = np.sqrt(-2 * np.log(square) / square)
                self.spare = y * scale
                return x * scale


def number(n):
    out = bytearray()
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))


def write(form, x, chance):
    """The bytes of some numbers, and the numbers as read."""
    if form == "":
        return x.astype("<f4").tobytes(), x
    if form == "float16":
        half = np.clip(x, -65504, 65504).astype("<f2")
        return half.tobytes(), half.astype(np.float32)
    block, levels = (256, 127) if form == "int8" else (64, 7)
    out, read = b"", []
    for start in range(0, len(x), block):
        part = x[start : start + block]
        scale = np.float32(np.abs(part).max()) / np.float32(levels)
        draws = [chance.bits() for _ in range((len(part) + 1) // 2)]
        uniform = np.array([(draws[i // 2] >> (40 if i % 2 == 0 else 8)) % (1 << 24) for i in range(len(part))]) * 2.0**-24
        q = np.zeros(len(part), int) if scale == 0 else np.clip(np.floor(part.astype(np.float64) / np.float64(scale) + uniform), -levels, levels).astype(int)
        out += np.float32(scale).tobytes()
        nibbles = [int(v) & 15 for v in q] + [0] * (len(q) % 2)
        out += q.astype(np.int8).tobytes() if levels == 127 else bytes(a | b << 4 for a, b in zip(nibbles[::2], nibbles[1::2]))
        read.append(q.astype(np.float32) * scale)
    return out, np.concatenate(read)


def compress(stages, x, seed, site, round_):
    codes, side, kept, spread = 0, b"", x, lambda v: v
    form = stages[-1] if "(" not in stages[-1] else ""
    name, _, argument = stages[0].partition("(")
    n = len(x)
    if argument and name != "lowrank":
        k = int(min(max(np.ceil(float(argument[:-1]) * n), 1), n))
        if name == "topk":
            codes = 1
            places = np.sort(np.argsort(-np.abs(x), kind="stable")[:k])
            side = number(k) + b"".join(number(int(g)) for g in np.diff(places, prepend=0))
        else:
            codes = 2
            chance, places, wanted = Stream(seed, "compression places", "", round_), [], k
            for i in range(n):
                if wanted and chance.below(n - i) < wanted:
                    places.append(i)
                    wanted -= 1
            places = np.array(places)
        kept = x[places]

        def spread(v):
            out = np.zeros(n, np.float32)
            out[places] = v
            return out

    elif name == "lowrank":
        codes, r = 3, int(argument[:-1])
        m = x[: ROWS * COLUMNS].reshape(ROWS, COLUMNS).astype(np.float64)
        chance = Stream(seed, "compression basis", site, round_)
        q = np.array([chance.gaussian() for _ in range(COLUMNS * r)]).reshape(COLUMNS, r)
        for _ in range(2):
            p, upper = np.linalg.qr(m @ q)
            p = p * np.sign(np.diag(upper))
            q = m.T @ p
        kept = np.concatenate([p.ravel(), q.ravel(), x[ROWS * COLUMNS :]]).astype(np.float32)

        def spread(v):
            p, q = v[: ROWS * r].reshape(ROWS, r).astype(np.float64), v[ROWS * r : (ROWS + COLUMNS) * r].reshape(COLUMNS, r)
            return np.concatenate([(p @ q.T).ravel(), v[(ROWS + COLUMNS) * r :]]).astype(np.float32)

    written, read = write(form, kept, Stream(seed, "compression rounding", site, round_))
    code = codes << 4 | ["", "float16", "int8", "int4"].index(form)
    return bytes([1, code]) + number(n) + side + written, spread(read)


cases = np.load(sys.argv[1] + "/cases.npz")
names = sorted({name.rsplit("|", 1)[0] for name in cases.files})
for name in names:
    text, seed, site, round_ = name.split("|")
    update, body, read = (cases[f"{name}|{part}"] for part in ("update", "body", "read"))
    ours, ours_read = compress(text.split(","), update, int(seed), site, int(round_))
    if text.startswith("lowrank"):
        # Orthonormal factors by another algorithm: as many bytes, and the same product but for rounding.
        assert len(ours) == len(body), f"{name}: {len(ours)} bytes, not {len(body)}"
        off = np.abs(ours_read - read).max() / np.abs(update).max()
        assert off < 1e-5, f"{name} differs by {off}"
        u, s, v = np.linalg.svd(update[: ROWS * COLUMNS].reshape(ROWS, COLUMNS).astype(np.float64))
        r = int(text[8:-1])
        best = np.sqrt((s[r:] ** 2).sum())
        left = np.linalg.norm((update - read).astype(np.float64))
        assert best * 0.999 <= left <= best * 1.3, f"{name} leaves {left}; the best of rank {r} leaves {best}"
    else:
        assert ours == body.astype(np.uint8).tobytes(), f"{name}: the bodies differ"
        assert ours_read.astype("<f4").tobytes() == read.astype("<f4").tobytes(), f"{name}: what is read differs"

print(f"compression: {len(names)} cases agree")
