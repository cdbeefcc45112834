"""The meetings that a visitor has: how they come and go, and which part of them is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain, count
from pathlib import Path, PurePath
from threading import Lock

from bot.bot import Bot
from bot.notes import names_of
from bot.packaged import PACKAGED_RECORD
from embeddings.building import build
from embeddings.datatypes import Document
from embeddings.encoder import Progress
from embeddings.errors import DocumentError
from embeddings.index import Index
from embeddings.readers import read_documents
from embeddings.retriever import Retriever
from embeddings.scope import EVERYTHING, Scope

# A day's transcript has well under one megabyte; this leaves room for pictures in it.
LARGEST_FILE = 20_000_000
MOST_MEETINGS = 50


class Holdings:
    """Hold the served meetings, whose index all visitors share, and those that one has added."""

    def __init__(self, served: Bot) -> None:
        """Start with the served meetings, all of them asked."""
        self.served = served
        self.bot: Bot | None = served
        self.left_out: set[str] = set()  # the meetings that are not asked
        self._narrowed = EVERYTHING  # whose words are asked, and which times
        self._added: set[str] = set()
        self._changing = Lock()

    @property
    def documents(self) -> Mapping[str, Document]:
        """Return the meetings, by id."""
        bot = self.bot
        return bot.documents if bot else {}

    @property
    def names(self) -> Mapping[str, str]:
        """Return what the meetings are called, by id: where titles are the same, by their days."""
        bot = self.bot
        return names_of(bot.retriever.index) if bot else {}

    @property
    def asked(self) -> list[str]:
        """Return the ids of the meetings that questions are put to."""
        return [id for id in self.documents if id not in self.left_out]

    @property
    def scope(self) -> Scope:
        """Return what questions are put to: the ticked meetings, or the chosen part of them."""
        scope = replace(self._narrowed, documents=self.asked if self.left_out else None)
        bot = self.bot
        return scope.fitting(bot.retriever.index) if bot else scope

    def narrow(self, scope: Scope) -> None:
        """Ask certain speakers and times from now on; raise `QuestionError` for what is none."""
        if bot := self.bot:
            scope.check(bot.retriever.index)
        self._narrowed = scope

    def choose(self, document_id: str, asked: bool) -> None:
        """Ask a meeting from now on, or leave it out."""
        if asked:
            self.left_out.discard(document_id)
        elif document_id in self.documents:
            self.left_out.add(document_id)

    def choose_only(self, document_id: str) -> None:
        """Ask this meeting alone from now on; without one, all of them."""
        self.left_out = set(self.documents) - {document_id} if document_id else set()

    @property
    def has_example(self) -> bool:
        """Say whether the packaged meeting is among them."""
        return PACKAGED_RECORD.name in self.documents

    def add(self, path: Path, progress: Progress | None = None) -> str:
        """Read files and search them from now on; return the id of the first.

        `progress` is called with passages (done, of). Raises `DocumentError`, which names no
        folder.
        """
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise DocumentError(f"is larger than {LARGEST_FILE // 1_000_000} MB; give a part of it")
        try:
            read = [self._named(one) for one in read_documents(path)]
            self._add(read, progress)
        except DocumentError as error:
            reason = str(error).replace(f"{path.parent}/", "").removeprefix(f"{path.name}: ")
            raise DocumentError(reason) from error
        self.left_out.difference_update(one.id for one in read)
        return read[0].id

    def _named(self, document: Document) -> Document:
        """Return a document under an id that no other text has here: minutes (2).txt."""
        own, documents = PurePath(document.id), self.documents
        others = (str(own.with_stem(f"{own.stem} ({number})")) for number in count(2))
        return next(
            replace(document, id=id)
            for id in chain([document.id], others)
            if id not in documents or documents[id].text == document.text
        )

    def _add(self, read: Iterable[Document], progress: Progress | None) -> None:
        before, standing = self.bot, self.documents
        new = {one.id: one for one in read if one.id not in standing}
        if len(self._added) + len(new) > MOST_MEETINGS:
            raise DocumentError(
                f"is one too many: {MOST_MEETINGS} meetings were added already; remove one of them"
            )
        if not new:
            return
        index = Index.build(
            [*standing.values(), *new.values()], reuse=self._index(), progress=progress
        )
        with self._changing:
            if self.bot is not before:  # what was removed meanwhile stays away
                index = Index.build([*self.documents.values(), *new.values()], reuse=index)
            self.bot = self._bot_on(index)
            self._added.update(new)

    def remove(self, document_id: str) -> None:
        """Forget a meeting."""
        with self._changing:
            kept = [one for id, one in self.documents.items() if id != document_id]
            if len(kept) < len(self.documents):
                index = build(kept, reuse=self._index())
                self.bot = self._bot_on(index) if index.size else None
            self._added &= self.documents.keys()
        self.left_out.discard(document_id)

    def _index(self) -> Index:
        """Return an index in memory of what is here; what it holds is not indexed again."""
        return (self.bot or self.served).retriever.index.of()

    def _bot_on(self, index: Index) -> Bot:
        """Return a bot that reads and judges as the served one does."""
        served = self.served
        return Bot(Retriever(index), threshold=served.threshold, reader=served.reader)
