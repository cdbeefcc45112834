"""A library in Milvus that many machines share, held against the same index in memory."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot.bot import Bot
from embeddings import (
    Document,
    Index,
    QuestionError,
    Retriever,
    SentenceTransformerEncoder,
    StoredIndexError,
    read_documents,
)
from embeddings.shared.bulk import update_shared
from embeddings.shared.index import SharedIndex
from embeddings.shared.rows import row_of, source_of
from embeddings.stores.milvus import MilvusStore

pytest.importorskip("pymilvus")

PLACES = ("harbour", "library", "airport", "museum", "market", "hospital", "bridge", "school")
VERBS = ("approved", "postponed", "rejected", "discussed", "reviewed", "published", "withdrew")
WHO = ("Ms. Adeyemi", "Mr. Brandt", "Chair")
QUESTIONS = (
    "What was said about the airport?",
    "Who approved the budget of the harbour?",
    "How many dollars does the museum need?",
    "Was the 17th report on the bridge withdrawn?",
    "Did they postpone the libary?",
    "What about quantum entanglement in Antarctica?",
    "What was this meeting about?",
    "Who took part?",
)


def turn(meeting: int, number: int) -> str:
    chosen = 7 * meeting + number
    place, verb = PLACES[chosen % len(PLACES)], VERBS[chosen % len(VERBS)]
    return (
        f"The committee {verb} the report on the {place}, which is number {number} of this year,"
        f" and it will cost {chosen * 13} dollars before the winter. The clerk is to tell the"
        f" traders near the {PLACES[number % len(PLACES)]} by Monday."
    )


@pytest.fixture(scope="module")
def meetings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of meetings with speakers, times and days: more passages than candidates."""
    folder = tmp_path_factory.mktemp("meetings")
    for meeting in range(4):
        turns = [
            {
                "speaker": WHO[(meeting + number) % len(WHO)],
                "text": turn(meeting, number),
                "time": f"00:{number:02}:00",
            }
            for number in range(20)
        ]
        (folder / f"{meeting}-board.json").write_text(json.dumps(turns))
    for day in (4, 11):
        text = "\n\n".join(turn(day, number) for number in range(6))
        (folder / f"minutes-{day}.txt").write_text(f"Minutes\n\nDate: 2019-03-{day:02}\n\n{text}\n")
    return folder


@pytest.fixture(scope="module")
def local(meetings: Path, encoder: SentenceTransformerEncoder) -> Index:
    return Index.build(read_documents(meetings), encoder=encoder)


@pytest.fixture(scope="module")
def library(milvus: str, meetings: Path, encoder: SentenceTransformerEncoder) -> str:
    url = f"{milvus}#board"
    done = update_shared(url, meetings, encoder=encoder)
    assert str(done) == "6 added, 0 changed, 0 removed, 0 unchanged"
    return url


@pytest.fixture(scope="module")
def shared(library: str, encoder: SentenceTransformerEncoder) -> SharedIndex:
    return SharedIndex(library, encoder=encoder)


def assert_same(shared: Index, local: Index, **scope: object) -> None:
    """Ask both bots everything; all but the time must agree."""
    bots = Bot(Retriever(local)), Bot(Retriever(shared))
    for question in QUESTIONS:
        expected, answer = (bot.ask(question, **scope) for bot in bots)  # type: ignore[arg-type]
        assert [hit.passage for hit in answer.hits] == [hit.passage for hit in expected.hits]
        assert [hit.shown for hit in answer.hits] == [hit.shown for hit in expected.hits]
        for hit, other in zip(answer.hits, expected.hits, strict=True):
            assert (hit.score, hit.dense, hit.lexical, hit.late) == pytest.approx(
                (other.score, other.dense, other.lexical, other.late), abs=1e-5
            )
        assert answer.text == expected.text and answer.citations == expected.citations
        assert answer.confidence == pytest.approx(expected.confidence, abs=1e-4)
        assert answer.missing == expected.missing
        assert answer.standalone_question == expected.standalone_question


SCOPES = (
    {},
    {"documents": ["1-board.json", "minutes-11.txt"]},
    {"speakers": ["ms. adeyemi"]},
    {"after": "00:12:00"},
    {"before": "00:03:00", "speakers": ["Mr. Brandt"]},
    {"after": "2019-03-05"},
    {"before": "2019-03-11"},
)


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_it_answers_as_the_same_index_in_memory(
    shared: SharedIndex, local: Index, scope: dict[str, object]
) -> None:
    assert shared.id == local.id and shared.size == local.size > 50
    assert shared.documents == local.documents
    assert_same(shared, local, **scope)


def test_a_milvus_lite_file_answers_as_the_same_index_in_memory(
    milvus_file: Path, meetings: Path, local: Index, encoder: SentenceTransformerEncoder
) -> None:
    done = update_shared(str(milvus_file), meetings, encoder=encoder)
    assert_same(done.index, local)
    assert_same(done.index, local, speakers=["Chair"], after="00:04:00")


