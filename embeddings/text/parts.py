"""Take a plain text apart into lines that are joined where they were wrapped, each of its kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from embeddings.text.names import TESTIMONY, opening_of, plain
from embeddings.text.sentences import CLOSING, STOPS

# Beyond this many characters a line was not wrapped by hand or by a mail program.
WIDEST_WRAPPED_LINE = 120
# Lines of a list are narrower than this more often than a page is.
NARROWEST_WRAPPED_LINE = 50
# By hand, or in letters of several widths, lines are wrapped at about a width.
RAGGED = 0.75
# A line without a full stop and with at most this many words is a heading, a caption or the like.
MOST_WORDS_OF_A_LABEL = 12

_NUMBERED = re.compile(
    # "3.1 The" is an item's number without a full stop, "3.5 per cent" is none.
    r"\s*(?P<number>\d{1,3}(?:\.\d{1,3})*[.)]|\d{1,3}(?:\.\d{1,3})+(?=\s+[^\W\d_a-z])|"
    r"\(\d{1,3}\)|\(?[a-z]\)|\(?[ivxl]{1,6}[.)])\s+(?=\S)"
)
# "■-◿" are the geometric shapes, the last those of the fonts Symbol and Wingdings, which Word uses,
# and its hollow bullet is a letter, "o Ms Li spoke", when the text is copied.
_BULLET = re.compile(r"\s*(?:[-*+•‣–—·■-◿➢➤☐✓✔\uf020-\uf0ff]\s+(?=\S)|o\s+(?=[^\W\d_a-z]))")
LABEL = re.compile(rf"{_NUMBERED.pattern}|{_BULLET.pattern}")
# "A. Berg" may go on with a wrapped sentence, where one blank parts the initial from the name.
_APART = re.compile(rf"{TESTIMONY.pattern}(?<=\s\s)(?=\S)|\s*Q\.\s")
_MARKDOWN_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?=\S)")
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,})\s*$")
_WORD = re.compile(r"\S*\w\S*")
_ENDS_A_SENTENCE = re.compile(rf"[{STOPS}:;]{CLOSING}$")


@dataclass(frozen=True, slots=True)
class Part:
    """A line, or wrapped lines joined: `body` starts behind a list label or heading sign."""

    start: int
    body: int
    end: int
    text: str
    kind: Literal["line", "item", "bullet", "turn", "field", "heading", "row"] = "line"
    label: str = ""  # an item's number, a turn's speaker or a field's name
    indent: int = 0

    @property
    def value(self) -> str:
        """Return what stands behind a field's name, or in the cell beside it."""
        value = re.split(r"[:：|]", self.text.lstrip("| "), maxsplit=1)[-1].strip("*_| ")
        return value[1:-1] if value[:1] + value[-1:] == "[]" else value

    @property
    def words(self) -> str:
        """Return its text without the signs of Markdown's bold and italics."""
        return self.text.strip("*_ ")

    @property
    def may_head(self) -> bool:
        """Say whether it is a heading, or a line that reads like one."""
        return self.kind == "heading" or self.loose

    @property
    def loose(self) -> bool:
        """Say whether this line reads like a label rather than a sentence."""
        return self.kind == "line" and self.names

    @property
    def names(self) -> bool:
        """Say whether its words name a matter, and are no sentence."""
        words = _WORD.findall(self.text)  # the dots of a roll, "Chile . . . Ms Li", are none
        return not self.ends_a_sentence and len(words) <= MOST_WORDS_OF_A_LABEL

    @property
    def ends_a_sentence(self) -> bool:
        """Say whether it has a full stop, or the like, at its end."""
        return bool(_ENDS_A_SENTENCE.search(self.text))


def split_parts(text: str) -> Iterator[Part]:
    """Yield the text's lines, those of a hard-wrapped paragraph joined."""
    runs = list(_runs(text))
    long = sum(len(line) > WIDEST_WRAPPED_LINE for run, _ in runs for _, line in run)
    breaks = sum(sum(_full(run)) for run, _ in runs)
    indents = _opening_indents([line for _, line in run] for run, _ in runs)
    for run, below in runs:
        full = _full(run) if breaks > long else [False] * len(run)
        parts = [read_part(text, start, end) for start, end in _joined(run, full, indents)]
        if _UNDERLINE.match(below) and parts[-1].loose:
            parts[-1] = replace(parts[-1], kind="heading")
        yield from parts


