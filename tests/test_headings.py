"""What stands below a heading is found by the heading's words, too, which are never quoted."""

from pathlib import Path

import pytest

from bot.bot import Bot
from embeddings import (
    Document,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    read_documents,
    update_index,
)

MINUTES = """Hartley Parish Council

Minutes of the meeting held on 12 March 2024 in the Village Hall

1. Apologies
Received from Cllr Dunn.

2. Car park
The clerk reported that three quotations had been received.
RESOLVED: to accept the lowest, of £4,200 plus VAT, and to begin in May.

3. Allotments
Cllr Owen had met the tenants. Water pressure is low at the far end.
It was agreed to defer a decision until the next meeting.

4. Playground
Inspection found two swings unsafe. They have been taken down.
RESOLVED: that replacements be bought, at no more than £900.

5. Date of next meeting
9 April 2024.
"""
MARKDOWN = """# Library committee

## Opening hours

The survey had 212 answers. Most of them ask for an evening. From June it stays open until eight on
Thursdays.

Anna Weiss will tell the staff.

## Reading room

The lamps are to be replaced.
"""


@pytest.fixture(scope="module")
def minutes(encoder: SentenceTransformerEncoder) -> Bot:
    return Bot(Retriever(Index.build([Document("minutes.txt", MINUTES)], encoder=encoder)))


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What was decided about the car park?", "RESOLVED: to accept the lowest, of £4,200"),
        ("When do the works on the car park begin?", "RESOLVED: to accept the lowest, of £4,200"),
        ("What was agreed about the allotments?", "It was agreed to defer a decision"),
        ("When is the next meeting?", "9 April 2024."),
    ],
)
def test_a_sentence_is_found_by_the_heading_above(minutes: Bot, question: str, quote: str) -> None:
    answer = minutes.ask(question)
    assert answer.citations[0].quote.startswith(quote)


def test_a_heading_is_read_but_not_quoted(minutes: Bot) -> None:
    hits = minutes.ask("What was resolved about the playground?").hits
    assert hits[0].passage.heading == "4. Playground"
    for hit in hits:
        passage = hit.passage
        assert MINUTES[passage.start : passage.end] == passage.text
        assert not passage.heading or passage.heading not in passage.text
        for one in hit.sentences:
            assert MINUTES[one.start : one.end] == one.text
            if one.reading:
                assert one.start <= one.reading.start < one.reading.end <= one.end


def test_every_paragraph_below_has_the_heading(
    encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    (tmp_path / "library.md").write_text(MARKDOWN, "utf-8")
    index = Index.build(read_documents(tmp_path), encoder=encoder)
    below = [one for one in index.passages if one.heading.endswith("Opening hours")]
    assert "".join(one.text for one in below).count("Thursdays") == 1
    bot = Bot(Retriever(index))
    [citation] = bot.ask("Who tells the staff about the opening hours?").citations
    assert citation.quote == "Anna Weiss will tell the staff."


ROLL = """HARBOUR TRUST

Minutes of the 63rd meeting
Tuesday 4 March 2025, 6.30 p.m.
The Boathouse

PRESENT
  Ada Berg               Chair
  Jon Dahl               Treasurer

IN ATTENDANCE
  Eve Lund               Clerk
  Per Sund               Engineer (item 1)

1.  Accounts

    The accounts were approved.
"""
REFERENCES = """HARBOUR TRUST

The trust met on 4 March 2025 in the boathouse.

EC 71/24    NORTH ROAD

The landslip of 3 August had carried away 140 metres of it.

EC 72/24    NETS

Drift nets would remain prohibited.
"""
WRAPPED = """HARBOUR TRUST

The trust met on 4 March 2025 in the boathouse.

1. North road

The landslip of 3 August had carried away 140 metres of the road above the old harbour.
Vehicles have used a track since. Two designs had been prepared: a retaining wall
at $4.7 million, and a
realignment inland at $6.3 million, for which land would have to be taken from
eleven owners.
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # Who was there is no chapter of the minutes.
        (ROLL, {"The accounts": "1.  Accounts"}),
        # A number with its matter is no table's row, a line within a sentence no heading.
        (
            REFERENCES,
            {"The landslip": "EC 71/24    NORTH ROAD", "Drift nets": "EC 72/24    NETS"},
        ),
        (WRAPPED, {"at $4.7": "1. North road", "realignment": "1. North road"}),
    ],
)
def test_the_matter_of_an_item_is_its_place(
    encoder: SentenceTransformerEncoder, text: str, places: dict[str, str]
) -> None:
    document = Index.build([Document("a.txt", text)], encoder=encoder).documents["a.txt"]
    assert {words: document.location(text.index(words)) for words in places} == places


def test_the_title_is_no_heading(encoder: SentenceTransformerEncoder) -> None:
    text = "# The pool\n\nIt was closed for a week.\n"
    index = Index.build([Document("pool.md", text)], encoder=encoder)
    assert {one.heading for one in index.passages} == {""}


def test_saved_and_grown_it_finds_the_same(
    encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    for name, text in (("a.txt", MINUTES), ("b.md", MARKDOWN)):
        (tmp_path / name).write_text(text, "utf-8")
    built = Index.build(read_documents(tmp_path / "a.txt", tmp_path / "b.md"), encoder=encoder)
    update_index(tmp_path / "index", tmp_path / "a.txt", encoder=encoder)
    update_index(tmp_path / "index", tmp_path / "a.txt", tmp_path / "b.md", encoder=encoder)
    grown = Index.load(tmp_path / "index", encoder=encoder)
    assert len(grown.segments) == 2  # type: ignore[attr-defined]
    for question in ("car park", "How much for the playground?", "opening hours"):
        assert Retriever(grown).search(question) == Retriever(built).search(question)


def test_another_heading_is_another_passage(encoder: SentenceTransformerEncoder) -> None:
    documents = [
        Document(
            id, f"Minutes\n\n1. {topic}\nIt was agreed to wait.\n\n2. Any other business\nNone.\n"
        )
        for id, topic in (("a", "Roof"), ("b", "Boiler"))
    ]
    index = Index.build(documents, encoder=encoder)
    for topic, id in (("roof", "a"), ("boiler", "b")):
        [citation] = Bot(Retriever(index)).ask(f"What was agreed about the {topic}?").citations
        assert citation.document_id == id
    reused = Index.build(documents, encoder=encoder, reuse=index)
    assert reused.id == index.id
    vectors = [
        (one.store.vectors(range(one.size)) @ index.store.vectors([0]).T) for one in (index, reused)
    ]
    assert (vectors[0] == vectors[1]).all()
