"""Find what minutes list or label as decided or to be done: "Action items", "JP to write"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise

from bot.datatypes import Citation
from bot.extractive import cite, in_order, read_as_answers
from bot.introduced import introduction, list_around
from bot.reader import ENOUGH
from embeddings.datatypes import Document, Hit
from embeddings.terms import stem, stems
from embeddings.text.attendance import LONGEST_ROLE, SENTENCE
from embeddings.text.dates import SAID_DAY
from embeddings.text.names import DENIAL, opening_of, plain, told_by
from embeddings.text.parts import LABEL
from embeddings.text.times import may_be

_DENIES = re.compile(rf"\b{DENIAL}\b", re.IGNORECASE)
# What is meant to be signed was not yet: "the intention to sign", "will be signed in June".
_TO_COME = re.compile(
    r"\b(?:to|will|would|shall|should|may|might|can|could|must)(?: be)? sign(?:ed)?\b",
    re.IGNORECASE,
)
# "The treaty signed in Oru on 30 May 2006", "signed last autumn": another day's, but "They signed a
# plan for 2020" is this one's.
_ONCE_SIGNED = re.compile(
    r"\bsigned (?:(?:in|at|by|between|with) [^,;.]{1,60}? )??"
    rf"(?:(?:on|in) (?P<day>{SAID_DAY})|last\b|earlier\b)",
    re.IGNORECASE,
)
# More than so many paragraphs are no list.
LONGEST_LIST = 20
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")

# Initials, an office or a name of two words, and what he has to do: "JP to send the costings",
# "The Clerk to write". One word alone may be any: "Charges to visitors", "According to".
_HAS_TO = re.compile(
    r"(?:[A-Z]{2,}|(?:The|[A-Z][\w.'’-]*)(?: [A-Z][\w'’-]*)+)(?: (?:and|[+&/]) [A-Z][\w'’-]*)* to "
    r"(?!(?:the|an?|its|their|his|her|all|be)\b)[a-z]"
)

# "What was resolved about the fee?" asks for all that was under that heading, and a line leads in
# to it: "RESOLVED:", "It was agreed:".
_DECIDES = re.compile(r"\b(?:resolv|decid|agre|approv|recommend)e{0,2}(?:s|d|ed)?\b", re.IGNORECASE)
_ASKS_WHAT = re.compile(r"what (?:was|were|is|are|has|have|had|did|does|do)\b", re.IGNORECASE)

Block = tuple[int, int]


def listed(document: Document, heads: Callable[[str], bool]) -> list[Block]:
    """Return the blocks of the lists below each heading, or line, that heads one."""

    def heading(block: Block) -> str:
        return document.mark(block[0]).heading

    found: list[Block] = []
    for above, section in groupby(document.blocks or (), heading):
        blocks = list(section)
        if heads(above.rpartition(", ")[2]):  # behind its chapter
            below = [blocks]
        else:
            below = [
                blocks[place:]
                for place, (start, end) in enumerate(blocks, 1)
                if heads(document.text[start:end])
            ]
        for one in below:
            entries = _list(document.text, one)
            found += entries if len(entries) <= LONGEST_LIST else []
    return found


def decided_with(question: str, document: Document, start: int) -> tuple[Citation, ...]:
    """Return all items of the list of decisions in which a sentence stands, if it is in one.

    Items that go on with the line that leads in to them are quoted behind it. Nothing to a question
    that does not ask what was decided on the matter that the heading names.
    """
    if not (_ASKS_WHAT.match(question) and _DECIDES.search(question)):
        return ()
    about = stems(f"{document.title}\n{document.mark(start).heading}")
    if not set(stems(_DECIDES.sub("", question))).issubset(about):
        return ()
    blocks = document.blocks or ()
    items = list_around(document, start)
    lead = document.text[slice(*blocks[items.start - 1])] if items.start else ""
    if not (len(items) > 1 and lead.endswith(":") and _DECIDES.search(lead)):
        return ()
    opening = introduction(document, blocks[items.start][0])
    above = [cite(document, opening.start, opening.end)] if opening else []
    return (*above, *(cite(document, *blocks[place]) for place in items[:LONGEST_LIST]))


def opens(sentence: str, of: str) -> bool:
    """Say whether a sentence opens with a label that tells of it, or with who has to do it."""
    if of == "tasks" and _HAS_TO.match(sentence):
        return True
    label = opening_of(sentence)
    return label is not None and told_by(plain(label["speaker"])) == of


def _list(text: str, blocks: list[Block]) -> list[Block]:
    """Return the blocks up to a blank line, if the first two have none between them, else all."""
    apart = [bool(_BLANK_LINE.search(text, one[1], other[0])) for one, other in pairwise(blocks)]
    return blocks[: apart.index(True) + 1] if True in apart[1:] and not apart[0] else blocks


def signed(hits: Sequence[Hit], documents: Mapping[str, Document]) -> tuple[Citation, ...]:
    """Return the sentences that are read as saying what was signed, and the lists headed so."""
    found: set[Citation] = set()
    for id in {hit.passage.document_id for hit in hits}:
        found |= {cite(documents[id], *block) for block in listed(documents[id], _heads_signed)}
    for one in read_as_answers(hits, documents, ENOUGH):
        done = _TO_COME.sub("", one.quote)
        for once in reversed([*_ONCE_SIGNED.finditer(done)]):
            if not (once["day"] and may_be(once["day"], documents[one.document_id].date)):
                done = done[: once.start()] + done[once.end() :]
        if stem("signed") in stems(done) and not _DENIES.search(done):
            found.add(one)
    return in_order(found, documents)


def _heads_signed(line: str) -> bool:
    """Say whether a line heads what was signed: "Documents signed", not "Signed: Ada"."""
    said = stems(line)
    return (
        stem("signed") in said[1:]
        and len({*said}) > 1
        and not SENTENCE.search(line)
        and len(said) <= LONGEST_ROLE
    )


def tells(line: str, of: str) -> bool:
    """Say whether a line heads a list of what was "decided", or of "tasks"."""
    return told_by(LABEL.sub("", line, count=1).strip("*_#:： 0123456789")) == of
