"""Answer when and where a meeting was and who took part, which often stands only above its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice

from bot.datatypes import Citation
from bot.extractive import cite
from bot.overview import MOST_DOCUMENTS
from embeddings.datatypes import Document, Hit
from embeddings.index import Index
from embeddings.layout import MONTH
from embeddings.parts import FIELD, Part, split_parts

ASKED = frozenset({"when", "where", "who", "absent"})

MOST_SPEAKERS = 12
# So many lines stand above a record's text at most, names of those present among them.
HEAD_LINES = 40
LONGEST_LINE = 600
# A longer line says more than when and where.
LONGEST_DATE_LINE = 160
# "Chair: Ada Quist" is no turn of the chair's.
LONGEST_ROLE = 6

# How questions of so many words are searched for, which share none with a record.
SHORT = 4
IN_FULL = {
    "when": "When did the meeting take place?",
    "where": "Where did the meeting take place?",
    "who": "Who attended the meeting?",
}
_DAY = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH}|{MONTH}\s+\d{{1,2}}|"
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b|^\s*date\s*:",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?i:\b(?:place|venue|location)\s*:)|\b(?:[Ii]n|[Aa]t) (?:the )?[A-Z]")
# "Zagreb, 5 July": a place stands before the day; but it may be the day of the week or who met.
_PLACE_AND_DAY = re.compile(
    r"^(?!.*\b(?:\w+day|board|council|committee|commission|meeting|minutes|session|assembly|club|"
    r"association|society|talks|department|ministry|office|union|trust|group|team|court|hearing|"
    r"call)\b)[^\d:]*[^\W\d_]{3,}[^\d:]*,",
    re.IGNORECASE,
)
_LABEL_OF_PRESENT = (
    r"(?:present|participants?|participating|attendees|attendance|attending|attended|sederunt|"
    r"delegations?|members|speakers|on the call|in the room)\b"
)
# "Present for Ghana: Ada Quist", or the label alone above the names.
_PRESENT = re.compile(
    rf"\b{_LABEL_OF_PRESENT}[^.:\n]{{0,40}}:|"
    rf"^\W*(?:(?:list|names?) of |in |those |members )?{_LABEL_OF_PRESENT}\W*$|"
    r"\bpresent were\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:apologies|absent|absences?|regrets|excused|not present)\b", re.IGNORECASE
)
# "9.30 a.m." ends none.
_SENTENCE = re.compile(r"(?<!\b[ap]\.m)[.?!…][\"'”’)\]]*$")
# So a read-out begins: "met with his colleague", "held talks", "was received by".
_OPENS = re.compile(
    r"\b(?:met|talks|consultations|meeting|session|dialogue|call|visit|received|spoke)\b",
    re.IGNORECASE,
)


def circumstances(
    asked: Collection[str], hits: Sequence[Hit], index: Index, documents: Sequence[str] | None
) -> tuple[Citation, ...]:
    """Return what answers when and where a meeting was, and who was there or was missing.

    `asked` is what `whole.asked_of_whole` tells of the question. It is answered by the lines above
    the text that say so. Else the sentence that matches best says when, if it tells the day, and
    those who speak, or the sentence that opens a read-out, say who. Nothing for more than a few
    documents, and where they do not say.
    """
    if ASKED.isdisjoint(asked):
        return ()
    ids = list(index.documents) if documents is None else documents
    if len(ids) > MOST_DOCUMENTS:
        return ()
    found: list[Citation] = []
    for document in (index.documents[id] for id in ids):
        head = list(_head(document))
        lines = [cite(document, part.start, part.end) for part, _ in head]
        if "when" in asked:
            found += _when(document, lines, _best_sentence(hits, index))
        if "where" in asked:
            found += _where(lines)
        if "who" in asked:
            found += _listed(head, document, _is_present) or _who(document, index)
        if "absent" in asked:
            found += _listed(head, document, _is_absent)
    return tuple(dict.fromkeys(found))


def _head(document: Document) -> Iterator[tuple[Part, Part | None]]:
    """Yield the lines above the text, up to the first item, turn or sentence.

    With each comes the label that it stands under, where it is one of its names.
    """
    turns = Counter(mark.speaker for mark in document.marks if mark.speaker)
    before: Part | None = None
    label: Part | None = None
    for part in islice(split_parts(document.text), HEAD_LINES):
        is_list = _is_present(part) or _is_absent(part)
        is_field = part.kind == "turn" and FIELD.match(part.label)
        apart = before is not None and part.start > before.end + 1
        # The first name may stand apart from its label, but a turn is no name then.
        if is_list or is_field or (apart and (before is not label or part.kind == "turn")):
            label = None
        if not (is_list or label) and _is_text(part, turns[part.label]):
            return
        yield part, label
        label = part if _is_bare(part) else label
        before = part


def _is_text(part: Part, turns: int) -> bool:
    """Say whether a line is an item, a sentence or one of several turns of a speaker."""
    is_sentence = bool(_SENTENCE.search(part.text)) or len(part.text) > LONGEST_LINE
    if part.kind == "turn":
        said = turns > 1 and len(part.text.split()) > LONGEST_ROLE
        return not FIELD.match(part.label) and (is_sentence or said)
    return is_sentence or part.kind in {"item", "bullet", "row"}


def _is_present(part: Part) -> bool:
    """Say whether a line tells, or stands above, who was there."""
    present, absent = _PRESENT.search(part.text), _ABSENT.search(part.text)
    return bool(present and not (absent and absent.start() < present.end()))  # "Not present:"


def _is_absent(part: Part) -> bool:
    """Say whether a line tells, or stands above, who was missing."""
    absent = _ABSENT.search(part.text)
    return bool(absent and (":" in part.text[absent.end() :] or part.loose))


def _is_bare(part: Part) -> bool:
    """Say whether a line is a label and no names."""
    said = _PRESENT.fullmatch(part.text) or _ABSENT.fullmatch(part.text.rstrip(" :"))
    return bool(said)


def _listed(
    head: Iterable[tuple[Part, Part | None]], document: Document, is_list: Callable[[Part], bool]
) -> list[Citation]:
    """Return the lines of a list: those that are one, and the names under a label."""
    return [
        cite(document, part.start, part.end)
        for part, label in head
        if is_list(part) or (label and is_list(label))
    ]


def _when(document: Document, head: Sequence[Citation], best: Citation | None) -> list[Citation]:
    date = document.date
    stated = [line for line in head if (date in line.quote if date else _DAY.search(line.quote))]
    short = [line for line in stated if len(line.quote) <= LONGEST_DATE_LINE][:1]
    found = short or _at(document, date)
    if best and best.document_id == document.id and _tells(best.quote, date):
        return [best, *found]
    return found


def _where(head: Sequence[Citation]) -> list[Citation]:
    named = [line for line in head if _PLACE.search(line.quote)]
    dated = [line for line in head if _DAY.search(line.quote) and _PLACE_AND_DAY.search(line.quote)]
    return [line for line in dated or named if len(line.quote) <= LONGEST_DATE_LINE][:1]


def _who(document: Document, index: Index) -> list[Citation]:
    if found := _at(document, document.participants):
        return found
    if spoke := document.speakers[:MOST_SPEAKERS]:
        first = {mark.speaker: mark.offset for mark in reversed(document.marks)}
        return [one for name in spoke for one in _at(document, name, first[name])]
    index = index.of([document.id])
    places = index.places_of([document.id])
    opening = index.passages[places[0]].sentences[0] if places else None
    if opening and _OPENS.search(document.text, opening.start, opening.end):
        return [cite(document, opening.start, opening.end)]
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
    """Say whether a sentence names a date, with or without its year."""
    said = set(re.findall(r"\w+", sentence.lower()))
    parts = re.findall(r"\w+", date.lower())
    without_year = {part for part in parts if not re.fullmatch(r"\d{4}", part)}
    return bool(date) and without_year <= said
