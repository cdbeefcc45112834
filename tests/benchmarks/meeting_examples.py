"""Make examples for the reader of invented meetings and of QMSum's."""

import random
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from packed import Example, example
from tuning import SEED

from bot.evaluation import Question, load_questions
from embeddings import Document, Hit, Index, Retriever, SentenceTransformerEncoder
from embeddings.chunking import chunk
from embeddings.layout import lay_out
from embeddings.lexical import Bm25
from embeddings.terms import stems

DIALOGUES = ("qmsum-train-committee.jsonl", "qmsum-train-academic.jsonl")
# How often each question of a training meeting is asked in a pass: those that were made to mislead,
# and those that were asked as people do, in words of their own.
ROUNDS = {".questions.jsonl": 1, ".asked.jsonl": 3}


def of_meetings(folder: Path) -> list[Example]:
    """Return examples for one pass over invented meetings: what ranks high, right or wrong."""
    with ProcessPoolExecutor() as pool:
        return [row for rows in pool.map(_of_meeting, sorted(folder.glob("*.txt"))) for row in rows]


def _of_meeting(path: Path) -> list[Example]:
    chance = random.Random(f"{SEED} {path.name}")
    document = Document(path.name, path.read_text("utf-8"))
    retriever = Retriever(Index.build([document], encoder=_encoder()))
    rows: list[Example | None] = []
    for suffix, rounds in ROUNDS.items():
        if not path.with_suffix(suffix).exists():
            continue
        for question in load_questions(path.with_suffix(suffix)):
            if question.history:
                continue
            hits = retriever.search(question.question, 10)
            gold = [str(one) for one in question.evidence]
            wrong = _wrong(question, hits, gold)
            if gold:
                rows += [
                    _answered(question, gold[turn % len(gold)], document.text, hits)
                    for turn in range(rounds)
                ]
                rows += [_without(row, gold) for row in _some(wrong[:4], rounds // 2, chance)]
            else:
                rows += wrong[: min(2, rounds)]
                rows += _some(wrong[:4], rounds - 2, chance)
    return [row for row in rows if row]


@cache
def _encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


def _wrong(question: Question, hits: list[Hit], gold: list[str]) -> list[Example]:
    """Return an example for each sentence found that does not answer, the best first."""
    ranked = sorted(
        ((one.score, hit, one) for hit in hits for one in hit.sentences),
        key=lambda found: -found[0],
    )
    rows, seen = [], set()
    for _, hit, sentence in ranked:
        if sentence.start not in seen and not any(_overlap(sentence.text, one) for one in gold):
            place = [one.start for one in hit.passage.sentences].index(sentence.start)
            row = example(question.kind or "passage", question.question, hit.passage)
            rows.append(replace(row, focus=place))
        seen.add(sentence.start)
    return rows


def _some(rows: list[Example], count: int, chance: random.Random) -> list[Example]:
    return chance.sample(rows, min(len(rows), max(0, count)))


def _without(row: Example, gold: list[str]) -> Example:
    """Leave out what holds the answer, and what lies beyond it from the sentence in focus."""
    begin, text = row.passage.start, row.passage.text
    spans = [(one.start - begin, one.end - begin) for one in row.passage.sentences]
    held = [any(_overlap(text[a:b], one) for one in gold) for a, b in spans]
    first = last = row.focus
    while first > 0 and not held[first - 1]:
        first -= 1
    while last + 1 < len(held) and not held[last + 1]:
        last += 1
    return replace(row, kept=(first, last))


def _overlap(sentence: str, gold: str) -> bool:
    return sentence.strip() in gold or gold.strip() in sentence


def _answered(question: Question, gold: str, text: str, hits: list[Hit]) -> Example | None:
    start = text.index(gold)
    end = start + len(gold)
    span, region = (start, end), True
    for answer in question.answers or ():
        found = re.compile(re.escape(answer), re.IGNORECASE).search(text, start, end)
        if found:
            span, region = found.span(), False
            break
    for hit in hits:
        if hit.passage.start <= span[0] and span[1] <= hit.passage.end:
            return replace(example("answer", question.question, hit.passage, span), region=region)
    return None


def of_dialogues(
    data: Path, encoder: SentenceTransformerEncoder, chance: random.Random
) -> list[Example]:
    """Return examples of QMSum: a passage of the region that answers, and one outside of it."""
    rows: list[Example] = []
    for file in DIALOGUES:
        loaded = load_questions(data / file)
        passages = {document.id: chunk(lay_out(document), encoder) for document in loaded.documents}
        lexical = {
            id: Bm25.build([passage.text for passage in own]) for id, own in passages.items()
        }
        for question in loaded:
            own = passages[question.document]
            scores = lexical[question.document].scores(stems(question.question))
            order = [int(place) for place in np.argsort(-scores, kind="stable")]
            spans = [(one.start, one.end) for one in question.evidence if not isinstance(one, str)]

            def inside(place: int, own=own, spans=spans) -> bool:
                return any(own[place].start < b and own[place].end > a for a, b in spans)

            for place in [place for place in order if inside(place)][:2]:
                passage = own[place]
                rows.append(
                    replace(
                        example("answer", question.question, passage, (passage.start, passage.end)),
                        region=True,
                    )
                )
            for place in [place for place in order if not inside(place)][:2]:
                rows.append(example("passage", question.question, own[place]))
    chance.shuffle(rows)
    return rows
