"""Make a question set of the rows of a file, and say what is wrong with one.

The contract's JSON Lines, SQuAD 2.0 (Rajpurkar et al., 2018), QMSum (Zhong et al., 2021); BEIR's
folders (Thakur et al., 2021) are in `beir`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.errors import QuestionSetError
from bot.evaluation.parsing import string, strings
from bot.evaluation.questions import Corpus, Evidence, Question, QuestionSet
from embeddings.datatypes import Document

# What a row may hold: what is asked by, and what `feedback to-questions` tells a person.
_KEYS = {"id", "question", "evidence", "answers", "history", "document", "kind"}
_REMARKS = {"review", "cited", "notes"}
_log = logging.getLogger(__name__)


def read_lines(
    lines: Iterator[tuple[str, dict[str, Any]]], path: Path, corpus: Corpus | None
) -> QuestionSet:
    """Read the contract's JSON Lines; a key that is not known is named in a warning."""
    questions: list[Question] = []
    seen: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for place, line in lines:
        where = f"{path}, {place}"
        for key in line:
            if key not in _KEYS | _REMARKS:
                unknown.setdefault(key, where)
        for name in ("id", "question", "evidence"):
            if line.get(name) is None:
                raise QuestionSetError(f"{where}: has no {name!r}")
        question = Question(
            id=string(line, "id", where),
            question=string(line, "question", where),
            evidence=strings(line, "evidence", where),
            answers=strings(line, "answers", where),
            history=strings(line, "history", where),
            document=string(line, "document", where) if line.get("document") else "",
            kind=string(line, "kind", where) if line.get("kind") else "",
            only_document=corpus == "document" and bool(line.get("document")),
            source=where,
        )
        if question.id in seen:
            raise QuestionSetError(
                f"{where}: id {question.id!r} was used before, in {seen[question.id]}"
            )
        seen[question.id] = place
        questions.append(question)
    for key, where in unknown.items():
        _log.warning("%s: %r is not read; keys are %s", where, key, ", ".join(sorted(_KEYS)))
    return QuestionSet(tuple(questions), format="JSON Lines")


def read_squad(articles: list[Any], path: Path, corpus: Corpus | None) -> QuestionSet:
    """Read SQuAD 1.1 or 2.0: an article is a document, its paragraphs joined by a blank line."""
    documents: dict[str, Document] = {}
    questions: list[Question] = []
    try:
        for article in articles:
            name = _unused(str(article["title"]), documents)
            offset, contexts = 0, []
            for paragraph in article["paragraphs"]:
                context = string(paragraph, "context", f"{path}, {name}")
                for entry in paragraph["qas"]:
                    where = f"{path}, {name}, question {entry['id']}"
                    spans = _squad_spans(entry, context, where)
                    places = dict.fromkeys((offset + begin, len(text)) for begin, text in spans)
                    questions.append(
                        Question(
                            id=str(entry["id"]),
                            question=string(entry, "question", where),
                            evidence=tuple(
                                Evidence(name, begin, begin + length) for begin, length in places
                            ),
                            answers=tuple(text for _, text in spans),
                            document=name,
                            only_document=corpus != "file",
                            source=where,
                        )
                    )
                contexts.append(context)
                offset += len(context) + 2
            title = str(article["title"]).replace("_", " ")
            documents[name] = Document(name, "\n\n".join(contexts), title=title)
    except (KeyError, TypeError, AttributeError) as error:
        raise _misshapen(path, "SQuAD", f"article {len(documents) + 1}", error) from None
    return QuestionSet(tuple(questions), tuple(documents.values()), format="SQuAD")


def _squad_spans(entry: dict[str, Any], context: str, where: str) -> list[tuple[int, str]]:
    """Return where the answers to a question begin in its paragraph, and what they say."""
    impossible = entry.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise QuestionSetError(f"{where}: 'is_impossible' is not true or false")
    if impossible:
        return []
    spans: list[tuple[int, str]] = []
    for span in entry["answers"]:
        text, begin = string(span, "text", where), span["answer_start"]
        if type(begin) is not int:
            raise QuestionSetError(f"{where}: 'answer_start' is no whole number")
        if context[begin : begin + len(text)] != text:
            raise QuestionSetError(f"{where}: the answer {text!r} is not at {begin}")
        spans.append((begin, text))
    if not spans:
        raise QuestionSetError(f"{where}: has no answers and is not impossible")
    return spans


def read_qmsum(
    meetings: list[tuple[str, dict[str, Any]]], path: Path, corpus: Corpus | None
) -> QuestionSet:
    """Read QMSum: a meeting is a document, a turn a line; gold evidence is the turns' ranges.

    Only the specific queries have gold turns; the general ones are left out.
    """
    documents: list[Document] = []
    questions: list[Question] = []
    for number, (place, meeting) in enumerate(meetings, start=1):
        name, where = f"{path.stem}-{number:03}", f"{path}, {place}"
        try:
            turns = [
                " ".join(f"{turn['speaker']}: {turn['content']}".split())
                for turn in meeting["meeting_transcripts"]
            ]
            starts = [0]
            for turn in turns:
                starts.append(starts[-1] + len(turn) + 1)
            for order, entry in enumerate(meeting["specific_query_list"], start=1):
                ranges = [(int(first), int(last)) for first, last in entry["relevant_text_span"]]
                for first, last in ranges:
                    if not 0 <= first <= last < len(turns):
                        raise QuestionSetError(
                            f"{where}: query {order} is about turns {first}-{last} of {len(turns)}"
                        )
                spans = (
                    Evidence(name, starts[a], starts[b + 1] - 1, region=True) for a, b in ranges
                )
                questions.append(
                    Question(
                        id=f"{name}-{order:02}",
                        question=string(entry, "query", f"{where}, query {order}"),
                        evidence=tuple(spans),
                        answers=(string(entry, "answer", f"{where}, query {order}"),)
                        if entry.get("answer")
                        else (),
                        document=name,
                        only_document=corpus != "file",
                        source=where,
                    )
                )
                if not ranges:
                    raise QuestionSetError(f"{where}: query {order} has no turns")
        except (KeyError, TypeError, ValueError) as error:
            raise _misshapen(path, "QMSum", place, error) from None
        documents.append(Document(name, "\n".join(turns)))
    return QuestionSet(tuple(questions), tuple(documents), format="QMSum")


def _unused(name: str, taken: dict[str, Document]) -> str:
    """Return the name, numbered if another article has it."""
    number, unused = 1, name
    while unused in taken:
        number += 1
        unused = f"{name}-{number}"
    return unused


def _misshapen(path: Path, form: str, place: str, error: Exception) -> QuestionSetError:
    what = f"has no {error}" if isinstance(error, KeyError) else f"is not as it should be ({error})"
    return QuestionSetError(f"{path}, {place}: {what}; read as {form}")
