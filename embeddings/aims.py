"""Turn a question into aims: vectors that look for what answers it, not for what is like it.

The encoder puts a question near texts that are alike. One layer of a transformer, trained by
`tests/benchmarks/train_aims.py`, reads the vectors of the question's word pieces and eight learnt
ones besides (ColBERT's query augmentation, Khattab and Zaharia, SIGIR 2020), and gives each a new
direction and a share. What they are compared with, the word pieces' vectors of an index, stays as
the encoder made it. Without the weights everything else works.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from embeddings.arrays import Floats
from embeddings.weights import load_weights

WEIGHTS = Path(__file__).with_name("aims.safetensors")
HEADS = 6
_EPSILON = 1e-5  # of PyTorch's layer normalisation


def aim(tokens: Floats) -> tuple[Floats, Floats]:
    """Return a question's aims (n, dimension), of unit length, and their shares (n,).

    `tokens` (pieces, dimension) are the packaged encoder's vectors of its word pieces; the shares
    sum to one. Without the weights there are none.
    """
    if not WEIGHTS.is_file():
        return tokens[:0], tokens[:0, 0]
    weights = _weights()
    given = np.concatenate([tokens, weights["learnt"]])
    x = given + _attend(_normalised(given, "attention.norm"))
    inner = np.maximum(_linear(_normalised(x, "feed.norm"), "feed.in"), 0)
    x = x + _linear(inner, "feed.out")
    turned = given + _linear(x, "turn")
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    return turned, _softmax(_linear(x, "share")[:, 0])


def _attend(x: Floats) -> Floats:
    width = x.shape[1] // HEADS
    parts = _linear(x, "attention.in").reshape(len(x), 3, HEADS, width)
    query, key, value = parts.transpose(1, 2, 0, 3)
    shares = _softmax(query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(width)))
    return _linear((shares @ value).transpose(1, 0, 2).reshape(x.shape), "attention.out")


def _linear(x: Floats, name: str) -> Floats:
    weights = _weights()
    return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])


def _normalised(x: Floats, name: str) -> Floats:
    weights = _weights()
    apart = x - x.mean(axis=-1, keepdims=True)
    scaled = apart / np.sqrt((apart**2).mean(axis=-1, keepdims=True) + _EPSILON)
    return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])


def _softmax(x: Floats) -> Floats:
    mass = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(mass / mass.sum(axis=-1, keepdims=True))


@cache
def _weights() -> dict[str, Floats]:
    held = load_weights(WEIGHTS, "reinstall meetingbot, or delete the file to go without the aims")
    return {name: value.astype(np.float32) for name, value in held.items()}
