import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.packaged import PACKAGED_SOURCE
from embeddings import Document
from embeddings.text.layout import lay_out
from embeddings.text.sentences import split_sentences

SHARED_HASH = "2e2291a62a39ce72678f7f16131ad57e7843ca3a6a67cb71c831296aff1b6e5f"


def blocks(text: str) -> list[str]:
    laid_out = lay_out(Document("a", text))
    return [text[start:end] for start, end in laid_out.blocks or ()]


def marks(text: str) -> list[str]:
    return [mark.label for mark in lay_out(Document("a", text)).marks]


def test_the_packaged_record_is_unchanged() -> None:
    import hashlib

    (path,) = PACKAGED_SOURCE.glob("*.txt")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == SHARED_HASH


def test_title_date_captions_and_navigation_are_not_blocks(record: Document) -> None:
    assert record.title == "Japan-Peru Relations"
    assert record.date == "August 14, 2018"
    shown = [record.text[start:end] for start, end in record.blocks or ()]
    assert [text[:24] for text in shown] == [
        "On August 14, commencing",
        "At the beginning, Foreig",
        "Foreign Minister Kono st",
        "Foreign Minister Kono st",
        "The two ministers confir",
        "Foreign Minister Kono ra",
        "Furthermore, following t",
    ]


def test_places_of_the_packaged_record(record: Document) -> None:
    labels = [record.location(start) for start, _ in record.blocks or ()]
    assert labels == ["paragraph 1", "item 1", "item 2", "item 3", "item 4", "item 4", "item 5"]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    wrapped = (
        "The committee met on Tuesday in the town hall and heard from the\n"
        "treasurer, who explained that the budget had been exceeded by a\n"
        "small sum.\n"
        "\n"
        "It then adjourned for lunch, which was served in the garden, and\n"
        "came back at two.\n"
    )
    assert [text.count("\n") for text in blocks(wrapped)] == [2, 1]


def test_only_the_lines_of_a_wrapped_paragraph_are_joined() -> None:
    wrapped = (
        "The committee met on Tuesday in the town hall and heard from the\n"
        "treasurer, who explained that the budget had been exceeded by a\nsmall sum."
    )
    link = "See https://harbour.example/" + "documents/" * 12 + " for more."
    assert blocks(f"Board\n\n{wrapped}\n\n{link}\n\n{'=' * 90}\n")[0] == wrapped
    lines = ["Jon writes to the traders of the old town before the end of May.", "Mia asks again."]
    assert blocks("Board\n\nWe met.\n\n" + "\n".join(lines))[1:] == lines


def test_a_paragraph_that_is_wrapped_at_about_a_width_is_one() -> None:
    wrapped = (
        "The Carnival Committee had asked for the use of the Meadow from 24th to\n"
        "      26th July and for the waiver of the hire charge of £180. Granted, Councillor\n"
        "      Nance not voting. A deposit of £250 against damage to the grass would\n"
        "      be required."
    )
    left = "tried first. No decision was reached and the matter was referred\nto the committee."
    assert blocks(f"Board\n\n1.  CARNIVAL\n\n      {wrapped}\n") == [wrapped]
    paid = "Miss Lowther and Mr. Orrell considered that a charge of 50 pence should be"
    assert blocks(f"Board\n\n{paid}\n{left}\n\n{paid} raised.\n")[0] == f"{paid}\n{left}"


def test_a_line_that_is_set_in_opens_a_paragraph_where_others_are_not() -> None:
    first = (
        "    The committee heard the clerk, who explained to all members what\n"
        "it had cost to mend the crane that had stood in the old harbour then."
    )
    second = "    It thanked the clerk for her work on the crane in the old harbour,\nand rose."
    third = "    Nobody objected to what the committee had said of the old harbour\nbut Ms. Li."
    paragraphs = [one.lstrip() for one in (first, second, third)]
    assert blocks(f"Board\n\n{first}\n{second}\n{third}\n") == paragraphs


