"""Tell what can be searched in a plain text from what is only furniture.

A text's lines are its title, its date, picture captions, navigation, headings, or blocks:
paragraphs, list items and speaker turns. Only blocks become passages: a caption or a title says
little but matches many questions, and on the packaged record such lines otherwise win about a
third of the searches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from embeddings.datatypes import Document, Mark

# Beyond this many characters a line was not wrapped by hand or by a mail program.
WIDEST_WRAPPED_LINE = 120
# A line without a full stop and with at most this many words is a heading, a caption or the like.
MOST_WORDS_OF_A_LABEL = 12
LONGEST_MARK = 60

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"\b(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|"
    r"\d{1,2}[./]\d{1,2}[./]\d{4})\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\s*(?P<number>\d{1,3}(?:\.\d{1,3})*[.)]|\(\d{1,3}\)|\(?[a-z]\)|\(?[ivxl]{1,6}[.)])\s+(?=\S)"
)
_BULLET = re.compile(r"\s*[-*+•‣–—]\s+(?=\S)")
_LABEL = re.compile(rf"{_NUMBERED.pattern}|{_BULLET.pattern}")
_TURN = re.compile(r"\s*(?P<speaker>[^\W\d_][^:：\n?!]{0,58})(?::\s+|：\s*)(?=\S)")
# What a name has in small letters: Juan de la Cruz, Chair of the Board.
_SMALL = frozenset(
    "al bin da de del den der di du e el et for la le of the und van von y zu".split()
)
# What stands before a colon at the head of minutes, and is nobody's name.
_FIELD = re.compile(
    r"(?:date|time|place|venue|location|subject|title|agenda|minutes|note|absent|apologies|"
    r"(?P<participants>present|participants|attendees|attending|in attendance))$",
    re.IGNORECASE,
)
# A full stop in a speaker's name ends a title or an initial, not a sentence: "Ms. Ortega", "J. B.
# Lee".
_FULL_STOP = re.compile(r"\w{5,}\.")
_MARKDOWN_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?=\S)")
_NAVIGATION = re.compile(
    r"(?:back|return|go|skip) to\b|(?:to )?top(?: of (?:the )?page)?$|"
    r"(?:home|print|share|next|previous|menu|search|sitemap|site map|contents)$|"
    r"(?:previous|next) (?:page|article|item)",
    re.IGNORECASE,
)
_ENDS_A_SENTENCE = re.compile(r"[.?!:;…。！？।؟][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """Be a paragraph, a list item or a row as a file's own structure gives it.

    The text of a list item has its label ("1. ", "- ") and an indent for each level. `kind` is
    "line" where the structure says nothing, so that the words decide.
    """

    text: str
    kind: Literal["line", "heading", "row"] = "line"


@dataclass(frozen=True, slots=True)
class _Part:
    """Be a line, or wrapped lines joined: `body` starts behind a list label or heading sign."""

    start: int
    body: int
    end: int
    text: str
    kind: Literal["line", "item", "bullet", "turn", "heading", "row"] = "line"
    label: str = ""  # an item's number or a turn's speaker
    indent: int = 0

    @property
    def loose(self) -> bool:
        """Say whether this line reads like a label rather than a sentence."""
        return (
            self.kind == "line"
            and not _ENDS_A_SENTENCE.search(self.text)
            and len(self.text.split()) <= MOST_WORDS_OF_A_LABEL
        )


def lay_out(document: Document) -> Document:
    """Return the document with its blocks, marks, title and date found in its text.

    A title or a date that the document already has is kept. Nothing is invented: a text without a
    title line or a date line has "" for it.
    """
    return _lay_out(document, list(_parts(document.text)))


def compose(id: str, lines: Iterable[Line], *, title: str = "", date: str = "") -> Document:
    """Return a laid-out document whose text is the lines, a blank line between paragraphs."""
    text = ""
    parts: list[_Part] = []
    listed = False
    for line in lines:
        if not line.text.strip():
            continue
        in_list = line.kind == "row" or bool(_LABEL.match(line.text))
        text += "" if not text else "\n" if in_list and listed else "\n\n"
        listed = in_list
        part = _part(line.text, 0, len(line.text))
        if line.kind != "line":
            part = replace(part, kind=line.kind, body=part.start, text=line.text.strip())
        base = len(text)
        text += line.text.rstrip()
        parts.append(
            replace(part, start=base + part.start, body=base + part.body, end=base + part.end)
        )
    return _lay_out(Document(id, text, title, date), parts)


def starts_a_part(line: str) -> bool:
    """Say whether a line opens with a list label, a speaker or a heading sign."""
    return bool(_turn(line)) or any(
        sign.match(line) for sign in (_NUMBERED, _BULLET, _MARKDOWN_HEADING)
    )


def is_name(label: str) -> bool:
    """Say whether what stands before a colon may be a name: its words have capitals, or no case.

    "Chair of the Board" may be one, "We meet at" (10:30) is none.
    """
    words = set(re.sub(r"\([^)]*\)", "", label).split()) - _SMALL
    return bool(words) and all(word != word.lower() or word == word.upper() for word in words)


def _lay_out(document: Document, parts: list[_Part]) -> Document:
    prose = [place for place, part in enumerate(parts) if not part.loose and part.kind != "heading"]
    first = prose[0] if prose else len(parts)
    title, date, participants = document.title, document.date, document.participants
    blocks: list[tuple[int, int]] = []
    marks: list[Mark] = []
    heading, item, item_indent, paragraph = "", "", 0, 0
    for place, part in enumerate(parts):
        if part.kind == "heading" or part.loose:
            dated = _DATE.search(part.text)
            if place < first and dated and len(part.text.split()) <= 8:
                date = date or dated.group()
            elif not title and place <= first:
                title = part.text
            elif part.text == title or _NAVIGATION.match(part.text) or _is_caption(part, parts):
                pass
            elif part.kind == "heading" or (place > first and _opens_a_section(place, parts)):
                heading, item = part.text[:LONGEST_MARK], ""
                marks.append(Mark(part.start, heading))
            else:
                blocks.append((part.body, part.end))
            continue
        blocks.append((part.body, part.end))
        if part.kind == "item":
            nested = bool(item) and part.indent > item_indent
            label = f"{item} {part.label}" if nested else f"item {part.label}"
            if not nested:
                item, item_indent = label, part.indent
            marks.append(Mark(part.start, f"{heading}, {label}" if heading else label))
        elif part.kind == "turn" and (field := _FIELD.match(part.label)):
            if field["participants"] and not participants:
                participants = part.text[len(part.label) + 1 :].strip()
            marks.append(Mark(part.start, part.label))
        elif part.kind == "turn":
            marks.append(Mark(part.start, part.label, speaker=part.label))
        elif part.kind != "row" and not (heading or (item and part.indent > item_indent)):
            paragraph, item = paragraph + 1, ""
            marks.append(Mark(part.start, f"paragraph {paragraph}"))
    if not blocks:  # nothing but labels: better to find those than nothing
        blocks = [(part.body, part.end) for part in parts]
    return replace(
        document,
        title=title,
        date=date,
        participants=participants,
        marks=tuple(marks),
        blocks=tuple(blocks),
    )


def _parts(text: str) -> Iterator[_Part]:
    """Yield the text's lines, those of a hard-wrapped paragraph joined."""
    lines = [(match.start(), match.group()) for match in re.finditer(r"[^\n]+", text)]
    width = max((len(line) for _, line in lines), default=0)
    wrapped = width <= WIDEST_WRAPPED_LINE
    open_start, open_end, open_line = -1, -1, ""
    for start, line in lines:
        if not line.strip():
            continue
        if open_start >= 0 and not (
            wrapped and start == open_end + 1 and _continues(open_line, line, width)
        ):
            yield _part(text, open_start, open_end)
            open_start = -1
        if open_start < 0:
            open_start = start
        open_end, open_line = start + len(line), line
    if open_start >= 0:
        yield _part(text, open_start, open_end)


