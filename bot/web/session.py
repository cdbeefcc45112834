"""What one visitor sees: a conversation, the meetings it is about, and the page that lies open."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.bot import Bot
from bot.datatypes import Citation
from bot.errors import QuestionSetError
from bot.evaluation import Outcome, Report, evaluate, load_questions
from bot.packaged import PACKAGED_SOURCE
from bot.suggestions import Suggestion, suggest
from bot.web.answer import anchor, render_answer, render_next, render_question
from bot.web.busy import ANSWERING
from bot.web.document import Highlight, render_document, render_nothing
from bot.web.marks import FIRST_GOLD, highlights
from bot.web.watch import note
from bot.web.work import Work
from embeddings.datatypes import Document
from embeddings.encoder import Progress
from embeddings.errors import DocumentError, QuestionError
from embeddings.index import Index
from embeddings.readers import read_documents
from embeddings.retriever import Retriever
from embeddings.scope import EVERYTHING, Scope

# A day's transcript has well under one megabyte; this leaves room for pictures in it.
LARGEST_FILE = 20_000_000
MOST_MEETINGS = 50
MOST_NEXT = 3

Suggestions = MutableMapping[Document, Sequence[Suggestion]]


class Session:
    """Hold one visitor's conversation, meetings, and the place in the record that is shown.

    It starts with the served meetings, whose index all sessions share; a meeting that is added or
    removed changes this session alone.
    """

    def __init__(
        self, bot: Bot, *, examples: Sequence[str] = (), suggestions: Suggestions | None = None
    ) -> None:
        """Start without turns, the first document open; `examples` are questions to begin with.

        `suggestions` are those of the served meetings, which sessions find for each other.
        """
        self.bot: Bot | None = bot
        self._served, self._examples = bot, examples
        self._served_suggestions = {} if suggestions is None else suggestions
        self._suggestions = ChainMap[Document, Sequence[Suggestion]]({}, self._served_suggestions)
        self.conversation = bot.chat()
        self.left_out: set[str] = set()  # the meetings that are not asked
        self._narrowed = EVERYTHING  # whose words are asked, and which times
        self.refused: dict[str, str] = {}  # the files that could not be added, and why
        self.reading = next(iter(bot.documents))
        self.turn = 0  # whose marks are shown, counted from one
        self.focus = ""
        self.editing = 0  # the turn whose question is being changed
        self.sitting: Work[Report] | None = None  # the exam that is under way
        self.report: Report | None = None  # of the exam that was sat last
        self._gold: tuple[Citation, ...] = ()  # what would have been right, in an exam's question
        self._asking: object = None  # what is being asked; None once that was stopped

    @property
    def documents(self) -> Mapping[str, Document]:
        """Return the meetings, by id."""
        return self.bot.documents if self.bot else {}

    @property
    def asked(self) -> list[str]:
        """Return the ids of the meetings that questions are put to."""
        return [id for id in self.documents if id not in self.left_out]

    @property
    def scope(self) -> Scope:
        """Return what questions are put to: the ticked meetings, or the chosen part of them."""
        scope = replace(self._narrowed, documents=self.asked if self.left_out else None)
        return scope.fitting(self.bot.retriever.index) if self.bot else scope

    def narrow(self, scope: Scope) -> None:
        """Ask certain speakers and times from now on; raise `QuestionError` for what is none."""
        if self.bot:
            scope.check(self.bot.retriever.index)
        self._narrowed = scope

    @property
    def has_example(self) -> bool:
        """Say whether the packaged meeting is among them."""
        return any((PACKAGED_SOURCE / id).is_file() for id in self.documents)

    def openers(self) -> Sequence[str]:
        """Return questions to begin with."""
        return self._examples if self.bot is self._served else self.next_questions()

    def next_questions(self) -> list[str]:
        """Return questions that the open meeting answers, on parts that were not yet asked about.

        What comes after the last answer comes first. A meeting that was not looked through yet has
        none; see `look_through`.
        """
        if self.reading not in self.asked:
            return []
        turns = self.conversation.turns
        cited = [one for turn in turns for one in turn.citations if one.document_id == self.reading]
        asked = {turn.question for turn in turns}
        last = cited[-1].end if cited else 0
        fresh = [
            one
            for one in self._suggestions.get(self.documents[self.reading], ())
            if one.question not in asked
            and not any(a.start < b.end and b.start < a.end for a in one.citations for b in cited)
        ]
        fresh.sort(key=lambda one: one.citations[0].start < last)
        return [one.question for one in fresh[:MOST_NEXT]]

    def look_through(self) -> bool:
        """Find what can be asked of the open meeting; return False when that was known."""
        document = self.documents.get(self.reading)
        if self.bot is None or document is None or document in self._suggestions:
            return False
        shared = self.bot is self._served
        found = self._served_suggestions if shared else self._suggestions
        found[document] = suggest(self.bot, document.id)
        return True

    def add(self, path: Path, progress: Progress | None = None) -> None:
        """Read files and search them from now on; `progress` is called with passages (done, of).

        A meeting of the same id is replaced. Raises `DocumentError`, which names no folder.
        """
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise DocumentError(f"is larger than {LARGEST_FILE // 1_000_000} MB; give a part of it")
        if len(self.documents) >= MOST_MEETINGS:
            raise DocumentError(f"is one too many: {MOST_MEETINGS} meetings are here; remove one")
        try:
            added = {one.id: one for one in read_documents(path)}
            standing = None
            while standing != self.documents:  # until nothing was removed meanwhile
                standing = self.documents
                bot = self._bot_of([*{**standing, **added}.values()], progress)
            self.bot = bot
        except DocumentError as error:
            reason = str(error).replace(f"{path.parent}/", "").removeprefix(f"{path.name}: ")
            raise DocumentError(reason) from error
        self.left_out.difference_update(added)
        self.read(next(iter(added)))
        self.look_through()

    def remove(self, document_id: str) -> None:
        """Forget a meeting, and what was said of it as soon as the chat is begun anew."""
        if document_id not in self.documents:
            return
        kept = [one for id, one in self.documents.items() if id != document_id]
        self.bot = self._bot_of(kept) if kept else None
        self.left_out.discard(document_id)
        if self.reading == document_id:
            self.reading, self.focus = next(iter(self.documents), ""), ""

    def _bot_of(self, documents: Sequence[Document], progress: Progress | None = None) -> Bot:
        """Return a bot on documents; what is indexed already is not indexed again."""
        index = Index.build(
            documents,
            reuse=(self.bot or self._served).retriever.index.of(),
            progress=progress,
        )
        served = self._served
        return Bot(Retriever(index), threshold=served.threshold, reader=served.reader)

    def choose(self, document_id: str, asked: bool) -> None:
        """Ask a meeting from now on, or leave it out."""
        if asked:
            self.left_out.discard(document_id)
        elif document_id in self.documents:
            self.left_out.add(document_id)

    def ask(self, question: str, *, instead_of: int = 0) -> None:
        """Answer a question and open the record at its first citation, or the closest passage.

        `instead_of` is the turn, counted from one, that it replaces together with all after it. An
        answer that comes after `stop` is dropped. Raises `QuestionError`.
        """
        if self.bot is None:
            raise QuestionError("there is no meeting to ask: add a file, or load the example")
        if not self.asked:
            raise QuestionError("no meeting is ticked: tick one to ask")
        asking = self._asking = object()
        kept = instead_of - 1 if instead_of else None
        conversation = self.conversation.resumed(self.bot, self.scope, kept)
        with ANSWERING.one():
            answer = conversation.ask(question)
        note(answer)
        if self._asking is asking:
            self.conversation, self.editing, self._gold = conversation, 0, ()
            self.open(len(conversation.turns), 1 if answer.answered else 0)

    def stop(self) -> None:
        """Drop the answer that is on its way."""
        self._asking = None

    def sit(self, questions: Path, progress: Progress | None = None) -> Report:
        """Sit an exam on the meetings that are asked; raise `QuestionSetError`."""
        if not self.bot or not self.asked:
            raise QuestionSetError("there is no meeting to ask: add one, or tick one")
        self.report = evaluate(
            self.bot, load_questions(questions), documents=self.asked, progress=progress
        )
        return self.report

    def ask_as_in_exam(self, id: str) -> Outcome | None:
        """Begin anew with a question of the exam, after its history, open at what was expected.

        Return what the exam says of it; None when there was no such question.
        """
        sat = self.report.questions if self.report else ()
        outcome = next((one for one in sat if one.id == id), None)
        if outcome is None:
            return None
        self.start_again()
        self.narrow(EVERYTHING)
        for question in (*outcome.history, outcome.question):
            self.ask(question)
        self._gold = outcome.evidence
        self.open(len(self.conversation.turns), FIRST_GOLD)
        return outcome

    def start_again(self) -> None:
        """Forget the conversation; the meetings stay."""
        self.stop()
        self.conversation = (self.bot or self._served).chat()
        self.turn, self.focus, self.editing, self._gold = 0, "", 0, ()

    def open(self, turn: int, number: int) -> bool:
        """Open the record at a citation of an answer; return False when there is no such place."""
        for document_id, highlight in self._highlights(turn):
            if highlight.anchor == anchor(turn, number):
                self.turn, self.focus, self.reading = turn, highlight.anchor, document_id
                return True
        return False

    def read(self, document_id: str) -> None:
        """Open another document at its beginning; one that does not exist changes nothing."""
        if document_id in self.documents:
            self.reading, self.focus = document_id, ""

    def messages(self) -> list[dict[str, Any]]:
        """Return the conversation as the chat shows it."""
        shown: list[dict[str, Any]] = []
        for turn, answer in enumerate(self.conversation.turns, 1):
            said = render_answer(answer, turn, self.documents)
            if turn == len(self.conversation.turns):
                said += render_next(self.next_questions())
            shown.append({"role": "user", "content": render_question(answer.question, turn)})
            shown.append({"role": "assistant", "content": said})
        return shown

    def page(self) -> str:
        """Return the open document, the quotes of the answer that was opened marked in it."""
        if not self.reading:
            return render_nothing()
        marked = [one for id, one in self._highlights(self.turn) if id == self.reading]
        return render_document(self.documents[self.reading], marked, focus=self.focus)

    def _highlights(self, turn: int) -> list[tuple[str, Highlight]]:
        """Return what an answer points at in the meetings, each with its document's id."""
        if not 1 <= turn <= len(self.conversation.turns):
            return []
        gold = self._gold if turn == len(self.conversation.turns) else ()
        return highlights(self.conversation.turns[turn - 1], turn, self.documents, gold)
