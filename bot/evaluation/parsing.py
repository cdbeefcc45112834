"""Parse a question set's file into rows and their values, and say which of them is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.errors import QuestionSetError

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


def json_lines(text: str, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield "line N" and its JSON object, for each line that is not blank."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = parse(line, f"{path}, line {number}")
        except ValueError as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise QuestionSetError(f"{path}, line {number}: not JSON ({what})") from None
        if not isinstance(value, dict):
            raise QuestionSetError(f"{path}, line {number}: not a JSON object in braces")
        yield f"line {number}", value


def parse(text: str, where: object) -> Any:
    """Return the value of JSON text; raise `ValueError` for what is none."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise QuestionSetError(f"{where}: is nested too deeply; expected {FORMATS}") from None
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        raise QuestionSetError(f"{where}: holds half a character, {half!r}; remove it") from None
    return value


def string(line: dict[str, Any], name: str, where: str) -> str:
    """Return a value that must be a text with words in it."""
    value = line[name]
    if not isinstance(value, str) or not value.strip():
        raise QuestionSetError(f"{where}: {name!r} is not a text with words in it, in quotes")
    return value


def strings(line: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    """Return a value that must be a list of such texts; none where it is not given."""
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
