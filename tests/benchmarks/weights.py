"""Pack a network's weights, a byte each, as bot.reader takes them."""

from collections.abc import Mapping

import numpy as np


def pack(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the weights a byte each: matrices as signed bytes, with a scale for each row."""
    packed: dict[str, np.ndarray] = {}
    for name, value in weights.items():
        if value.ndim < 2 or min(value.shape) < 8:
            packed[name] = value.astype(np.float32)
        else:
            scale = np.abs(value).max(axis=1, keepdims=True) / 127 + 1e-12
            packed[name] = np.round(value / scale).astype(np.int8)
            packed[f"{name}.scale"] = scale.astype(np.float32)
    return packed


def unpack(packed: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the weights that `pack` stored."""
    return {
        name: value * packed[f"{name}.scale"] if value.dtype == np.int8 else value
        for name, value in packed.items()
        if not name.endswith(".scale")
    }
