"""Print answers and passages for a person: the quotes first, then where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from bot.datatypes import Answer, Citation
from embeddings.datatypes import Hit, Passage

# What a terminal would obey: an escape sequence sets its title and its colours, and more.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What is said before the quote that says that something came up.
YES = "Yes."


def printable(text: str) -> str:
    """Return a text of the same length that a terminal only shows."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def as_text(text: str, style: str = "") -> Text:
    """Return a text as it is: brackets in it are no markup."""
    return Text(printable(text), style=style)


def print_answer(answer: Answer) -> None:
    """Print an answer with numbered citations, or the silence and the closest passage."""
    console = Console(highlight=False, soft_wrap=True)
    if answer.searched:
        console.print(as_text(answer.searched, style="dim"))
    if answer.answered:
        if answer.missing:
            console.print(as_text(never_mentioned(answer)))
        if answer.yes:
            console.print(as_text(YES, style="bold"))
        for number, one in enumerate(answer.citations, 1):
            quote = as_text(f"{one.quote} [{number}]")
            if span := short_span(answer, one):
                quote.stylize("bold", *span)
            console.print(quote)
        console.print()
        for number, one in enumerate(answer.citations, 1):
            console.print(as_text(f"[{number}] {_place(one)}", style="dim"))
    else:
        console.print(as_text(answer.text))
        if answer.missing:
            console.print(as_text(never_mentioned(answer)))
        if answer.hits:
            passage = answer.hits[0].shown
            console.print()
            console.print(as_text(f"Closest, but not an answer ({_place(passage)}):", style="dim"))
            console.print(as_text(passage.text, style="dim"))
    if answer.note:
        console.print()
        console.print(as_text(answer.note, style="dim"))


def short_span(answer: Answer, citation: Citation) -> tuple[int, int] | None:
    """Return where a quote holds the short answer, None if it does not."""
    short = answer.short
    if not short or short.document_id != citation.document_id:
        return None
    if not citation.start <= short.start < short.end <= citation.end:
        return None
    return short.start - citation.start, short.end - citation.start


def stage_times(answer: Answer) -> str:
    """Return where an answer's time went: "0.021 s: read 0.012, retrieve 0.008, answer 0.001"."""
    stages = ", ".join(f"{stage} {seconds:.3f}" for stage, seconds in answer.stages.items())
    return f"{answer.seconds:.3f} s: {stages}"


def never_mentioned(answer: Answer) -> str:
    """Return a sentence on the words of the question that the record lacks, "" for none."""
    if not answer.missing:
        return ""
    # A silence has said "The record" before.
    record = "The record" if answer.answered else "It"
    return f"{record} never mentions {listed(answer.missing)}."


def listed(words: Sequence[str]) -> str:
    """Return words in quotation marks, as a sentence lists them."""
    *most, last = (
        f"\N{LEFT DOUBLE QUOTATION MARK}{word}\N{RIGHT DOUBLE QUOTATION MARK}" for word in words
    )
    return f"{', '.join(most)} or {last}" if most else last


def print_hits(hits: Sequence[Hit]) -> None:
    """Print passages, best first, each with its score and place."""
    console = Console(highlight=False, soft_wrap=True)
    for hit in hits:
        console.print(as_text(f"{hit.score:.2f}  {_place(hit.shown)}", style="bold"))
        console.print(as_text(hit.shown.text))
        console.print()


def _place(span: Citation | Passage) -> str:
    place = f"{span.document_id}:{span.start}-{span.end}"
    return f"{span.location}, {place}" if span.location else place
