"""An exported conversation, and what is found when it is checked against its documents."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timezone
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot import Bot, Conversation
from bot.packaged import PACKAGED_RECORD
from embeddings import (
    Document,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    read_documents,
)
from embeddings.text.layout import lay_out

VENEZUELA = "What was said about Venezuela?"
FOLLOW_UP = "And about Nicaragua?"
FISHING = "What was agreed on fishing quotas?"


@pytest.fixture(scope="module")
def chat(bot: Bot) -> Conversation:
    chat = bot.chat()
    for question in (VENEZUELA, FOLLOW_UP, FISHING):
        chat.ask(question)
    return chat


@pytest.fixture
def export(chat: Conversation) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(chat.to_json())
    return read


@pytest.fixture
def verify(run, tmp_path: Path):
    def verify(export: object, *options: object) -> tuple[int, str, str]:
        path = tmp_path / "export.json"
        path.write_text(export if isinstance(export, str) else json.dumps(export))
        done = run("verify", path, *options)
        return done.code, done.out, done.err

    return verify


def test_json_has_what_is_needed_to_check_it(
    chat: Conversation, export: dict[str, Any], record: Document, index_folder: Path
) -> None:
    before = datetime.now(timezone.utc)
    index = Index.load(index_folder)
    assert export["format"] == 1
    assert export["index"] == index.id
    assert export["model"]["sha256"] == index.encoder.fingerprint
    assert export["documents"] == {record.id: record.sha256}
    first, second, silent = export["turns"]
    assert first["question"] == VENEZUELA and first["answered"] is True
    assert second["standalone_question"] == "What was said about Nicaragua?"
    assert (silent["answered"], silent["citations"]) == (False, [])
    [citation] = first["citations"]
    assert record.text[citation["start"] : citation["end"]] == citation["quote"] == first["text"]
    assert citation["location"] == "item 4"
    assert first["confidence"] == chat.turns[0].confidence
    time = datetime.fromisoformat(first["time"])
    assert time.utcoffset() is not None and time <= before


def test_an_index_keeps_its_id_when_it_is_saved(index: Index, index_folder: Path) -> None:
    assert Index.load(index_folder, encoder=index.encoder).id == index.id


def test_another_text_makes_another_index(index: Index, record: Document) -> None:
    changed = replace(record, text=record.text.replace("Lima Group", "Peru Group"))
    assert Index.build([changed], encoder=index.encoder).id != index.id


def rendered(markdown: str) -> str:
    html = MarkdownIt("commonmark").render(markdown)
    return unescape(re.sub(r"</?(?:p|h1|h2|blockquote|ol|li)>", "", html))


def test_markdown_has_every_question_quote_and_place(chat: Conversation) -> None:
    shown = rendered(chat.to_markdown())
    for turn in chat.turns:
        assert turn.question in shown and turn.text in shown
        for citation in turn.citations:
            assert f"item 4, characters {citation.start}-{citation.end}" in shown
    assert "Searched for: What was said about Nicaragua?" in shown


@pytest.fixture(scope="module")
def meetings(encoder: SentenceTransformerEncoder) -> Bot:
    texts = {
        "board.txt": "Ms. Lind: We discussed the footbridge.\n\nMr. Obi: The ferry was late again.",
        "club.txt": "The club will buy a boat.",
    }
    documents = [lay_out(Document(id, text)) for id, text in texts.items()]
    return Bot(Retriever(Index.build(documents, encoder=encoder)))


def test_of_whom_and_of_what_was_asked_is_saved(verify, meetings: Bot, tmp_path: Path) -> None:
    chat = meetings.chat(["board.txt"], speakers=["Mr. Obi"])
    answer = chat.ask("What was said about the zeppelin?")
    assert answer.missing
    export = json.loads(chat.to_json())
    assert set(export["documents"]) == {"board.txt"}
    [turn] = export["turns"]
    assert turn["scope"] == {
        "documents": ["board.txt"],
        "speakers": ["Mr. Obi"],
        "after": None,
        "before": None,
    }
    assert turn["missing"] == ["zeppelin"]
    shown = rendered(chat.to_markdown())
    assert "Asked of: Mr. Obi, board.txt" in shown
    assert "It never mentions “zeppelin”." in shown
    board = tmp_path / "board.txt"
    board.write_text(meetings.documents["board.txt"].text)
    assert verify(export, "--source", board)[0] == 0


def test_a_meeting_that_went_meanwhile_is_recorded_as_it_was_cited(
    verify, bot: Bot, record: Document, tmp_path: Path
) -> None:
    fees = tmp_path / "fees.txt"
    fees.write_text("The council raised the parking fee to four dollars. Nobody voted against it.")
    with_fees = Bot(Retriever(Index.build([record, *read_documents(fees)])))
    chat = with_fees.chat()
    assert chat.ask("To what was the parking fee raised?").citations[0].document_id == "fees.txt"
    chat = chat.resumed(bot, chat.scope)
    chat.ask(VENEZUELA)
    chat.ask("Thanks!")
    export = json.loads(chat.to_json())
    assert export["documents"].keys() == {record.id, "fees.txt"}
    (tmp_path / record.id).write_text(record.text)
    assert verify(export, "--source", tmp_path)[0] == 0
    fees.write_text("The council raised the parking fee to four dollars. All voted against it.")
    code, out, _ = verify(export, "--source", tmp_path)
    assert code == 1 and out.startswith("fees.txt: changed; ")
    del export["documents"]["fees.txt"]
    code, out, _ = verify(export, "--source", tmp_path)
    assert code == 1 and "fees.txt: cited, but the export has no hash of its text" in out


def test_a_yes_and_a_note_are_saved(meetings: Bot) -> None:
    chat = meetings.chat()
    assert chat.ask("Was the footbridge discussed?").yes
    note = chat.ask("¿Qué se dijo de la biblioteca?").note
    assert note
    [yes, noted] = json.loads(chat.to_json())["turns"]
    assert yes["yes"] is True and noted["note"] == note
    shown = rendered(chat.to_markdown())
    assert "<strong>Yes.</strong>" in shown and note in shown
    assert "Asked of" not in shown


MARKUP = """# |1. |2) |- |+ |=|> |* |_a_|`|[x](y)|<b>|&amp;|\\|~~|$|a|Word. |    |\t|---"""
PIECES = st.sampled_from([*MARKUP.split("|"), "|", "\n", "\n\n"])


