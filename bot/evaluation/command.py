"""Run an exam from the command line: ask, print, write what was asked for, and judge the gates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bot.bot import Bot
from bot.errors import ReportError
from bot.evaluation.compare import Comparison, check_shared
from bot.evaluation.gate import Limit, check
from bot.evaluation.loading import load_questions
from bot.evaluation.questions import Corpus
from bot.evaluation.report import Report, check_writable, load_report, write
from bot.evaluation.run import evaluate
from bot.progress import passages_progress
from embeddings.datatypes import Document


@dataclass(frozen=True, slots=True)
class Outputs:
    """Name the files to write, each None if it is not wanted; `export` is a folder."""

    json: Path | None
    page: Path | None
    summary: Path | None
    export: Path | None

    def check(self, read: Sequence[Path], baseline: Path | None) -> None:
        """Raise `ReportError` when one cannot be written, or stands where something else does.

        `read` are the files and folders that the exam needs. The JSON alone may follow the
        `baseline` in its place.
        """
        from bot.evaluation.export import FILES

        exported = [self.export / name for name in FILES] if self.export else []
        taken = {path.resolve() for path in read}
        folders = {path for path in taken if path.is_dir()}
        for path in filter(None, (self.json, self.page, self.summary, *exported)):
            real = path.resolve()
            lost = baseline and path is not self.json and real == baseline.resolve()
            if lost or real in taken or not folders.isdisjoint(real.parents):
                raise ReportError(
                    f"{path}: is among what is read, or another output; name a file elsewhere"
                )
            taken.add(real)
            check_writable(path)

    def write(self, report: Report) -> None:
        """Write what was measured; raise `ReportError` when it cannot be written."""
        if self.json:
            write(self.json, report.to_json())
        if self.export:
            from bot.evaluation.export import export

            export(report, self.export)

    def present(self, report: Report, comparison: Comparison | None) -> None:
        """Write what people read; raise `ReportError` when it cannot be written."""
        if self.page:
            from bot.evaluation.html import render

            write(self.page, render(report, comparison))
        if self.summary:
            from bot.evaluation.summary import summarise

            write(self.summary, summarise(report, comparison))


def run(
    path: Path,
    make_bot: Callable[[Sequence[Document]], Bot],
    *,
    corpus: Corpus | None,
    split: str | None,
    most: int | None,
    outputs: Outputs,
    read: Sequence[Path],
    ablation: bool,
    baseline: Path | None,
    fail_under: Sequence[Limit],
    fail_on_drop: Sequence[Limit],
) -> list[str]:
    """Return a line for each gate that is missed.

    `make_bot` takes the documents that the question set carries, if any; `read` are the files and
    folders that it reads itself. What is wrong with the arguments is found before the first
    question is asked, and what was measured is written before anything is made of it.

    Raises `QuestionSetError` and `ReportError`.
    """
    old = load_report(baseline) if baseline else None
    questions = load_questions(path, corpus=corpus, split=split)[:most]
    if old:
        check_shared(old, questions)
    outputs.check([path, *read], baseline)
    bot = make_bot(questions.documents)
    with passages_progress("Asking questions") as progress:
        report = evaluate(bot, questions, progress=progress)
    console = Console(highlight=False)
    console.print(report)
    outputs.write(report)
    comparison = Comparison.of(old, report) if old else None
    if comparison:
        console.print(comparison)
    outputs.present(report, comparison)
    if ablation:
        from bot.evaluation.ablation import ablate

        with passages_progress("Asking each stage") as progress:
            console.print(ablate(bot, questions, progress=progress))
    return check(report, under=fail_under, comparison=comparison, drop=fail_on_drop)
