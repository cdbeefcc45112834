"""Captions and transcripts, whoever wrote them: who speaks, when, and what was said."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest

from bot import Bot
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder, read_documents

Read = Callable[[str, str], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(name: str, content: str) -> Document:
        (tmp_path / name).write_text(content, "utf-8")
        (document,) = read_documents(tmp_path / name)
        return document

    return read


def srt(lines: Sequence[str], times: Sequence[tuple[float, float]] = ()) -> str:
    """Return SubRip captions; a line lasts two seconds where no times are given."""
    times = times or [(2 * n, 2 * n + 2) for n in range(len(lines))]
    return "\n".join(
        f"{number}\n{_clock(begin)} --> {_clock(end)}\n{line}\n"
        for number, (line, (begin, end)) in enumerate(zip(lines, times, strict=True), 1)
    )


def _clock(seconds: float) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{rest:03}"


def test_a_recording_of_a_whole_day_is_read_to_its_end(read: Read) -> None:
    day = [{"start": n * 2, "text": f"and the fee of pier {n} is due"} for n in range(20_000)]
    document = read("day.json", json.dumps(day))
    assert document.text.endswith("the fee of pier 19999 is due")
    assert document.marks[-1].time == "11:06:38"


def test_a_long_list_of_lines_with_numbers_is_read_to_its_end(read: Read) -> None:
    names = [f"{n:05}".translate(str.maketrans("0123456789", "abcdefghij")) for n in range(15_000)]
    roads = [f"Road {name} fee {n % 90 + 10}" for n, name in enumerate(names)]
    document = read("roads.txt", "Fees\n\nThey are due.\n\n" + "\n\n".join(roads))
    found = [document.text[start:end] for start, end in document.blocks or ()]
    assert found == ["They are due.", *roads]


@pytest.mark.parametrize("name", ["a.txt", "a.srt"])
def test_who_speaks_is_told_alike_in_a_text_and_in_captions(read: Read, name: str) -> None:
    lines = ["BERG, Anna: We are open.", "LI, MAYOR: I agree.", "I mean this: four dollars."]
    document = read(name, srt(lines) if name == "a.srt" else "\n".join(lines))
    assert document.speakers == ("BERG, Anna", "LI, MAYOR")


def turns(document: Document) -> list[tuple[str, str]]:
    """Return what is said, each with its place."""
    spans = document.blocks or ()
    return [(document.location(start), document.text[start:end]) for start, end in spans]


def test_a_pause_ends_the_words_of_a_speaker_where_nothing_else_does(read: Read) -> None:
    lines = ["Moderator: welcome to the hall", "we hear from the public",
             "I oppose the fee", "I support it"]  # fmt: skip
    document = read("a.srt", srt(lines, [(1, 3), (3, 6), (20, 26), (86, 89)]))
    assert turns(document) == [
        ("00:00:01 Moderator", "Moderator: welcome to the hall we hear from the public"),
        ("00:00:20", "I oppose the fee"),
        ("00:01:26", "I support it"),
    ]


def test_a_pause_inside_a_sentence_ends_nothing(read: Read) -> None:
    lines = ["CHAIR: Good morning.", "MS. LI: The fee", "is four dollars.", "Who says that?"]
    document = read("a.srt", srt(lines, [(1, 2), (3, 4), (9, 10), (20, 21)]))
    assert turns(document)[1:] == [
        ("00:00:03 MS. LI", "MS. LI: The fee is four dollars."),
        ("00:00:20", "Who says that?"),
    ]


def test_captions_that_name_a_speaker_at_the_change_alone(
    read: Read, encoder: SentenceTransformerEncoder
) -> None:
    lines = [">> CHAIR: Good morning. We are open.", "The first item is the fee of the harbour.",
             "It is to be raised to four dollars.", "&gt;&gt; MS. VANCE: I object to the fee",
             "and to the term. >> I second that", ">> So do I", "- Yes.\n- No."]  # fmt: skip
    document = read("a.srt", srt(lines))
    chair = "Good morning. We are open. The first item is the fee of the harbour."
    assert turns(document) == [
        ("00:00:00 CHAIR", f"CHAIR: {chair} It is to be raised to four dollars."),
        ("00:00:06 MS. VANCE", "MS. VANCE: I object to the fee and to the term."),
        ("00:00:08", "I second that"),
        ("00:00:10", "So do I"),
        ("00:00:12", "Yes."),
        ("00:00:12", "No."),
    ]
    bot = Bot(Retriever(Index.build([document], encoder=encoder)))
    answer = bot.ask("To what is the fee to be raised?", speakers=["CHAIR"])
    assert answer.answered and "four dollars" in answer.text


@pytest.mark.parametrize("name", ["a.srt", "a.txt"])
def test_words_before_colons_are_nobodys_name_where_nobody_is_named(read: Read, name: str) -> None:
    lines = ["We are open.", "Remember: the dues doubled.", "The board voted for it.",
             "New York: a city with none.", "They pay by May.", "Remember: to us it is much.",
             "Number One: who asked them?", "They pay by June."]  # fmt: skip
    clocked = "\n".join(f"[00:00:{2 * n:02}] {line}" for n, line in enumerate(lines))
    document = read(name, srt(lines) if name == "a.srt" else clocked)
    assert turns(document) == [("00:00:00", " ".join(lines))]


def test_where_a_name_stands_before_all_that_is_said_each_is_one(read: Read) -> None:
    names = ["Anna Berg", "jdahl", "+47 22 33 44 55", "Room 2B - Town Hall, First Floor (Owl)",
             "Anna Berg", "guest 2", "Dr. Mia Falk, PhD, Harrowmere Harbour Authority"]  # fmt: skip
    lines = [f"{name}: So: this is {number}." for number, name in enumerate(names)]
    clocked = "\n".join(f"[00:00:{2 * n:02}] {line}" for n, line in enumerate(lines))
    meet = "(00:00:00)\n" + "\n".join(lines) + "\n(00:05:00)\nAnna Berg: We rose.\n"
    chat = "\n".join(
        f"00:00:{2 * n:02}\t From {line.replace(':', ' to Everyone :', 1)}"
        for n, line in enumerate(lines)
    )
    for name, text in [("a.srt", srt(lines)), ("b.txt", clocked), ("c.txt", meet), ("d.txt", chat)]:
        assert [said for _, said in turns(read(name, text))][:7] == lines


def test_captions_in_a_file_of_another_name(
    read: Read, encoder: SentenceTransformerEncoder
) -> None:
    captions = srt(["We come to the fee.", "- The budget is 4,500", "euros for the year."])
    web = "WEBVTT\n\nNOTE of the clerk\n\n" + captions.replace(",000", ".000")
    for name, text in [("fee.srt", captions), ("fee.txt", captions), ("web.md", web)]:
        document = read(name, text)
        assert turns(document) == [
            ("00:00:00", "We come to the fee."),
            ("00:00:02", "The budget is 4,500 euros for the year."),
        ]
        assert (document.title, document.speakers) == ("", ())
        bot = Bot(Retriever(Index.build([document], encoder=encoder)))
        short = bot.ask("How large is the budget?").short
        assert short and short.quote.startswith("4,500 euros")


@pytest.mark.parametrize("dash", ["- ", "-", "– ", "–", "— ", "—"])
def test_two_lines_of_a_caption_with_dashes_are_two_speakers(read: Read, dash: str) -> None:
    lines = [
        "ANNA: What is the fee?",
        f"{dash}4 dollars.\n{dash}I object.",
        "JON: Was it\n-3 degrees?",
    ]
    assert turns(read("a.srt", srt(lines))) == [
        ("00:00:00 ANNA", "ANNA: What is the fee?"),
        ("00:00:02", "4 dollars."),
        ("00:00:02", "I object."),
        ("00:00:04 JON", "JON: Was it -3 degrees?"),
    ]


@pytest.mark.parametrize("form", ["[{}] {}", "[{}]: {}", "({}) {}"])
def test_names_in_brackets(read: Read, form: str) -> None:
    said = [("Anna Berg", "We are open."), ("Jon Dahl", "I agree."), ("Anna Berg", "To the\nfee.")]
    captions = srt([form.format(*one) for one in said])
    assert turns(read("a.srt", captions.replace("agree.", "agree.\n[applause]"))) == [
        ("00:00:00 Anna Berg", "Anna Berg: We are open."),
        ("00:00:02 Jon Dahl", "Jon Dahl: I agree. [applause]"),
        ("00:00:04 Anna Berg", "Anna Berg: To the fee."),
    ]


def test_who_speaks_in_brackets_before_a_colon_is_told_without_clocks(read: Read) -> None:
    text = "[SPEAKER_00]: We are open.\n[SPEAKER_01]: I agree.\n[SPEAKER_00]: To the fee.\n"
    assert read("a.txt", text).speakers == ("SPEAKER_00", "SPEAKER_01")


def test_a_chinese_sentence_before_a_colon_speaks_not(read: Read) -> None:
    told = "王芳介绍了预算。全年为4万欧元。张伟问：“还有吗？”"
    text = f"王芳：我们开始。\n\n张伟：好。\n\n{told}\n\n王芳：没有。\n"
    assert read("a.txt", text).speakers == ("王芳", "张伟")


def test_two_speakers_in_one_caption(read: Read) -> None:
    lines = ["CHAIR: Any objections?\nMR. LEE: I object.\nIt is too high.",
             "MS. ORTEGA: I am for it, as is\nNew York: it pays.\nCHAIR: Thank you.",
             "The fee is adopted."]  # fmt: skip
    assert [said for _, said in turns(read("a.srt", srt(lines)))] == [
        "CHAIR: Any objections?",
        "MR. LEE: I object. It is too high.",
        "MS. ORTEGA: I am for it, as is New York: it pays.",
        "CHAIR: Thank you. The fee is adopted.",
    ]


def test_webex_names_the_speaker_before_the_time(read: Read) -> None:
    said = [("Anna Berg", "We are open."), ("Jon Dahl", "One thing: who pays?"),
            ("Anna Berg", "The traders.")]  # fmt: skip
    captions = "\n\n".join(
        f'{n} "{name}" (32849{n})\n00:00:0{n}.000 --> 00:00:0{n}.900\n{words}'
        for n, (name, words) in enumerate(said)
    )
    assert [line for _, line in turns(read("a.vtt", f"WEBVTT\n\n{captions}\n"))] == [
        f"{name}: {words}" for name, words in said
    ]


def test_captions_that_roll_up_are_read_once(read: Read) -> None:
    # As YouTube writes them: each line grows word by word, stands alone for 10 ms, then rolls up.
    spoken = ["good morning everyone and", "welcome to the council", "the fee is four dollars"]
    captions, before = ["WEBVTT\nKind: captions\n"], " "
    for number, line in enumerate(spoken):
        first, *rest = line.split()
        grown = first + "".join(f"<00:00:0{2 * number}.480><c> {word}</c>" for word in rest)
        span = f"00:00:0{2 * number}.000 --> 00:00:0{2 * number + 1}.990 align:start position:0%"
        held = f"00:00:0{2 * number + 1}.990 --> 00:00:0{2 * number + 2}.000"
        captions += [f"{span}\n{before}\n{grown}\n", f"{held}\n{line}\n \n"]
        before = line
    assert turns(read("a.vtt", "\n".join(captions))) == [("00:00:00", " ".join(spoken))]
    # What somebody says twice stays.
    assert turns(read("b.srt", srt(["Order!", "Order!"]))) == [("00:00:00", "Order! Order!")]


@pytest.mark.parametrize(
    ("content", "first", "second"),
    [
        ({"transcription": [
            {"timestamps": {"from": "00:00:00,000"}, "offsets": {"from": 0}, "text": " We meet."},
            {"timestamps": {"from": "00:01:02,500"}, "offsets": {"from": 62500}, "text": " Yes."},
        ]}, "", ""),
        ({"utterances": [{"speaker": "A", "start": 250, "text": "We meet."},
                         {"speaker": "B", "start": 62500, "text": "Yes."}]}, "A", "B"),
        ({"segments": [{"speaker": 0, "start": 0.25, "text": "We meet."},
                       {"speaker": 0, "start": 9, "text": None},
                       {"speaker": 1, "start": 62.5, "text": "Yes."}]}, "0", "1"),
    ],
    ids=["whisper.cpp", "AssemblyAI", "numbered speakers, a segment without words"],
)  # fmt: skip
def test_transcription_tools(read: Read, content: object, first: str, second: str) -> None:
    document = read("a.json", json.dumps(content))
    said = document.text.index("We meet."), document.text.index("Yes.")
    marks = [document.mark(offset) for offset in said]
    assert [(one.time, one.speaker) for one in marks] == [
        ("00:00:00", first),
        ("00:01:02", second),
    ]


def test_a_turn_that_names_nobody_is_nobodys(read: Read) -> None:
    spoken = [{"speaker": "Anna", "text": "The fee is"}, {"speaker": "", "text": "Bob: I agree."}]
    assert turns(read("a.json", json.dumps(spoken))) == [
        ("Anna", "Anna: The fee is"),
        ("", "Bob: I agree."),
    ]


FEE = "The fee is four dollars, and nobody was told."
OTTER = f"""Weekly sync
Mon, Mar 4, 2024 10:00AM • 32:10

