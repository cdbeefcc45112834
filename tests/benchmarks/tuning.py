"""The data that weights are fitted on, one document at a time, and what is kept out of the fitting.

DATA is a folder with SQuAD-format .json and QMSum .jsonl files. Four SQuAD articles, the QMSum
validation file and the invented meetings in `meetings/` are kept out. The questions of those
("meetings") are as hard as could be thought of; some have others besides, or only others ("asked"),
written by people who know no such system, as they would ask. All else is to learn from, with the
meetings in `training-meetings/` and what is asked besides in `training-questions/`; an eighth of
those documents is set apart, so that what is learnt can be weighed on them.
"""

from __future__ import annotations

import json
import random
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from training_questions import (
    ARTICLE_QUESTIONS,
    DIALOGUE_QUESTIONS,
    TrainingQuestion,
    training_questions,
)

from bot.evaluation import Question, load_questions
from bot.evaluation.questions import Evidence
from embeddings import Document, Index, Passage, Retriever, SentenceTransformerEncoder
from embeddings.late import Matches
from embeddings.query import Query
from embeddings.ranking import sentence_signals

MEETINGS = Path(__file__).with_name("meetings")
TRAINING = Path(__file__).with_name("training-meetings")
LEARNT = (
    "squad-tune.json",
    "squadshifts-new-wiki.json",
    "qmsum-train-committee.jsonl",
    "qmsum-train-academic.jsonl",
)
KEPT_OUT = ("Huguenot", "Packet_switching", "Spectre_(2015_film)", "Solar_energy")
SEED = 20180814
# Indexes are kept between runs: delete the folder after a change to layout, chunking or encoder.
CACHE = Path(tempfile.gettempdir()) / "meetingbot-tuning"


def golden(text: str, question: Question, start: int, end: int) -> bool:
    """Say whether a span of a document's text answers a question."""
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


@dataclass(frozen=True)
class Compared:
    """The candidate sentences of a question, as they are compared before any is chosen."""

    query: Query
    places: list[int]  # of the candidate passages
    matches: Matches
    signals: np.ndarray  # (sentences, signals)
    golden: np.ndarray  # (sentences,)


def compared(retriever: Retriever, question: Question) -> Compared:
    index = retriever.index
    text = next(iter(index.documents.values())).text
    query = retriever.read(question.question)
    candidates = retriever.compare(query)
    places, matches = candidates.places, candidates.matches
    signals = sentence_signals(query, index, candidates)
    spans = [
        index.passages[places[order]].sentences[member]
        for order, member in zip(matches.owner, matches.member, strict=True)
    ]
    answers = [golden(text, question, span.start, span.end) for span in spans]
    return Compared(query, places, matches, signals, np.asarray(answers))


@dataclass(frozen=True)
class Learnt:
    """A document to learn from, and all that is asked of it and has an answer."""

    name: str
    document: Document
    questions: list[Question]

    @property
    def apart(self) -> bool:
        return zlib.crc32(self.name.encode()) % 8 == 0


def learnt(data: Path) -> Iterator[Learnt]:
    """Yield the documents to learn from: articles, QMSum's meetings and invented ones."""
    asked = defaultdict(list)
    for path in (ARTICLE_QUESTIONS, DIALOGUE_QUESTIONS):
        for document, rows in training_questions(path).items():
            asked[document] += [one for one in rows if one.evidence]
    for name in LEARNT:
        rows = load_questions(data / name)
        by_document = defaultdict(list)
        for row in rows:
            if row.answerable:
                by_document[row.document].append(row)
        for document in rows.documents:
            if document.id not in KEPT_OUT:
                more = [_question(document, one) for one in asked[document.id]]
                yield Learnt(f"{name}:{document.id}", document, by_document[document.id] + more)
    for path in sorted(TRAINING.glob("*.txt")):
        questions = [
            question
            for suffix in (".questions.jsonl", ".asked.jsonl")
            if path.with_suffix(suffix).exists()
            for question in load_questions(path.with_suffix(suffix))
            if question.answerable and not question.history
        ]
        yield Learnt(f"train:{path.name}", Document(path.name, path.read_text("utf-8")), questions)


def _question(document: Document, one: TrainingQuestion) -> Question:
    region = one.answer is None  # a clause, or a stretch of turns
    evidence = (Evidence(document.id, *one.evidence, region),)
    return Question("", one.question, evidence)


@dataclass(frozen=True)
class Sample:
    """A document that is kept out: its retriever and some of its questions."""

    name: str
    retriever: Retriever
    questions: list[Question]

    def golden(self, question: Question, start: int, end: int) -> bool:
        """Say whether a span of the document answers the question."""
        text = next(iter(self.retriever.index.documents.values())).text
        return golden(text, question, start, end)

    def golden_passage(self, question: Question, passage: Passage) -> bool:
        return any(self.golden(question, one.start, one.end) for one in passage.sentences)


def samples(data: Path, encoder: SentenceTransformerEncoder, most: int = 100) -> Iterator[Sample]:
    """Yield every document that is kept out, with up to `most` of its questions."""
    chance = random.Random(SEED)
    for name in ("squad-tune.json", "qmsum-val.jsonl"):
        rows = load_questions(data / name)
        by_document = defaultdict(list)
        for row in rows:
            by_document[row.document].append(row)
        for document in rows.documents:
            own = by_document[document.id]
            chosen = chance.sample(own, most) if len(own) > most else own
            if document.id in KEPT_OUT or name == "qmsum-val.jsonl":
                yield _sample(document, chosen, encoder, f"{name}:{document.id}")
    for path in sorted(MEETINGS.glob("*.txt")):
        document = Document(path.name, path.read_text("utf-8"))
        for corpus, suffix in (("meetings", ".questions.jsonl"), ("asked", ".asked.jsonl")):
            if path.with_suffix(suffix).exists():
                rows = load_questions(path.with_suffix(suffix))
                alone = [row for row in rows if not row.history]
                yield _sample(document, alone, encoder, f"{corpus}:{path.name}")


def store(path: Path, fitted: dict[str, object]) -> None:
    """Write what was fitted, with the seed, as the small file that the package reads."""
    path.write_text(json.dumps({**fitted, "seed": SEED}, indent=2) + "\n", "utf-8")


def meeting_questions() -> list[str]:
    """Return all that is asked of the kept-out `meetings/`, but for the ways people type it."""
    paths = [*MEETINGS.glob("*.asked.jsonl"), *MEETINGS.glob("*.questions.jsonl")]
    return [one.question for path in sorted(paths) for one in load_questions(path)]


def training_asked() -> list[str]:
    """Return all that is asked first of the meetings to learn from."""
    paths = [*TRAINING.glob("*.questions.jsonl"), *TRAINING.glob("*.asked.jsonl")]
    rows = [one for path in sorted(paths) for one in load_questions(path)]
    return [one.question for one in rows if not one.history]


def meeting_asked(path: Path) -> Document:
    """Return the meeting that a file of questions beside it is of."""
    name = path.name.partition(".")[0] + ".txt"
    return Document(name, path.with_name(name).read_text("utf-8"))


def _sample(
    document: Document, questions: list[Question], encoder: SentenceTransformerEncoder, name: str
) -> Sample:
    folder = CACHE / name.replace("/", "_")
    if folder.exists():
        index = Index.load(folder, encoder=encoder)
    else:
        index = Index.build([document], encoder=encoder)
        index.save(folder)
    return Sample(name, Retriever(index), questions)
