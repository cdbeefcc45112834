"""An index that lives for years: brought up to date, killed, damaged, written by two at once."""

import io
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings import (
    Document,
    DocumentError,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    StoredIndexError,
    update_index,
)
from embeddings.generations import writing
from embeddings.hashing import file_sha256

FEE = "What is the parking fee?"


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    folder = tmp_path / "minutes"
    folder.mkdir()
    (folder / "fees.txt").write_text("The council raised the parking fee to four dollars.")
    (folder / "library.txt").write_text("The library opens on Sundays. Volunteers help there.")
    return folder


def scores(index: Index) -> dict[str, float]:
    return {hit.passage.id: hit.score for hit in Retriever(index).search(FEE)}


def test_only_what_changed_is_read_and_encoded(
    minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    index = tmp_path / "index"
    encoded: list[int] = []

    def update(*, then: str) -> None:
        encoded.clear()
        done = update_index(
            index, minutes, encoder=encoder, progress=lambda _, of: encoded.append(of)
        )
        assert str(done) == then
        anew = Index.build(done.index.documents.values(), encoder=encoder)
        for built in (done.index, Index.load(index, encoder=encoder)):
            assert [*built.passages] == [*anew.passages]
            assert scores(built) == pytest.approx(scores(anew), abs=1e-3)

    update(then="2 added, 0 changed, 0 removed, 0 unchanged")
    assert encoded == [2]
    update(then="0 added, 0 changed, 0 removed, 2 unchanged")
    assert encoded == []
    # A paragraph more: the one that was there keeps its vectors.
    longer = (minutes / "fees.txt").read_text() + "\n\n" + "The clerk is to tell the traders. " * 9
    (minutes / "fees.txt").write_text(longer)
    (minutes / "staff.txt").write_text("Nobody left the office this year.")
    (minutes / "library.txt").unlink()
    update(then="1 added, 1 changed, 1 removed, 0 unchanged")
    assert encoded[-1] == 2
    # Another name for the same words.
    (minutes / "staff.txt").rename(minutes / "office.txt")
    update(then="1 added, 0 changed, 1 removed, 1 unchanged")
    assert encoded == []


def test_a_file_that_cannot_be_read_is_left_out_and_named(
    minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    (minutes / "broken.docx").write_bytes(b"PK")
    done = update_index(tmp_path / "index", minutes, encoder=encoder)
    assert str(done) == "2 added, 0 changed, 0 removed, 0 unchanged, 1 failed"
    assert "broken.docx" in str(done.failures[0])
    for path in minutes.glob("*.txt"):
        path.unlink()
    with pytest.raises(DocumentError, match=r"broken\.docx"):
        update_index(tmp_path / "index", minutes, encoder=encoder)
    assert len(Index.load(tmp_path / "index", encoder=encoder).documents) == 2


def flip_a_bit(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1
    path.write_bytes(content)


def test_a_flipped_bit_in_any_file_is_named_and_cured_by_the_command_it_names(
    index: Index, minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    folder = tmp_path / "index"
    index.save(folder)
    files = [path for path in folder.rglob("*") if path.stat().st_size and path.is_file()]
    assert len(files) > 10
    for number, path in enumerate(files):
        place = number * 7919
        flip_a_bit(path, place)
        with pytest.raises(StoredIndexError) as refused:
            opened = Index.load(folder, encoder=encoder)
            Retriever(opened).search("What was agreed?", k=opened.size)
            _ = [*opened.passages], [*opened.documents.values()]
        message = str(refused.value)
        assert path.name in message or path.name == "CURRENT"
        assert "is not as it was written" in message
        assert f"rebuild it: meetingbot index SOURCE ... --index {folder}" in message
        flip_a_bit(path, place)
    assert Index.load(folder, encoder=encoder).id == index.id


# What is checked where it is read, rather than when an index is opened.
UNREAD = ["tokens.bin", "documents.jsonl", "passages.jsonl"]


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_damaged_is_not_taken_over(
    name: str, index: Index, minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    folder = tmp_path / "index"
    index.save(folder)
    (path,) = folder.rglob(name)
    flip_a_bit(path, 3)
    done = update_index(folder, minutes, encoder=encoder)
    assert f"{name} is not as it was written" in done.anew
    assert len(Index.load(folder, encoder=encoder).documents) == 2


@pytest.mark.parametrize("name", UNREAD)
def test_a_file_cut_short_or_missing_is_named(
    name: str, index: Index, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    index.save(tmp_path / "index")
    (path,) = (tmp_path / "index").rglob(name)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(StoredIndexError, match=rf"{name}.*rebuild it"):
        Index.load(tmp_path / "index", encoder=encoder)
    path.unlink()
    with pytest.raises(StoredIndexError, match=rf"{name}.*rebuild it"):
        Index.load(tmp_path / "index", encoder=encoder)


class Touch:
    """Make a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_nothing_in_an_index_is_unpickled(
    index: Index, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    index.save(tmp_path / "index")
    (manifest,) = (tmp_path / "index").rglob("manifest.json")
    told = json.loads(manifest.read_text("utf-8"))
    ran = tmp_path / "ran"
    array = io.BytesIO()
    np.save(array, np.array([Touch(ran)], dtype=object), allow_pickle=True)
    for path in [one for one in manifest.parent.rglob("*") if one.is_file() and one != manifest]:
        before = path.read_bytes()
        for content in (array.getvalue(), pickle.dumps(Touch(ran))):
            path.write_bytes(content)
            # Signed as a writer would: the checksums are no shield.
            name = path.relative_to(manifest.parent).as_posix()
            own = {**told["files"], name: file_sha256(path)} if name in told["files"] else {}
            manifest.write_text(json.dumps({**told, "files": own or told["files"]}), "utf-8")
            pointer = f"{manifest.parent.name} {file_sha256(manifest)}\n"
            (tmp_path / "index" / "CURRENT").write_text(pointer)
            with pytest.raises(StoredIndexError):
                Index.load(tmp_path / "index", encoder=encoder)
        path.write_bytes(before)
    pickle.loads(pickle.dumps(Touch(tmp_path / "would run")))
    assert (tmp_path / "would run").exists() and not ran.exists()


def test_a_saved_index_knows_of_its_documents_what_they_say(
    index: Index, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    index.save(tmp_path / "index")
    opened = Index.load(tmp_path / "index", encoder=encoder)
    assert {**opened.documents} == {**index.documents} and [*opened.passages] == [*index.passages]
    assert opened.passages[-2:] == [*index.passages[-2:]]
    for name in ("id", "speakers", "speakers_of", "timed", "usual_names"):
        assert getattr(opened, name) == getattr(index, name)
    for stem in ("korea", "japan-peru", "fish", "august"):
        assert opened.mentions(stem) == index.mentions(stem)
    with pytest.raises(KeyError):
        opened.documents["nowhere.txt"]


def test_an_older_format_says_how_to_go_on_and_is_replaced(
    minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    folder = tmp_path / "index"
    (folder / "lexical").mkdir(parents=True)
    (folder / "lexical" / "vocab.index.json").write_text("{}")
    (folder / "documents.jsonl").write_text("")
    (folder / "manifest.json").write_text(json.dumps({"format": 1}))
    with pytest.raises(StoredIndexError, match=r"format 1, this version reads 5; rebuild it: meet"):
        Index.load(folder, encoder=encoder)
    done = update_index(folder, minutes, encoder=encoder)
    assert "format 1" in done.anew and len(done.added) == 2
    assert Index.load(folder, encoder=encoder).id == done.index.id
    assert not (folder / "manifest.json").exists() and not (folder / "lexical").exists()


def test_a_second_writer_is_told_and_a_reader_keeps_what_it_opened(
    index: Index, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    folder = tmp_path / "index"
    index.save(folder)
    opened = Retriever(Index.load(folder, encoder=encoder))
    with writing(folder), pytest.raises(StoredIndexError, match="written by another process"):
        index.save(folder)
    before = opened.search(FEE)
    other = Index.build([Document("a", "The library opens on Sundays.")], encoder=encoder)
    other.save(folder)
    assert Index.load(folder, encoder=encoder).id == other.id
    assert opened.search(FEE) == before
    assert len(list(folder.glob("generation-*"))) == 1


# Fifty writers are killed, each at a random moment between its first and its third save.
KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from embeddings import Index, SentenceTransformerEncoder, StoredIndexError
encoder = SentenceTransformerEncoder()
states = [Index.load(path, encoder=encoder) for path in sys.argv[1:3]]
target, seen, chance = Path(sys.argv[3]), set(), random.Random(1)
began = time.perf_counter()
states[0].save(target)
longest = 2 * (time.perf_counter() - began)
for _ in range(50):
    writer = os.fork()
    if not writer:
        while True:
            for state in states[::-1]:
                state.save(target)
    time.sleep(chance.uniform(0, longest))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    opened = Index.load(target, encoder=encoder)
    assert [*opened.passages] in [[*state.passages] for state in states]
    seen.add(opened.id)
states[1].save(target)
names = sorted(path.name for path in target.iterdir() if path.name != "lock")
assert len(names) == 2 and names[0] == "CURRENT", names
print(len(seen))
"""


def run(script: str, *arguments: object) -> str:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def two_states(
    index: Index, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> tuple[Path, Path]:
    other = Index.build([Document("a", "The library opens on Sundays.")], encoder=encoder)
    index.save(tmp_path / "one")
    other.save(tmp_path / "two")
    return tmp_path / "one", tmp_path / "two"


def test_killed_at_any_moment_it_opens_as_the_old_or_the_new_state(
    two_states: tuple[Path, Path], tmp_path: Path
) -> None:
    assert run(KILLED, *two_states, tmp_path / "target") == "2\n"


# No file may grow beyond the limit, as on a disk that is full.
FULL = """
import resource, sys
from embeddings import Index, SentenceTransformerEncoder, StoredIndexError
encoder = SentenceTransformerEncoder()
big = Index.load(sys.argv[1], encoder=encoder)
kept = Index.load(sys.argv[2], encoder=encoder).id
for limit in (0, 100, 1000, 5000, 20000, 100000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    for target in (sys.argv[2], sys.argv[3]):
        try:
            big.save(target)
        except StoredIndexError as error:
            assert "cannot write the index" in str(error), error
        else:
            raise AssertionError("written")
    assert Index.load(sys.argv[2], encoder=encoder).id == kept
print("kept")
"""


def test_a_full_disk_leaves_the_old_state(two_states: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(FULL, *two_states, tmp_path / "new") == "kept\n"
    assert not (tmp_path / "new").exists()
    names = {path.name for path in two_states[1].iterdir()}
    assert names - {"lock"} == {"CURRENT", "generation-000001"}
