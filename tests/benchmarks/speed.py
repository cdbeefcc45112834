"""Measure start, indexing and asking against plain scripts: python tests/benchmarks/speed.py FILE.

    pip install langchain-community langchain-text-splitters

FILE is a QMSum .jsonl file. All use the same weights and transcripts; every round runs each of them
once, so that what else the machine does falls on all. Times are the processor's, summed over
threads, which somebody else's work does not change; the ratios are of the medians.
`--json FILE` and `--plot FILE` write the figures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import process_time

import numpy as np

from bot.bot import Bot
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

QUESTION = "What was agreed on the budget?"
WORDS, OVERLAP = 100, 20
CHUNK, CHUNK_OVERLAP = 500, 50
AT_ONCE = 32
PLAIN = """
import sys
import faiss, numpy as np
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu")
index = faiss.read_index(sys.argv[2])
print(index.search(model.encode([sys.argv[3]]), 5))
"""


def seconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def seconds_of(*command: object) -> float:
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *map(str, command)], check=True, capture_output=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def transcripts(data: Path, count: int) -> list[Document]:
    documents = []
    for number, line in enumerate(data.read_text("utf-8").splitlines()[:count], 1):
        turns = json.loads(line)["meeting_transcripts"]
        said = "\n".join(f"{turn['speaker']}: {turn['content']}" for turn in turns)
        documents.append(Document(f"meeting-{number}", said[:40_000]))
    return documents


def gemm() -> float:
    """Return what one multiplication of the encoder's shape reaches, in operations a second."""
    left = np.ones((2048, 384), dtype=np.float32)
    right = np.ones((384, 1536), dtype=np.float32)
    return 2 * 2048 * 384 * 1536 / min(seconds(lambda: left @ right) for _ in range(30))


def measure(data: Path, meetings: int, rounds: int) -> dict[str, float]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformerEncoder()
    plain = SentenceTransformer(str(ours.path), device="cpu", local_files_only=True)
    documents = transcripts(data, meetings)
    words = sum(len(one.text.split()) for one in documents)
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=CHUNK_OVERLAP)

    def index_plainly() -> None:
        said = [one.text.split() for one in documents]
        step = WORDS - OVERLAP
        plain.encode([" ".join(s[at : at + WORDS]) for s in said for at in range(0, len(s), step)])

    def index_by_langchain() -> None:
        plain.encode([chunk for one in documents for chunk in splitter.split_text(one.text)])

    bot = Bot(Retriever(Index.build(documents[:1], encoder=ours)))
    threads = ThreadPoolExecutor(AT_ONCE)  # kept, as a server keeps its own

    ways = {
        "index": lambda: Index.build(documents, encoder=ours),
        "index_plain": index_plainly,
        "index_langchain": index_by_langchain,
        "question": lambda: [ours.encode([QUESTION]) for _ in range(AT_ONCE)],
        "question_plain": lambda: [plain.encode([QUESTION]) for _ in range(AT_ONCE)],
        "question_together": lambda: [*threads.map(ours.encode, [[QUESTION]] * AT_ONCE)],
        "answer": lambda: [bot.ask(QUESTION) for _ in range(AT_ONCE)],
        "answer_together": lambda: [*threads.map(bot.ask, [QUESTION] * AT_ONCE)],
    }
    times: dict[str, list[float]] = {name: [] for name in [*ways, "ask", "ask_plain"]}
    operations: list[float] = []
    for name in ("question_plain", "answer_together"):
        ways[name]()  # loads the models
    with tempfile.TemporaryDirectory() as scratch:
        bot.retriever.index.save(scratch)
        (vectors,) = Path(scratch).rglob("vectors.faiss")
        for _ in range(rounds):
            for name, work in ways.items():
                times[name].append(seconds(work))
            asked = ("-m", "bot", "ask", QUESTION, "--index", scratch)
            times["ask"].append(seconds_of(*asked))
            times["ask_plain"].append(seconds_of("-c", PLAIN, ours.path, vectors, QUESTION))
            operations.append(gemm())
    figures = {name: median(own) for name, own in times.items()}
    for name in ("index", "index_plain", "index_langchain"):
        figures[f"words_a_second.{name}"] = words / figures[name]
    for name in ways:
        if not name.startswith("index"):
            figures[name] /= AT_ONCE
    return figures | ratios(figures) | {"gemm_gflops": max(operations) / 1e9}


def ratios(figures: dict[str, float]) -> dict[str, float]:
    return {
        "ratio.ask": figures["ask"] / figures["ask_plain"],
        "ratio.index_over_plain": figures["index_plain"] / figures["index"],
        "ratio.index_over_langchain": figures["index_langchain"] / figures["index"],
        "ratio.question": figures["question"] / figures["question_plain"],
        "ratio.questions_together": figures["question"] / figures["question_together"],
        "ratio.answers_together": figures["answer"] / figures["answer_together"],
    }


def plot(figures: dict[str, float], path: Path) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    shown = {name: value for name, value in figures.items() if name.startswith("ratio.")}
    _, axes = pyplot.subplots(figsize=(7, 3), layout="constrained")
    bars = axes.barh([name.removeprefix("ratio.") for name in shown], list(shown.values()))
    axes.bar_label(bars, fmt="%.2f")
    axes.axvline(1, color="grey")
    axes.set_xlabel("ask, question: less is faster; index, together: more is faster")
    pyplot.savefig(path, dpi=120)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--meetings", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    found = measure(options.data, options.meetings, options.rounds)
    for name, value in found.items():
        print(f"{name:32} {value:10.3f}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    if options.plot:
        plot(found, options.plot)
