"""Make examples for the reader of invented meetings and of QMSum's."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from packed import Example, example
from training_questions import DIALOGUE_QUESTIONS, training_questions
from tuning import SEED

from bot.evaluation import load_questions
from embeddings import Document, Hit, Index, Retriever, SentenceTransformerEncoder

DIALOGUES = ("qmsum-train-committee.jsonl", "qmsum-train-academic.jsonl")
# How often each question of a training meeting is asked in a pass: those that were made to mislead,
# and those that were asked as people do, in words of their own.
ROUNDS = {".questions.jsonl": 1, ".asked.jsonl": 3}
DIALOGUE_ROUNDS = 2

Span = tuple[int, int]


@dataclass(frozen=True)
class Asked:
    """A question, the spans that answer it, and in each the answer itself (None: not told).

    What lies beyond `within`, where that is given, may answer as well, and is not looked at.
    """

    question: str
    kind: str
    gold: tuple[Span, ...]
    answers: tuple[Span | None, ...]
    rounds: int
    within: Span | None = None


def of_meetings(folder: Path) -> list[Example]:
    """Return examples for one pass over invented meetings: what ranks high, right or wrong."""
    with ProcessPoolExecutor() as pool:
        return [row for rows in pool.map(_of_meeting, sorted(folder.glob("*.txt"))) for row in rows]


def of_dialogues(data: Path) -> list[Example]:
    """Return examples for one pass over QMSum's meetings."""
    documents: dict[str, Document] = {}
    asked: dict[str, list[Asked]] = defaultdict(list)
    for file in DIALOGUES:
        loaded = load_questions(data / file)
        documents.update({document.id: document for document in loaded.documents})
        for question in loaded:
            spans = tuple((one.start, one.end) for one in question.evidence)
            asked[question.document].append(
                Asked(question.question, "", spans, (None,) * len(spans), DIALOGUE_ROUNDS)
            )
    for document, more in training_questions(DIALOGUE_QUESTIONS).items():
        for one in more:
            gold = (one.evidence,) if one.evidence else ()
            answers = (one.answer,) * len(gold)
            asked[document].append(
                Asked(one.question, one.kind, gold, answers, DIALOGUE_ROUNDS, one.within)
            )
    with ProcessPoolExecutor() as pool:
        found = pool.map(_of_document, documents.values(), [asked[id] for id in documents])
        return [row for rows in found for row in rows]


def _of_meeting(path: Path) -> list[Example]:
    document = Document(path.name, path.read_text("utf-8"))
    asked = []
    for suffix, rounds in ROUNDS.items():
        if not path.with_suffix(suffix).exists():
            continue
        for question in load_questions(path.with_suffix(suffix)):
            if question.history:
                continue
            starts = [(document.text.index(one), len(one)) for one in question.evidence]
            gold = tuple((start, start + length) for start, length in starts)
            find = partial(_answer, document.text, question.answers or ())
            answers = tuple(map(find, gold))
            asked.append(Asked(question.question, question.kind, gold, answers, rounds))
    return _of_document(document, asked)


def _answer(text: str, answers: tuple[str, ...], gold: Span) -> Span | None:
    for answer in answers:
        found = re.compile(re.escape(answer), re.IGNORECASE).search(text, *gold)
        if found:
            return found.span()
    return None


@cache
def _encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


def _of_document(document: Document, asked: list[Asked]) -> list[Example]:
    chance = random.Random(f"{SEED} {document.id}")
    if not asked:
        return []
    retriever = Retriever(Index.build([document], encoder=_encoder()))
    return [row for one in asked for row in _examples(one, retriever, chance)]


def _examples(asked: Asked, retriever: Retriever, chance: random.Random) -> Iterator[Example]:
    hits = retriever.search(asked.question, 60 if asked.within else 10)
    if asked.within:
        begin, end = asked.within
        hits = [hit for hit in hits if begin <= hit.passage.start and hit.passage.end <= end][:10]
    wrong = _wrong(asked, hits)
    if not asked.gold:
        yield from wrong[: min(2, asked.rounds)]
        yield from _some(wrong[:4], asked.rounds - 2, chance)
        return
    for turn in range(asked.rounds):
        place = turn % len(asked.gold)
        row = _answered(asked, place, turn, hits)
        if row:
            yield row
    for row in _some(wrong[:4], asked.rounds // 2, chance):
        yield _without(row, asked.gold)


def _wrong(asked: Asked, hits: list[Hit]) -> list[Example]:
    """Return an example for each sentence found that does not answer, the best first."""
    ranked = sorted(
        ((one.score, hit, one) for hit in hits for one in hit.sentences),
        key=lambda found: -found[0],
    )
    rows, seen = [], set()
    for _, hit, sentence in ranked:
        span = sentence.start, sentence.end
        if sentence.start not in seen and not any(_overlap(span, one) for one in asked.gold):
            place = [one.start for one in hit.passage.sentences].index(sentence.start)
            row = example(asked.kind or "passage", asked.question, hit.passage)
            rows.append(replace(row, focus=place))
        seen.add(sentence.start)
    return rows


def _some(rows: list[Example], count: int, chance: random.Random) -> list[Example]:
    return chance.sample(rows, min(len(rows), max(0, count)))


def _without(row: Example, gold: tuple[Span, ...]) -> Example:
    """Leave out what holds the answer, and what lies beyond it from the sentence in focus."""
    spans = [(one.start, one.end) for one in row.passage.sentences]
    held = [any(_overlap(span, one) for one in gold) for span in spans]
    first = last = row.focus
    while first > 0 and not held[first - 1]:
        first -= 1
    while last + 1 < len(held) and not held[last + 1]:
        last += 1
    return replace(row, kept=(first, last))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _answered(asked: Asked, place: int, turn: int, hits: list[Hit]) -> Example | None:
    """Return the question with a passage that holds the answer, or a part of the evidence."""
    answer, gold = asked.answers[place], asked.gold[place]
    wanted = answer or gold
    holding = [hit.passage for hit in hits if hit.passage.start <= wanted[0] < hit.passage.end]
    whole = [passage for passage in holding if wanted[1] <= passage.end]
    if whole:
        row = example("answer", asked.question, whole[0], wanted)
        return replace(row, region=answer is None)
    # A stretch of turns is longer than a passage.
    parts = [hit.passage for hit in hits if _overlap((hit.passage.start, hit.passage.end), wanted)]
    if answer or not parts:
        return None
    passage = parts[turn % min(2, len(parts))]
    span = max(passage.start, wanted[0]), min(passage.end, wanted[1])
    return replace(example("answer", asked.question, passage, span), region=True)
