"""Tell the speakers of a text by the company that their names keep."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from embeddings.text.names import FIELD, TITLED, is_outcome
from embeddings.text.parts import Part
from embeddings.text.testimony import tell_testimony

_NUMBER = re.compile(r"\d")
# Committees number what they ask: "Q12 Chair: Why?". Up to four it may be a quarter of a year.
_ASKED = re.compile(r"Q\s?(?P<number>\d{1,4})\.?\s+(?P<name>\D+)")
_QUARTERS = 4
# Who speaks says these; minutes that tell of him do not. One in so many paragraphs has one.
_SPOKEN = re.compile(r"\b(?:I|(?i:we|my|our|you|your))\b")
_PARAGRAPHS = 3
# In so many turns of a dialogue, and fewer, one returns to who spoke before.
_TURNS = 10
# So many people may speak once each; where more do, and nobody twice, labels are no names.
_MOST_WHO_SPEAK_ONCE = 3


def tell_speakers(parts: Sequence[Part]) -> list[Part]:
    """Return the parts, each turn that no person speaks made a field, a title or a heading.

    Of what stands before a colon, a person's name is told from other labels by the company that it
    keeps: in a dialogue most of the text is turns, or now and again somebody is answered and speaks
    again, and a speaker has more than one, or says a whole sentence. Elsewhere only a title tells
    that it is a name.
    """
    parts = _without_numbers(tell_testimony(parts))
    turns = [part for part in parts if part.kind == "turn" and not FIELD.match(part.label)]
    named = [part for part in turns if not is_outcome(part.label)]
    prose = [part for part in parts if not (part.kind == "turn" or part.may_head)]
    times = Counter(part.label for part in named)
    recurs = len(times) < len(named) or len(named) <= _MOST_WHO_SPEAK_ONCE
    is_mostly_turns = recurs and len(named) > len(prose) + len(turns) - len(named)
    is_dialogue = is_mostly_turns or _returns(parts) * _TURNS > len(named)
    spoken = {
        part.start
        for part in named
        if TITLED.match(part.label)
        or (is_dialogue and (times[part.label] > 1 or part.ends_a_sentence))
    }
    told: list[Part] = []
    for part in parts:
        cells = part.text.strip("| ").split(" | ") if part.kind == "row" else []
        if len(cells) == 2 and FIELD.match(cells[0].strip("*_:： ")):
            part = replace(part, kind="field", label=cells[0].strip("*_:： "))
        elif part.kind == "turn" and part.start not in spoken:
            # "Item 4: Roads", or at the top "Press release: ...", is as good as without its colon.
            is_line = not FIELD.match(part.label) and (not told or _NUMBER.search(part.label))
            part = replace(part, kind="line", label="") if is_line else replace(part, kind="field")
        told.append(part)
    return _with_further_paragraphs(told)


def _with_further_paragraphs(parts: Sequence[Part]) -> list[Part]:
    """Return the parts, what follows a turn its speaker's where such paragraphs are spoken.

    Elsewhere they are the record's own words.
    """
    further: dict[int, str] = {}
    speaker = ""
    for place, part in enumerate(parts):
        if part.kind == "turn":
            speaker = part.label
        elif part.kind != "line" or part.may_head:
            speaker = ""
        elif speaker and part.text[0] not in "([":
            further[place] = speaker
    spoken = sum(bool(_SPOKEN.search(parts[place].text)) for place in further)
    if spoken * _PARAGRAPHS < len(further):
        return [*parts]
    return [
        replace(part, kind="turn", label=further[place]) if place in further else part
        for place, part in enumerate(parts)
    ]


def _without_numbers(parts: Sequence[Part]) -> list[Part]:
    """Return the parts, those who ask without the number of what they ask."""
    asked = [_ASKED.fullmatch(part.label) if part.kind == "turn" else None for part in parts]
    if max((int(one["number"]) for one in asked if one), default=0) <= _QUARTERS:
        return list(parts)
    pairs = zip(parts, asked, strict=True)
    return [replace(part, label=one["name"]) if one else part for part, one in pairs]


def _returns(parts: Sequence[Part]) -> int:
    """Count the turns of those who spoke before in the section, and were answered.

    What labels the minutes of each matter ("Discussion:") returns only in another section.
    """
    count, before, last = 0, set[str](), ""
    for part in parts:
        if part.kind == "item" or part.may_head:
            before, last = set(), ""
        elif part.kind == "turn" and not (FIELD.match(part.label) or is_outcome(part.label)):
            count += part.label in before and part.label != last
            before.add(part.label)
            last = part.label
    return count
