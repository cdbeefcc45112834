"""What a passage is in Milvus: a row with everything that finding, ranking and citing it need."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np

from embeddings.datatypes import NOWHERE, Document
from embeddings.encoder import Encoder
from embeddings.index import Index
from embeddings.late import TokenVectors
from embeddings.saved.forms import FORMAT, form_of, whole_form
from embeddings.stores.faiss import FaissStore
from embeddings.stores.milvus_connection import Row
from embeddings.terms import stems
from embeddings.text.times import day, seconds

_STRINGS = {"datatype": "ARRAY", "element_type": "VARCHAR", "max_length": 1024}
_INTEGER = {"datatype": "INT64"}
_TEXT = {"datatype": "VARCHAR"}
FIELDS = (
    ("source", {**_TEXT, "max_length": 64}),  # hash of the document's text and marks
    ("document", {**_TEXT, "max_length": 4096}),
    ("start", _INTEGER),
    ("day", _INTEGER),  # of the document, counted from the year 1; 0 if it has no date
    ("first", _INTEGER),  # seconds into a recording, of its sentences; -1 if they have no time
    ("last", _INTEGER),
    ("speakers", {**_STRINGS, "max_capacity": 256}),  # without case
    ("stems", {**_STRINGS, "max_capacity": 4096}),  # each once; `words` has them as they follow
    ("words", _TEXT),
    ("passage", _TEXT),  # JSON: its text, its sentences, and the marks that hold in it
)
_LONGEST_STEM = 256
# Characters of base64 that a field of text holds.
_FIELD = 65_532


def token_fields(encoder: Encoder) -> list[str]:
    """Return the names of the fields that a passage's token vectors take, as base64."""
    characters = 4 * -(-encoder.max_tokens * encoder.dimension // 3)
    return [f"tokens{number}" for number in range(-(-characters // _FIELD))]


def source_of(document: Document) -> str:
    """Return the hash of all that a document is: what its rows and its text are known by."""
    return hashlib.sha256(json.dumps([FORMAT, form_of(document)]).encode()).hexdigest()[:32]


def row_of(index: Index, place: int, source: str, encoder: Encoder) -> Row:
    """Return the row of the passage at a place, but for its vector; `source` is its document's."""
    passage = index.passages[place]
    document = index.documents[passage.document_id]
    tokens = index.tokens.only(place)
    packed = base64.b64encode(tokens.vectors.tobytes()).decode()
    marks = [document.mark(one.start) for one in passage.sentences]
    times = [seconds(mark.time) for mark in marks if mark.time]
    found = stems(passage.headed(passage.text))
    held = {
        **whole_form(passage),
        "marks": [asdict(mark) for mark in dict.fromkeys(marks) if mark is not NOWHERE],
        "rows": tokens.rows.tolist(),
        "headed": int(tokens.headed[0]),
    }
    dated = day(document.date)
    hashed = hashlib.sha256(f"{source}:{passage.id}".encode()).digest()
    return {
        "id": int.from_bytes(hashed[:8], "big") >> 1,
        "source": source,
        "document": document.id,
        "start": passage.start,
        "day": dated.toordinal() if dated else 0,
        "first": min(times, default=-1),
        "last": max(times, default=-1),
        "speakers": sorted({mark.speaker.casefold() for mark in marks if mark.speaker}),
        "stems": sorted({stem[:_LONGEST_STEM] for stem in found}),
        "words": " ".join(found),
        "passage": json.dumps(held, ensure_ascii=False),
        **{
            field: packed[number * _FIELD : (number + 1) * _FIELD]
            for number, field in enumerate(token_fields(encoder))
        },
    }


def in_order(rows: Sequence[Row], entries: Mapping[str, Row]) -> list[Row]:
    """Return rows as the library has them, without those that are not, or no longer, published."""
    numbers = {one["source"]: number for number, one in enumerate(entries.values())}
    return sorted(
        (row for row in rows if row["source"] in numbers),
        key=lambda row: (numbers[row["source"]], row["start"]),
    )


def vectors_of(rows: Sequence[Row], encoder: Encoder) -> FaissStore:
    """Return the vectors of rows as a store of their own."""
    store = FaissStore(encoder.dimension)
    if rows:
        store.add(np.asarray([row["vector"] for row in rows], dtype=np.float32))
    return store


def tokens_of(rows: Sequence[Row], encoder: Encoder) -> TokenVectors:
    """Return the token vectors of rows."""
    width = encoder.dimension
    if not rows:
        return TokenVectors.none(width)
    parts = []
    for row in rows:
        packed = "".join(row[field] for field in token_fields(encoder))
        vectors = np.frombuffer(base64.b64decode(packed), dtype=np.int8).reshape(-1, width)
        held = json.loads(row["passage"])
        ends = np.asarray(held["rows"], dtype=np.int64)
        sentences, headed = np.asarray([0, len(ends) - 1]), np.asarray([held["headed"]])
        parts.append(TokenVectors(vectors, ends, sentences, headed))
    return TokenVectors.join(parts)
