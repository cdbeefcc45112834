"""Read the best sentences once more, question and sentence together, for what answers.

A cross-encoder, trained by `tests/benchmarks/train_reader.py` from all-MiniLM-L6-v2's six layers:
it reads "question [SEP] sentences", and a linear head scores each word piece as the start and as
the end of the answer; [CLS] stands for "no answer here" (SQuAD 2.0's objective). The word
embeddings are the packaged model's, untouched, so only the layers are stored, a byte a weight, and
run so. Two small vectors mark the words that question and sentences share, by stem. Without the
weights everything else works.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.pieces import Batch, Pieces
from bot.windows import Window, windows
from embeddings.arrays import Floats
from embeddings.datatypes import Hit, Reading
from embeddings.encoder import packaged_model
from embeddings.hashing import file_sha256
from embeddings.weights import load_weights

WEIGHTS = Path(__file__).with_name("reader.safetensors")
# Longer answers than this many word pieces are not looked for.
LONGEST = 30
# Margins are cut off here, on both sides; they are log-odds.
LIMIT = 15.0
# Windows that are read, and how many first: the others only where no margin in those is enough. On
# the kept-out questions that finds as much as reading all at once, and mostly takes half the time;
# more than five find no more.
WINDOWS, FIRST, ENOUGH = 5, 2, 2.5
# What a margin of one counts in a sentence's score: on the kept-out questions .005 finds more in
# articles and .02 more in the invented meetings; most of all is found between.
MARGIN_WEIGHT = 0.01


class Reader:
    """Read with the weights of a file, loaded when first needed; threads can share it."""

    def __init__(self, weights: str | Path = WEIGHTS) -> None:
        """Take the .safetensors file; the .json file beside it has its hash."""
        self.weights = Path(weights)
        self._loading = Lock()

    @classmethod
    def packaged(cls) -> Reader | None:
        """Return the reader that comes with the package, None if its weights are not there."""
        return cls() if WEIGHTS.is_file() else None

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the weights file."""
        return file_sha256(self.weights)

    def read(self, question: str, hits: Sequence[Hit], *, alone: str = "") -> list[Hit]:
        """Return the hits ranked anew, each sentence that was read with what was read in it.

        A question with words of a conversation beside it is read `alone`, too, and the mean of both
        margins counts: what was asked before would pass for an answer otherwise.
        Raises `EncoderError` when the weights are damaged.
        """
        found: dict[tuple[str, int], Reading] = {}
        chosen = windows(hits)
        for count in (FIRST, WINDOWS - FIRST):
            if any(reading.margin >= ENOUGH for reading in found.values()):
                break
            some = list(islice(chosen, count))
            read = self._read(question, some)
            by_itself = self._read(alone, some) if alone else read
            for key, reading in read.items():
                margin = (reading.margin + by_itself.get(key, reading).margin) / 2
                if key not in found or margin > found[key].margin:
                    found[key] = replace(reading, margin=margin)
        if not found:  # the question alone fills what can be read
            return list(hits)
        # What was not read must not pass by what was.
        least = min(reading.margin for reading in found.values())
        ranked = [_reranked(hit, found, least) for hit in hits]
        return sorted(ranked, key=lambda hit: -hit.score)

    def _read(self, question: str, some: Sequence[Window]) -> dict[tuple[str, int], Reading]:
        """Return what was read in the sentences of some windows; one can be in two of them."""
        found: dict[tuple[str, int], Reading] = {}
        if some:
            batch = self._pieces.batch(question, [one.text for one in some])
            scores = self._scores(batch)
            for row, window in enumerate(some):
                for key, reading in _readings(window, batch, scores[row], row):
                    if key not in found or reading.margin > found[key].margin:
                        found[key] = reading
        return found

    def _scores(self, batch: Batch) -> Floats:
        with self._loading:  # else questions that come together would each load it
            run = self._run
        return np.asarray(run.run(*batch.inputs())[0])

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces()

    @cached_property
    def _run(self) -> Any:
        from embeddings.bert import Compiled

        cure = "reinstall meetingbot, or delete the file to go without the reader"
        return Compiled(_graph(load_weights(self.weights, cure)))


def _graph(trained: Mapping[str, NDArray[Any]]) -> Any:
    """Return the network from word pieces, their kinds and mask to scores of start and end."""
    from openvino import Model
    from openvino import opset15 as op
    from safetensors.numpy import load_file

    from embeddings.bert import layers

    folder = packaged_model()
    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = {**load_file(folder / "model.safetensors"), **trained}
    kinds = weights["embeddings.token_type_embeddings.weight"]
    marks = np.stack([np.zeros_like(kinds[0]), weights["shared"][0]])
    second = kinds[1] - kinds[0] + np.stack([np.zeros_like(kinds[0]), weights["shared"][1]])
    table = op.constant(np.concatenate([marks, second]).astype(np.float32))
    pieces, marked = op.parameter([-1, -1], np.int32), op.parameter([-1, -1], np.int32)
    mask = op.parameter([-1, -1], np.float32)
    added = op.gather(table, marked, op.constant(np.int64(0)))
    x = layers(weights, config, pieces, mask, added)
    scores = op.matmul(x, op.constant(weights["head.weight"]), False, True)
    return Model([op.add(scores, op.constant(weights["head.bias"]))], [pieces, marked, mask])


def _readings(
    window: Window, batch: Batch, scores: Floats, row: int
) -> Iterator[tuple[tuple[str, int], Reading]]:
    """Yield for each sentence of a window, by its document and start, what was read in it."""
    spans, readable = batch.spans[row], batch.readable[row]
    none = float(scores[0].sum())
    for start, end in window.sentences:
        a, b = start - window.offset, end - window.offset
        own = np.flatnonzero(readable & (spans[:, 0] >= a) & (spans[:, 1] <= b))
        if not len(own):
            continue  # cut off
        both = scores[own, 0][:, None] + scores[own, 1][None, :]
        length = np.arange(len(own))[None, :] - np.arange(len(own))[:, None]
        both[(length < 0) | (length >= LONGEST)] = -np.inf
        first, last = np.unravel_index(int(both.argmax()), both.shape)
        margin = float(np.clip(both[first, last] - none, -LIMIT, LIMIT))
        place = window.offset + int(spans[own[first], 0]), window.offset + int(spans[own[last], 1])
        yield (window.hit.passage.document_id, start), Reading(*place, margin)


def _reranked(hit: Hit, found: Mapping[tuple[str, int], Reading], least: float) -> Hit:
    sentences = []
    for one in hit.sentences:
        reading = found.get((hit.passage.document_id, one.start))
        margin = reading.margin if reading else least
        sentences.append(replace(one, score=one.score + MARGIN_WEIGHT * margin, reading=reading))
    return hit.with_sentences(sorted(sentences, key=lambda one: -one.score))
