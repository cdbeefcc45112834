"""What is asked of a numbered place is answered by what stands there."""

import pytest

from bot import Bot
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

CONCLUSIONS = """I. ENERGY SECURITY

1. The gas reserve is to be filled by November. Half of it is paid for by the members.

2. The grid of the islands is to be linked to the mainland.

IV. ENLARGEMENT

3. Talks with Morvania begin in spring. The Commission will report every year.

4. The Council recalls section 4 of the treaty, which was summarised.
"""
MINUTES = """Minutes of the Parish Council

The council met on 6 May 2025 in the hall.

53/25 Allotments
Cllr Owen had met the tenants. It was agreed to wait.

54/25 Dog fouling
Ten complaints had come in. Six more bins will be bought at £210 each.
"""
READOUT = "The ministers met in Lima.\n\nThey spoke of trade.\n\nA treaty was signed on copper."


@pytest.fixture(scope="module")
def bot(encoder: SentenceTransformerEncoder) -> Bot:
    documents = [Document("c", CONCLUSIONS), Document("m", MINUTES), Document("r", READOUT)]
    return Bot(Retriever(Index.build(documents, encoder=encoder)))


@pytest.mark.parametrize(
    ("question", "document", "quotes"),
    [
        ("What does paragraph 2 say?", "c", ["The grid of the islands is to be linked to"]),
        ("Summarise point 1", "c", ["The gas reserve is to be", "Half of it"]),
        ("What is section IV about?", "c", ["Talks with", "The Commission", "The Council recalls"]),
        ("What was said in section 4?", "c", ["Talks with", "The Commission", "The Council rec"]),
        ("What was said on Morvania in section IV?", "c", ["Talks with Morvania"]),
        ("What is minute 54/25 about?", "m", ["Ten complaints", "Six more bins"]),
        ("What was decided under agenda item 53?", "m", ["Cllr Owen had met", "It was agreed"]),
        ("Tell me about paragraph 3", "r", ["A treaty was signed"]),
    ],
)
def test_a_numbered_place_is_quoted(
    bot: Bot, question: str, document: str, quotes: list[str]
) -> None:
    answer = bot.ask(question, documents=[document])
    assert [one.quote[: len(q)] for one, q in zip(answer.citations, quotes, strict=True)] == quotes


@pytest.mark.parametrize(
    "question",
    [
        "What does paragraph 12 say?",
        "What is section VI about?",
        "Summarise item 9",
        "How many people complained in section 1 of the treaty?",
    ],
)
def test_a_place_that_the_record_lacks_is_not_the_whole_meeting(bot: Bot, question: str) -> None:
    assert not bot.ask(question, documents=["c"]).answered
