"""Measure quality on question sets, by path: python tests/benchmarks/quality.py FILE ...

Each is what `meetingbot evaluate` takes: QMSum .jsonl, SQuAD .json, BEIR folders, the packaged set.
With `--kept-out` a SQuAD file is asked only of the four articles that nothing was fitted on.
`--json FILE` and `--plot FILE` write the figures.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from tuning import KEPT_OUT

from bot import Bot, evaluate, load_questions
from bot.packaged import PACKAGED_SOURCE
from bot.progress import passages_progress
from embeddings import Index, Retriever, read_documents

SHOWN = ("success@1", "success@5", "mrr@10", "answer_hit", "abstention_recall", "auroc")


def measure(path: Path, kept_out: bool) -> dict[str, float | None]:
    questions = load_questions(path)
    if kept_out and any(document.id in KEPT_OUT for document in questions.documents):
        questions = replace(
            questions,
            questions=tuple(one for one in questions if one.document in KEPT_OUT),
            documents=tuple(one for one in questions.documents if one.id in KEPT_OUT),
        )
    with passages_progress() as progress:
        documents = questions.documents or read_documents(PACKAGED_SOURCE)
        index = Index.build(documents, progress=progress)
    return dict(evaluate(Bot(Retriever(index)), questions).metrics)


def plot(figures: dict[str, dict[str, float | None]], path: Path) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(8, 3.5), layout="constrained")
    width = 0.8 / len(figures)
    for number, (name, found) in enumerate(figures.items()):
        at = [place + number * width for place in range(len(SHOWN))]
        axes.bar(at, [found.get(metric) or 0 for metric in SHOWN], width, label=name)
    axes.set_xticks([place + 0.4 - width / 2 for place in range(len(SHOWN))], SHOWN)
    axes.set_ylim(0, 1)
    axes.legend()
    pyplot.savefig(path, dpi=120)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--kept-out", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    measured = {path.name: measure(path, options.kept_out) for path in options.sets}
    for name, found in measured.items():
        print(f"{name}: " + ", ".join(f"{metric} {found.get(metric)}" for metric in SHOWN))
    if options.json:
        options.json.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")
    if options.plot:
        plot(measured, options.plot)
