"""Read files into Documents; a file's suffix chooses its reader.

A reader's library is imported when the first such file is read.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import time_ns
from typing import NamedTuple

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.generations import CURRENT
from embeddings.layout import lay_out
from embeddings.readers.encoding import compose
from embeddings.readers.pdf import read_pdf
from embeddings.readers.plain import read_plain
from embeddings.readers.transcripts import read_json, read_srt, read_vtt
from embeddings.readers.web_page import read_html
from embeddings.readers.word import read_docx

Reader = Callable[[str, bytes], Document]

# By suffix, in lower case: what can be read.
READERS: dict[str, Reader] = {
    ".txt": read_plain,
    ".text": read_plain,
    ".md": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".vtt": read_vtt,
    ".srt": read_srt,
    ".json": read_json,
}


# A week of speech has about two million characters; more is no meeting, and takes minutes to index.
MOST_CHARACTERS = 5_000_000
LARGEST_FILE = 200_000_000
# A file that changed within the last 2 s may do so again without a sign: of file systems' clocks
# this is the slowest tick.
_TICK = 2_000_000_000
# What no person wrote: hidden files, those that macOS puts beside others ("._minutes.txt"), and
# Word's lock of a document that is open ("~$nutes.docx").
_PASSED_OVER = (".", "~$")

_log = logging.getLogger(__name__)


class File(NamedTuple):
    """A file to read; its `stamp` is another once it changes, and "" if it may change unseen."""

    path: str
    stamp: str


def read_documents(*sources: str | Path) -> list[Document]:
    """Read files, and folders with all below them, in order of their names.

    A document's id is its path below the folder that was read, or its file's name. In a folder,
    files of other types are passed over, and one that cannot be read is left out, with a warning.
    Raises `DocumentError` for a file that is named and cannot be read, or if no file can.
    """
    named = {str(Path(source)) for source in sources}
    documents: list[Document] = []
    failures: list[DocumentError] = []
    for id, file in find_files(*sources).items():
        path = Path(file.path)
        try:
            documents.append(read_file(id, path, load_file(path)))
        except DocumentError as error:
            if file.path in named:
                raise
            failures.append(error)
    if failures and not documents:
        raise failures[0]
    for failure in failures:
        _log.warning("left out: %s", failure)
    return documents


def find_files(*sources: str | Path) -> dict[str, File]:
    """Return the files that `read_documents` reads, each under its document's id."""
    if not sources:
        raise DocumentError("no files to read: give at least one file or folder")
    found: dict[str, File] = {}
    settled = time_ns() - _TICK
    for source in sources:
        try:
            files = [(id, path, _stamp(stat, settled)) for id, path, stat in _files(Path(source))]
        except OSError as error:
            raise DocumentError(f"{error.filename}: cannot be read: {error.strerror}") from error
        for id, path, stamp in files:
            if id in found:
                raise DocumentError(
                    f"{path}: {found[id].path} is called {id} too;"
                    " rename one, or read the folder above both"
                )
            found[id] = File(path, stamp)
    return found


def _stamp(stat: os.stat_result, settled: int) -> str:
    """Return a file's size and times, "" where those are not older than `settled`.

    What sets the time of modification back, or to a fixed one, leaves that of the change.
    """
    modified, changed = stat.st_mtime_ns, stat.st_ctime_ns
    return f"{stat.st_size} {modified} {changed}" if max(modified, changed) < settled else ""


def load_file(path: Path) -> bytes:
    """Return a file's content; raise `DocumentError`."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DocumentError(
                f"{path}: is larger than {LARGEST_FILE // 1_000_000} MB; give a part of it"
            )
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}") from error


def read_file(id: str, path: Path, content: bytes) -> Document:
    """Read a file's content as its suffix says; raise `DocumentError`, which names the file."""
    try:
        id.encode()
    except UnicodeEncodeError as error:
        raise DocumentError(f"{str(path)!a}: its name is not UTF-8; rename it") from error
    try:
        document = READERS[path.suffix.lower()](id, content)
        if len(document.text) > MOST_CHARACTERS:
            raise DocumentError(
                f"has {len(document.text):,} characters, more than {MOST_CHARACTERS:,};"
                " give it in parts"
            )
        document.text.encode()
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error
    except RecursionError as error:
        raise DocumentError(f"{path}: is nested too deeply; save it anew") from error
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"{path}: has half a character at {error.start}; save it anew as UTF-8"
        ) from error
    laid_out = document if document.blocks is not None else lay_out(document)
    return replace(laid_out, fingerprint=fingerprint(content))


def fingerprint(content: bytes) -> str:
    """Return the hash that tells whether a file has changed."""
    return hashlib.sha256(content).hexdigest()


def _files(source: Path) -> Iterator[tuple[str, str, os.stat_result]]:
    """Yield the id and path of each file to read, and what the system says of it."""
    if source.is_file():
        if source.suffix.lower() not in READERS:
            raise DocumentError(
                f"{source}: cannot read {source.suffix or 'a file without a suffix'};"
                f" known types are {', '.join(READERS)}"
            )
        yield compose(source.name), str(source), source.stat()
        return
    if not source.is_dir():
        raise DocumentError(f"{source}: no such file or folder; check the path")
    found = False
    prefix = f"{str(source).rstrip('/')}/"
    for entry in _walk(source):
        _, dot, suffix = entry.name.rpartition(".")  # a Path takes three times as long
        if dot + suffix.lower() in READERS and entry.is_file():
            found = True
            with suppress(FileNotFoundError):  # it may be gone since it was listed
                yield compose(entry.path.removeprefix(prefix)), entry.path, entry.stat()
    if not found:
        raise DocumentError(
            f"{source}: no file to read in it; known types are {', '.join(READERS)}"
        )


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files below a folder, in order of their paths' parts, but for an index's.

    A part of it that cannot be read is an error, not empty.
    """
    waiting = _backwards(str(folder))
    while waiting:
        entry = waiting.pop()
        if entry.name.startswith(_PASSED_OVER):
            continue
        if entry.is_dir(follow_symlinks=False):
            inside = _backwards(entry.path)
            if all(one.name != CURRENT for one in inside):
                waiting += inside
        else:
            yield entry


def _backwards(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name, reverse=True)
