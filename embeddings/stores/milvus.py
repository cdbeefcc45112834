"""The distributed store: vectors, and all that belongs to them, in a Milvus that many share."""

from __future__ import annotations

import base64
import json
import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Floats
from embeddings.errors import StoredIndexError

Row = dict[str, Any]
T = TypeVar("T")

NAME = "meetingbot"
# How long a call is tried again while the server cannot be reached.
PATIENCE = 20.0
# What the client calls a server that it cannot reach.
CONNECT_FAILED = 2
# For so long after a change reads wait until they see it (consistency "Strong"); a server then lags
# by less than that, and reads need not wait (they take 5 ms instead of up to 300).
SETTLING = 10.0
# What one answer of a server may hold in rows, and about what it may in bytes.
MOST_ROWS = 16_384
ROWS_AT_ONCE = 200
TEXTS_AT_ONCE = 50
# A field of text holds 65,535 bytes.
_PART = 65_000
_TEXT = 65_535


class MilvusStore:
    """Keep rows, each a unit vector under a place with its fields, and named texts beside them.

    `url` is a server's (`http://host:19530`) or the path of a Milvus Lite file; `#name` at its end
    names one of several libraries there. Raises `StoredIndexError` when Milvus cannot be used.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        """Connect; nothing is made yet."""
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise StoredIndexError(
                f"{url}: needs the Milvus client; install it: pip install 'meetingbot[milvus]'"
            ) from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # its errors are raised, too
        self.url = url
        address, _, name = url.partition("#")
        self.name = name or NAME
        self._texts = f"{self.name}_texts"
        self.patience = patience
        self._settled = 0.0
        self._seen = ""
        self._seeing = Lock()
        self._client: Any = self._try(lambda: MilvusClient(address, timeout=patience))

    def _try(self, call: Callable[[], Any]) -> Any:
        """Call Milvus, again for a while if it cannot be reached; say in a line what is wrong."""
        from grpc import RpcError, StatusCode
        from pymilvus.exceptions import MilvusException

        until = monotonic() + self.patience
        while True:
            try:
                return call()
            except (MilvusException, RpcError, OSError, RuntimeError, ValueError) as error:
                code = getattr(error, "code", None)
                lost = isinstance(error, RpcError) or code in (
                    CONNECT_FAILED,
                    StatusCode.UNAVAILABLE,
                )
                if lost and monotonic() < until:
                    sleep(0.2)
                    continue
                reason = " ".join(str(getattr(error, "message", error)).split())[:200]
                raise StoredIndexError(
                    f"{self.url}: Milvus did not do what was asked ({reason}); see that it runs"
                    " and can be reached, then try again"
                ) from error

    def _call(self, name: str, *arguments: Any, **options: Any) -> Any:
        method = getattr(self._client, name)
        return self._try(lambda: method(*arguments, timeout=self.patience, **options))

    @property
    def properties(self) -> dict[str, str] | None:
        """Return what was said of the collection when it was made or published, None without one.

        It is asked for anew each time; whoever sees a new version reads what belongs to it.
        """
        if not self._call("has_collection", self.name):
            return None
        found: dict[str, str] = self._call("describe_collection", self.name)["properties"]
        with self._seeing:
            if found.get("meetingbot.version", "") != self._seen:
                self._seen = found.get("meetingbot.version", "")
                self._settled = monotonic() + SETTLING
        return found

    def publish(self, version: str) -> None:
        """Make a version the one that all who share the collection see next."""
        self._call("alter_collection_properties", self.name, {"meetingbot.version": version})

    def create(self, dimension: int, fields: Sequence[Any], properties: dict[str, str]) -> None:
        """Make the collection, for rows with `fields` (name, keyword arguments of its type)."""
        self._make(self._texts, "VARCHAR", 2, [("text", {"datatype": "VARCHAR"})], {})
        self._make(self.name, "INT64", dimension, fields, properties)

    def _make(
        self, name: str, key: str, dimension: int, fields: Sequence[Any], properties: dict[str, str]
    ) -> None:
        from pymilvus import DataType, MilvusClient

        if self._call("has_collection", name):
            return
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        key_type = {"datatype": DataType[key], "max_length": 256}
        schema.add_field("id", is_primary=True, **key_type)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        for field, options in fields:
            types = {
                one: DataType[options[one]]
                for one in ("datatype", "element_type")
                if one in options
            }
            limits = {"max_length": _TEXT} if options["datatype"] == "VARCHAR" else {}
            schema.add_field(field, **{**limits, **options, **types})
        index = MilvusClient.prepare_index_params()
        index.add_index("vector", index_type="FLAT", metric_type="IP")
        self._call(
            "create_collection",
            name,
            schema=schema,
            index_params=index,
            consistency_level="Strong",
            # Token vectors are read from disk as needed, not kept in the server's memory.
            properties={"mmap.enabled": "true", **properties},
        )

    def drop(self) -> None:
        """Remove everything under this name."""
        for name in (self.name, self._texts):
            self._call("drop_collection", name)

    @property
    def _level(self) -> str:
        return "Strong" if monotonic() < self._settled else "Bounded"

    def __len__(self) -> int:
        """Return how many vectors there are."""
        return int(self._query(self.name, "", ["count(*)"])[0]["count(*)"])

    def add(self, vectors: Floats, rows: Sequence[Row] = ()) -> None:
        """Keep vectors with the fields of their rows, which replace those of the same `id`.

        Without rows they take the next places.
        """
        first = 0 if rows else len(self)
        rows = rows or [{"id": first + place} for place in range(len(vectors))]
        whole = [{**row, "vector": vector} for row, vector in zip(rows, vectors, strict=True)]
        for some in batched(whole, ROWS_AT_ONCE):
            self._call("upsert", self.name, some)
        self._settled = monotonic() + SETTLING

    def remove(self, where: str) -> None:
        """Forget the rows for which an expression holds."""
        self._call("delete", self.name, filter=where)
        self._settled = monotonic() + SETTLING

    def search(
        self, vector: Floats, k: int, *, within: Sequence[int] | None = None, where: str = ""
    ) -> tuple[NDArray[np.int64], Floats]:
        """Return the places and inner products of the best k, best first.

        `where` is an expression on the rows' fields that must hold.
        """
        if within is not None:
            k = min(k, len(within))
            where = f"id in {[int(place) for place in within]}"
        if k == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        (found,) = self._call(
            "search",
            self.name,
            [vector],
            limit=min(k, MOST_ROWS),
            filter=where,
            consistency_level=self._level,
        )
        return (
            np.asarray([one["id"] for one in found], dtype=np.int64),
            np.asarray([one["distance"] for one in found], dtype=np.float32),
        )

    def scores(self, vector: Floats, places: Sequence[int]) -> Floats:
        """Return the inner products with the vectors at places."""
        products: Floats = self.vectors(places) @ vector
        return products

    def vectors(self, places: Sequence[int]) -> Floats:
        """Return the vectors at places (n, dimension)."""
        found = {row["id"]: row["vector"] for row in self.rows(places, ["vector"])}
        return np.asarray([found[place] for place in places], dtype=np.float32)

    def rows(self, places: Sequence[int], fields: Sequence[str]) -> Iterator[Row]:
        """Yield the rows at places, in no order; those that are gone are left out."""
        for some in batched([int(place) for place in places], ROWS_AT_ONCE):
            yield from self._query(self.name, f"id in {some}", ["id", *fields])

    def where(self, expression: str, fields: Sequence[str], most: int = MOST_ROWS) -> list[Row]:
        """Return rows for which an expression holds, at most so many."""
        return self._query(self.name, expression, ["id", *fields], limit=most)

    def _query(
        self, name: str, expression: str, fields: Sequence[str], **options: Any
    ) -> list[Row]:
        found: list[Row] = self._call(
            "query",
            name,
            filter=expression,
            output_fields=list(fields),
            consistency_level=self._level,
            **options,
        )
        return found

    def write_text(self, name: str, text: str) -> None:
        """Keep a text of any length under a name, compressed."""
        packed = base64.b64encode(zlib.compress(text.encode())).decode()
        parts = [packed[begin : begin + _PART] for begin in range(0, len(packed), _PART)]
        # The first comes last: what has one is whole.
        for number in reversed(range(len(parts))):
            part = f"{len(parts)}:{parts[number]}"
            row = {"id": f"{name}/{number}", "vector": [0.0, 0.0], "text": part}
            self._call("upsert", self._texts, row)
        self._settled = monotonic() + SETTLING

    def read_texts(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
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
            rows += self._query(self._texts, f"id in {quoted(some)}", ["id", "text"])
        return {row["id"]: row["text"] for row in rows}

    def text_names(self) -> set[str]:
        """Return the names of all texts."""
        walk = self._call(
            "query_iterator",
            self._texts,
            output_fields=["id"],
            consistency_level=self._level,
        )
        names: set[str] = set()
        while found := self._try(walk.next):
            names.update(row["id"].rpartition("/")[0] for row in found)
        walk.close()
        return names

    def remove_texts(self, names: Sequence[str]) -> None:
        """Forget texts."""
        for name in names:
            self._call("delete", self._texts, filter=f'id like "{name}/%"')


def quoted(words: Sequence[str]) -> str:
    """Return words as Milvus' expressions have them."""
    return json.dumps(list(words), ensure_ascii=False)


def batched(many: Sequence[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most so many."""
    for begin in range(0, len(many), size):
        yield list(many[begin : begin + size])