def test_amounts_in_a_column_are_no_headings() -> None:
    text = (
        "Board\n\n4.  GRANTS\n\nRESOLVED that the following grants be made:\n"
        "Silver Band            £600\nTuesday Lunch Club     £350\nThe Bowls Club will wait.\n"
    )
    assert blocks(text)[1:3] == ["Silver Band            £600", "Tuesday Lunch Club     £350"]
    assert set(marks(text)) == {"4.  GRANTS"}


def test_headings_become_places_of_what_follows() -> None:
    text = (
        "# Board minutes\n\n2019-03-04\n\n## Finance\n\nThe board approved the accounts.\n\n"
        "1. Ms. Li asked for a report.\n2. It is due in May.\n\n## Staff\n\nNobody left.\n"
    )
    assert blocks(text) == [
        "The board approved the accounts.",
        "Ms. Li asked for a report.",
        "It is due in May.",
        "Nobody left.",
    ]
    assert marks(text) == ["Finance", "Finance, item 1", "Finance, item 2", "Staff"]


def test_numbers_of_an_agenda_need_no_full_stop() -> None:
    text = (
        "We met.\n\n3.1 The balance is $5.\n3.2 RESOLVED: That it be spent.\n\n3.5 per cent rose.\n"
    )
    assert marks(text) == ["paragraph 1", "item 3.1", "item 3.2", "paragraph 2"]


def test_the_numbered_heading_of_an_agenda_is_the_place_of_what_follows() -> None:
    text = (
        "Board\n\nWe met.\n\n2. Library hours\nThey are longer now.\n\nNobody minds.\n\n"
        "3. FINANCE\n3.1 The balance is $5.\n\n4. Fee raised to $4\n\nThe clerk left.\n\n"
        "5. Jon writes\n6. Mia asks\n"
    )
    found = {text: place for text, (place, _) in spoken(lay_out(Document("a", text))).items()}
    assert found == {
        "We met.": "paragraph 1",
        "They are longer now.": "2. Library hours",
        "Nobody minds.": "2. Library hours",
        "The balance is $5.": "3. FINANCE, item 3.1",
        "4. Fee raised to $4": "4. Fee raised to $4",
        "The clerk left.": "4. Fee raised to $4",
        "Jon writes": "item 5",
        "Mia asks": "item 6",
    }


def test_speaker_turns_are_places() -> None:
    text = "Hearing\n\nChair: We are open.\nMs. Ortega: Thank you, I have two points.\n"
    assert marks(text) == ["Chair", "Ms. Ortega"]


def spoken(document: Document) -> dict[str, tuple[str, str]]:
    """Return what can be searched, each with its place and who says it."""
    found = {}
    for start, end in document.blocks or ():
        mark = document.mark(start)
        found[document.text[start:end]] = (mark.label, mark.speaker)
    return found


TURNS = """# Harbour board

{}Mr. Lee: The basin must be dredged.

Chair: Thank you, Mr. Lee.

The board voted the dredging down by seven to two.

Mr. Lee: I regret that.

Voted down
Ferry to be mended

Mr. Lee: So be it.

- The ferry sails at nine.
"""


@pytest.mark.parametrize(
    ("heading", "place"), [("", "paragraph 1"), ("## Dredging\n\n", "Dredging")]
)
def test_what_follows_a_turn_is_not_its_speakers(heading: str, place: str) -> None:
    found = spoken(lay_out(Document("a.md", TURNS.format(heading))))
    assert found["Chair: Thank you, Mr. Lee."] == ("Chair", "Chair")
    assert found["The board voted the dredging down by seven to two."] == (place, "")
    assert found["Voted down"][1] == ""
    assert found["The ferry sails at nine."][1] == ""


COUNCIL = """Read-out: talks on the harbour

Chair: Ada Quist (mayor). Members: Bo Lind and Cleo Marsh.

Item 1: Fees
The council heard the treasurer, who explained what a berth costs.
RESOLVED (6 votes to 2): That the fee be four dollars.
ACTION: The clerk writes to the traders.

The boats that lie in the eastern basin were counted.

Item 2: Crane
Herr Moll asked what the crane costs.
RESOLVED: That a crane be bought.
Mr. Lee: I shall vote against it.
Budget: None at all.
"""


