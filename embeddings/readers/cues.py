"""Make a document of what was said: a line for each turn, whose marks say when each cue begins.

A line is "NAME: words", or some sentences where nobody is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from embeddings.datatypes import Document, Mark
from embeddings.errors import DocumentError
from embeddings.text.sentences import ENDS_A_SENTENCE

# Where nobody is named, a paragraph ends with the first sentence that ends after this many
# characters.
_PARAGRAPH = 400


@dataclass(frozen=True, slots=True)
class Cue:
    """Words, the time they begin and who says them; "" where time or speaker is unknown.

    `change` says that somebody else may begin, whom nobody names.
    """

    text: str
    speaker: str = ""
    time: str = ""
    change: bool = False


def transcript(id: str, cues: Iterable[Cue]) -> Document:
    """Join the cues of a turn, and mark where each begins; raise `DocumentError`."""
    text = ""
    marks: list[Mark] = []
    blocks: list[tuple[int, int]] = []
    speaker, ended = "", False
    for cue in cues:
        words = " ".join(cue.text.split())
        if not words:
            continue
        full = ended and not speaker and len(text) - blocks[-1][0] > _PARAGRAPH
        if not blocks or cue.speaker != speaker or cue.change or full:
            text += "\n" if text else ""
            blocks.append((len(text), len(text)))
            place = len(text)
            speaker = cue.speaker
            text += f"{speaker}: " if speaker else ""
        else:
            text += " "
            place = len(text)
        label = " ".join(part for part in (cue.time, speaker) if part)
        if (marks[-1].label if marks else "") != label:
            marks.append(Mark(place, label, speaker, cue.time))
        text += words
        ended = bool(ENDS_A_SENTENCE.search(words))
        blocks[-1] = (blocks[-1][0], len(text))
    if not blocks:
        raise DocumentError("has no words in it; give a transcript with words")
    return Document(id, text, marks=tuple(marks), blocks=tuple(blocks))
