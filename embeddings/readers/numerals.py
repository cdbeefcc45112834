"""Write a list's numbers as letters and Roman numerals, and those that are raised."""

from __future__ import annotations

from collections.abc import Callable

from embeddings.text.sentences import ENDS_A_SENTENCE

Numeral = Callable[[int], str]

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
# Beyond it, and below one, numerals stay figures.
_LARGEST_ROMAN = 3_999


def roman(number: int) -> str:
    """Return a number in small Roman numerals."""
    if not 0 < number <= _LARGEST_ROMAN:
        return str(number)
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written


def letters(number: int) -> str:
    """Return a number as a list counts in letters: a to z, then aa."""
    if number <= 0:
        return str(number)
    written = ""
    while number:
        number, letter = divmod(number - 1, 26)
        written = chr(ord("a") + letter) + written
    return written


def raised_number(before: str, number: str) -> str:
    """Return a raised number as it stands behind a text: 10^6, or a note's [6]."""
    if not number:
        return ""
    return f"[{number}]" if ENDS_A_SENTENCE.search(before.rstrip()) else f"^{number}"