def test_what_stands_before_a_colon_in_minutes_is_nobody() -> None:
    document = lay_out(Document("a", COUNCIL))
    assert document.title == "Read-out: talks on the harbour"
    assert document.speakers == ("Mr. Lee",)
    found = spoken(document)
    assert found["RESOLVED: That a crane be bought."] == ("Item 2: Crane", "")
    assert found["Chair: Ada Quist (mayor). Members: Bo Lind and Cleo Marsh."] == ("Chair", "")


BRIEFING = """Briefing

SECRETARY LEE: The president signed three orders today.

The first cuts tariffs on steel. It takes effect on Friday.

The second creates a board.

Q: Who chairs the board?

SECRETARY LEE: The president will name a chair.

He has met four candidates.

The Treasury expects to lose $2 billion.

THE PRESIDENT: Steel is back.

It is a great day.
"""


def test_who_is_answered_and_speaks_again_makes_a_dialogue_of_any_length_of_speech() -> None:
    document = lay_out(Document("a", BRIEFING))
    assert document.speakers == ("SECRETARY LEE", "Q", "THE PRESIDENT")
    assert spoken(document)["It is a great day."][1] == ""


def test_what_follows_a_turn_is_its_speakers_where_it_is_spoken() -> None:
    text = BRIEFING.replace("He has met", "(Laughter.)\n\nWe have met").replace("It is a", "Our")
    found = spoken(lay_out(Document("a", text)))
    assert found["The second creates a board."] == ("SECRETARY LEE", "SECRETARY LEE")
    assert found["We have met four candidates."][1] == "SECRETARY LEE"
    assert found["Our great day."][1] == "THE PRESIDENT"
    assert found["(Laughter.)"][1] == ""


def test_what_labels_each_matter_of_minutes_is_nobody() -> None:
    matters = "\n\n".join(
        f"{name}\n\nDiscussion: It was long.\n\nBackground: It is old.\n\n"
        "The board heard the clerk.\n\nNobody objected."
        for name in ("Fees", "Boats", "Crane", "Roof")
    )
    assert lay_out(Document("a", f"Board\n\nThe board met.\n\n{matters}\n")).speakers == ()


COURT = """MR. FOX: Plaintiff calls Jane Doe.

JANE DOE, having been first duly sworn, testified as follows:

DIRECT EXAMINATION
BY MR. FOX:
     Q.   Good morning, ma'am.  Would you tell the jury what you do for
a living, please, and for how long?
     A.   I teach.  Eleven years, at the school on Route 9, as I have
told you.
     Q.   You saw the fire?
     A.   Yes.
          THE COURT:  Where from?
          THE WITNESS:  From the road.

CROSS-EXAMINATION BY MS. LI:

Q. Were you alone?

A. I was.
"""


def test_in_court_who_asks_and_who_answers_is_named_once() -> None:
    said = spoken(lay_out(Document("a", COURT)))
    assert {words.split()[-1]: name for words, (_, name) in said.items()} == {
        "Doe.": "MR. FOX",
        "follows:": "",
        "FOX:": "",
        "long?": "MR. FOX",
        "you.": "JANE DOE",
        "fire?": "MR. FOX",
        "Yes.": "JANE DOE",
        "from?": "THE COURT",
        "road.": "JANE DOE",
        "LI:": "",
        "alone?": "MS. LI",
        "was.": "JANE DOE",
    }


def test_who_is_called_answers_in_court() -> None:
    called = COURT.replace("JANE DOE, having been first duly sworn, testified as follows:", "")
    assert lay_out(Document("a", called)).speakers == ("MR. FOX", "Jane Doe", "THE COURT", "MS. LI")


@pytest.mark.parametrize(
    "minutes",
    [
        "A. Berg moved it.\n\nQ. Li seconded it.\n",
        "The motion was moved by\nA. Berg and carried.\n",
    ],
)
def test_an_initial_opens_no_turn_of_a_court(minutes: str) -> None:
    assert lay_out(Document("a", f"Board\n\nThe board met.\n\n{minutes}")).speakers == ()


