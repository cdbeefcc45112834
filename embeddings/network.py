"""Run a sentence-transformers model, by the fastest way that its architecture allows.

A BERT that averages its word pieces, as the packaged model does, runs on OpenVINO (see `bert`);
every other model on PyTorch, through sentence-transformers itself, which costs seconds to import.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from embeddings.arrays import Floats, Integers
from embeddings.errors import EncoderError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


# Larger batches were not faster on a processor, and a question waits for the one that is at work.
CPU_BATCH = 4
ACCELERATOR_BATCH = 256


class Network(Protocol):
    """A loaded model; threads can share it.

    `tokenizer` neither pads nor cuts; `pad` is the piece that fills a row up; `reads` counts the
    word pieces that the model reads, its own special ones too; `batch` the texts that are best run
    at once.
    """

    tokenizer: Tokenizer
    pad: int
    reads: int
    dimension: int
    batch: int

    def run(self, pieces: Integers, mask: Integers) -> tuple[Floats, Floats]:
        """Return vectors of texts (n, dimension) and of their pieces (n, pieces, dimension).

        All have unit length; `mask` is 0 where a row was filled up.
        """


@lru_cache(maxsize=2)
def open_network(folder: Path, device: str, fingerprint: str) -> Network:
    """Open the model of a folder, never asking a hub; raise `EncoderError` when that fails.

    Encoders of the same weights share a network, for it takes half a second to compile and 100 MB.
    """
    from embeddings.bert import Bert, is_bert

    return Bert(folder) if device == "cpu" and is_bert(folder) else TorchNetwork(folder, device)


class TorchNetwork:
    """Run any model that sentence-transformers can open and that has a fast tokenizer."""

    def __init__(self, folder: Path, device: str) -> None:
        """Open a folder; refuse word pieces' vectors that are not comparable with texts'.

        On an accelerator it calculates in half precision.
        """
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer
        from tokenizers import Tokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        elsewhere = "" if device == "cpu" else f", and a device of PyTorch's instead of {device}"
        try:
            model = SentenceTransformer(str(folder), device=device, local_files_only=True)
        except Exception as error:  # its configuration, tokenizer and weights raise what they like
            raise EncoderError(
                f"{folder}: cannot be opened ({str(error).strip().partition(chr(10))[0]});"
                f" give the folder of a sentence-transformers model{elsewhere}"
            ) from error
        body: Any = model[0]
        if (
            body.get_embedding_dimension() != model.get_embedding_dimension()
            or not model.tokenizer.is_fast
        ):
            raise EncoderError(
                f"{folder}: has no fast tokenizer, or vectors of word pieces that cannot be"
                " compared with those of texts; give a model without a dense layer"
            )
        self._device = device
        self._model = model if device == "cpu" else model.half()
        self.batch = CPU_BATCH if device == "cpu" else ACCELERATOR_BATCH
        self.tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.pad = int(model.tokenizer.pad_token_id or 0)
        self.reads = int(model.max_seq_length or 512)
        self.dimension = int(model.get_embedding_dimension() or 0)

    def run(self, pieces: Integers, mask: Integers) -> tuple[Floats, Floats]:
        """Return the vectors of texts and of their pieces."""
        import torch

        batch = {"input_ids": pieces, "attention_mask": mask}
        there = {name: torch.from_numpy(one).to(self._device).long() for name, one in batch.items()}
        with torch.inference_mode():
            output = self._model(there)
        # Not every model makes its vectors of unit length.
        vectors, tokens = (
            torch.nn.functional.normalize(output[name].float(), dim=-1).cpu().numpy()
            for name in ("sentence_embedding", "token_embeddings")
        )
        return vectors, tokens
