"""Tell whom the head of minutes lists as there, or as missing: by a line's label, or one above."""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.text.names import ABSENT, FIELD, MISSING, PRESENT, THERE
from embeddings.text.parts import Part
from embeddings.text.sentences import ENDS_A_SENTENCE

# A line of names has at most so many words, or else no full stop.
LONGEST_ROLE = 6

_BEFORE_A_COLON = r"(?:^|[.;]\s+)\W*{}\s*:(?!\d)"
_BARE = r"^\W*(?:(?:list|names?) of |in |those |members )?{}(?: for absence)?\W*$"
# The label alone above the names.
_LABEL = re.compile(f"{_BARE.format(THERE)}|{_BARE.format(MISSING)}", re.IGNORECASE)
_LISTS = {
    "who": re.compile(
        rf"{_BEFORE_A_COLON.format(PRESENT)}|{_BARE.format(THERE)}|^\W*(?:also )?present were\b",
        re.IGNORECASE,
    ),
    "absent": re.compile(
        rf"{_BEFORE_A_COLON.format(ABSENT)}|{_BARE.format(MISSING)}|"
        rf"^\W*{MISSING}(?: for absence)?(?: were received)? from\b",
        re.IGNORECASE,
    ),
}
# "Annex: List of the Ghanaian delegation", "[Reference] Participants in the dinner"
_HEADS_NAMES = re.compile(
    rf"(?:[^.:\]–—]{{1,20}}[.:\]–—]\s*)?(?:(?:list|names?) of (?:the )?)?{PRESENT}", re.IGNORECASE
)
# A day, a count or another label.
_IS_NO_NAME = re.compile(r"[\d:：]")
# "9.30 a.m." ends none.
SENTENCE = re.compile(rf"(?<!\b[ap]\.m){ENDS_A_SENTENCE.pattern}")


def listed(parts: Sequence[Part], text: str) -> list[frozenset[str]]:
    """Return what each part lists, "who" was there or was "absent", by its label or one above."""
    lists: list[frozenset[str]] = []
    label, under = -1, frozenset[str]()
    for place, part in enumerate(parts):
        own = lists_itself(part)
        if own:
            label, under = place, own
        elif under and not _goes_on(parts, place, label, text):
            under = frozenset()
        lists.append(own or under)
    return lists


def heads_names(line: str) -> bool:
    """Say whether a line heads a list of who was there: "Annex II: Participants in the dinner"."""
    return bool(_HEADS_NAMES.fullmatch(line.strip("*_#:： ")))


def lists_itself(part: Part) -> frozenset[str]:
    """Return what a line lists by its own label."""
    found = {name: match for name, one in _LISTS.items() if (match := one.search(part.text))}
    absent = found.get("absent")
    if absent and "who" in found and absent.start() <= found["who"].start() < absent.end():
        del found["who"]  # "Not present:"
    return frozenset(found)


def _goes_on(parts: Sequence[Part], place: int, label: int, text: str) -> bool:
    """Say whether a line is one of the names that begin at a label, or under one that is alone."""
    part, before = parts[place], parts[place - 1]
    after = parts[place + 1] if place + 1 < len(parts) else None
    alone = bool(_LABEL.search(parts[label].text)) or parts[label].text.endswith(":")
    apart = _stand_apart(before, part, text)
    if part.kind in {"heading", "field"}:
        return False
    if part.kind == "turn" and (FIELD.match(part.label) or apart):
        return False
    # Right above prose stands a heading.
    above_prose = after is not None and not (
        after.loose or after.kind in {"item", "heading"} or lists_itself(after)
    )
    if not alone:
        heads = above_prose and after is not None and not _stand_apart(part, after, text)
        return part.loose and not (apart or heads or _IS_NO_NAME.search(part.text))
    if place == label + 1:  # it may stand apart, and be a sentence
        return True
    if part.kind == "item" and before.kind != "item":
        return False
    if len(part.text.split()) > LONGEST_ROLE and SENTENCE.search(part.text):
        return False
    return not apart or (part.loose and after is not None and not above_prose)


def _stand_apart(above: Part, below: Part, text: str) -> bool:
    return text.count("\n", above.end, below.start) > 1
