"""Read question sets in the formats that the field uses, and say what is wrong with a line.

The contract's JSON Lines, SQuAD 2.0 (Rajpurkar et al., 2018), QMSum (Zhong et al., 2021); BEIR's
folders (Thakur et al., 2021) are in `beir`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.errors import QuestionSetError
from bot.evaluation.questions import Corpus, Evidence, Question, QuestionSet
from embeddings.datatypes import Document

Reader = Callable[[Corpus], QuestionSet]
FORMATS = "JSON Lines with id, question and evidence; SQuAD 2.0; QMSum; or a BEIR folder"


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, or say why there are none."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise QuestionSetError(f"{path}: cannot be read ({reason}); give a question set") from None


def decode(path: Path, data: bytes) -> str:
    """Return the text of UTF-8 bytes, or name the line that is not."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise QuestionSetError(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from None


def recognise(text: str, path: Path) -> Reader:
    """Return the reader for a text in one of the formats that are one file."""
    if not text.strip():
        raise QuestionSetError(f"{path}: holds no questions; expected {FORMATS}")
    try:
        whole = json.loads(text)
    except RecursionError:
        raise QuestionSetError(f"{path}: is nested too deeply; expected {FORMATS}") from None
    except ValueError:
        whole = None
    if isinstance(whole, dict) and isinstance(whole.get("data"), list):
        return lambda corpus: read_squad(whole["data"], path, corpus)
    if isinstance(whole, dict) and "meeting_transcripts" in whole:
        return lambda corpus: read_qmsum([("meeting 1", whole)], path, corpus)
    if whole is not None and not (isinstance(whole, dict) and "question" in whole):
        raise QuestionSetError(f"{path}: not a question set; expected {FORMATS}")
    if whole is not None:
        return lambda _: read_lines(iter([("line 1", whole)]), path)
    first = next(json_lines(text, path))[1]
    if "meeting_transcripts" in first:
        return lambda corpus: read_qmsum(list(json_lines(text, path)), path, corpus)
    return lambda _: read_lines(json_lines(text, path), path)


def json_lines(text: str, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield "line N" and its JSON object, for each line that is not blank."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise QuestionSetError(f"{path}, line {number}: not JSON ({what})") from None
        if not isinstance(value, dict):
            raise QuestionSetError(f"{path}, line {number}: not a JSON object in braces")
        yield f"line {number}", value


def read_lines(lines: Iterator[tuple[str, dict[str, Any]]], path: Path) -> QuestionSet:
    """Read the contract's JSON Lines."""
    questions: list[Question] = []
    seen: dict[str, str] = {}
    for place, line in lines:
        where = f"{path}, {place}"
        for name in ("id", "question", "evidence"):
            if line.get(name) is None:
                raise QuestionSetError(f"{where}: has no {name!r}")
        question = Question(
            id=_string(line, "id", where),
            question=_string(line, "question", where),
            evidence=_strings(line, "evidence", where),
            answers=_strings(line, "answers", where),
            history=_strings(line, "history", where),
            document=_string(line, "document", where) if line.get("document") else "",
            kind=_string(line, "kind", where) if line.get("kind") else "",
            source=where,
        )
        if question.id in seen:
            raise QuestionSetError(
                f"{where}: id {question.id!r} was used before, in {seen[question.id]}"
            )
        seen[question.id] = place
        questions.append(question)
    return QuestionSet(tuple(questions), format="JSON Lines")


def read_squad(articles: list[Any], path: Path, corpus: Corpus) -> QuestionSet:
    """Read SQuAD 1.1 or 2.0: an article is a document, its paragraphs joined by a blank line."""
    documents: dict[str, Document] = {}
    questions: list[Question] = []
    try:
        for article in articles:
            name = _unused(str(article["title"]), documents)
            offset, contexts = 0, []
            for paragraph in article["paragraphs"]:
                context = paragraph["context"]
                for entry in paragraph["qas"]:
                    spans = [] if entry.get("is_impossible") else entry["answers"]
                    where = f"{path}, {name}, question {entry['id']}"
                    for span in spans:
                        begin = span["answer_start"]
                        if context[begin : begin + len(span["text"])] != span["text"]:
                            raise QuestionSetError(
                                f"{where}: the answer {span['text']!r} is not at {begin}"
                            )
                    if not spans and not entry.get("is_impossible"):
                        raise QuestionSetError(f"{where}: has no answers and is not impossible")
                    places = [(offset + one["answer_start"], len(one["text"])) for one in spans]
                    questions.append(
                        Question(
                            id=str(entry["id"]),
                            question=entry["question"],
                            evidence=tuple(
                                Evidence(name, start, start + length)
                                for start, length in dict.fromkeys(places)
                            ),
                            answers=tuple(one["text"] for one in spans),
                            document=name,
                            only_document=corpus == "document",
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


def read_qmsum(
    meetings: list[tuple[str, dict[str, Any]]], path: Path, corpus: Corpus
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
                        question=entry["query"],
                        evidence=tuple(spans),
                        answers=(entry["answer"],) if entry.get("answer") else (),
                        document=name,
                        only_document=corpus == "document",
                        source=where,
                    )
                )
                if not ranges:
                    raise QuestionSetError(f"{where}: query {order} has no turns")
        except (KeyError, TypeError, ValueError) as error:
            raise _misshapen(path, "QMSum", place, error) from None
        documents.append(Document(name, "\n".join(turns)))
    return QuestionSet(tuple(questions), tuple(documents), format="QMSum")


def _string(line: dict[str, Any], name: str, where: str) -> str:
    value = line[name]
    if not isinstance(value, str) or not value.strip():
        raise QuestionSetError(f"{where}: {name!r} is not a text with words in it")
    return value


def _strings(line: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    values = line.get(name)
    if values is None:
        return ()
    if not isinstance(values, list):
        raise QuestionSetError(f"{where}: {name!r} is not a list of texts in brackets")
    for value in values:
        if not isinstance(value, str) or not value.strip():
            raise QuestionSetError(
                f"{where}: {name!r} holds {value!r}, which is not a text with words in it"
            )
    return tuple(values)


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
