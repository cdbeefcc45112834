"""Find the gold evidence in the documents: every place where its quotes stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from unicodedata import category

from bot.errors import QuestionSetError
from bot.evaluation.questions import Evidence, Question
from embeddings.datatypes import Document

Gold = tuple[Evidence, ...]
LONGEST_SHOWN = 60
# What may stand between two digits of a number or a time.
IN_NUMBERS = ".,:"


def locate(
    questions: Sequence[Question],
    documents: Mapping[str, Document],
    within: Sequence[str] | None = None,
) -> list[Gold]:
    """Return the spans of each question's evidence, every place where a quote stands being one.

    Raises `QuestionSetError`, before anything is asked, for an id used twice, a document that is
    not there (or not `within` those that are asked), and a quote that stands in no document or in
    several while the question names none. It tells the first such question and how many more
    there are.
    """
    asked = [id for id in within or documents if id in documents]
    gold: list[Gold] = []
    problems: list[str] = []
    seen: set[str] = set()
    for question in questions:
        where = question.source or f"question {question.id!r}"
        try:
            if question.id in seen:
                raise QuestionSetError(f"{where}: id {question.id!r} is used twice")
            seen.add(question.id)
            if question.document and question.document not in documents:
                raise QuestionSetError(
                    f"{where}: document {question.document!r} is not among those asked:"
                    f" {_some(documents)}"
                )
            spans = tuple(
                span
                for one in question.evidence
                for span in _spans(one, question, documents, asked, where, hint=not problems)
            )
            outside = {span.document_id for span in spans}.difference(within or documents)
            if outside:
                raise QuestionSetError(
                    f"{where}: its evidence is in {_some(sorted(outside))}, which is not among the"
                    " documents asked"
                )
            gold.append(tuple(dict.fromkeys(spans)))
        except QuestionSetError as error:
            problems.append(str(error))
    if problems:
        more = f" (and {len(problems) - 1} more such problems)" if len(problems) > 1 else ""
        raise QuestionSetError(problems[0] + more)
    return gold


def _spans(
    evidence: str | Evidence,
    question: Question,
    documents: Mapping[str, Document],
    asked: Sequence[str],
    where: str,
    *,
    hint: bool,
) -> list[Evidence]:
    if isinstance(evidence, Evidence):
        document = documents.get(evidence.document_id)
        if document is None:
            raise QuestionSetError(
                f"{where}: document {evidence.document_id!r} is not among those asked:"
                f" {_some(documents)}"
            )
        if not 0 <= evidence.start < evidence.end <= len(document.text):
            raise QuestionSetError(
                f"{where}: {evidence.start}-{evidence.end} is no span of {evidence.document_id!r}"
            )
        return [evidence]
    searched = [documents[id] for id in ([question.document] if question.document else asked)]
    found = {one.id: places for one in searched if (places := _places(evidence, one.text))}
    shown = repr(clip(evidence, LONGEST_SHOWN))
    if not found:
        unasked = (documents[id] for id in documents if id not in asked)
        why = _why_not(evidence, searched, unasked) if hint else ""
        raise QuestionSetError(
            f"{where}: the quote {shown} does not stand in"
            f" {_some([document.id for document in searched])}{why}"
        )
    if len(found) > 1:
        raise QuestionSetError(
            f"{where}: the quote {shown} stands in {_some(found)}; name one of them as 'document'"
        )
    ((name, places),) = found.items()
    return [Evidence(name, start, start + len(evidence)) for start in places]


def _places(quote: str, text: str) -> list[int]:
    """Return where a quote begins in a text, but for places inside a word or a number."""
    places: list[int] = []
    start = text.find(quote)
    while start >= 0:
        if not _parts(text, start) and not _parts(text, start + len(quote)):
            places.append(start)
        start = text.find(quote, start + 1)
    return places


def _parts(text: str, place: int) -> bool:
    """Say whether a cut at a place parts a word or a number: £40 is not in £400,000."""
    before, after = text[max(0, place - 2) : place], text[place : place + 2]
    digits = before.rstrip(IN_NUMBERS)[-1:], after.lstrip(IN_NUMBERS)[:1]
    if all(map(str.isdecimal, digits)):
        return True
    # Letters without capitals are left alone: some of their scripts do not part words.
    return all(one.isalnum() and category(one) != "Lo" for one in (before[-1:], after[:1]))


def _why_not(quote: str, searched: Iterable[Document], unasked: Iterable[Document]) -> str:
    """Say where a quote that is not in the searched documents stands, or nearly stands."""
    if outside := [one.id for one in unasked if _places(quote, one.text)]:
        return f", but in {_some(outside)}, which is not among the documents asked"
    if within := [one.id for one in searched if quote in one.text]:
        return f" but inside a word or a number of {_some(within)}; quote it whole"
    near = [one.id for one in searched if _loose(quote) in _loose(one.text)]
    if near:
        return f"; {near[0]!r} has it with other white space or capitals: quote it as it stands"
    return "; quote the document word for word"


def _loose(text: str) -> str:
    return " ".join(text.casefold().split())


def clip(text: str, longest: int) -> str:
    """Return a text, cut off where it is longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _some(names: Iterable[str]) -> str:
    listed = [repr(name) for name in names]
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")
