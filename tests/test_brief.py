"""An answer in brief stands beside its quote: a short answer inside it, a yes where it says so."""

import pytest

from bot import Bot
from bot.brief import says_yes
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

RECORD = (
    "The council discussed the new footbridge and its lighting. "
    "It approved a budget of 4.2 million crowns for the footbridge. "
    "Ms. Adeyemi will report on the tender on 14 March.\n\n"
    "The library stays closed on Mondays. The sides did not discuss the swimming pool. "
    "The visitors saw the lighthouse."
)


@pytest.fixture(scope="module")
def council(encoder: SentenceTransformerEncoder) -> Bot:
    return Bot(Retriever(Index.build([Document("a.txt", RECORD)], encoder=encoder)))


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Who will report on the tender?", "Ms. Adeyemi"),
        ("What budget did the council approve?", "4.2 million crowns"),
    ],
)
def test_the_short_answer_is_a_span_of_the_quote(council: Bot, question: str, short: str) -> None:
    answer = council.ask(question)
    assert answer.short
    assert short in answer.short.quote
    assert RECORD[answer.short.start : answer.short.end] == answer.short.quote
    assert answer.short.quote in answer.text
    assert answer.as_dict()["short"]["quote"] == answer.short.quote


def test_without_a_reader_there_is_no_short_answer(council: Bot) -> None:
    plain = Bot(council.retriever, reader=None)
    answer = plain.ask("When will Ms. Adeyemi report on the tender?")
    assert answer.answered
    assert answer.short is None


def test_yes_is_said_where_the_record_says_so(council: Bot) -> None:
    answer = council.ask("Was the footbridge discussed?")
    assert answer.answered
    assert answer.yes
    assert answer.as_dict()["yes"] is True
    assert answer.confidence >= 0.9
    assert not council.ask("What was discussed?").yes


@pytest.mark.parametrize(
    "question",
    [
        "Was the footbridge discussed?",
        "Did the council talk about the lighting of the footbridge?",
        "did they discuss the footbridge",
        "Did the footbridge come up?",
        "Has the footbridge been raised at the meeting?",
    ],
)
def test_a_question_whether_something_came_up_has_many_forms(question: str) -> None:
    assert says_yes(question, "The council discussed the new footbridge and its lighting.")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Was the swimming pool discussed?", "The sides did not discuss the swimming pool."),
        ("Was the lighthouse discussed?", "The visitors saw the lighthouse."),
        ("Was the airport discussed?", "The council discussed the new footbridge."),
        ("Was the tram agreed on?", "The council discussed the tram."),
        ("Did Ms. Adeyemi raise the tram?", "The council raised the tram with Ms. Adeyemi."),
        ("What was said about the tram?", "The council discussed the tram."),
    ],
)
def test_yes_is_not_said_where_the_sentence_does_not_say_so(question: str, sentence: str) -> None:
    assert not says_yes(question, sentence)
