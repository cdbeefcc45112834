"""The reader finds what answers, in the document's own words, with weights that are verified."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from benchmarks.weights import pack, unpack
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bot import Bot
from bot.pieces import Pieces
from bot.reader import LIMIT, WEIGHTS, Reader
from embeddings import Document, EncoderError, Index, Retriever, SentenceTransformerEncoder

RECORD = (
    "The council discussed the new footbridge and its lighting. "
    "It approved a budget of 4.2 million crowns for it. "
    "Ms. Adeyemi will report on the tender in March.\n\n"
    "The library stays closed on Mondays. The mayor thanked the staff of the library."
)


@pytest.fixture(scope="module")
def retriever(encoder: SentenceTransformerEncoder) -> Retriever:
    return Retriever(Index.build([Document("a.txt", RECORD)], encoder=encoder))


def test_the_sentence_that_answers_comes_before_the_one_that_names_the_topic(
    encoder: SentenceTransformerEncoder,
) -> None:
    text = (
        "The board talked about the opening hours of the library. "
        "From May on the doors will be unlocked at nine. "
        "The library's opening hours had been a subject in March as well."
    )
    question = "From which hour can one enter the library?"
    plain = Retriever(Index.build([Document("a.txt", text)], encoder=encoder)).search(question)
    assert plain[0].sentences[0].text.startswith("The board talked")
    hits = Reader().read(question, plain)
    best = hits[0].sentences[0]
    assert best.text == "From May on the doors will be unlocked at nine."
    assert best.reading
    assert "nine" in text[best.reading.start : best.reading.end]


def test_an_answer_has_a_higher_margin_than_a_near_miss(retriever: Retriever) -> None:
    def margin(question: str) -> float:
        reading = Reader().read(question, retriever.search(question))[0].sentences[0].reading
        assert reading
        return reading.margin

    assert margin("When is the library closed?") > margin("Why is the library closed?")
    assert margin("Who will report on the tender?") > margin("Who won the tender?")


def test_it_reads_on_only_where_nothing_answers_yet(index: Index) -> None:
    def read(question: str) -> int:
        hits = Reader().read(question, Retriever(index).search(question))
        return sum(one.reading is not None for hit in hits for one in hit.sentences)

    assert read("Where will the Japan Foundation open an office?") < read(
        "Where will the Japan Foundation open a school?"
    )


ACTIONS = """## Actions

| No. | Action | Who | When |
|---|---|---|---|
| 1 | Get a legal opinion on subletting | Bridget | 30 June |
| 2 | Draft a new allocation policy | Rory | 9 July |
| 3 | Thank the brewery for its gift | Philippa | 31 January |
| 4 | Consult the staff in Dursley on redundancy | Kit | 7 February |
| 5 | Repaint the stairwell | Liv | 4 July |
"""


def test_a_row_of_a_table_is_not_answered_by_its_neighbour(
    encoder: SentenceTransformerEncoder,
) -> None:
    bot = Bot(Retriever(Index.build([Document("actions.md", ACTIONS)], encoder=encoder)))
    tasks = {
        "Who has to thank the brewery?": "Philippa",
        "When must Rory draft a new allocation policy?": "9 July",
        "Who gets a legal opinion?": "Bridget",
        "By when must the staff in Dursley be consulted?": "7 February",
    }
    for question, told in tasks.items():
        answer = bot.ask(question)
        assert answer.answered, question
        assert [told in one.quote for one in answer.citations] == [True], question
    assert not bot.ask("Who has to thank the bishop?").answered


@settings(max_examples=30, deadline=None)
@given(question=st.text(min_size=1, max_size=80))
def test_what_was_read_lies_in_its_sentence(retriever: Retriever, question: str) -> None:
    hits = retriever.search(question) if any(map(str.isalnum, question)) else []
    read = Reader.packaged().read(question, hits)  # type: ignore[union-attr]
    assert sorted(hit.passage.id for hit in read) == sorted(hit.passage.id for hit in hits)
    assert [hit.score for hit in read] == sorted((hit.score for hit in read), reverse=True)
    for hit in read:
        assert hit.sentences[0].reading
        for one in hit.sentences:
            if one.reading:
                assert one.start <= one.reading.start < one.reading.end <= one.end
                assert abs(one.reading.margin) <= LIMIT


def test_a_question_that_fills_all_that_is_read_changes_nothing(retriever: Retriever) -> None:
    question = "why " * 240
    hits = retriever.search(question)
    assert Reader().read(question, hits)
    assert Reader().read(question, []) == []


def test_shared_words_are_marked() -> None:
    batch = Pieces().batch("Who closed libraries?", ["The library is Closed."])
    own = zip(batch.marked[0], batch.spans[0].tolist(), strict=True)
    assert [(int(mark), tuple(span)) for mark, span in own if mark % 2] == [
        (1, (4, 10)),
        (1, (11, 20)),
        (3, (4, 11)),
        (3, (15, 21)),
    ]


@given(arrays(np.float32, (9, 8), elements=st.floats(-9, 9, width=32)))
def test_packed_weights_are_near_what_they_were(weights: np.ndarray) -> None:
    back = unpack(pack({"a": weights, "b": weights[0]}))
    assert np.array_equal(back["b"], weights[0])
    step = np.abs(weights).max(axis=1, keepdims=True) / 127
    assert (np.abs(back["a"] - weights) <= step * 0.51 + 1e-6).all()


def test_without_weights_the_bot_answers_all_the_same(retriever: Retriever) -> None:
    answer = Bot(retriever, reader=None).ask("When is the library closed?")
    assert answer.answered and answer.text == "The library stays closed on Mondays."
    assert answer.hits[0].sentences[0].reading is None


def test_damaged_weights_are_refused(retriever: Retriever, tmp_path: Path) -> None:
    weights = tmp_path / "reader.safetensors"
    shutil.copy(WEIGHTS.with_suffix(".json"), tmp_path)
    damaged = bytearray(WEIGHTS.read_bytes())
    damaged[-1] ^= 1
    weights.write_bytes(damaged)
    hits = retriever.search("When is the library closed?")
    with pytest.raises(EncoderError, match=r"reader\.safetensors: damaged.*sha256"):
        Reader(weights).read("When is the library closed?", hits)
    facts = json.loads(WEIGHTS.with_suffix(".json").read_text("utf-8"))
    assert {"sha256", "seed", "data", "curve", "kept_out"} <= set(facts)
