"""Write documents into a library that is shared through Milvus, and publish what it then holds.

A row's place and a text's name are hashes of what they hold, and writing them again changes
nothing: a job that was killed is begun again and does what is missing. Nobody sees any of it before
the new catalogue is published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from pathlib import Path

from embeddings.datatypes import Document
from embeddings.documents import About
from embeddings.encoder import Encoder, Progress, SentenceTransformerEncoder
from embeddings.errors import DocumentError, StoredIndexError
from embeddings.index import Index
from embeddings.readers import find_files, fingerprint, load_file, read_file
from embeddings.readers.finding import Found
from embeddings.saved.forms import form_of, spans_form
from embeddings.saved.library import Update, refuse_loss, unread
from embeddings.shared.catalogue import (
    count,
    encoder_of,
    make_library,
    open_store,
    read_catalogue,
    stored_documents,
)
from embeddings.shared.index import SharedIndex
from embeddings.shared.rows import row_of, source_of
from embeddings.stores.milvus import MilvusStore
from embeddings.stores.milvus_connection import Row, batched, quoted

# Files that are read and encoded together: enough for full batches of the encoder.
FILES_AT_ONCE = 8


def update_shared(
    url: str,
    *sources: str | Path,
    encoder: Encoder | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Update:
    """Make the library at `url` hold the documents of the sources, and no others.

    As `update_index` does with a folder; on the Ray cluster at the address `cluster` where one is
    given. `progress` is called with files (done, of). One writer at a time: raises
    `StoredIndexError` where another published meanwhile.
    """
    found = find_files(*sources)
    store, encoder, version = _open(url, encoder)
    before: dict[str, Row] = read_catalogue(store, version)["documents"]
    paths = {one.get("path", "") for one in before.values()}
    otherwise = f"make another library: --store '{url.partition('#')[0]}#NAME'"
    refuse_loss(paths, sources, found, url, otherwise)
    jobs = [
        {"id": id, "path": file.real, "known": before.get(id, {})}
        for id, file in found.files.items()
    ]
    begun = store.texts.names()
    if cluster:
        from embeddings.shared.cluster import write_on_cluster

        written = write_on_cluster(cluster, url, encoder, jobs, begun)
    else:
        parts = batched(jobs, FILES_AT_ONCE)
        written = (one for some in parts for one in write_files(store, encoder, some, begun))
    results: dict[str, Row] = {}
    for result in written:
        results[result["id"]] = result
        if progress:
            progress(len(results), len(jobs))
    store.connection.changed()  # on a cluster, by others
    return _finish(store, encoder, version, before, [results[id] for id in found.files], found)


def _open(url: str, encoder: Encoder | None) -> tuple[MilvusStore, Encoder, str]:
    """Return the library's store, encoder and version; one that is not there is made."""
    store = MilvusStore(url)
    if store.properties is None:
        encoder = encoder or SentenceTransformerEncoder()
        make_library(store, encoder)
    store, said = open_store(url)
    return store, encoder_of(url, said, encoder), said.get("meetingbot.version", "")


def write_files(
    store: MilvusStore, encoder: Encoder, jobs: Sequence[Row], begun: Collection[str]
) -> list[Row]:
    """Read, chunk, encode and write files; return what the catalogue says of each, or its error.

    A job is an `id`, a `path` and what the catalogue knows of it. `begun` are the names of texts
    that an earlier run has written, perhaps not to the end.
    """
    results: list[Row] = []
    documents: list[Document] = []
    for job in jobs:
        try:
            content = load_file(Path(job["path"]))
            if job["known"].get("fingerprint") == fingerprint(content):
                results.append({"id": job["id"], **job["known"]})
                continue
            document = read_file(job["id"], Path(job["path"]), content)
        except DocumentError as error:
            results.append({"id": job["id"], "error": str(error)})
            continue
        results.append({"id": document.id, **_entry(document)})
        if not _is_written(store, document, begun):
            documents.append(document)
    if documents:
        _write(store, encoder, documents)
    return results


def _entry(document: Document) -> Row:
    return {
        "source": source_of(document),
        "fingerprint": document.fingerprint,
        "about": About.of(document).written(),
    }


def _is_written(store: MilvusStore, document: Document, begun: Collection[str]) -> bool:
    source = source_of(document)
    if source not in begun:
        return False
    found = [passages for _, (_, passages) in stored_documents(store, [source])]
    return bool(found) and len(store.where(f'source == "{source}"', [])) == len(found[0])


def _write(store: MilvusStore, encoder: Encoder, documents: Sequence[Document]) -> None:
    try:
        index = Index.build(documents, encoder=encoder)
    except DocumentError:  # nothing to search in any of them
        index = None
    for document in documents:
        places = index.places_of([document.id]) if index else []
        passages = [index.passages[place] for place in places] if index else []
        source = source_of(document)
        text = {"document": form_of(document), "passages": [spans_form(one) for one in passages]}
        # Before its rows, so that none is ever there without a name that leads to it.
        store.texts.write(source, json.dumps(text, ensure_ascii=False))
        if index and places:
            rows = [row_of(index, place, source, encoder) for place in places]
            store.add(index.store.vectors(places), rows)


def _finish(
    store: MilvusStore,
    encoder: Encoder,
    version: str,
    before: dict[str, Row],
    results: list[Row],
    found: Found,
) -> Update:
    """Publish what was written and remove what no longer belongs there."""
    failures = {one["id"]: DocumentError(one["error"]) for one in results if "error" in one}
    failures |= found.failures
    read = [one for one in results if "error" not in one]
    entries = {one["id"]: {**one, "path": found.files[one["id"]].real} for one in read}
    entries |= unread(before, failures)
    if not entries:
        raise next(iter(failures.values()))
    if entries != before:
        catalogue = count(store, encoder, entries)
        text = json.dumps(catalogue, ensure_ascii=False)
        new = hashlib.sha256(text.encode()).hexdigest()[:32]
        store.texts.write(f"catalogue-{new}", text)
        if (store.properties or {}).get("meetingbot.version", "") != version:
            raise StoredIndexError(
                f"{store.url}: another process updated it in the meantime; run this again"
            )
        store.publish(new)
        version = new
    kept = {one["source"] for one in entries.values()} | {f"catalogue-{version}"}
    gone = sorted(store.texts.names() - kept)
    for some in batched(gone, 100):
        store.remove(f"source in {quoted(some)}")
        store.texts.remove(some)
    sources = {id: one["source"] for id, one in before.items()}
    return Update(
        SharedIndex(store.url, encoder=encoder),
        added=tuple(id for id in entries if id not in sources),
        changed=tuple(
            id for id, one in entries.items() if sources.get(id, one["source"]) != one["source"]
        ),
        removed=tuple(id for id in sources if id not in entries),
        unchanged=tuple(id for id, one in entries.items() if sources.get(id) == one["source"]),
        failures=tuple(failures.values()),
        passed_over=found.passed_over,
    )
