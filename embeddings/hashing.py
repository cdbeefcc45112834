"""Hash files and indexes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from zlib import crc32


def file_crc32(path: Path) -> str:
    """Return the CRC-32 of a file's content, in hexadecimal: enough to tell damage, and fast."""
    found = 0
    for block in _blocks(path):
        found = crc32(block, found)
    return f"{found:08x}"


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    for block in _blocks(path):
        digest.update(block)
    return digest.hexdigest()


def index_id(encoder: str, documents: Mapping[str, tuple[str, int]]) -> str:
    """Return `Index.id` from the encoder's hash, each document's and how many passages it has."""
    return hashlib.sha256(json.dumps([encoder, documents]).encode()).hexdigest()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block
