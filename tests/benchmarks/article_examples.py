"""Make examples for the reader of articles in the format of SQuAD."""

import json
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from packed import Example, example
from training_questions import ARTICLE_QUESTIONS, training_questions

from embeddings import Document, Passage, SentenceTransformerEncoder
from embeddings.chunking import chunk
from embeddings.lexical import Bm25
from embeddings.terms import rarity, stems, words
from embeddings.text.layout import lay_out

ARTICLES = ("squad-tune.json", "squadshifts-new-wiki.json", "squadshifts-amazon.json")
# How many examples of each kind for each hundred that have an answer.
NEGATIVES = {"adversarial": 50, "passage": 35, "swapped": 25, "other": 5}
MOST_OF_FILE = {"squadshifts-amazon.json": 4000}  # reviews are least like a meeting's record


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
    asked = training_questions(ARTICLE_QUESTIONS)
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
            questions += [(one.question, one.answer, one.within) for one in asked[raw["title"]]]
            title = raw["title"].replace("_", " ")
            passages = chunk(lay_out(Document(raw["title"], text, title)), encoder)
            lexical = Bm25.build([passage.text for passage in passages])
            found.append(Article(raw["title"], file, passages, lexical, questions))
    return found


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


def of_articles(used: list[Article], chance: random.Random) -> list[Example]:
    """Return examples for one pass over the articles, shuffled."""
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
