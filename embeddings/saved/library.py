"""Keep an index in step with a folder that grows and changes for years."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from embeddings.building import build
from embeddings.datatypes import Document
from embeddings.encoder import Encoder, Progress, SentenceTransformerEncoder
from embeddings.errors import DocumentError, StoredIndexError
from embeddings.index import Index
from embeddings.readers import find_files, fingerprint, load_file, read_file
from embeddings.readers.finding import File, Found
from embeddings.saved.generations import Damaged, is_there, writing
from embeddings.saved.growth import merge, put
from embeddings.saved.record import Entry
from embeddings.saved.storage import load, load_encoder
from embeddings.saved.stored_index import StoredIndex

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class Update:
    """What bringing an index up to date has done, in documents' ids.

    `failures` name what could not be read: of that the index keeps what it had. `passed_over` tells
    of the files of unknown types, `anew` why nothing of the index that was there could be used.
    """

    index: Index = field(repr=False)
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failures: tuple[DocumentError, ...] = ()
    passed_over: str = ""
    anew: str = ""

    def __str__(self) -> str:
        """Return the counts: "3 added, 1 changed, 1 removed, 240 unchanged"."""
        counts = {name: len(getattr(self, name)) for name in _COUNTED}
        counts["failed"] = len(self.failures)
        return ", ".join(
            f"{count} {name}" for name, count in counts.items() if count or name != "failed"
        )


_COUNTED = ("added", "changed", "removed", "unchanged")


def update_index(
    folder: str | Path,
    *sources: str | Path,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
    anew: bool = False,
) -> Update:
    """Make the index in `folder` hold the documents of the sources, and no others.

    Only files whose content changed are read again, only passages that are new are encoded, and
    only those are written; with `anew` all are. A file of the size and the times that it had, in
    nanoseconds, is taken to be as it was, and is not looked into but with `anew`. What cannot be
    read is left out, or stays as the index has it. What is not below the sources is removed; but
    where they are files alone, a document whose file is there still is lost with `anew` alone. An
    index keeps its encoder unless another is given, or all is done `anew`. Raises `DocumentError`
    when no file can be read, and `StoredIndexError` when the index cannot be written or would lose
    a document; it is then as it was.
    """
    folder = Path(folder)
    found = find_files(*sources)
    with writing(folder):
        encoder = encoder or (SentenceTransformerEncoder() if anew else _encoder(folder))
        previous, reason = (None, "") if anew else _previous(folder, encoder)
        known = previous.record.entries.values() if previous else ()
        paths = {one.path for one in known}
        refuse_loss(paths, sources, found, f"{folder}", "lose them with --anew")
        try:
            return _update(folder, found, encoder, previous, progress, reason)
        except Damaged as error:  # found in what was to be taken over
            return _update(folder, found, encoder, None, progress, _first_part(error))


def _update(
    folder: Path,
    found: Found,
    encoder: Encoder,
    previous: StoredIndex | None,
    progress: Progress | None,
    anew: str,
) -> Update:
    known = previous.record.entries if previous else {}
    read, same, failures = _read(found.files, known)
    failures |= found.failures
    kept = unread(known, failures)
    if not read and not same and not kept:
        raise next(iter(failures.values()))
    held = {*read, *same, *kept}
    ids = [id for id in {**found.files, **kept} if id in held]
    removed = tuple(id for id in known if id not in held)
    files = {id: found.files[id] for id in (*read, *same)}
    index = previous
    noted = all(
        (known[id].stamp, known[id].path) == (files[id].stamp, files[id].real) for id in same
    )
    if index is None or read or removed or not noted:
        new = build(read.values(), encoder=encoder, reuse=previous, progress=progress)
        index = merge(folder, put(folder, ids, new, previous, files))
    return Update(
        index,
        added=tuple(id for id in read if id not in known),
        changed=tuple(id for id in read if id in known),
        removed=removed,
        unchanged=(*same, *kept),
        failures=tuple(failures.values()),
        passed_over=found.passed_over,
        anew=anew,
    )


def _encoder(folder: Path) -> Encoder:
    """Return the encoder of the index that is there, the packaged one where that is not known."""
    try:
        return load_encoder(folder)
    except StoredIndexError:
        return SentenceTransformerEncoder()


def _previous(folder: Path, encoder: Encoder) -> tuple[StoredIndex | None, str]:
    """Return the index that is there, or why it cannot be used."""
    if not is_there(folder):
        return None, ""
    try:
        return load(folder, encoder), ""
    except StoredIndexError as error:
        return None, _first_part(error)


def _first_part(error: StoredIndexError) -> str:
    """Return what is wrong, without what to do."""
    return str(error).split("; ")[0]


def _read(
    files: Mapping[str, File], known: Mapping[str, Entry]
) -> tuple[dict[str, Document], list[str], dict[str, DocumentError]]:
    """Return the documents that are new or changed, the ids of the others, and the failures."""
    documents: dict[str, Document] = {}
    same: list[str] = []
    failures: dict[str, DocumentError] = {}
    for id, file in files.items():
        before = known.get(id)
        if before and before.stamp and before.stamp == file.stamp:
            same.append(id)
            continue
        path = Path(file.path)
        try:
            content = load_file(path)
            if before and before.fingerprint == fingerprint(content):
                same.append(id)
            else:
                documents[id] = read_file(id, path, content)
        except DocumentError as error:
            failures[id] = error
    return documents, same, failures


def refuse_loss(
    paths: Collection[str], sources: Sequence[str | Path], found: Found, where: str, otherwise: str
) -> None:
    """Raise `StoredIndexError` where files of an index are there still, but not in the sources.

    A folder among these stands for all that is to be in the index: then nothing is lost unseen.
    """
    if any(Path(source).is_dir() for source in sources):
        return
    elsewhere = {*paths} - {file.real for file in found.files.values()}
    if lost := sorted(path for path in elsewhere if _is_there(path)):
        raise StoredIndexError(
            f"{where}: would lose documents whose files are there still, but not in these sources:"
            f" {len(lost):,}, {lost[0]} for one; name all sources each time, or {otherwise}"
        )


def _is_there(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # in a folder that is closed
        return False


def unread(known: Mapping[str, Held], failures: Collection[str]) -> dict[str, Held]:
    """Return those of the documents that are known which failed, or are in a folder that did."""
    if not failures:
        return {}
    return {
        id: one
        for id, one in known.items()
        if not {id, *map(str, PurePosixPath(id).parents)}.isdisjoint(failures)
    }
