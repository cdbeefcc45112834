"""When and where a meeting was and who took part is answered from what stands above its text."""

import pytest

from bot import Bot
from embeddings import Document, Index, Retriever

MINUTES = """Harbour Board

14 May 2019

Participants: Ada Quist (chair), Bo Lind, Cleo Marsh

The board approved the new crane for the north quay. The crane arrives on 3 September.

The next meeting will take place on 11 June in the customs house.
"""
TRANSCRIPT = """Harbour Board, 14 May 2019

Ada Quist: The crane has come at last, and the quay is closed until Friday.

Bo Lind: Then the herring boats must land in Norvik.

Ada Quist: So they must, and the fishermen know it.
"""


def ask(text: str, question: str, encoder):
    index = Index.build([Document("a.txt", text)], encoder=encoder)
    return Bot(Retriever(index)).ask(question)


@pytest.mark.parametrize(
    "question", ["When?", "when was the meeting", "What date was it?", "When did they meet?"]
)
def test_the_date_line_says_when(question: str, encoder) -> None:
    answer = ask(MINUTES, question, encoder)
    assert answer.answered and [one.quote for one in answer.citations] == ["14 May 2019"]


@pytest.mark.parametrize("question", ["When?", "When was it held?", "date of the meeting"])
def test_the_sentence_that_tells_the_same_day_comes_first(bot: Bot, question: str) -> None:
    quotes = [one.quote for one in bot.ask(question).citations]
    assert quotes[0].startswith("On August 14, commencing at 10 a.m.")
    assert quotes[1:] == ["August 14, 2018"]


@pytest.mark.parametrize(
    "question",
    [
        "Who took part?",
        "who attended",
        "Who was at the meeting?",
        "who was there",
        "list of participants",
    ],
)
def test_the_line_of_participants_says_who(question: str, encoder) -> None:
    answer = ask(MINUTES, question, encoder)
    (line,) = answer.citations
    assert line.quote == "Participants: Ada Quist (chair), Bo Lind, Cleo Marsh"


HEAD = """Port of Kinloch Ard

Zagreb, 5 July 2023

Present for Ghana: Ada Quist; Bo Lind
Present for Brazil: Cleo Marsh
Apologies for absence: Dora Engel

1. Quay
The north quay is closed until Friday.
"""


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("Where was it held?", ["Zagreb, 5 July 2023"]),
        ("when and where did they meet", ["Zagreb, 5 July 2023"]),
        (
            "who was in the room?",
            ["Present for Ghana: Ada Quist; Bo Lind", "Present for Brazil: Cleo Marsh"],
        ),
        ("any apologies?", ["Apologies for absence: Dora Engel"]),
        ("Who took part for Ghana?", ["Present for Ghana: Ada Quist; Bo Lind"]),
        ("Who was there from Brazil?", ["Present for Brazil: Cleo Marsh"]),
        ("Who took part for Peru?", []),
    ],
)
def test_the_lines_above_the_text_say_it_whole(question: str, quotes: list[str], encoder) -> None:
    assert [one.quote for one in ask(HEAD, question, encoder).citations] == quotes


