"""Tell the turns of a printed hearing, where a full stop stands behind who speaks.

"Ms. Lee. We do." is written "Ms. Lee: We do.", as any other record has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from embeddings.text.names import TITLED, is_name, plain

# At the beginning of a paragraph, which an indent may tell: "    The Chairman. Why not?".
_OPENING = re.compile(
    r"(?:\A[ \t]*|\n[ \t]*\n[ \t]*|\n[ \t]{2,})"
    r"(?P<speaker>(?:[^\W\d_][\w'’-]*\.? ){1,4}?[^\W\d_][\w'’-]{2,}(?: \([^()\n]{1,40}\))?)"
    r"(?P<stop>\.) +(?=\S)"
)


def with_colons(texts: Sequence[str]) -> list[str]:
    """Return texts with a colon for the full stop behind each speaker.

    Two of them at least come back after another spoke; then a title tells a speaker, too, and a
    beginning like theirs does: "Senator Tran", after "Senator Lee".
    """
    openings = [
        [one for one in _OPENING.finditer(text) if is_name(plain(one["speaker"]))] for text in texts
    ]
    returning = _returning(plain(one["speaker"]) for some in openings for one in some)
    if len(returning) < 2:
        return [*texts]
    first_words = {name.split()[0] for name in returning}
    written = []
    for text, some in zip(texts, openings, strict=True):
        letters = [*text]
        for one in some:
            if one["speaker"].split()[0] in first_words or TITLED.match(one["speaker"]):
                letters[one.start("stop")] = ":"
        written.append("".join(letters))
    return written


def _returning(speakers: Iterable[str]) -> set[str]:
    """Return those who speak again once another has spoken."""
    returning, before, last = set[str](), set[str](), ""
    for speaker in speakers:
        if speaker in before and speaker != last:
            returning.add(speaker)
        before.add(speaker)
        last = speaker
    return returning
