"""The distributed store: vectors, and all that belongs to them, in a Milvus that many share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any

from embeddings.arrays import Floats
from embeddings.stores.milvus_connection import MOST_ROWS, ROWS_AT_ONCE, Connection, Row, batched
from embeddings.stores.milvus_texts import MilvusTexts

NAME = "meetingbot"
# How long a call is tried again while the server cannot be reached.
PATIENCE = 20.0


class MilvusStore:
    """Keep rows, each a unit vector under a place with its fields, and named `texts` beside them.

    `url` is a server's (`http://host:19530`) or the path of a Milvus Lite file; `#name` at its end
    names one of several libraries there. Raises `StoredIndexError` when Milvus cannot be used.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        """Connect; nothing is made yet."""
        self.url = url
        self.name = url.partition("#")[2] or NAME
        self.connection = Connection(url, patience=patience)
        self.texts = MilvusTexts(self.connection, f"{self.name}_texts")
        self._seen = ""
        self._seeing = Lock()

    @property
    def properties(self) -> dict[str, str] | None:
        """Return what was said of the collection when it was made or published, None without one.

        It is asked for anew each time; whoever sees a new version reads what belongs to it.
        """
        if not self.connection.call("has_collection", self.name):
            return None
        found: dict[str, str] = self.connection.call("describe_collection", self.name)["properties"]
        with self._seeing:
            if found.get("meetingbot.version", "") != self._seen:
                self._seen = found.get("meetingbot.version", "")
                self.connection.changed()
        return found

    def publish(self, version: str) -> None:
        """Make a version the one that all who share the collection see next."""
        self.connection.call(
            "alter_collection_properties", self.name, {"meetingbot.version": version}
        )

    def create(self, dimension: int, fields: Sequence[Any], properties: dict[str, str]) -> None:
        """Make the collection, for rows with `fields` (name, keyword arguments of its type)."""
        self.texts.create()
        self.connection.make(self.name, "INT64", dimension, fields, properties)

    def load(self) -> None:
        """Make ready to be read what an earlier process wrote."""
        self.texts.load()
        self.connection.load(self.name)

    def add(self, vectors: Floats, rows: Sequence[Row]) -> None:
        """Keep vectors with the fields of their rows, which replace those of the same `id`."""
        whole = [{**row, "vector": vector} for row, vector in zip(rows, vectors, strict=True)]
        for some in batched(whole, ROWS_AT_ONCE):
            self.connection.call("upsert", self.name, some)
        self.connection.changed()

    def remove(self, where: str) -> None:
        """Forget the rows for which an expression holds."""
        self.connection.call("delete", self.name, filter=where)
        self.connection.changed()

    def search(self, vector: Floats, k: int, *, where: str = "") -> list[int]:
        """Return the places of the k best inner products, best first.

        `where` is an expression on the rows' fields that must hold.
        """
        (found,) = self.connection.call(
            "search",
            self.name,
            [vector],
            limit=min(k, MOST_ROWS),
            filter=where,
            consistency_level=self.connection.level,
        )
        return [one["id"] for one in found]

    def rows(self, places: Sequence[int], fields: Sequence[str]) -> Iterator[Row]:
        """Yield the rows at places, in no order; those that are gone are left out."""
        for some in batched([int(place) for place in places], ROWS_AT_ONCE):
            yield from self.connection.query(self.name, f"id in {some}", ["id", *fields])

    def where(self, expression: str, fields: Sequence[str], most: int = MOST_ROWS) -> list[Row]:
        """Return rows for which an expression holds, at most so many."""
        return self.connection.query(self.name, expression, ["id", *fields], limit=most)
