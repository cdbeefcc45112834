"""Write files into a shared library on all the machines of a Ray cluster."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from embeddings.encoder import PACKAGED_SHA256, Encoder, SentenceTransformerEncoder
from embeddings.errors import StoredIndexError
from embeddings.shared.bulk import FILES_AT_ONCE, write_files
from embeddings.shared.catalogue import encoder_of, open_store
from embeddings.stores.milvus_connection import Row


def write_on_cluster(
    address: str, url: str, encoder: Encoder, jobs: Sequence[Row], begun: Collection[str]
) -> Iterator[Row]:
    """Yield the results of `write_files`, as they come, of one writer for each of Ray's CPUs.

    `address` is the cluster's, or "local" for one that is started here and ends with the job. Each
    machine must have this package, the encoder and the files under the same paths. A writer that is
    lost is replaced, and what it had not finished is done again.
    """
    if "://" not in url:
        raise StoredIndexError(
            f"{url}: several machines cannot write to one file; give --store a server: http://host:19530"
        )
    try:
        import ray
        from ray import data
    except ImportError as error:
        raise StoredIndexError(
            f"{address}: needs Ray; install it: pip install 'meetingbot[milvus,ray]'"
        ) from error
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise StoredIndexError(
            f"{address}: no Ray cluster there ({reason}); start one: ray start --head, or give"
            " --ray local"
        ) from error
    packaged = encoder.fingerprint == PACKAGED_SHA256
    cpus = int(ray.cluster_resources().get("CPU", 1))
    data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    # Ray prints what becomes of its machines, where the result alone belongs.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            results = data.from_items(
                [{"job": json.dumps(job)} for job in jobs],
                override_num_blocks=-(-len(jobs) // FILES_AT_ONCE),
            ).map_batches(
                _Writer,
                fn_constructor_args=(
                    url,
                    None if packaged else str(encoder.path),
                    frozenset(begun),
                ),
                batch_size=FILES_AT_ONCE,
                num_cpus=1,
                compute=data.ActorPoolStrategy(min_size=1, max_size=max(1, cpus)),
            )
            for row in results.iter_rows():
                yield json.loads(row["result"])
        finally:
            ray.shutdown()


class _Writer:
    """Hold the encoder and the connection in one of Ray's processes."""

    def __init__(self, url: str, encoder: str | None, begun: Collection[str]) -> None:
        self.store, said = open_store(url)
        self.encoder = encoder_of(url, said, SentenceTransformerEncoder(encoder))
        self.begun = begun

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        jobs = [json.loads(job) for job in batch["job"]]
        results = write_files(self.store, self.encoder, jobs, self.begun)
        return {"result": [json.dumps(result) for result in results]}