def test_what_a_committee_asks_is_numbered_but_not_who_asks() -> None:
    turns = (
        f"Q{number} {name}: Why {number}?" for number, name in enumerate(["Chair", "Ann Li"] * 3)
    )
    text = "Committee\n\n" + "\n\n".join(f"{turn}\n\nMr Fox: It rained." for turn in turns)
    assert lay_out(Document("a", text)).speakers == ("Chair", "Mr Fox", "Ann Li")


def test_brackets_behind_a_name_do_not_make_it_too_long() -> None:
    constituency = "Ms. Fu Cong (Harrowmere and the Isle of Man) (Independent)"
    text = f"Debate\n\n{constituency}: I oppose the fee.\n\nMr. Lee: Why?\n"
    assert lay_out(Document("a", text)).speakers == (constituency, "Mr. Lee")


def test_an_abbreviation_that_is_no_title_speaks_for_nobody() -> None:
    text = (
        "Council\n\nRes. No. 2025-14: Approve the contract.\n\nThe council approved it.\n\n"
        "Est. Cost: The cost is $412.\n\nMr. Dahl opposed it.\n\n"
        "Dept. of Works: The bridge will close.\n\nCllr. Berg: That is too long.\n\n"
        "Mme Petit: Two weeks are enough.\n\nThe council rose.\n"
    )
    assert lay_out(Document("a", text)).speakers == ("Cllr. Berg", "Mme Petit")


def test_in_a_dialogue_the_head_is_nobody_and_who_speaks_once_is_somebody() -> None:
    text = (
        "Hearing\n\nChair: Mr Noh\nWitnesses: Ms Baek, Mr Tak\n\n"
        "CHAIR: We are open.\n\nBaek: The quay is closed.\n\nCHAIR: Until when?\n\n"
        "Tak: Until Friday.\n\nBaek: It is.\n"
    )
    assert lay_out(Document("a", text)).speakers == ("CHAIR", "Baek", "Tak")


def test_a_fact_without_a_full_stop_is_no_heading_or_found_all_the_same() -> None:
    text = (
        "Council\n\nPresent:\nAnna Berg\nMia Falk\n\nThe council met.\n\nParking\n\n"
        "The clerk presented the petition.\nFee is to rise\nMs. Vance to inform the owners\n"
        "\nMotion carried 7 to 2\n\nThe council then turned to the library.\n\n"
        "| Action | Owner |\n| ------ | ----- |\n| Ask for a report | Mia Falk |\n\nIt closed.\n"
    )
    found = spoken(lay_out(Document("a.md", text)))
    assert found["Mia Falk"] and found["The council met."][0] == "paragraph 2"
    assert found["Ms. Vance to inform the owners"][0] == "Parking"
    assert found["Motion carried 7 to 2"]
    assert "Parking" not in found
    assert found["| Ask for a report | Mia Falk |"][0] == found["It closed."][0]


@pytest.mark.parametrize("sign", ["[2]", "[12][a]", "”[iv]"])
def test_a_sentence_with_a_footnotes_sign_at_its_end_is_no_heading(sign: str) -> None:
    won = f"Halvorsen won the contract for the roof.{sign}"
    found = spoken(lay_out(Document("a", f"Board\n\nThe board met.\n\n{won}\n\nThe chair left.\n")))
    assert found[won][0] == "paragraph 2" and found["The chair left."][0] == "paragraph 3"


