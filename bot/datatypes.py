"""What the bot says: an Answer and its Citations."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from embeddings.datatypes import Hit
from embeddings.scope import EVERYTHING, Scope

# The text of an answer that is none.
NOT_IN_RECORD = "The record does not say."
NOTHING_ASKED = "That asks nothing of the record."


@dataclass(frozen=True, slots=True)
class Citation:
    """Point at a quote: `document.text[start:end] == quote`, checked before anyone sees it."""

    document_id: str
    start: int
    end: int
    quote: str
    location: str = ""


def with_context(context: str) -> str:
    """Return how a question ends that is searched for with words of what was asked before."""
    return f": {context}?"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says to a question.

    `text` is the cited quotes, joined by blanks, or the fixed phrase when `answered` is false; then
    there are no citations, and `hits[0]` is the closest passage, not an answer; a courtesy, which
    asks nothing, has no hits. `confidence` is the
    probability, in [0, 1], that the record answers the question. `standalone_question` is what was
    searched for, once the conversation had been read into it, with `context`, the words of what was
    asked before, at its end where it leans on them. `missing` are telling words of it that the
    documents never mention, only names where `answered` is true. `short` is the short answer inside
    the quotes, where there is one beyond doubt; `yes` is true for a question whether something came
    up, where the quotes say so. `note` says what else to know of it, "" for nothing: the model may
    not know the language, the question may name one meeting of the `scope`, which alone was asked.
    `scope` is what was asked, `time` when the answer was given, in UTC;
    `stages` are its `seconds` by what they went on: read, retrieve, answer.
    """

    question: str
    standalone_question: str
    answered: bool
    text: str
    confidence: float
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...] = field(repr=False)
    seconds: float = field(compare=False)
    missing: tuple[str, ...] = ()
    short: Citation | None = None
    yes: bool = False
    note: str = ""
    scope: Scope = EVERYTHING
    context: str = ""
    stages: dict[str, float] = field(default_factory=dict, compare=False, repr=False)
    time: datetime = field(default_factory=lambda: datetime.now(timezone.utc), compare=False)

    def __str__(self) -> str:
        """Return its text."""
        return self.text

    @property
    def searched(self) -> str:
        """Say what was searched for; "" where that is what was typed, capitals and blanks aside."""
        end = with_context(self.context) if self.context else ""
        leans = bool(end) and self.standalone_question.endswith(end)
        own = self.standalone_question.removesuffix(end)
        as_typed = _bare(own) == _bare(self.question)
        if not leans:
            return "" if as_typed else f"Searched for: {own}"
        beside = f"with what was asked before: {self.context}"
        return f"Searched {beside}" if as_typed else f"Searched for: {own}, {beside}"

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as JSON takes it."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "answered": self.answered,
            "text": self.text,
            "confidence": self.confidence,
            "citations": [asdict(citation) for citation in self.citations],
            "hits": [hit_as_dict(hit) for hit in self.hits],
            "seconds": self.seconds,
            "missing": list(self.missing),
            "short": asdict(self.short) if self.short else None,
            "yes": self.yes,
            "note": self.note,
        }


def hit_as_dict(hit: Hit) -> dict[str, Any]:
    """Return a hit as JSON takes it."""
    shown = hit.shown
    return {
        "document_id": shown.document_id,
        "start": shown.start,
        "end": shown.end,
        "text": shown.text,
        "location": shown.location,
        "score": hit.score,
        "dense": hit.dense,
        "lexical": hit.lexical,
        "late": hit.late,
    }


def _bare(question: str) -> list[str]:
    return question.rstrip("?!. ").casefold().split()
