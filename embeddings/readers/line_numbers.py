"""Leave out the numbers of a court's transcript, whose lines are counted on each page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from textwrap import dedent

# A line's number has no full stop. A page of so many lines, each with the next number, is no list.
_NUMBER = re.compile(r"[ \t]*(\d{1,2})(?=\s|$)")
_LEAST_NUMBERED_LINES = 20
# Between two pages stand no more lines than a foot and a head have.
_MOST_BETWEEN = 6


def numbered_pages(lines: Sequence[str], pages: Sequence[int]) -> list[range]:
    """Return the places of the lines that each page counts from one on; none if none is full."""
    runs: list[range] = []
    for place, line in enumerate(lines):
        number = _NUMBER.match(line)
        counted = int(number[1]) if number else 0
        if counted == 1:
            runs.append(range(place, place + 1))
        elif runs and place == runs[-1].stop and counted == len(runs[-1]) + 1:
            if pages[place] == pages[runs[-1].start]:
                runs[-1] = range(runs[-1].start, place + 1)
    return runs if max(map(len, runs), default=0) >= _LEAST_NUMBERED_LINES else []


def without_number(line: str) -> str:
    """Return a line without its number."""
    return _NUMBER.sub("", line, count=1)


def without_line_numbers(text: str) -> str:
    """Return a text without its lines' numbers and what stands between its pages.

    A number alone is a blank line; what is blank without a number only parts the lines.
    """
    lines = text.split("\n")
    filled = [place for place, line in enumerate(lines) if line.strip()]
    runs = numbered_pages([lines[place] for place in filled], [0] * len(filled))
    if not runs:
        return text
    first, last = runs[0].start, runs[-1].stop - 1
    between = {
        place
        for before, after in pairwise(runs)
        if after.start - before.stop <= _MOST_BETWEEN
        for place in range(before.stop, after.start)
    }
    pages = [without_number(lines[filled[n]]) for n in range(first, last + 1) if n not in between]
    return "\n".join(
        [*lines[: filled[first]], dedent("\n".join(pages)), *lines[filled[last] + 1 :]]
    )
