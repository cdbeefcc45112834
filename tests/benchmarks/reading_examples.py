"""Make what the reader is trained on: questions, each with a passage and the answer's place in it.

    python tests/benchmarks/reading_examples.py DATA examples.npz

From articles: half of the examples have an answer (a question of SQuAD or SQuADShifts); the others
have none: SQuAD 2.0's adversarial questions, a passage of the same article that ranks high for the
question, a question with a telling word swapped for one of the same sort, another article's
question. From meetings: those invented in `training-meetings/` with what ranks high for their
questions, right or wrong, and QMSum's. Four articles and `meetings/` are made into examples too,
but marked as kept out; QMSum's validation file is not read.

All texts are taken apart into word pieces here, so that training needs nothing of the project but
the file written: see `Packed`.
"""

import argparse
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from packed import KINDS, Example, Packed
from tuning import KEPT_OUT, MEETINGS, SEED

from bot.evaluation import Question, load_questions
from embeddings import Document, Hit, Index, Passage, Retriever, SentenceTransformerEncoder
from embeddings.chunking import chunk
from embeddings.layout import lay_out
from embeddings.lexical import Bm25
from embeddings.terms import rarity, stems, words

ARTICLES = ("squad-tune.json", "squadshifts-new-wiki.json", "squadshifts-amazon.json")
DIALOGUES = ("qmsum-train-committee.jsonl", "qmsum-train-academic.jsonl")
TRAINING = Path(__file__).with_name("training-meetings")
# How many examples of each kind for each hundred that have an answer.
NEGATIVES = {"adversarial": 25, "passage": 35, "swapped": 35, "other": 5}
MOST_OF_FILE = {"squadshifts-amazon.json": 4000}  # reviews are least like a meeting's record
# How often each question of a training meeting is asked in a pass: those that were made to mislead,
# and those that were asked as people do, in words of their own.
ROUNDS = {".questions.jsonl": 1, ".asked.jsonl": 3}


@dataclass
class Article:
    """An article's passages and questions, each with its answer's span (None: none)."""

    name: str
    file: str
    passages: list[Passage]
    lexical: Bm25
    questions: list[tuple[str, tuple[int, int] | None, tuple[int, int]]]


def articles(data: Path, encoder: SentenceTransformerEncoder) -> list[Article]:
    """Read all articles, chunked as the project does."""
    found = []
    for file in ARTICLES:
        for raw in json.loads((data / file).read_text("utf-8"))["data"]:
            text, questions = "", []
            for paragraph in raw["paragraphs"]:
                base = len(text)
                for qa in paragraph["qas"]:
                    answer = None
                    if not qa.get("is_impossible"):
                        given = Counter((a["answer_start"], a["text"]) for a in qa["answers"])
                        start, said = max(given, key=lambda one: (given[one], -len(one[1])))
                        answer = (base + start, base + start + len(said))
                    paragraph_span = (base, base + len(paragraph["context"]))
                    questions.append((qa["question"].strip(), answer, paragraph_span))
                text += paragraph["context"] + "\n\n"
            title = raw["title"].replace("_", " ")
            passages = chunk(lay_out(Document(raw["title"], text, title)), encoder)
            lexical = Bm25.build([passage.text for passage in passages])
            found.append(Article(raw["title"], file, passages, lexical, questions))
    return found


def example(kind: str, question: str, passage: Passage, answer=None) -> Example:
    base = passage.start
    return Example(kind, question, passage, answer and (answer[0] - base, answer[1] - base))


def positives(article: Article) -> list[Example]:
    rows = []
    for question, answer, _ in article.questions:
        holding = [
            passage
            for passage in article.passages
            if answer and passage.start <= answer[0] and answer[1] <= passage.end
        ]
        if holding:
            rows.append(example("answer", question, holding[0], answer))
    return rows


def adversarial(article: Article) -> list[Example]:
    rows = []
    for question, answer, (start, end) in article.questions:
        if answer is None:
            scores = article.lexical.scores(stems(question))
            own = [
                place
                for place, passage in enumerate(article.passages)
                if start <= passage.start and passage.end <= end
            ]
            if own:
                best = max(own, key=lambda place: scores[place])
                rows.append(example("adversarial", question, article.passages[best]))
    return rows


