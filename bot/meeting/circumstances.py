"""Answer when and where a meeting was and who took part, which often stands only above its text.

The hour stands in the text, too: the first one that is told there is when it began, the last one
when it ended.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice

from bot.datatypes import Citation
from bot.extractive import cite, read_as_answers
from bot.meeting.head import DAY, head
from bot.meeting.outcomes import listed
from bot.meeting.whole import TOLD_BY_HEAD
from bot.reader import ENOUGH
from embeddings.datatypes import Document, Hit
from embeddings.index import Index
from embeddings.terms import plain_words
from embeddings.text.attendance import LONGEST_ROLE, SENTENCE, heads_names
from embeddings.text.dates import MONTH, SAID_DAY, WEEKDAY
from embeddings.text.names import DENIAL, MISSING
from embeddings.text.sentences import sentences_of
from embeddings.text.times import said_day

MOST_SPEAKERS = 12
# A longer line, or sentence, says more than when and where.
LONGEST_DATE_LINE = 160
_HOUR = re.compile(
    r"""
    \b \d{1,2} (?: :\d\d \b                       # 19:30
               | (?:\.\d\d)? \s? [ap]\.?m \b       # 10.05 a.m., 6 pm
               | [.h]?\d\d \s? (?:h|hrs|hours) \b  # 1930 hours
               )
    | \b at [ ] \d{1,2} \.[0-5]\d (?= [.,;)] | [ ]and\b | $ )  # at 19.30.
    | \b (?: noon | midnight | o['’]clock ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PLACE = re.compile(
    rf"(?i:\b(?:place|venue|location)\s*:)|\b(?:[Ii]n|[Aa]t) (?:the )?(?!{MONTH}\b)[A-Z]"
)
# "Zagreb, 5 July": a place stands before the day; but it may be the day of the week or who met.
_PLACE_AND_DAY = re.compile(r"^[^\d:]*[^\W\d_]{3,}[^\d:]*,")
_DAY_OF_THE_WEEK = re.compile(rf"\b{WEEKDAY}\b", re.IGNORECASE)
_WHO_MET = re.compile(
    r"^[^,]*\b(?:board|council|committee|commission|meeting|minutes|session|assembly|club|"
    r"association|society|talks|department|ministry|trust|group|team|court|hearing|call),",
    re.IGNORECASE,
)
_SAID_DAY = re.compile(rf"\b{SAID_DAY}", re.IGNORECASE)
# "Apologies were received from", "was unable to attend", "did not travel": the reader takes who
# came for who did not, too.
_MISSING = re.compile(rf"\b(?:{MISSING}|{DENIAL})\b", re.IGNORECASE)
# So a read-out begins: "met with his colleague", "held talks", "was received by".
_OPENS = re.compile(
    r"\b(?:met|meets?|talks|consultations|meeting|session|summit|conference|dialogue|call|visit|"
    r"attended|received|spoke|host(?:s|ed)|welcom(?:es|ed))\b",
    re.IGNORECASE,
)
# A communiqué opens with a preamble, whose paragraphs end in commas.
_PROSE = re.compile(rf"{SENTENCE.pattern}|,$")


def circumstances(
    asked: Collection[str],
    hits: Sequence[Hit],
    index: Index,
    documents: Sequence[str],
    on_side: str = "",
) -> tuple[Citation, ...]:
    """Return what answers when and where a meeting was, and who was there or was missing.

    `asked` is what `whole.asked_of_whole` tells of the question. It is answered by the lines above
    the text that say so, who was there `on_side` of somebody by those labelled so alone, or that
    name the side. Else the sentence that matches best says when, if it tells the day, the one that
    opens a read-out says where, and who was there is said by those who speak, or by that sentence
    and a list below its text. Sentences that the reader takes for an answer tell the hour, and who
    was there where no list does. Nothing where they do not say.
    """
    if TOLD_BY_HEAD.isdisjoint(asked):
        return ()
    best = _best_sentence(hits, index)
    read, surely = (read_as_answers(hits, index.documents, least) for least in (0.0, ENOUGH))
    found: list[Citation] = []
    for document in (index.documents[id] for id in documents):
        lines = list(head(document))
        quotes = [line for line, _ in lines]
        told = _below(document, quotes, read)
        hours = [one for one in told if _is_hour(one, document.date)]
        if "when" in asked:
            found += _when(document, quotes, best)
            found += _began(document, [line for line, lists in lines if not lists], hours)
        if "until" in asked:
            found += hours[-1:]
        if "where" in asked:
            found += _where(quotes) or _opening_at(document, read)
        if "who" in asked:
            there = [line for line, lists in lines if "who" in lists]
            every = there or _who(document, told)
            found += _on(on_side, every) if on_side else every
        if "absent" in asked:
            missing = [line for line, lists in lines if "absent" in lists]
            sure = _below(document, quotes, surely)
            found += missing or [one for one in sure if _MISSING.search(one.quote)]
    return tuple(dict.fromkeys(found))


def _on(side: str, lines: Sequence[Citation]) -> list[Citation]:
    """Return the lines that list those on a side, "Present for Ghana: Ms Li", else that name it."""
    said = plain_words(side)
    labels = {line: line.quote.partition(":") for line in lines}
    labelled = [
        line for line, (label, _, names) in labels.items() if names and said <= plain_words(label)
    ]
    return labelled or [line for line in lines if said <= plain_words(line.quote)]


def _when(document: Document, lines: Sequence[Citation], best: Citation | None) -> list[Citation]:
    date = document.date
    stated = [
        line for line in lines if (_tells(line.quote, date) if date else DAY.search(line.quote))
    ]
    short = [line for line in stated if len(line.quote) <= LONGEST_DATE_LINE][:1]
    found = short or _at(document, date)
    if best and best.document_id == document.id and _tells(best.quote, date):
        return [best, *found]
    return found


def _began(
    document: Document, lines: Sequence[Citation], hours: Sequence[Citation]
) -> list[Citation]:
    """Return the line and the sentence that tell the hour when it began."""
    hour = [line for line in lines if _is_hour(line, document.date)][:1]
    # Far below a line that tells it stands when it ended.
    near = [one for one in hours if not hour or 2 * one.start < len(document.text)]
    return hour + near[:1]


def _below(
    document: Document, lines: Sequence[Citation], read: Sequence[Citation]
) -> list[Citation]:
    """Return those of the sentences that stand below some lines of a document."""
    below = max((line.end for line in lines), default=0)
    return [one for one in read if one.document_id == document.id and one.start >= below]


def _is_hour(line: Citation, date: str) -> bool:
    """Say whether a line tells an hour, and not another day's."""
    of_the_day = _tells(line.quote, date) or not DAY.search(line.quote)
    return of_the_day and len(line.quote) <= LONGEST_DATE_LINE and bool(_HOUR.search(line.quote))


def _where(lines: Sequence[Citation]) -> list[Citation]:
    named = [line for line in lines if _PLACE.search(line.quote) and not _heads(line.quote)]
    dated = [
        line
        for line in lines
        if DAY.search(line.quote)
        and _PLACE_AND_DAY.search(_DAY_OF_THE_WEEK.sub("", line.quote))
        and not _WHO_MET.search(line.quote)
    ]
    return [line for line in dated or named if len(line.quote) <= LONGEST_DATE_LINE][:1]


def _opening_at(document: Document, read: Sequence[Citation]) -> list[Citation]:
    """Return the sentence that opens a read-out, if it names a place or is read as an answer."""
    opening = [] if document.speakers else _opening(document, ())
    return [one for one in opening if one in read or _PLACE.search(one.quote)]


def _heads(line: str) -> bool:
    """Say whether a line is a headline, where other words than names have a capital, too."""
    long = re.findall(r"[^\W\d_]{5,}", line)
    return len(long) > LONGEST_ROLE and all(word[0].isupper() for word in long)


def _who(document: Document, told: Sequence[Citation]) -> list[Citation]:
    if found := _at(document, document.participants):
        return found
    if spoke := document.speakers[:MOST_SPEAKERS]:
        first = {mark.speaker: mark.offset for mark in reversed(document.marks)}
        return [one for name in spoke for one in _at(document, name, first[name])]
    names = [
        cite(document, *block)
        for block in listed(document, heads_names)
        if not SENTENCE.search(document.text[slice(*block)])
    ]
    return sorted({*_opening(document, () if names else told), *names}, key=lambda one: one.start)


def _opening(document: Document, told: Sequence[Citation]) -> list[Citation]:
    """Return the sentence that opens a read-out, if it is one, and those told in its paragraph."""
    # A headline or "Published on 6 May 2025" may stand above it.
    prose = (
        block for block in document.blocks or () if _PROSE.search(document.text[slice(*block)])
    )
    for start, end in islice(prose, 1):
        for opening in sentences_of(document, (start, end))[:1]:
            if _OPENS.search(document.text, opening.start, opening.end):
                beside = [one for one in told if start <= one.start < end]
                there = [one for one in beside if not _MISSING.search(one.quote)]
                return [cite(document, opening.start, opening.end), *there]
    return []


def _best_sentence(hits: Sequence[Hit], index: Index) -> Citation | None:
    if not hits:
        return None
    best = hits[0].sentences[0]
    return cite(index.documents[hits[0].passage.document_id], best.start, best.end)


def _at(document: Document, text: str, offset: int = 0) -> list[Citation]:
    """Return the first citation of a text, if the document has it."""
    start = document.text.find(text, offset)
    return [cite(document, start, start + len(text))] if text and start >= 0 else []


def _tells(sentence: str, date: str) -> bool:
    """Say whether a sentence names a date, in any of its forms, with or without its year."""
    year, *of_year = said_day(date)
    if not all(of_year):
        return bool(date) and date in sentence
    said = (said_day(one.group()) for one in _SAID_DAY.finditer(sentence))
    return any(own in (0, year) and rest == of_year for own, *rest in said)
