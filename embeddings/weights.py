"""Load weights that come with the package, once they are what was trained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from embeddings.errors import EncoderError
from embeddings.hashing import file_sha256


def load_weights(path: Path, cure: str) -> dict[str, NDArray[Any]]:
    """Return the weights of a .safetensors file whose SHA-256 the .json file beside it has.

    Raises `EncoderError` when they are damaged or unreadable, which ends with the `cure`.
    """
    from safetensors.numpy import load_file

    try:
        expected = json.loads(path.with_suffix(".json").read_text("utf-8"))["sha256"]
        digest = file_sha256(path)
        if digest != expected:
            raise ValueError(f"sha256 {digest[:12]}..., not {expected[:12]}...")
        return load_file(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{path}: damaged or unreadable ({error}); {cure}") from error