def test_an_entry_or_what_goes_on_is_no_heading() -> None:
    text = (
        "Board\n\n4 March 2025\n\nDear all,\n\nplease find the minutes below.\n\nRoof\n\n"
        "It leaks.\n\nContract awarded: Moll Ltd\n\nWork begins.\n\n"
        "**Trustee absent:** Ola Nor\n\nMs Li spoke.\n\nHighest bid: $40,000\n\nIt won.\n\n"
        "Mr Lee rose—\n\nThe board moved on.\n\n"
        "Second topic: water\n\nThe well is dry.\n\nItem 3: Roads\n\nThe road is closed.\n"
    )
    found = spoken(lay_out(Document("a.md", text)))
    assert {words: place for words, (place, _) in found.items()} == {
        "Dear all,": "",
        "please find the minutes below.": "paragraph 1",
        "It leaks.": "Roof",
        "Contract awarded: Moll Ltd": "Roof",
        "Work begins.": "Roof",
        "**Trustee absent:** Ola Nor": "Roof",
        "Ms Li spoke.": "Roof",
        "Highest bid: $40,000": "Highest bid: $40,000",
        "It won.": "Highest bid: $40,000",
        "Mr Lee rose—": "Highest bid: $40,000",
        "The board moved on.": "Highest bid: $40,000",
        "The well is dry.": "Second topic: water",
        "The road is closed.": "Item 3: Roads",
    }


@pytest.mark.parametrize("bullet", "-*•–·◦●○▪■□▶◇➢☐\uf0b7\uf0a7o")
def test_bullets_are_no_words_and_no_headings(bullet: str) -> None:
    text = f"Board\n\nIt met.\n\n{bullet} Call the roofer\n\nIt thanked the members. It closed.\n"
    assert blocks(text)[1] == "Call the roofer"


def test_a_number_above_bullets_is_a_heading() -> None:
    text = "Council\n\nIt met.\n\n1. Actions\n- Mia calls\n- Jon writes\n2. Roof\n  - it leaks\n"
    found = spoken(lay_out(Document("a.md", text)))
    assert found["Mia calls"][0] == found["Jon writes"][0] == "1. Actions"
    assert found["Roof"][0] == "item 2" and "Actions" not in found


LONG = "Meeting of Foreign Minister Ingrid Solberg of Norvik with Minister Amadou Diallo of Kastan"


@pytest.mark.parametrize(
    ("head", "title", "date"),
    [
        ("Board\n\nDate: Monday, 4 March 2024\nPlace: Town Hall", "Board", "4 March 2024"),
        ("Board\nNext meeting: 1 April 2024\nDate: 4 March 2024", "Board", "4 March 2024"),
        ("Board\nDeadline 1 April 2024\n\nMeeting of 4 March 2024, 10:00", "Board", "4 March 2024"),
        ("Board\n\nHeld on Tuesday, 4 March 2024 at 7 pm in the hall", "Board", "4 March 2024"),
        ("Board\n\nMinutes of the meeting held on 4 March 2024 in Bath.", "Board", "4 March 2024"),
        ("Board\n\nZagreb, Tuesday, 4 March 2024", "Board", "4 March 2024"),
        ("Board\n\nTuesday, March 4, 2024, 6:00 p.m.", "Board", "March 4, 2024"),
        ("# Weekly sync 2024-03-04", "Weekly sync 2024-03-04", "2024-03-04"),
        ("Minutes of 4 March 2024", "Minutes of 4 March 2024", "4 March 2024"),
        ("# Board\n\n**Date:** 4 March 2024", "Board", "4 March 2024"),
        ("# Board\n\n| Date | 4 March 2024 |\n|---|---|", "Board", "4 March 2024"),
        ("---\ntitle: Board\ndate: 2024-03-04\n---\n", "Board", "2024-03-04"),
        ("Board\n=====\n\n4 March 2024", "Board", "4 March 2024"),
        ("Board\nThurs 4 Mar 2024, Room 2.14", "Board", "4 Mar 2024"),
        ("Board\nTues, 4 March 2024", "Board", "4 March 2024"),
        ("Minister meets envoy\n\nPublished 4 March 2024", "Minister meets envoy", "4 March 2024"),
        ("Press release\n\nEnvoy leaves Bath\n\n4 March 2024", "Envoy leaves Bath", "4 March 2024"),
        ("TRANSCRIPT\nTalks in Bath\nBath, 4 March 2024", "Talks in Bath", "4 March 2024"),
        # the paper's day is not the meeting's
        ("Board\nBath, 6 May 2024\nMeeting of 4 March 2024", "Board", "4 March 2024"),
        ("Board\n6 May 2024\n\nHeld in Bath on 4 March 2024, at 3 p.m.", "Board", "4 March 2024"),
        # of two that state it, one that can be read in one way alone
        ("Board\nDate: 04/03/2024\nMonday, 4 March 2024", "Board", "4 March 2024"),
        (f"{LONG}\nGeneva, 4 March 2024", LONG, "4 March 2024"),
        (f"Ministry of Ports\n{LONG}\nGeneva, 4 March 2024", LONG, "4 March 2024"),
        (f"{LONG}: talks of 4 March 2024", f"{LONG}: talks of 4 March 2024", "4 March 2024"),
    ],
)
def test_title_and_date_are_those_that_the_head_states(head: str, title: str, date: str) -> None:
    document = lay_out(Document("a.md", f"{head}\n\n## Finance\n\nThe fee was raised to $4.\n"))
    assert (document.title, document.date) == (title, date)
    assert spoken(document)["The fee was raised to $4."] == ("Finance", "")


