"""Write a report as one page that opens offline: figures, and every question with its evidence."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from bot.datatypes import Citation
from bot.evaluation import plots, tables
from bot.evaluation.compare import Comparison
from bot.evaluation.metrics import COST
from bot.evaluation.outcomes import Outcome
from bot.evaluation.report import Report

TEMPLATE = "report.html.jinja"
STYLE = "report.css"
SCRIPT = "report.js"

DEFINITIONS = {
    "success@1": "the first passage found is relevant",
    "success@3": "one of the first three is",
    "success@5": "one of the first five is",
    "mrr@10": "1 / rank of the first relevant passage",
    "ndcg@10": "relevant passages among the first ten, the earlier the better",
    "answer_hit": "answered, and the citations cover half of the evidence or more",
    "answer_f1": "words shared with the gold answer (SQuAD's F1)",
    "answer_chars": "length of an answer, in characters",
    "citation_precision": "cited quotes that overlap some evidence",
    "short_f1": "words that the short answer, where there is one, shares with the gold answer",
    "short_em": "short answers that are the gold answer",
    "yes_precision": "answers with a Yes that the evidence supports",
    "abstention_precision": "of the silences, those that were due",
    "abstention_recall": "of the silences due, those that were kept",
    "abstention_f1": "both of these in one",
    "auroc": "an answerable question gets more confidence than an unanswerable one",
    "coverage": "answerable questions that were answered",
    "ece": "how far confidence is from the truth; 0 is best",
    "seconds_p50": "half of the answers took no longer",
    "seconds_p95": "nineteen of twenty took no longer",
}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage, or a quote by itself, in pieces that are marked or not."""

    place: str
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A metric's value and interval as percentages of a bar's width."""

    value: float
    low: float
    width: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with what it asks and how to read it."""

    title: str
    note: str
    svg: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A question's outcome with its texts cut for the page."""

    outcome: Outcome
    rank: int
    evidence: tuple[Excerpt, ...]
    said: tuple[Excerpt, ...]


def render(report: Report, comparison: Comparison | None = None) -> str:
    """Return the page; it asks no other place for anything, and every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    page = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(_text(TEMPLATE))
    script = _text(SCRIPT)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return page.render(
        report=report,
        comparison=comparison,
        headline=tables.headline(report),
        groups=tables.GROUPS,
        definitions=DEFINITIONS,
        number=tables.number,
        interval=tables.interval,
        signed=tables.signed,
        bar=lambda name: _bar(report, name),
        figures=_figures(report),
        entries=[_entry(one, report) for one in report.questions],
        style=_text(STYLE),
        script=script,
        script_hash=f"sha256-{digest}",
    )


def _figures(report: Report) -> tuple[Figure, ...]:
    if not report.questions:
        return ()
    return (
        Figure(
            "Is the confidence right?",
            "A confidence that is right lies on the dashed line.",
            plots.reliability(report),
        ),
        Figure(
            "What does answering more cost?",
            "The most confident questions first: the share of them that the documents do not"
            " answer, or whose first passage found is not relevant.",
            plots.risk_coverage(report),
        ),
        Figure("How long does it take?", "The wall time of each answer.", plots.times(report)),
    )


def _text(name: str) -> str:
    return (files("bot.evaluation") / name).read_text("utf-8")


def _bar(report: Report, name: str) -> Bar | None:
    """Return where a share and its interval lie between 0 and 1; None for what is no share."""
    value, sure = report.metrics[name], report.intervals[name]
    if value is None or sure is None or name in (*COST, "answer_chars"):
        return None
    low, high = sure
    return Bar(round(100 * value, 1), round(100 * low, 1), round(100 * (high - low), 1))


def _entry(outcome: Outcome, report: Report) -> Entry:
    said = _excerpts(outcome.citations, outcome, report)
    if not said and outcome.hits:
        nearest = outcome.hits[0].id
        said = (Excerpt(f"closest passage, {nearest}", ((report.passages[nearest], False),)),)
    rank = next((place for place, hit in enumerate(outcome.hits, 1) if hit.relevant), 0)
    return Entry(outcome, rank, _excerpts(outcome.evidence, outcome, report), said)


def _excerpts(quotes: Sequence[Citation], outcome: Outcome, report: Report) -> tuple[Excerpt, ...]:
    """Return the quotes, marked in the found passages that hold them, otherwise by themselves."""
    within: dict[str, list[tuple[int, int]]] = {}
    starts = {hit.id: hit.start for hit in outcome.hits}
    excerpts: list[Excerpt] = []
    for one in quotes:
        holder = next(
            (
                hit
                for hit in outcome.hits
                if hit.document_id == one.document_id
                and hit.start <= one.start
                and one.end <= hit.end
            ),
            None,
        )
        if holder is None:
            place = f"{one.document_id}:{one.start}-{one.end}"
            excerpts.append(Excerpt(_place(one.location, place), ((one.quote, True),)))
        else:
            within.setdefault(holder.id, []).append((one.start, one.end))
    for name, spans in within.items():
        location = next((one.location for one in quotes if spans[0] == (one.start, one.end)), "")
        pieces = _pieces(report.passages[name], starts[name], spans)
        excerpts.append(Excerpt(_place(location, name), pieces))
    return tuple(excerpts)


def _place(location: str, span: str) -> str:
    return f"{location}, {span}" if location else span


def _pieces(
    text: str, offset: int, spans: Sequence[tuple[int, int]]
) -> tuple[tuple[str, bool], ...]:
    """Cut a text that begins at an offset into what the spans mark and what they do not."""
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in sorted((start - offset, end - offset) for start, end in spans):
        start = max(start, done)
        if end > start:
            pieces += [(text[done:start], False), (text[start:end], True)]
            done = end
    return tuple(piece for piece in (*pieces, (text[done:], False)) if piece[0])
