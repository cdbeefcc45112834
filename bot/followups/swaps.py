"""Ask an earlier question with another number, day, person or topic in its place."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.followups.persons import NAME, OFFICE, has_title, is_person, names_in
from bot.followups.topics import DATED, PART, is_topic, topic_start
from bot.meeting.sayings import speaker_asked
from embeddings.terms import POSSESSIVE

_NUMBER = re.compile(r"\b\d[\d.,]*\b")
# "When is the trust's next meeting?" | "And the senate's?"
_OWNER = re.compile(r"\b(?:the\s+)?[\w-]+['’]s\s", re.IGNORECASE)
_THE_MEETING = re.compile(r"(?<=\bthe )(?:meeting|minutes|session)\b", re.IGNORECASE)
# "What did the mayor say about", "What is Solberg's view on".
_SUBJECT = re.compile(
    rf"\b(?i:did|does|has|is|was)\s+(?P<who>{NAME.pattern}|the\s+(?:[\w-]+\s+)?[\w-]+)"
    r"\s+\w+\s+\w+\s+$"
)


def swap(previous: str, another: str, speaks: Callable[[str], bool]) -> str:
    """Ask the earlier question with another number, day, person or topic; "" where not sure."""
    if number := _NUMBER.fullmatch(PART.sub("", another).strip()):
        if places := list(_NUMBER.finditer(previous)):
            return previous[: places[-1].start()] + number.group() + previous[places[-1].end() :]
    if day := DATED.fullmatch(another):
        return _on(day, previous)
    owners = [*_OWNER.finditer(previous)]
    if _OWNER.fullmatch(f"{another} ") and len(owners) == 1 and not has_title(another):
        return f"{previous[: owners[0].start()]}{another} {previous[owners[0].end() :]}"
    if (part := PART.match(another)) and (place := _last_part(previous)):
        if place.group().lower() == part.group().lower():
            return f"{previous[: place.start()]}{another}?"
    if not is_topic(another):
        return ""
    other = POSSESSIVE.sub("", another)
    named = NAME.fullmatch(other) is not None and is_person(other)
    titled = has_title(other)
    if (said := speaker_asked(previous)) and (named or titled):
        return previous[: said.start("who")] + other + previous[said.end("who") :]
    about = topic_start(previous)
    if not about:
        persons = [(start, name) for start, name in names_in(previous) if OFFICE.search(name)]
        if not titled or len(persons) != 1:
            return ""
        ((start, name),) = persons
        return previous[:start] + other + previous[start + len(POSSESSIVE.sub("", name)) :]
    subject = _SUBJECT.search(previous[:about])
    who = POSSESSIVE.sub("", subject["who"]) if subject else ""
    if subject and (OFFICE.search(other) or (named and speaks(other))):
        start = subject.start("who")
        return previous[:start] + other + previous[start + len(who) :]
    # Whether "And Diallo?" is of somebody or of a place is not known.
    return "" if named and is_person(who) else f"{previous[:about]}{another}?"


def _last_part(question: str) -> re.Match[str] | None:
    """Return the last preposition of a question, if the part that it opens ends the question."""
    *_, last = None, *re.finditer(rf"\b{PART.pattern}", question, re.IGNORECASE)
    return last


def _on(other: re.Match[str], previous: str) -> str:
    """Ask of another day; "" where the earlier question names none, as in "When may we march?"."""
    days = [
        one
        for one in DATED.finditer(previous)
        if one["meeting"] or re.search(r"\d", one["day"]) or (one["when"] and not one["the"])
    ]
    if not days and other["meeting"] and (place := _THE_MEETING.search(previous)):
        return f"{previous[: place.start()]}{other['day']} {previous[place.start() :]}"
    if not days:
        return ""
    last = days[-1]
    end = last.end("year") if other["year"] else last.end("day")
    if last["meeting"]:  # "at the March meeting", "at the April one"
        return f"{previous[: last.start('day')]}{other['day']}{other['year'] or ''}{previous[end:]}"
    start = last.start() if other["when"] or not last["when"] else last.end("when")
    return previous[:start] + other.group() + previous[end:]
