"""A question that names a meeting by its day, or as the last one, is put to that meeting."""

import pytest

from bot import Bot
from embeddings import Document, Index, Retriever

MONTHS = {"January": 14, "February": 11, "March": 11, "April": 8}
# What each meeting decided, who was missing from it, and what was said of one thing at all of them.
DECIDED = {
    "January": "to replace two swings at Mill Lane before Easter",
    "February": "to have the roof of the town hall surveyed for £780",
    "March": "to hold a trial of two-hour limited waiting in Market Street",
    "April": "to hire lights for Christmas for £2,800",
}
MISSING = dict(
    zip(MONTHS, ("Tom Bell", "Janet Pryce", "Lucia Ferreira", "David Osei"), strict=True)
)
PARKING = {
    "January": "Residents had complained of commuters who park all day, the Clerk reported.",
    "March": "Mrs Dray spoke against limited waiting, because her customers stay longer.",
}


def title(month: str) -> str:
    return f"Minutes of the Amenities Committee held on {MONTHS[month]} {month} 2025"


def minutes(month: str) -> Document:
    months = [*MONTHS, "May"]
    before = months[months.index(month) - 1] if month != "January" else "December"
    after = months[months.index(month) + 1]
    parking = f"2. Parking\n\n{PARKING[month]}\n\n" if month in PARKING else ""
    text = f"""{title(month)}

Present: Cllr Anne Whitmore (Chair), Cllr Samir Haddad
Apologies: Cllr {MISSING[month]}
In attendance: Mrs R Patel (Town Clerk)

1. Minutes of the last meeting

The minutes of the meeting of {MONTHS.get(before, 10)} {before} were approved and signed.

{parking}3. Works

It was agreed {DECIDED[month]}.

4. Date of next meeting

The next meeting will be held on {MONTHS.get(after, 13)} {after} 2025.
"""
    return Document(f"{month}.txt", text)


@pytest.fixture(scope="module")
def library(encoder) -> Bot:
    return Bot(Retriever(Index.build(map(minutes, MONTHS), encoder=encoder)))


def cited(answer) -> set[str]:
    return {one.document_id for one in answer.citations}


@pytest.mark.parametrize(
    ("question", "month", "quote"),
    [
        ("What was decided in February?", "February", DECIDED["February"]),
        ("What was decided at the March meeting?", "March", DECIDED["March"]),
        ("What was agreed on 11 March 2025?", "March", DECIDED["March"]),
        ("In January, what was decided?", "January", DECIDED["January"]),
        ("summarise January's minutes", "January", DECIDED["January"]),
        ("Who was absent in March?", "March", MISSING["March"]),
        ("Was parking discussed in January?", "January", PARKING["January"]),
        ("What was said about parking at the meeting of 11 March?", "March", PARKING["March"]),
        ("What did the last meeting decide?", "April", DECIDED["April"]),
        ("Who was missing from the latest committee meeting?", "April", MISSING["April"]),
        ("When is the next meeting?", "April", "13 May 2025"),
        ("parking, january meeting", "January", PARKING["January"]),
    ],
)
def test_the_meeting_that_is_named_is_asked(
    library: Bot, question: str, month: str, quote: str
) -> None:
    answer = library.ask(question)
    assert cited(answer) == {f"{month}.txt"} and quote in answer.text
    assert answer.note == f"Asked of {title(month)} alone."


def test_a_meeting_that_is_named_and_silent_is_met_with_silence(library: Bot) -> None:
    answer = library.ask("What was said about parking at the February meeting?")
    assert not answer.answered and answer.note == f"Asked of {title('February')} alone."


@pytest.mark.parametrize(
    "question",
    [
        "When does the trial in Market Street begin in March?",
        "Who complained in April of commuters who park all day?",
        "What was put off to the March meeting?",
        "What was the budget for March?",
        "Who took part in the march?",
        "What was said in the last ten minutes of it?",
    ],
)
def test_a_month_that_may_be_another_thing_s_leaves_no_meeting_out(
    library: Bot, question: str
) -> None:
    answer = library.ask(question)
    assert not answer.note and answer.standalone_question == question


def test_a_meeting_is_named_among_those_that_are_asked(library: Bot) -> None:
    answer = library.ask("Who was absent from the last meeting?", documents=["March.txt"])
    assert cited(answer) == {"March.txt"} and not answer.note


@pytest.mark.parametrize(
    "question",
    [
        "What was decided in November?",
        "What was decided on 25 March?",
        "Who attended the meeting of 12 January?",
        "What was decided at the previous meeting?",
        "What was agreed in 2021?",
    ],
)
def test_another_meeting_is_not_answered_for(question: str, encoder) -> None:
    bot = Bot(Retriever(Index.build([minutes("March")], encoder=encoder)))
    assert DECIDED["March"] not in bot.ask(question).text
    assert "Whitmore" not in bot.ask(question).text


