"""Find the files that sources name, and tell what of them is passed over or cannot be looked at."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import time_ns
from typing import NamedTuple

from embeddings.errors import DocumentError
from embeddings.readers.encoding import nfc
from embeddings.saved.generations import CURRENT

# A file that changed within the last 2 s may do so again without a sign: of file systems' clocks
# this is the slowest tick.
_TICK = 2_000_000_000
# What no person wrote: hidden files, those that macOS puts beside others ("._minutes.txt"), and
# Word's lock of a document that is open ("~$nutes.docx").
_HIDDEN = (".", "~$")
# Question sets stand beside what they ask of.
_QUESTIONS = "jsonl"


class File(NamedTuple):
    """A file to read, by the path that its source was given with.

    `stamp` is another once it changes, and "" if it may change unseen; `real` is its absolute path,
    the same however its source is named.
    """

    path: str
    stamp: str
    real: str


@dataclass(frozen=True, slots=True)
class Found:
    """What sources hold: the files to read, each under its document's id, and the others.

    `failures` are of the files and folders that cannot be looked at, by their ids; `others` are the
    types of the files that are passed over, by their paths.
    """

    files: dict[str, File] = field(default_factory=dict)
    failures: dict[str, DocumentError] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    @property
    def passed_over(self) -> str:
        """Tell of the files of unknown types: "passed over: 212 .doc, 3 .odt", "" for none."""
        types = Counter(self.others.values()).most_common()
        told = (f"{count:,} {suffix}" for suffix, count in types)
        return f"passed over: {', '.join(told)}" if self.others else ""


def find(sources: Collection[str | Path], known: Collection[str]) -> Found:
    """Find the files of known suffixes that sources are or hold; raise `DocumentError`."""
    found = Found()
    settled = time_ns() - _TICK
    ids: dict[str, str] = {}
    if "" in sources:  # would be the working folder: a variable that is not set, say
        raise DocumentError("the path of a file or folder to read is empty: give one")
    for source in map(Path, sources):
        try:
            for id, path, real, stat in _look_into(source, known, found):
                if ids.setdefault(real, id) != id:
                    continue  # it is named twice, below another folder
                if found.files.setdefault(id, File(path, _stamp(stat, settled), real)).real != real:
                    raise DocumentError(
                        f"{path}: would have the same id, {id}, as {found.files[id].path};"
                        " rename one, or give the folder above both"
                    )
        except OSError as error:
            raise _unreadable(error) from error
    return found


def _unreadable(error: OSError) -> DocumentError:
    return DocumentError(f"{error.filename}: cannot be read: {error.strerror}")


def _stamp(stat: os.stat_result, settled: int) -> str:
    """Return a file's size and times, "" where those are not older than `settled`.

    What sets the time of modification back, or to a fixed one, leaves that of the change.
    """
    modified, changed = stat.st_mtime_ns, stat.st_ctime_ns
    return f"{stat.st_size} {modified} {changed}" if max(modified, changed) < settled else ""


def _look_into(
    source: Path, known: Collection[str], found: Found
) -> Iterator[tuple[str, str, str, os.stat_result]]:
    """Yield the id, both paths and the state of each file to read; note the others in `found`."""
    types = f"known types are {', '.join(known)}"
    if source.is_file():
        if source.suffix.lower() not in known:
            what = source.suffix or "a file without a suffix"
            raise DocumentError(f"{source}: cannot read {what}; {types}")
        real = source.parent.resolve() / source.name
        yield nfc(source.name), str(source), str(real), source.stat()
    elif source.is_dir():
        inside = Found()
        empty = True
        for one in _walk(source, known, inside):
            empty = False
            yield one
        if empty:
            told = f"{inside.passed_over}; " if inside.others else ""
            nothing = DocumentError(f"{source}: no file to read in it; {told}{types}")
            raise next(iter(inside.failures.values()), nothing)
        found.failures.update(inside.failures)
        found.others.update(inside.others)
    elif source.exists():
        raise DocumentError(
            f"{source}: is neither a file nor a folder; save its text to a file first"
        )
    else:
        raise DocumentError(f"{source}: no such file or folder; check the path")


def _walk(
    folder: Path, known: Collection[str], inside: Found
) -> Iterator[tuple[str, str, str, os.stat_result]]:
    """Yield the files to read below a folder, in order of their paths' parts, but for an index's.

    What cannot be looked at is noted in `inside`, not taken for empty; what is gone since it was
    listed is not there.
    """
    prefix, root = (f"{str(one).rstrip('/')}/" for one in (folder, folder.resolve()))
    waiting = _backwards(str(folder))
    if _is_index(waiting):
        raise DocumentError(
            f"{folder}: is an index, not documents; open it with --index, or give the documents"
        )
    while waiting:
        entry = waiting.pop()
        if entry.name.startswith(_HIDDEN):
            continue
        below = entry.path.removeprefix(prefix)
        try:
            if entry.is_dir(follow_symlinks=False):
                entries = _backwards(entry.path)
                waiting += () if _is_index(entries) else entries
                continue
            if not entry.is_file():
                continue
            _, dot, suffix = entry.name.rpartition(".")  # a Path takes three times as long
            if suffix.lower() == _QUESTIONS:
                continue
            if dot + suffix.lower() not in known:
                inside.others[root + below] = dot + suffix.lower() if dot else "without a suffix"
                continue
            stat = entry.stat()
        except FileNotFoundError:
            continue
        except OSError as error:
            inside.failures[nfc(below)] = _unreadable(error)
            continue
        yield nfc(below), entry.path, root + below, stat


def _backwards(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name, reverse=True)


def _is_index(entries: Collection[os.DirEntry[str]]) -> bool:
    return any(entry.name == CURRENT for entry in entries)
