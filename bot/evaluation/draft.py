"""Draft question-set rows from what visitors said of the answers, for a person to finish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.feedback import Feedback

UNREVIEWED = "unreviewed"
_DO = 'add "evidence", the list of the sentences that answer; [] if the record does not say'


def draft_questions(
    feedback: Iterable[Feedback], texts: Iterable[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield rows of a question set: one for each question, its context and the meetings cited.

    Evidence is taken from answers that were found helpful. A row of kind "unreviewed" needs a
    person: its `review` says what to do, and it has no evidence, so that no exam takes it before.
    `texts` are the documents', in which each quote must be.
    """
    asked: dict[tuple[str, ...], list[Feedback]] = {}
    for one in feedback:
        key = (*one.history, one.answer["question"])
        asked.setdefault(tuple(" ".join(text.lower().split()) for text in key), []).append(one)
    known = None if texts is None else list(texts)
    groups = (group for said in asked.values() for group in _by_meetings(said))
    for number, said in enumerate(groups, 1):
        yield _draft(f"feedback-{number:03}", said, known)


def _by_meetings(said: list[Feedback]) -> Iterator[list[Feedback]]:
    """Yield apart what was said of answers from different meetings; a silence is of no meeting."""
    groups: dict[frozenset[str], list[Feedback]] = {}
    for one in said:
        cited = frozenset(quote["document_id"] for quote in one.answer["citations"])
        groups.setdefault(cited, []).append(one)
    several = len(groups.keys() - {frozenset()}) > 1
    yield from groups.values() if several else [said]


def _draft(id: str, said: list[Feedback], texts: list[str] | None) -> dict[str, Any]:
    helpful = [one for one in said if one.helpful]
    cited = [quote for one in helpful for quote in one.answer["citations"]]
    evidence = list(dict.fromkeys(one["quote"] for one in cited))
    review = _review(said, helpful, evidence, texts)
    row: dict[str, Any] = {"id": id, "question": said[-1].answer["question"]}
    if not review:
        row["evidence"] = evidence
    if said[-1].history:
        row["history"] = list(said[-1].history)
    if len(documents := {one["document_id"] for one in cited}) == 1 and not review:
        row["document"] = documents.pop()
    if review:
        shown = (quote["quote"] for one in said for quote in one.answer["citations"])
        row |= {"kind": UNREVIEWED, "review": review, "cited": list(dict.fromkeys(shown))}
    if notes := list(dict.fromkeys(one.note for one in said if one.note)):
        row["notes"] = notes
    return row


def _review(
    said: list[Feedback], helpful: list[Feedback], evidence: list[str], texts: list[str] | None
) -> str:
    """Return what a person must do before the row can be trusted, "" for nothing."""
    if not helpful:
        return f"not helpful: {_DO}"
    if len(helpful) < len(said) or len({one.answer["answered"] for one in said}) > 1:
        return f"opinions differ: {_DO}"
    if any(_narrowed(one.answer.get("scope")) for one in said):
        return f"asked of a part of the record: {_DO}"
    if texts is not None and not all(any(one in text for text in texts) for one in evidence):
        return f"a quote is no longer in the documents: {_DO}"
    return ""


def _narrowed(scope: Any) -> bool:
    """Say whether a kept scope leaves anything out."""
    return isinstance(scope, dict) and any(limit is not None for limit in scope.values())
