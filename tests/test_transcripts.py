"""Captions and transcripts, whoever wrote them: who speaks, when, and what was said."""

import json
from collections.abc import Callable
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
