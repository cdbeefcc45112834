"""Train the reader: writes bot/reader.safetensors and bot/reader.json.

    python tests/benchmarks/train_reader.py general DATA --minutes 60 --out general.safetensors
    python tests/benchmarks/train_reader.py meetings DATA --minutes 25 --start general.safetensors

First on articles: half of the examples have an answer (a question of SQuAD or SQuADShifts, with the
sentence that answers it and its neighbours); the others have none: SQuAD 2.0's adversarial
questions, a passage of the same article that ranks high for the question, a question with a telling
word swapped for one of the same sort, another article's question. Then on meetings: those invented
in `training-meetings/`, with some of QMSum's and of the articles. The learning rate falls to zero
as the time runs out, so a longer run is a better one; the order of examples depends on the seed
alone. Four articles, QMSum's validation file and `meetings/` are kept out (see `tuning`).
"""

import argparse
import hashlib
import json
import random
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file as load_arrays
from safetensors.numpy import save_file
from safetensors.torch import load_file
from transformers import BertConfig, BertModel
from tuning import KEPT_OUT, SEED

from bot.evaluation import load_questions
from bot.pieces import Batch, Pieces
from bot.reader import WEIGHTS, pack, unpack
from embeddings import Document, Index, Passage, Retriever, SentenceTransformerEncoder
from embeddings.chunking import chunk
from embeddings.encoder import packaged_model
from embeddings.layout import lay_out
from embeddings.lexical import Bm25
from embeddings.terms import rarity, stems, words

ARTICLES = ("squad-tune.json", "squadshifts-new-wiki.json", "squadshifts-amazon.json")
DIALOGUES = ("qmsum-train-committee.jsonl", "qmsum-train-academic.jsonl")
TRAINING = Path(__file__).with_name("training-meetings")
LAYERS = 6
MAX_PIECES = 176  # of a question and its window, in training
BATCH = 16
RATES = {"general": 2.5e-4, "meetings": 1.5e-4}
HEAD_RATE, DECAY = 1e-3, 0.9
WARM_UP = 0.06  # of the time
DROPOUT = 0.1
WINDOWS = (0, 25, 45, 60)  # words of a sentence and its neighbours; as likely each
# How many examples of each kind for each hundred that have an answer.
NEGATIVES = {"adversarial": 25, "passage": 35, "swapped": 35, "other": 5}
MOST_OF_FILE = {"squadshifts-amazon.json": 4000}  # reviews are least like a meeting's record
# How often each question of a training meeting is asked in a pass: those that were made to mislead,
# and those that were asked as people do, in words of their own.
ROUNDS = {".questions.jsonl": 1, ".asked.jsonl": 4}


