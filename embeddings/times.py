"""Read the times that people write: an hour into a recording, the day of a meeting."""

from __future__ import annotations

import re
from datetime import date

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2}|\d(?=[.,]))(?:[.,]\d+)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NUMBERS = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\b")
_YEAR = re.compile(r"\b\d{4}\b")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


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
    """Return the day that a date names, None where it is unclear: is 3/4 in March or in April?"""
    try:
        if iso := _ISO.match(text):
            return date(*map(int, iso.groups()))
        if numbers := _NUMBERS.fullmatch(text):
            first, second, year = map(int, numbers.groups())
            if first <= 12 and second <= 12 and first != second:
                return None
            return date(year, second, first) if first > 12 else date(year, first, second)
        number, year_, month = _DAY.search(text), _YEAR.search(text), _LETTERS.search(text)
        if number and year_ and month and month[0][:3].lower() in _MONTHS:
            return date(int(year_[0]), _MONTHS.index(month[0][:3].lower()) + 1, int(number[1]))
    except ValueError:
        pass
    return None
