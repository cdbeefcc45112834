"""What one visitor sees: a conversation, the meetings it is about, and the page that lies open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.bot import Bot
from bot.conversation import Conversation
from bot.datatypes import Citation
from bot.errors import QuestionSetError
from bot.evaluation import Outcome, Report, evaluate, load_questions
from bot.web.answer import anchor, render_answer, render_next, render_question
from bot.web.busy import ANSWERING
from bot.web.document import Highlight, render_document, render_nothing
from bot.web.flowing import flowing
from bot.web.holdings import Holdings
from bot.web.marks import FIRST_GOLD, highlights
from bot.web.offers import Offers
from bot.web.watch import note
from bot.web.work import Work
from embeddings.encoder import Progress
from embeddings.errors import QuestionError
from embeddings.scope import EVERYTHING


class Session:
    """Hold one visitor's conversation, meetings, and the place in the record that is shown.

    It starts with the served meetings; one that is added or removed changes this session alone.
    """

    def __init__(
        self, bot: Bot, *, examples: Sequence[str] = (), offers: Offers | None = None
    ) -> None:
        """Start without turns, the first document open; `examples` are questions to begin with."""
        self.meetings = Holdings(bot)
        self._examples = examples
        self._offers = offers or Offers()
        self.conversation = bot.chat()
        # The files on their way in: None for one that waits, or how many passages of how many are
        # indexed (of 0 while it is read); and those that could not be added, and why.
        self.coming: dict[str, tuple[int, int] | None] = {}
        self.refused: dict[str, str] = {}
        self._reading = ""
        self.turn = 0  # whose marks are shown, counted from one
        self.focus = ""
        self.editing = 0  # the turn whose question is being changed
        self.sitting: Work[Report] | None = None  # the exam that is under way
        self.report: Report | None = None  # of the exam that was sat last
        self._gold: tuple[Citation, ...] = ()  # what would have been right, in an exam's question
        self.put_away: Conversation | None = None  # what was replaced or ended last
        self._asking: object = None  # what is being asked, until that was answered or stopped

    def __deepcopy__(self, _: object) -> Session:
        """Return a session that has yet to begin, of the same bot."""
        offers = self._offers.for_another()
        return Session(self.meetings.served, examples=self._examples, offers=offers)

    @property
    def reading(self) -> str:
        """Return the id of the open meeting: the first, where it is gone; "" for none."""
        documents = self.meetings.documents
        return self._reading if self._reading in documents else next(iter(documents), "")

    def openers(self) -> Sequence[str]:
        """Return questions to begin with."""
        untouched = self.meetings.bot is self.meetings.served
        return (untouched and self._examples) or self.next_questions()

    def next_questions(self) -> list[str]:
        """Return questions that the open meeting answers, on parts that were not yet asked about.

        A meeting that was not looked through yet has none; see `look_through`.
        """
        document = self.meetings.documents.get(self.reading)
        if document is None or document.id in self.meetings.left_out:
            return []
        return self._offers.after(self.conversation.turns, document)

    def look_through(self, progress: Progress | None = None) -> bool:
        """Find what can be asked of the open meeting; return False when that was known.

        `progress` is called with questions tried (done, of).
        """
        bot = self.meetings.bot
        document = bot.documents.get(self.reading) if bot else None
        if bot is None or document is None:
            return False
        is_served = bot is self.meetings.served
        return self._offers.look_through(bot, document, is_served=is_served, progress=progress)

    def add(self, path: Path, progress: Progress | None = None) -> None:
        """Read files, search them from now on and open the first; raise `DocumentError`.

        `progress` is called with passages (done, of).
        """
        self.read(self.meetings.add(path, progress))

    def ask(self, question: str, *, instead_of: int = 0) -> None:
        """Answer a question and open the record at its first citation, or the closest passage.

        `instead_of` is the turn, counted from one, that it replaces together with all after it. An
        answer that comes after `stop` is dropped. Raises `QuestionError`.
        """
        bot, scope = self.meetings.bot, self.meetings.scope
        if bot is None:
            raise QuestionError("there is no meeting to ask: add a file, or load the example")
        if not self.meetings.asked:
            raise QuestionError("no meeting is ticked: tick one to ask")
        asking = self._asking = object()
        kept = instead_of - 1 if instead_of else None
        conversation = self.conversation.resumed(bot, scope, kept)
        try:
            with ANSWERING.one():
                answer = conversation.ask(question)
        finally:
            wanted = self._asking is asking
            self._asking = None if wanted else self._asking
        note(answer)
        if wanted:
            # The turn that is replaced was meant; those after it may be missed.
            missed = kept is not None and len(self.conversation.turns) > kept + 1
            self.put_away = self.conversation if missed else None
            self.conversation, self.editing, self._gold = conversation, 0, ()
            self.open(len(conversation.turns), 1 if answer.answered else 0)

    @property
    def asking(self) -> bool:
        """Say whether an answer is on its way."""
        return self._asking is not None

    def stop(self) -> None:
        """Drop the answer that is on its way."""
        self._asking = None

    def come_back(self) -> None:
        """Drop what a page waited for that is gone."""
        self.stop()
        self.editing = 0
        self.coming.clear()

    def sit(self, questions: Path, progress: Progress | None = None) -> Report:
        """Sit an exam on the meetings that are asked; raise `QuestionSetError`."""
        bot, asked = self.meetings.bot, self.meetings.asked
        if not bot or not asked:
            raise QuestionSetError("there is no meeting to ask: add one, or tick one")
        self.report = evaluate(bot, load_questions(questions), documents=asked, progress=progress)
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
        put_away = self.put_away
        self.meetings.narrow(EVERYTHING)
        for question in (*outcome.history, outcome.question):
            self.ask(question)
        self._gold, self.put_away = outcome.evidence, put_away
        self.open(len(self.conversation.turns), FIRST_GOLD)
        return outcome

    def start_again(self) -> None:
        """Put the conversation away; the meetings stay."""
        if self.conversation.turns:
            self.put_away = self.conversation
        self._go_on_with((self.meetings.bot or self.meetings.served).chat())

    def bring_back(self) -> None:
        """Go on with the conversation that was put away."""
        if self.put_away:
            self._go_on_with(self.put_away)
            self.put_away = None

    def _go_on_with(self, conversation: Conversation) -> None:
        self.stop()
        self.conversation = conversation
        self.turn, self.focus, self.editing, self._gold = 0, "", 0, ()

    def open(self, turn: int, number: int) -> bool:
        """Open the record at a citation of an answer; return False when there is no such place."""
        for document_id, highlight in self._highlights(turn):
            if highlight.anchor == anchor(turn, number):
                self.turn, self.focus, self._reading = turn, highlight.anchor, document_id
                return True
        return False

    def read(self, document_id: str) -> None:
        """Open another document at its beginning; one that does not exist changes nothing."""
        if document_id in self.meetings.documents:
            self._reading, self.focus = document_id, ""

    def messages(self) -> list[dict[str, Any]]:
        """Return the conversation as the chat shows it."""
        shown: list[dict[str, Any]] = []
        names = self.meetings.names
        for turn, answer in enumerate(self.conversation.turns, 1):
            said = render_answer(flowing(answer, self.meetings.documents), turn, names)
            shown.append({"role": "user", "content": render_question(answer.question, turn)})
            shown.append({"role": "assistant", "content": said})
        # A message of their own: they come later, and an answer must not be drawn anew for them.
        if shown and (questions := self.next_questions()):
            shown.append({"role": "assistant", "content": render_next(questions)})
        return shown

    def page(self) -> str:
        """Return the open document, the quotes of the answer that was opened marked in it."""
        reading = self.reading
        document = self.meetings.documents.get(reading)
        if document is None:
            return render_nothing()
        marked = [one for id, one in self._highlights(self.turn) if id == reading]
        there = any(one.anchor == self.focus for one in marked)
        return render_document(document, marked, focus=self.focus if there else "")

    def _highlights(self, turn: int) -> list[tuple[str, Highlight]]:
        """Return what an answer points at in the meetings, each with its document's id."""
        if not 1 <= turn <= len(self.conversation.turns):
            return []
        gold = self._gold if turn == len(self.conversation.turns) else ()
        return highlights(self.conversation.turns[turn - 1], turn, self.meetings.documents, gold)