def test_a_meeting_without_a_day_may_be_the_one_that_is_named(encoder) -> None:
    text = minutes("March").text.replace(" held on 11 March 2025", "")
    bot = Bot(Retriever(Index.build([Document("a.txt", text)], encoder=encoder)))
    answer = bot.ask("Who was present at the meeting of 12 February?")
    assert "Whitmore" in answer.text


def test_of_many_meetings_the_latest_say_what_is_asked_of_one(encoder) -> None:
    texts = {
        f"{day}.txt": f"Harbour Board, {day} May 2019\n\nPresent: Ada Quist, Cleo Marsh\n"
        f"Apologies: {name} Lind\n\nThe board talked of the crane.\n\n{name}'s letter was read.\n"
        for day, name in zip(
            range(20, 10, -1), "Bo Dag Eva Finn Gro Hal Ida Jon Kai Liv".split(), strict=True
        )
    }
    documents = [Document(id, text) for id, text in texts.items()]
    bot = Bot(Retriever(Index.build(documents, encoder=encoder)))
    for question, told in (
        ("Who was absent?", "Apologies: {} Lind"),
        ("How did it end?", "{}'s letter was read."),
    ):
        answer = bot.ask(question)
        quotes = [one.quote for one in answer.citations]
        told_by = [told.format(name) for name in "Bo Dag Eva Finn Gro Hal Ida".split()]
        assert set(told_by) <= set(quotes)
        assert {one.document_id for one in answer.citations} == {*list(texts)[:7]}
        assert answer.note.startswith("Asked of the latest 7 of 10 meetings alone")
        assert answer.short is None


def test_what_all_meetings_say_is_the_gist_of_none(library: Bot) -> None:
    months = ["January", "February", "March"]
    answer = library.ask("Summarise the meetings", documents=[f"{month}.txt" for month in months])
    for month in months:
        assert DECIDED[month] in answer.text
    assert "approved and signed" not in answer.text and "next meeting" not in answer.text


def test_what_each_meeting_of_a_series_surely_says_is_told(encoder) -> None:
    said = {
        "January": "Work on the new bridge will begin on 2 March.",
        "May": "Work on the new bridge will begin on 9 July.",
        "June": "The bins were emptied late.",
    }
    documents = [
        Document(
            f"{month}.txt", f"Harbour Board\n\n4 {month} 2025\n\nPresent: Ada Quist\n\n{one}\n"
        )
        for month, one in said.items()
    ]
    bot = Bot(Retriever(Index.build(documents, encoder=encoder)))
    answer = bot.ask("When will work on the new bridge begin?")
    assert [one.quote for one in answer.citations] == [said["January"], said["May"]]
    assert answer.short is None
    other = Document("other.txt", documents[0].text.replace("Harbour Board", "Town Meeting"))
    bot = Bot(Retriever(Index.build([other, documents[1]], encoder=encoder)))
    assert len(bot.ask("When will work on the new bridge begin?").citations) == 1


@pytest.fixture(scope="module")
def bodies(encoder) -> Bot:
    """Return a bot of meetings of several bodies: two called by a title, one by its file's name."""
    said = {
        "a.txt": ("Halverstow Town Council", "17 November", "Ibbotson", "15 December"),
        "b.txt": ("University of Northmoor: Senate", "4 June", "Usher", "8 October"),
        "trust-board.txt": ("Larkfield House", "14 January", "Voss", "8 April"),
    }
    documents = [
        Document(
            id,
            f"{title}\n\n{day} 2025\n\nPresent: Ada Quist (Chair)\nApologies: Dr {missing}\n\n"
            f"It was agreed that {missing} be sent flowers.\n\nNext meeting: {after} 2025\n",
        )
        for id, (title, day, missing, after) in said.items()
    ]
    return Bot(Retriever(Index.build(documents, encoder=encoder)))


@pytest.mark.parametrize(
    ("question", "document", "quote"),
    [
        ("Who was absent from the senate meeting?", "b.txt", "Dr Usher"),
        ("who was at the town council", "a.txt", "Ada Quist"),
        ("What was decided by the Trust's board?", "trust-board.txt", "Voss be sent flowers"),
        ("summarise the senate's minutes", "b.txt", "Usher be sent flowers"),
        ("When is the trust's next board meeting?", "trust-board.txt", "8 April"),
        ("when does the senate meet next?", "b.txt", "8 October"),
        ("Who was missing from the last council meeting?", "a.txt", "Dr Ibbotson"),
        ("Who was absent from the last meeting?", "a.txt", "Dr Ibbotson"),
    ],
)
def test_a_meeting_is_named_by_its_title(
    bodies: Bot, question: str, document: str, quote: str
) -> None:
    answer = bodies.ask(question)
    assert cited(answer) == {document} and quote in answer.text
    assert answer.note == f"Asked of {bodies.documents[document].title} alone."
