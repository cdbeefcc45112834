"""Tell what stands before a colon at the beginning of a line: a name, or what is nobody's name."""

from __future__ import annotations

import re

# A speaker or a field, in Markdown's bold or italics, in brackets or plain: "**Chair:** We are
# open", "[SPEAKER_00]: We are open".
_TURN = re.compile(
    r"\s*[*_]{0,3}(?P<bracket>\[)?(?P<speaker>[^\W\d_][^:：\n?!*。！？؟]{0,58})(?(bracket)\])[*_]{0,3}"
    r"(?::[*_]{0,3}\s+|：[*_]{0,3}\s*)(?=\S)"
)
# A court's transcript names who speaks but once: "Q. Who hired you?", "A.   Mr. Lee."
TESTIMONY = re.compile(r"\s*(?P<speaker>[QA])(?:\.\s+|[ \t]{2,})(?=\S)")
# What a name has in small letters: Juan de la Cruz, Chair of the Board.
_SMALL = frozenset(
    "al bin da de del den der di du e el et for la le of the und van von y zu".split()
)
# Titles of persons that any record may have.
MEN, WOMEN = ("Mr", "Sir", "Lord"), ("Mrs", "Ms", "Miss", "Dame", "Lady")
TITLES = (*MEN, *WOMEN, "Dr", "Prof", "Cllr")
# What opens with a title is a person's name: "Ms Li", "Cllr. Berg", but not "Est. Cost".
TITLED = re.compile(
    r"(?:(?:m[rsx]|mrs|miss|dr|sir|dame|mme)\b\.?|"
    r"(?:adv|amb|capt|cllr|col|gen|gov|hon|hr|lt|m|maj|prof|rep|rev|sen|sgt|sra?|supt)\.)"
    r"\s+[^\W\d_]",
    re.IGNORECASE,
)
# A full stop in a speaker's name ends a title or an initial, not a sentence: "Ms. Ortega", "J. B.
# Lee".
_FULL_STOP = re.compile(r"\w{5,}\.")
# Whom minutes list, behind up to two words of whose they are: "Voting members present".
THERE = (
    r"(?:present|participants?|participating|attendees|attendance|attending|attended|sederunt|"
    r"delegations?|members|speakers|on the call|in the room)"
)
MISSING = r"(?:apologies|absent|absences?|regrets|excused|not present)"
# What says that somebody was not there, or did not.
DENIAL = r"(?:not|cannot|unable|\w+n['’]t)"
_WHOSE, _OF_WHAT = (
    r"(?:\w+ ){0,2}",
    r"(?: (?:for|from|of|at|on|in|by|with|without|were|received)\b[^.:\n]{0,40}| ?\([^)\n]*\))?",
)
# Their labels: "Voting members present", "Present for Ghana", "Participants (by video)".
PRESENT, ABSENT = f"{_WHOSE}{THERE}{_OF_WHAT}", f"{_WHOSE}{MISSING}{_OF_WHAT}"
# What stands before a colon at the head of minutes, and is nobody's name.
FIELD = re.compile(
    r"(?:(?P<date>(?:meeting )?date(?: of (?:the )?meeting)?|date(?: and|,) \w+|held on)|"
    r"(?P<title>title)|time|place|venue|location|subject|agenda|minutes|note|from|to|cc|sent|"
    rf"{ABSENT}|(?P<participants>{PRESENT}))$",
    re.IGNORECASE,
)
# What stands before a colon, or above a list, where minutes tell what came of a matter, and is
# nobody's name either.
_OUTCOME = re.compile(
    r"(?:(?P<tasks>actions?(?: items?| points?| list| table)?|next steps|tasks|to[ -]do)|"
    r"(?P<decided>agreed|conclusions?|decisions?|outcomes?|resolved|resolutions?)|"
    r"motion|moved|proposed|recommendations?|seconded|votes?)(?: [A-Z]{0,3}\d[\d./-]*)?$",
    re.IGNORECASE,
)


def opening_of(line: str) -> re.Match[str] | None:
    """Return the match of a line that opens with a speaker, or a field of minutes, and a colon."""
    found = _TURN.match(line)
    if not found:
        return None
    speaker = plain(found["speaker"])
    return found if is_name(speaker) or FIELD.match(speaker) else None


def speaker_of(line: str) -> re.Match[str] | None:
    """Return the match of a line that opens with a speaker and a colon, up to what is said."""
    found = _TURN.match(line)
    return found if found and is_name(plain(found["speaker"])) else None


def is_name(label: str) -> bool:
    """Say whether what stands before a colon may be a name: its words have capitals, or no case.

    "Chair of the Board" may be one, "We meet at" (10:30) is none.
    """
    words = _without_brackets(label).split()
    if len(words) > 6 or _FULL_STOP.search(label):
        return False
    names = set(words) - _SMALL
    return bool(names) and all(word != word.lower() or word == word.upper() for word in names)


def is_outcome(label: str) -> bool:
    """Say whether what stands before a colon names what came of a matter: "Action (Ms Li)"."""
    return bool(_OUTCOME.match(_without_brackets(label).strip()))


def told_by(label: str) -> str | None:
    """Return what a label says that it tells, "decided" or "tasks", if either: "Action items"."""
    outcome = _OUTCOME.match(_without_brackets(label).strip())
    return outcome.lastgroup if outcome else None


def _without_brackets(label: str) -> str:
    return re.sub(r"\([^)]*\)", "", label)


def plain(label: str) -> str:
    """Return a label with a blank each between its words, and without Markdown's signs."""
    return " ".join(label.split()).rstrip("_")
