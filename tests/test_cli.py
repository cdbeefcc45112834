"""The command line as a user types it; in this process, but for what must be seen from outside."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from shlex import quote

import pytest

from bot import Bot, load_questions
from bot.packaged import PACKAGED_QUESTIONS, PACKAGED_SOURCE
from embeddings import Index, Retriever, read_documents

NORTH_KOREA = "What was agreed on North Korea?"
FISHING = "What was agreed on fishing quotas?"


def test_ask_answers_with_the_sentence_and_its_span(run, record) -> None:
    done = run("ask", NORTH_KOREA, "--json")
    answer = json.loads(done.out)
    assert done.code == 0
    # Or its silence might pass for that of one's own record.
    assert done.err == "Asked of the packaged record; give your own with --source or --index.\n"
    assert answer["answered"] is True
    assert "complete, verifiable and irreversible dismantlement (CVID)" in answer["text"]
    (citation,) = answer["citations"]
    assert record.text[citation["start"] : citation["end"]] == citation["quote"] == answer["text"]
    assert citation["document_id"] == record.id
    assert citation["location"] == "item 4"
    assert set(answer) == {
        "question", "standalone_question", "answered", "text", "confidence", "citations", "hits",
        "seconds", "missing", "short", "yes", "note",
    }  # fmt: skip
    assert {"document_id", "start", "end", "text", "score", "dense", "lexical"} <= set(
        answer["hits"][0]
    )


def test_ask_is_silent_where_the_record_is(run) -> None:
    done = run("ask", FISHING, "--json")
    answer = json.loads(done.out)
    assert done.code == 0
    assert answer["answered"] is False
    assert answer["text"] == "The record does not say."
    assert answer["citations"] == [] and answer["hits"]
    shown = run("ask", FISHING).out
    assert shown.startswith("The record does not say.")
    assert "It never mentions \N{LEFT DOUBLE QUOTATION MARK}" in shown
    assert "Closest, but not an answer" in shown


def test_where_the_time_of_an_answer_went_is_told_if_asked_for(run) -> None:
    done = run("ask", NORTH_KOREA, "--source", PACKAGED_SOURCE, "--json", "--verbose")
    assert re.fullmatch(r"[\d.]+ s: read [\d.]+, retrieve [\d.]+, answer [\d.]+\n", done.err)
    assert json.loads(done.out)["answered"]


def test_caution_decides_how_sure_to_be(run, bot: Bot) -> None:
    alone = (one.question for one in load_questions(PACKAGED_QUESTIONS) if not one.history)
    question = next(one for one in alone if 0.35 < bot.ask(one).confidence < 0.7)
    answers = {
        level: json.loads(run("ask", question, "--json", "--caution", level).out)
        for level in ("low", "normal", "high")
    }
    (sure,) = {answer["confidence"] for answer in answers.values()}
    said = {level: answer["answered"] for level, answer in answers.items()}
    assert said == {"low": True, "normal": sure >= 0.5, "high": False}


def test_ask_for_a_person_shows_numbered_quotes_and_places(run) -> None:
    shown = run("ask", NORTH_KOREA).out
    assert "by North Korea, and the full implementation of the UNSC resolutions. [1]" in shown
    assert "[1] item 4, japan-peru" in shown


def test_ask_says_yes_where_the_record_does(run) -> None:
    shown = run("ask", "Was Venezuela discussed?").out
    assert shown.startswith("Yes.\nForeign Minister Kono raised")
    assert not run("ask", "What was said about Venezuela?").out.startswith("Yes")


def test_ask_reads_a_follow_up_in_its_history(run) -> None:
    done = run(
        "ask", "And about Nicaragua?", "--history", "What was said about Venezuela?", "--json"
    )
    answer = json.loads(done.out)
    assert answer["question"] == "And about Nicaragua?"
    assert answer["standalone_question"] == "What was said about Nicaragua?"
    assert "Nicaragua" in answer["text"]


def test_what_a_document_says_is_only_shown(run, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[31m\x9b2J\r"
    turns = [{"speaker": f"Ann{evil}", "text": f"The fee was raised {evil}to four dollars."}]
    minutes, folder = tmp_path / f"minutes{evil}.json", tmp_path / "index"
    minutes.write_text(json.dumps(turns))
    (tmp_path / f"broken{evil}.pdf").write_bytes(b"%PDF broken")
    export = tmp_path / "chat.json"
    question = ("What was raised?", "--source", minutes)
    chat = Bot(Retriever(Index.build(read_documents(minutes)))).chat()
    assert chat.ask(question[0]).answered
    export.write_text(chat.to_json(), "utf-8")
    row = {"id": evil, "question": f"Who left{evil}?", "evidence": [turns[0]["text"]]}
    (tmp_path / "set.jsonl").write_text(json.dumps(row))
    done = [
        run("ask", *question),
        run("ask", f"Why {evil}is the tram late?", "--source", minutes),
        run("search", *question),
        run("ask", "What was raised?", "--source", tmp_path / evil),
        run("index", tmp_path, "--index", folder),
        run("verify", export),
        run("evaluate", tmp_path / "set.jsonl", "--source", minutes),
    ]
    assert "The fee was raised" in done[0].out
    for one in done:
        assert not {"\x1b", "\x07", "\x9b", "\r"} & {*one.out, *one.err}
    for one in done[3:6]:
        assert "\N{REPLACEMENT CHARACTER}" in one.out + one.err


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (["--after", "00:10:00"], "nothing to ask of (everything, from 00:10:00):"),
        (
            ["--after", "2020-01-01", "--before", "2019-01-01"],
            "from 2020-01-01 on and before 2019-01-01",
        ),
        (["--speaker", "chair", "--before", "00:10:00"], "(chair, before 00:10:00):"),
        (["--speaker", "Ann", "--document", "other.txt"], "(Ann):"),
    ],
)
def test_to_have_nothing_to_search_is_no_silence(
    run, tmp_path: Path, scope: list[str], said: str
) -> None:
    (tmp_path / "minutes.txt").write_text("Chair: Ms Berg raised the fee.\n\nAnn: By how much?\n")
    (tmp_path / "other.txt").write_text("The shed gets a green roof in October.")
    for command in ("ask", "search"):
        done = run(command, "Who raised the fee?", "--source", tmp_path, *scope)
        assert done.code == 1 and said in done.err and done.out == ""
        assert done.err.count("\n") == 1


def test_search_lists_hits(run, index_folder: Path) -> None:
    hits = json.loads(run("search", NORTH_KOREA, "-k", 2, "--index", index_folder, "--json").out)
    assert len(hits) == 2
    assert "North Korea" in hits[0]["text"]
    assert "item 4" in run("search", NORTH_KOREA, "-k", 1).out


def test_index_then_ask_from_it(run, tmp_path: Path) -> None:
    (tmp_path / "minutes.txt").write_text("The council raised the parking fee to four dollars.")
    folder = tmp_path / "index"
    done = run("index", tmp_path / "minutes.txt", "--index", folder)
    assert done.code == 0 and "1 passage" in done.out
    answer = json.loads(run("ask", "What is the parking fee?", "--index", folder, "--json").out)
    assert "four dollars" in answer["text"]


def test_a_folder_of_every_format_is_indexed_and_each_answers_from_its_place(
    run, tmp_path: Path
) -> None:
    from test_readers import pdf, word

    page = "<h2>Bridge</h2><p>The footbridge over the quay is closed until the autumn of 2020.</p>"
    files = {
        "a.txt": b"Chair: The parking fee rises to four dollars.",
        "b.html": f"<html><body><main><h1>Council</h1>{page}</main></body></html>".encode(),
        "c.docx": word(
            [("Board", "Title"), ("Library", "Heading 1"), ("It opens on Sundays.", "Normal")], []
        ),
        "d.pdf": pdf(
            [("Board", "Title"), ("Water", "Heading2"), ("The tank leaks at its base.", "BodyText")]
        ),
        "e.vtt": b"WEBVTT\n\n00:12:31.000 --> 00:12:35.000\n<v Ann>The school gets a new roof.\n",
        "f.srt": b"1\n00:00:07,000 --> 00:00:09,000\nBOB: The market moves to the harbour.\n",
        "g.json": b'[{"speaker": "Eve", "text": "The bus line ends at the mill.", "time": 61}]',
        "h.pdf": b"%PDF broken",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    folder = tmp_path / "index"
    done = run("index", tmp_path, "--index", folder)
    assert done.code == 1 and "h.pdf: is not a PDF" in done.err and done.err.count("\n") == 1
    assert "7 added, 0 changed, 0 removed, 0 unchanged, 1 failed" in done.out
    for question, document, location in (
        ("What is the parking fee?", "a.txt", "Chair"),
        ("Until when is the footbridge closed?", "b.html", "Bridge"),
        ("What opens on Sundays?", "c.docx", "Library"),
        ("Where does the tank leak?", "d.pdf", "p. 1, Water"),
        ("What does the school get?", "e.vtt", "00:12:31 Ann"),
        ("Where does the market move?", "f.srt", "00:00:07 BOB"),
        ("Where does the bus line end?", "g.json", "00:01:01 Eve"),
    ):
        (hit,) = json.loads(run("search", question, "-k", 1, "--index", folder, "--json").out)
        assert (hit["document_id"], hit["location"]) == (document, location)
    scope = ("--speaker", "Ann", "--after", "00:12:00", "--document", "e.vtt")
    hits = json.loads(run("search", "the roof", *scope, "--index", folder, "--json").out)
    assert [hit["location"] for hit in hits] == ["00:12:31 Ann"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["ask", " "], "the question is empty"),
        (["ask", "a" * 10_000], "10,000 characters"),
        (["search", ""], "the question is empty"),
        (["ask", "x?", "--source", "nowhere.txt"], "nowhere.txt: no such file or folder"),
        (["index", "nowhere", "--index", "somewhere"], "nowhere: no such file or folder"),
        (["ask", "x?", "--index", "nowhere"], "nowhere: no index there"),
        (["chat", "--host", "0.0.0.0"], "--auth-file"),
        (["chat", "--auth-file", "nowhere"], "meetingbot user add NAME --auth-file nowhere"),
        (["chat", "--data", "/dev/null/data"], "feedback.jsonl: cannot be written"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_1(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.code == 1
    assert complaint in done.err
    assert done.err.count("\n") == 1 and done.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b"\xff\xfe\x00", "damaged UTF-16"),
        ("a.txt", b"a\0b", "binary"),
        ("a.xls", b"a", "cannot read .xls"),
    ],
)
def test_bad_files(run, tmp_path: Path, name: str, content: bytes, complaint: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("index", path, "--index", tmp_path / "index")
    assert done.code == 1 and done.err.startswith(f"meetingbot: {path}: ")
    assert complaint in done.err and done.err.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "arguments",
    [[], ["ask"], ["ask", "x?", "--nonsense"], ["search", "x?", "-k", "0"], ["index", "x"],
     ["nonsense"],
     ["ask", "x?", "--source", "a", "--index", "b"]],
)  # fmt: skip
def test_wrong_usage_is_exit_code_2(run, arguments: list[str]) -> None:
    assert run(*arguments).code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "who?", "--store", ""],
        ["ask", "who?", "--index", ""],
        ["search", "who?", "--source", " "],
        ["chat", ""],
        ["chat", "--data", ""],
        ["index", "a.txt", "--store", ""],
        ["index", "a.txt", "--store", "library.db", "--ray", ""],
        ["index", "", "--index", "index"],
        ["verify", "chat.json", "--store", ""],
        ["evaluate", "questions.jsonl", "--export", ""],
    ],
)
def test_a_name_that_is_empty_is_wrong_usage(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.code == 2 and "is empty" in done.err and done.out == ""
    assert list(tmp_path.iterdir()) == []


QUESTIONS = PACKAGED_SOURCE / "questions.jsonl"


def test_evaluate_prints_a_table_and_writes_json(run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = run("evaluate", QUESTIONS, "--limit", 4, "--json", report)
    assert done.code == 0 and "success@1" in done.out and done.err == ""
    written = json.loads(report.read_text("utf-8"))
    assert set(written) >= {"counts", "metrics", "questions", "environment"}
    assert len(written["questions"]) == 4


def test_a_missed_gate_is_exit_code_1_and_says_which(run) -> None:
    done = run("evaluate", QUESTIONS, "--limit", 2, "--fail-under", "answer_chars=1")
    assert done.code == 1 and "answer_chars" in done.err
    done = run("evaluate", QUESTIONS, "--limit", 2, "--fail-under", "success@5=0.1")
    assert done.code == 0


@pytest.fixture
def exam(tmp_path: Path) -> list[object]:
    """Return how to sit a small exam, with all that it writes."""
    (tmp_path / "a.txt").write_text("Ann Berg asked for a new roof.\n\nThe fee is four dollars.")
    row = {"id": "1", "question": "What is the fee?", "evidence": ["The fee is four dollars."]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    (tmp_path / "b.jsonl").write_text(json.dumps(row | {"id": "2"}))
    return ["evaluate", tmp_path / "a.jsonl", "--source", tmp_path / "a.txt"]


def test_an_exam_writes_all_that_it_is_asked_for(run, exam: list[object], tmp_path: Path) -> None:
    old, page, summary, folder = (tmp_path / name for name in ("o.json", "p", "s.md", "new/e"))
    assert run(*exam, "--json", old, "--fail-under", "answer_hit=1").code == 0
    written = ("--report", page, "--summary", summary, "--export", folder)
    gates = ("--baseline", old, "--fail-on-drop", "answer_hit=0")
    done = run(*exam, *written, *gates, "--ablate")
    assert done.code == 0 and done.err == ""
    assert "Against the baseline" in done.out and "without the judge" in done.out
    assert "<html" in page.read_text("utf-8") and "answer_hit" in summary.read_text("utf-8")
    assert "Change" in summary.read_text("utf-8")
    assert len(list(folder.iterdir())) == 5


@pytest.mark.parametrize(
    ("arguments", "complaint", "code"),
    [
        (["--json", "."], "is a folder", 1),
        (["--json", "new.json", "--report", "/dev/null/page.html"], "cannot be written", 1),
        (["--summary", "a.txt/summary.md"], "cannot be written", 1),
        (["--json", "new.json", "--export", "a.txt"], "cannot be written", 1),
        (["--json", "new.json", "--baseline", "other.json"], "none of these questions", 1),
        (["--json", "./a.jsonl"], "a.jsonl: is among what is read", 1),
        (["--summary", "a.jsonl"], "a.jsonl: is among what is read", 1),
        (
            ["--json", "new", "--report", "../{folder}/new"],
            "new: is among what is read, or another",
            1,
        ),
        (["--fail-on-drop", "answer_hit=0.02"], "--baseline", 2),
        (["--split", "dev"], "only a BEIR folder has splits", 1),
    ],
)
def test_what_is_wrong_is_told_before_the_exam(
    run, exam: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], complaint: str, code: int,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    arguments = [one.format(folder=tmp_path.name) for one in arguments]
    if "other.json" in arguments:
        run("evaluate", tmp_path / "b.jsonl", *exam[2:], "--json", "other.json")
    before = sorted(tmp_path.iterdir())
    done = run(*exam, *arguments)
    assert done.code == code and complaint in done.err
    assert done.out == "" and sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_output_that_cannot_be_written_is_told_in_a_line(options: list[str]) -> None:
    command = [sys.executable, "-m", "bot", "search", NORTH_KOREA, *options]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr == "meetingbot: the output cannot be written: No space left on device\n"


def test_an_unknown_metric_is_wrong_usage(run) -> None:
    done = run("evaluate", QUESTIONS, "--fail-under", "accuracy=1")
    assert done.code == 2 and "success@1" in done.err


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('{"id": "a", "question": "x?", "evidence": []}\n{"id": ', "line 2"),
        ('{"id": "a", "question": "x?"}', "evidence"),
        ('{"id": "a", "question": "x?", "evidence": ["not in the record"]}', "not in"),
    ],
)
def test_a_malformed_question_set_is_named(run, tmp_path: Path, lines: str, complaint: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(lines)
    done = run("evaluate", path)
    assert done.code == 1 and complaint in done.err and done.err.count("\n") == 1


def test_help_is_in_a_user_s_words(run) -> None:
    commands = run("--help").out.partition("Commands:\n")[2]
    assert len(commands.splitlines()) == 8
    assert "..." not in commands  # a line that is cut off
    for command in ("chat", "ask", "search", "index", "evaluate", "verify", "user add"):
        shown = run(*command.split(), "--help").out
        usage = shown.splitlines()[0]
        assert "......" not in usage.replace("]", "").replace("}", "")
        options = shown.partition("Options:\n")[2]
        assert not re.search(r"--[\w-]+ +<(str|int|path|list)", options), command


def test_help_and_imports_pay_for_no_model_and_no_web_framework() -> None:
    code = (
        "import sys, bot, embeddings, bot.cli\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'faiss', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


OFFLINE = """
import sys
from pytest_socket import disable_socket, socket_allow_hosts
disable_socket(allow_unix_socket=True)
socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except Exception as error:
    assert "192.0.2.1" in str(error) or "Socket" in type(error).__name__, error
