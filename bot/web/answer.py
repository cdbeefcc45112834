"""Render a question and an answer as the HTML of a chat message.

Each message is one block without a line break, so that the chat's Markdown passes it on as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby, pairwise

from bot.datatypes import Answer, Citation
from bot.printing import YES, never_mentioned, short_span
from bot.web.document import mark_up
from bot.web.typeset import typeset
from embeddings.datatypes import Hit

# The probability from which on an answer is called sure, or likely; below, it is unsure.
SURE = 0.85
LIKELY = 0.65
# More passages than these are not read.
PASSAGES = 5
# Quotes with more than this many characters between them are set as a list.
FARTHEST = 3


def anchor(turn: int, number: int) -> str:
    """Return the name of a citation of a conversation's answer, both counted from one.

    Number 0 is the closest passage of an answer that abstains.
    """
    return f"c{turn}-{number}"


def confidence_in_words(confidence: float) -> str:
    """Return what a probability means to a reader."""
    return "Sure" if confidence >= SURE else "Likely" if confidence >= LIKELY else "Unsure"


def render_question(question: str, turn: int = 0) -> str:
    """Return what the user asked, as it was typed; an answered one (a turn) can be asked anew."""
    asked = f'<div class="asked">{_one_line(question)}</div>'
    if not turn:
        return asked
    return (
        f'{asked}<div class="anew"><button type="button" class="edit" value="{turn}">Edit</button>'
        f'<button type="button" class="retry" value="{turn}">Ask again</button></div>'
    )


def render_answer(answer: Answer, turn: int, names: Mapping[str, str]) -> str:
    """Return an answer: the quotes with their links, how sure it is, and the passages behind it.

    `names` are what the meetings are called, by id.
    """
    if answer.answered:
        yes = f'<p class="yes">{YES}</p>' if answer.yes else ""
        return (
            f'<div class="answer">{_searched(answer)}{_missing(answer)}{yes}'
            f"{_quotes(answer, turn, names)}"
            f'<div class="meta">{_confidence(answer)}{_places(answer, names)}</div>'
            f"{_note(answer)}{_passages(answer, names)}</div>"
        )
    return (
        f'<div class="answer silent">{_searched(answer)}'
        f'<p class="silence">{_one_line(answer.text)}</p>{_missing(answer)}'
        f"{_closest(answer, turn, names)}{_note(answer)}{_passages(answer, names)}</div>"
    )


def render_next(questions: Sequence[str]) -> str:
    """Return questions to ask next, each a button."""
    rows = "".join(f'<button type="button">{_one_line(one)}</button>' for one in questions)
    return f'<div class="next"><p>Ask next</p>{rows}</div>'


def _searched(answer: Answer) -> str:
    """Return how a question was read, if otherwise than it was typed."""
    return f'<p class="searched">{_one_line(answer.searched)}</p>' if answer.searched else ""


def _quotes(answer: Answer, turn: int, names: Mapping[str, str]) -> str:
    """Return the answer's text; each quote in it is followed by its number."""
    links = [_link(one, turn, number, names) for number, one in enumerate(answer.citations, 1)]
    if answer.text != " ".join(one.quote for one in answer.citations):
        return f'<p class="quote">{_one_line(answer.text)}&nbsp;{" ".join(links)}</p>'
    quotes = [
        f"<span>{_quote(one, answer)}</span>&nbsp;{link}"
        for one, link in zip(answer.citations, links, strict=True)
    ]
    if _together(answer.citations):
        return f'<p class="quote">{" ".join(quotes)}</p>'
    return _list(answer.citations, quotes, names)


def _list(citations: Sequence[Citation], quotes: Sequence[str], names: Mapping[str, str]) -> str:
    """Return quotes from here and there as a list, each with its place, below its meeting."""
    lists = ""
    pairs = zip(citations, quotes, strict=True)
    for document_id, own in groupby(pairs, lambda pair: pair[0].document_id):
        rows, told = "", ""
        for citation, quote in own:
            # What was just said, of the quote before or by the quote itself, is not said again.
            place = "" if citation.location in (told, citation.quote) else citation.location
            told = citation.location
            beside = f' <span class="place">{escape(place)}</span>' if place else ""
            rows += f"<li>{quote}{beside}</li>"
        lists += f'{_from(document_id, names)}<ul class="quote">{rows}</ul>'
    return lists


def _from(document_id: str, names: Mapping[str, str]) -> str:
    """Return the heading above a meeting's quotes, where there are several meetings."""
    if len(names) < 2:
        return ""
    return f'<p class="from">{escape(names.get(document_id, document_id))}</p>'


def _quote(citation: Citation, answer: Answer) -> str:
    """Return a quote, the short answer in it standing out."""
    span = short_span(answer, citation)
    return _flat(typeset(citation.quote, [(*span, "<strong>", "</strong>")] if span else []))