@dataclass(frozen=True)
class Example:
    """A question and a passage; `answer` is a span of the passage, None if it has none.

    With `region` the answer is somewhere in the span. `focus` is the sentence to keep when the
    passage is cut, where there is no answer.
    """

    kind: str
    question: str
    passage: str
    sentences: tuple[tuple[int, int], ...]
    answer: tuple[int, int] | None = None
    region: bool = False
    focus: int | None = None

    def window(self, chance: random.Random) -> "Example":
        """Keep the sentence of the answer, or the most alike, with some of its neighbours."""
        if not self.sentences:
            return self  # cut already
        most = chance.choice(WINDOWS)
        first = self.focus
        if self.answer and not self.region:
            a, b = self.answer
            held = [n for n, (x, y) in enumerate(self.sentences) if x < b and y > a]
            if not held:
                return self
            first, last = held[0], held[-1]
        else:
            if first is None:
                asked = set(stems(self.question))
                inside = [
                    n
                    for n, (x, y) in enumerate(self.sentences)
                    if not self.answer or (x < self.answer[1] and y > self.answer[0])
                ]
                alike = [
                    len(asked & set(stems(self.passage[x:y]))) + chance.random()
                    for x, y in (self.sentences[n] for n in inside)
                ]
                first = inside[int(np.argmax(alike))]
            last = first
        while True:
            grown = [(first - 1, last), (first, last + 1)]
            chance.shuffle(grown)
            for lower, upper in grown:
                if lower >= 0 and upper < len(self.sentences):
                    wide = self.passage[self.sentences[lower][0] : self.sentences[upper][1]]
                    if len(wide.split()) <= most:
                        first, last = lower, upper
                        break
            else:
                break
        a, b = self.sentences[first][0], self.sentences[last][1]
        answer = None
        if self.answer:
            answer = (max(0, self.answer[0] - a), min(b - a, self.answer[1] - a))
        return Example(self.kind, self.question, self.passage[a:b], (), answer, self.region)


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
    return Example(
        kind,
        question,
        passage.text,
        tuple((one.start - base, one.end - base) for one in passage.sentences),
        answer and (answer[0] - base, answer[1] - base),
    )


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
    text, held = row.question, set(stems(row.passage))
    known = [word for word in words(text) if word.stem in held]
    if not known:
        return None
    target = max(chance.sample(known, min(2, len(known))), key=lambda word: rarity(word.stem))
    old = text[target.start : target.end]
    for _ in range(40):
        other = chance.choice(pool)
        for word in words(other)[1:]:
            new = other[word.start : word.end]
            if word.stem and word.stem not in held and sort_of(new) == sort_of(old):
                asked = text[: target.start] + new + text[target.end :]
                # The window is chosen around the answer that the question no longer has.
                kept = row.window(chance)
                return replace(kept, kind="swapped", question=asked, answer=None, region=False)
    return None


def of_articles(found: list[Article], chance: random.Random) -> list[Example]:
    """Return examples for one pass over the articles, shuffled."""
    used = [article for article in found if article.name not in KEPT_OUT]
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


