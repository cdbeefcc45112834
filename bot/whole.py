"""Tell whether a question asks for something of the meeting as a whole, and for what.

"tl;dr?", "who sat at the table" and "so what came out of it" share no words; that they ask for the
gist, the participants and the decisions is told by a logistic regression on the question's own
vector, fitted by `tests/benchmarks/fit_whole.py`; its weights are in `whole.json`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import PACKAGED_SHA256
from embeddings.index import Index
from embeddings.query import Query

FITTED = Path(__file__).with_name("whole.json")
# "Was health care touched on?" asks about something in it.
_YES_OR_NO = re.compile(r"(?:is|are|was|were|did|does|do|has|have|had)\b", re.IGNORECASE)
ASKED = (
    "about",  # the gist, the topics
    "decided",  # what was agreed, what came of it
    "tasks",  # who does what next
    "when",
    "where",
    "who",  # was there
    "absent",
    "end",  # how it ended
)
# At one half stray letters ("xyz") are taken for a wish to hear the gist.
ENOUGH = 0.65


def asked_of_whole(query: Query, index: Index) -> frozenset[str]:
    """Return what of `ASKED` a question asks for; nothing for one about something in the meeting.

    Nothing either where the index has another encoder than the packaged one.
    """
    strange = index.encoder.fingerprint != PACKAGED_SHA256 or _names_a_stranger(query, index)
    if strange or _YES_OR_NO.match(query.text):
        return frozenset()
    weights, biases = _fitted()
    p = 1 / (1 + np.exp(-(weights @ query.encoded.vector + biases)))
    return frozenset(name for name, sure in zip(ASKED, p, strict=True) if sure >= ENOUGH)


def _names_a_stranger(query: Query, index: Index) -> bool:
    """Say whether a question names somebody of whom the record knows nothing."""
    said = [(word.stem, query.text[word.start : word.end]) for word in query.words[1:]]
    return any(
        stem and text[0].isupper() and not text.isupper() and not index.mentions(stem)
        for stem, text in said
    )


@cache
def _fitted() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the weights (asked, dimension) and the biases (asked,)."""
    fits = json.loads(FITTED.read_text("utf-8"))["fits"]
    weights = np.asarray([fits[name]["weights"] for name in ASKED], dtype=np.float32)
    return weights, np.asarray([fits[name]["bias"] for name in ASKED], dtype=np.float32)
