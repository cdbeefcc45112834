"""Read the times that people write: an hour into a recording, the day of a meeting."""

from __future__ import annotations

import re
from datetime import date

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2}|\d(?=[.,]))(?:[.,]\d+)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NUMBERS = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\b")
_YEAR = re.compile(r"\b\d{4}\b")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})", re.IGNORECASE)


def clock(seconds: float) -> str:
    """Return seconds as HH:MM:SS, what is below a second dropped."""
    whole = int(seconds)
    if whole < 0:
        raise ValueError(f"{seconds} seconds is before the beginning")
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def seconds(text: str) -> int:
    """Return [HH:]MM:SS, or a number, as whole seconds; raise `ValueError`."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return int(float(text))
    hours, minutes, rest = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + rest


def day(text: str) -> date | None:
    """Return the day that a date names, None where it is unclear."""
    try:
        return date(*said_day(text))
    except ValueError:
        return None


def said_day(text: str) -> tuple[int, int, int]:
    """Return the year, the month and its day that a date says, 0 for what it does not."""
    if iso := _ISO.match(text):
        year, month, number = map(int, iso.groups())
        return year, month, number
    if numbers := _NUMBERS.fullmatch(text):
        first, second, year = map(int, numbers.groups())
        if first <= 12 and second <= 12 and first != second:  # is 3/4 in March or in April?
            return year, 0, 0
        return (year, second, first) if first > 12 else (year, first, second)
    said, of_month, of_year = _MONTH.search(text), _DAY.search(text), _YEAR.search(text)
    return (
        int(of_year[0]) if of_year else 0,
        MONTHS.index(said[0].lower()) + 1 if said else 0,
        int(of_month[1]) if of_month else 0,
    )


def may_be(said: str, date: str) -> bool:
    """Say whether a day, in any form, may be that of a date, by what both tell of it."""
    pairs = zip(said_day(said), said_day(date), strict=True)
    return all(0 in pair or pair[0] == pair[1] for pair in pairs)
