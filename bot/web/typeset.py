"""Set a record's text as HTML: escaped, what Markdown emphasises set so, its own signs hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape

# A part of a text, and what stands around it.
Wrap = tuple[int, int, str, str]

_EMPHASIS = re.compile(
    r"(?<![\w*])(?P<signs>\*{1,3}|__?)(?=[^\s*_]?[^\W_])(?P<said>[^*\n]+?)(?<=[^\s*_])(?P=signs)(?![\w*])"
)
# A row of a table has a bar at both ends.
ROW = re.compile(r"\|.*\|")
_LINE = re.compile(r"\S(?:.*\S)?")
_ITALIC, _BOLD = ("<em>", "</em>"), ("<strong>", "</strong>")
_TAGS = (_ITALIC, _BOLD, (_ITALIC[0] + _BOLD[0], _BOLD[1] + _ITALIC[1]))
_HIDDEN = ('<span class="markup">', "</span>")


def hide(html: str) -> str:
    """Return what Markdown writes to say how something is set, not to be shown."""
    return html.join(_HIDDEN) if html else ""


def typeset(text: str, wraps: Iterable[Wrap] = ()) -> str:
    """Return a text as HTML, the parts of it wrapped.

    The wraps are in order and apart; what is emphasised may reach across their ends.
    """
    signs = sorted([*_emphasis(text), *_bars(text)])

    def signed(low: int, high: int) -> str:
        return _wrap(low, high, signs, lambda start, end: escape(text[start:end]))

    return _wrap(0, len(text), wraps, signed)


def _emphasis(text: str) -> Iterator[Wrap]:
    for found in _EMPHASIS.finditer(text):
        start, end = found.span("said")
        yield found.start(), start, *_HIDDEN
        yield start, end, *_TAGS[len(found["signs"]) - 1]
        yield end, found.end(), *_HIDDEN


def _bars(text: str) -> Iterator[Wrap]:
    for line in _LINE.finditer(text):
        if ROW.fullmatch(line.group()):
            yield line.start(), line.start() + 1, *_HIDDEN
            yield line.end() - 1, line.end(), *_HIDDEN


def _wrap(low: int, high: int, wraps: Iterable[Wrap], inside: Callable[[int, int], str]) -> str:
    """Return what `inside` makes of a span, the parts of it wrapped."""
    out, cursor = [], low
    for start, end, opening, closing in wraps:
        start, end = max(start, low), min(end, high)
        if start < end:
            out += [inside(cursor, start), opening, inside(start, end), closing]
            cursor = end
    return "".join([*out, inside(cursor, high)])
