"""Train a question's aims: writes embeddings/aims.safetensors and embeddings/aims.json.

    python tests/benchmarks/train_aims.py DATA

For each question the sentences that rank first without aims, and those that answer it, are weighed
by a softmax over the sum of that ranking and of the aims' matches (ListNet's top-one loss): so the
aims learn what the ranking lacks. The encoder stays as it is. Half an hour of two cores.
"""

import hashlib
import json
import random
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from tuning import SEED, Learnt, compared, learnt

from embeddings import Index, Retriever, SentenceTransformerEncoder
from embeddings.aims import HEADS, WEIGHTS
from embeddings.ranking import WITHOUT_AIMS, weights

PASSES, BATCH, RATE = 3, 48, 5e-4
DROPOUT, DROPPED_PIECES, DECAY, WARM_UP = 0.2, 0.1, 0.05, 0.05
BEST, GOLDEN = 14, 4  # sentences that rank first, and at most so many more that answer
AIMS, WIDTH, INNER, PIECES = 8, 384, 768, 64
EVENNESS = 0.7  # a corpus is asked by its size to this power
NAMES = {
    "learnt": "learnt",
    "attention.in": "layer.self_attn.in_proj_",
    "attention.out": "layer.self_attn.out_proj.",
    "attention.norm": "layer.norm1.",
    "feed.in": "layer.linear1.",
    "feed.out": "layer.linear2.",
    "feed.norm": "layer.norm2.",
    "turn": "turn.",
    "share": "share.",
}


@dataclass(frozen=True)
class Asked:
    """A question's word pieces and its sentences: their vectors, scores, and which answer."""

    corpus: str
    pieces: np.ndarray  # (n, width), half precision
    vectors: list[np.ndarray]  # of each sentence's word pieces, bytes
    scores: np.ndarray  # (sentences,)
    golden: np.ndarray  # (sentences,)


@cache
def _encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


def asked(one: Learnt) -> list[Asked]:
    index = Index.build([one.document], encoder=_encoder())
    retriever, tokens = Retriever(index), index.tokens
    parts = [tokens.vectors[a:b] for a, b in zip(tokens.rows, tokens.rows[1:], strict=False)]
    rows = []
    for question in one.questions:
        found = compared(retriever, question)
        scores, answers = found.signals[:, :WITHOUT_AIMS] @ weights(WITHOUT_AIMS), found.golden
        order = np.argsort(-scores, kind="stable")[:BEST]
        more = np.setdiff1d(np.flatnonzero(answers), order)[:GOLDEN]
        kept = np.concatenate([order, more])
        if not answers[kept].any() or answers[kept].all():
            continue
        first = tokens.sentences[np.asarray(found.places)]
        sentences = first[found.matches.owner] + found.matches.member
        rows.append(
            Asked(
                one.name.partition(":")[0],
                found.query.encoded.tokens[:PIECES].astype(np.float16),
                [parts[number] for number in sentences[kept]],
                scores[kept].astype(np.float32),
                answers[kept],
            )
        )
    return rows


class Aims(torch.nn.Module):
    """What `embeddings.aims` runs, and how much it counts beside the ranking."""

    def __init__(self) -> None:
        super().__init__()
        self.learnt = torch.nn.Parameter(torch.randn(AIMS, WIDTH) * 0.05)
        self.layer = torch.nn.TransformerEncoderLayer(
            WIDTH, HEADS, INNER, DROPOUT, batch_first=True, norm_first=True
        )
        self.turn, self.share = torch.nn.Linear(WIDTH, WIDTH), torch.nn.Linear(WIDTH, 1)
        for zero in (self.turn.weight, self.turn.bias, self.share.weight):
            torch.nn.init.zeros_(zero)
        self.of_ranking = torch.nn.Parameter(torch.tensor(20.0))
        self.of_aims = torch.nn.Parameter(torch.tensor(10.0))

    def forward(self, pieces: torch.Tensor, there: torch.Tensor) -> tuple[torch.Tensor, ...]:
        count = len(pieces)
        given = torch.cat([pieces, self.learnt.expand(count, -1, -1)], 1)
        there = torch.cat([there, torch.ones(count, AIMS, dtype=torch.bool)], 1)
        x = self.layer(given, src_key_padding_mask=~there)
        turned = torch.nn.functional.normalize(given + self.turn(x), dim=-1)
        shares = self.share(x).squeeze(-1).masked_fill(~there, -1e9).softmax(-1)
        return turned, shares


