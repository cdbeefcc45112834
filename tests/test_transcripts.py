"""Captions and transcripts, whoever wrote them: who speaks, when, and what was said."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

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
        ("00:00:20", "I oppose the fee I support it"),
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


def test_a_word_before_a_colon_does_not_take_all_that_follows(read: Read) -> None:
    lines = ["We are open.", "Question: Who pays?", "The traders do.", "They pay by May."]
    assert turns(read("a.srt", srt(lines))) == [
        ("00:00:00", "We are open."),
        ("00:00:02 Question", "Question: Who pays?"),
        ("00:00:04", "The traders do. They pay by May."),
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
    assert [(one.time, one.speaker) for one in marks if one] == [
        ("00:00:00", first),
        ("00:01:02", second),
    ]


def test_a_turn_that_names_nobody_is_nobodys(read: Read) -> None:
    spoken = [{"speaker": "Anna", "text": "The fee is"}, {"speaker": "", "text": "Bob: I agree."}]
    assert turns(read("a.json", json.dumps(spoken))) == [
        ("Anna", "Anna: The fee is"),
        ("", "Bob: I agree."),
    ]
