"""Acronyms and what they are short for are read as one, where the record pairs them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Bot
from embeddings import Document, Index, Retriever
from embeddings.acronyms import count_uses, spelt_out, use_usual_names, usual_names

TEXTS = {
    "the Trans-Pacific Partnership (TPP) into effect": {"TPP": "Trans-Pacific Partnership"},
    "information and communications technology (ICT) in": {
        "ICT": "information and communications technology"
    },
    "signed a Memorandum of Understanding (MoU) on": {"MoU": "Memorandum of Understanding"},
    "It ended. Export credit funds (ECFs) were set up": {"ECFs": "Export credit funds"},
    "met the Minister of Finance (OECD) today": {},  # no letters to stand for
    "the harbour (Selmark) and (see A)": {},
}
ASKED = {
    "Is the United Nations Security Council to change?": "Is the UNSC to change?",
    "united nations security council reform": "UNSC reform",
    "UNSC reform": "UNSC reform",
    "Who are the United Nations?": "Who are the United Nations?",
    # The record has each form of this once.
    "Was CVID agreed?": "Was CVID agreed?",
}
LONG = "United Nations Security Council"


@pytest.mark.parametrize("text", TEXTS)
def test_acronyms_are_found_with_what_they_are_short_for(text: str) -> None:
    assert dict(spelt_out(text)) == TEXTS[text]


@pytest.mark.parametrize("asked", ASKED)
def test_a_question_uses_the_records_usual_form(retriever: Retriever, asked: str) -> None:
    assert retriever.read(asked).text == ASKED[asked]


NOTES = """Project notes

Here: Jo Prentiss (JP, sponsor, chair), Deb Lacey (DL, finance), Raj Anand (RA), Mark Lacey (ML; HR)

DL: spent 612k. JP not happy, RA to mark the accounts. Steph covers for RA in March.
JP to send costings. ML comms plan moved. DL to chase the order. Joint Commission (JC) informed.
ML agreed, and JC and JC again.
"""


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("What did Deb Lacey say?", "What did DL say?"),
        ("Who covers for Raj?", "Who covers for RA?"),
        ("What is Prentiss to send?", "What is JP to send?"),
        ("What did Mark agree to?", "What did ML agree to?"),
        ("Who is to mark the accounts?", "Who is to mark the accounts?"),
        ("What did Lacey say?", "What did Lacey say?"),  # two bear that name
        ("Was it a joint order?", "Was it a joint order?"),
    ],
)
def test_a_person_is_read_by_any_word_of_a_name_that_has_initials(
    asked: str, read: str, encoder
) -> None:
    index = Index.build([Document("notes.txt", NOTES)], encoder=encoder)
    assert Retriever(index).read(asked).text == read


def test_a_common_word_is_no_acronym() -> None:
    usual = {"US": "United States", "WHO": "World Health Organization"}
    assert use_usual_names("who told us?", usual) == "who told us?"
    assert use_usual_names("Was the US there?", usual) == "Was the United States there?"


def test_a_sentence_with_the_acronym_answers_a_question_with_the_name() -> None:
    text = (
        "The Joint Border Commission (JBC) was founded in 1998. The budget of the hospitals grew. "
        "The JBC meets in Oulara in May. The commission for hospitals meets in Sandembe in June."
    )
    bot = Bot(Retriever(Index.build([Document("a.txt", text)])))
    answer = bot.ask("Where does the Joint Border Commission meet?")
    assert answer.text == "The JBC meets in Oulara in May."
    assert answer.standalone_question == "Where does the JBC meet?"


@pytest.mark.parametrize("saved", [False, True])
def test_what_is_short_for_two_things_is_left_as_it_is(tmp_path: Path, saved: bool) -> None:
    texts = [
        "The Public Works Committee (PWC) met. " + "The Public Works Committee rested. " * 3,
        "The Parks and Wildlife Commission (PWC) sat. " + "Parks and Wildlife Commission. " * 3,
        "The Audit Court (AC) or Appeals Court (AC) sat. " + "Audit Court, Appeals Court. " * 3,
    ]
    index = Index.build([Document(text[4:8], text) for text in texts])
    if saved:
        index.save(tmp_path)
        index = Index.load(tmp_path)
    for asked in ("What did the PWC decide?", "When did the AC sit?"):
        assert Retriever(index).read(asked).text == asked


@settings(max_examples=100)
@given(
    words=st.lists(st.sampled_from(["UNSC", "unsc", LONG, LONG.lower(), "Was", "("]), max_size=6)
)
def test_reading_twice_changes_nothing_more(words: list[str]) -> None:
    text = f"The {LONG} (UNSC) met. The UNSC spoke."
    usual = usual_names(spelt_out(text), count_uses(["UNSC", LONG], [text]))
    assert usual == {LONG: "UNSC"}
    once = use_usual_names(" ".join(words), usual)
    assert use_usual_names(once, usual) == once
