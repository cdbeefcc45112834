"""Say what to know of an answer besides what it quotes."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.datatypes import Hit
from embeddings.encoder import PACKAGED_NAME
from embeddings.index import Index
from embeddings.text.languages import ENGLISH, language

NOT_ENGLISH = (
    "The {} not in English, for which the packaged model was made: a better answer may have been"
    " missed. A multilingual model can be given where meetingbot is started."
)
# More documents than these are counted.
MOST_NAMED = 3


def together(*notes: str) -> str:
    """Return some notes as one."""
    return " ".join(filter(None, notes))


def of_part(asked: Sequence[str], count: int) -> str:
    """Return which documents were asked, where it was not all of so many."""
    if len(asked) == count:
        return ""
    which = ", ".join(asked) if len(asked) <= MOST_NAMED else f"{len(asked)} of {count} meetings"
    return f"Asked of {which} alone."


def of_latest(asked: Sequence[str], count: int) -> str:
    """Return that what is asked of one meeting was asked of the latest, where there are more."""
    if len(asked) == count:
        return ""
    return (
        f"Asked of the latest {len(asked)} of {count} meetings alone: choose one, or name its day."
    )


def of_votes(most: int, count: int) -> str:
    """Return that no more than the most votes are quoted, where there were more."""
    if count <= most:
        return ""
    return f"{most} of {count} votes are quoted: ask of one meeting, or one matter, for the others."


def of_language(foreign: bool, hits: Sequence[Hit], index: Index) -> str:
    """Return what to know of an answer that the English model found in another language."""
    if index.encoder.name != PACKAGED_NAME:
        return ""
    record = index.documents[hits[0].passage.document_id].text if hits else ""
    if language(record) != ENGLISH:
        what = "question and the record are" if foreign else "record is"
    else:
        what = "question is" if foreign else ""
    return NOT_ENGLISH.format(what) if what else ""