def loss_of(network: Aims, rows: list[Asked]) -> torch.Tensor:
    count, longest = len(rows), max(len(row.pieces) for row in rows)
    sentences = max(len(row.scores) for row in rows)
    pieces, there = torch.zeros(count, longest, WIDTH), torch.zeros(count, longest) > 0
    scores = torch.full((count, sentences), -1e9)
    answers = torch.zeros(count, sentences) > 0
    read = [np.concatenate(row.vectors).astype(np.float32) for row in rows]
    most = max(map(len, read))
    vectors = torch.zeros(count, most, WIDTH)
    owner = torch.full((count, most), sentences)
    for n, (row, own) in enumerate(zip(rows, read, strict=True)):
        pieces[n, : len(row.pieces)] = torch.from_numpy(row.pieces.astype(np.float32))
        there[n, : len(row.pieces)] = True
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        vectors[n, : len(own)] = torch.from_numpy(own)
        lengths = [len(one) for one in row.vectors]
        owner[n, : len(own)] = torch.from_numpy(np.repeat(np.arange(len(lengths)), lengths))
        scores[n, : len(lengths)] = torch.from_numpy(row.scores)
        answers[n, : len(lengths)] = torch.from_numpy(row.golden)
    dropped = torch.rand(there.shape) < DROPPED_PIECES
    dropped[:, 0] = False
    turned, shares = network(pieces, there & ~dropped)
    cosines = turned @ vectors.transpose(1, 2)
    best = torch.full((*cosines.shape[:2], sentences + 1), -1.0).scatter_reduce(
        2, owner[:, None].expand_as(cosines), cosines, "amax"
    )
    matches = (best[:, :, :sentences] * shares[:, :, None]).sum(1)
    summed = network.of_ranking * scores.clamp_min(-1) + network.of_aims * matches
    chances = summed.masked_fill(scores < -1e8, -1e9).log_softmax(-1)
    return -chances.masked_fill(~answers, -1e9).logsumexp(-1).mean()


def train(rows: list[Asked]) -> tuple[Aims, list[float]]:
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    by_corpus = {name: [row for row in rows if row.corpus == name] for name in _sizes(rows)}
    often = [len(own) ** EVENNESS for own in by_corpus.values()]
    network = Aims()
    factors = [network.of_ranking, network.of_aims]
    others = [one for one in network.parameters() if all(one is not two for two in factors)]
    groups = [
        {"params": others, "peak": RATE, "weight_decay": DECAY},
        {"params": factors, "peak": 0.05, "weight_decay": 0.0},
    ]
    adam = torch.optim.AdamW(groups)
    steps, curve, recent = PASSES * len(rows) // BATCH, [], []
    for step in range(steps):
        part = step / steps
        for group in adam.param_groups:
            group["lr"] = group["peak"] * min(part / WARM_UP, (1 - part) / (1 - WARM_UP))
        chosen = chance.choices(list(by_corpus.values()), often, k=BATCH)
        loss = loss_of(network, [chance.choice(own) for own in chosen])
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        adam.step()
        recent.append(float(loss.detach()))
        if len(recent) == 100:
            curve.append(round(float(np.mean(recent)), 3))
            print(step + 1, "of", steps, curve[-1], flush=True)
            recent = []
    return network, curve


def _sizes(rows: list[Asked]) -> dict[str, int]:
    return dict(sorted(Counter(row.corpus for row in rows).items()))


def main() -> None:
    documents = [one for one in learnt(Path(sys.argv[1])) if not one.apart]
    with ProcessPoolExecutor() as pool:
        rows = [row for own in pool.map(asked, documents) for row in own]
    print(len(documents), "documents", _sizes(rows), flush=True)
    network, curve = train(rows)
    held = network.state_dict()
    packed = {"learnt": held["learnt"]}
    for name, own in NAMES.items():
        for kind in ("weight", "bias"):
            if f"{own}{kind}" in held:
                packed[f"{name}.{kind}"] = held[f"{own}{kind}"]
    save_file({name: one.numpy().astype(np.float16) for name, one in packed.items()}, str(WEIGHTS))
    WEIGHTS.chmod(0o644)
    facts = {
        "sha256": hashlib.sha256(WEIGHTS.read_bytes()).hexdigest(),
        "seed": SEED,
        "settings": {
            "passes": PASSES,
            "batch": BATCH,
            "rate": RATE,
            "dropout": DROPOUT,
            "dropped_pieces": DROPPED_PIECES,
            "decay": DECAY,
            "warm_up": WARM_UP,
            "evenness": EVENNESS,
        },
        "documents": len(documents),
        "questions": _sizes(rows),
        "curve": curve,
    }
    WEIGHTS.with_suffix(".json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
