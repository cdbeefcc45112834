"""Set an answer against the gold evidence: which passages are relevant, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.datatypes import Answer, Citation
from bot.evaluation.evidence import Gold, clip
from bot.evaluation.failures import RETRIEVED_WITHIN, classify
from bot.evaluation.outcomes import DIGITS, Outcome, Ranked
from bot.evaluation.overlap import is_relevant, supports, touches
from bot.evaluation.questions import Question
from bot.evaluation.squad import exact_match, token_f1
from embeddings.datatypes import Document, Hit, Passage

HITS = 10
LONGEST_SHOWN = 1000


def check_answer(answer: Answer, documents: Mapping[str, Document]) -> None:
    """Raise `ValueError` for an answer that cannot be graded: a defect of the bot under test."""
    if not 0 <= answer.confidence <= 1:
        raise ValueError(f"confidence is {answer.confidence}: it must be a probability, 0 to 1")
    for one in answer.citations:
        document = documents.get(one.document_id)
        if document is None or document.text[one.start : one.end] != one.quote:
            raise ValueError(
                f"cited {one.quote!r}, which is not at {one.document_id}:{one.start}-{one.end}"
            )


def best_hits(answer: Answer) -> list[Hit]:
    """Return the first ten hits; a passage that is there twice counts where it came first."""
    first = {hit.passage.id: hit for hit in reversed(answer.hits)}
    return list(first.values())[::-1][:HITS]


def relevant_passages(passages: Iterable[Passage], gold: Gold) -> tuple[str, ...]:
    """Return the ids of the passages that are relevant."""
    return tuple(one.id for one in passages if _judge(one, gold))


def grade(
    question: Question,
    gold: Gold,
    answer: Answer,
    *,
    relevant: tuple[str, ...],
    retrieval: Mapping[str, float],
    documents: Mapping[str, Document],
    seconds: float,
) -> Outcome:
    """Return what came of a question, given its relevant passages and its retrieval metrics."""
    answerable = bool(gold)
    citations = tuple(answer.citations) if answer.answered else ()
    hit = answer.answered and supports(citations, gold)
    correct = hit if answerable else not answer.answered
    scores = dict(retrieval)
    if answerable:
        scores["answer_hit"] = float(hit)
        if question.answers:
            scores["answer_f1"] = token_f1(answer.text if answer.answered else "", question.answers)
    if answer.answered:
        scores["answer_chars"] = float(len(answer.text))
    if answer.answered and answer.short and (question.answers or not answerable):
        golds = question.answers if answerable else ()
        scores["short_f1"] = token_f1(answer.short.quote, golds)
        scores["short_em"] = exact_match(answer.short.quote, golds)
    if answer.answered and answer.yes:
        scores["yes_precision"] = float(correct)
    hits = tuple(_ranked(one, gold) for one in best_hits(answer))
    failure = classify(
        answerable=answerable,
        answered=answer.answered,
        follow_up=bool(question.history),
        first=any(one.relevant for one in hits[:1]),
        retrieved=any(one.relevant for one in hits[:RETRIEVED_WITHIN]),
    )
    return Outcome(
        id=question.id,
        question=question.question,
        history=question.history,
        standalone_question=answer.standalone_question,
        document=question.document or _only(one.document_id for one in gold) or _only(documents),
        kind=question.kind,
        answerable=answerable,
        evidence=tuple(_quote(documents[one.document_id], one.start, one.end) for one in gold),
        answers=question.answers,
        answered=answer.answered,
        correct=correct,
        confidence=round(answer.confidence, DIGITS),
        text=answer.text,
        citations=citations,
        supported=sum(touches(one, gold) for one in citations),
        hits=hits,
        relevant=relevant,
        scores=scores,
        failure="" if correct else failure,
        seconds=round(seconds, DIGITS),
        short=answer.short if answer.answered else None,
        yes=answer.answered and answer.yes,
    )


def _judge(passage: Passage, gold: Gold) -> bool:
    return is_relevant(passage.document_id, passage.start, passage.end, gold)


def _ranked(hit: Hit, gold: Gold) -> Ranked:
    return Ranked(
        hit.passage.document_id,
        hit.passage.start,
        hit.passage.end,
        round(hit.score, DIGITS),
        round(hit.dense, DIGITS),
        round(hit.lexical, DIGITS),
        _judge(hit.passage, gold),
    )


def _only(documents: Iterable[str]) -> str:
    """Return the one document that there is, "" for none or several."""
    names = set(documents)
    return names.pop() if len(names) == 1 else ""


def _quote(document: Document, start: int, end: int) -> Citation:
    """Return what evidence says, a long region cut off."""
    quote = clip(document.text[start:end], LONGEST_SHOWN)
    return Citation(document.id, start, end, quote, document.location(start))
