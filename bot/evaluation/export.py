"""Write a report in the files of the field's own tools, so that they can reproduce its figures.

- `qrels.txt`, `run.txt` (TREC): `ir_measures qrels.txt run.txt Success@1 RR@10 nDCG@10`;
- `predictions.json`, `na_prob.json` (SQuAD 2.0), with the questions as `squad.json`:
  `evaluate-v2.0.py squad.json predictions.json --na-prob-file na_prob.json`; `answer_f1` is its
  `HasAns_f1` / 100.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.evaluation.metrics import run_score
from bot.evaluation.report import Report, write

TAG = "meetingbot"
# A passage that nothing is: it keeps a question without relevant passages in the tools' averages.
NO_PASSAGE = "none"
FILES = ("qrels.txt", "run.txt", "squad.json", "predictions.json", "na_prob.json")


def export(report: Report, folder: str | Path) -> list[Path]:
    """Write the files into a folder, made if need be; raise `ReportError` if they cannot be.

    The answerable questions are in the TREC files; those and the ones with gold answers, or without
    any answer, are in the SQuAD files. White space in ids is written as in a URL.
    """
    scored = [one for one in report.questions if not one.answerable or one.answers]
    contents = dict(
        zip(
            FILES,
            (
                "".join(_qrels(report)),
                "".join(_run(report)),
                _json(_squad(report)),
                _json({one.id: one.text if one.answered else "" for one in scored}),
                _json({one.id: round(1 - one.confidence, 6) for one in scored}),
            ),
            strict=True,
        )
    )
    for name, text in contents.items():
        write(Path(folder) / name, text)
    return [Path(folder) / name for name in FILES]


def _qrels(report: Report) -> Iterator[str]:
    for one in report.questions:
        if one.answerable:
            for passage in one.relevant:
                yield f"{_id(one.id)} 0 {_id(passage)} 1\n"
            if not one.relevant:
                yield f"{_id(one.id)} 0 {NO_PASSAGE} 0\n"


def _run(report: Report) -> Iterator[str]:
    for one in report.questions:
        if one.answerable:
            for rank, hit in enumerate(one.hits, start=1):
                yield f"{_id(one.id)} Q0 {_id(hit.id)} {rank} {run_score(rank):.6f} {TAG}\n"


def _squad(report: Report) -> dict[str, Any]:
    """Return the questions as SQuAD has them; an answer's place is not known and not scored."""
    entries = [
        {
            "id": one.id,
            "question": one.question,
            "is_impossible": not one.answerable,
            "answers": [
                {"text": text, "answer_start": 0} for text in one.answers if one.answerable
            ],
        }
        for one in report.questions
        if not one.answerable or one.answers
    ]
    name = str(report.environment.get("dataset", {}).get("name", ""))
    paragraphs = [{"context": "", "qas": entries}]
    return {"version": "v2.0", "data": [{"title": name, "paragraphs": paragraphs}]}


def _id(name: str) -> str:
    """Write white space as in a URL: the TREC files part their columns by it."""
    return "".join(quote(one) if one.isspace() or one == "%" else one for one in name)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