def _together(citations: Sequence[Citation]) -> bool:
    """Say whether each quote goes on where the one before it ends."""
    return all(
        one.document_id == after.document_id and 0 <= after.start - one.end <= FARTHEST
        for one, after in pairwise(citations)
    )


def _link(citation: Citation, turn: int, number: int, names: Mapping[str, str]) -> str:
    """Return the number that leads to a quote; its title says where that is, and is copied too."""
    title = _full_place(citation.document_id, citation.location, names)
    return (
        f'<a class="cite" href="#{anchor(turn, number)}" title="{title}"'
        f' aria-label="Show source [{number}]">[{number}]</a>'
    )


def _confidence(answer: Answer) -> str:
    word = confidence_in_words(answer.confidence)
    title = f"{answer.confidence:.0%} likely that the record answers this"
    return f'<span class="confidence {word.lower()}" title="{title}">{word}</span>'


def _places(answer: Answer, names: Mapping[str, str]) -> str:
    """Return where the quotes are from; of several places each has its quotes' numbers.

    In a list each quote has its place beside it.
    """
    if not _together(answer.citations):
        return ""
    numbers: dict[tuple[str, str], list[str]] = {}
    for number, one in enumerate(answer.citations, 1):
        numbers.setdefault((one.document_id, one.location), []).append(f"[{number}]")
    told = [
        " ".join([_place(*place, names), *(own if len(numbers) > 1 else [])]).strip()
        for place, own in numbers.items()
    ]
    return "".join(f'<span class="place">{place}</span>' for place in told if place)


def _place(document_id: str, location: str, names: Mapping[str, str]) -> str:
    """Return a place in words; the document is named where there are several."""
    if len(names) > 1:
        return _full_place(document_id, location, names)
    return escape(location)


def _full_place(document_id: str, location: str, names: Mapping[str, str]) -> str:
    """Return a place in words, the document named."""
    name = names.get(document_id, document_id)
    return escape(", ".join(part for part in (name, location) if part))


def _missing(answer: Answer) -> str:
    """Return which words of the question the record never mentions, where that is known."""
    lacks = never_mentioned(answer)
    return f'<p class="missing">{_one_line(lacks)}</p>' if lacks else ""


def _note(answer: Answer) -> str:
    """Return what else to know of an answer: of whose words it was asked, and its note."""
    asked_of = str(answer.scope)
    notes = [f"Asked of: {asked_of}." if asked_of else "", answer.note]
    return "".join(f'<p class="note">{_one_line(note)}</p>' for note in notes if note)


def _closest(answer: Answer, turn: int, names: Mapping[str, str]) -> str:
    """Return the nearest passage of an answer that abstains, plainly not an answer."""
    if not answer.hits:
        return ""
    passage = answer.hits[0].shown
    place = _place(passage.document_id, passage.location, names)
    return (
        f'<div class="closest"><p class="closest-label">Closest, but not an answer'
        f"{f' · {place}' if place else ''}</p>"
        f"<blockquote>{_flat(typeset(passage.text.strip()))}</blockquote>"
        f'<a class="cite words" href="#{anchor(turn, 0)}">Read it in the record</a></div>'
    )


def _passages(answer: Answer, names: Mapping[str, str]) -> str:
    """Return the fold with the passages that were found, best first."""
    hits = answer.hits[:PASSAGES]
    if not hits:
        return ""
    count, were = ("1 passage", "was") if len(hits) == 1 else (f"{len(hits)} passages", "were")
    what = "behind this answer" if answer.answered else f"that {were} looked at"
    rows = "".join(_passage(hit, answer, names) for hit in hits)
    return f'<details class="passages"><summary>{count} {what}</summary><ol>{rows}</ol></details>'


def _passage(hit: Hit, answer: Answer, names: Mapping[str, str]) -> str:
    passage = hit.shown
    spans = [
        (one.start - passage.start, one.end - passage.start)
        for one in answer.citations
        if one.document_id == passage.document_id
    ]
    place = _place(passage.document_id, passage.location, names)
    width = round(100 * min(1.0, max(0.0, hit.score)))
    return (
        f'<li><div class="where"><span class="place">{place}</span>'
        f'<span class="score"><span class="bar"><span style="width: {width}%"></span></span>'
        f'<span class="unseen">score </span>{hit.score:.2f}</span></div>'
        f"<p>{_flat(mark_up(passage.text, spans))}</p></li>"
    )


def _one_line(text: str) -> str:
    """Return a text escaped, without a line break of its own."""
    return _flat(escape(text.strip()))


def _flat(html: str) -> str:
    """Return HTML on one line, its line breaks kept as elements."""
    return "<br>".join(line.strip() for line in html.splitlines() if line.strip())
