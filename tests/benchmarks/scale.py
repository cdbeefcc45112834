"""Measure the search of very many passages' vectors: python tests/benchmarks/scale.py INDEX.

INDEX is a saved index, whose vectors are resampled with noise up to each size. Memory is what the
process holds; times of a query are without its encoding. `--json FILE` and `--plot FILE` write the
figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from subprocess import check_output
from time import perf_counter, process_time

import numpy as np

from embeddings import Index
from embeddings.encoder import Floats
from embeddings.stores.faiss import FaissStore

SIZES = (10_000, 100_000, 1_000_000)
NOISE = 0.6  # as far from the passage that it was made of as two passages of a topic
QUERIES = 500
CANDIDATES = 50


def resample(real: Floats, count: int, seed: int) -> Floats:
    chance = np.random.default_rng(seed)
    made = real[chance.integers(0, len(real), count)]
    width = real.shape[1]
    made += chance.standard_normal(made.shape, dtype=np.float32) * np.float32(NOISE * width**-0.5)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def build(folder: Path, real: Floats, size: int) -> dict[str, float]:
    vectors, asked = resample(real, size, 1), resample(real, 100, 2)
    store = FaissStore(real.shape[1])
    began = process_time()
    store.add(vectors)
    figures = {"build_s": process_time() - began}
    nearest = np.argpartition(-(asked @ vectors.T), 10, axis=1)[:, :10]
    del vectors
    found = [store.search(one, 10)[0] for one in asked]
    figures["recall@10"] = float(
        np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, nearest, strict=True)])
    )
    store.save(folder / "vectors.faiss")
    np.save(folder / "asked.npy", resample(real, QUERIES, 4))
    more = resample(real, 1000, 3)
    began = process_time()
    store.add(more)
    figures["add_1000_s"] = process_time() - began
    figures["bytes_a_passage"] = (folder / "vectors.faiss").stat().st_size / size
    return figures


def ask(folder: Path) -> dict[str, float]:
    asked = np.load(folder / "asked.npy")
    began = perf_counter()
    store = FaissStore.load(folder / "vectors.faiss")
    figures = {"open_s": perf_counter() - began}
    times = []
    for one in asked:
        began = perf_counter()
        store.search(one, CANDIDATES)
        times.append(perf_counter() - began)
    figures["p50_ms"], figures["p99_ms"] = (np.quantile(times, (0.5, 0.99)) * 1000).tolist()
    status = Path("/proc/self/status").read_text()  # of this process alone, unlike getrusage's
    figures["memory_mb"] = int(status.partition("VmHWM:")[2].split()[0]) / 1024
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
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:  # in a process of its own, which holds nothing else
        print(json.dumps(ask(options.index)))
        raise SystemExit
    index = Index.load(options.index)
    real = index.store.vectors(range(len(index.store)))
    measured: dict[str, dict[str, float]] = {}
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            own = build(Path(scratch), real, size)
            own |= json.loads(check_output([sys.executable, __file__, scratch, "--ask"]))
        measured[str(size)] = own
        print(size, "passages:", ", ".join(f"{name} {value:.4g}" for name, value in own.items()))
    if options.json:
        options.json.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")
    if options.plot:
        plot(measured, options.plot)