LISTS = [
    # names each on a line
    (
        "Club\n\nParticipants:\nAda Quist\nBo Lind\n\nThe club bought a boat.\n",
        "who was there",
        ["Participants:", "Ada Quist", "Bo Lind"],
    ),
    (
        "Club\n\n1. Participants\n- Ada Quist\n- Bo Lind, treasurer\n\n2. Boat\n\nIt was bought.\n",
        "who was there",
        ["1. Participants", "- Ada Quist", "- Bo Lind, treasurer"],
    ),
    (
        "Club\n\nAttendees\nChair: Ada Quist\nClerk: Bo Lind\n\nAda: The boat was bought.\n",
        "who was there",
        ["Attendees", "Chair: Ada Quist", "Clerk: Bo Lind"],
    ),
    (  # as from a page, each line apart
        "Club\n\nParticipants\n\nAda Quist\n\nBo Lind\n\nOpening\n\nThe boat was bought.\n",
        "who was there",
        ["Participants", "Ada Quist", "Bo Lind"],
    ),
    # the first of them behind the label
    (
        "Club\n\nPresent: Ada Quist (chair)\n         Bo Lind\n         Cleo Marsh\n"
        "Apologies: Dora\n\n1. Boat\nIt was bought.\n",
        "who was there",
        ["Present: Ada Quist (chair)", "Bo Lind", "Cleo Marsh"],
    ),
    (
        "Club\n\nPresent:\tAda Quist\tChair\n\tBo Lind\tClerk\nApologies:\tDora\n\tEmil Falk\n\n"
        "Boat\nIt was bought.\n",
        "who was absent?",
        ["Apologies:\tDora", "Emil Falk"],
    ),
    (
        "Council\n\nPresent:\n\nAda Quist\nBo Lind\n\nAbsent with apology:\n\nDora Engel\n\n"
        "1. Boat\n\nIt was bought.\n",
        "who was absent?",
        ["Absent with apology:", "Dora Engel"],
    ),
    (  # in a roll
        f"Council\n\nMembers: Algeria {'. ' * 20}Mr. Benda\nChile {'. ' * 20}Ms. Li\n\nIt met.\n",
        "who was there",
        [f"Members: Algeria {'. ' * 20}Mr. Benda", f"Chile {'. ' * 20}Ms. Li"],
    ),
    (  # the last one above an item, as from Word
        "Club\n\nAttendees:\n\nAda Quist\n\nBo Lind\n\nAbsent:\n\nDora\n\nEmil Falk\n\n1. Boat\n\n"
        "It was bought.\n",
        "who was absent?",
        ["Absent:", "Dora", "Emil Falk"],
    ),
    # but not what stands right above prose, nor the day
    (
        "Club\n\nPresent: Ada Quist\nBoat\nIt was bought.\n",
        "who was there",
        ["Present: Ada Quist"],
    ),
    (
        "Club\n\nPresent: Ada Quist\nNorvik, 14 May 2019\n\nThe boat was bought.\n",
        "who was there",
        ["Present: Ada Quist"],
    ),
    (
        "Club\n\nPresent: Ada\nApologies: Dora\nMinutes taken by: Bo\n\nThe boat was bought.\n",
        "who was absent?",
        ["Apologies: Dora"],
    ),
    # and ends where the text begins, without a blank line between
    (
        "Club\nPresent:\nAda Quist\nBo Lind\n1. Roof\nThe roof was mended on 3 May 2020.\n",
        "who was there",
        ["Present:", "Ada Quist", "Bo Lind"],
    ),
    (
        "Minutes of the Harbour Board, held on 14 May 2019 in Norvik.\n\n## Apologies\n\nDora\n\n"
        "## Crane\n\nIt was bought.\n",
        "who sent apologies?",
        ["## Apologies", "Dora"],
    ),
    # a list that goes on in the next line
    (
        "Norvik Club\n\nPresent: Ada Quist, Bo Lind, Cleo Marsh,\nDora Engel\n\nIt was bought.\n",
        "who was there",
        ["Present: Ada Quist, Bo Lind, Cleo Marsh,\nDora Engel"],
    ),
    # below a sentence that says which meeting it was
    (
        "Norvik Club\n\nMinutes of the meeting held on Tuesday 14 May 2019 in the hall.\n\n"
        "Present: Ada, Bo\nIn attendance: Cleo\nApologies: Dora\n\n1. Boat\n\nIt was bought.\n",
        "who was absent?",
        ["Apologies: Dora"],
    ),
    # in Markdown
    (
        "# Club\n\n**Present:** Ada, Bo\n\n**Apologies:** Dora\n\n## Boat\n\nIt was bought.\n",
        "who was there",
        ["**Present:** Ada, Bo"],
    ),
    # who was missing was not there
    (
        "Members' meeting, 14 May 2019\n\nPresent: Ada, Bo\nApologies: Dora\n\nIt was bought.\n",
        "who was there",
        ["Present: Ada, Bo"],
    ),
    (
        "Club\n\nAttending: Ada, Bo\nMembers absent: Dora\n\nThe boat was bought.\n",
        "who was there",
        ["Attending: Ada, Bo"],
    ),
    (
        "Club\n\nPresent: Ada, Bo\n\nApologies\n\nDora Engel, Emil Falk\n\nIt was bought.\n",
        "who sent apologies?",
        ["Apologies", "Dora Engel, Emil Falk"],
    ),
]