def of_meetings(encoder: SentenceTransformerEncoder, chance: random.Random) -> list[Example]:
    """Return examples for one pass over invented meetings: what ranks high, right or wrong."""
    rows: list[Example] = []
    for path in sorted(TRAINING.glob("*.txt")):
        document = Document(path.name, path.read_text("utf-8"))
        retriever = Retriever(Index.build([document], encoder=encoder))
        asked = [
            (question, rounds)
            for suffix, rounds in ROUNDS.items()
            if path.with_suffix(suffix).exists()
            for question in load_questions(path.with_suffix(suffix))
        ]
        for question, rounds in asked:
            hits = retriever.search(question.question, 10)
            gold = [str(one) for one in question.evidence]
            ranked = sorted(
                ((s.score, hit, s) for hit in hits for s in hit.sentences),
                key=lambda found: -found[0],
            )
            wrong, seen = [], set()
            for _, hit, sentence in ranked:
                if sentence.start in seen:
                    continue
                seen.add(sentence.start)
                if not any(_overlap(sentence.text, one) for one in gold):
                    place = [one.start for one in hit.passage.sentences].index(sentence.start)
                    wrong.append(
                        replace(
                            example(question.kind or "passage", question.question, hit.passage),
                            focus=place,
                        )
                    )
            if question.evidence:
                rows += [_answered(question, document.text, hits) for _ in range(rounds)]
                wrong = [_without(row, gold) for row in wrong]
                rows += [chance.choice(wrong[:4]) for _ in range(rounds // 2)]
            else:
                rows += wrong[: min(2, rounds)]
                rows += [chance.choice(wrong[:3]) for _ in range(rounds - 2)]
    chance.shuffle(rows)
    return [row for row in rows if row]


def _without(row: Example, gold: list[str]) -> Example:
    """Leave out what holds the answer, and what lies beyond it from the sentence in focus."""
    held = [any(_overlap(row.passage[a:b], one) for one in gold) for a, b in row.sentences]
    first = last = row.focus
    while first > 0 and not held[first - 1]:
        first -= 1
    while last + 1 < len(held) and not held[last + 1]:
        last += 1
    return replace(row, sentences=row.sentences[first : last + 1], focus=row.focus - first)


def _overlap(sentence: str, gold: str) -> bool:
    return sentence.strip() in gold or gold.strip() in sentence


def _answered(question, text: str, hits) -> Example | None:
    start = text.index(str(question.evidence[0]))
    end = start + len(str(question.evidence[0]))
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


class Network(torch.nn.Module):
    """What `bot.reader` runs, to be trained: the packaged model's layers and an untrained head."""

    def __init__(self) -> None:
        super().__init__()
        folder = packaged_model()
        config = BertConfig.from_pretrained(str(folder))
        config._attn_implementation = "eager"
        self.bert = BertModel(config, add_pooling_layer=False)
        states = load_file(str(folder / "model.safetensors"))
        wanted = self.bert.state_dict()
        self.bert.load_state_dict({name: states[name] for name in wanted if name in states})
        self.bert.embeddings.requires_grad_(False)
        self.shared = torch.nn.Parameter(torch.zeros(2, config.hidden_size))
        self.head = torch.nn.Linear(config.hidden_size, 2)

    def forward(self, batch: Batch) -> torch.Tensor:
        """Return scores (rows, pieces, 2) of start and end; what cannot be one has -1e4."""
        ids, marked, mask = (torch.from_numpy(one).long() for one in batch.inputs())
        none = torch.zeros_like(self.shared[:1])
        marks = torch.cat([none, self.shared[:1], none, self.shared[1:]])[marked]
        hidden = self.bert(
            inputs_embeds=self.bert.embeddings.word_embeddings(ids) + marks,
            token_type_ids=marked // 2,
            attention_mask=mask,
        ).last_hidden_state
        allowed = torch.from_numpy(batch.readable.copy())
        allowed[:, 0] = True
        return self.head(hidden).masked_fill(~allowed[:, :, None], -1e4)

    def trained(self) -> dict[str, np.ndarray]:
        """Return the weights that are not the packaged model's own."""
        return {
            name.removeprefix("bert."): value.detach().numpy()
            for name, value in self.state_dict().items()
            if "embeddings." not in name
        }

    def start_from(self, path: Path) -> None:
        """Take the weights of a file that `save` wrote."""
        for name, value in unpack(load_arrays(path)).items():
            own = self.get_parameter(name if name[0] in "hs" else f"bert.{name}")
            own.data = torch.from_numpy(np.ascontiguousarray(value))


def as_typed(question: str, chance: random.Random) -> str:
    """Return the question as people type it: now and then without capitals or question mark."""
    if chance.random() < 0.3:
        question = question.rstrip("? ")
    return question.lower() if chance.random() < 0.2 else question


def loss_of(logits: torch.Tensor, batch: Batch, rows: list[Example]) -> torch.Tensor:
    """Return the mean loss of start and end; where the answer is a region, of any span in it."""
    chances = torch.log_softmax(logits, dim=1)
    losses = []
    for number, row in enumerate(rows):
        if row.answer is None:
            losses.append(-chances[number, 0].sum() / 2)
            continue
        start, end = row.answer
        spans = batch.spans[number]
        held = np.flatnonzero(batch.readable[number] & (spans[:, 0] < end) & (spans[:, 1] > start))
        if not len(held):
            continue
        if row.region:
            losses.append(-torch.logsumexp(chances[number, held], dim=0).sum() / 2)
        else:
            losses.append(-(chances[number, held[0], 0] + chances[number, held[-1], 1]) / 2)
    return torch.stack(losses).mean()


def optimizer(network: torch.nn.Module, peak: float) -> torch.optim.Optimizer:
    groups = []
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            layer = re.search(r"layer\.(\d+)\.", name)
            rate = peak * DECAY ** (LAYERS - 1 - int(layer[1])) if layer else HEAD_RATE
            decay = 0.01 if parameter.ndim > 1 and layer else 0.0
            groups.append({"params": [parameter], "lr": rate, "weight_decay": decay, "peak": rate})
    return torch.optim.AdamW(groups)


def save(network: Network, path: Path, facts: dict[str, object]) -> None:
    """Write what was trained, a byte a weight, and the facts beside it."""
    save_file(pack(network.trained()), str(path))
    path.chmod(0o644)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(
        json.dumps({"sha256": digest, **facts}, indent=1) + "\n", "utf-8"
    )


def examples(stage: str, data: Path, chance: random.Random) -> list[Example]:
    encoder = SentenceTransformerEncoder()
    rows = of_articles(articles(data, encoder), chance)
    if stage == "meetings":
        dialogues = of_dialogues(data, encoder, chance)
        own = of_meetings(encoder, chance)
        rows = own + dialogues[: len(own) // 6] + rows[: len(own) // 4]
        chance.shuffle(rows)
    return rows


def train(
    stage: str, data: Path, minutes: float, out: Path, threads: int, start: Path | None, seed: int
) -> None:
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    chance = random.Random(seed)
    rows = examples(stage, data, chance)
    kinds = Counter(row.kind for row in rows)
    print(len(rows), dict(kinds), flush=True)
    network, pieces = Network(), Pieces(MAX_PIECES)
    if start:
        network.start_from(start)
    network.train()
    for name, module in network.named_modules():
        if isinstance(module, torch.nn.Dropout):
            # Of attention it would take a tenth of the time.
            module.p = 0.0 if "attention.self" in name else DROPOUT
    adam = optimizer(network, RATES[stage])
    facts: dict[str, object] = {
        "layers": LAYERS,
        "base": "all-MiniLM-L6-v2",
        "seed": seed,
        "settings": {
            "stage": stage,
            "minutes": minutes,
            "threads": threads,
            "batch": BATCH,
            "rate": RATES[stage],
            "head_rate": HEAD_RATE,
            "layer_decay": DECAY,
            "warm_up": WARM_UP,
            "dropout": DROPOUT,
        },
        "data": {
            file: hashlib.sha256((data / file).read_bytes()).hexdigest()
            for file in (*ARTICLES, *(DIALOGUES if stage == "meetings" else ()))
        },
        "kept_out": KEPT_OUT,
        "examples_in_a_pass": dict(kinds),
    }
    if start:
        facts["start"] = json.loads(start.with_suffix(".json").read_text("utf-8"))
    curve: list[dict[str, float]] = []
    begun = saved = time.monotonic()
    step = 0
    place = 0
    recent: list[float] = []
    queue: list[list[Example]] = []
    while True:
        now = time.monotonic()
        part = (now - begun) / 60 / minutes
        if part >= 1:
            break
        if not queue:
            taken = [rows[(place + i) % len(rows)].window(chance) for i in range(BATCH * 12)]
            place += len(taken)
            taken.sort(key=lambda row: len(row.question) + len(row.passage))
            queue = [taken[i : i + BATCH] for i in range(0, len(taken), BATCH)]
            chance.shuffle(queue)
        own = queue.pop()
        asked = [as_typed(row.question, chance) for row in own]
        batch = pieces.batch(asked, [row.passage for row in own])
        for group in adam.param_groups:
            group["lr"] = group["peak"] * min(part / WARM_UP, (1 - part) / (1 - WARM_UP))
        loss = loss_of(network(batch), batch, own)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        adam.step()
        adam.zero_grad()
        step += 1
        recent.append(loss.item())
        if step % 100 == 0:
            curve.append(
                {
                    "minute": round((time.monotonic() - begun) / 60, 1),
                    "examples": step * BATCH,
                    "loss": round(float(np.mean(recent)), 3),
                }
            )
            print(curve[-1], flush=True)
            recent = []
        if time.monotonic() - saved > 300:
            saved = time.monotonic()
            save(network, out, {**facts, "examples": step * BATCH, "curve": curve})
    save(network, out, {**facts, "examples": step * BATCH, "curve": curve})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=("general", "meetings"))
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument("--seed", type=int, default=SEED, help="of examples and their order")
    given = parser.parse_args()
    train(given.stage, given.data, given.minutes, given.out, given.threads, given.start, given.seed)


if __name__ == "__main__":
    main()
