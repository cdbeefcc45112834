"""Keep an index in step with a folder that grows and changes for years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embeddings.datatypes import Document
from embeddings.encoder import Encoder, Progress, SentenceTransformerEncoder
from embeddings.errors import DocumentError, StoredIndexError
from embeddings.generations import is_there, writing
from embeddings.index import Index
from embeddings.readers import find_files, fingerprint, load_file, read_file
from embeddings.storage import load, load_encoder, write


@dataclass(frozen=True, slots=True)
class Update:
    """Be what bringing an index up to date has done, in documents' ids.

    `failures` name the files that were left out; `anew` says why nothing of the index that was
    there could be used.
    """

    index: Index = field(repr=False)
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failures: tuple[DocumentError, ...] = ()
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
) -> Update:
    """Make the index in `folder` hold the documents of the sources, and no others.

    Only files whose content changed are read again, and only passages that are new are encoded. A
    file that cannot be read is left out. An index keeps its encoder unless another is given. Raises
    `DocumentError` when no file can be read, and `StoredIndexError` when the index cannot be
    written; the index is then as it was.
    """
    folder = Path(folder)
    files = find_files(*sources)
    with writing(folder):
        encoder = encoder or _encoder(folder)
        previous, anew = _previous(folder, encoder)
        known = previous.documents if previous else {}
        documents, failures = _read(files, known)
        if not documents:
            raise failures[0]
        kept = tuple(one.id for one in documents if known.get(one.id) == one)
        update = Update(
            previous
            if previous and len(kept) == len(documents) == len(known)
            else Index.build(documents, encoder=encoder, reuse=previous, progress=progress),
            added=tuple(one.id for one in documents if one.id not in known),
            changed=tuple(one.id for one in documents if known.get(one.id, one) != one),
            removed=tuple(id for id in known if id not in {one.id for one in documents}),
            unchanged=kept,
            failures=tuple(failures),
            anew=anew,
        )
        if update.index is not previous:
            write(update.index, folder)
    return update


def _encoder(folder: Path) -> Encoder:
    """Return the encoder of the index that is there, the packaged one where that is not known."""
    try:
        return load_encoder(folder)
    except StoredIndexError:
        return SentenceTransformerEncoder()


def _previous(folder: Path, encoder: Encoder) -> tuple[Index | None, str]:
    """Return the index that is there, or why it cannot be used."""
    if not is_there(folder):
        return None, ""
    try:
        index = load(folder, encoder)
        index.check()  # it is about to be taken over
        return index, ""
    except StoredIndexError as error:
        return None, str(error).split("; ")[0]


def _read(
    files: dict[str, Path], known: Mapping[str, Document]
) -> tuple[list[Document], list[DocumentError]]:
    """Return the documents of files, those that did not change as they were, and the failures."""
    documents: list[Document] = []
    failures: list[DocumentError] = []
    for id, path in files.items():
        try:
            content = load_file(path)
            before = known.get(id)
            if before and before.fingerprint == fingerprint(content):
                documents.append(before)
            else:
                documents.append(read_file(id, path, content))
        except DocumentError as error:
            failures.append(error)
    return documents, failures
