"""Examples for the reader, and how they are packed as arrays."""

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from embeddings import Passage
from embeddings.encoder import packaged_model
from embeddings.terms import words

KINDS = ("answer", "near-miss", "adversarial", "passage", "swapped", "other")


@dataclass(frozen=True)
class Example:
    """A question and a passage; `answer` is a span of the passage, None if it has none.

    With `region` the answer is somewhere in the span. `kept` are the first and the last sentence
    that may be read, all without it; `focus` is the one to keep where there is no answer.
    """

    kind: str
    question: str
    passage: Passage
    answer: tuple[int, int] | None = None
    region: bool = False
    focus: int = -1
    kept: tuple[int, int] | None = None
    kept_out: bool = False


def example(kind: str, question: str, passage: Passage, answer=None) -> Example:
    base = passage.start
    return Example(kind, question, passage, answer and (answer[0] - base, answer[1] - base))


class Packed:
    """Texts and examples as arrays, to be written with `numpy.savez_compressed`.

    Text number t is pieces[texts[t] : texts[t + 1]], word pieces with the number of the stem that
    each is part of (0: none). Its sentences are rows ranges[t] : ranges[t + 1] of `sentences`: the
    first piece, the one after the last, and how many words. A row of `examples` is the kind, the
    question's text, the passage's, the first and the last sentence to be read, the answer's first
    piece and the one after its last (-1: none), whether it is a region, the sentence in focus (-1:
    none), and whether it is kept out of training.
    """

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._stems: dict[str, int] = {"": 0}
        self._places: dict[tuple[str, tuple[tuple[int, int], ...]], int] = {}
        self._offsets: list[np.ndarray] = []
        self.pieces: list[tuple[int, int]] = []
        self.texts, self.ranges = [0], [0]
        self.sentences: list[tuple[int, int, int]] = []
        self.examples: list[tuple[int, ...]] = []

    def add(self, row: Example) -> None:
        question = self._text(row.question, ())
        begin = row.passage.start
        spans = tuple((one.start - begin, one.end - begin) for one in row.passage.sentences)
        passage = self._text(row.passage.text, spans)
        answer = (-1, -1)
        if row.answer:
            answer = self._pieces_in(passage, *row.answer)
            if answer[0] >= answer[1]:
                return  # between two word pieces
        first, last = row.kept or (0, len(spans) - 1)
        kind = KINDS.index(row.kind)
        self.examples.append(
            (kind, question, passage, first, last, *answer, row.region, row.focus, row.kept_out)
        )

    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "pieces": np.asarray(self.pieces, dtype=np.int32),
            "texts": np.asarray(self.texts),
            "sentences": np.asarray(self.sentences, dtype=np.int32),
            "ranges": np.asarray(self.ranges),
            "examples": np.asarray(self.examples, dtype=np.int32),
        }

    def _pieces_in(self, text: int, start: int, end: int) -> tuple[int, int]:
        """Return the first piece that ends behind `start`, and the first that begins at `end`."""
        offsets = self._offsets[text]
        first = int(np.searchsorted(offsets[:, 1], start, side="right"))
        return first, int(np.searchsorted(offsets[:, 0], end))

    def _text(self, text: str, spans: tuple[tuple[int, int], ...]) -> int:
        key = text, spans
        if key not in self._places:
            self._places[key] = len(self._places)
            encoded = self._tokenizer.encode(text, add_special_tokens=False)
            offsets = np.asarray(encoded.offsets).reshape(-1, 2)
            stem_at = np.zeros(len(text) + 1, dtype=int)
            for word in words(text):
                number = self._stems.setdefault(word.stem, len(self._stems))
                stem_at[word.start : word.end] = number
            self._offsets.append(offsets)
            self.pieces += zip(encoded.ids, stem_at[offsets[:, 0]].tolist(), strict=True)
            self.texts.append(len(self.pieces))
            for a, b in spans:
                self.sentences.append(
                    (*self._pieces_in(self._places[key], a, b), len(text[a:b].split()))
                )
            self.ranges.append(len(self.sentences))
        return self._places[key]