@given(st.lists(PIECES, min_size=1, max_size=12).map("".join))
def test_markdown_shows_any_text_as_it_is(bot: Bot, chat: Conversation, text: str) -> None:
    text = f"x{text}x"
    answer = chat.turns[0]
    quoted = replace(answer.citations[0], quote=text)
    shown_in = bot.chat()
    shown_in.turns.append(replace(answer, text=text, citations=(quoted,)))
    shown = "".join(rendered(shown_in.to_markdown()).split())
    assert "".join(text.split()) + "[1]" in shown


def test_an_untouched_record_verifies_from_files_and_from_an_index(
    verify, export: dict[str, Any], index_folder: Path
) -> None:
    fine = (0, "Nothing differs (documents: 1, quotes: 2)\n", "")
    assert verify(export) == fine
    assert verify(export, "--source", PACKAGED_RECORD) == fine
    assert verify(export, "--index", index_folder) == fine


def test_a_moved_quote_is_found_where_it_now_stands(
    verify, export: dict[str, Any], record: Document, tmp_path: Path
) -> None:
    (tmp_path / record.id).write_text(f"A line more.\n{record.text}")
    start = export["turns"][0]["citations"][0]["start"]
    code, out, err = verify(export, "--source", tmp_path / record.id)
    assert code == 1 and err == ""
    changed, moved, again = out.splitlines()
    assert changed.startswith(
        f"{record.id}: changed; the sha256 of its text was {record.sha256[:12]}"
    )
    assert moved.startswith(f"answer 1, quote 1: not at {record.id}:{start}-")
    assert f"now at {start + 13}-" in moved and again.startswith("answer 2, quote 1: ")