def test_only_what_is_asked_of_all_reads_all(
    library: str, encoder: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.shared.index.LARGEST_WHOLE", 1)
    bot = Bot(Retriever(SharedIndex(library, encoder=encoder)))
    assert bot.ask("What was said about the airport?").answered
    with pytest.raises(QuestionError, match="choose fewer"):
        bot.ask("What was this meeting about?")


def test_what_is_not_there_is_refused_as_elsewhere(shared: SharedIndex) -> None:
    retriever = Retriever(shared)
    with pytest.raises(QuestionError, match=r"no document 'x\.txt' in the index; it has: 0-board"):
        retriever.search("Who spoke?", documents=["x.txt"])
    with pytest.raises(QuestionError, match=r"no document 'x\.txt' in the index"):
        Bot(retriever).ask("What did the Martians agree?", documents=["x.txt"])
    with pytest.raises(QuestionError, match="nobody called 'Nobody' speaks; the index has: Chair"):
        retriever.search("Who spoke?", speakers=["Nobody"])
    with pytest.raises(QuestionError, match="after is 'noon'"):
        retriever.search("Who spoke?", after="noon")


def test_a_meeting_can_be_added_to_it_for_one_visitor(
    shared: SharedIndex, local: Index, encoder: SentenceTransformerEncoder
) -> None:
    added = Document("new.txt", "The ferry to the island sails at noon on Fridays.")
    both = Index.build([*shared.documents.values(), added], reuse=shared.of(), encoder=encoder)
    alone = Index.build([*local.documents.values(), added], reuse=local, encoder=encoder)
    assert_same(both, alone)


@pytest.fixture(scope="module")
def small(small_model: Path) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(small_model)


def test_a_milvus_lite_file_is_read_and_grown_by_later_processes(
    milvus_file: Path, tmp_path: Path, small: SentenceTransformerEncoder
) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "bot", *arguments, "--store", str(milvus_file)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    minutes = tmp_path / "minutes"
    minutes.mkdir()
    (minutes / "fees.txt").write_text("The council raised the fee. The clerk is to tell the press.")
    run("index", str(minutes), "--encoder", str(small.path))
    (hit,) = json.loads(run("search", "Who tells the press?", "--json"))
    assert hit["document_id"] == "fees.txt"
    assert "1 unchanged" in run("index", str(minutes))


def test_a_row_of_a_long_meeting_takes_as_many_steps_as_one_of_a_short_meeting(
    small: SentenceTransformerEncoder,
) -> None:
    def steps(turns: int) -> int:
        """Return how many functions are called to make the first row of a meeting."""
        said = "".join(f"Chair: {turn(1, number)}\n\n" for number in range(turns))
        index = Index.build([Document("board.txt", said)], encoder=small)
        assert len(index.documents["board.txt"].marks) == turns
        called = 0

        def count(*_: object) -> None:
            nonlocal called
            called += 1

        source = source_of(index.documents["board.txt"])
        sys.setprofile(count)
        row_of(index, 0, source, small)
        sys.setprofile(None)
        return called

    steps(10)  # what is imported and kept the first time
    assert steps(100) < 2 * steps(10)


def test_all_who_have_it_open_follow_what_one_publishes(
    milvus: str, tmp_path: Path, small: SentenceTransformerEncoder
) -> None:
    url = f"{milvus}#followed"
    (tmp_path / "fees.txt").write_text("The council raised the parking fee to four dollars.")
    (tmp_path / "library.txt").write_text("The library opens on Sundays. Volunteers help there.")
    update_shared(url, tmp_path, encoder=small)
    replicas = [SharedIndex(url) for _ in range(2)]

    def agree() -> None:
        alone = Index.build(read_documents(tmp_path), encoder=small)
        for replica in replicas:
            Retriever(replica).search("Who helps?")
            assert replica.id == alone.id
            assert replica.about == alone.about
            assert_same(replica, alone)
        assert len(rows(url)) == alone.size

    agree()
    (tmp_path / "fees.txt").write_text("The council lowered the parking fee to one dollar.")
    (tmp_path / "staff.txt").write_text("Nobody left the office this year.")
    (tmp_path / "library.txt").unlink()
    done = update_shared(url, tmp_path, encoder=small)
    assert str(done) == "1 added, 1 changed, 1 removed, 0 unchanged"
    agree()
    (tmp_path / "broken.docx").write_bytes(b"PK")
    done = update_shared(url, tmp_path)
    assert str(done) == "0 added, 0 changed, 0 removed, 2 unchanged, 1 failed"
    assert "broken.docx" in str(done.failures[0])


def test_a_question_is_read_in_the_words_that_were_published_last(
    milvus_file: Path, tmp_path: Path, small: SentenceTransformerEncoder
) -> None:
    url = str(milvus_file)
    minutes = tmp_path / "minutes"
    minutes.mkdir()
    (minutes / "fees.txt").write_text("The council raised the fee to four dollars.")
    update_shared(url, minutes, encoder=small)
    retriever = Retriever(SharedIndex(url, encoder=small))
    stale = SharedIndex(url, encoder=small)
    (minutes / "fees.txt").write_text("The World Health Organization thanked Mr Kessler.")
    update_shared(url, minutes, encoder=small)
    asked = "What did the WHO say of Kesler?"
    assert retriever.read(asked).text == "What did the World Health Organization say of Kessler?"
    with pytest.raises(StoredIndexError, match="ask again"):
        stale.documents["fees.txt"]


def test_no_meeting_is_lost_that_was_not_named_or_could_not_be_read(
    milvus_file: Path, tmp_path: Path, small: SentenceTransformerEncoder
) -> None:
    url = str(milvus_file)
    minutes = tmp_path / "minutes"
    minutes.mkdir()
    (minutes / "fees.txt").write_text("The council raised the fee to four dollars.")
    (minutes / "staff.txt").write_text("Nobody left the office this year.")
    update_shared(url, minutes, encoder=small)
    with pytest.raises(StoredIndexError, match=r"1, .*/staff\.txt for one; .*\.db#NAME'"):
        update_shared(url, minutes / "fees.txt")
    (minutes / "staff.txt").write_bytes(b"\xff\x00\xff")
    done = update_shared(url, minutes)
    assert str(done) == "0 added, 0 changed, 0 removed, 2 unchanged, 1 failed"
    assert done.index.documents["staff.txt"].text.startswith("Nobody left")


def test_another_encoder_is_refused(
    library: str, meetings: Path, small: SentenceTransformerEncoder
) -> None:
    for use in (
        lambda: SharedIndex(library, encoder=small),
        lambda: update_shared(library, meetings, encoder=small),
    ):
        with pytest.raises(StoredIndexError, match=r"was made with the encoder all-MiniLM-L6-v2"):
            use()


def test_where_no_library_or_no_server_is_it_says_so(milvus: str) -> None:
    with pytest.raises(StoredIndexError, match=r"no library there; make one: meetingbot index"):
        SharedIndex(f"{milvus}#nothing")
    with pytest.raises(StoredIndexError, match=r"127.0.0.1:9.*check that it runs"):
        MilvusStore("http://127.0.0.1:9", patience=1)


class Line:
    """A line to the server that can be cut and mended."""

    def __init__(self) -> None:
        self.open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.cut_off = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.cut_off:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", 19530))
            self.open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        other.close()

    def cut(self) -> None:
        self.cut_off = True
        for one in self.open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self.open.clear()


def test_a_lost_connection_is_tried_again_and_then_named(
    library: str, local: Index, encoder: SentenceTransformerEncoder
) -> None:
    line = Line()
    with contextlib.closing(line.listener):
        shared = SharedIndex(f"http://127.0.0.1:{line.port}#board", encoder=encoder)
        expected = Retriever(local).search(QUESTIONS[0])[0].passage
        line.cut()
        threading.Timer(1.5, lambda: setattr(line, "cut_off", False)).start()
        assert Retriever(shared).search(QUESTIONS[0])[0].passage == expected
        line.cut()
        shared.milvus.connection.patience = 2
        with pytest.raises(StoredIndexError, match=rf"{line.port}.*check that it runs") as told:
            Retriever(shared).search(QUESTIONS[0])
        assert "\n" not in str(told.value)


def environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1"}


def rows(url: str) -> dict[int, dict[str, object]]:
    store = MilvusStore(url)
    assert store.properties
    return {row["id"]: row for row in store.where("", ["source", "start", "words", "passage"])}


def test_a_job_that_was_killed_is_finished_by_the_next(
    milvus: str, meetings: Path, small_model: Path, small: SentenceTransformerEncoder
) -> None:
    url, whole = f"{milvus}#killed", f"{milvus}#whole"
    command = [sys.executable, "-m", "bot", "index", str(meetings), "--store", url]
    slow = "import time, embeddings.shared.bulk as b\nw = b._write\n"
    slow += "def one(s, e, d):\n    for x in d: w(s, e, [x]); time.sleep(0.5)\n"
    slow += f"b._write = one\nb.update_shared({url!r}, {str(meetings)!r},"
    slow += f" encoder=b.SentenceTransformerEncoder({str(small_model)!r}))"
    job = subprocess.Popen([sys.executable, "-c", slow], env=environment())
    store = MilvusStore(url)
    written = 0
    while written < 25:
        assert job.poll() is None
        with contextlib.suppress(StoredIndexError):  # until there is a collection
            written = len(store.where("", []))
        time.sleep(0.2)
    job.kill()
    job.wait()
    with pytest.raises(StoredIndexError, match="no library there"):
        SharedIndex(url)
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout.startswith("6 added, 0 changed, 0 removed, 0 unchanged;")
    update_shared(whole, meetings, encoder=small)
    assert rows(url) == rows(whole)
    assert SharedIndex(url).id == SharedIndex(whole).id
