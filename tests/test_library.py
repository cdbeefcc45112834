"""An index that lives for years: brought up to date, killed, damaged, written by two at once."""

import io
import json
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from shlex import quote
from typing import Any

import numpy as np
import pytest

from bot.bot import Bot
from bot.packaged import PACKAGED_SOURCE
from bot.web.meetings import render_meetings
from bot.web.session import Session
from embeddings import (
    Document,
    DocumentError,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    StoredIndexError,
    read_documents,
    update_index,
)
from embeddings.datatypes import Mark
from embeddings.hashing import file_crc32, file_sha256
from embeddings.query import read_query
from embeddings.saved.generations import writing
from embeddings.scope import Scope

FEE = "What is the parking fee?"
SAID = [
    "The council raised the parking fee to four dollars.",
    "The library opens on Sundays. Volunteers help there.",
    "The Joint Border Commission (JBC) was founded in 1998.",
    "The JBC meets in Oulara in May, and on Sundays.",
    "The Joint Border Commission reports to the council.",
    "The budget of the hospitals grew. Nobody objected to that.",
    "The United States (US) took part in the talks on the fee.",
    "The US spoke of hospitals.",
]


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    folder = tmp_path / "minutes"
    folder.mkdir()
    (folder / "fees.txt").write_text("The council raised the parking fee to four dollars.")
    (folder / "library.txt").write_text("The library opens on Sundays. Volunteers help there.")
    return folder


def scores(index: Index) -> dict[str, float]:
    return {hit.passage.id: hit.score for hit in Retriever(index).search(FEE)}


def test_an_index_inside_the_folder_that_it_indexes_is_no_document(
    minutes: Path, encoder: SentenceTransformerEncoder
) -> None:
    (minutes / "manifest.json").write_text('[{"text": "The market moves."}]')
    first = update_index(minutes / "library", minutes, encoder=encoder)
    assert first.added == ("fees.txt", "library.txt", "manifest.json")
    again = update_index(minutes / "library", minutes, encoder=encoder)
    assert again.unchanged == first.added and not again.failures
    assert [document.id for document in read_documents(minutes)] == list(first.added)


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


# Indexes a folder while a file of it is new, then when none is, each time twice, and tells which
# files were opened the second time.
OPENED = """
import os, sys
from pathlib import Path
from typing import Any
from embeddings import SentenceTransformerEncoder, update_index
from embeddings.readers import finding
source, index = map(Path, sys.argv[1:])
encoder = SentenceTransformerEncoder()
opened = []
sys.addaudithook(lambda event, told: event == "open" and opened.append(str(told[0])))
for modified, tick in ((2**32, finding._TICK), (0, 0)):
    os.utime(source / "new.txt", (modified, modified))
    finding._TICK = tick
    update_index(index, source, encoder=encoder)
    opened.clear()
    done = update_index(index, source, encoder=encoder)
    print(done, [Path(path).name for path in opened if Path(path).parent == source])
"""


def test_a_file_that_nobody_touched_is_not_opened(tmp_path: Path) -> None:
    minutes = tmp_path / "minutes"
    minutes.mkdir()
    (minutes / "old.txt").symlink_to(next(PACKAGED_SOURCE.glob("*.txt")))
    (minutes / "new.txt").write_text("The library opens on Sundays.")
    unchanged = "0 added, 0 changed, 0 removed, 2 unchanged"
    # One that is so new may have changed within a tick of the clock. The first update that finds it
    # older looks into it for the last time.
    told = [f"{unchanged} ['new.txt']", f"{unchanged} []"]
    assert run(OPENED, minutes, tmp_path / "index").splitlines() == told


