"""Tell a transcript in a text by the clocks of its turns, and read it as captions are read.

A turn opens with a clock ("[00:12:31] CHAIR: words", "00:12 Jon Dahl" above them, or nobody's
name) or with a name and a clock ("Jon Dahl  0:12" above the words, on a line or on two, "Jon Dahl
(00:12): words"). An hour of the day before a line of minutes ("10:30 The meeting opened.") is not a
recording's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from embeddings.datatypes import Document
from embeddings.readers.cues import Cue, transcript
from embeddings.readers.labels import tell_names
from embeddings.text.layout import lay_out
from embeddings.text.names import is_name
from embeddings.text.sentences import ENDS_A_SENTENCE
from embeddings.text.times import clock, seconds

# Teams wrote "0:1:3.5" for a while.
_CLOCK = (
    r"(?:\d{1,2}:\d{1,2}:\d{1,2}[.,]\d{1,3}|(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)"
    r"(?!\d|[ \t]*[ap]\.?m\b)"
)
_TIME = rf"[\[(]?(?P<time>{_CLOCK})(?:[ \t]*(?:-->|[-–—])[ \t]*{_CLOCK})?[\])]?"
_CLOCK_ALONE = re.compile(rf"\s*{_CLOCK}\s*")
_CLOCK_FIRST = re.compile(rf"^[ \t]*@?{_TIME}[ \t]*[-–—|:]?[ \t]*", re.MULTILINE | re.IGNORECASE)
_NAME = r"^[ \t]*(?:\[|\*\*)?(?P<name>[+\w][^:：\n?!*\[\]]{0,58}?)(?<!\s)(?:\]|\*\*)?"
_NAME_FIRST = re.compile(
    rf"{_NAME}(?:[ \t]*[-–—|,])?[ \t]+{_TIME}(?:[ \t]*[:：]|(?=\s)|$)",
    re.MULTILINE | re.IGNORECASE,
)
_NAME_ABOVE = re.compile(
    rf"^(?![ \t]*\d+[ \t]*$){_NAME}[ \t]*\n{{1,2}}[ \t]*{_TIME}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_OPENINGS = (_NAME_ABOVE, _CLOCK_FIRST, _NAME_FIRST)  # of two that open as many turns, the first
# A time in words: "1 minute, 6 seconds", "1分6秒".
_IN_WORDS = re.compile(r"\s*(?:\d+\s?[^\W\d_][^\d\n]{0,14})+")
_YEAR = re.compile(r"\b\d{4}\b")
_PARAGRAPH = re.compile(r"\n\s*\n")
# A transcript has a turn in so many paragraphs, or more; in so many turns its clock falls once, as
# where another recording begins, or less often.
_PARAGRAPHS = 4
_TURNS = 10
# A clock whose hour is above this is no time of day.
_LAST_HOUR = 24
# Names have at most so many words.
_LONGEST_NAME = 6
# Of more people than this who speak, one speaks again.
_FEW = 5


class _Turn(NamedTuple):
    """What stands between two openings; `name` is "" where a clock alone opens."""

    start: int
    time: str
    name: str
    words: str


def spoken(document: Document) -> Document | None:
    """Return the document as one of turns, `None` where its text is no transcript.

    What stands above the first turn is laid out as in any text.
    """
    text = _told_once(document.text)
    turns = max((_turns(text, one) for one in _OPENINGS), key=len)
    if len(turns) < 2 or not _is_recorded([turn.time for turn in turns]):
        return None
    begin = turns[0].start
    cues = list(_cues(turns))
    if len(cues) * _PARAGRAPHS <= len(_PARAGRAPH.findall(text, begin)) or _are_headings(cues):
        return None
    # What follows the last turn's paragraph is its tool's rather than the speaker's.
    last, *after = _PARAGRAPH.split(cues[-1].text, maxsplit=1)
    said = transcript(document.id, [*cues[:-1], replace(cues[-1], text=last), *map(Cue, after)])
    head = text[:begin].strip()
    above = f"{head}\n\n" if head else ""
    base = len(above)
    laid_out = lay_out(replace(document, text=f"{above}It follows."))  # in the turns' place
    marks = [mark for mark in laid_out.marks if mark.offset < base]
    blocks = [block for block in laid_out.blocks or () if block[1] <= base]
    return replace(
        laid_out,
        text=above + said.text,
        marks=(*marks, *(replace(mark, offset=base + mark.offset) for mark in said.marks)),
        blocks=(*blocks, *((base + start, base + end) for start, end in said.blocks or ())),
    )


def heads_a_turn(line: str) -> bool:
    """Say whether a line is nothing but a clock, with a name before or behind it or none."""
    return any(one.fullmatch(line) for one in (_CLOCK_FIRST, _NAME_FIRST))


def _told_once(text: str) -> str:
    """Return a text without the lines that say in words what the clock above or below them says."""
    lines = text.split("\n")
    clocks = [_figures(line) if _CLOCK_ALONE.fullmatch(line) else None for line in lines]
    beside = zip(lines, [None, *clocks], [*clocks[1:], None], strict=False)
    return "\n".join(
        line
        for line, *clocks in beside
        if not (_IN_WORDS.fullmatch(line) and _figures(line) in clocks)
    )


def _figures(time: str) -> list[int]:
    """Return what a time has of hours, minutes and seconds, without those that are none."""
    return [int(one) for one in re.findall(r"\d+", time) if int(one)]


def _turns(text: str, opening: re.Pattern[str]) -> list[_Turn]:
    """Return the turns that open so and have words."""
    found = [match for match in opening.finditer(text) if _may_open(match)]
    ends = [*(match.start() for match in found), len(text)][1:]
    turns = (
        _Turn(match.start(), match["time"], _name(match), text[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
    )
    return [turn for turn in turns if turn.words]


def _name(opening: re.Match[str]) -> str:
    return " ".join(opening.groupdict().get("name", "").split())


def _may_open(opening: re.Match[str]) -> bool:
    """Say whether what stands before a clock, if anything, is a name and no day.

    What stands apart above the words may look like anything: "jdahl 0:45".
    """
    name, text = _name(opening), opening.string
    start, end = opening.span()
    above, below = text[max(0, start - 2) : start], text[end : end + 1]
    is_apart = above in {"", "\n\n"} and below in {"", "\n"} and "\n\n" not in opening[0]
    return not name or ((is_name(name) or is_apart) and not _YEAR.search(name))


def _is_recorded(clocks: list[str]) -> bool:
    """Say whether clocks run on from the beginning of a recording, and are no hours of a day."""
    times = list(map(seconds, clocks))
    falls = sum(after < before for before, after in pairwise(times))
    first = [int(one.split(":")[0]) for one in clocks]
    return falls * _TURNS <= len(clocks) and (
        first[0] == 0 or max(first) > _LAST_HOUR or any(one.count(":") == 2 for one in clocks)
    )


def _cues(turns: list[_Turn]) -> Iterator[Cue]:
    """Yield what is said in each turn, and by whom."""
    # Behind clocks names stand on lines of their own if most of those lines may be names.
    split = [turn if turn.name else _split(turn) for turn in turns]
    if sum(is_name(turn.name) for turn in split) * 2 > len(turns):
        turns = split
    told = tell_names([turn.words for turn in turns if not turn.name])
    for turn in turns:
        for name, words in [(turn.name, turn.words)] if turn.name else next(told):
            yield Cue(words, name, clock(seconds(turn.time)))


def _are_headings(cues: list[Cue]) -> bool:
    """Say whether what stands as names may be the points of an agenda: none comes back."""
    names = [cue.speaker for cue in cues if cue.speaker]
    return len(set(names)) == len(names) > _FEW


def _split(turn: _Turn) -> _Turn:
    """Return a turn with the short line that stands above its words, if one does, as its name."""
    line, _, below = turn.words.partition("\n")
    name = " ".join(line.split()).strip("[] :：")
    if not below or len(name.split()) > _LONGEST_NAME or ENDS_A_SENTENCE.search(name):
        return turn
    return turn._replace(name=name, words=below.strip())