def other_passage(article: Article, chance: random.Random) -> Example | None:
    """Return a question with one of the best passages that do not hold the answer."""
    question, answer, _ = chance.choice(article.questions)
    if answer is None:
        return None
    scores = article.lexical.scores(stems(question))
    said = next(
        (
            passage.text[answer[0] - passage.start : answer[1] - passage.start].lower()
            for passage in article.passages
            if passage.start <= answer[0] and answer[1] <= passage.end
        ),
        "",
    )
    best = [
        article.passages[place]
        for place in np.argsort(-scores, kind="stable")[:8]
        if said and said not in article.passages[place].text.lower()
    ]
    return example("passage", question, chance.choice(best[:4])) if best else None


def sort_of(word: str) -> str:
    if word[0].isdigit():
        return "year" if re.fullmatch(r"[12]\d{3}", word) else "number"
    return "name" if word[0].isupper() else "word"


def swapped(row: Example, pool: list[str], chance: random.Random) -> Example | None:
    """Swap a telling word of a question that the passage has for one that it does not have."""
    text, held = row.question, set(stems(row.passage.text))
    known = [word for word in words(text) if word.stem in held]
    if not known:
        return None
    target = max(chance.sample(known, min(2, len(known))), key=lambda word: rarity(word.stem))
    old = text[target.start : target.end]
    # What is read is still around the answer that the question no longer has.
    begin = row.passage.start + row.answer[0]
    focus = next(n for n, one in enumerate(row.passage.sentences) if begin < one.end)
    for _ in range(40):
        other = chance.choice(pool)
        for word in words(other)[1:]:
            new = other[word.start : word.end]
            if word.stem and word.stem not in held and sort_of(new) == sort_of(old):
                asked = text[: target.start] + new + text[target.end :]
                return Example("swapped", asked, row.passage, focus=focus)
    return None


def of_articles(found: list[Article], chance: random.Random) -> list[Example]:
    """Return examples for one pass over the articles, shuffled."""
    used = found
    by_file = defaultdict(list)
    owner: dict[int, Article] = {}
    for article in used:
        for row in positives(article):
            by_file[article.file].append(row)
            owner[id(row)] = article
    answered: list[Example] = []
    for file, rows in by_file.items():
        most = MOST_OF_FILE.get(file, len(rows))
        answered += chance.sample(rows, most) if len(rows) > most else rows
    count = {kind: len(answered) * share // 100 for kind, share in NEGATIVES.items()}
    asked = {article.name: [question for question, _, _ in article.questions] for article in used}
    everything = [question for own in asked.values() for question in own]
    # SQuAD and wiki articles are long enough to have passages that mislead.
    long = [article for article in used if article.file != "squadshifts-amazon.json"]
    weights = [len(article.questions) for article in long]
    rows = list(answered)
    hard = [row for article in used for row in adversarial(article)]
    if hard:
        rows += (hard * (1 + count["adversarial"] // len(hard)))[: count["adversarial"]]

    def add(kind: str, make) -> None:
        made = 0
        while made < count[kind]:
            one = make()
            if one:
                rows.append(one)
                made += 1

    def swap() -> Example | None:
        row = chance.choice(answered)
        return swapped(
            row, asked[owner[id(row)].name] if chance.random() < 0.5 else everything, chance
        )

    def other() -> Example:
        passage = chance.choice(chance.choice(long).passages)
        return example("other", chance.choice(everything), passage)

    add("passage", lambda: other_passage(chance.choices(long, weights)[0], chance))
    add("swapped", swap)
    add("other", other)
    chance.shuffle(rows)
    return rows


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


def examples(data: Path) -> list[Example]:
    """Return all examples of a pass, and those of the kept out."""
    chance = random.Random(SEED)
    encoder = _encoder()
    found = articles(data, encoder)
    rows: list[Example] = []
    for out in (False, True):
        own = of_articles([one for one in found if (one.name in KEPT_OUT) == out], chance)
        own += of_meetings(MEETINGS if out else TRAINING)
        rows += [replace(row, kept_out=out) for row in own]
    return rows + of_dialogues(data, encoder, chance)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    packed = Packed()
    rows = examples(given.data)
    for row in rows:
        packed.add(row)
    facts = {
        "data": {
            file: hashlib.sha256((given.data / file).read_bytes()).hexdigest()
            for file in (*ARTICLES, *DIALOGUES)
        },
        "meetings": len(list(TRAINING.glob("*.txt"))),
        "kept_out": [*KEPT_OUT, "meetings/"],
        "kinds": KINDS,
        "examples_in_a_pass": Counter(row.kind for row in rows if not row.kept_out),
    }
    np.savez_compressed(given.out, facts=np.array(json.dumps(facts)), **packed.arrays())
    print(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()
