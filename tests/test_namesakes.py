"""What only its number tells apart is answered by its own sentence, or not at all."""

import pytest

from bot import Bot
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

PANEL = """Minutes of the Licensing Panel, 6 May 2025

Application 2231 for a garage was refused because of its height.
Application 2232 for a kiosk was granted for five years.
Application 2233 for a bakery was deferred to June.

The precept for 2024 was set at £38,500. The grant for 2023 was £6,000.

Room 13 needs a new door. Bus 24 will stop at the hospital. Rooms 18 to 22 need new lamps.

Application 2240
It was withdrawn by the applicant.
"""
PLANNING = """Minutes of the Planning Committee

24/0131/FUL: the extension at 5 Mill Lane was refused as overbearing.
24/0201/FUL: the kiosk in the park was approved for three years.
"""


@pytest.fixture(scope="module")
def panel(encoder: SentenceTransformerEncoder) -> Bot:
    return Bot(
        Retriever(
            Index.build(
                [Document("panel.txt", PANEL), Document("planning.txt", PLANNING)], encoder=encoder
            )
        )
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What happened to application 2232?", "granted for five years"),
        ("What was application no. 2231 for?", "a garage"),
        ("What happened to 24/0201/FUL?", "three years"),
        ("What was the precept for 2024?", "£38,500"),
        ("What does room 13 need?", "a new door"),
        # It may be one of a range, or stand in the heading alone.
        ("What does room 20 need?", "new lamps"),
        ("What happened to application 2240?", "withdrawn"),
    ],
)
def test_what_has_a_number_is_answered_by_its_own_sentence(
    panel: Bot, question: str, said: str
) -> None:
    answer = panel.ask(question)
    assert said in answer.text and len(answer.citations) == 1


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What does room 15 need?", "15"),
        ("Will bus 42 stop at the hospital?", "42"),
        ("What was the precept for 2022?", "2022"),
        ("What happened to application 2235?", "2235"),
        ("What happened to 24/0311/FUL?", "0311"),
    ],
)
def test_a_number_that_the_record_lacks_is_not_answered_by_another_s(
    panel: Bot, question: str, number: str
) -> None:
    answer = panel.ask(question)
    assert not any(other in answer.text for other in ("13", "24", "223", "0131", "0201"))
    assert answer.short is None
    assert number in answer.missing


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What will be ready in 2018?", "The bridge"),  # the record's own year
        ("Who bought 6 swings?", "six swings"),
        ("Did 300 people come?", "350 people"),
    ],
)
def test_a_number_that_only_counts_may_be_another(
    question: str, said: str, encoder: SentenceTransformerEncoder
) -> None:
    text = (
        "Meeting of 5 March 2018\n\n"
        "The bridge will be ready in May, and the school in 2019. "
        "Ms. Lund bought six swings. More than 350 people came."
    )
    bot = Bot(Retriever(Index.build([Document("a.txt", text)], encoder=encoder)), threshold=0)
    answer = bot.ask(question)
    assert said in answer.text and answer.missing == ()
