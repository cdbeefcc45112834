"""Texts of any length under names, in a Milvus, whose fields hold 64 KB."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator, Sequence

from embeddings.stores.milvus_connection import (
    LONGEST_TEXT,
    ROWS_AT_ONCE,
    Connection,
    Row,
    batched,
    quoted,
)

TEXTS_AT_ONCE = 50
# A part is preceded by the number of parts.
_PART = LONGEST_TEXT - 535


class MilvusTexts:
    """Keep named texts, compressed and in parts, in a collection of their own."""

    def __init__(self, connection: Connection, collection: str) -> None:
        """Take where they are kept; nothing is made yet."""
        self._connection = connection
        self._collection = collection

    def create(self) -> None:
        """Make the collection where there is none."""
        fields = [("text", {"datatype": "VARCHAR"})]
        self._connection.make(self._collection, "VARCHAR", 2, fields, {})

    def load(self) -> None:
        """Make the collection ready to be read."""
        self._connection.load(self._collection)

    def write(self, name: str, text: str) -> None:
        """Keep a text of any length under a name, compressed."""
        packed = base64.b64encode(zlib.compress(text.encode())).decode()
        parts = [packed[begin : begin + _PART] for begin in range(0, len(packed), _PART)]
        # The first comes last: what has one is whole.
        for number in reversed(range(len(parts))):
            part = f"{len(parts)}:{parts[number]}"
            row = {"id": f"{name}/{number}", "vector": [0.0, 0.0], "text": part}
            self._connection.call("upsert", self._collection, row)
        self._connection.changed()

    def read(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield the texts under names, in order; names without one are left out."""
        for some in batched(names, TEXTS_AT_ONCE):
            parts = self._parts(f"{name}/0" for name in some)
            counts = {id: int(part.partition(":")[0]) for id, part in parts.items()}
            wanted = [
                f"{name}/{number}"
                for name in some
                for number in range(1, counts.get(f"{name}/0", 0))
            ]
            parts.update(self._parts(wanted))
            for name in some:
                own = (f"{name}/{number}" for number in range(counts.get(f"{name}/0", 0)))
                if packed := "".join(parts[id].partition(":")[2] for id in own):
                    yield name, zlib.decompress(base64.b64decode(packed)).decode()

    def _parts(self, ids: Iterable[str]) -> dict[str, str]:
        rows: list[Row] = []
        for some in batched(list(ids), ROWS_AT_ONCE):
            rows += self._connection.query(
                self._collection, f"id in {quoted(some)}", ["id", "text"]
            )
        return {row["id"]: row["text"] for row in rows}

    def names(self) -> set[str]:
        """Return the names of all texts."""
        walk = self._connection.call(
            "query_iterator",
            self._collection,
            output_fields=["id"],
            consistency_level=self._connection.level,
        )
        names: set[str] = set()
        while found := self._connection.attempt(walk.next):
            names.update(row["id"].rpartition("/")[0] for row in found)
        walk.close()
        return names

    def remove(self, names: Sequence[str]) -> None:
        """Forget texts."""
        for name in names:
            self._connection.call("delete", self._collection, filter=f'id like "{name}/%"')
