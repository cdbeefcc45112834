"""Load a question set, in any of the formats that the field uses, told by the content."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from bot.errors import QuestionSetError
from bot.evaluation.beir import read_beir
from bot.evaluation.formats import read_lines, read_qmsum, read_squad
from bot.evaluation.parsing import FORMATS, decode, json_lines, parse, read_bytes
from bot.evaluation.questions import Corpus, QuestionSet


def load_questions(
    path: str | Path, *, corpus: Corpus | None = None, split: str | None = None
) -> QuestionSet:
    """Read a question set: JSON Lines, SQuAD 2.0, QMSum or a BEIR folder.

    With `corpus="document"` a question that names its document is asked of it alone, with "file"
    of all; by default those of SQuAD and QMSum, where an article or a meeting is a document, keep
    to theirs, and those of JSON Lines do not. `split` names the qrels file of a BEIR folder. Raises
    `QuestionSetError`, one line, naming the file, the line and what is wrong.
    """
    path = Path(path)
    if path.is_dir():
        return read_beir(path, split)
    if split is not None:
        raise QuestionSetError(f"{path}: only a BEIR folder has splits; leave out --split")
    data = read_bytes(path)
    read = _read(decode(path, data), path, corpus)
    return replace(read, name=path.name, sha256=hashlib.sha256(data).hexdigest())


def _read(text: str, path: Path, corpus: Corpus | None) -> QuestionSet:
    """Read a text in one of the formats that are one file."""
    if not text.strip():
        raise QuestionSetError(f"{path}: holds no questions; expected {FORMATS}")
    try:
        whole = parse(text, path)
    except ValueError:  # lines of JSON
        if "meeting_transcripts" in next(json_lines(text, path))[1]:
            return read_qmsum(list(json_lines(text, path)), path, corpus)
        return read_lines(json_lines(text, path), path, corpus)
    if isinstance(whole, dict) and isinstance(whole.get("data"), list):
        return read_squad(whole["data"], path, corpus)
    if isinstance(whole, dict) and "meeting_transcripts" in whole:
        return read_qmsum([("meeting 1", whole)], path, corpus)
    if isinstance(whole, dict) and "question" in whole:
        return read_lines(iter([("line 1", whole)]), path, corpus)
    raise QuestionSetError(f"{path}: not a question set; expected {FORMATS}")
