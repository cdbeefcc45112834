"""What visitors think of the answers: a file of JSON Lines to which several servers may append.

A line is written whole, under a lock, and is on the disk before anybody is thanked. Where a writer
died half-way, the next one ends its line, and the reader leaves that line out; no line is changed.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from errno import ENOSPC
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from bot.errors import FeedbackError

NAME = "feedback.jsonl"
SECONDS_TO_WAIT = 10
_log = logging.getLogger(__name__)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody said of an answer: of a turn, counted from one, of a conversation.

    Who says something else of the same turn, or adds a note, takes the first word back. `answer`
    is the answer as an export has it; `history` has the questions before it.
    """

    conversation: str
    turn: int
    helpful: bool
    answer: dict[str, Any]
    history: tuple[str, ...] = ()
    note: str = ""
    time: str = field(default_factory=_now)


def open_data(folder: Path) -> Path:
    """Return the file for feedback in a folder, which is made; raise `FeedbackError`."""
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def append(path: Path, feedback: Feedback) -> None:
    """Write feedback to the end of a file; raise `FeedbackError`, the file as it was."""
    try:
        line = json.dumps(asdict(feedback), ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        raise FeedbackError(
            "the feedback holds half a character: type it again, as UTF-8"
        ) from None
    try:
        with (
            FileLock(f"{path}.lock", timeout=SECONDS_TO_WAIT),
            path.open("ab+", buffering=0) as file,
        ):
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                # A writer died: its line is ended, and stays.
                line = line if file.read(1) == b"\n" else b"\n" + line
            try:
                if file.write(line) != len(line):
                    raise OSError(ENOSPC, os.strerror(ENOSPC))
                os.fsync(file.fileno())
            except OSError:
                file.truncate(size)
                raise
    except Timeout as error:
        raise FeedbackError(f"{path}: another program keeps it locked; try again") from error
    except OSError as error:
        raise _unwritable(path, error) from error


def read(path: Path) -> list[Feedback]:
    """Return what was said last of each answer, in order; raise `FeedbackError`.

    Lines that are not whole are left out, with a warning; a file of nothing else is no feedback.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise FeedbackError(f"{path}: cannot be read ({reason}); give a file of feedback") from None
    last: dict[tuple[str, int, str], Feedback] = {}
    torn: list[int] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = _parse(line)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            torn.append(number)
            continue
        last[one.conversation, one.turn, one.answer["question"]] = one
    if torn and not last:
        raise FeedbackError(f"{path}: has no feedback; give the {NAME} of a chat's --data")
    for number in torn:
        _log.warning("%s, line %d: not whole, left out", path, number)
    return list(last.values())


def _parse(line: bytes) -> Feedback:
    row = json.loads(line)
    answer = row["answer"]
    texts = [row["conversation"], row["note"], row["time"], answer["question"], *row["history"]]
    for one in answer["citations"]:
        texts += [one["document_id"], one["quote"]]
    "".join(texts).encode()  # half a character could not be written again
    if type(row["turn"]) is not int:
        raise TypeError(row["turn"])
    if not (isinstance(row["helpful"], bool) and isinstance(answer["answered"], bool)):
        raise TypeError(row["helpful"])
    return Feedback(
        row["conversation"],
        row["turn"],
        row["helpful"],
        answer,
        tuple(row["history"]),
        row["note"],
        row["time"],
    )


def _unwritable(path: Path, error: OSError) -> FeedbackError:
    reason = (error.strerror or str(error)).lower()
    return FeedbackError(f"{path}: cannot be written ({reason}); make room or name another --data")
