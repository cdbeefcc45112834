"""The line in one place: read the question, retrieve, judge, answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isnan
from time import perf_counter

from bot.answerability import THRESHOLD, probability, signals
from bot.brief import short_answer
from bot.conversation import Conversation
from bot.datatypes import NOT_IN_RECORD, Answer, Citation
from bot.extractive import quote_answer
from bot.followups.standalone import FollowUp
from bot.intent import Intent, intent_of
from bot.meeting.circumstances import circumstances
from bot.meeting.duties import duties
from bot.meeting.named import Naming, called, latest, naming, unnamed
from bot.meeting.numbered import said_there
from bot.meeting.outcomes import decided_with, signed
from bot.meeting.overview import overview
from bot.meeting.sayings import sayings
from bot.meeting.whole import KINDS, TOLD_BY_HEAD, asked_of_whole
from bot.missing import missing_words
from bot.namesakes import without_namesakes
from bot.notes import of_language, of_latest, of_part, together
from bot.reader import Reader
from bot.voices import Voices, voices
from bot.yes import YES_CONFIDENCE, says_yes
from embeddings.datatypes import Document, Hit
from embeddings.query import Query, check_question
from embeddings.retriever import CANDIDATES, Retriever, Span
from embeddings.scope import Scope
from embeddings.terms import stems
from embeddings.text.languages import ENGLISH, language

# As many as the ranked metrics look at.
HITS = 10
# What nothing else answers: the reader takes who came for who did not, a treaty for one signed.
TOLD_ALONE = frozenset({"absent", "signed"})
# What is asked of one meeting, not of many.
OF_ONE = TOLD_BY_HEAD | {"end"}
PACKAGED_READER = Reader.packaged()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What answers, if anything does, how sure that is, and what else to know of it."""

    confidence: float
    citations: tuple[Citation, ...] = ()
    short: Citation | None = None
    yes: bool = False
    note: str = ""


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

    def __repr__(self) -> str:
        """Return what it answers from."""
        return f"Bot({self.retriever!r})"

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
        """Answer a question as it was `read` in its conversation, which spoke last of a span.

        Where it names a meeting, that is asked; where it may only say when something was, all are
        asked, too, and the surer answer is the one.
        """
        index = self.retriever.index
        named = naming(check_question(read.question))
        index.follow()
        documents = scope.within(index)
        if named:
            there = named.among(index, documents)
        elif there := called(read.question, index, documents):
            named = Naming(unnamed(read.question, index, there))
            if not asked_of_whole(self.retriever.read(named.question), index, there):
                named = None
        if not (named and there):
            return self._answer(question, read, scope, near)
        of_it = replace(read, question=named.reading(index, documents))
        answer = self._answer(question, of_it, replace(scope, documents=there), near)
        part = of_part(there, len(index.ids(documents)), index)
        answer = replace(answer, scope=scope, note=together(part, answer.note))
        if named.sure:
            return answer
        of_all = self._answer(question, read, scope, near)
        is_surer = answer.answered and answer.confidence >= of_all.confidence
        return replace(
            answer if is_surer else of_all,
            seconds=answer.seconds + of_all.seconds,
            stages={name: took + of_all.stages[name] for name, took in answer.stages.items()},
        )

    def _answer(self, question: str, read: FollowUp, scope: Scope, near: Span | None) -> Answer:
        began = perf_counter()
        index = self.retriever.index
        intent = intent_of(read, scope, self.retriever, self.threshold)
        query = intent.query
        has_read = perf_counter()
        asked_of = voices(query.text, index, intent.documents)
        if asked_of.question and not intent.context:
            intent = replace(intent, query=self.retriever.read(asked_of.question))
        count = CANDIDATES if asked_of.speakers else HITS
        hits = self.retriever.rank(intent.query, count, scope=scope, near=near)
        if asked_of.speakers:
            hits = asked_of.only(hits, self.documents)[:HITS]
        retrieved = perf_counter()
        hits, numbers = without_namesakes(query, hits, self.documents)
        if self.reader:
            hits = self.reader.read(intent.query.text, hits, alone=intent.alone)
        verdict = self._judge(intent, hits, scope, asked_of)
        answered = bool(verdict.citations)
        foreign = language(query.text) != ENGLISH
        missing: tuple[str, ...] = ()
        # Other languages' stop words would be named, too, and "Summarise", which asks of the whole.
        if not foreign and not (answered and intent.asked):
            # An answer may be in other words, but "Was Kyiv mentioned?" by a sentence on Ukraine?
            missing = missing_words(query, index, intent.documents, names=answered, numbers=numbers)
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
            note=together(verdict.note, of_language(foreign, hits, index)),
            scope=scope,
            context=intent.context,
            alone=intent.alone,
        )

    def _judge(
        self, intent: Intent, hits: Sequence[Hit], scope: Scope, asked_of: Voices
    ) -> Verdict:
        """Return what answers, of the meeting as a whole or of something in it, or silence."""
        query, of_whole = intent.query, intent.of_whole
        confidence = self._confidence(query, hits) if hits else 0.0
        whole = self._of_the_whole(intent, hits, scope)
        if whole.citations and of_whole >= self.threshold:
            if intent.clear or confidence <= of_whole:
                return whole
            # Where a sentence has more of its words than those for the meeting as such, it asks of
            # something in the meeting.
            of_any = {stem for name in intent.asked for stem in stems(KINDS[name].in_full)}
            if (set(query.stems) - of_any).isdisjoint(stems(hits[0].sentences[0].text)):
                return whole
        if TOLD_ALONE.issuperset(intent.asked) and intent.asked:
            confidence = min(confidence, 1 - of_whole)
        if not hits:
            return Verdict(confidence)
        best = hits[0].sentences[0].text
        yes = says_yes(query.text, best)
        if yes or asked_of.surely(best):
            confidence = max(confidence, YES_CONFIDENCE)
        if confidence < self.threshold:
            return Verdict(confidence)
        document = self.documents[hits[0].passage.document_id]
        if decided := decided_with(query.text, document, hits[0].sentences[0].start):
            return Verdict(confidence, decided)
        short = None if yes else short_answer(query.text, hits, self.documents)
        return Verdict(confidence, quote_answer(query, hits, self.documents), short, yes)

    def _confidence(self, query: Query, hits: Sequence[Hit]) -> float:
        return probability(signals(query, hits, self.documents[hits[0].passage.document_id]))

    def _of_the_whole(self, intent: Intent, hits: Sequence[Hit], scope: Scope) -> Verdict:
        """Return what answers a question about the meeting, one place in it or one person's words.

        Nothing to any other.
        """
        index, query, asked = self.retriever.index, intent.query, intent.asked
        documents = intent.documents
        own = duties(query.text, index, documents, scope)
        if own is not None:
            return Verdict(intent.of_whole, own)
        note, told = "", tuple[Citation, ...]()
        if OF_ONE.intersection(asked):
            few = latest(index, documents)
            note = of_latest(few, len(index.ids(documents)))
            told = circumstances(asked, hits, index, few, intent.on_side)
        if "signed" in asked:
            told = signed(hits, index.documents)
        gist, of_gist = overview(asked, index, documents)
        found = tuple(dict.fromkeys((*told, *gist)))
        found = found or said_there(query, index, documents, scope)
        found = found or sayings(query.text, index, documents, scope)
        return Verdict(intent.of_whole, found, note=together(note, of_gist))

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