@pytest.mark.parametrize(("text", "question", "quotes"), LISTS)
def test_a_list_is_quoted_whole(text: str, question: str, quotes: list[str], encoder) -> None:
    assert [one.quote for one in ask(text, question, encoder).citations] == quotes


def test_else_those_who_speak_took_part(encoder) -> None:
    answer = ask(TRANSCRIPT, "Who took part in the meeting?", encoder)
    assert [(one.quote, one.location) for one in answer.citations] == [
        ("Ada Quist", "Ada Quist"),
        ("Bo Lind", "Bo Lind"),
    ]


def test_else_the_sentence_that_opens_a_read_out_says_who(bot: Bot) -> None:
    (opening,) = bot.ask("Who took part?").citations
    assert "held a foreign ministers' meeting with H.E. Mr. Nestor Popolizio" in opening.quote


READ_OUT = """Press release

Foreign Secretary meets Minister of Adzharistan

Published 6 May 2025

The Foreign Secretary, Dame Rosalind Achterberg, hosted the Foreign Minister, Mr Levan Orbeli.

They condemned the incursion of drones into Adzhari airspace on 19 April.

Before leaving, he laid a wreath at the Cenotaph. He was accompanied by the Ambassador, Ms Gelovani.
"""


@pytest.mark.parametrize(
    ("question", "footnote"), [("Who took part?", ""), ("Who attended?", "[1]"), ("Who met?", "")]
)
def test_a_line_above_the_sentence_that_opens_a_read_out_is_none(
    question: str, footnote: str, encoder
) -> None:
    text = READ_OUT.replace("Orbeli.", f"Orbeli.{footnote}")
    (opening,) = ask(text, question, encoder).citations
    assert opening.quote.startswith("The Foreign Secretary, Dame") and "hosted" in opening.quote


SUMMIT = """FINAL COMMUNIQUÉ

The Summit of the Ocean Forum was held in Apia on 5 May 2019 and was attended by the leaders of Fiji
and Niue. The Secretary General, Dame Sela Taufa, was in attendance. Palau was unable to attend.

A minute's silence was observed for the children who had died.
"""
ANNEX = """Communiqué of the Sahel Group

The heads of state held their summit in Norvik under the chairmanship of President Ould.

They decided to send 1,200 soldiers.

{}

Chad: President Idriss Ould
Mali: President Ba Keita

Done at Norvik, 15 February 2021
"""


def test_so_do_others_of_its_paragraph_and_not_who_was_missing(encoder) -> None:
    quotes = [one.quote.split()[:3] for one in ask(SUMMIT, "Who attended?", encoder).citations]
    assert quotes == [["The", "Summit", "of"], ["The", "Secretary", "General,"]]


@pytest.mark.parametrize(
    "label",
    [
        "Annex: List of participants",
        "[Reference] Participants in the dinner",
        "Annex II – Delegations",
        "ANNEX\n\nLIST OF THE SAHEL DELEGATION",
    ],
)
def test_a_list_below_the_text_says_who(label: str, encoder) -> None:
    opening, *names = ask(ANNEX.format(label), "Who took part?", encoder).citations
    assert opening.quote.startswith("The heads of state held")
    quotes = [one.quote for one in names]
    assert quotes == ["Chad: President Idriss Ould", "Mali: President Ba Keita"]


COMMUNIQUE = """JOINT COMMUNIQUÉ

The Minister of Foreign Affairs of Cyprus, Dr Iacovidou, the Minister of Foreign Affairs of Jordan,
Mr Majali, and the Minister of Foreign Affairs of Greece, Mr Melidonis, met in Amman today,

Recalling the Athens Declaration of 14 April 2019,

Have issued the following:

The Ministers of Cyprus and Greece thank Mr Majali. They were received by the King of Jordan.

The next meeting will take place in Rhodes. They had last met in Nicosia.
"""


