"""Measure each stage of the line by itself: what would be lost without the others?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.evaluation.questions import Question
from bot.evaluation.report import Report
from bot.evaluation.run import evaluate
from embeddings.datatypes import Hit
from embeddings.encoder import Progress, shift
from embeddings.query import Query
from embeddings.retriever import CANDIDATES, DEFAULT_K, Retriever

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bot.bot import Bot

# What each retrieval stage ranks by; every one ranks the same candidates.
RANKINGS: Mapping[str, Callable[[Hit], float]] = {
    "dense": lambda hit: hit.dense,
    "BM25": lambda hit: hit.lexical,
    "dense + BM25": lambda hit: hit.dense + hit.lexical,
    "late interaction": lambda hit: hit.late,
}
UNREAD = "without the reader"
WHOLE = "the whole line"
UNJUDGED = "without the judge"


class StageRetriever(Retriever):
    """Rank by one stage's score alone."""

    def __init__(self, retriever: Retriever, ranking: Callable[[Hit], float]) -> None:
        """Take the whole retriever, and what to rank its candidates by."""
        super().__init__(retriever.index)
        self.ranking = ranking

    def rank(self, query: Query, k: int = DEFAULT_K, **options: Any) -> list[Hit]:
        """Return the k best by the stage's score; ties keep the whole retriever's order."""
        hits = super().rank(query, max(k, CANDIDATES), **options)
        return sorted(hits, key=lambda hit: -self.ranking(hit))[:k]


@dataclass(frozen=True)
class Ablation:
    """Hold a report for each stage, by its name."""

    reports: Mapping[str, Report]

    def __str__(self) -> str:
        """Return the stages' metrics in one table, as plain text."""
        from bot.evaluation.tables import plain

        return plain(self.__rich__())

    def __rich__(self) -> RenderableType:
        """Return the table as rich prints it."""
        from bot.evaluation.tables import ablation_table

        return ablation_table(self.reports)


def ablate(
    bot: Bot,
    questions: Sequence[Question],
    *,
    progress: Progress | None = None,
) -> Ablation:
    """Sit the exam with each retrieval stage alone, with all, and without the reader or the judge.

    Ctrl-C ends the stage under way, and with it the ablation; the stages measured are kept.
    """
    from bot.bot import Bot

    bots = {
        name: Bot(StageRetriever(bot.retriever, ranking), threshold=bot.threshold, reader=None)
        for name, ranking in RANKINGS.items()
    }
    bots |= {
        UNREAD: Bot(bot.retriever, threshold=bot.threshold, reader=None),
        WHOLE: bot,
        UNJUDGED: Bot(bot.retriever, threshold=0.0, reader=bot.reader),
    }
    reports: dict[str, Report] = {}
    for place, (name, one) in enumerate(bots.items()):
        shifted = shift(progress, place * len(questions), len(bots) * len(questions))
        try:
            reports[name] = evaluate(one, questions, progress=shifted)
        except KeyboardInterrupt:  # before the stage's first answer
            break
        if reports[name].partial:
            break
    return Ablation(reports)
