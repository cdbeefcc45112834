"""Tell what is said for courtesy alone and asks nothing: "Thanks!", "ok"."""

from __future__ import annotations

from embeddings.terms import plain_words

_COURTESIES = plain_words(
    "thanks thank thx you very much many a lot all ok okay right hello hi hey bye goodbye great "
    "good fine yes no sure so cheers cool perfect nice please sorry well i see got it that is "
    "interesting"
)


def is_courtesy(text: str) -> bool:
    """Say whether a text asks nothing: "Thanks!", "ok"."""
    said = plain_words(text)
    return bool(said) and said <= _COURTESIES and not text.rstrip().endswith("?")
