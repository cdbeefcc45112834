"""Captions and transcripts, whoever wrote them: who speaks, when, and what was said."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from embeddings import Document, read_documents

Read = Callable[[str, str], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(name: str, content: str) -> Document:
        (tmp_path / name).write_text(content, "utf-8")
        (document,) = read_documents(tmp_path / name)
        return document

    return read


def srt(lines: Sequence[str], times: Sequence[tuple[float, float]] = ()) -> str:
    """Return SubRip captions; a line lasts two seconds where no times are given."""
    times = times or [(2 * n, 2 * n + 2) for n in range(len(lines))]
    return "\n".join(
        f"{number}\n{_clock(begin)} --> {_clock(end)}\n{line}\n"
        for number, (line, (begin, end)) in enumerate(zip(lines, times, strict=True), 1)
    )


def _clock(seconds: float) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{rest:03}"


def test_a_recording_of_a_whole_day_is_read_to_its_end(read: Read) -> None:
    day = [{"start": n * 2, "text": f"and the fee of pier {n} is due"} for n in range(20_000)]
    document = read("day.json", json.dumps(day))
    assert document.text.endswith("the fee of pier 19999 is due")
    assert document.marks[-1].time == "11:06:38"


def test_a_long_list_of_lines_with_numbers_is_read_to_its_end(read: Read) -> None:
    names = [f"{n:05}".translate(str.maketrans("0123456789", "abcdefghij")) for n in range(15_000)]
    roads = [f"Road {name} fee {n % 90 + 10}" for n, name in enumerate(names)]
    document = read("roads.txt", "Fees\n\nThey are due.\n\n" + "\n\n".join(roads))
    found = [document.text[start:end] for start, end in document.blocks or ()]
    assert found == ["They are due.", *roads]


@pytest.mark.parametrize("name", ["a.txt", "a.srt"])
def test_who_speaks_is_told_alike_in_a_text_and_in_captions(read: Read, name: str) -> None:
    lines = ["BERG, Anna: We are open.", "LI, MAYOR: I agree.", "I mean this: four dollars."]
    document = read(name, srt(lines) if name == "a.srt" else "\n".join(lines))
    assert document.speakers == ("BERG, Anna", "LI, MAYOR")
