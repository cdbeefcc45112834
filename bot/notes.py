"""Say what to know of an answer besides what it quotes."""

from __future__ import annotations

from collections import Counter
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


def names_of(index: Index) -> dict[str, str]:
    """Return what the documents are called, by id: where titles are the same, by their days."""
    names = {id: one.title or id for id, one in index.about.items()}
    found = {id: one.day for id, one in index.about.items()}
    days = {id: f", {day.day} {day:%B %Y}" if day else "" for id, day in found.items()}
    for apart in (days, {id: f" ({id})" for id in names}):
        often = Counter(names.values())
        names = {id: name + apart[id] * (often[name] > 1) for id, name in names.items()}
    return names


def of_part(asked: Sequence[str], count: int, index: Index) -> str:
    """Return which documents were asked, where it was not all of so many."""
    if len(asked) == count:
        return ""
    if len(asked) > MOST_NAMED:
        return f"Asked of {len(asked)} of {count} meetings alone."
    names = names_of(index)
    return f"Asked of {', '.join(names[id] for id in asked)} alone."


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
