"""A question's misspelt words are mended by the record's or English, and what is absent is not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Bot
from embeddings import Document, Index, Retriever
from embeddings.spelling import mend
from embeddings.terms import stem

TYPOS = [
    ("What was said about Venezula?", "What was said about Venezuela?"),
    ("What about the abductoins?", "What about the abductions?"),
    ("full implementaton of the resolutions", "full implementation of the resolutions"),
    ("  What of nicragua ? ", "  What of Nicaragua ? "),
    ("telivision boradcasting", "television broadcasting"),
    (
        "wehn was it anounced agian",
        "when was it announced again",
    ),  # English
    ("Whcih poeple were naemd?", "Which people were named?"),
]
RIGHT = [
    "What was agreed on fishing quotas?",  # English words that the record lacks
    "What was said about Bolivia and Panama?",
    "Was a communiqu\N{LATIN SMALL LETTER E WITH ACUTE} issued?",
    "Who is Kona?",  # too short to tell from Kono
    "Were 2,019 people there?",
    "What was said about Zzyzx?",  # near nothing
    "What was said about Leong and Poeple?",  # names, though near to English words
]


@pytest.mark.parametrize(("asked", "meant"), TYPOS)
def test_a_misspelt_word_is_mended(retriever: Retriever, asked: str, meant: str) -> None:
    assert mend(asked, retriever.index) == meant
    assert retriever.read(asked).text == " ".join(meant.split())


@pytest.mark.parametrize("asked", RIGHT)
def test_a_word_that_is_only_absent_is_left_alone(retriever: Retriever, asked: str) -> None:
    assert mend(asked, retriever.index) == asked


def test_two_words_as_near_are_left_alone() -> None:
    index = Index.build([Document("a", "Marlena met Marlene."), Document("b", "Marlenb spoke.")])
    assert mend("What did Marlenq say?", index) == "What did Marlenq say?"


def test_a_headings_capitals_are_no_part_of_a_word() -> None:
    index = Index.build([Document("a", "The DREDGING began. A firm from Lomavai did it.")])
    assert mend("Which firm began dreging?", index) == "Which firm began dredging?"


def test_a_word_of_the_record_is_meant_rather_than_a_more_usual_one() -> None:
    index = Index.build([Document("a", "The ban on pork and the hole in the ice were named.")])
    assert mend("when was the ban on prok", index) == "when was the ban on pork"


def test_a_word_is_mended_that_shares_only_its_stem_with_the_records() -> None:
    index = Index.build([Document("a", "Nine turbines turn. The Selmarkian guest saw it.")])
    assert mend("how many turbins are there", index) == "how many turbines are there"
    assert mend("did the Selmarkians turn up", index) == "did the Selmarkians turn up"


def test_what_is_asked_with_goes_before_a_word_of_the_record(retriever: Retriever) -> None:
    record = next(iter(retriever.index.documents.values()))
    index = Index.build([replace(record, text=f"{record.text}\n\nThey saw a winch.")])
    assert mend("wich country was named", index) == "which country was named"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Þorgilsdóttir", "Thorgilsdottir"),
        ("Østergård", "Ostergard"),
        ("Łódź", "Lodz"),
        ("Đukić", "Dukic"),
        ("Ærø", "Aero"),
        ("Yavuzy\N{LATIN SMALL LETTER DOTLESS I}ld", "Yavuzyild"),
    ],
)
def test_a_name_is_found_without_its_letters_marks(name: str, typed: str) -> None:
    index = Index.build([Document("a", f"A delegate from Bern spoke. {name} was named as well.")])
    assert index.mentions(stem(typed))
    assert not index.mentions(stem(typed + "sen"))


def test_the_answer_tells_what_was_read(bot: Bot) -> None:
    answer = bot.ask("What was said about the situation in Venezula?")
    assert answer.answered and "Venezuela" in answer.text
    assert answer.question == "What was said about the situation in Venezula?"
    assert answer.standalone_question == "What was said about the situation in Venezuela?"


@settings(max_examples=100, deadline=None)
@given(words=st.lists(st.text(min_size=1, max_size=12), max_size=6))
def test_mending_twice_changes_nothing_more(retriever: Retriever, words: list[str]) -> None:
    once = mend(" ".join(words), retriever.index)
    assert mend(once, retriever.index) == once
