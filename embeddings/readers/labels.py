"""Tell the names before colons in what was said from words before colons, by the whole recording.

A tool that knows who speaks puts a name before all that it writes down, and then whatever stands
there is one: "jdahl: I agree", "+47 22 33 44 55: So do I". Where names stand only where another
begins, they have capitals, and come first or come back. Elsewhere "Remember: we pay" is words, and
only its form tells a name: "Ms. Li: We pay", "CHAIR: We pay".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from embeddings.text.names import TITLED, plain, speaker_of

_LABEL = re.compile(r"\s*(?P<speaker>[^\s:：][^:：\n?!]{0,98}?)\s*(?::\s+|：\s*)(?=\S)")
# Zoom's chat says to whom.
_CHAT = re.compile(r"From\s+(?P<speaker>\S[^:\n]{0,58}?)(?:\s+to\s[^:\n]{1,60})?\s*:\s")
# "[SPEAKER_00] words", "[Anna Berg]: words"; elsewhere brackets have what is heard, "[applause]".
_BRACKETS = re.compile(r"\s*[\[(](?P<speaker>[^\W\d_][^\[\]()\n]{0,98})[\])]:?\s+(?=\S)")
# The rows of a table, in whose cells stand the speaker and the words.
_CELL = re.compile(r"\s*(?P<speaker>[^\W_][^|\n]{0,98}?)[ \t]+\|\s+(?=\S)")
# Where more than this share of the lines have a label, it says who speaks.
_NEARLY_ALL = 0.8

_Opening = Callable[[str], "re.Match[str] | None"]


def tell_names(said: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
    """Yield of each of the texts that a recording is made of who says what in it, "" for nobody.

    A name may open any of its lines; the lines that follow without one are the same speaker's.
    """
    lines = [text.splitlines() or [""] for text in said]
    first = _opening([head for head, *_ in lines])
    other = _opening([line for one in lines for line in one])
    for one in lines:
        turns: list[tuple[str, list[str]]] = [("", [])]
        for number, line in enumerate(one):
            if named := (other if number else first)(line):
                turns.append((plain(named["speaker"]), [line[named.end() :]]))
            else:
                turns[-1][1].append(line)
        texts = ((name, "\n".join(words).strip()) for name, words in turns)
        yield [(name, words) for name, words in texts if words]


def _opening(lines: Sequence[str]) -> _Opening:
    """Return what matches the name that opens a line, up to what is said."""
    if len(_names(_CHAT.match, lines)) > _NEARLY_ALL * len(lines):
        return _CHAT.match
    for form in (_CELL.match, _BRACKETS.match, _LABEL.match):
        labels = _names(form, lines)
        if len(labels) > _NEARLY_ALL * len(lines) and len(set(labels)) < len(labels):
            return form
    labels = _names(speaker_of, lines)
    recur = [number for number in Counter(labels).values() if number > 1]
    if _names(speaker_of, lines[:1]) or (len(recur) > 1 and sum(recur) * 2 > len(labels)):
        return speaker_of
    return _by_its_form


def _names(opening: _Opening, lines: Sequence[str]) -> list[str]:
    return [plain(named["speaker"]) for line in lines if (named := opening(line))]


def _by_its_form(line: str) -> re.Match[str] | None:
    named = speaker_of(line)
    if not named or TITLED.match(named["speaker"]):
        return named
    return named if named["speaker"].isupper() and not line.isupper() else None
