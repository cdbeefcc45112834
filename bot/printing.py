"""Print answers and passages for a person: the quotes first, then where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from bot.datatypes import Answer, Citation
from embeddings.datatypes import Hit, Passage
from embeddings.scope import Scope

# What is said before the quote that says that something came up.
YES = "Yes."


def print_answer(answer: Answer) -> None:
    """Print an answer with numbered citations, or the silence and the closest passage."""
    console = Console(highlight=False, soft_wrap=True)
    if answer.reread:
        console.print(Text(f"Read as: {answer.standalone_question}", style="dim"))
    if answer.answered:
        if answer.yes:
            console.print(Text(YES, style="bold"))
        for number, one in enumerate(answer.citations, 1):
            quote = Text(f"{one.quote} [{number}]")
            if span := short_span(answer, one):
                quote.stylize("bold", *span)
            console.print(quote)
        console.print()
        for number, one in enumerate(answer.citations, 1):
            console.print(Text(f"[{number}] {_place(one)}", style="dim"))
    else:
        console.print(Text(answer.text))
        if answer.missing:
            console.print(Text(f"It never mentions {listed(answer.missing)}."))
        if answer.hits:
            passage = answer.hits[0].passage
            console.print()
            console.print(Text(f"Closest, but not an answer ({_place(passage)}):", style="dim"))
            console.print(Text(passage.text, style="dim"))
    if answer.note:
        console.print()
        console.print(Text(answer.note, style="dim"))


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


def listed(words: Sequence[str]) -> str:
    """Return words in quotation marks, as a sentence lists them."""
    *most, last = (
        f"\N{LEFT DOUBLE QUOTATION MARK}{word}\N{RIGHT DOUBLE QUOTATION MARK}" for word in words
    )
    return f"{', '.join(most)} or {last}" if most else last


def scope_in_words(scope: Scope) -> str:
    """Return whose words, and from when until when, a question is put to; "" for all."""
    parts = list(scope.speakers or ["everything"])
    parts += [f"from {scope.after}"] if scope.after else []
    parts += [f"before {scope.before}"] if scope.before else []
    return ", ".join(parts) if scope.by_sentence else ""


def print_hits(hits: Sequence[Hit]) -> None:
    """Print passages, best first, each with its score and place."""
    console = Console(highlight=False, soft_wrap=True)
    for hit in hits:
        console.print(Text(f"{hit.score:.2f}  {_place(hit.passage)}", style="bold"))
        console.print(Text(hit.passage.text))
        console.print()


def _place(span: Citation | Passage) -> str:
    place = f"{span.document_id}:{span.start}-{span.end}"
    return f"{span.location}, {place}" if span.location else place
