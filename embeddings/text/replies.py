"""Tell which sentences of a dialogue ask, and which reply to them.

"Two minutes." says what it is about only by the question before it, so a reply is matched as that
question is, too (see `late`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from embeddings.datatypes import Passage
from embeddings.text.names import TESTIMONY, plain, speaker_of

_ASKS = re.compile(r"[?？؟][\"'”’)\]*_]*$")
# Of whom nothing is known but that he asks, or whose questions are numbered ("Q6 Owen Bright"): all
# that he says leads up to a question.
_ASKER = re.compile(r"(?:q\d*|questions?|reporter|journalist)\b", re.IGNORECASE)
# So many sentences reply; what is said further on may be about something else.
MOST_REPLYING = 3


@dataclass(frozen=True, slots=True)
class Exchange:
    """Who asks and who replies in a passage.

    `asking` has for each sentence whether it asks or leads up to a question, `replied` the places
    of the sentences that it replies to.
    """

    asking: tuple[bool, ...]
    replied: tuple[tuple[int, ...], ...]


def asks(text: str, speaker: str = "") -> bool:
    """Say whether a sentence asks, or a turn of this speaker does, at its end."""
    return bool(_ASKS.search(text.rstrip()) or _ASKER.match(speaker))


def speaker_named(text: str) -> str:
    """Return who is named as the speaker of what follows, "" where nobody is."""
    opening = speaker_of(text) or TESTIMONY.match(text)
    return plain(opening["speaker"]) if opening else ""


def exchange(passage: Passage) -> Exchange:
    """Return who asks and who replies in a passage: a turn replies to the one before that asks.

    Where nobody is named, as in the words of a program that hears no voices, another turn begins
    where asking begins or ends.
    """
    texts = [passage.sentence_text(place) for place in range(len(passage.sentences))]
    named = [speaker_named(text) for text in texts]
    asking: list[bool] = []
    replied: list[tuple[int, ...]] = []
    speaker, turn, asked = "", 0, False
    for place, text in enumerate(texts):
        speaker = named[place] or speaker
        is_asked = asks(text, speaker)
        if named[place] or (asking and is_asked != asking[-1] and not any(named)):
            turn, before = place, turn
            asked = any(asking[before:])
        asking.append(is_asked)
        replies = asked and place - turn < MOST_REPLYING and not _ASKER.match(speaker)
        replied.append(tuple(range(before, turn)) if replies else ())
    return Exchange(tuple(asking), tuple(replied))