@pytest.mark.parametrize(
    "question",
    [
        "Who took part?",
        "Who attended for Jordan?",
        "Who represented Greece?",
        "Where did it take place?",
        "Where did they meet?",
    ],
)
def test_the_preamble_of_a_communique_opens_it(question: str, encoder) -> None:
    (opening,) = ask(COMMUNIQUE, question, encoder).citations
    assert opening.quote.startswith("The Minister of Foreign Affairs of Cyprus")


def test_for_whom_nobody_came_is_not_told_by_the_others(encoder) -> None:
    assert "Iacovidou" not in ask(COMMUNIQUE, "Who attended for Malta?", encoder).text


def test_a_country_is_no_city(bot: Bot) -> None:
    assert "visiting the Republic of Peru" in bot.ask("Where did it take place?").text
    assert not bot.ask("In which city did the two ministers hold their talks?").answered


@pytest.mark.parametrize("question", ["Who was absent?", "Which country did not come?"])
def test_a_sentence_of_a_read_out_says_who_was_missing(question: str, encoder) -> None:
    assert ask(SUMMIT, question, encoder).text == "Palau was unable to attend."
    everybody = SUMMIT.replace("Palau was unable to attend.", "")
    assert not ask(everybody, question, encoder).answered


PARISH = """# Little Marlowe Parish Council

**Present:** Cllr Janet Hobbs (Chairman), Cllr Peter Dunnett

**In attendance:** Mrs Wendy Ackroyd (Clerk), 14 members of the public

### 45/25 Apologies for absence

Apologies were received and accepted from Cllr Tony Breck (work) and Cllr Lucy Mant (holiday).

### 46/25 Declarations of interest

Cllr Hobbs declared an interest in item 52/25 and left the room during that item.
"""


@pytest.mark.parametrize(
    "question",
    ["Who was absent?", "Which members sent apologies?", "Which members were absent?"],
)
def test_an_item_of_its_own_may_say_who_was_missing(question: str, encoder) -> None:
    answer = ask(PARISH, question, encoder)
    (citation,) = answer.citations
    assert citation.quote.startswith("Apologies were received and accepted")
    assert not answer.short  # it would be one of the two


def test_who_was_missing_is_asked_as_the_record_says_it(encoder) -> None:
    minutes, summit = (ask(text, "Who couldn't come?", encoder) for text in (PARISH, SUMMIT))
    assert minutes.standalone_question == "Who sent apologies for absence?"
    assert summit.standalone_question == "Who did not attend the meeting?"


@pytest.mark.parametrize("question", ["Who was there, and who couldn't make it?"])
def test_who_was_there_may_be_asked_with_who_was_missing(question: str, encoder) -> None:
    quotes = [one.quote.split()[0] for one in ask(PARISH, question, encoder).citations]
    assert quotes == ["**Present:**", "**In", "Apologies"]


@pytest.mark.parametrize("question", ["Who took part?", "Where was it held?"])
def test_else_it_is_searched_and_judged_like_any_question(question: str, encoder) -> None:
    text = "The ferry sails at nine from the north quay. It was full."
    assert not ask(text, question, encoder).answered


def test_neither_who_met_nor_a_day_of_the_week_is_a_place(encoder) -> None:
    for head in ("Harbour Board, 14 May 2019", "Tuesday, 14 May 2019"):
        answer = ask(f"{head}\n\nThe crane was repaired.\n", "Where was it held?", encoder)
        assert head not in answer.text


def test_a_headline_names_no_place_by_its_capitals(encoder) -> None:
    headline = "Speakers in Security Council Urge Funding for Harbour Crane and Warn of Storms"
    text = f"{headline}\n\n14 May 2019\n\nThe crane was repaired.\n"
    assert headline not in ask(text, "Where was it held?", encoder).text


