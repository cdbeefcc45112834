"""The connection to a Milvus: calls that are tried again, and reads that see what was written."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from time import monotonic, sleep
from typing import Any, TypeVar

from embeddings.errors import StoredIndexError

Row = dict[str, Any]
T = TypeVar("T")

# What the client calls a server that it cannot reach.
CONNECT_FAILED = 2
# For so long after a change reads wait until they see it (consistency "Strong"); a server then lags
# by less than that, and reads need not wait (they take 5 ms instead of up to 300).
SETTLING = 10.0
# What one answer of a server may hold in rows.
MOST_ROWS = 16_384
# Rows that are written or read in one call: about what it may hold in bytes.
ROWS_AT_ONCE = 200
# What a field of text holds, in bytes.
LONGEST_TEXT = 65_535


class Connection:
    """Speak with the Milvus at a URL; raise `StoredIndexError` when it cannot be used.

    A call is tried again for `patience` seconds while the server cannot be reached.
    """

    def __init__(self, url: str, *, patience: float) -> None:
        """Connect; what follows # in the URL is not for Milvus."""
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise StoredIndexError(
                f"{url}: needs the Milvus client; install it: pip install 'meetingbot[milvus]'"
            ) from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # its errors are raised, too
        self.url = url
        self.patience = patience
        self._settled = 0.0
        address = url.partition("#")[0]
        self._client: Any = self.attempt(lambda: MilvusClient(address, timeout=patience))

    def attempt(self, call: Callable[[], Any]) -> Any:
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
                    f"{self.url}: Milvus failed ({reason}); check that it runs and can"
                    " be reached, then try again"
                ) from error

    def call(self, name: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of the client."""
        method = getattr(self._client, name)
        return self.attempt(lambda: method(*arguments, timeout=self.patience, **options))

    def changed(self) -> None:
        """Let reads wait for a while until they see what was written just now."""
        self._settled = monotonic() + SETTLING

    @property
    def level(self) -> str:
        """Return the consistency that a read needs."""
        return "Strong" if monotonic() < self._settled else "Bounded"

    def query(self, name: str, expression: str, fields: Sequence[str], **options: Any) -> list[Row]:
        """Return fields of the rows of a collection for which an expression holds."""
        found: list[Row] = self.call(
            "query",
            name,
            filter=expression,
            output_fields=list(fields),
            consistency_level=self.level,
            **options,
        )
        return found

    def make(
        self, name: str, key: str, dimension: int, fields: Sequence[Any], properties: dict[str, str]
    ) -> None:
        """Make a collection where there is none, for unit vectors with fields under a key."""
        from pymilvus import DataType, MilvusClient

        if self.call("has_collection", name):
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
            limits = {"max_length": LONGEST_TEXT} if options["datatype"] == "VARCHAR" else {}
            schema.add_field(field, **{**limits, **options, **types})
        index = MilvusClient.prepare_index_params()
        index.add_index("vector", index_type="FLAT", metric_type="IP")
        self.call(
            "create_collection",
            name,
            schema=schema,
            index_params=index,
            consistency_level="Strong",
            # Token vectors are read from disk as needed, not kept in the server's memory.
            properties={"mmap.enabled": "true", **properties},
        )

    def load(self, name: str) -> None:
        """Make a collection ready to be read: a server keeps it so, a Milvus Lite file does not."""
        from pymilvus.client.types import LoadState

        if self.call("get_load_state", name)["state"] != LoadState.Loaded:
            self.call("load_collection", name)


def quoted(words: Sequence[str]) -> str:
    """Return words as Milvus' expressions have them."""
    return json.dumps(list(words), ensure_ascii=False)


def batched(many: Sequence[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most so many."""
    for begin in range(0, len(many), size):
        yield list(many[begin : begin + size])
