"""Acronyms that the record never pairs with their long form are read by their initials."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Bot
from embeddings import (
    Document,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    read_documents,
)
from embeddings.initials import read_initials

TEXT = """The hospital board met on 4 May 2021.

The National Health Fund owes the hospital eleven million. An injection for spinal muscular atrophy
was approved for one child: spinal muscular atrophy is rare. The Lake Tembwe Fisheries Commission
will meet in June. The NUS has opened nominations for its conference, which close on Friday. We
shall have to see. The Minister of Foreign Affairs of Qoratau, Ms Nadia Asrat and others of the
Road Engineers' Society of Tartu came. A proposal for direct flights was read, nine hours passed.
So did the Benin Health Agency's Director.
"""
READ = {
    "how much does the NHF owe": "how much does the National Health Fund owe",
    "how much does the nhf owe": "how much does the National Health Fund owe",
    "Was the SMA drug approved?": "Was the spinal muscular atrophy drug approved?",
    "When do LTFC's members meet?": "When do Lake Tembwe Fisheries Commission's members meet?",
    "When does the National Union of Students close its list?": "When does the NUS close its list?",
    "Who heads the BHA?": "Who heads the Benin Health Agency?",
    # What is not a whole name, a person, and words that are no term.
    "What about the FAQ?": "What about the FAQ?",
    "Was the EST there?": "Was the EST there?",
    "Was MNA there?": "Was MNA there?",
    "What of the PDF?": "What of the PDF?",
    "What of the NHP?": "What of the NHP?",
    # Slips: no letter stands for "the" or "to", and no name for a list.
    "Was adn shown?": "Was adn shown?",
    # A slip, three words that are no name, what the record has as it is, and what it has not.
    "who hs opened it": "who hs opened it",
    "What of WSH?": "What of WSH?",
    "Were new users seen in Selmark?": "Were new users seen in Selmark?",
    "When do nominations for the NUS close?": "When do nominations for the NUS close?",
    "What does the NATO want?": "What does the NATO want?",
    "WHAT DOES THE NHF OWE?": "WHAT DOES THE NHF OWE?",
}


MEETINGS = Path(__file__).with_name("benchmarks") / "meetings"
COMMON = """
AED AGM AIDS AOB ASAP ATM BBC CCTV CEO CFO CIA CPR CSR DNA EGM EPA EST FAO FAQ FBI FDA GDP GMT GPS
HIV HMRC ICC ILO IMF JBC KPI MBA MRI NASA NATO NDA NGO NHS OECD PAYE PDF PIN RFP RNA ROI SLA SMA SMS
TBC TBD UFO UNESCO UNHCR UNICEF URL USA VAT VIP WHO WTO
""".split()
NAMES = {
    "AGM": "annual general meeting",
    "FDA": "French Development Agency",
    "WHO": "World Health Organization",
}


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    return Retriever(Index.build([Document("board.txt", TEXT)]))


@pytest.mark.parametrize("asked", READ)
def test_initials_are_read_as_the_record_has_the_name(retriever: Retriever, asked: str) -> None:
    assert retriever.read(asked).text == READ[asked]


@pytest.mark.parametrize("part", range(3))
def test_a_common_acronym_is_read_as_nothing_but_a_name(small_model: Path, part: int) -> None:
    documents = read_documents(*sorted(MEETINGS.glob("*.txt"))[part::3])
    index = Index.build(documents, encoder=SentenceTransformerEncoder(small_model))
    for short in COMMON:
        if not any(short in one.text for one in documents):
            assert read_initials(f"What of the {short}?", index)[12:-1] in (short, NAMES.get(short))


def test_two_names_of_the_same_initials_leave_an_acronym_as_it_is() -> None:
    text = "The National Health Fund paid. The Northern Harbour Federation did not pay."
    retriever = Retriever(Index.build([Document("a.txt", text)]))
    assert retriever.read("Did the NHF pay?").text == "Did the NHF pay?"


def test_what_has_but_a_possessive_is_said() -> None:
    text = "The minister praised NHS's work. The National Housing Strategy, Tembwe's, came."
    retriever = Retriever(Index.build([Document("a.txt", text)]))
    for asked in ("What was said about the NHS?", "What was said about Tembwe?"):
        assert retriever.read(asked).text == asked


def test_no_stop_word_and_no_list_is_a_name() -> None:
    text = "They spoke and did not agree. Members:\nSmith\nMiller\nAdams\n\nIt was not cold there."
    retriever = Retriever(Index.build([Document("a.txt", text)]))
    for asked in ("Which roads adn bridges?", "Was the IWN there?", "Who are the SMA?"):
        assert read_initials(asked, retriever.index) == asked


def test_a_word_is_no_acronym_for_being_written_alike() -> None:
    text = "At the World Health Organization's request the nurse who came was advised."
    retriever = Retriever(Index.build([Document("a.txt", text)]))
    read = retriever.read("What did the WHO request?").text
    assert read == "What did the World Health Organization request?"


@settings(deadline=None, max_examples=50)
@given(question=st.text("BbONon -x\n", max_size=1000))
def test_any_question_is_read_in_little_time(retriever: Retriever, question: str) -> None:
    assert read_initials(question, retriever.index)[:1] == question[:1]


def test_a_question_with_initials_is_answered_and_says_how_it_was_read(
    retriever: Retriever,
) -> None:
    answer = Bot(retriever).ask("How much does the NHF owe the hospital?")
    assert answer.text == "The National Health Fund owes the hospital eleven million."
    assert answer.standalone_question == "How much does the National Health Fund owe the hospital?"