def test_bold_labels_of_markdown_are_fields_and_speakers() -> None:
    text = (
        "# Board\n\n**Present:** Anna Berg, Jon Dahl\n**Apologies:** Ola Nor\n\nFinance\n-------\n"
        "\n**Anna Berg:** It is $4.\n**Jon Dahl**: I disagree.\n**Anna Berg:** Do you?\n\n***\n"
    )
    document = lay_out(Document("a.md", text))
    assert document.participants == "Anna Berg, Jon Dahl"
    assert document.speakers == ("Anna Berg", "Jon Dahl")
    assert list(spoken(document))[:2] == [
        "**Present:** Anna Berg, Jon Dahl",
        "**Apologies:** Ola Nor",
    ]
    assert "Finance" in [mark.label for mark in document.marks] and "***" not in spoken(document)


@pytest.mark.parametrize("who", ["Trustees", "Councillors", "Voting members", "Also"])
def test_whoever_is_listed_as_present_or_absent_is_found(who: str) -> None:
    lists = [f"**{who} present:** Anna Berg, Jon Dahl", f"**{who} absent:** Ola Nor"]
    text = "# Board\n\n" + "\n".join(lists) + "\n\n## Roof\n\nThe chair opened the meeting.\n"
    document = lay_out(Document("a.md", text))
    assert document.participants == "Anna Berg, Jon Dahl" and not document.speakers
    assert list(spoken(document))[:2] == lists


@pytest.mark.parametrize(
    "label", ["Present", "In attendance (by phone)", "Attendees from the Board"]
)
def test_names_below_each_other_are_one_list_and_no_headings(label: str) -> None:
    names = "Anna Berg (Chair)\n  Jon Dahl\n  Mia Falk"
    text = f"Board\n\n{label}: {names}\nApologies: Ola Nor\n\n1. Roof\nThe roof leaks.\n"
    document = lay_out(Document("a.txt", text))
    assert document.participants == names
    assert document.location(text.index("Mia")) == label
    assert document.location(text.index("The roof")) == "1. Roof"


def test_a_list_without_full_stops_is_kept() -> None:
    text = "Minutes\n\nPresent were the following people.\n\nAnna Berg\nJon Dahl\nMia Falk\n"
    assert blocks(text)[1:] == ["Anna Berg", "Jon Dahl", "Mia Falk"]


def test_a_text_that_is_one_label_is_still_searched() -> None:
    assert blocks("Bread and milk") == ["Bread and milk"]


def sentences(text: str) -> list[str]:
    return [text[one.start : one.end] for one in split_sentences(text)]


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = (
        "At 10 a.m. local time Mr. Kono met H.E. Mr. Popolizio. The U.S. dollar rose 3.5%. "
        "No. 5 was first, i.e. it won. Ms. Li and Cllr. Berg left."
    )
    assert sentences(text) == [
        "At 10 a.m. local time Mr. Kono met H.E. Mr. Popolizio.",
        "The U.S. dollar rose 3.5%.",
        "No. 5 was first, i.e. it won.",
        "Ms. Li and Cllr. Berg left.",
    ]


