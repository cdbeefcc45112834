"""The data that weights are fitted on, one document at a time, and what is kept out of the fitting.

DATA is a folder with SQuAD-format .json and QMSum .jsonl files. Four SQuAD articles, the QMSum
validation file and the invented meetings in `meetings/` by turns are kept out. The questions of
those ("meetings") are as hard as could be thought of; some have others besides, or only others
("asked"), written by people who know no such system, as they would ask.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation import Question, load_questions
from embeddings import Document, Index, Passage, Retriever, SentenceTransformerEncoder

MEETINGS = Path(__file__).with_name("meetings")
KEPT_OUT = ("Huguenot", "Packet_switching", "Spectre_(2015_film)", "Solar_energy")
SEED = 20180814
# Indexes are kept between runs: delete the folder after a change to layout, chunking or encoder.
CACHE = Path(tempfile.gettempdir()) / "meetingbot-tuning"


@dataclass(frozen=True)
class Sample:
    """A document's retriever and some of its questions."""

    name: str
    kept_out: bool
    retriever: Retriever
    questions: list[Question]

    def golden(self, question: Question, start: int, end: int) -> bool:
        """Say whether a span of the document answers the question."""
        text = next(iter(self.retriever.index.documents.values())).text
        for gold in question.evidence:
            if isinstance(gold, str):
                first = text.index(gold)
                spans, region = (first, first + len(gold)), False
            else:
                spans, region = (gold.start, gold.end), gold.region
            overlap = min(spans[1], end) - max(spans[0], start)
            if overlap > 0 and (region or 2 * overlap >= spans[1] - spans[0]):
                return True
        return False

    def golden_passage(self, question: Question, passage: Passage) -> bool:
        return any(self.golden(question, one.start, one.end) for one in passage.sentences)


def samples(
    data: Path, encoder: SentenceTransformerEncoder, most: int = 100, *, kept_out: bool = False
) -> Iterator[Sample]:
    """Yield every document with up to `most` of its questions (a SQuADShifts article: a tenth).

    With `kept_out` only those that nothing is fitted on.
    """
    chance = random.Random(SEED)
    for name in (
        "squad-tune.json",
        "squadshifts-new-wiki.json",
        "qmsum-train-committee.jsonl",
        "qmsum-train-academic.jsonl",
        "qmsum-val.jsonl",
    ):
        rows = load_questions(data / name)
        by_document = defaultdict(list)
        for row in rows:
            by_document[row.document].append(row)
        for document in rows.documents:
            own = by_document[document.id]
            limit = most if "shifts" not in name else max(1, most // 10)
            chosen = chance.sample(own, limit) if len(own) > limit else own
            out = document.id in KEPT_OUT or name == "qmsum-val.jsonl"
            if out or not kept_out:
                yield _sample(document, chosen, encoder, kept_out=out, name=f"{name}:{document.id}")
    for path in sorted(MEETINGS.glob("*.txt")):
        document = Document(path.name, path.read_text("utf-8"))
        for corpus, suffix in (("meetings", ".questions.jsonl"), ("asked", ".asked.jsonl")):
            if path.with_suffix(suffix).exists():
                rows = load_questions(path.with_suffix(suffix))
                alone = [row for row in rows if not row.history]
                yield _sample(document, alone, encoder, kept_out=True, name=f"{corpus}:{path.name}")


def store(path: Path, fitted: dict[str, object]) -> None:
    """Write what was fitted, with the seed, as the small file that the package reads."""
    path.write_text(json.dumps({**fitted, "seed": SEED}, indent=2) + "\n", "utf-8")


def _sample(
    document: Document,
    questions: list[Question],
    encoder: SentenceTransformerEncoder,
    *,
    kept_out: bool,
    name: str,
) -> Sample:
    folder = CACHE / name.replace("/", "_")
    if folder.exists():
        index = Index.load(folder, encoder=encoder)
    else:
        index = Index.build([document], encoder=encoder)
        index.save(folder)
    return Sample(name, kept_out, Retriever(index), questions)
