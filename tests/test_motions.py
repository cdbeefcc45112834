"""A motion is answered with what became of it, wherever minutes tell that."""

import pytest

from bot import Bot
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

BUDGET = (
    "Motion by Ms. Okafor, seconded by Mr. Nair, to adopt the harbour budget as presented. "
    "Ayes: Okafor, Nair, Lund. Noes: Ferreira, Brandt. Motion carried 3-2."
)
FERRY = (
    "Mr. Brandt moved that the old ferry be sold to the museum. Ms. Lund feared for the Sunday"
    " excursions. Carried by four votes to one."
)
MINUTES = (
    f"1. Budget\nMr. Roe presented the budget; the fees were moved to the annex.\n\n{BUDGET}\n\n"
    f"2. Ferry\n{FERRY}\n\n"
    "3. Library\nMoved by Ms. Lund that the library open on Sundays.\n\n"
    "The motion was lost.\n\n"
    "4. Boats\nThe rowing boats were moved uphill to the shed. Vaccines against rabies were given"
    " to the dogs of the watchmen."
)


def ask(text: str, question: str, encoder: SentenceTransformerEncoder) -> list[str]:
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)))
    return [one.quote for one in bot.ask(question).citations]


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("Was the harbour budget adopted?", [BUDGET]),
        ("How did the vote on the budget go?", [BUDGET]),
        ("Who moved that the old ferry be sold?", [FERRY]),
        (
            "Should the library open on Sundays?",
            ["Moved by Ms. Lund that the library open on Sundays.", "The motion was lost."],
        ),
        (
            "Where were the rowing boats moved?",
            ["The rowing boats were moved uphill to the shed."],
        ),
    ],
)
def test_a_motion_is_quoted_with_what_became_of_it(
    question: str, quotes: list[str], encoder: SentenceTransformerEncoder
) -> None:
    assert ask(MINUTES, question, encoder) == quotes


def test_what_was_voted_on_was_decided(encoder: SentenceTransformerEncoder) -> None:
    quotes = ask(MINUTES, "What was decided?", encoder)
    assert quotes[:2] == [BUDGET, FERRY] and "The motion was lost." in quotes
    assert len(quotes) == len(set(quotes)) and not any("uphill" in quote for quote in quotes)


def test_how_another_matter_or_what_another_said_ended_is_left_alone(
    encoder: SentenceTransformerEncoder,
) -> None:
    motion = "Mr. Brandt moved that the old ferry be sold to the museum."
    apart = f"1. Ferry\n{motion}\n\n2. Fees\nCarried unanimously, as every year."
    assert ask(apart, "Who moved that the old ferry be sold?", encoder) == [motion]
    spoken = (
        "Chair: Ms. Lund moved that the old ferry be sold.\n\n"
        "Ms. Lund: Lost, that is how I feel without it.\n\nChair: We go on with the fees."
    )
    assert ask(spoken, "Who moved that the old ferry be sold?", encoder) == [
        "Chair: Ms. Lund moved that the old ferry be sold."
    ]


LOST = (
    "Mr. Brandt moved that the conversion of the gasworks be refused. Ms. Lund seconded. On being"
    " put to the vote, the motion was lost by two votes to three."
)
FELL = "It was proposed by Ms. Lund that a new swing be bought. On a vote the proposal fell."


@pytest.mark.parametrize(
    ("question", "quote"),
    [("Was the conversion of the gasworks refused?", LOST), ("Is a new swing bought?", FELL)],
)
def test_what_was_moved_is_not_what_is_so(
    question: str, quote: str, encoder: SentenceTransformerEncoder
) -> None:
    document = Document("a", f"1. Planning\n{LOST}\n\n2. Play\n{FELL}")
    bot = Bot(Retriever(Index.build([document], encoder=encoder)), threshold=0)
    answer = bot.ask(question)
    assert [one.quote for one in answer.citations] == [quote]
    assert answer.short is None or answer.short.quote in quote.partition(". ")[2]


def test_of_many_meetings_votes_each_has_one_before_another_has_two(
    encoder: SentenceTransformerEncoder,
) -> None:
    days = range(1, 10)
    documents = [
        Document(
            f"{day}.txt",
            f"Harbour Board, {day} May 2019\n\n"
            f"Moved by Ms. Lund to buy crane {day}. Carried unanimously.\n\n"
            f"Moved by Mr. Nair to sell boat {day}. Carried by four votes to one.\n",
        )
        for day in days
    ]
    bot = Bot(Retriever(Index.build(documents, encoder=encoder)))
    answer = bot.ask("What motions were passed?")
    assert all(f"buy crane {day}. Carried unanimously." in answer.text for day in days)
    assert "sell boat 9. Carried" in answer.text
    assert answer.note.startswith("10 of 18 votes are quoted")
    two = bot.ask("What motions were passed?", documents=["1.txt", "2.txt"])
    assert "sell boat 1. Carried" in two.text and not two.note


LOAN = "RESOLVED: to borrow £38,500 for the roof. Proposed by Cllr Osei, seconded by Cllr Whitmore."
VOTES = "Carried by three votes to two, Cllr Pryce voting against."
LIGHTS = "RESOLVED: to hire the lights. Proposed by Cllr Bell and seconded by the Chair. Carried."


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("Who opposed the loan for the roof?", [f"{LOAN} {VOTES}"]),
        ("How much will be borrowed for the roof?", [f"{LOAN} {VOTES}"]),
        ("Who proposed to hire the lights?", [LIGHTS]),
    ],
)
def test_what_is_proposed_may_stand_before_who_proposed_it(
    question: str, quotes: list[str], encoder: SentenceTransformerEncoder
) -> None:
    text = (
        f"1. Roof\nThe Heritage Fund had refused the application. {LOAN} {VOTES}\n\n"
        f"2. Lights\nThe old lights had failed the test. {LIGHTS} The Chair was glad."
    )
    assert ask(text, question, encoder) == quotes