@pytest.mark.parametrize("tick", [0, 2_000_000_000])
def test_a_change_that_hides_its_time_is_seen(
    tick: int,
    minutes: Path,
    tmp_path: Path,
    encoder: SentenceTransformerEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("embeddings.readers.finding._TICK", tick)
    update_index(tmp_path / "index", minutes, encoder=encoder)
    path = minutes / "fees.txt"
    before = path.stat()
    path.write_text(path.read_text().replace("four", "nine"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    done = update_index(tmp_path / "index", minutes, encoder=encoder)
    assert done.changed == ("fees.txt",)
    assert "nine dollars" in done.index.documents["fees.txt"].text


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


def test_a_meeting_whose_file_is_there_is_not_lost_to_a_source_that_was_not_named(
    minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    folder, more = tmp_path / "index", tmp_path / "more"
    more.mkdir()
    update_index(folder, minutes, encoder=encoder)
    (more / "staff.txt").write_text("Nobody left the office this year.")
    (more / "fees.txt").write_text("The council lowered the parking fee to two dollars.")
    for source, lost in ((more / "staff.txt", 2), (minutes / "fees.txt", 1)):
        with pytest.raises(StoredIndexError, match=rf"not in these sources: {lost}, .*--anew"):
            update_index(folder, source, encoder=encoder)
    assert [*Index.load(folder, encoder=encoder).documents] == ["fees.txt", "library.txt"]
    done = update_index(folder, minutes, more / "staff.txt", encoder=encoder)
    assert str(done) == "1 added, 0 changed, 0 removed, 2 unchanged"
    assert update_index(folder, more, encoder=encoder, anew=True).added == ("fees.txt", "staff.txt")
    # What was moved is where it is now.
    more.rename(minutes / "more")
    done = update_index(folder, minutes / "more", encoder=encoder)
    assert str(done) == "0 added, 0 changed, 0 removed, 2 unchanged"
    with pytest.raises(StoredIndexError, match=r"1, .*more/staff\.txt for one"):
        update_index(folder, minutes / "more" / "fees.txt", encoder=encoder)


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
        assert f"rebuild it: meetingbot index SOURCE ... --index {quote(str(folder))}" in message
        flip_a_bit(path, place)
    assert Index.load(folder, encoder=encoder).id == index.id


# What is checked where it is read, rather than when an index is opened.
UNREAD = ["tokens.bin", "documents.jsonl", "passages.jsonl"]


def read_all(index: Index) -> None:
    _ = [*index.passages], [*index.documents.values()]
    _ = [index.tokens.of(place) for place in range(index.size)]


@pytest.mark.parametrize(
    "scope", [{"speakers": ["Ann"]}, {"after": "2019-03-05"}, {"before": "00:00:30"}]
)
def test_of_what_is_outside_a_scope_nothing_is_read(
    scope: dict[str, Any], tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    at = (Mark(0, "", time="00:00:10", speaker="Ann"),)
    inside = Document("ann", "The fee is four dollars.", "", "2019-03-06", at, blocks=((0, 24),))
    outside = Document("bob", "The fee is five dollars.", date="2019-03-04")
    Index.build([outside, inside], encoder=encoder).save(tmp_path)
    for name in ("documents.jsonl", "passages.jsonl"):
        (path,) = tmp_path.rglob(name)
        flip_a_bit(path, 3)  # in its first row
    index = Index.load(tmp_path, encoder=encoder)
    (hit,) = Retriever(index).rank(read_query("What is the fee?", encoder), scope=Scope(**scope))
    assert hit.passage.document_id == "ann"


def test_the_list_of_meetings_and_a_conversation_written_down_read_no_other_document(
    tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    other = Document("roof.txt", "The shed gets a green roof in October.", "The shed", "2019-03-04")
    fees = Document("fees.txt", SAID[0], "The fees")
    built = Index.build([other, fees], encoder=encoder)
    built.save(tmp_path)
    (path,) = tmp_path.rglob("documents.jsonl")
    flip_a_bit(path, 3)  # in its first row
    index = Index.load(tmp_path, encoder=encoder)
    bot = Bot(Retriever(index))
    meetings = render_meetings(Session(bot))
    assert "The shed" in meetings and "The fees" in meetings
    chat = bot.chat()
    assert chat.ask(FEE).citations[0].document_id == "fees.txt"
    hashes = {id: one.sha256 for id, one in built.documents.items()}
    assert json.loads(chat.to_json())["documents"] == hashes
    with pytest.raises(StoredIndexError, match=r"documents\.jsonl is not as it was written"):
        index.documents["roof.txt"]


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_damaged_is_cured_though_nothing_has_changed(
    name: str, minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    folder = tmp_path / "index"
    update_index(folder, minutes, encoder=encoder)
    (path,) = folder.rglob(name)
    flip_a_bit(path, 3)
    cure = re.escape(f" --index {quote(str(folder))} --anew")
    with pytest.raises(StoredIndexError, match=rf"{name} is not.*{cure}"):
        read_all(Index.load(folder, encoder=encoder))
    done = update_index(folder, minutes, encoder=encoder, anew=True)
    assert len(done.added) == 2
    read_all(Index.load(folder, encoder=encoder))


def test_what_an_update_finds_damaged_is_not_taken_over(
    minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    folder = tmp_path / "index"
    update_index(folder, minutes, encoder=encoder)
    (path,) = folder.rglob("documents.jsonl")
    flip_a_bit(path, 3)
    (minutes / "fees.txt").write_text("The council lowered the parking fee to two dollars.")
    done = update_index(folder, minutes, encoder=encoder)
    assert "documents.jsonl is not as it was written" in done.anew
    read_all(Index.load(folder, encoder=encoder))


def test_an_index_that_grew_finds_what_one_built_whole_does(
    tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    folder, minutes = tmp_path / "index", tmp_path / "minutes"
    minutes.mkdir()
    chance = random.Random(1)
    kept: set[tuple[str, int]] = set()
    for number in range(25):
        for _ in range(2):
            speaker = chance.choice(["Chair", "Ms. Ortega"])
            text = "\n\n".join(f"{speaker}: {one}" for one in chance.sample(SAID, 3))
            (minutes / f"{chance.randrange(30):02}.txt").write_text(text)
        if number % 3 == 2:
            chance.choice(sorted(minutes.iterdir())).unlink()
        done = update_index(folder, minutes, encoder=encoder)
        assert done.anew == ""
        whole = Index.build(read_documents(minutes), encoder=encoder, reuse=done.index)
        for grown in (done.index, Index.load(folder, encoder=encoder)):
            assert [*grown.passages] == [*whole.passages]
            assert {**grown.documents} == {**whole.documents}
            assert [*grown.documents] == [*whole.documents]
            assert {*grown.said} == {*whole.said}
            assert {*grown.lexical.terms} == {*whole.lexical.terms}
            for name in ("id", "about", "speakers", "usual_names"):
                assert getattr(grown, name) == getattr(whole, name)
            for stem in ("fee", "jbc", "sunday", "budget"):
                assert grown.mentions(stem) == whole.mentions(stem)
            for question in (FEE, "What does the Joint Border Commission do on Sundays?"):
                hits, expected = (Retriever(one).search(question) for one in (grown, whole))
                assert [hit.passage for hit in hits] == [hit.passage for hit in expected]
                for hit, other in zip(hits, expected, strict=True):
                    assert (hit.score, hit.dense, hit.lexical, hit.late) == pytest.approx(
                        (other.score, other.dense, other.lexical, other.late), abs=1e-5
                    )
        files = {(path.as_posix(), path.stat().st_ino) for path in folder.rglob("tokens.bin")}
        # What is there stays as it is, but where segments are merged.
        assert number == 0 or kept & files or len(files) == 1
        assert len(files) <= 16
        kept = files


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
            name = path.relative_to(tmp_path / "index").as_posix()
            summed = file_crc32(path) if told["files"][name] else None
            files = {**told["files"], name: summed}
            manifest.write_text(json.dumps({**told, "files": files}), "utf-8")
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
    for name in ("id", "about", "speakers", "usual_names"):
        assert getattr(opened, name) == getattr(index, name)
    for stem in ("korea", "japan-peru", "fish", "august"):
        assert opened.mentions(stem) == index.mentions(stem)
    with pytest.raises(KeyError):
        opened.documents["nowhere.txt"]


def test_an_older_format_says_how_to_go_on_and_is_replaced(
    minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    folder = tmp_path / "index"
    update_index(folder, minutes, encoder=encoder)
    (manifest,) = folder.rglob("manifest.json")
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "format": 11}))
    (folder / "CURRENT").write_text(f"{manifest.parent.name} {file_sha256(manifest)}\n")
    with pytest.raises(StoredIndexError, match=r"format 11, this version reads 12; rebuild it:"):
        Index.load(folder, encoder=encoder)
    done = update_index(folder, minutes, encoder=encoder)
    assert "format 11" in done.anew and len(done.added) == 2
    assert Index.load(folder, encoder=encoder).id == done.index.id
    assert not manifest.exists()


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


# Thirty writers are killed, each at a random moment of its first two saves or updates. On a disk
# that grows slower meanwhile none would get that far: then they are given longer.
KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from typing import Any
from embeddings import Index, SentenceTransformerEncoder, read_documents, update_index
encoder = SentenceTransformerEncoder()
folders = [Path(path) for path in sys.argv[1:3]]
states = [Index.build(read_documents(folder), encoder=encoder) for folder in folders]
target, seen, chance = Path(sys.argv[3]), set(), random.Random(1)
writes = {
    "save": [lambda state=state: state.save(target) for state in states],
    "update": [lambda folder=folder: update_index(target, folder, encoder=encoder)
               for folder in folders],
}[sys.argv[4]]
writes[0]()
began = time.perf_counter()
writes[1](), writes[0]()
longest = time.perf_counter() - began
killed = 0
while killed < 30 or len(seen) < 2:
    assert killed < 100, seen
    killed += 1
    longest *= 1.1 if len(seen) < 2 else 1
    writer = os.fork()
    if not writer:
        while True:
            for write in writes[::-1]:
                write()
    time.sleep(chance.uniform(0, longest))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    opened = Index.load(target, encoder=encoder)
    assert [*opened.passages] in [[*state.passages] for state in states]
    assert all(len(opened.tokens.of(place)) for place in range(opened.size))
    seen.add(opened.id)
assert seen == {state.id for state in states}
writes[1](), writes[0]()  # one of them has something to do, and clears away what was left
used = {one.name for one in Index.load(target, encoder=encoder).segments}
names = {path.name for path in target.iterdir()} - {"lock", "CURRENT"}
assert used <= names and len(names) <= len(used) + 1, (used, names)
print("whole")
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
def two_states(minutes: Path, record: Document, tmp_path: Path) -> tuple[Path, Path]:
    other = tmp_path / "other"
    shutil.copytree(minutes, other)
    for folder, name in ((minutes, "before.txt"), (other, "after.txt")):
        (folder / name).write_text(record.text)  # so that nothing is to be encoded again
    return minutes, other


@pytest.mark.parametrize("write", ["save", "update"])
def test_killed_at_any_moment_it_opens_as_the_old_or_the_new_state(
    write: str, two_states: tuple[Path, Path], tmp_path: Path
) -> None:
    assert run(KILLED, *two_states, tmp_path / "target", write) == "whole\n"


# No file may grow beyond the limit, as on a disk that is full.
FULL = """
import resource, sys
from pathlib import Path
from typing import Any
from embeddings import Index, SentenceTransformerEncoder, StoredIndexError
from embeddings import read_documents, update_index
encoder = SentenceTransformerEncoder()
one, other, target, new = map(Path, sys.argv[1:])
kept = update_index(target, one, encoder=encoder).index.id
big = Index.build(read_documents(other), encoder=encoder)
writes = [
    lambda: big.save(target),
    lambda: big.save(new),
    lambda: update_index(target, other, encoder=encoder),
]
for limit in (0, 100, 1000, 5000, 20000, 100000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    for write in writes:
        try:
            write()
        except StoredIndexError as error:
            assert "cannot write the index" in str(error), error
        else:
            raise AssertionError("written")
        assert Index.load(target, encoder=encoder).id == kept
print("kept")
"""


def test_a_full_disk_leaves_the_old_state(two_states: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(FULL, *two_states, tmp_path / "old", tmp_path / "new") == "kept\n"
    assert not (tmp_path / "new").exists()
    names = {path.name for path in (tmp_path / "old").iterdir()}
    assert names - {"lock"} == {"CURRENT", "generation-000001"}