def _runs(text: str) -> Iterator[tuple[list[tuple[int, str]], str]]:
    """Yield lines that follow each other, each with its start, and the blank or rule below them."""
    run: list[tuple[int, str]] = []
    for match in re.finditer(r"[^\n]*\n?", text):
        line = match.group().rstrip("\n")
        if any(character.isalnum() for character in line):
            run.append((match.start(), line))
        elif run:
            yield run, line
            run = []


def _full(run: Sequence[tuple[int, str]]) -> list[bool]:
    """Say for each line but the last whether it was broken only because the page was full."""
    widths = [len(line) for _, line in run if len(line.split()) > 1]
    width = max((one for one in widths if one <= WIDEST_WRAPPED_LINE), default=0)
    if width < NARROWEST_WRAPPED_LINE:
        return [False] * (len(run) - 1)
    if _is_ragged(run, width):
        return [len(line.rstrip()) >= RAGGED * width for _, line in run[:-1]]
    full = [_is_full(above, line, width) for (_, above), (_, line) in pairwise(run)]
    if sum(full) == 1:  # the widest line is always full: here its sentence must go on
        full = [one and run[place + 1][1].lstrip()[0].islower() for place, one in enumerate(full)]
    return full


def _is_ragged(run: Sequence[tuple[int, str]], width: int) -> bool:
    """Say whether all lines that end no sentence are about as wide, and one sentence goes on."""
    broken = [
        (above, line)
        for (_, above), (_, line) in pairwise(run)
        if not (_ENDS_A_SENTENCE.search(above.rstrip()) or starts_a_part(line))
    ]
    wide = all(RAGGED * width <= len(above.rstrip()) <= width for above, _ in broken)
    return wide and any(line.lstrip()[0].islower() for _, line in broken)


def _opening_indents(runs: Iterable[Sequence[str]]) -> set[int]:
    """Return the indents of lines that open paragraphs, as in print: the next goes on further left.

    A small letter tells that it goes on.
    """
    count: Counter[int] = Counter()
    for run in runs:
        for above, line in pairwise(run):
            if line.lstrip()[0].islower():
                count[_indent(above)] += 1 if _indent(line) < _indent(above) else -1
    return {indent for indent, surplus in count.items() if surplus > 1}


def _joined(
    run: Sequence[tuple[int, str]], full: Sequence[bool], indents: Container[int]
) -> Iterator[tuple[int, int]]:
    """Yield the spans of a run's parts."""
    begin, line = run[0]
    end = begin + len(line)
    for ((_, above), (start, line)), is_full in zip(pairwise(run), full, strict=False):
        goes_on = is_full or (above.rstrip().endswith(",") and len(above) <= WIDEST_WRAPPED_LINE)
        opens = starts_a_part(line) or _indent(line) in indents
        if not goes_on or opens or _MARKDOWN_HEADING.match(above):
            yield begin, end
            begin = start
        end = start + len(line)
    yield begin, end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_full(above: str, line: str, width: int) -> bool:
    """Say whether a line has no room for the first word of the next."""
    filled = len(above.rstrip())
    return filled <= width < filled + 1 + len(line.split()[0])


def read_part(text: str, start: int, end: int) -> Part:
    """Trim the span, and take off what stands before the words: number, bullet, heading sign."""
    raw = text[start:end]
    end = start + len(raw.rstrip())
    indent = _indent(raw)
    start += indent
    raw = text[start:end]
    if sign := _MARKDOWN_HEADING.match(raw):
        words = raw[sign.end() :].rstrip("# ")
        return Part(start, start + sign.end(), end, words, "heading")
    if label := _NUMBERED.match(raw):
        body = start + label.end()
        number = label["number"].strip("().")
        return Part(start, body, end, text[body:end], "item", number, indent)
    if bullet := _BULLET.match(raw):
        body = start + bullet.end()
        return Part(start, body, end, text[body:end], "bullet", indent=indent)
    if raw.startswith("|"):
        return Part(start, start, end, raw, "row", indent=indent)
    if turn := opening_of(raw):
        return Part(start, start, end, raw, "turn", plain(turn["speaker"]))
    return Part(start, start, end, raw, indent=indent)


def starts_a_part(line: str) -> bool:
    """Say whether a line opens with a list label, a speaker or a heading sign."""
    signs = (_NUMBERED, _BULLET, _MARKDOWN_HEADING, _APART)
    return (
        bool(opening_of(line))
        or line.lstrip().startswith("|")
        or any(sign.match(line) for sign in signs)
    )