def _continues(previous: str, line: str, width: int) -> bool:
    """Say whether a line was broken from the previous one only because the page was full."""
    if starts_a_part(line):
        return False
    if _MARKDOWN_HEADING.match(previous):
        return False
    return len(previous.rstrip()) + 1 + len(line.split()[0]) > width


def _part(text: str, start: int, end: int) -> _Part:
    """Trim the span, and take off what stands before the words: number, bullet, heading sign."""
    raw = text[start:end]
    end = start + len(raw.rstrip())
    indent = len(raw) - len(raw.lstrip())
    start += indent
    raw = text[start:end]
    if sign := _MARKDOWN_HEADING.match(raw):
        words = raw[sign.end() :].rstrip("# ")
        return _Part(start, start + sign.end(), end, words, "heading")
    if label := _NUMBERED.match(raw):
        body = start + label.end()
        number = label["number"].strip("().")
        return _Part(start, body, end, text[body:end], "item", number, indent)
    if bullet := _BULLET.match(raw):
        body = start + bullet.end()
        return _Part(start, body, end, text[body:end], "bullet", indent=indent)
    if turn := _turn(raw):
        return _Part(start, start, end, raw, "turn", turn["speaker"].strip())
    return _Part(start, start, end, raw, indent=indent)


def _turn(line: str) -> re.Match[str] | None:
    """Return the match of a line that opens with a speaker, or a field of minutes, and a colon."""
    found = _TURN.match(line)
    if not found or len(found["speaker"].split()) > 6 or _FULL_STOP.search(found["speaker"]):
        return None
    speaker = found["speaker"].strip()
    return found if is_name(speaker) or _FIELD.match(speaker) else None


def _is_caption(part: _Part, parts: list[_Part]) -> bool:
    """Say whether a line recurs but for a number at its end, as the captions of a gallery do."""
    stem = part.text.rstrip("0123456789 ")
    return (
        part.kind == "line"
        and stem != part.text
        and any(other is not part and other.text.rstrip("0123456789 ") == stem for other in parts)
    )


def _opens_a_section(place: int, parts: list[_Part]) -> bool:
    """Say whether a label line is a heading: what follows it is not another label."""
    return place + 1 < len(parts) and not parts[place + 1].loose
