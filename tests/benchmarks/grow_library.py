"""Measure what one more meeting costs: python tests/benchmarks/grow_library.py QMSUM.jsonl.

The meetings of a QMSum file are written out as transcripts and indexed, all but one; then the last
is added.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bot.progress import passages_progress
from embeddings import Index, SentenceTransformerEncoder, update_index


def write_transcripts(data: Path, folder: Path) -> list[Path]:
    paths = []
    for number, line in enumerate(data.read_text("utf-8").splitlines(), 1):
        turns = json.loads(line)["meeting_transcripts"]
        paths.append(folder / f"meeting-{number:02}.txt")
        said = (f"{turn['speaker']}: {turn['content']}" for turn in turns)
        paths[-1].write_text("\n".join(said), "utf-8")
    return paths


def main(data: Path) -> None:
    encoder = SentenceTransformerEncoder()
    encoder.encode(["The model is loaded before the clock starts."])
    with tempfile.TemporaryDirectory() as scratch:
        folder, index = Path(scratch, "meetings"), Path(scratch, "index")
        folder.mkdir()
        *_, last = write_transcripts(data, folder)
        held_back = last.read_bytes()
        last.unlink()
        seconds = []
        for content in (None, held_back):
            if content:
                last.write_bytes(content)
            began = perf_counter()
            with passages_progress() as progress:
                update = update_index(index, folder, encoder=encoder, progress=progress)
            seconds.append(perf_counter() - began)
            print(f"{update}, {len(update.index.passages)} passages: {seconds[-1]:.1f} s")
        size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
        print(f"one more costs {seconds[1] / seconds[0]:.1%} of the first build")
        began = perf_counter()
        Index.load(index, encoder=encoder)
        print(f"{size / 1e6:.0f} MB opened in {perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
