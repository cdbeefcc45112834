"""A name that was asked for and never stands in the record is named with the answer, too."""

import json

import pytest
from typer.testing import CliRunner

from bot import Bot
from bot.cli import app
from bot.web.answer import render_answer
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

RECORD = (
    "Mr. Kovalenko (Ukraine) said that more than 250,000 buildings in his country had been"
    " damaged.\n\n"
    "The Japanese delegate announced a workshop on earthquakes in Sendai for November.\n\n"
    "Ms. Obi asked for more tents before the winter."
)
LACKS = "The record never mentions “Kyiv”."


@pytest.fixture(scope="module")
def council(encoder: SentenceTransformerEncoder) -> Bot:
    return Bot(Retriever(Index.build([Document("a.txt", RECORD)], encoder=encoder)))


@pytest.mark.parametrize(
    "question", ["Was Kyiv mentioned?", "Kyiv", "Were Kyiv's buildings damaged?"]
)
def test_an_answer_names_a_name_that_the_record_never_has(council: Bot, question: str) -> None:
    answer = council.ask(question)
    assert answer.answered and "Ukraine" in answer.text
    assert answer.missing == ("Kyiv",)


@pytest.mark.parametrize(
    "question",
    [
        "What was said about Ukraine?",
        # Japan is in "Japanese"; what is no name may be said in other words; an opener is no name.
        "What will Japan hold in Sendai?",
        "Who wants extra tents by wintertime?",
        "Summarise what Ms. Obi asked for.",
        "Summarise",
        "Overview?",
    ],
)
def test_nothing_is_named_with_an_answer_but_such_a_name(council: Bot, question: str) -> None:
    answer = council.ask(question)
    assert answer.answered and answer.missing == ()


def test_it_is_said_before_the_quote_wherever_an_answer_is_shown(council: Bot, tmp_path) -> None:
    chat = council.chat()
    answer = chat.ask("Was Kyiv mentioned?")
    (turn,) = json.loads(chat.to_json())["turns"]
    assert turn["missing"] == ["Kyiv"]
    (tmp_path / "a.txt").write_text(RECORD, "utf-8")
    arguments = ["ask", "Was Kyiv mentioned?", "--source", str(tmp_path / "a.txt")]
    printed = CliRunner().invoke(app, arguments).stdout
    for shown in (chat.to_markdown(), printed, render_answer(answer, 1, {"a.txt": "a.txt"})):
        assert LACKS in shown
        assert shown.index(LACKS) < shown.index("Kovalenko")