def test_what_is_short_for_something_ends_no_sentence() -> None:
    text = (
        "Under para. 5 the Govt. of India pays approx. 12 per cent. The Sec.-Gen. spoke. "
        "The max. fee is four, incl. tax. Cllrs. Lee and Fox left. It closed in 2024. 12 stayed."
    )
    assert sentences(text) == [
        "Under para. 5 the Govt. of India pays approx. 12 per cent.",
        "The Sec.-Gen. spoke.",
        "The max. fee is four, incl. tax.",
        "Cllrs. Lee and Fox left.",
        "It closed in 2024.",
        "12 stayed.",
    ]
    asked = ["Q. Who wrote doc. 6123 and L. Berg's letter?", "A. He did.", "Q. Why?"]
    assert sentences(" ".join(asked)) == asked
    assert len(sentences("so we agreed on it. then we left. it was late.")) == 3


@pytest.mark.parametrize(
    "told",
    [
        ["Building starts in May.", "Mr Lee will report."],
        ["The AGM is in Sept.", "A member asked why.", "It was on 5 Oct. 2024 before."],
        ["The answer was no.", "Seven objected to Protocol No. XII and to No. 5."],
        ["The union meeting went ok.", "Main worry is the cost."],
        # a label in bold is of what follows it, and a sign that closes of what it closes
        ["**25/433 - Loft conversion.** No objection.", "It is small."],
        ["The vote was *lost.*", "It was late."],
    ],
)
def test_what_is_short_before_figures_alone_ends_a_sentence_before_words(told: list[str]) -> None:
    assert sentences(" ".join(told)) == told


def test_a_name_with_another_blank_in_it_is_the_same_speaker() -> None:
    text = "Chair: We are open.\n\nMs.\xa0Li: I agree.\n\nChair: Well.\n\nMs. Li: And you?\n"
    assert lay_out(Document("a", text)).speakers == ("Chair", "Ms. Li")


def test_apostrophes_are_not_quotation_marks() -> None:
    text = "He saw Peru's ministers' hall. It was large. Japan's was too."
    assert len(sentences(text)) == 3


def test_scripts_without_blanks_keep_their_sentences() -> None:
    assert sentences("外務大臣は会談した。次に進んだ。") == ["外務大臣は会談した。", "次に進んだ。"]
    assert len(sentences("El Sr. Kono habló. ¿Qué dijo? Nada.")) == 3


@given(st.text(max_size=400))
def test_sentences_cover_everything_but_blanks_in_order(text: str) -> None:
    found = split_sentences(text)
    assert all(one.start < one.end for one in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    covered = "".join(text[one.start : one.end] for one in found)
    assert "".join(covered.split()) == "".join(text.split())


PIECES = st.sampled_from(
    [
        "Peru agreed.",
        "1. ",
        "(a) ",
        "- ",
        "Chair: ",
        "## ",
        "\n",
        "\n\n",
        "    ",
        "Title",
        "May 3, 2019",
        "é日本",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_blocks_are_in_order_and_inside_the_text(text: str) -> None:
    laid_out = lay_out(Document("a", text))
    assert laid_out.text == text
    spans = laid_out.blocks or ()
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    offsets = [mark.offset for mark in laid_out.marks]
    assert offsets == sorted(offsets)


def test_the_question_set_is_not_a_document() -> None:
    assert not any(path.suffix == ".txt" for path in Path(PACKAGED_SOURCE).glob("questions*"))


def test_the_first_row_of_a_table_is_no_heading_of_the_others() -> None:
    first, second = (
        "No. | Action | Owner | Due",
        "1 | Commission an environmental survey of the foundry | D. Tranter | 14 February 2025",
    )
    text = f"Board\n\nThe meeting closed at noon.\n\nAction table\n\n{first}\n{second}\n"
    document = lay_out(Document("a", text))
    assert blocks(text)[1:] == [first, second]
    assert document.location(text.index(second)) == "Action table"
