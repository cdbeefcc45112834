"""The line in one place: read the question, retrieve, judge, answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from math import isnan
from time import perf_counter

from bot.answerability import THRESHOLD, missing_words, probability, signals
from bot.brief import YES_CONFIDENCE, says_yes, short_answer
from bot.circumstances import IN_FULL, SHORT, circumstances
from bot.conversation import Conversation
from bot.datatypes import NOT_IN_RECORD, Answer, Citation, with_context
from bot.extractive import quote_answer
from bot.overview import overview
from bot.reader import Reader
from bot.sayings import sayings
from bot.whole import CLEAR, asked_of_whole, clearly_of_whole
from embeddings.datatypes import Document, Hit
from embeddings.encoder import PACKAGED_NAME
from embeddings.languages import ENGLISH, language
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
        standalone_question: str | None = None,
        context: str = "",
        near: Span | None = None,
    ) -> Answer:
        """Answer a question by itself, from the `Scope` where one is given.

        In a conversation `standalone_question` is what to search for, `context` the words of the
        conversation that it leans on, and `near` the span last spoken of.
        Raises `QuestionError` for a blank or over-long question or a wrong scope.
        """
        began = perf_counter()
        query = self.retriever.read(standalone_question or question)
        alone = query.text
        scope = Scope(documents, speakers, after, before)
        documents = scope.within(self.retriever.index)
        asked: dict[str, float] = {}
        if not scope.by_sentence:  # who asks of one speaker or hour does not ask of the whole
            asked = asked_of_whole(query, self.retriever.index, documents, self.threshold)
        fits = len(alone) + len(context) < LONGEST_LEANING
        leaning = bool(context) and fits and not clearly_of_whole(asked)
        if leaning:
            query, asked = self.retriever.read(alone.rstrip("?!. ") + with_context(context)), {}
        of_whole = max(asked.values(), default=1.0)
        clear = of_whole >= CLEAR
        bare = "until" in asked or (clear and len(query.words) <= SHORT)
        if len(asked) == 1 and bare and (full := IN_FULL.get(*asked)):
            query, clear = self.retriever.read(full), True
        read = perf_counter()
        hits = self.retriever.rank(query, HITS, scope=scope, near=near)
        retrieved = perf_counter()
        if self.reader:
            hits = self.reader.read(query.text, hits, alone=alone if leaning else "")
        citations = self._of_the_whole(query.text, asked, hits, scope, documents)
        confidence = probability(signals(query, hits)) if hits else 0.0
        short, yes = None, False
        answered = bool(citations) and of_whole >= self.threshold
        if answered and not clear and confidence > of_whole:
            # Where a sentence has what it asks for, it asks of something in the meeting.
            answered = set(query.stems).isdisjoint(stems(hits[0].sentences[0].text))
        if answered:
            confidence = of_whole
        else:
            citations = ()
            yes = bool(hits) and says_yes(query.text, hits[0].sentences[0].text)
            if yes:
                confidence = max(confidence, YES_CONFIDENCE)
            answered = bool(hits) and confidence >= self.threshold
            if answered:
                citations = quote_answer(query, hits, self.documents)
                if not yes:
                    document = self.documents[hits[0].passage.document_id]
                    short = short_answer(hits[0], document)
        foreign = language(query.text) != ENGLISH
        missing: tuple[str, ...] = ()
        if not foreign:  # other languages' stop words would be named, too
            # An answer may be in other words, but "Was Kyiv mentioned?" by a sentence on Ukraine?
            missing = missing_words(query, self.retriever.index, documents, names=answered)
        ended = perf_counter()
        return Answer(
            question=question,
            standalone_question=query.text,
            answered=answered,
            text=" ".join(one.quote for one in citations) if answered else NOT_IN_RECORD,
            confidence=confidence,
            citations=citations,
            hits=tuple(hits),
            seconds=ended - began,
            missing=missing,
            short=short,
            yes=yes and answered,
            stages={
                "read": read - began,
                "retrieve": retrieved - read,
                "answer": ended - retrieved,
            },
            note=self._note(foreign, hits),
            scope=scope,
            context=context if leaning else "",
        )

    def _of_the_whole(
        self,
        question: str,
        asked: Collection[str],
        hits: Sequence[Hit],
        scope: Scope,
        documents: Sequence[str] | None,
    ) -> tuple[Citation, ...]:
        """Return what answers a question about the meeting as a whole, nothing to any other."""
        index = self.retriever.index
        told = circumstances(asked, hits, index, documents)
        found = tuple(dict.fromkeys((*told, *overview(asked, index, documents))))
        return found or sayings(question, index, documents, scope)

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