else:
    raise AssertionError("sockets are not blocked")
from bot import Bot, evaluate, load_questions
from embeddings import Index, Retriever, read_documents
index = Index.build(read_documents(sys.argv[1]))
index.save(sys.argv[2])
retriever = Retriever(Index.load(sys.argv[2]))
assert retriever.search("lunch")
bot = Bot(retriever)
assert bot.ask("What was agreed on North Korea?").answered
report = evaluate(bot, load_questions(sys.argv[1] + "/questions.jsonl")[:6])
assert report.metrics["success@5"] is not None
print("offline")
"""


def test_everything_works_offline(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(PACKAGED_SOURCE), str(tmp_path / "index")],
        capture_output=True,
        text=True,
    )
    assert done.stdout == "offline\n", done.stderr


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True
    )
    assert "Usage: meetingbot" in done.stdout


def test_an_encoder_from_a_folder(run, small_model: Path, tmp_path: Path) -> None:
    minutes, index, report = (tmp_path / name for name in ("a.txt", "index", "report.json"))
    minutes.write_text("La comisión aprobó el presupuesto. Luego habló de la pesca.", "utf-8")
    sheet = tmp_path / "questions.jsonl"
    row = {
        "id": "1",
        "question": "¿Qué aprobó?",
        "evidence": ["La comisión aprobó el presupuesto."],
    }
    sheet.write_text(json.dumps(row), "utf-8")
    model = ("--encoder", small_model)
    assert run("index", minutes, "--index", index, *model).code == 0
    for question in (("ask", "¿Qué aprobó?"), ("search", "¿Qué aprobó?")):
        hits = [run(*question, *where, "--json") for where in (
            ("--index", index),  # it remembers its encoder
            ("--source", minutes, *model),
        )]  # fmt: skip
        assert [one.code for one in hits] == [0, 0]
        score = re.compile(r'"score": [\d.]+')
        assert score.findall(hits[0].out) == score.findall(hits[1].out) != []
    assert run("evaluate", sheet, "--source", minutes, *model, "--json", report).code == 0
    assert json.loads(report.read_text("utf-8"))["environment"]["encoder"] == "small"
    refused = run("ask", "¿Qué?", "--index", index, "--encoder", tmp_path)
    assert refused.code == 1 and "no model.safetensors there" in refused.err


def test_an_index_of_another_encoder_is_made_anew_as_the_error_says(
    run, small_model: Path, tmp_path: Path
) -> None:
    minutes, index, moved = tmp_path / "a.txt", tmp_path / "index", tmp_path / "moved"
    minutes.write_text("La comisión aprobó el presupuesto. Luego habló de la pesca.", "utf-8")
    assert run("index", minutes, "--index", index).code == 0
    shutil.copytree(small_model, moved)
    cure = f"--index {quote(str(index))}"
    refused = run("ask", "¿Qué aprobó?", "--index", index, "--encoder", moved)
    assert refused.code == 1 and f"{cure} --encoder {quote(str(moved))}\n" in refused.err
    assert run("index", minutes, "--index", index, "--encoder", moved).code == 0
    assert run("ask", "¿Qué aprobó?", "--index", index).code == 0
    shutil.rmtree(moved)
    refused = run("ask", "¿Qué aprobó?", "--index", index)
    assert refused.code == 1 and f"{cure} --anew, which takes the packaged" in refused.err
    assert run("index", minutes, "--index", index, "--anew").code == 0
    assert run("ask", "¿Qué aprobó?", "--index", index).code == 0


@pytest.mark.parametrize(
    "arguments", [("ask", "Who?", "--source", b"M\xf6bel.txt"), ("verify", b"M\xf6bel.json")]
)
def test_a_name_that_is_not_utf8_is_told_in_one_line(arguments: tuple[str | bytes, ...]) -> None:
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert r"M\udcf6bel" in done.stderr
