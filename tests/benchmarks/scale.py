"""Measure the search of very many passages' vectors: python tests/benchmarks/scale.py INDEX.

INDEX is a saved one of the .txt files of `tests/benchmarks/meetings`, whose questions are asked;
its vectors are resampled with noise up to each size. Memory is what the process holds; times are
the processor's, those of a query without its encoding. With `--whole` it is a whole index of each
size that is measured: INDEX's meetings many times over, with texts, word counts and word pieces'
vectors. Then the files themselves are brought up to date, too: a copy of them all is added, of
which every passage is there already, so that none is encoded. A million takes 25 GB of the disk.
`--json FILE` and `--plot FILE` write the figures.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from subprocess import check_output
from time import process_time

import numpy as np
from numpy.typing import NDArray
from tuning import MEETINGS, meeting_questions

from embeddings import (
    Document,
    Index,
    Passage,
    Retriever,
    SentenceTransformerEncoder,
    update_index,
)
from embeddings.arrays import Floats
from embeddings.chunking import searched_texts
from embeddings.counts import Counts
from embeddings.late import TokenVectors
from embeddings.lexical import Bm25
from embeddings.places import Places
from embeddings.readers import find_files
from embeddings.saved.generations import writing
from embeddings.saved.growth import put
from embeddings.stores.faiss import FaissStore

SIZES = (10_000, 100_000, 1_000_000)
NOISE = 0.6  # as far from the passage that it was made of as two passages of a topic
QUERIES = 2000
CANDIDATES = 50


def questions() -> list[str]:
    """Return questions about the meetings, in no order."""
    return random.Random(0).sample(sorted({*meeting_questions()}), QUERIES)


def resample(real: Floats, count: int, seed: int) -> Floats:
    chance = np.random.default_rng(seed)
    made = real[chance.integers(0, len(real), count)]
    width = real.shape[1]
    made += chance.standard_normal(made.shape, dtype=np.float32) * np.float32(NOISE * width**-0.5)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def build(folder: Path, real: Floats, asked: Floats, size: int) -> dict[str, float]:
    import faiss

    vectors = resample(real, size, 1)
    store = FaissStore(real.shape[1])
    began = process_time()
    store.add(vectors)
    figures = {"build_s": process_time() - began}
    _, nearest = faiss.knn(asked, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    del vectors
    found = [store.search(one, 10)[0] for one in asked]
    figures["recall@10"] = float(
        np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, nearest, strict=True)])
    )
    store.save(folder / "vectors.faiss")
    np.save(folder / "asked.npy", asked)
    more = resample(real, 1000, 3)
    began = process_time()
    store.add(more)
    figures["add_1000_s"] = process_time() - began
    figures["bytes_a_passage"] = (folder / "vectors.faiss").stat().st_size / size
    return figures


def ask(folder: Path) -> dict[str, float]:
    asked = np.load(folder / "asked.npy")
    began = process_time()
    store = FaissStore.load(folder / "vectors.faiss")
    figures = {"open_s": process_time() - began}
    times = []
    for one in asked:
        began = process_time()
        store.search(one, CANDIDATES)
        times.append(process_time() - began)
    figures["p50_ms"], figures["p99_ms"] = (np.quantile(times, (0.5, 0.99)) * 1000).tolist()
    status = Path("/proc/self/status").read_text()  # of this process alone, unlike getrusage's
    figures["memory_mb"] = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return figures


class Copies(TokenVectors):
    """Be the vectors of an index's passages several times over, kept once."""

    def __init__(self, real: TokenVectors, copies: int) -> None:
        self._real = real
        *begins, end = real.sentences.tolist()
        shifts = np.arange(copies)[:, None] * end
        self.sentences = np.append((shifts + begins).ravel(), copies * end)

    def of(self, place: int) -> NDArray[np.int8]:
        return self._real.of(place % len(self._real))

    def lengths(self, place: int) -> NDArray[np.int64]:
        return self._real.lengths(place % len(self._real))


