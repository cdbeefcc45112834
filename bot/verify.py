"""Check an exported conversation against the documents: is every quote still where it was?

Needs the documents alone, no model: it reads text and compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.datatypes import NOT_IN_RECORD, NOTHING_ASKED, Citation
from bot.errors import ExportError
from bot.export import FORMAT
from embeddings.datatypes import Document

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Turn:
    """An exported answer: what it said, and the quotes that it cited."""

    text: str
    answered: bool
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """What an export claims: the documents' hashes by id, and the turns."""

    documents: dict[str, str]
    turns: tuple[Turn, ...]

    @property
    def quotes(self) -> int:
        """Return how many quotes there are."""
        return sum(len(turn.citations) for turn in self.turns)


def load_export(path: str | Path) -> Export:
    """Read an exported conversation; raise `ExportError` for a file that is none."""
    path = Path(path)
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise ExportError(f"{path}: cannot be read ({reason}); give an export") from None
    except (ValueError, RecursionError):
        raise ExportError(f"{path}: not JSON; give a conversation exported as JSON") from None
    try:
        if data["format"] != FORMAT:
            raise ExportError(
                f"{path}: has export format {data['format']!r}, this version reads {FORMAT};"
                " check it with the version that exported it"
            )
        return Export(
            {_text(id): _text(sha256) for id, sha256 in data["documents"].items()},
            tuple(_turn(turn) for turn in data["turns"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ExportError(
            f"{path}: not an exported conversation; export one as JSON from the chat"
        ) from None


def verify(export: Export, documents: Iterable[Document]) -> list[str]:
    """Return a line for each thing that differs; none when all is as the export says.

    A document that was renamed is known by its hash, even where another now has its name.
    """
    by_id = {document.id: document for document in documents}
    by_hash = {document.sha256: document for document in by_id.values()}
    cited = {one.document_id for turn in export.turns for one in turn.citations}
    found: dict[str, Document | None] = {}
    for id in sorted({*export.documents, *cited}):
        named, sha256 = by_id.get(id), export.documents.get(id, "")
        as_it_was = named is not None and named.sha256 == sha256
        found[id] = named if as_it_was else by_hash.get(sha256, named)
    differences = []
    for id, document in found.items():
        if document is None:
            differences.append(f"{id}: missing; name it, or its folder, with --source")
        elif id not in export.documents:
            differences.append(f"{id}: cited, but the export has no hash of its text")
        elif document.sha256 != export.documents[id]:
            differences.append(
                f"{id}: changed; the sha256 of its text was {export.documents[id][:12]}... when"
                f" exported, and is {document.sha256[:12]}... now"
            )
    for number, turn in enumerate(export.turns, 1):
        differences += _check_turn(turn, f"answer {number}", found)
    return differences


def _check_turn(turn: Turn, name: str, documents: dict[str, Document | None]) -> Iterator[str]:
    if turn.answered and turn.text != " ".join(one.quote for one in turn.citations):
        yield f"{name}: its text is not the quotes that it cites"
    if turn.answered and not turn.citations:
        yield f"{name}: it answers, but cites nothing"
    if not turn.answered and turn.citations:
        yield f"{name}: it is silent, but cites"
    if not turn.answered and turn.text not in (NOT_IN_RECORD, NOTHING_ASKED):
        yield f"{name}: it is silent, but says {_shorten(turn.text)!r}"
    for number, one in enumerate(turn.citations, 1):
        document = documents[one.document_id]
        if document and document.text[one.start : one.end] != one.quote:
            where = f"{name}, quote {number}: not at {one.document_id}:{one.start}-{one.end}"
            start = _nearest(document.text, one)
            yield (
                f"{where}, now at {start}-{start + len(one.quote)}"
                if start >= 0
                else f"{where}, nor elsewhere in it: {_shorten(one.quote)!r}"
            )
        elif document and document.location(one.start) != one.location:
            place = document.location(one.start) or "nowhere that has a name"
            yield f"{name}, quote {number}: stands in {place}, not in {_shorten(one.location)!r}"


def _nearest(text: str, citation: Citation) -> int:
    """Return where the quote now begins, nearest to where it did; -1 if nowhere."""
    after = text.find(citation.quote, citation.start)
    before = text.rfind(citation.quote, 0, max(0, citation.start) + len(citation.quote) - 1)
    found = [start for start in (before, after) if start >= 0]
    return min(found, key=lambda start: abs(start - citation.start), default=-1)


def _shorten(quote: str) -> str:
    return quote if len(quote) <= _SHOWN else f"{quote[:_SHOWN]}..."


def _turn(row: dict[str, Any]) -> Turn:
    answered = row["answered"]
    if not isinstance(answered, bool):
        raise TypeError(answered)
    return Turn(_text(row["text"]), answered, tuple(_citation(one) for one in row["citations"]))


def _citation(row: dict[str, Any]) -> Citation:
    start, end, quote = row["start"], row["end"], _text(row["quote"])
    if not (type(start) is type(end) is int and 0 <= start < end and quote):
        raise ValueError(f"{start}-{end}")
    location = _text(row["location"])
    return Citation(_text(row["document_id"]), start, end, quote, location)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode()  # half a character could not be printed
    return value