def test_a_quote_that_is_gone_is_named(
    verify, export: dict[str, Any], record: Document, tmp_path: Path
) -> None:
    (tmp_path / record.id).write_text(record.text.replace("the Lima Group", "no group"))
    code, out, _ = verify(export, "--source", tmp_path / record.id)
    assert code == 1
    assert "nor elsewhere in it: 'Foreign Minister Kono raised the issue" in out


def test_a_missing_document_is_named_and_a_renamed_one_is_known(
    verify, export: dict[str, Any], record: Document, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Another meeting took place.")
    code, out, _ = verify(export, "--source", other)
    assert code == 1 and out.startswith(f"{record.id}: missing; ") and out.count("\n") == 1
    other.write_text(record.text)
    assert verify(export, "--source", other)[0] == 0


def test_a_renamed_document_is_known_though_another_has_its_name(
    verify, export: dict[str, Any], record: Document, tmp_path: Path
) -> None:
    minutes = tmp_path / "minutes"
    minutes.mkdir()
    (minutes / record.id).write_text("The minutes of the next meeting.")
    (minutes / "last year.txt").write_text(record.text)
    assert verify(export, "--source", minutes)[0] == 0


def test_a_forged_export_does_not_verify(verify, export: dict[str, Any]) -> None:
    export["turns"][0]["text"] = "They agreed on everything."
    code, out, _ = verify(export)
    assert (code, out) == (1, "answer 1: its text is not the quotes that it cites\n")
    export["turns"][0]["citations"][0]["quote"] = "They agreed on everything."
    code, out, _ = verify(export)
    assert code == 1 and "nor elsewhere in it: 'They agreed on everything.'" in out
    export["turns"][0]["answered"] = False
    assert "answer 1: it is silent, but cites" in verify(export)[1]


def test_a_forged_place_silence_or_answer_does_not_verify(verify, export: dict[str, Any]) -> None:
    first, second = export["turns"][:2]
    first["citations"][0]["location"] = "item 9"
    code, out, _ = verify(export)
    assert (code, out) == (1, "answer 1, quote 1: stands in item 4, not in 'item 9'\n")
    first |= {"answered": False, "citations": [], "text": "They never met."}
    second |= {"citations": [], "text": ""}
    code, out, _ = verify(export)
    assert (code, out) == (
        1,
        "answer 1: it is silent, but says 'They never met.'\n"
        "answer 2: it answers, but cites nothing\n",
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not an exported conversation"),
        ('{"format": 1}', "not an exported conversation"),
        ('{"format": 2}', "reads 1; check it with the version that"),
        ('{"format": 1, "documents": {"a": 1}, "turns": []}', "not an exported conversation"),
        ('{"format": 1, "documents": [], "turns": []}', "not an exported conversation"),
        (
            '{"format": 1, "documents": {"\\ud800": "a"}, "turns": []}',
            "not an exported conversation",
        ),
        ('{"format": 1, "documents": {}, "turns": [{"answered": 1}]}', "not an exported"),
        (
            '{"format": 1, "documents": {}, "turns": [{"answered": true, "text": "", "citations":'
            ' [{"document_id": "a", "start": -5, "end": 2, "quote": "x"}]}]}',
            "not an exported conversation",
        ),
    ],
)
def test_what_is_no_export_is_one_line(verify, content: str, complaint: str) -> None:
    code, out, err = verify(content)
    assert code == 1 and out == "" and complaint in err and err.count("\n") == 1


def test_wrong_usage_is_exit_code_2(verify, export: dict[str, Any]) -> None:
    assert verify(export, "--source", "a", "--index", "b")[0] == 2
    done = subprocess.run([sys.executable, "-m", "bot", "verify"], capture_output=True)
    assert done.returncode == 2


def test_verifying_needs_no_model(chat: Conversation, tmp_path: Path, index_folder: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(chat.to_json())
    code = (
        "import sys\nfrom bot.cli import main\nsys.argv[0] = 'meetingbot'\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'faiss'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    for options in ([], ["--index", str(index_folder)]):
        done = subprocess.run(
            [sys.executable, "-c", code, "verify", str(path), *options],
            capture_output=True,
            text=True,
        )
        assert done.stdout.endswith("\n[]\n"), done
