"""What one visitor sees: a conversation, and the page of the record that lies open beside it."""

from __future__ import annotations

from typing import Any

from bot.bot import Bot
from bot.datatypes import Answer
from bot.web.answer import anchor, render_answer, render_question
from bot.web.document import Highlight, render_document


class Session:
    """Hold one visitor's conversation and the place in the record that is shown."""

    def __init__(self, bot: Bot) -> None:
        """Start without turns, the first document open."""
        self.bot = bot
        self.conversation = bot.chat()
        self.reading = next(iter(bot.documents))
        self.turn = 0  # whose marks are shown, counted from one
        self.focus = ""

    def ask(self, question: str) -> Answer:
        """Answer a question and open the record at its first citation, or the closest passage."""
        answer = self.conversation.ask(question)
        self.open(len(self.conversation.turns), 1 if answer.answered else 0)
        return answer

    def open(self, turn: int, number: int) -> None:
        """Open the record at a citation of an answer; one that does not exist changes nothing."""
        for document_id, highlight in self._highlights(turn):
            if highlight.anchor == anchor(turn, number):
                self.turn, self.focus, self.reading = turn, highlight.anchor, document_id

    def read(self, document_id: str) -> None:
        """Open another document at its beginning; one that does not exist changes nothing."""
        if document_id in self.bot.documents:
            self.reading, self.focus = document_id, ""

    def messages(self) -> list[dict[str, Any]]:
        """Return the conversation as the chat shows it."""
        shown: list[dict[str, Any]] = []
        for turn, answer in enumerate(self.conversation.turns, 1):
            said = render_answer(answer, turn, self.bot.documents)
            shown.append({"role": "user", "content": render_question(answer.question)})
            shown.append({"role": "assistant", "content": said})
        return shown

    def page(self) -> str:
        """Return the open document, the quotes of the answer that was opened marked in it."""
        marked = [
            highlight
            for document_id, highlight in self._highlights(self.turn)
            if document_id == self.reading
        ]
        return render_document(self.bot.documents[self.reading], marked, focus=self.focus)

    def _highlights(self, turn: int) -> list[tuple[str, Highlight]]:
        """Return what an answer points at, each with its document's id."""
        if not 1 <= turn <= len(self.conversation.turns):
            return []
        answer = self.conversation.turns[turn - 1]
        if not answer.answered:
            nearest = [hit.passage for hit in answer.hits[:1]]
            return [
                (one.document_id, Highlight(one.start, one.end, anchor(turn, 0), near=True))
                for one in nearest
            ]
        return [
            (one.document_id, Highlight(one.start, one.end, anchor(turn, number), str(number)))
            for number, one in enumerate(answer.citations, 1)
        ]
