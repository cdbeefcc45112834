"""Tell what to look for: a question with what it leans on, or something of the whole meeting."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.followups.standalone import FollowUp
from bot.meeting.numbered import place_asked
from bot.meeting.whole import CLEAR, KINDS, asked_of_whole, clearly_of_whole
from embeddings.query import Query
from embeddings.retriever import Retriever
from embeddings.scope import Scope
from embeddings.terms import stem

# Whoever asks at greater length has said what he asks about.
LONGEST_LEANING = 500
# A question of so many words about the whole says no more than what it asks for.
SHORT = 4
# "Who attended for Ghana?", "Who represented Ghana?" ask for one of the lists of those present.
_FOR_WHOM = re.compile(
    r"(?:(?P<asks>who\b.{3,40}) (?:for|from|on behalf of)|who represented) "
    r"(?:the )?(?P<whom>[^?]{2,60})",
    re.IGNORECASE,
)
# Where the record has no such word, what was agreed would pass for what was not.
_DISAGREE = re.compile(r"\bdisagree\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question looks for.

    `documents` are those that are asked, None for all. `asked` has how likely it asks for each
    thing of the meeting as a whole, and is `clear` where it can ask for nothing else; who was there
    may be asked of those `on_side` of somebody alone. `context` are the words of the conversation
    that it is searched for with, `alone` is how it reads without.
    """

    query: Query
    documents: Sequence[str] | None
    asked: Mapping[str, float] = field(default_factory=dict)
    clear: bool = True
    on_side: str = ""
    context: str = ""
    alone: str = ""

    @property
    def of_whole(self) -> float:
        """Return how likely it asks of the meeting as a whole, if it does."""
        return max(self.asked.values(), default=1.0)


def intent_of(read: FollowUp, scope: Scope, retriever: Retriever, threshold: float) -> Intent:
    """Return what a question looks for, as it was `read` in its conversation."""
    index = retriever.index
    query = retriever.read(read.question)
    documents = scope.within(index)
    if _DISAGREE.search(query.text) and not index.mentions(stem("disagree"), documents):
        query = retriever.read(_DISAGREE.sub("not agree", query.text))
    asked: dict[str, float] = {}
    # Who asks of one speaker, hour or numbered place does not ask of the whole.
    if not scope.by_sentence and not place_asked(query.text):
        asked = asked_of_whole(query, index, documents, threshold)
        if not asked and (of_side := _FOR_WHOM.fullmatch(query.text.rstrip("?!. "))):
            shorter = asked_of_whole(
                retriever.read(of_side["asks"] or "Who attended?"), index, documents, threshold
            )
            if shorter.keys() == {"who"}:
                return Intent(query, documents, shorter, on_side=of_side["whom"])
    alone = query.text
    fits = len(alone) + len(read.context) < LONGEST_LEANING
    if read.context and fits and not clearly_of_whole(asked):
        both = f"{alone.rstrip('?!. ')}: {read.context}?"
        return Intent(retriever.read(both), documents, context=read.context, alone=alone)
    intent = Intent(query, documents, asked)
    clear = intent.of_whole >= CLEAR
    if len(asked) == 1:
        (kind,) = (KINDS[name] for name in asked)
        if kind.in_full and (kind.always or (clear and len(query.words) <= SHORT)):
            minutes = kind.in_minutes and index.mentions(stem("apologies"), documents)
            full = kind.in_minutes if minutes else kind.in_full
            return Intent(retriever.read(full), documents, asked)
    return replace(intent, clear=clear)