def count_copies(texts: Sequence[str], copies: int) -> Bm25:
    """Return what `Bm25.build` would of the texts several times over, without counting each."""
    counts, size = Counts.build(texts), len(texts)
    shifts = np.repeat(np.arange(copies, dtype=np.int32) * size, len(counts.rows))
    every = Counts.sort(
        counts.columns,
        np.tile(np.repeat(np.arange(len(counts.columns)), np.diff(counts.begins)), copies),
        np.tile(counts.rows, copies) + shifts,
        np.tile(counts.times, copies),
        np.tile(counts.lengths, copies),
    )
    return Bm25([every], Places.whole(size * copies))


def build_whole(folder: Path, real: Index, size: int) -> dict[str, float]:
    copies = -(-size // real.size)
    documents: list[Document] = []
    passages: list[Passage] = []
    for copy in range(copies):
        for document in real.documents.values():
            documents.append(replace(document, id=f"{copy}/{document.id}"))
            link(folder / "meetings" / documents[-1].id)
            passages += (
                replace(one, document_id=documents[-1].id) for one in real.passages_of(document.id)
            )
    store = FaissStore(real.encoder.dimension)
    store.add(resample(real.store.vectors(range(real.size)), len(passages), 1))
    lexical, sentences = (count_copies(one, copies) for one in searched_texts(real.passages))
    tokens = Copies(real.tokens, copies)
    index = Index(documents, passages, real.encoder, store, tokens, lexical, sentences)
    files = find_files(folder / "meetings").files
    began = process_time()
    with writing(folder / "index"):  # as an update writes what it has read
        put(folder / "index", [*index.documents], index, files=files)
    figures = {"save_s": process_time() - began}
    held = sum(one.stat().st_size for one in (folder / "index").rglob("*") if one.is_file())
    return figures | {"bytes_a_passage": held / len(passages)}


def link(path: Path) -> None:
    """Let a file of the meetings stand at another path, too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(MEETINGS / path.name)


def ask_whole(folder: Path) -> dict[str, float]:
    encoder = SentenceTransformerEncoder()
    encoder.encode(["ready?"])
    began = process_time()
    index = Index.load(folder / "index", encoder=encoder)
    figures = {"open_s": process_time() - began}
    retriever = Retriever(index)
    asked = questions()
    began = process_time()
    retriever.search(asked[0])
    figures["first_s"] = process_time() - began

    def ask_all(retriever: Retriever) -> tuple[float, float]:
        times = []
        for question in asked:
            query = retriever.read(question)
            began = process_time()
            retriever.rank(query)
            times.append(process_time() - began)
        p50, p99 = (np.quantile(times, (0.5, 0.99)) * 1000).tolist()
        return p50, p99

    figures["p50_ms"], figures["p99_ms"] = ask_all(retriever)
    status = Path("/proc/self/status").read_text()
    figures["memory_mb"] = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    for path in sorted(MEETINGS.glob("*.txt")):
        link(folder / "meetings" / "new" / path.name)
    began = process_time()
    done = update_index(folder / "index", folder / "meetings", encoder=encoder)
    figures["added"] = done.index.size - index.size
    figures["add_s"] = process_time() - began
    figures["p50_then_ms"], figures["p99_then_ms"] = ask_all(Retriever(done.index))
    return figures


def plot(figures: dict[str, dict[str, float]], path: Path) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    for name in ("p50_ms", "p99_ms"):
        axes.plot([int(size) for size in figures], [one[name] for one in figures.values()], "o-")
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="milliseconds a query")
    axes.legend(["median", "99 of 100"])
    pyplot.savefig(path, dpi=120)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:  # in a process of its own, which holds nothing else
        print(json.dumps((ask_whole if options.whole else ask)(options.index)))
        raise SystemExit
    index = Index.load(options.index)
    real = index.store.vectors(range(len(index.store)))
    asked = np.stack([one.vector for one in index.encoder.encode(questions())])
    measured: dict[str, dict[str, float]] = {}
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            again = [sys.executable, __file__, scratch, "--ask"]
            if options.whole:
                own = build_whole(Path(scratch), index, size)
                again.append("--whole")
            else:
                own = build(Path(scratch), real, asked, size)
            own |= json.loads(check_output(again))
        measured[str(size)] = own
        print(size, "passages:", ", ".join(f"{name} {value:.4g}" for name, value in own.items()))
    if options.json:
        options.json.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")
    if options.plot:
        plot(measured, options.plot)
