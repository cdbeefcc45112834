"""Offer what can be asked next: what a meeting answers, and nobody has asked yet."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping, Sequence

from bot.bot import Bot
from bot.datatypes import Answer
from bot.suggestions import Suggestion, suggest
from embeddings.datatypes import Document
from embeddings.encoder import Progress

MOST_NEXT = 3

Found = MutableMapping[Document, Sequence[Suggestion]]


class Offers:
    """Hold what one visitor's meetings answer; sessions find it for each other of those served."""

    def __init__(self, of_served: Found | None = None) -> None:
        """Start with what is known of the served meetings."""
        self._of_served = {} if of_served is None else of_served
        self._found = ChainMap[Document, Sequence[Suggestion]]({}, self._of_served)

    def for_another(self) -> Offers:
        """Return what another visitor starts with."""
        return Offers(self._of_served)

    def look_through(
        self, bot: Bot, document: Document, *, is_served: bool, progress: Progress | None
    ) -> bool:
        """Find what can be asked of a document; return False when that was known."""
        if document in self._found:
            return False
        found = self._of_served if is_served else self._found
        found[document] = suggest(bot, document.id, progress)
        return True

    def after(self, turns: Sequence[Answer], document: Document) -> list[str]:
        """Return questions that a document answers, on parts that were not yet asked about.

        What comes after the last answer comes first.
        """
        cited = [one for turn in turns for one in turn.citations if one.document_id == document.id]
        asked = {turn.question for turn in turns}
        last = cited[-1].end if cited else 0
        fresh = [
            one
            for one in self._found.get(document, ())
            if one.question not in asked
            and not any(a.start < b.end and b.start < a.end for a in one.citations for b in cited)
        ]
        fresh.sort(key=lambda one: one.citations[0].start < last)
        return [one.question for one in fresh[:MOST_NEXT]]
