"""Say what was measured with what: nothing in it changes between two runs of the same."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bot.evaluation.intervals import LEVEL, RESAMPLES, SEED
from bot.evaluation.questions import Question, QuestionSet
from embeddings.bert import precision
from embeddings.datatypes import Document, Passage
from embeddings.hashing import file_sha256

_ROOT = Path(__file__).parents[2]
# Those whose version can change a number, the last three with a model of one's own.
PACKAGES = (
    "meetingbot",
    "PyStemmer",
    "bm25s",
    "faiss-cpu",
    "ir-measures",
    "numpy",
    "openvino",
    "pyspellchecker",
    "pytrec-eval-terrier",
    "rapidfuzz",
    "sentencex",
    "tokenizers",
    "sentence-transformers",
    "torch",
    "transformers",
)
# What was fitted comes in these files; those of weights have their hashes.
FITTED = sorted(path for name in ("bot", "embeddings") for path in (_ROOT / name).rglob("*.json"))


def describe(
    bot: Any,
    questions: Sequence[Question],
    documents: Mapping[str, Document],
    passages: Mapping[str, Sequence[Passage]] | None,
) -> dict[str, Any]:
    """Return the facts that a figure depends on: data, model, settings and versions."""
    carried = questions if isinstance(questions, QuestionSet) else QuestionSet(tuple(questions))
    encoder = getattr(getattr(getattr(bot, "retriever", None), "index", None), "encoder", None)
    digest = hashlib.sha256()
    for name, document in sorted(documents.items()):
        digest.update(f"{name}\0{document.text}\0".encode())
    return {
        "dataset": {
            "name": carried.name,
            "format": carried.format,
            "sha256": carried.sha256,
            "questions": len(questions),
            "of_one_document": sum(one.only_document for one in questions),
        },
        "documents": {"count": len(documents), "sha256": digest.hexdigest()},
        "passages": None if passages is None else sum(len(own) for own in passages.values()),
        "bot": type(bot).__name__,
        "threshold": getattr(bot, "threshold", None),
        "encoder": getattr(encoder, "name", None),
        "encoder_sha256": getattr(encoder, "fingerprint", None),
        "reader_sha256": getattr(getattr(bot, "reader", None), "fingerprint", None),
        "fitted": {path.name: file_sha256(path) for path in FITTED},
        "precision": precision(),
        "bootstrap": {"resamples": RESAMPLES, "seed": SEED, "level": LEVEL},
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
