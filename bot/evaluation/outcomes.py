"""What came of one question: the row of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.datatypes import Citation

# As fine as a number is written: two runs then agree to the last digit.
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that was found, and whether it is relevant to the question."""

    document_id: str
    start: int
    end: int
    score: float
    dense: float
    lexical: float
    relevant: bool

    @property
    def id(self) -> str:
        """Return the passage's id: `document_id:start-end`."""
        return f"{self.document_id}:{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question as it was asked, what was answered, and how that compares with the evidence.

    `evidence` quotes the gold spans (a long region only in part); `relevant` holds the ids of
    every relevant passage there is; `scores` are this question's own values of the metrics that
    are means. `correct` says that an answerable question got an answer that its citations
    support, or that an unanswerable one got none; `failure` names what went wrong otherwise.
    """

    id: str
    question: str
    history: tuple[str, ...]
    standalone_question: str
    document: str
    kind: str
    answerable: bool
    evidence: tuple[Citation, ...]
    answers: tuple[str, ...]
    answered: bool
    correct: bool
    confidence: float
    text: str
    citations: tuple[Citation, ...]
    supported: int
    hits: tuple[Ranked, ...]
    relevant: tuple[str, ...]
    scores: Mapping[str, float]
    failure: str
    seconds: float
    short: Citation | None = None
    yes: bool = False

    def to_row(self) -> dict[str, Any]:
        """Return the row as JSON has it."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Outcome:
        """Read a row back; raise `KeyError` or `TypeError` for what is none."""
        values = dict(row)
        for name in ("evidence", "citations"):
            values[name] = tuple(Citation(**one) for one in values[name])
        values["short"] = Citation(**values["short"]) if values.get("short") else None
        values["hits"] = tuple(Ranked(**one) for one in values["hits"])
        for name in ("history", "answers", "relevant"):
            values[name] = tuple(values[name])
        return cls(**values)
