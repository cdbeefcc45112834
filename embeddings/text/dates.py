"""Find the day of a meeting in the lines that state it."""

from __future__ import annotations

import re

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
TH = r"\d{1,2}(?:st|nd|rd|th)?"
# As much of a date as may name a meeting: "Tuesday, 11 March", "March 2025", "2025-03-11", "2025".
SAID_DAY = (
    rf"(?:(?:{WEEKDAY},?\s+)?(?:{TH}(?:\s+of)?\s+{MONTH}|{MONTH}(?:\s+{TH}\b)?)(?:,?\s+\d{{4}})?|"
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}|(?:19|20)\d{2})(?![\w/-])"
)
_DATE = re.compile(
    rf"\b(?:{MONTH}\s+{TH},?\s+\d{{4}}|{TH}(?:\s+of)?\s+{MONTH},?\s+\d{{4}}|"
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})\b",
    re.IGNORECASE,
)
# A line that has a day alone, or set off from a place: "Riga, Tuesday, 4 June", with a time or not.
_DAY_LINE = re.compile(
    rf"(?:.*[,(;|–—-]\s*)?(?:{WEEKDAY},?\s+)?(?:{MONTH}\s+{TH}|{TH}\s+{MONTH}),?"
    r"(?:\s*(?:\d{4}|at|from|to|[\d:.]+|[ap]\.?m\.?|–|-|,)){0,8}\W*$",
    re.IGNORECASE,
)
# What a date is set off by, the day of the week left out.
_SET_OFF = re.compile(
    r"(?:^|[,(;|–—/-]|\b(?:published|released|issued)(?: on)?\b)"
    rf"\W*(?:{_WEEKDAY},?\s+)?(?:\d{{1,2}}\s*(?:[–-]|and|to)\s*)?$",
    re.IGNORECASE,
)
_OF_A_MEETING = re.compile(r"\b(?:date|meeting|minutes|session|held|hearing)\b", re.IGNORECASE)
# What names the meeting goes before the day of the paper.
_HELD = re.compile(r"\b(?:meeting|session|held|hearing)\b", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"\b(?:next|last|previous|deadline|due)\b", re.IGNORECASE)
# A sentence that states the day begins like a title: "Minutes of the ordinary meeting held on".
_MOST_WORDS_BEFORE = 12


def find_date(text: str) -> str:
    """Return the first date of a text, "" if it has none."""
    return _date_and_before(text)[0]


def stated_date(line: str) -> str:
    """Return the date in a line that gives the meeting's: set off, or behind the meeting's name."""
    found, before = _date_and_before(line)
    is_stated = _SET_OFF.search(before) or _OF_A_MEETING.search(before)
    return found if is_stated and not _OF_ANOTHER.search(before) else ""


def held_date(line: str) -> str:
    """Return the date in a line that says that it is the meeting's."""
    return stated_date(line) if _HELD.search(_date_and_before(line)[1]) else ""


def told_date(sentence: str) -> str:
    """Return the date on which a sentence that opens a record says that the meeting was held."""
    found, before = _date_and_before(sentence)
    tells = _OF_A_MEETING.search(before) and len(before.split()) <= _MOST_WORDS_BEFORE
    return found if tells and not _OF_ANOTHER.search(before) else ""


def is_day_line(line: str) -> bool:
    """Say whether a line has nothing but a day, with or without a place, a time and a year."""
    return bool(_DAY_LINE.match(line)) or not re.search(r"[^\W\d_]", _DATE.sub("", line))


def _date_and_before(text: str) -> tuple[str, str]:
    """Return the first date of a text and what stands before it, both "" if it has none."""
    found = _DATE.search(text)
    return (found.group(), text[: found.start()]) if found else ("", "")
