"""Find motions with what became of them: minutes tell it in sentences of their own.

"Motion by Ms. Li to adopt the budget. Ayes: Li, Roe. Noes: Obi. Motion carried 2-1." Alone neither
the first sentence says whether the budget was adopted, nor the last one what was carried. British
minutes put it first: "RESOLVED: to adopt the budget. Proposed by Cllr Li. Carried 2-1."
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from embeddings.datatypes import Document, Sentence
from embeddings.text.sentences import sentences_of

_MOTION = re.compile(r"\b(?:motions?|moved|moves|proposed|proposes)\b", re.IGNORECASE)
# What it asks for is not so yet: "moved that the licence be revoked".
_ASKED_FOR = re.compile(rf"{_MOTION.pattern}.*?\b(?:that|to)\b", re.IGNORECASE | re.DOTALL)
# Only whose it is: "Proposed by Cllr Li, seconded by Cllr Obi."
_PROPOSER = re.compile(
    r"\W*(?i:(?:it was )?(?:proposed|moved|motion))\b(?!.*\b(?i:that|to)\b)"
    r"(?:\W+(?:[^\W\d_a-z]\w*|(?:and|by|of|the|seconded)\b))+\W*$"
)
# How a motion ends, in the terms of procedure, which are few.
_ENDED = (
    r"(?:carried|carries|passed|passes|adopted|approved|agreed|accepted|lost|failed|fails|fell|died|"
    r"defeated|rejected|withdrawn|tabled)\b"
)
_VOTES = r"(?:ayes?|noes|nays?|yeas?|in[ ]favou?r|abst(?:ain|ent)\w*|(?:against|opposed)(?![ ]\w))"
# So a sentence begins that tells what became of the motion before it. "Motion by Ms. Li that the
# fee be passed on" tells of a motion itself.
_OUTCOME = re.compile(
    rf"""
    \W*
    (?: {_ENDED}                               # Carried unanimously.
      | (?:vote|yes|no|for):                  # Yes: 7
      | (?:\w+[ ]){{0,2}} {_VOTES} \b          # Three abstained.
      | (?: on [ ] (?:a|the|being) \b [\w ]{{0,40}},? [ ] )?  # On a show of hands,
        (?: (?: the | this | that | [\w. -]+ ['’]s ) [ ] )?  # Ms. Li's
        (?: motion | amendment | resolution | proposal ) \b
        (?: [ ] (?! (?:by|to|that|of|on|for) \b ) \w+ ){{0,5}} [ ] {_ENDED}  # was then carried
      )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_asked_for(document: Document, start: int, place: int) -> bool:
    """Say whether what stands at a place of the sentence from `start` on is what a motion asks."""
    return bool(_ASKED_FOR.search(document.text, start, place))


def motions(document: Document) -> Iterator[tuple[Sentence, ...]]:
    """Yield each motion of which it is told what became, with the sentences that tell it."""
    for section in _sections(document):
        yield from _motions(document, section)


def motion_around(document: Document, start: int) -> tuple[Sentence, ...]:
    """Return the motion, of those that `motions` yields, to which a sentence belongs, if any."""
    for section in _sections(document):
        if section[0][0] <= start < section[-1][1]:
            for found in _motions(document, section):
                if any(one.start <= start < one.end for one in found):
                    return found
    return ()


def _sections(document: Document) -> Iterator[list[tuple[int, int]]]:
    """Yield runs of blocks of one speaker without a heading or a number between them."""
    section: list[tuple[int, int]] = []
    for block in document.blocks or ():
        if section and not _goes_on(document, section[-1], block):
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _goes_on(document: Document, before: tuple[int, int], block: tuple[int, int]) -> bool:
    """Say whether a block belongs to the section of the block before it."""
    voices = {(mark.speaker, mark.time) for mark in map(document.mark, (before[0], block[0]))}
    between = document.text[before[1] : block[0]]
    return len(voices) == 1 and not any(character.isalnum() for character in between)


def _motions(
    document: Document, section: Sequence[tuple[int, int]]
) -> Iterator[tuple[Sentence, ...]]:
    text = document.text
    if not _MOTION.search(text, section[0][0], section[-1][1]):
        return
    found: list[Sentence] = []
    before: list[Sentence] = []  # the sentence before, if no motion has it
    for one in chain.from_iterable(sentences_of(document, block) for block in section):
        if _OUTCOME.match(text, one.start, one.end):
            found += [one] if found else []
            before = []
        elif _MOTION.search(text, one.start, one.end):
            if len(found) > 1:
                yield tuple(found)
            found = [*before, one] if _PROPOSER.match(text[one.start : one.end]) else [one]
            before = []
        else:
            before = [one]
    if len(found) > 1:
        yield tuple(found)
