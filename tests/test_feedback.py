"""Feedback: nothing that was said is lost, whoever else writes, dies or fills the disk."""

import json
import logging
import resource
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from bot import Bot, load_questions
from bot.errors import FeedbackError, QuestionSetError
from bot.export import turn_as_dict
from bot.feedback import Feedback, append, open_data, read
from embeddings.scope import Scope

VENEZUELA = "What was said about Venezuela?"
FOLLOW_UP = "And about Nicaragua?"
FISHING = "What was agreed on fishing quotas?"

# Writes until it is killed, or WRITES times; what it was told is kept, it prints.
WRITER = """
import sys
from pathlib import Path
from bot.feedback import Feedback, append
answer = {"question": "Why?", "answered": False, "citations": []}
path, name, writes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for turn in range(1, writes + 1):
    append(path, Feedback(name, turn, True, answer, note="é" * (turn % 97) * 50))
    print(turn, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return open_data(tmp_path / "data")


@pytest.fixture
def helpful(bot: Bot) -> Feedback:
    return Feedback("a", 1, True, turn_as_dict(bot.ask(VENEZUELA)))


def write(path: Path, name: str, writes: int, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(writes)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)


def test_what_is_said_last_of_an_answer_counts(path: Path, helpful: Feedback) -> None:
    said = [helpful, replace(helpful, turn=2), replace(helpful, helpful=False, note="Né\n?")]
    for one in said:
        append(path, one)
    assert read(path) == [said[2], said[1]]
    assert len(path.read_bytes().splitlines()) == 3


def test_many_writers_lose_nothing_though_one_is_killed(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    victims = [write(path, f"victim {number}", 100_000) for number in range(2)]
    writers = [write(path, f"writer {number}", 40) for number in range(4)]
    promised = {}
    for number, victim in enumerate(victims):
        assert victim.stdout
        for _ in range(10 + 7 * number):
            victim.stdout.readline()
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        promised[f"victim {number}"] = 10 + 7 * number
    for number, writer in enumerate(writers):
        writer.communicate()
        assert writer.returncode == 0
        promised[f"writer {number}"] = 40
    for victim in victims:
        victim.communicate()
    append(path, Feedback("last", 1, True, {"question": "?", "answered": True, "citations": []}))
    kept = read(path)
    for name, turns in promised.items():
        own = [one.turn for one in kept if one.conversation == name]
        assert own == list(range(1, len(own) + 1)) and len(own) >= turns, name
    assert kept[-1].conversation == "last"
    assert len(caplog.records) <= len(victims)


@pytest.mark.parametrize("cut", [1, 20, -1])
def test_a_torn_line_is_left_out_and_ended_by_the_next_writer(
    path: Path, helpful: Feedback, caplog: pytest.LogCaptureFixture, cut: int
) -> None:
    append(path, helpful)
    whole = path.read_bytes()
    append(path, replace(helpful, turn=2))
    path.write_bytes(path.read_bytes()[: len(whole) + cut if cut > 0 else cut])
    torn = path.read_bytes()
    kept = read(path)
    append(path, replace(helpful, turn=3))
    assert path.read_bytes().startswith(torn + b"\n")
    assert read(path) == [*kept, replace(helpful, turn=3)]
    # Only its end is missing where all but the line's end was written.
    assert [one.turn for one in kept] == ([1] if cut > 0 else [1, 2])
    warned = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warned == ([f"{path}, line 2: not whole, left out"] * 2 if cut > 0 else [])


def test_a_full_disk_is_told_and_leaves_the_file_as_it_was(path: Path, helpful: Feedback) -> None:
    append(path, helpful)
    before = path.read_bytes()

    def fill_up() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 30, len(before) + 30))

    writer = write(path, "late", 1, preexec_fn=fill_up, stderr=subprocess.PIPE)
    _, err = writer.communicate()
    assert f"FeedbackError: {path}: cannot be written (" in err and "make room" in err
    assert path.read_bytes() == before


def test_half_a_character_is_refused(path: Path, helpful: Feedback) -> None:
    with pytest.raises(FeedbackError, match="half a character"):
        append(path, replace(helpful, note="good \ud83d"))
    assert path.read_bytes() == b""


def test_a_lock_that_is_kept_is_told(
    path: Path, helpful: Feedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.feedback.SECONDS_TO_WAIT", 0.1)
    with FileLock(f"{path}.lock"), pytest.raises(FeedbackError, match="keeps it locked"):
        append(path, helpful)
    assert read(path) == []


def test_a_data_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FeedbackError, match="cannot be written"):
        open_data(tmp_path / "file")


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"{}",
        b"7",
        b"\xff",
        b"[" * 100_000,
        b'{"conversation": 1}',
        b'"a"',
        b"nonsense",
        (b'"note": ""', rb'"note": "\ud800"'),
        (b'"turn": 1', b'"turn": Infinity'),
        (b'"helpful": true', b'"helpful": 1'),
    ],
)
def test_what_is_no_feedback_is_left_out(
    path: Path, helpful: Feedback, line: bytes | tuple[bytes, bytes]
) -> None:
    append(path, helpful)
    whole = path.read_bytes()
    if isinstance(line, tuple):
        assert line[0] in whole
        line = whole.replace(*line).rstrip(b"\n")
    path.write_bytes(line + b"\n" + whole)
    assert read(path) == [helpful]
    path.write_bytes(line)
    with pytest.raises(FeedbackError, match=r"has no feedback; give the feedback\.jsonl of a chat"):
        read(path)


@pytest.fixture
def to_questions(run):
    def to_questions(path: Path, *options: object) -> tuple[list[dict[str, Any]], str]:
        done = run("feedback", "to-questions", path, *options)
        assert done.code == 0, done.err
        return [json.loads(line) for line in done.out.splitlines()], done.err

    return to_questions


def test_feedback_becomes_a_question_set(
    to_questions, bot: Bot, path: Path, tmp_path: Path
) -> None:
    chat = bot.chat()
    for question in (VENEZUELA, FOLLOW_UP, FISHING):
        chat.ask(question)
    asked: tuple[str, ...] = ()
    for turn, (answer, liked) in enumerate(zip(chat.turns, (True, False, True), strict=True), 1):
        append(path, Feedback("a", turn, liked, turn_as_dict(answer), asked, "Hm." * turn))
        asked = (*asked, answer.question)
    again = {**turn_as_dict(chat.turns[0]), "question": f" {VENEZUELA.upper()} "}
    append(path, Feedback("b", 1, True, again))

    rows, err = to_questions(path)
    good, bad, silent = rows
    assert good["evidence"] == [one.quote for one in chat.turns[0].citations]
    assert good["document"] == chat.turns[0].citations[0].document_id
    assert "review" not in good and "history" not in good
    assert "evidence" not in bad and bad["kind"] == "unreviewed" and bad["history"] == [VENEZUELA]
    assert bad["review"].startswith("not helpful: ") and bad["notes"] == ["Hm.Hm."]
    assert bad["cited"] == [one.quote for one in chat.turns[1].citations]
    assert silent["evidence"] == [] and "kind" not in silent
    assert err == 'Rows that need a person (kind "unreviewed"): 1\n'

    draft = tmp_path / "draft.jsonl"
    draft.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(QuestionSetError, match="line 2: has no 'evidence'"):
        load_questions(draft)
    bad["evidence"] = []
    draft.write_text("".join(json.dumps(row) + "\n" for row in rows))
    questions = load_questions(draft)
    assert [one.answerable for one in questions] == [True, False, False]
    assert questions[1].kind == "unreviewed" and questions[2].history == (VENEZUELA, FOLLOW_UP)


def test_the_same_question_of_different_meetings_is_two(
    to_questions, path: Path, helpful: Feedback
) -> None:
    quote = {"document_id": "other.txt", "quote": "Tea costs two pounds."}
    answer = {**helpful.answer, "citations": [quote]}
    for one in (helpful, replace(helpful, conversation="b", answer=answer)):
        append(path, one)
    rows, _ = to_questions(path)
    cited = helpful.answer["citations"][0]
    assert [row["document"] for row in rows] == [cited["document_id"], "other.txt"]
    assert [row["evidence"] for row in rows] == [[cited["quote"]], ["Tea costs two pounds."]]


def test_what_was_asked_of_a_part_of_the_record_needs_a_person(
    to_questions, bot: Bot, path: Path
) -> None:
    for number, scope in enumerate((Scope(), Scope(documents=[*bot.documents]))):
        chat = bot.chat(scope.documents)
        answer = {**turn_as_dict(chat.ask(FISHING)), "scope": asdict(scope)}
        append(path, Feedback(str(number), 1, True, {**answer, "question": f"{FISHING} {number}"}))
    whole, part = to_questions(path)[0]
    assert "review" not in whole and whole["evidence"] == []
    assert part["kind"] == "unreviewed" and part["review"].startswith("asked of a part of the rec")


def test_opinions_that_differ_and_quotes_that_are_gone_need_a_person(
    to_questions, path: Path, helpful: Feedback, tmp_path: Path
) -> None:
    append(path, helpful)
    other = tmp_path / "other.txt"
    other.write_text("Another meeting took place.")
    [row], _ = to_questions(path, "--source", other)
    assert row["review"].startswith("a quote is no longer in the documents: ")
    append(path, replace(helpful, conversation="b", helpful=False))
    [row], _ = to_questions(path)
    assert row["review"].startswith("opinions differ: ") and "evidence" not in row
