"""Bulk indexing on a Ray cluster, against the same library written by one process."""

import contextlib
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embeddings import SentenceTransformerEncoder, StoredIndexError
from embeddings.shared.bulk import update_shared
from embeddings.shared.index import SharedIndex
from embeddings.stores.milvus import MilvusStore
from embeddings.stores.milvus_connection import Row

pytest.importorskip("pymilvus")
pytest.importorskip("ray")

FILES = 64


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield a cluster of two machines with a CPU each: two workers."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ray.cluster_utils import Cluster

        machine = {"num_cpus": 1, "object_store_memory": 100_000_000}
        started = Cluster(initialize_head=True, head_node_args=machine)
        started.add_node(**machine)
        yield started
        started.shutdown()


@pytest.fixture(scope="module")
def minutes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("minutes")
    for number in range(FILES):
        text = "\n\n".join(
            f"In item {item} of meeting {number} the board approved {item * number} dollars for"
            " the harbour, and it told the clerk to publish the report before the winter comes."
            for item in range(1, 9)
        )
        (folder / f"{number:03}.txt").write_text(f"Minutes {number}\n\n{text}\n")
    return folder


def rows(url: str) -> dict[int, Row]:
    store = MilvusStore(url)
    assert store.properties
    return {row["id"]: row for row in store.where("", ["source", "start", "words", "passage"])}


def test_with_the_job_and_then_a_machine_lost_it_ends_as_one_process_would(
    milvus: str, cluster: Any, minutes: Path, encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    url, alone = f"{milvus}#many", f"{milvus}#alone"
    done = update_shared(alone, minutes, encoder=encoder)
    store = MilvusStore(url)
    command = [sys.executable, "-m", "bot", "index", str(minutes), "--store", url]
    command += ["--ray", cluster.address]

    def begin(until: int) -> subprocess.Popen[bytes]:
        """Begin the job, and return it when so many passages are written."""
        with (tmp_path / "said").open("wb") as said:
            job = subprocess.Popen(command, stdout=said, stderr=said)
        written = 0
        while written < until:
            assert job.poll() is None, (tmp_path / "said").read_text()
            with contextlib.suppress(StoredIndexError):  # until there is a collection
                written = len(store.where("", []))
            time.sleep(0.1)
        assert written < done.index.size
        return job

    job = begin(until=1)
    job.kill()
    job.wait()
    job = begin(until=done.index.size // 3)
    cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)
    assert job.wait() == 0, (tmp_path / "said").read_text()
    assert f"{FILES} added, 0 changed, 0 removed, 0 unchanged;" in (tmp_path / "said").read_text()
    assert rows(url) == rows(alone)
    assert SharedIndex(url).id == done.index.id


def test_no_cluster_and_no_server_are_named(tmp_path: Path, milvus_file: Path) -> None:
    (tmp_path / "a.txt").write_text("The library opens on Sundays.")
    with pytest.raises(StoredIndexError, match=r"give --store a server: http://host:19530"):
        update_shared(str(milvus_file), tmp_path, cluster="local")
