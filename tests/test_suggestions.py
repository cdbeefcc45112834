"""Suggested questions: answered by the document, each from a part of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from page import Page

from bot.bot import Bot
from bot.suggestions import SURE_ENOUGH, suggest
from bot.web.session import Session
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder
from embeddings.text.layout import lay_out

MUSEUM = (
    "Culture Committee\n\nThe chair opened the meeting and thanked everybody for their work.\n\n"
    "The visitors of the Harbour Museum will pay four euros from next spring, the committee said.\n"
)
TRAM = (
    "Traffic Committee\n\nThe night buses run until four from now on, as the chair announced.\n\n"
    "The rails of the Hill Tram will be repaired in June by the town's own workers, it was said.\n"
)
TWO = {"museum.txt": MUSEUM, "tram.txt": TRAM}
NORTH_KOREA = "What was agreed on North Korea?"
MEETINGS = Path(__file__).parent / "benchmarks" / "meetings"


def test_every_suggestion_is_answered_from_a_part_of_its_own(bot: Bot, record: Document) -> None:
    suggestions = suggest(bot, record.id)
    assert len(suggestions) >= 3
    for one in suggestions:
        answer = bot.ask(one.question)
        assert answer.citations == one.citations
        assert answer.confidence >= SURE_ENOUGH
    assert len({one.citations for one in suggestions}) == len(suggestions)


def test_headings_and_names_become_natural_questions(encoder: SentenceTransformerEncoder) -> None:
    [path] = MEETINGS.glob("02-*.txt")
    document = lay_out(Document("lomavai", path.read_text("utf-8")))
    found = Bot(Retriever(Index.build([document], encoder=encoder)))
    questions = [one.question for one in suggest(found, "lomavai")]
    assert "What was said about labour mobility?" in questions
    assert "What was said about Netherby?" in questions


def test_a_heading_does_not_prove_its_own_capitals(encoder: SentenceTransformerEncoder) -> None:
    text = (
        "# Harwick Council\n\n## Road Safety Plan\n\nThe council asked the county for a zebra"
        " crossing near the school, as the road safety plan foresees it.\n\n"
        "## Elm Street Lease\n\nThe clerk presented the lease of the old house in Elm Street, which"
        " ends in the spring of next year."
    )
    bot = Bot(Retriever(Index.build([lay_out(Document("a", text))], encoder=encoder)))
    questions = [one.question for one in suggest(bot, "a")]
    assert "What was said about road safety plan?" in questions
    assert "What was said about Elm Street lease?" in questions


@pytest.mark.parametrize("text", ["Nothing here has a name.", "Alice\n\nBob\n\nCarol"])
def test_none_are_better_than_silly_ones(encoder: SentenceTransformerEncoder, text: str) -> None:
    plain = Bot(Retriever(Index.build([lay_out(Document("plain", text))], encoder=encoder)))
    assert suggest(plain, "plain") == []


def test_who_adds_a_meeting_does_not_wait_for_suggestions(bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "museum.txt"
    path.write_text(MUSEUM)
    session = Session(bot)
    session.add(path)
    assert session.openers() == []
    assert session.look_through()
    assert session.openers() == ["What was said about the Harbour Museum?"]


def test_what_can_be_asked_is_offered_to_begin_with_and_after_an_answer(
    encoder: SentenceTransformerEncoder,
    serve: Callable[..., str],
    open_page: Callable[..., Page],
) -> None:
    documents = [lay_out(Document(name, text)) for name, text in TWO.items()]
    page = open_page(serve(bot=Bot(Retriever(Index.build(documents, encoder=encoder)))), "a")
    museum, tram = (f"What was said about the {name}?" for name in ("Harbour Museum", "Hill Tram"))
    assert museum in page.open()
    told = page.ask("Until when do the night buses run?")
    assert "until four" in told and tram not in told
    assert tram in page.fire("page", "change")


def test_a_session_suggests_what_was_not_asked_about(bot: Bot, record: Document) -> None:
    session = Session(bot)
    assert session.next_questions() == []
    assert session.look_through() and not session.look_through()
    asked = []
    while questions := session.next_questions():
        assert len(questions) <= 3
        asked.append(questions[0])
        session.ask(questions[0])
    assert len(asked) == len(set(asked)) >= 3
    session.start_again()
    session.meetings.choose(record.id, asked=False)
    assert session.next_questions() == []