Anna Berg  00:03
Good morning, everyone. Let us begin.

Jon Dahl  00:45
{FEE}

Anna Berg  12:31
It should be three.

Transcribed by https://otter.ai
"""
TEAMS = OTTER.replace("  0", "   ")
REV = "".join(
    f"{name} ({time}):\n{words}\n\n"
    for name, time, words in [
        ("Anna Berg", "00:03", "Good morning, everyone. Let us begin."),
        ("Jon Dahl", "00:45", FEE),
        ("Anna Berg", "12:31", "It should be three."),
    ]
)
ZOOM = f"""[Anna Berg] 00:00:03
Good morning, everyone.

[Anna Berg] 00:00:09
Let us begin.

[Jon Dahl] 00:00:45
{FEE}

[Anna Berg] 00:12:31
It should be three.
"""
CHAT = f"""00:00:03\t From  Anna Berg : Good morning, everyone. Let us begin.
00:00:45\t From  Jon Dahl  to  Everyone : {FEE}
00:12:31\t From  Anna Berg  to  Everyone : It should be three.
"""
BRACKETS = f"""[00:00:03] Anna Berg: Good morning, everyone. Let us begin.
[00:00:45] Jon Dahl: {FEE}
[00:12:31] Anna Berg: It should be three.
"""
ABOVE = f"""0:03
Anna Berg
Good morning, everyone. Let us begin.

