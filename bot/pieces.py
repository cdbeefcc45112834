"""Take questions and the texts they are read with apart into word pieces, for the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.arrays import Indices, Integers
from embeddings.encoder import packaged_model
from embeddings.terms import words

# Word pieces read of question and window together.
MAX_PIECES = 192


@dataclass(frozen=True, slots=True)
class Batch:
    """A question with each of some texts, as word pieces: arrays (texts, pieces).

    `spans` (texts, pieces, 2) are character offsets in the text, `readable` says which pieces are
    of it. `marked` is 2 for those, 0 for the question's, and one more where the word is in both.
    """

    ids: Integers
    marked: Integers
    mask: Integers
    spans: Indices
    readable: NDArray[np.bool_]

    def inputs(self) -> tuple[NDArray[Any], ...]:
        """Return what the network takes."""
        return self.ids, self.marked, self.mask.astype(np.float32)


class Pieces:
    """Take questions and texts apart into word pieces."""

    def __init__(self) -> None:
        """Load the packaged model's tokenizer."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_PIECES, strategy="longest_first")
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
