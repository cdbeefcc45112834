"""`meetingbot evaluate` on small meetings: what it may write, what it compares, whom it asks."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

MARCH = (
    "Harwick Parish Council\n\nMs. Adeyemi said that the roof of the hall costs £45,300.\n\n"
    "The council agreed to extend the bus contract until 2025.\n"
)
APRIL = (
    "Harwick Parish Council\n\nThe roof of the hall was repaired in three days.\n\n"
    "The library will open on 2 May.\n"
)
ROWS = [
    {
        "id": "roof",
        "question": "What does the roof cost?",
        "evidence": ["Ms. Adeyemi said that the roof of the hall costs £45,300."],
        "document": "march.txt",
    },
    {
        "id": "library",
        "question": "When will the library open?",
        "evidence": ["The library will open on 2 May."],
        "document": "april.txt",
    },
]


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def exam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return how to ask two questions of two meetings, from the folder where all of it lies."""
    monkeypatch.chdir(tmp_path)
    Path("minutes").mkdir()
    Path("minutes/march.txt").write_text(MARCH, "utf-8")
    Path("minutes/april.txt").write_text(APRIL, "utf-8")
    write_rows(Path("q.jsonl"), ROWS)
    return ["evaluate", "q.jsonl", "--source", "minutes"]


@pytest.mark.parametrize(
    "outputs",
    [
        ["--json", "minutes/march.txt"],
        ["--report", "minutes/report.html"],
        ["--summary", "old.json", "--baseline", "old.json"],
        ["--json", "pipe"],
    ],
)
def test_nothing_that_is_read_is_overwritten(run, exam: list[str], outputs: list[str]) -> None:
    assert run(*exam, "--json", "old.json").code == 0
    old = Path("old.json").read_text("utf-8")
    os.mkfifo("pipe")
    done = run(*exam, *outputs)
    assert done.code == 1 and done.out == ""
    assert done.err.startswith(f"meetingbot: {outputs[1]}: is ") and done.err.count("\n") == 1
    assert Path("minutes/march.txt").read_text("utf-8") == MARCH
    assert not Path("minutes/report.html").exists()
    assert Path("old.json").read_text("utf-8") == old
    assert Path("pipe").is_fifo()


def test_a_report_follows_its_baseline_and_a_link(run, exam: list[str]) -> None:
    Path("kept.json").symlink_to("old.json")
    assert run(*exam, "--json", "kept.json").code == 0
    assert Path("kept.json").is_symlink() and len(json.loads(Path("old.json").read_text())) > 3
    done = run(*exam, "--limit", 1, "--json", "old.json", "--baseline", "kept.json")
    assert done.code == 0 and "Against the baseline" in done.out
    assert len(json.loads(Path("old.json").read_text("utf-8"))["questions"]) == 1


def test_a_corrected_row_is_no_change_of_the_bot(run, exam: list[str]) -> None:
    wrong = ROWS[0] | {"evidence": ["The council agreed to extend the bus contract until 2025."]}
    write_rows(Path("q.jsonl"), [wrong, ROWS[1]])
    assert run(*exam, "--json", "old.json").code == 0
    write_rows(Path("q.jsonl"), ROWS)
    written = ("--summary", "s.md", "--report", "r.html")
    done = run(*exam, "--baseline", "old.json", *written, "--fail-on-drop", "answer_hit=0")
    assert done.code == 0
    told = [" ".join(text.split()) for text in (done.out, *map(read_text, written[1::2]))]
    for text in told:
        assert "1 questions are left out: their evidence or answers changed." in text
        assert "Other than in the baseline: dataset (sha256)." in text
    assert "on 1 shared questions" in told[0] and "Mended: 0" in told[0]
    write_rows(Path("q.jsonl"), [wrong | {"evidence": []}])
    done = run(*exam, "--baseline", "old.json")
    assert done.code == 1 and "other evidence or answers for each of these" in done.err


def test_other_settings_and_other_minutes_are_named(run, exam: list[str]) -> None:
    assert run(*exam, "--json", "old.json").code == 0
    Path("minutes/march.txt").write_text(f"Minutes\n\n{MARCH}", "utf-8")
    done = run(*exam, "--caution", "high", "--baseline", "old.json")
    assert done.code == 0 and "on 2 shared questions" in " ".join(done.out.split())
    assert "Other than in the baseline: documents (sha256); threshold 0.5 -> 0.7." in " ".join(
        done.out.split()
    )


def read_text(path: str) -> str:
    return Path(path).read_text("utf-8")


def test_a_question_is_asked_of_its_document_or_of_all(run, exam: list[str]) -> None:
    elsewhere = ROWS[1] | {"evidence": [], "document": "march.txt"}
    write_rows(Path("q.jsonl"), [ROWS[0], elsewhere])
    for options, where, right in (
        ([], {"march.txt", "april.txt"}, False),
        (["--corpus", "file"], {"march.txt", "april.txt"}, False),
        (["--corpus", "document"], {"march.txt"}, True),
    ):
        assert run(*exam, *options, "--json", "r.json").code == 0
        (_, library) = json.loads(read_text("r.json"))["questions"]
        assert {hit["document_id"] for hit in library["hits"]} == where
        assert library["correct"] == right
