"""Tell what is said for courtesy alone and asks nothing of the record: "Thanks!", "ok"."""

from __future__ import annotations

import re

from embeddings.terms import plain_words, words

_COURTESIES = plain_words(
    "thanks thank thx you very much many a lot all ok okay right hello hi hey bye goodbye great "
    "good fine yes no sure so cheers cool perfect nice please sorry well i see got it that is "
    "interesting morning afternoon evening there everyone understood never mind next question"
)
# Who is asked for himself, is the bot: no record knows.
_TO_THE_BOT = re.compile(
    r"(?:(?:who|what|how) )?are you(?: (?P<what>\w+))?|what (?:can|do) you do", re.IGNORECASE
)
# Where a courtesy may end: at a comma or the like, before "what" or "I mean" and, some of them,
# before "and".
_ENDS = re.compile(
    r"[,!;:–—]\s+|\.\s+(?!\d)|\s+(?=(?:what|when|where|which|who|whom|whose|why|how|i meant?)\b)|"
    r"(?:(?<=\bok)|(?<=\bokay)|(?<=\bthanks)|(?<=\bthank you))\s+(?=(?:and|but|so|then|also)\b)",
    re.IGNORECASE,
)


def is_courtesy(text: str) -> bool:
    """Say whether a text asks nothing of the record: "Thanks!", "ok", "Are you sure?"."""
    said = without_courtesies(text).rstrip("?!. ")
    if asked := _TO_THE_BOT.fullmatch(said):
        return plain_words(asked["what"] or "") <= _COURTESIES
    return _is_thanks(text)


def without_courtesies(text: str) -> str:
    """Return a text without the courtesies that it opens with: "Thanks. And the bins?"."""
    ends = [match.end() for match in _ENDS.finditer(text)]
    opened = (end for end in reversed(ends) if words(text[end:]) and _is_thanks(text[:end]))
    return text[next(opened, 0) :]


def _is_thanks(text: str) -> bool:
    said = plain_words(text)
    return bool(said) and said <= _COURTESIES and not text.rstrip().endswith("?")
