"""Measure a library in Milvus: python tests/benchmarks/shared.py http://host:19530#NAME.

The invented meetings are written to a library that is not there yet, each COPIES times over: of
copies that are read together only one is encoded, so that it is mostly writing that is measured.
`--ray ADDRESS` does it on a cluster. Then their questions are asked; times of a query are without
its encoding. Times are the clock's; of writing this process's own are told, too.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from tuning import MEETINGS, meeting_questions

from embeddings import Retriever, SentenceTransformerEncoder
from embeddings.shared.bulk import update_shared

COPIES = 21
QUERIES = 200


def write(url: str, copies: int, cluster: str | None, encoder: SentenceTransformerEncoder) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(MEETINGS.glob("*.txt")):
            for copy in range(copies):
                Path(folder, f"{path.stem}-{copy:04}.txt").write_bytes(path.read_bytes())
        began, own = perf_counter(), process_time()
        update = update_shared(url, folder, encoder=encoder, cluster=cluster)
        seconds, own = perf_counter() - began, process_time() - own
    size = update.index.size
    print(f"{update}; {size} passages: {size / seconds:.0f} a second, {size / own:.0f} of its own")
    retriever = Retriever(update.index)
    questions = meeting_questions()
    times = []
    for question in questions[:: len(questions) // QUERIES]:
        query = retriever.read(question)
        began = perf_counter()
        retriever.rank(query)
        times.append(perf_counter() - began)
    p50, p99 = np.quantile(times, (0.5, 0.99)) * 1000
    print(f"{len(times)} questions: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--copies", type=int, default=COPIES)
    parser.add_argument("--ray")
    options = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    encoder.encode(["The model is loaded before the clock starts."])
    write(options.url, options.copies, options.ray, encoder)
