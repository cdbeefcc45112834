"""The line in one place: read the question, retrieve, judge, answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import isnan
from time import perf_counter

from bot.answerability import THRESHOLD, missing_words, probability, signals
from bot.brief import YES_CONFIDENCE, says_yes, short_answer
from bot.circumstances import IN_FULL, SHORT, circumstances
from bot.conversation import Conversation
from bot.datatypes import NOT_IN_RECORD, Answer, Citation, with_context
from bot.extractive import quote_answer
from bot.followups import FollowUp
from bot.namesakes import without_namesakes
from bot.numbered import place_asked, said_there
from bot.overview import overview
from bot.reader import Reader
from bot.sayings import sayings
from bot.whole import CLEAR, asked_of_whole, clearly_of_whole
from embeddings.datatypes import Document, Hit
from embeddings.encoder import PACKAGED_NAME
from embeddings.languages import ENGLISH, language
from embeddings.query import Query
from embeddings.retriever import Retriever, Span
from embeddings.scope import Scope
from embeddings.terms import stems

NOT_ENGLISH = (
    "The {} not in English, for which the packaged model was made: a better answer may have been"
    " missed. A multilingual model can be given where meetingbot is started."
)
# As many as the ranked metrics look at.
HITS = 10
# Whoever asks at greater length has said what he asks about.
LONGEST_LEANING = 500
PACKAGED_READER = Reader.packaged()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question looks for.

    `asked` has how likely it asks for each thing of the meeting as a whole, and is `clear` where it
    can ask for nothing else. `context` are the words of the conversation that it is searched for
    with, `alone` is how it reads without them.
    """

    query: Query
    asked: Mapping[str, float] = field(default_factory=dict)
    clear: bool = True
    context: str = ""
    alone: str = ""

    @property
    def of_whole(self) -> float:
        """Return how likely it asks of the meeting as a whole, if it does."""
        return max(self.asked.values(), default=1.0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What answers, if anything does, and how sure that is."""

    confidence: float
    citations: tuple[Citation, ...] = ()
    short: Citation | None = None
    yes: bool = False


class Bot:
    """Answer questions from a record; has no state, so that many conversations can share one."""

    def __init__(
        self,
        retriever: Retriever,
        *,
        threshold: float = THRESHOLD,
        reader: Reader | None = PACKAGED_READER,
    ) -> None:
        """Take a retriever, the probability below which to be silent, and a reader or none."""
        if isnan(threshold):
            raise ValueError("threshold is not a number: give a probability")
        self.retriever = retriever
        self.threshold = threshold
        self.reader = reader

    @property
    def documents(self) -> Mapping[str, Document]:
        """Return the documents that it answers from, by id."""
        return self.retriever.index.documents

    def ask(
        self,
        question: str,
        *,
        documents: Sequence[str] | None = None,
        speakers: Sequence[str] | None = None,
        after: str | date | None = None,
        before: str | date | None = None,
    ) -> Answer:
        """Answer a question by itself, from the `Scope` where one is given.

        Raises `QuestionError` for a blank or over-long question or a wrong scope.
        """
        scope = Scope(documents, speakers, after, before)
        return self.answer(question, FollowUp(question), scope)

    def answer(
        self, question: str, read: FollowUp, scope: Scope, near: Span | None = None
    ) -> Answer:
        """Answer a question as it was `read` in its conversation, which spoke last of a span."""
        began = perf_counter()
        reading = self._read(read, scope)
        query = reading.query
        has_read = perf_counter()
        hits = self.retriever.rank(query, HITS, scope=scope, near=near)
        retrieved = perf_counter()
        hits, numbers = without_namesakes(query, hits, self.documents)
        if self.reader:
            hits = self.reader.read(query.text, hits, alone=reading.alone)
        verdict = self._judge(reading, hits, scope)
        answered = bool(verdict.citations)
        foreign = language(query.text) != ENGLISH
        missing: tuple[str, ...] = ()
        if not foreign:  # other languages' stop words would be named, too
            # An answer may be in other words, but "Was Kyiv mentioned?" by a sentence on Ukraine?
            index = self.retriever.index
            within = scope.within(index)
            missing = missing_words(query, index, within, names=answered, numbers=numbers)
        ended = perf_counter()
        return Answer(
            question=question,
            standalone_question=query.text,
            answered=answered,
            text=" ".join(one.quote for one in verdict.citations) or NOT_IN_RECORD,
            confidence=verdict.confidence,
            citations=verdict.citations,
            hits=tuple(hits),
            seconds=ended - began,
            missing=missing,
            short=verdict.short,
            yes=verdict.yes,
            stages={
                "read": has_read - began,
                "retrieve": retrieved - has_read,
                "answer": ended - retrieved,
            },
            note=self._note(foreign, hits),
            scope=scope,
            context=reading.context,
        )

    def _read(self, read: FollowUp, scope: Scope) -> Reading:
        """Return what to look for, and what of it is asked of the meeting as a whole."""
        index = self.retriever.index
        query = self.retriever.read(read.question)
        asked: dict[str, float] = {}
        # Who asks of one speaker, hour or numbered place does not ask of the whole.
        if not scope.by_sentence and not place_asked(query.text):
            asked = asked_of_whole(query, index, scope.within(index), self.threshold)
        alone = query.text
        fits = len(alone) + len(read.context) < LONGEST_LEANING
        if read.context and fits and not clearly_of_whole(asked):
            both = alone.rstrip("?!. ") + with_context(read.context)
            return Reading(self.retriever.read(both), context=read.context, alone=alone)
        reading = Reading(query, asked)
        clear = reading.of_whole >= CLEAR
        bare = "until" in asked or (clear and len(query.words) <= SHORT)
        if len(asked) == 1 and bare and (full := IN_FULL.get(*asked)):
            return Reading(self.retriever.read(full), asked)
        return replace(reading, clear=clear)

    def _judge(self, reading: Reading, hits: Sequence[Hit], scope: Scope) -> Verdict:
        """Return what answers, of the meeting as a whole or of something in it, or silence."""
        query, of_whole = reading.query, reading.of_whole
        confidence = probability(signals(query, hits)) if hits else 0.0
        whole = self._of_the_whole(query, reading.asked, hits, scope)
        if whole and of_whole >= self.threshold:
            if reading.clear or confidence <= of_whole:
                return Verdict(of_whole, whole)
            # Where a sentence has what it asks for, it asks of something in the meeting.
            if set(query.stems).isdisjoint(stems(hits[0].sentences[0].text)):
                return Verdict(of_whole, whole)
        if not hits:
            return Verdict(confidence)
        yes = says_yes(query.text, hits[0].sentences[0].text)
        if yes:
            confidence = max(confidence, YES_CONFIDENCE)
        if confidence < self.threshold:
            return Verdict(confidence)
        short = None if yes else short_answer(query.text, hits, self.documents)
        return Verdict(confidence, quote_answer(query, hits, self.documents), short, yes)

    def _of_the_whole(
        self,
        query: Query,
        asked: Collection[str],
        hits: Sequence[Hit],
        scope: Scope,
    ) -> tuple[Citation, ...]:
        """Return what answers a question about the meeting, one place in it or one person's words.

        Nothing to any other.
        """
        index = self.retriever.index
        documents = scope.within(index)
        told = circumstances(asked, hits, index, documents)
        found = tuple(dict.fromkeys((*told, *overview(asked, index, documents))))
        found = found or said_there(query, index, documents, scope)
        return found or sayings(query.text, index, documents, scope)

    def _note(self, foreign: bool, hits: Sequence[Hit]) -> str:
        """Return what to know of an answer that the English model found in another language."""
        if self.retriever.index.encoder.name != PACKAGED_NAME:
            return ""
        record = self.documents[hits[0].passage.document_id].text if hits else ""
        if language(record) != ENGLISH:
            what = "question and the record are" if foreign else "record is"
        else:
            what = "question is" if foreign else ""
        return NOT_ENGLISH.format(what) if what else ""

    def chat(
        self,
        documents: Sequence[str] | None = None,
        *,
        speakers: Sequence[str] | None = None,
        after: str | date | None = None,
        before: str | date | None = None,
    ) -> Conversation:
        """Start a conversation, in which a question may lean on those before it."""
        return Conversation(self, Scope(documents, speakers, after, before))
