"""Encode passages: each text once, and none that an earlier index holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embeddings.arrays import Floats
from embeddings.datatypes import Passage
from embeddings.encoder import Encoder, Progress, shift
from embeddings.late import TokenVectors

if TYPE_CHECKING:
    from embeddings.index import Index

# Passages that are encoded in one go, which sorts them by length; their token vectors take 80 MB.
AT_ONCE = 512
# By this the vectors of a passage are known: its title, heading, text and, as offsets in it, its
# sentences.
Key = tuple[str, str, str, tuple[tuple[int, int], ...]]


def key_of(passage: Passage, title: str) -> Key:
    """Return the key of a passage: all that its vectors depend on."""
    begin = passage.start
    spans = tuple((one.start - begin, one.end - begin) for one in passage.sentences)
    return title, passage.heading, passage.text, spans


def encode_passages(
    passages: Sequence[Passage],
    contexts: Sequence[str],
    keys: Sequence[Key],
    encoder: Encoder,
    reuse: Index | None,
    progress: Progress | None,
) -> tuple[Floats, TokenVectors]:
    """Return the vectors of passages: each text is encoded once, what `reuse` has not at all."""
    known = reuse.find(keys) if reuse else {}
    # Where each text that is new stands first.
    fresh = {key: place for place, key in reversed([*enumerate(keys)]) if key not in known}
    order = sorted(fresh.values())
    vectors: list[Floats] = []
    tokens: list[TokenVectors] = []
    for begin in range(0, len(order), AT_ONCE):
        some = order[begin : begin + AT_ONCE]
        encoded = encoder.encode(
            [passages[place].headed(passages[place].text) for place in some],
            contexts=[contexts[place] for place in some],
            progress=shift(progress, begin, len(order)),
        )
        vectors.extend(one.vector for one in encoded)
        tokens.append(TokenVectors.build([passages[place] for place in some], encoded))
    made = dict(zip(order, range(len(order)), strict=True))
    new = TokenVectors.join(tokens) if tokens else None
    pooled: list[Floats] = []
    parts = [TokenVectors.none(encoder.dimension)]
    for key in keys:
        if new and key in fresh:
            pooled.append(vectors[made[fresh[key]]])
            parts.append(new.only(made[fresh[key]]))
        elif reuse:
            pooled.extend(reuse.store.vectors([known[key]]))
            parts.append(reuse.tokens.only(known[key]))
    width = (len(pooled), encoder.dimension)
    return np.asarray(pooled, dtype=np.float32).reshape(width), TokenVectors.join(parts)
