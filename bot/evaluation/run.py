"""Sit the exam: ask every question, and set the answers against the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any, Protocol

from bot.datatypes import Answer
from bot.errors import QuestionSetError
from bot.evaluation.environment import describe
from bot.evaluation.evidence import Gold, locate
from bot.evaluation.grading import best_hits, check_answer, grade, relevant_passages
from bot.evaluation.metrics import score_retrieval
from bot.evaluation.questions import Question, QuestionSet
from bot.evaluation.report import Report
from embeddings.datatypes import Document, Passage
from embeddings.encoder import Progress
from embeddings.errors import QuestionError


class Asks(Protocol):
    """Anything that can sit the exam.

    It may also have `chat()`, whose conversations answer follow-ups; `documents`, the texts by id
    that its spans point into; and `retriever.index.passages`, all that it could have found.
    """

    def ask(self, question: str, /) -> Answer:
        """Answer a question."""


def evaluate(
    bot: Asks,
    questions: Sequence[Question],
    *,
    documents: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Ask every question and report how the answers compare with the evidence.

    `documents` are the ids that the bot is asked to keep to (a question of `only_document` keeps
    to its own). `progress` is called with (done, of). Ctrl-C ends the exam early and keeps what
    was measured: then `report.partial` is true. Raises `QuestionSetError` before anything is
    asked when a question does not fit the documents.
    """
    carried = questions.documents if isinstance(questions, QuestionSet) else ()
    texts = _texts(bot, carried)
    gold = locate(questions, texts, documents)
    answers = _sit(bot, questions, documents, texts, progress)
    asked = list(zip(questions, gold, answers, strict=False))
    passages = _passages(bot)
    hits = {question.id: best_hits(answer) for question, _, (answer, _) in asked}
    relevant: dict[str, tuple[str, ...]] = {}
    for question, spans, _ in asked:
        found: Iterable[Passage] = (hit.passage for hit in hits[question.id])
        if passages is not None:
            found = _findable(passages, spans, _scope(question, documents))
        relevant[question.id] = relevant_passages(found, spans)
    retrieval = score_retrieval(
        {question.id: relevant[question.id] for question, spans, _ in asked if spans},
        {name: [hit.passage.id for hit in own] for name, own in hits.items()},
    )
    outcomes = [
        grade(
            question,
            spans,
            answer,
            relevant=relevant[question.id],
            retrieval=retrieval.get(question.id, {}),
            documents=texts,
            seconds=seconds,
        )
        for question, spans, (answer, seconds) in asked
    ]
    return Report.of(
        outcomes,
        of=len(questions),
        passages={hit.passage.id: hit.passage.text for own in hits.values() for hit in own},
        environment=describe(bot, questions, texts, passages),
    )


def _sit(
    bot: Asks,
    questions: Sequence[Question],
    documents: Sequence[str] | None,
    texts: Mapping[str, Document],
    progress: Progress | None,
) -> list[tuple[Answer, float]]:
    """Return the answer to each question and how long it took; after Ctrl-C, to the first ones."""
    answers: list[tuple[Answer, float]] = []
    try:
        for question in questions:
            answers.append(_ask(bot, question, _scope(question, documents)))
            check_answer(answers[-1][0], texts)
            if progress is not None:
                progress(len(answers), len(questions))
    except KeyboardInterrupt:
        if not answers:
            raise
    return answers


def _texts(bot: Asks, carried: Sequence[Document]) -> Mapping[str, Document]:
    """Return the documents that spans point into: the bot's own, or those the set carries."""
    own: Mapping[str, Document] | None = getattr(bot, "documents", None)
    if own is None and not carried:
        raise QuestionSetError(
            "the bot has no `documents`, nor has the question set: give the bot the documents, by"
            " id, that the evidence is quoted from"
        )
    if own is None:
        return {one.id: one for one in carried}
    for one in carried:
        if one.id not in own or own[one.id].text != one.text:
            raise QuestionSetError(
                f"the question set brings its own documents, and {one.id!r} is not what the bot has"
                " read: leave out --source, --index and --store, or build the index from"
                " `questions.documents`"
            )
    return own


def _scope(question: Question, documents: Sequence[str] | None) -> Sequence[str] | None:
    return [question.document] if question.only_document else documents


def _ask(bot: Asks, question: Question, scope: Sequence[str] | None) -> tuple[Answer, float]:
    """Ask a question, after its history, and take the time of the question alone."""
    options: dict[str, Any] = {} if scope is None else {"documents": scope}
    chat: Any = getattr(bot, "chat", None)
    began = perf_counter()
    try:
        if question.history and chat is not None:
            conversation = chat(**options)
            for earlier in question.history:
                conversation.ask(earlier)
            began = perf_counter()
            answer: Answer = conversation.ask(question.question)
        else:
            answer = bot.ask(question.question, **options)
    except QuestionError as error:
        # One that the bot will not even read counts as not answered: the exam goes on.
        answer = Answer(question.question, question.question, False, str(error))
    return answer, perf_counter() - began


def _passages(bot: Any) -> dict[str, list[Passage]] | None:
    """Return all that the bot could have found, by document; None for a bot that does not say."""
    index = getattr(getattr(bot, "retriever", None), "index", None)
    passages: Sequence[Passage] | None = getattr(index, "passages", None)
    if passages is None:
        return None
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document_id, []).append(passage)
    return by_document


def _findable(
    passages: Mapping[str, Sequence[Passage]], gold: Gold, scope: Sequence[str] | None
) -> Iterator[Passage]:
    """Yield the passages of the documents that hold evidence and may be searched."""
    for document in dict.fromkeys(span.document_id for span in gold):
        if scope is None or document in scope:
            yield from passages.get(document, ())
