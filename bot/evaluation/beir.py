"""Read a BEIR folder (Thakur et al., 2021): corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from bot.errors import QuestionSetError
from bot.evaluation.parsing import FORMATS, decode, json_lines, read_bytes, string
from bot.evaluation.questions import Evidence, Question, QuestionSet
from embeddings.datatypes import Document

DEFAULT_SPLIT = "test"


def read_beir(folder: Path, split: str | None = None) -> QuestionSet:
    """Read the queries that the qrels judge; any document judged above 0 answers its query whole.

    `split` names a file of `qrels/`: by default test, or the only one there is. Grades above 0 all
    count the same.
    """
    if not (folder / "corpus.jsonl").is_file() or not (folder / "queries.jsonl").is_file():
        raise QuestionSetError(
            f"{folder}: a folder without corpus.jsonl and queries.jsonl; expected {FORMATS}"
        )
    judged = _qrels_file(folder, split)
    paths = (folder / "corpus.jsonl", folder / "queries.jsonl", judged)
    data = {path: read_bytes(path) for path in paths}
    documents: dict[str, Document] = {}
    for where, line in _entries(paths[0], data[paths[0]]):
        title, text = str(line.get("title") or ""), _text(line, where)
        documents[line["_id"]] = Document(line["_id"], text if text.strip() else title, title=title)
    queries: dict[str, tuple[str, str]] = {}
    for where, line in _entries(paths[1], data[paths[1]]):
        queries[line["_id"]] = (string(line, "text", where), where)
    gold = _qrels(judged, decode(judged, data[judged]), documents, queries)
    questions = tuple(
        Question(query, queries[query][0], tuple(spans), source=queries[query][1])
        for query, spans in gold.items()
        if spans
    )
    digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in data.values()))
    return QuestionSet(
        questions,
        tuple(documents.values()),
        f"{folder.name}/{judged.stem}",
        "BEIR",
        digest.hexdigest(),
    )


def _qrels_file(folder: Path, split: str | None) -> Path:
    found = {path.stem: path for path in sorted((folder / "qrels").glob("*.tsv"))}
    if split is None:
        split = next(iter(found)) if len(found) == 1 else DEFAULT_SPLIT
    if split not in found:
        there = ", ".join(found) or "none"
        raise QuestionSetError(f"{folder}: has no qrels/{split}.tsv; the splits there: {there}")
    return found[split]


def _entries(path: Path, data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return the lines of a file of entries with an `_id` each, used once."""
    entries: list[tuple[str, dict[str, Any]]] = []
    first: dict[str, str] = {}
    for place, line in json_lines(decode(path, data), path):
        where, name = f"{path}, {place}", line.get("_id")
        if not isinstance(name, str) or not name:
            raise QuestionSetError(f"{where}: has no '_id' that is a text")
        if name in first:
            raise QuestionSetError(f"{where}: _id {name!r} was used before, in {first[name]}")
        first[name] = place
        entries.append((where, line))
    return entries


def _text(line: dict[str, Any], where: str) -> str:
    if not isinstance(line.get("text"), str):
        raise QuestionSetError(f"{where}: has no 'text'")
    return str(line["text"])


def _qrels(
    path: Path, text: str, documents: dict[str, Document], queries: dict[str, tuple[str, str]]
) -> dict[str, list[Evidence]]:
    """Return the documents that answer each judged query."""
    gold: dict[str, list[Evidence]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and cells[-1].strip() == "score"):
            continue
        where = f"{path}, line {number}"
        try:
            query, document, grade = cells[0], cells[1], int(cells[2])
        except (IndexError, ValueError):
            raise QuestionSetError(
                f"{where}: not query-id, corpus-id and score between tabs"
            ) from None
        if query not in queries:
            raise QuestionSetError(f"{where}: query {query!r} is not in queries.jsonl")
        if document not in documents:
            raise QuestionSetError(f"{where}: document {document!r} is not in corpus.jsonl")
        spans = gold.setdefault(query, [])
        if grade > 0:
            spans.append(Evidence(document, 0, len(documents[document].text), region=True))
    return gold
