"""Read files into Documents; a file's suffix chooses its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.layout import lay_out
from embeddings.readers.plain import read_plain

Reader = Callable[[str, bytes], Document]

READERS: dict[str, Reader] = {".txt": read_plain, ".text": read_plain, ".md": read_plain}


def read_documents(*sources: str | Path) -> list[Document]:
    """Read files, and folders with all below them, in order of their names.

    A document's id is its path below the folder that was read, or its file's name. In a folder,
    files of other types are passed over; a file that is named must be of a known one. Raises
    `DocumentError`.
    """
    documents: dict[str, Document] = {}
    origins: dict[str, Path] = {}
    for source in sources:
        for id, path in _files(Path(source)):
            if id in documents:
                raise DocumentError(
                    f"{path}: {origins[id]} is called {id} too;"
                    " rename one, or read the folder above both"
                )
            documents[id], origins[id] = _read(id, path), path
    return list(documents.values())


def _files(source: Path) -> Iterator[tuple[str, Path]]:
    """Yield the id and path of each file to read."""
    if source.is_file():
        if source.suffix.lower() not in READERS:
            raise DocumentError(
                f"{source}: cannot read {source.suffix or 'a file without a suffix'};"
                f" known types are {', '.join(READERS)}"
            )
        yield source.name, source
        return
    if not source.is_dir():
        raise DocumentError(f"{source}: no such file or folder; check the path")
    found = False
    for path in sorted(source.rglob("*")):
        if path.suffix.lower() in READERS and path.is_file():
            found = True
            yield path.relative_to(source).as_posix(), path
    if not found:
        raise DocumentError(
            f"{source}: no file to read in it; known types are {', '.join(READERS)}"
        )


def _read(id: str, path: Path) -> Document:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return lay_out(READERS[path.suffix.lower()](id, content))
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error
