"""Keep a folder whole whatever happens: write a generation beside those before, then swap.

CURRENT             the generation to read, and its manifest's hash
generation-000001/  files that never change again, and a manifest, which names all that is read,
                    of earlier generations too, with the CRC-32 of each, but for those that
                    have checksums of their parts
lock                held while somebody writes

A writer that is killed leaves CURRENT as it was or as it was to be, for it is replaced by one
rename after all that it names is on disk. Who has opened a generation keeps it, though its files
are gone from the folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any

from embeddings.errors import StoredIndexError
from embeddings.hashing import file_crc32, file_sha256

CURRENT = "CURRENT"
LOCK = "lock"
MANIFEST = "manifest.json"
_NEXT = "CURRENT.new"
_GENERATION = re.compile(r"generation-(\d{6})")
_POINTER = re.compile(rf"({_GENERATION.pattern}) ([0-9a-f]{{64}})\n")


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the folder as its only writer; raise `StoredIndexError` when there is another.

    A folder with other files in it is refused.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=0)
    try:
        _refuse_others(folder)
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise StoredIndexError(
            f"{folder}: is being written by another process; try again when that is done"
        ) from error
    except OSError as error:
        raise StoredIndexError(f"{folder}: cannot write the index: {error.strerror}") from error
    try:
        yield
    finally:
        if not is_there(folder):  # nothing came of a new index: leave no trace
            _clear(folder, keep=())
        lock.release()
        if not is_there(folder):
            (folder / LOCK).unlink(missing_ok=True)
            if not any(folder.iterdir()):
                folder.rmdir()


def publish(
    folder: Path,
    write: Callable[[Path], dict[str, Any]],
    *,
    unhashed: Collection[str] = (),
) -> None:
    """Let `write` fill a new generation and return its manifest, then make it the current one.

    The manifest's "files" are those of earlier generations that it goes on with, as theirs has
    them. To be called while `writing`; `unhashed` names files that are checked in parts as they are
    read.
    """
    try:
        _clear(folder, keep=_in_use(folder))
        name = f"generation-{_number(folder) + 1:06}"
        new = folder / name
        new.mkdir()
        manifest = write(new)
        for path in sorted(path for path in new.rglob("*") if path.is_file()):
            hashed = path.name not in unhashed
            manifest["files"][_within(folder, path)] = file_crc32(path) if hashed else None
        (new / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
        for path in (*new.rglob("*"), new):
            _sync(path)
        following = folder / _NEXT
        following.write_text(f"{name} {file_sha256(new / MANIFEST)}\n", "utf-8")
        _sync(following)
        following.replace(folder / CURRENT)
        _sync(folder)
    except Exception as error:
        if is_there(folder):
            _clear(folder, keep=_in_use(folder))
        if not isinstance(error, OSError):
            raise
        reason = error.strerror or "the disk may be full"  # NumPy tells how much it wrote
        raise StoredIndexError(
            f"{folder}: cannot write the index: {reason}; nothing was changed"
        ) from error
    _clear(folder, keep=_in_use(folder))


def current(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    """Return the current generation and its manifest, None where there is none.

    Raises `Damaged` where one should be.
    """
    content = pointer(folder)
    if not content:
        return None
    found = _POINTER.fullmatch(content.decode("utf-8", "replace"))
    if not found or not (folder / found[1]).is_dir():
        raise Damaged(folder, folder / CURRENT)
    manifest = folder / found[1] / MANIFEST
    if file_sha256(manifest) != found[3]:
        raise Damaged(folder, manifest)
    return manifest.parent, json.loads(manifest.read_text("utf-8"))


def pointer(folder: Path) -> bytes:
    """Return what CURRENT says, b"" where there is none: it changes with each generation."""
    try:
        return (folder / CURRENT).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise StoredIndexError(f"{folder}: cannot read the index: {error.strerror}") from error


def check(folder: Path, manifest: dict[str, Any], *, only: Collection[str] = ()) -> None:
    """Sum up what a manifest names, or files of some names; raise `Damaged` for what differs."""
    for name, expected in manifest["files"].items():
        path = folder / name
        if expected and (not only or path.name in only) and file_crc32(path) != expected:
            raise Damaged(folder, path)


class Damaged(StoredIndexError):
    """Say which file is not as it was written."""

    def __init__(self, folder: Path, path: Path) -> None:
        """Take the index's folder and the file."""
        super().__init__(
            f"{folder}: the index is damaged ({path} is not as it was written);"
            f" {rebuild(folder)} --anew"
        )


def index_command(folder: Path) -> str:
    """Return the command that makes an index in a folder, as a shell takes it."""
    return f"meetingbot index SOURCE ... --index {quote(str(folder))}"


def rebuild(folder: Path) -> str:
    """Return what makes an index anew."""
    return f"rebuild it: {index_command(folder)}"


def is_there(folder: Path) -> bool:
    """Say whether a folder holds an index."""
    return (folder / CURRENT).is_file()


def _refuse_others(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StoredIndexError(f"{folder}: is a file; name a folder for the index")
    if is_there(folder) or not folder.exists():
        return
    known = (LOCK, _NEXT)
    if any(
        one.name not in known and not _GENERATION.fullmatch(one.name) for one in folder.iterdir()
    ):
        raise StoredIndexError(
            f"{folder}: has files that are not an index; name a new or an empty folder"
        )


def _number(folder: Path) -> int:
    """Return the highest number of a generation that is there, 0 for none."""
    numbers = (_GENERATION.fullmatch(one.name) for one in folder.iterdir())
    return max((int(number[1]) for number in numbers if number), default=0)


def _within(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _in_use(folder: Path) -> Collection[str]:
    """Return the files that the current generation reads; every file where that is not known."""
    try:
        if found := current(folder):
            generation, manifest = found
            named = {*manifest["files"], _within(folder, generation / MANIFEST)}
            if all((folder / name).is_file() for name in named):  # as in no older format
                return named
    except (OSError, ValueError, LookupError, StoredIndexError):
        pass
    return {_within(folder, path) for path in folder.rglob("*") if path.is_file()}


def _clear(folder: Path, *, keep: Collection[str]) -> None:
    """Remove what a killed writer or the last generation left."""
    (folder / _NEXT).unlink(missing_ok=True)
    for path in folder.iterdir():
        if _GENERATION.fullmatch(path.name):
            if not any(name.startswith(f"{path.name}/") for name in keep):
                shutil.rmtree(path, ignore_errors=True)
                continue
            for file in path.rglob("*"):
                if file.is_file() and _within(folder, file) not in keep:
                    file.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
