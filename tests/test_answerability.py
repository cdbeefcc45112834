"""How likely the record answers, as the signals of real hits change."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answerability import probability, signals
from bot.reader import Reader
from embeddings import Document, Hit, Index, Retriever, SentenceTransformerEncoder
from embeddings.query import Query

TALK = """Chair: The ferry will sail twice a day from April.

Anna Berg: What becomes of the winter timetable? We have promised the islands an answer.

Chair: The winter timetable stays as it is until the new boat has been paid for.
"""
LENGTHS = st.integers(0, 200_000)  # characters
MARGINS = st.floats(-15, 15)
COSINES = st.floats(0, 1)


@pytest.fixture(scope="module")
def asked(encoder: SentenceTransformerEncoder) -> tuple[Query, list[Hit], Document]:
    index = Index.build([Document("ferry.txt", TALK)], encoder=encoder)
    query = Retriever(index).read("What happens to the winter timetable?")
    hits = Reader.packaged().read(query.text, Retriever(index).rank(query, 3))
    return query, hits, index.documents["ferry.txt"]


@given(length=LENGTHS, margins=st.tuples(MARGINS, MARGINS), cosines=st.tuples(COSINES, COSINES))
@settings(max_examples=100, deadline=None)
def test_a_better_match_never_makes_an_answer_less_likely(
    asked: tuple[Query, list[Hit], Document],
    length: int,
    margins: tuple[float, float],
    cosines: tuple[float, float],
) -> None:
    query, [best, *others], document = asked
    longer = replace(document, text=document.text + " " * length)
    sentence = best.sentences[0]
    assert sentence.reading
    worse, better = (
        replace(sentence, dense=cosine, reading=replace(sentence.reading, margin=margin))
        for cosine, margin in zip(sorted(cosines), sorted(margins), strict=True)
    )
    likelihoods = [
        probability(signals(query, [replace(best, sentences=(one,)), *others], longer))
        for one in (worse, better)
    ]
    assert likelihoods[0] <= likelihoods[1] + 1e-12


def test_in_long_talk_the_search_decides_and_in_short_the_reader(
    asked: tuple[Query, list[Hit], Document],
) -> None:
    query, [best, *others], document = asked
    sentence = best.sentences[0]
    assert sentence.reading

    def gain(length: int) -> float:
        """Return what a sure reader adds to the likelihood over one that is undecided."""
        longer = replace(document, text=document.text + " " * length)
        doubtful, sure = (
            replace(sentence, reading=replace(sentence.reading, margin=margin))
            for margin in (-8.0, 8.0)
        )
        low, high = (
            probability(signals(query, [replace(best, sentences=(one,)), *others], longer))
            for one in (doubtful, sure)
        )
        return high - low

    assert gain(0) > 0.5 > 0.1 > gain(100_000)
