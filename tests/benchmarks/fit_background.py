"""Count in how many general English texts each stem occurs: writes embeddings/background.json.

    python tests/benchmarks/fit_background.py DATA

DATA is a folder with SQuAD-format .json and QMSum .jsonl files; every paragraph, every question and
every run of ten turns is a text. Only counts are kept, of stems in at least four texts.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from embeddings.terms import BACKGROUND, stems

FEWEST_TEXTS = 4


def texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.json")):
        for article in json.loads(path.read_text("utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                yield paragraph["context"]
                yield from (row["question"] for row in paragraph["qas"][::2])
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            turns = [turn["content"] for turn in json.loads(line)["meeting_transcripts"]]
            yield from (" ".join(turns[at : at + 10]) for at in range(0, len(turns), 10))


def main() -> None:
    counts: Counter[str] = Counter()
    total = 0
    for text in texts(Path(sys.argv[1])):
        total += 1
        counts.update(set(stems(text)))
    kept = {stem: count for stem, count in sorted(counts.items()) if count >= FEWEST_TEXTS}
    BACKGROUND.write_text(
        json.dumps({"texts": total, "stems": kept}, ensure_ascii=False, indent=0), "utf-8"
    )
    print(f"{total:,} texts, {len(kept):,} stems of {len(counts):,} kept in {BACKGROUND}")


if __name__ == "__main__":
    main()
