"""A conversation: its turns, whom it asks, and how each question is read after those before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.datatypes import NOTHING_ASKED, Answer
from bot.followups.courtesies import is_courtesy
from bot.followups.standalone import FollowUp, read_follow_up
from bot.meeting.whole import asked_of_whole
from embeddings.retriever import Span
from embeddings.scope import EVERYTHING, Scope, speakers_in
from embeddings.terms import plain_words, stems

if TYPE_CHECKING:
    from bot.bot import Bot


class Conversation:
    """Hold the turns of one conversation; one user has one."""

    def __init__(self, bot: Bot, scope: Scope = EVERYTHING) -> None:
        """Start without turns; ask `bot` of what is in the scope."""
        self.bot = bot
        self.scope = scope
        self.turns: list[Answer] = []
        self.sources: dict[str, str] = {}  # the hash that each cited document had when it was
        self._read: list[FollowUp] = []
        self.id = uuid4().hex  # names it in feedback

    def __repr__(self) -> str:
        """Return how long it is."""
        return f"<Conversation turns={len(self.turns)}>"

    def ask(self, question: str) -> Answer:
        """Answer a question, read as a follow-up where it is one, and remember the turn."""
        read = read_follow_up(question, self._read, self._speaks, self._of_whole)
        if is_courtesy(question):
            answer = _silence(question, self.scope)
        else:
            answer = self._answer(question, read)
        if read.topic and not _tells_of(answer, read.topic):
            alone = FollowUp(f"What was said about {read.topic}?")
            told = self._answer(question, alone)
            if _tells_of(told, read.topic):
                answer, read = told, alone
        elif read.topic and not _tells_of(answer, read.context):
            read = replace(read, context="")  # a new topic drops the old one
        cited = {one.document_id for one in answer.citations}
        self.sources |= {id: self.bot.retriever.index.about[id].sha256 for id in cited}
        self.turns.append(answer)
        self._read.append(read)
        return answer

    def resumed(self, bot: Bot, scope: Scope, turns: int | None = None) -> Conversation:
        """Return this conversation up to so many turns, by default all, to go on with a bot."""
        other = Conversation(bot, scope)
        other.id, other.turns, other._read = self.id, self.turns[:turns], self._read[:turns]
        other.sources = dict(self.sources)
        return other

    def to_json(self) -> str:
        """Return the conversation as JSON text that `meetingbot verify` can check."""
        from bot.export import as_json

        return as_json(self)

    def to_markdown(self) -> str:
        """Return the conversation as Markdown, for people."""
        from bot.export import as_markdown

        return as_markdown(self)

    def _answer(self, question: str, read: FollowUp) -> Answer:
        return self.bot.answer(question, read, self.scope, self._last_spoken_of())

    def _speaks(self, name: str) -> bool:
        """Say whether somebody of that name speaks in what is asked."""
        said = plain_words(name)
        speakers = speakers_in(self.bot.retriever.index, self.scope.documents)
        return any(said <= plain_words(one) for one in speakers)

    def _of_whole(self, question: str) -> bool:
        """Say whether a question asks for something of the meeting as a whole."""
        retriever = self.bot.retriever
        return bool(asked_of_whole(retriever.read(question), retriever.index, self.scope.documents))

    def _last_spoken_of(self) -> Span | None:
        """Return where the last answer stands, or what came closest to one."""
        last = next((turn for turn in reversed(self.turns) if turn.hits), None)
        if last is None:
            return None
        if last.citations:
            cited = last.citations[-1]
            return cited.document_id, cited.start, cited.end
        closest = last.hits[0]
        return closest.passage.document_id, closest.sentences[0].start, closest.sentences[0].end


def _tells_of(answer: Answer, topic: str) -> bool:
    """Say whether an answer's quotes have a word of a topic."""
    said = {stem for one in answer.citations for stem in stems(one.quote)}
    return not said.isdisjoint(stems(topic))


def _silence(courtesy: str, scope: Scope) -> Answer:
    """Return the answer to what asks nothing."""
    return Answer(courtesy, courtesy, False, NOTHING_ASKED, 0.0, (), (), 0.0, scope=scope)