0:45 - Jon Dahl
{FEE}

12:31 Anna Berg
It should be three.
"""
BELOW = f"""Weekly sync
Anna Berg
00:03.120
Good morning, everyone. Let us begin.
Jon Dahl
00:45.300
{FEE}
Anna Berg
12:31.010
It should be three.
"""
PANE = f"""Anna Berg
3 seconds
0:03
Good morning, everyone.
Let us begin.

Jon Dahl
45 seconds
0:45
{FEE}

Anna Berg
12 minutes 31 seconds
12:31
It should be three.
"""
BOLD = REV
for _name in ("Anna Berg", "Jon Dahl"):
    BOLD = BOLD.replace(_name, f"**{_name}**")
BOLD = BOLD.replace("(", "[").replace("):\n", "] ")
DIARISED = BRACKETS.replace("] ", "] [").replace(": ", "] ")
AT = "".join(f"@{one}\n\n" for one in ABOVE.replace("\nAnna", " - Anna").split("\n\n"))
SAID = [
    ("00:00:03 Anna Berg", "Anna Berg: Good morning, everyone. Let us begin."),
    ("00:00:45 Jon Dahl", f"Jon Dahl: {FEE}"),
    ("00:12:31 Anna Berg", "Anna Berg: It should be three."),
]


TEAMS_OF_2023 = f"""0:0:3.0 --> 0:0:6.480
Anna Berg
Good morning, everyone. Let us begin.
0:0:45.210 --> 0:1:3.5
Jon Dahl
{FEE}
0:12:31.7 --> 0:12:34.0
Anna Berg
It should be three.
"""


@pytest.mark.parametrize(
    "text",
    [
        TEAMS_OF_2023,
        OTTER,
        TEAMS,
        REV,
        ZOOM,
        CHAT,
        BRACKETS,
        ABOVE,
        BELOW,
        PANE,
        BOLD,
        DIARISED,
        AT,
    ],
)
def test_a_transcript_of_any_tool_gives_speakers_and_times(
    read: Read, encoder: SentenceTransformerEncoder, text: str
) -> None:
    document = read("a.txt", text)
    assert [turn for turn in turns(document) if turn[0]] == SAID
    assert document.speakers == ("Anna Berg", "Jon Dahl")
    mark = document.mark(document.text.index("It should"))
    assert (mark.time, mark.speaker) == ("00:12:31", "Anna Berg")
    bot = Bot(Retriever(Index.build([document], encoder=encoder)))
    said = bot.ask("What did Anna Berg say?")
    assert said.answered and all(one.location.endswith("Anna Berg") for one in said.citations)
    (first, *_) = bot.ask("Who said good morning?").citations
    assert first.quote.startswith("Anna Berg: Good morning")
    (told,) = bot.ask("What is the fee?", speakers=["Jon Dahl"], before="00:01:00").citations
    assert told.quote.endswith(FEE)


def test_what_stands_above_and_below_a_transcript_is_nobodys(read: Read) -> None:
    document = read("a.txt", OTTER)
    assert (document.title, document.date) == ("Weekly sync", "Mar 4, 2024")
    assert turns(document) == [*SAID, ("", "Transcribed by https://otter.ai")]
    assert read("b.txt", REV).title == ""


def test_words_without_names_have_their_times(read: Read) -> None:
    whisper = read("a.txt", "[00:00:00.000 --> 00:00:02.500]   Good morning. The fee\n"
                            "[00:00:02.500 --> 00:00:05.000]   is four dollars.\n")  # fmt: skip
    assert turns(whisper) == [("00:00:00", "Good morning. The fee is four dollars.")]
    assert whisper.location(whisper.text.index("is four")) == "00:00:02"
    youtube = read("b.txt", "0:00\ngood morning everyone\n0:02\nthe fee is four dollars\n")
    assert turns(youtube) == [("00:00:00", "good morning everyone the fee is four dollars")]


def test_a_clock_that_is_there_in_words_too_is_no_part_of_what_is_said(read: Read) -> None:
    youtube = "0:00\nthe budget\n0:40\n40 seconds\n40,000 euros for the\n1:06\n{}\nyear is kept\n"
    for words in ("1 minute, 6 seconds", "1 Minute und 6 Sekunden", "1分6秒"):
        assert turns(read("a.txt", youtube.format(words))) == [
            ("00:00:00", "the budget 40,000 euros for the year is kept")
        ]


def test_names_below_one_clock_are_speakers_from_then_on(read: Read) -> None:
    spoken = "00:00:00\n\nAnna: Good morning.\n\nJon: The fee?\n\n00:05:00\n\nAnna: It is four.\n"
    assert turns(read("a.txt", spoken)) == [
        ("00:00:00 Anna", "Anna: Good morning."),
        ("00:00:00 Jon", "Jon: The fee?"),
        ("00:05:00 Anna", "Anna: It is four."),
    ]


def test_paragraphs_between_two_turns_are_the_first_ones_words(read: Read) -> None:
    document = read("a.txt", "[00:00:03] CHAIR: We come to the fee.\n\nIt is four dollars.\n\n"
                             "[00:02:12] MS. LI: I object.\n\nThe board rose.\n")  # fmt: skip
    assert turns(document) == [
        ("00:00:03 CHAIR", "CHAIR: We come to the fee. It is four dollars."),
        ("00:02:12 MS. LI", "MS. LI: I object."),
        ("", "The board rose."),
    ]


UNREADABLE = [("00:12:59 jdahl", "jdahl: I oppose it."), ("00:13:04 guest 2", "guest 2: So do I.")]


@pytest.mark.parametrize("head", ["{name}   {time}|", "{name}   {time}\n", "0:{time}.5\n{name}\n"])
def test_a_transcript_in_a_word_document(tmp_path: Path, head: str) -> None:
    file = docx.Document()
    file.add_paragraph("Weekly sync")
    for place, said in [*SAID, *UNREADABLE]:
        time, name = place.split(" ", 1)
        turn = head.format(name=name, time=time.removeprefix("00:"))
        for paragraph in (turn + said.removeprefix(f"{name}: ")).split("|"):
            file.add_paragraph(paragraph)
    file.save(str(tmp_path / "a.docx"))
    (document,) = read_documents(tmp_path / "a.docx")
    assert document.title == "Weekly sync"
    assert turns(document) == [*SAID, *UNREADABLE]


def test_names_and_clocks_in_paragraphs_of_a_word_document(tmp_path: Path) -> None:
    file = docx.Document()
    for one in BELOW.splitlines():
        file.add_paragraph(one)
    file.save(str(tmp_path / "a.docx"))
    (document,) = read_documents(tmp_path / "a.docx")
    assert turns(document) == SAID


def test_a_transcript_in_a_table_of_a_word_document(
    tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    said = [(*place.split(" ", 1), turn.split(": ")[1]) for place, turn in SAID]
    file = docx.Document()
    table = file.add_table(0, 3)
    for row in [("Time", "Speaker", "Transcript"), *said]:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    file.save(str(tmp_path / "a.docx"))
    (document,) = read_documents(tmp_path / "a.docx")
    assert [turn for turn in turns(document) if turn[0]] == SAID
    bot = Bot(Retriever(Index.build([document], encoder=encoder)))
    (told,) = bot.ask("What is the fee?", speakers=["Jon Dahl"]).citations
    assert told.quote == f"Jon Dahl: {FEE}"


def test_any_name_apart_above_the_words_with_a_clock_is_a_speakers(read: Read) -> None:
    zoom = read(
        "a.txt", ZOOM + "\n[jdoe] 00:12:40\nI oppose it.\n\n[+4722334455] 00:12:44\nI too.\n"
    )
    assert turns(zoom)[-2:] == [
        ("00:12:40 jdoe", "jdoe: I oppose it."),
        ("00:12:44 +4722334455", "+4722334455: I too."),
    ]
    otter = read("b.txt", OTTER.replace("It should be", "We met in\nthe hall at 12:40\nand it was"))
    assert turns(otter)[2][1] == "Anna Berg: We met in the hall at 12:40 and it was three."


POINTS = ["Welcome", "Budget", "Library", "Roads", "Harbour", "Any Other Business"]


@pytest.mark.parametrize(
    "text",
    [
        "10:30 The meeting opened.\n\n10:45 Ms. Li asked for a report.\n\n12:00 It closed.\n",
        "9:00 Welcome\nThe chair opens.\n\n10:30 Coffee\nIn the hall.\n",
        "Coffee 10:30\nIn the hall.\n\nLunch 12:30\nIn the garden.\n",
        "Coffee\n10:30\nIn the hall.\n\nLunch\n12:30\nIn the garden.\n",
        "22:30 The sitting opened.\n\n23:50 A fee was raised.\n\n00:10 It closed.\n",
        "Recording 01:12:33\n\nThe board met. A fee was raised.\n\nNobody objected.\n",
        "Anna Berg 12:31\nJon Dahl 03:05\nMia Falk 00:45\n\nThe board met.\n",
        "\n\n".join(f"{one} ({n:02}:30)\nIt was spoken of." for n, one in enumerate(POINTS)),
    ],
    ids=[
        "minutes",
        "programme",
        "times behind",
        "times below",
        "night",
        "length",
        "speaking times",
        "agenda",
    ],
)
def test_clocks_in_ordinary_minutes_are_no_transcript(read: Read, text: str) -> None:
    document = read("a.txt", text)
    assert document.text == text
    assert not document.speakers and not any(mark.time for mark in document.marks)