def test_what_a_speaker_says_of_participants_is_no_list(encoder) -> None:
    text = (
        "Moderator: Good morning to all participants, a quick reminder: mute yourselves.\n\n"
        "Ada Quist: The crane has come.\n"
    )
    quotes = [one.quote for one in ask(text, "Who was there?", encoder).citations]
    assert quotes == ["Moderator", "Ada Quist"]


def test_a_place_may_stand_before_the_day_of_the_week(encoder) -> None:
    text = "Record of talks\n\nZagreb, Tuesday, 5 July 2023\n\nThe crane was bought.\n"
    assert ask(text, "Where was it held?", encoder).text == "Zagreb, Tuesday, 5 July 2023"


def test_a_day_may_be_written_otherwise_than_where_it_is_stated(encoder) -> None:
    index = Index.build([Document("a.html", READ_OUT, date="2025-05-06")], encoder=encoder)
    answer = Bot(Retriever(index)).ask("When did the meeting take place?")
    assert answer.text == "Published 6 May 2025"


def test_a_day_in_the_text_is_not_the_meetings(encoder) -> None:
    answer = ask(MINUTES.replace("14 May 2019\n\n", ""), "When was the meeting?", encoder)
    assert "3 September" not in answer.text


@pytest.mark.parametrize("question", ["When does the crane arrive?", "When is the next one?"])
def test_a_question_about_something_in_it_is_left_alone(question: str, encoder) -> None:
    answer = ask(MINUTES, question, encoder)
    assert answer.standalone_question == question
    assert "14 May 2019" not in answer.text and "Ada Quist" not in answer.text


def test_the_next_meetings_day_is_not_this_ones(encoder) -> None:
    head = "Board\nNext meeting: 11 June 2019\nDate: Tuesday, 14 May 2019\nPlace: Norvik\n\n"
    quotes = [one.quote for one in ask(f"{head}It was mended.", "When was it?", encoder).citations]
    assert quotes == ["Date: Tuesday, 14 May 2019"]


CLOCKED = """Harbour Board

14 May 2019
Time: 6.30 p.m.

Present: Ada Quist (chair), Bo Lind (from 7.20 p.m.)

1. Opening
The chair called the meeting to order at 6.32 p.m. and thanked the crew of the dredger.

2. Crane
The board approved the new crane for the north quay. The ferry to Norvik will be late until Friday.

3. Close
The meeting was adjourned at 9.14 p.m. The next meeting is on 11 June 2019 at 7 p.m.
"""
UNCLOCKED = """Harbour Board, 14 May 2019

The board approved the new crane for the north quay.

The meeting began at 10:15 and ended at 11:40. Nobody asked for the floor.
"""


@pytest.mark.parametrize(
    ("text", "question", "quotes"),
    [
        (
            CLOCKED,
            "What time did the meeting start?",
            [
                "14 May 2019",
                "Time: 6.30 p.m.",
                "The chair called the meeting to order at 6.32 p.m. and thanked the crew of the"
                " dredger.",
            ],
        ),
        (CLOCKED, "What time did it end?", ["The meeting was adjourned at 9.14 p.m."]),
        (CLOCKED, "When did the meeting end?", ["The meeting was adjourned at 9.14 p.m."]),
        (CLOCKED, "when was the meeting adjourned", ["The meeting was adjourned at 9.14 p.m."]),
        (
            UNCLOCKED,
            "When did the meeting begin?",
            ["Harbour Board, 14 May 2019", "The meeting began at 10:15 and ended at 11:40."],
        ),
        (UNCLOCKED, "When did it end?", ["The meeting began at 10:15 and ended at 11:40."]),
    ],
)
def test_the_hour_is_told_too(text: str, question: str, quotes: list[str], encoder) -> None:
    assert [one.quote for one in ask(text, question, encoder).citations] == quotes


def test_when_it_ended_is_not_what_was_said_last(encoder) -> None:
    assert not ask(MINUTES, "When did the meeting end?", encoder).answered
    assert "11 June" in ask(MINUTES, "How did the meeting end?", encoder).text
