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
from embeddings.terms import is_background

FITTED = Path(__file__).with_name("whole.json")
# "Was health care touched on?" and "What did he say?" ask about something in it.
_OF_SOMETHING = re.compile(
    r"(?:is|are|was|were|did|does|do|has|have|had)\b|.*\b(?:he|she|him|her)\b", re.IGNORECASE
)
# Who is said to do something, but for those whom every meeting has.
_DOING = re.compile(
    r"\b(?:did|does|has|have) the (?!two|sides|parties|participants|members|delegations|countries|"
    r"meeting|team|board|council|committee|ministers)(?P<who>\w+)",
    re.IGNORECASE,
)
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
    known = any(not word.stem or is_background(word.stem) for word in query.words)
    packaged = index.encoder.fingerprint == PACKAGED_SHA256
    if not known or not packaged or _OF_SOMETHING.match(query.text):
        return frozenset()
    weights, biases = _fitted()
    p = 1 / (1 + np.exp(-(weights @ query.encoded.vector + biases)))
    asked = frozenset(name for name, sure in zip(ASKED, p, strict=True) if sure >= ENOUGH)
    return frozenset() if asked and _names_a_stranger(query, index) else asked


def _names_a_stranger(query: Query, index: Index) -> bool:
    """Say whether a question names somebody of whom the record knows nothing."""
    said = [(word, query.text[word.start : word.end]) for word in query.words[1:]]
    doing = _DOING.search(query.text)
    return any(
        not index.mentions(word.stem)
        for word, text in said
        if word.stem
        and (
            (text[0].isupper() and not text.isupper())
            or (doing and word.start == doing.start("who"))
        )
    )


@cache
def _fitted() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the weights (asked, dimension) and the biases (asked,)."""
    fits = json.loads(FITTED.read_text("utf-8"))["fits"]
    weights = np.asarray([fits[name]["weights"] for name in ASKED], dtype=np.float32)
    return weights, np.asarray([fits[name]["bias"] for name in ASKED], dtype=np.float32)
